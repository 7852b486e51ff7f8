"""What if: a round judged again on the same tallies, with one number of its rules turned.

Exploration only. Nothing here settles anything: a result that was explored is not the round's result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from rounds import words
from rounds.measure import exact
from rounds.plan import Round, RuleSet
from rounds.rule import And, Comparison, Condition, Not, Or, Otherwise, Rule, Top, comparisons
from rounds.tally import Tally
from rounds.verdict import Item, RoundResult, judge

#: measures of ratings that can be turned from the lowest rating to the highest
RATED = ("median", "mean")


@dataclass(frozen=True, slots=True)
class Knob:
    """A number in a round's rules that can be turned.

    which: "advance" or "cut"; section: the kind whose rule it is, None where there is one rule; place: the how-manieth
    number of that rule; unit: "percent", "items" or "rating"; at: the plan's own number; low, high: how far it turns.
    """

    which: str
    section: str | None
    place: int
    unit: str
    at: Fraction
    low: int
    high: int

    @property
    def id(self) -> str:
        return f"{self.which}:{self.section or ''}:{self.place}"

    def allows(self, number: Fraction) -> bool:
        """Whether it can be turned to a number: in its range, and whole where it counts items."""
        return self.low <= number <= self.high and (self.unit != "items" or number.denominator == 1)


def knobs(round: Round, pool: int) -> tuple[Knob, ...]:
    """The numbers of a round's rules that can be turned, in the order written. pool: how many items it votes on."""
    found = []
    for which, rules in (("advance", round.advance), ("cut", round.cut)):
        for section, rule in rules.rules.items() if rules else ():
            for place, part in enumerate(_numbers(rule)):
                unit, low, high = _range(part, round, pool)
                if unit:
                    found.append(Knob(which, section, place, unit, _number(part), low, high))
    return tuple(found)


def explore(
    round: Round,
    items: Sequence[Item],
    tallies: Mapping[int, Tally],
    knob: Knob,
    number: Fraction,
    *,
    min_group: int = 5,
) -> RoundResult:
    """Judge a round as it would be with a knob turned to a number.

    Ties across the line follow the plan's policy as far as it asks nobody: no decision, lot or run-off is made up.
    """
    return judge(turned(round, knob, number), items, tallies, min_group=min_group)


def turned(round: Round, knob: Knob, number: Fraction) -> Round:
    """The round with one number of its rules replaced. Raises ValueError for one out of the knob's range."""
    if not knob.allows(number):
        raise ValueError(f"{number} is not between {knob.low} and {knob.high}")
    rules = round.advance if knob.which == "advance" else round.cut
    assert rules is not None
    rule = _Turn(knob.place, number).of(rules.rules[knob.section])
    changed = RuleSet({**rules.rules, knob.section: rule})
    return replace(round, advance=changed) if knob.which == "advance" else replace(round, cut=changed)


def knob_sentence(round: Round, knob: Knob, lang: str) -> str:
    """The part of the rule that a knob turns, as the plan has it: "at least 50% yes"."""
    rules = round.advance if knob.which == "advance" else round.cut
    assert rules is not None
    part = list(_numbers(rules.rules[knob.section]))[knob.place]
    return words.taken(replace(part, condition=None) if isinstance(part, Top) else part, knob.section, round, lang)


def _numbers(rule: Rule) -> Iterator[Top | Comparison]:
    """What of a rule has a number, in the order in which `_Turn` comes by it."""
    if isinstance(rule, Top):
        yield rule
    yield from (part for part in comparisons(rule) if isinstance(part, Comparison))


def _number(part: Top | Comparison) -> Fraction:
    """The number as it is written: a share in per cent."""
    if isinstance(part, Top):
        return Fraction(part.places)
    return 100 * part.number if part.percent else part.number


def _range(part: Top | Comparison, round: Round, pool: int) -> tuple[str, int, int]:
    if isinstance(part, Top):
        return "items", 1, max(1, pool, part.places)
    if part.percent:
        return "percent", 0, 100
    if part.measure.name in RATED:
        return "rating", round.ballot.low, round.ballot.high
    return "", 0, 0


class _Turn:
    """Replaces the number at a place of a rule."""

    def __init__(self, place: int, number: Fraction) -> None:
        self.left, self.number = place, number

    def of(self, rule: Rule) -> Rule:
        if isinstance(rule, Top):
            places = int(self.number) if self._here() else rule.places
            return replace(rule, places=places, condition=self._inside(rule.condition) if rule.condition else None)
        return rule if isinstance(rule, Otherwise) else self._inside(rule)

    def _inside(self, part: Condition) -> Condition:
        if isinstance(part, Comparison):
            number = self.number / 100 if part.percent else self.number
            return replace(part, number=number, text=exact(self.number)) if self._here() else part
        if isinstance(part, Not):
            return Not(self._inside(part.inner))
        if isinstance(part, And | Or):
            return type(part)(tuple(self._inside(inner) for inner in part.parts))
        return part

    def _here(self) -> bool:
        self.left -= 1
        return self.left == -1
