"""A round's sentence with its numbers as fields, and a rule with one of its numbers changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rounds.plan import Round, RuleSet
from rounds.rule import And, Comparison, Condition, Disagreement, Not, Or, Otherwise, Rule, Scope, Top

#: gives the text that is to stand where a number stands; `whole` and `percent` tell what number it is
Spot = Callable[[str, bool, bool], str]

# Two characters that no text means anything with, around the place of a field.
_MARK = re.compile("\ue000([0-9]{1,4})\ue001")


@dataclass(frozen=True, slots=True)
class Field:
    """A number in a round's sentence.

    rule: "advance" or "cut"; kind: whose rule it is, None for all; place: which of the rule's numbers, from 0; whole:
    whether it counts something; percent: whether a per cent sign follows it.
    """

    rule: str
    kind: str | None
    place: int
    value: str
    whole: bool
    percent: bool


def sentence_fields(round: Round, lang: str) -> list[str | Field]:
    """The sentence of a round in its parts: what stands between the numbers, and the numbers."""
    found: list[Field] = []
    marked = replace(
        round, advance=_marked(round.advance, "advance", found), cut=_marked(round.cut, "cut", found)
    ).sentence(lang)
    parts: list[str | Field] = []
    for at, part in enumerate(_MARK.split(marked)):
        is_field = at % 2 == 1 and int(part) < len(found)
        parts.append(found[int(part)] if is_field else part)
    return [part for part in parts if part != ""]


def with_number(rule: Rule, place: int, text: str) -> Rule:
    """The rule with another number at a place, counted from 0 as in `Field`. Raises IndexError."""
    seen = 0

    def spot(value: str, whole: bool, percent: bool) -> str:
        nonlocal seen
        seen += 1
        return text if seen == place + 1 else value

    changed = _filled(rule, spot, int)
    if not 0 <= place < seen:
        raise IndexError(place)
    return changed


class _Mark(int):
    """Stands for a number of places or groups and is said as the mark it carries."""

    text: str

    def __new__(cls, text: str) -> _Mark:
        made = super().__new__(cls, 2)  # any number that is said as a plural
        made.text = text
        return made

    def __format__(self, spec: str) -> str:
        return self.text


def _marked(rules: RuleSet | None, name: str, found: list[Field]) -> RuleSet | None:
    if rules is None:
        return None
    return RuleSet({kind: _marked_rule(rule, name, kind, found) for kind, rule in rules.rules.items()})


def _marked_rule(rule: Rule, name: str, kind: str | None, found: list[Field]) -> Rule:
    before = len(found)

    def spot(value: str, whole: bool, percent: bool) -> str:
        found.append(Field(name, kind, len(found) - before, value, whole, percent))
        return f"\ue000{len(found) - 1}\ue001"

    return _filled(rule, spot, _Mark)


def _filled(rule: Rule, spot: Spot, whole: Callable[[str], int]) -> Rule:
    """The rule with what `spot` gives in place of each of its numbers."""
    if isinstance(rule, Otherwise):
        return rule
    if isinstance(rule, Top):
        places = whole(spot(str(rule.places), True, False))
        return replace(
            rule, places=places, condition=_condition(rule.condition, spot, whole) if rule.condition else None
        )
    return _condition(rule, spot, whole)


def _condition(part: Condition, spot: Spot, whole: Callable[[str], int]) -> Condition:
    if isinstance(part, And | Or):
        return type(part)(tuple(_condition(inner, spot, whole) for inner in part.parts))
    if isinstance(part, Not):
        return Not(_condition(part.inner, spot, whole))
    if isinstance(part, Disagreement):
        return replace(part, scope=_scope(part.scope, spot, whole))
    text = spot(part.text, False, part.percent)
    return Comparison(part.measure, part.operator, part.number, part.percent, text, _scope(part.scope, spot, whole))


def _scope(scope: Scope | None, spot: Spot, whole: Callable[[str], int]) -> Scope | None:
    if scope is None or isinstance(scope.groups, str):
        return scope
    return Scope(whole(spot(str(scope.groups), True, False)))
