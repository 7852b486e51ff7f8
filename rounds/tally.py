"""Counts of choices: what SQL, pandas and plain ballots all feed into the rules.

A tally is counted from votes, never kept as a running counter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from rounds.ballot import ABSTAIN


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """One group's part of a tally: choice -> ballots, and the papers the group handed in in the round."""

    counts: Mapping[str, int]
    papers: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of one item: (rating, how many) in rising order, without abstentions."""

    counts: tuple[tuple[int, int], ...]
    n: int

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(rating * n for rating, n in self.counts), self.n)

    @property
    def variance(self) -> Fraction:
        """Sample variance, n-1 in the denominator."""
        total = sum(rating * n for rating, n in self.counts)
        squares = sum(rating * rating * n for rating, n in self.counts)
        return (squares - Fraction(total * total, self.n)) / (self.n - 1)

    def quantile(self, p: Fraction) -> Fraction:
        """The type-7 quantile: linear between the order statistics around (n-1)p."""
        return Fraction(self.quantile_times(p.numerator, p.denominator), p.denominator)

    def quantile_times(self, numerator: int, denominator: int) -> int:
        """The quantile of numerator/denominator, times the denominator: a whole number."""
        below, rest = divmod((self.n - 1) * numerator, denominator)
        low = self._at(below)
        return low * denominator + (rest * (self._at(below + 1) - low) if rest else 0)

    def _at(self, index: int) -> int:
        seen = 0
        for rating, n in self.counts:
            seen += n
            if index < seen:
                return rating
        raise IndexError(index)


@dataclass(frozen=True)
class Tally:
    """The ballots on one item in one round.

    counts: canonical choice -> number of ballots. papers: handed in in the round, on whichever items.
    present: seats checked in when the item closed. entitled: all seats. groups: name -> its part, where known.
    """

    number: int
    counts: Mapping[str, int]
    papers: int
    present: int
    entitled: int
    groups: Mapping[str, GroupCounts] = field(default_factory=dict)

    @property
    def ballots(self) -> int:
        """Choices and abstentions."""
        return sum(self.counts.values())

    @property
    def cast(self) -> int:
        """Choices without abstentions."""
        return self.ballots - self.counts.get(ABSTAIN, 0)

    @cached_property
    def ratings(self) -> Ratings:
        """The ballots as ratings on a scale; every figure of a scale starts from them, so they are sorted once."""
        pairs = sorted((int(choice), n) for choice, n in self.counts.items() if choice != ABSTAIN and n)
        return Ratings(tuple(pairs), sum(n for _, n in pairs))

    def base(self, name: str) -> int:
        """The denominator called cast, ballots, present or entitled."""
        return {
            "cast": self.cast,
            "ballots": self.ballots,
            "present": self.present,
            "entitled": self.entitled,
        }[name]

    def of_group(self, name: str, *, whole_paper: bool) -> Tally:
        """The group as a panel of its own: every base but `cast` is the group's ballots on the item.

        With whole papers a ballot on the item is a paper of the group.
        """
        group = self.groups[name]
        ballots = group.papers if whole_paper else sum(group.counts.values())
        return replace(self, counts=group.counts, papers=group.papers, present=ballots, entitled=ballots, groups={})


def count(
    number: int,
    choices: Iterable[str],
    *,
    papers: int | None = None,
    present: int | None = None,
    entitled: int | None = None,
) -> Tally:
    """Count plain ballots on one item; what is not given equals the number of ballots."""
    counts = Counter(choices)
    n = sum(counts.values())
    papers = n if papers is None else papers
    return Tally(
        number,
        counts,
        papers,
        papers if present is None else present,
        papers if entitled is None else entitled,
    )
