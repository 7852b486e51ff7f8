"""The ballot forms, and which choices each one allows.

A *choice* is what stands on a ballot for one item, in one canonical spelling: `yes`, `no`, `abstain`, a rating
("7"), a pick ("1"), a number of points ("30") or a place ("1" the best).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rounds.errors import BallotError, RuleError
from rounds.languages import Sentence

Form = Literal["yes-no", "yes-no-abstain", "scale", "pick", "points", "rank"]

YES, NO, ABSTAIN = "yes", "no", "abstain"
MAX_SCALE = 101
MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot form.

    low, high: ends of a scale. limit: K of `pick K` and `rank K`, T of `points T`.
    cap: the most points one item may get (T unless the plan says less). Each is 0 where the form has none.
    """

    text: str
    form: Form
    low: int = 0
    high: int = 0
    limit: int = 0
    cap: int = 0
    choices: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", tuple(_choices(self)))

    @property
    def whole_paper(self) -> bool:
        """True where the items of a paper hang together, so that a message is the whole paper."""
        return self.form in ("pick", "points", "rank")

    @property
    def allows_abstention(self) -> bool:
        return ABSTAIN in self.choices

    def check(self, choice: str) -> str:
        """Return the canonical spelling of a choice.

        Raises BallotError("bad-choice") if this ballot does not have it.
        """
        canonical = _canonical(choice)
        if canonical not in self.choices:
            raise BallotError(
                "bad-choice", Sentence('"{choice}" is not on a ballot "{ballot}"', choice=choice, ballot=self.text)
            )
        return canonical

    def check_paper(self, votes: Mapping[int, str]) -> None:
        """Check what holds a whole paper together; `votes` maps item number to canonical choice.

        Raises BallotError: "too-many" picks, points or places, "bad-choice" for a place given twice.
        """
        if self.form == "pick" and len(votes) > self.limit:
            raise BallotError(
                "too-many", Sentence("{n} items are picked, at most {most} may be", n=len(votes), most=self.limit)
            )
        if self.form == "points":
            total = sum(int(points) for points in votes.values())
            if total > self.limit:
                raise BallotError(
                    "too-many", Sentence("{n} points are given, at most {most} may be", n=total, most=self.limit)
                )
        if self.form == "rank":
            places = list(votes.values())
            if len(set(places)) < len(places):
                raise BallotError("bad-choice", Sentence("two items are given the same place"))

    def narrowed(self, places: int) -> Ballot:
        """The ballot of a run-off for so many free places: nobody picks more items than there are places."""
        if self.form == "pick" and places < self.limit:
            return Ballot(f"pick {places}", "pick", limit=places)
        return self


def parse_ballot(text: str) -> Ballot:
    """Read a ballot form: "yes-no", "scale 1-9", "pick 5", "points 100 max 20", "rank 3".

    Raises RuleError if it is none.
    """
    words = " ".join(text.split())
    if words in ("yes-no", "yes-no-abstain"):
        return Ballot(words, "yes-no" if words == "yes-no" else "yes-no-abstain")
    if match := re.fullmatch(r"scale (-?\d{1,3}) ?- ?(-?\d{1,3})", words):
        return _scale(words, int(match[1]), int(match[2]))
    if match := re.fullmatch(r"(pick|rank) (\d{1,9})", words):
        limit = _limit(words, int(match[2]))
        return Ballot(words, "pick" if match[1] == "pick" else "rank", limit=limit)
    if match := re.fullmatch(r"points (\d{1,9})(?: max (\d{1,9}))?", words):
        limit = _limit(words, int(match[1]))
        cap = _limit(words, int(match[2])) if match[2] else limit
        return Ballot(words, "points", limit=limit, cap=min(cap, limit))
    raise RuleError(
        Sentence(
            '"{text}" is not a ballot; write "yes-no", "yes-no-abstain", "scale A-B", "pick K", "points T", '
            '"points T max M" or "rank K"',
            text=text,
        )
    )


def _scale(text: str, low: int, high: int) -> Ballot:
    if not low < high:
        raise RuleError(Sentence('"{text}": the scale must rise, such as "scale 1-9"', text=text))
    if high - low >= MAX_SCALE:
        raise RuleError(Sentence('"{text}": a scale has at most {most} steps', text=text, most=MAX_SCALE))
    return Ballot(text, "scale", low=low, high=high)


def _limit(text: str, number: int) -> int:
    if not 1 <= number <= MAX_LIMIT:
        raise RuleError(Sentence('"{text}": the number must be from 1 to {most}', text=text, most=MAX_LIMIT))
    return number


def _choices(ballot: Ballot) -> Iterable[str]:
    if ballot.form == "yes-no":
        return (YES, NO)
    if ballot.form == "yes-no-abstain":
        return (YES, NO, ABSTAIN)
    if ballot.form == "scale":
        return (*map(str, range(ballot.low, ballot.high + 1)), ABSTAIN)
    if ballot.form == "pick":
        return ("1",)
    if ballot.form == "points":
        return map(str, range(ballot.cap + 1))
    return map(str, range(1, ballot.limit + 1))


def _canonical(choice: str) -> str:
    text = choice.strip()
    if re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        return str(int(text))
    return text.lower()
