"""What can be measured on the ballots of one item, exactly.

A measure turns a `Tally` into a value that can be compared with a number and ranked: a `Share`, a `Number` or a
`Root`. A value of None is undefined: it meets no comparison, not even `<`, and is not ranked.
Quantiles are of type 7 (linear interpolation; Hyndman & Fan 1996), `sd` has n-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from rounds.ballot import ABSTAIN, NO, YES, Ballot
from rounds.tally import Ratings, Tally

#: measure name -> ballot forms that give it
FORMS: Mapping[str, frozenset[str]] = {
    "yes": frozenset({"yes-no", "yes-no-abstain"}),
    "no": frozenset({"yes-no", "yes-no-abstain"}),
    "abstain": frozenset({"yes-no-abstain", "scale"}),
    "votes": frozenset({"yes-no", "yes-no-abstain", "scale", "pick", "points", "rank"}),
    "share": frozenset({"scale"}),
    "median": frozenset({"scale"}),
    "mean": frozenset({"scale"}),
    "iqr": frozenset({"scale"}),
    "sd": frozenset({"scale"}),
    "cv": frozenset({"scale"}),
    "disagreement": frozenset({"scale"}),
    "picks": frozenset({"pick"}),
    "points": frozenset({"points"}),
    "borda": frozenset({"rank"}),
}
SHARES = frozenset({"yes", "no", "abstain", "share", "picks"})
BASES = ("cast", "ballots", "present", "entitled")


@dataclass(frozen=True, slots=True)
class Share:
    """A number of votes over a base; a base of 0 makes it undefined."""

    count: int
    base: int

    @property
    def key(self) -> Fraction | None:
        return Fraction(self.count, self.base) if self.base else None

    def against(self, number: Fraction, *, percent: bool) -> int | None:
        """-1, 0 or 1 as the share is under, at or over the number; votes are compared unless it is a per cent."""
        if not self.base:
            return None
        return _sign((Fraction(self.count, self.base) if percent else Fraction(self.count)) - number)

    def __str__(self) -> str:
        return f"{self.count}/{self.base}"


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number: a count, a sum, a median, a mean."""

    value: Fraction

    @property
    def key(self) -> Fraction:
        return self.value

    def against(self, number: Fraction, *, percent: bool) -> int:
        return _sign(self.value - number)

    def __str__(self) -> str:
        return exact(self.value)


@dataclass(frozen=True, slots=True)
class Root:
    """The square root of an exact number, such as a standard deviation; compared by its square."""

    square: Fraction

    @property
    def key(self) -> Fraction:
        return self.square

    def against(self, number: Fraction, *, percent: bool) -> int:
        return 1 if number < 0 else _sign(self.square - number * number)

    def __str__(self) -> str:
        root = _rational_root(self.square)
        return exact(root) if root is not None else f"sqrt({exact(self.square)})"


Value = Share | Number | Root


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as a rule names it: `yes`, `median`, `share(7..9)` (low and high are the ends)."""

    name: str
    low: int = 0
    high: int = 0

    def __str__(self) -> str:
        return f"share({self.low}..{self.high})" if self.name == "share" else self.name

    @property
    def is_share(self) -> bool:
        return self.name in SHARES

    def of(self, tally: Tally, ballot: Ballot, base: str) -> Value | None:
        """Measure one item. `base` is the denominator of yes, no and share(): one of BASES."""
        if self.name in SHARES:
            return self._share(tally, base)
        if self.name == "votes":
            return Number(Fraction(votes_on(tally, ballot)))
        if self.name == "points":
            return Number(Fraction(sum(int(choice) * n for choice, n in tally.counts.items())))
        if self.name == "borda":
            return Number(Fraction(sum((ballot.limit + 1 - int(place)) * n for place, n in tally.counts.items())))
        return self._of_ratings(tally.ratings)

    def _share(self, tally: Tally, base: str) -> Share:
        if self.name == "picks":
            return Share(tally.counts.get("1", 0), tally.papers)
        if self.name == "abstain":
            return Share(tally.counts.get(ABSTAIN, 0), tally.ballots)
        if self.name in (YES, NO):
            count = tally.counts.get(self.name, 0)
        else:
            count = sum(n for rating, n in tally.ratings.counts if self.low <= rating <= self.high)
        return Share(count, tally.base(base))

    def _of_ratings(self, ratings: Ratings) -> Value | None:
        if not ratings.n:
            return None
        if self.name == "median":
            return Number(ratings.quantile(Fraction(1, 2)))
        if self.name == "mean":
            return Number(ratings.mean)
        if self.name == "iqr":
            return Number(ratings.quantile(Fraction(3, 4)) - ratings.quantile(Fraction(1, 4)))
        if ratings.n < 2:
            return None
        if self.name == "sd":
            return Root(ratings.variance)
        return Root(ratings.variance / ratings.mean**2) if ratings.mean > 0 else None


def disagreement(tally: Tally, ballot: Ballot) -> bool | None:
    """RAND/UCLA disagreement: the interpercentile range P70-P30 exceeds the one adjusted for symmetry.

    IPRAS = 2.35 + 1.5 * |c - (P30 + P70) / 2|, c the middle of the scale (Fitch et al. 2001, RAND MR-1269).
    None where nobody rated.
    """
    ratings = tally.ratings
    if not ratings.n:
        return None
    p30, p70 = ratings.quantile_times(3, 10), ratings.quantile_times(7, 10)  # ten times each
    # Both sides times 40, which makes them whole numbers; twice the middle is low + high.
    return 4 * (p70 - p30) > 94 + abs(30 * (ballot.low + ballot.high) - 3 * (p30 + p70))


def votes_on(tally: Tally, ballot: Ballot) -> int:
    """Ballots on the item without abstentions; on whole papers the papers handed in in the round."""
    return tally.papers if ballot.whole_paper else tally.cast


def default_ranking(ballot: Ballot) -> tuple[Measure, ...]:
    """What `top N` ranks by unless it says: the first measure, then the next among equals."""
    if ballot.form in ("yes-no", "yes-no-abstain"):
        return (Measure("yes"),)
    if ballot.form == "scale":
        return (Measure("median"), Measure("mean"))
    return ({"pick": Measure("picks"), "points": Measure("points"), "rank": Measure("borda")}[ballot.form],)


def exact(value: Fraction) -> str:
    """Write a fraction exactly: as a decimal where that ends, else as "20/3"."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    scaled = str(abs(int(value * 10**digits))).rjust(digits + 1, "0")
    whole, decimals = (scaled[:-digits], scaled[-digits:]) if digits else (scaled, "")
    return ("-" if value < 0 else "") + whole + (f".{decimals}" if decimals else "")


def _rational_root(square: Fraction) -> Fraction | None:
    root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
    return root if root * root == square else None


def _sign(difference: Fraction) -> int:
    return (difference > 0) - (difference < 0)
