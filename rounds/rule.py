"""The rule language: "top 14", "yes < 50%", "share(7..9) >= 70% and share(1..3) < 15%".

    rule       = "top" INT ["by" measure] ["and" condition] | condition | "otherwise"
    condition  = term {"or" term};   term = factor {"and" factor};   factor = ["not"] (comparison | "(" condition ")")
    comparison = measure (">=" | ">" | "<=" | "<" | "=") NUMBER ["%"] [scope]  |  "disagreement" [scope]
    scope      = "in every group" | "in any group" | "in" INT "groups"

`parse_rule` reads it into the values of this module; `holds` evaluates a condition on one tally.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from rounds.ballot import Ballot
from rounds.errors import RuleError
from rounds.languages import Sentence
from rounds.measure import FORMS, Measure, disagreement
from rounds.tally import Tally

OPERATORS: dict[str, Callable[[int], bool]] = {
    ">=": lambda sign: sign >= 0,
    ">": lambda sign: sign > 0,
    "<=": lambda sign: sign <= 0,
    "<": lambda sign: sign < 0,
    "=": lambda sign: sign == 0,
}
MAX_LENGTH = 2000
THE_END = Sentence("the end")
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Scope:
    """In how many groups a comparison must hold: "every", "any" or a number."""

    groups: str | int

    def __str__(self) -> str:
        return f"in {self.groups} groups" if isinstance(self.groups, int) else f"in {self.groups} group"


@dataclass(frozen=True, slots=True)
class Comparison:
    measure: Measure
    operator: str
    number: Fraction
    percent: bool
    text: str  # the number as written, "66.7"
    scope: Scope | None = None

    def __str__(self) -> str:
        per_cent = "%" if self.percent else ""
        scope = f" {self.scope}" if self.scope else ""
        return f"{self.measure} {self.operator} {self.text}{per_cent}{scope}"


@dataclass(frozen=True, slots=True)
class Disagreement:
    scope: Scope | None = None

    def __str__(self) -> str:
        return f"disagreement {self.scope}" if self.scope else "disagreement"


@dataclass(frozen=True, slots=True)
class Not:
    inner: Condition

    def __str__(self) -> str:
        # "not not" is no rule: a negation inside another stands in brackets.
        return f"not ({self.inner})" if isinstance(self.inner, Not) else f"not {_bracketed(self.inner)}"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(_bracketed(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(_bracketed(part) for part in self.parts)


Condition = Comparison | Disagreement | Not | And | Or


@dataclass(frozen=True, slots=True)
class Top:
    """The `places` best by a measure (None: the ballot's own ranking), among items that meet a condition."""

    places: int
    by: Measure | None = None
    condition: Condition | None = None

    def __str__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        also = f" and {_bracketed(self.condition)}" if self.condition else ""
        return f"top {self.places}{by}{also}"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Every item that the round's other rule does not take."""

    def __str__(self) -> str:
        return "otherwise"


Rule = Top | Otherwise | Condition


def parse_rule(text: str, ballot: Ballot) -> Rule:
    """Read a rule for a ballot form. Raises RuleError that names the word where it goes wrong."""
    if len(text) > MAX_LENGTH:
        raise RuleError(Sentence("the rule is longer than {most} characters", most=MAX_LENGTH))
    return _Reader(text, ballot).rule()


def holds(condition: Condition, tally: Tally, ballot: Ballot, base: str, min_group: int) -> bool:
    """Whether one item meets a condition. An undefined measure meets no comparison."""
    if isinstance(condition, Or):
        return any(holds(part, tally, ballot, base, min_group) for part in condition.parts)
    if isinstance(condition, And):
        return all(holds(part, tally, ballot, base, min_group) for part in condition.parts)
    if isinstance(condition, Not):
        return not holds(condition.inner, tally, ballot, base, min_group)
    if condition.scope is None:
        return _true_of(condition, tally, ballot, base)
    return _holds_in_groups(condition, condition.scope, tally, ballot, base, min_group)


def comparisons(rule: Rule | None) -> Iterator[Comparison | Disagreement]:
    """Every comparison inside a rule, in the order written."""
    if isinstance(rule, Comparison | Disagreement):
        yield rule
    elif isinstance(rule, Not):
        yield from comparisons(rule.inner)
    elif isinstance(rule, And | Or):
        for part in rule.parts:
            yield from comparisons(part)
    elif isinstance(rule, Top):
        yield from comparisons(rule.condition)


def _true_of(condition: Comparison | Disagreement, tally: Tally, ballot: Ballot, base: str) -> bool:
    if isinstance(condition, Disagreement):
        return bool(disagreement(tally, ballot))
    value = condition.measure.of(tally, ballot, base)
    sign = None if value is None else value.against(condition.number, percent=condition.percent)
    return sign is not None and OPERATORS[condition.operator](sign)


def _holds_in_groups(
    condition: Comparison | Disagreement,
    scope: Scope,
    tally: Tally,
    ballot: Ballot,
    base: str,
    min_group: int,
) -> bool:
    parts = [tally.of_group(name, whole_paper=ballot.whole_paper) for name in tally.groups]
    large = [part for part in parts if (part.papers if ballot.whole_paper else part.ballots) >= min_group]
    met = sum(_true_of(condition, part, ballot, base) for part in large)
    if not large:
        return False
    if isinstance(scope.groups, int):
        return met >= scope.groups
    return met == len(large) if scope.groups == "every" else met > 0


def _bracketed(condition: Condition) -> str:
    return f"({condition})" if isinstance(condition, And | Or) else str(condition)


_TOKEN = re.compile(r"\s*(?:(\d+(?:\.(?!\.)\d+)?)|([A-Za-z]+)|(\.\.|>=|<=|[<>=()%-]))", re.ASCII)


class _Reader:
    """A recursive-descent reader over the tokens of one rule."""

    def __init__(self, text: str, ballot: Ballot) -> None:
        self.ballot = ballot
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def rule(self) -> Rule:
        if self.take("otherwise"):
            rule: Rule = Otherwise()
        elif self.take("top"):
            rule = self.top()
        else:
            rule = self.condition()
        if self.peek():
            raise RuleError(
                Sentence('"{word}" is one word too many; join conditions with "and" or "or"', word=self.peek())
            )
        return rule

    def top(self) -> Top:
        places = self.integer(Sentence('how many, such as "top 14"'))
        if places < 1:
            raise RuleError(Sentence('"top" needs at least one place, such as "top 14"'))
        by = self.measure() if self.take("by") else None
        if by and by.name == "disagreement":
            raise RuleError(Sentence('"disagreement" is true or false: it cannot rank items'))
        return Top(places, by, self.condition() if self.take("and") else None)

    def condition(self) -> Condition:
        terms = [self.term()]
        while self.take("or"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def term(self) -> Condition:
        factors = [self.factor()]
        while self.take("and"):
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else And(tuple(factors))

    def factor(self) -> Condition:
        negated = self.take("not")
        if self.take("("):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise RuleError(Sentence("the brackets are nested too deeply"))
            inner = self.condition()
            self.expect(")")
            self.depth -= 1
        else:
            inner = self.comparison()
        return Not(inner) if negated else inner

    def comparison(self) -> Comparison | Disagreement:
        measure = self.measure()
        if measure.name == "disagreement":
            return Disagreement(self.scope())
        operator = self.next_token()
        if operator not in OPERATORS:
            raise RuleError(
                Sentence(
                    '"{word}" stands where >=, >, <=, < or = should, after "{measure}"',
                    word=operator or THE_END,
                    measure=str(measure),
                )
            )
        text = self.number()
        percent = self.take("%")
        if percent and not measure.is_share and measure.name != "cv":
            raise RuleError(
                Sentence(
                    '"{measure}" is not a share: compare it with a plain number, without "%"', measure=str(measure)
                )
            )
        number = Fraction(text) / 100 if percent else Fraction(text)
        return Comparison(measure, operator, number, percent, text, self.scope())

    def measure(self) -> Measure:
        name = self.next_token().lower()
        if name not in FORMS:
            raise RuleError(
                Sentence(
                    '"{word}" stands where a measure should; there are {known}',
                    word=name or THE_END,
                    known=", ".join(FORMS),
                )
            )
        if self.ballot.form not in FORMS[name]:
            raise RuleError(
                Sentence(
                    'a ballot "{ballot}" does not give the measure "{measure}"', ballot=self.ballot.text, measure=name
                )
            )
        return self.share() if name == "share" else Measure(name)

    def share(self) -> Measure:
        self.expect("(")
        low = self.rating()
        self.expect("..")
        high = self.rating()
        self.expect(")")
        if not self.ballot.low <= low <= high <= self.ballot.high:
            raise RuleError(
                Sentence(
                    'share({low}..{high}) does not lie on the ballot "{ballot}"',
                    low=low,
                    high=high,
                    ballot=self.ballot.text,
                )
            )
        return Measure("share", low, high)

    def rating(self) -> int:
        sign = -1 if self.take("-") else 1
        return sign * self.integer(Sentence('a rating, such as "share(7..9)"'))

    def scope(self) -> Scope | None:
        if not self.take("in"):
            return None
        if self.take("every") or self.take("any"):
            word = self.tokens[self.at - 1].lower()
            self.expect("group")
            return Scope(word)
        groups = self.integer(Sentence('"every group", "any group" or "2 groups" after "in"'))
        if groups < 1:
            raise RuleError(Sentence('"in 0 groups" is always true; name at least one group'))
        if not self.take("groups"):
            self.expect("group" if groups == 1 else "groups")
        return Scope(groups)

    def integer(self, what: str) -> int:
        token = self.next_token()
        if not token.isdigit() or len(token) > 9:
            raise RuleError(
                Sentence('"{word}" stands where a whole number should: {what}', word=token or THE_END, what=what)
            )
        return int(token)

    def number(self) -> str:
        sign = "-" if self.take("-") else ""
        token = self.next_token()
        if not re.fullmatch(r"\d{1,12}(\.\d{1,12})?", token):
            raise RuleError(Sentence('"{word}" stands where a number should', word=token or THE_END))
        return sign + token

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next_token(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def take(self, word: str) -> bool:
        if self.peek().lower() != word:
            return False
        self.at += 1
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise RuleError(
                Sentence('"{word}" stands where "{wanted}" should', word=self.peek() or THE_END, wanted=word)
            )


def _tokens(text: str) -> Iterator[str]:
    at = 0
    rest = text.rstrip()
    if not rest:
        raise RuleError(Sentence('the rule is empty; leave the key out for "never"'))
    while at < len(rest):
        match = _TOKEN.match(rest, at)
        if match is None:
            raise RuleError(Sentence('"{text}" cannot be read as part of a rule', text=rest[at:].strip()[:20]))
        yield match[0].strip()
        at = match.end()
