"""How far panellists agree with each other, and how far they change their minds: what only papers can tell.

A tally says how an item was voted on, not which votes are one person's. So these measures need papers that are joined:
Kendall's W the votes of a person in one round (level `paper` or `panel`), change between rounds those of a person
throughout (level `panel`). A conference that promised less refuses them with a `LevelError`. What the counts alone
tell of a change, its net part, is given at every level.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rounds.ballot import ABSTAIN, Ballot
from rounds.errors import LevelError
from rounds.plan import ANONYMITY
from rounds.tally import Tally


@dataclass(frozen=True, slots=True)
class Rankings:
    """What Kendall's W needs to know of papers that rank the same items.

    papers: how many; sums: for each item the sum of twice its mid-rank on every paper; ties: the sum of t^3 - t over
    every run of t items that a paper leaves equal.
    """

    papers: int
    sums: tuple[int, ...]
    ties: int

    def concordance(self) -> Fraction | None:
        """Kendall's coefficient of concordance, corrected for ties: 1 for papers that are all alike, near 0 for chance.

        W = 12 S / (m^2 (n^3 - n) - m T), S the squared deviations of the items' rank sums from their mean, T the sum
        of t^3 - t (Kendall & Babington Smith 1939; Siegel & Castellan 1988, 9.3). None where it is undefined: less
        than two papers or items, or no paper that prefers anything.
        """
        m, n = self.papers, len(self.sums)
        if m < 2 or n < 2:
            return None
        most = m * m * (n**3 - n) - m * self.ties
        # Twice the mean of the sums is m (n + 1); twice each deviation, squared, is four times what S adds up.
        squares = sum((twice - m * (n + 1)) ** 2 for twice in self.sums)
        return Fraction(3 * squares, most) if most else None


def rankings(papers: Iterable[Sequence[int]]) -> Rankings:
    """Rank the items of each paper by what it gives them; every paper gives something to the same items."""
    count, ties = 0, 0
    sums: list[int] = []
    for values in papers:
        count += 1
        ranked, runs = _twice_ranked(values)
        sums = [total + twice for total, twice in zip(sums, ranked, strict=True)] if sums else ranked
        ties += sum(run**3 - run for run in runs)
    return Rankings(count, tuple(sums), ties)


def _twice_ranked(values: Sequence[int]) -> tuple[list[int], list[int]]:
    """Twice the mid-rank of each value, and the lengths of the runs of equal ones."""
    many = Counter(values)
    below, twice = 0, {}
    for value in sorted(many):
        twice[value] = 2 * below + many[value] + 1
        below += many[value]
    return [twice[value] for value in values], list(many.values())


def kendalls_w(level: str, papers: Rankings) -> Fraction | None:
    """Kendall's W of a round. Raises LevelError at level `vote`, where nothing tells which votes are one person's."""
    require_paper(level)
    return papers.concordance()


def value_of(ballot: Ballot, choice: str | None) -> int | None:
    """What a paper gives an item by a choice, more for what it prefers; None if it says nothing of it.

    On a whole paper an item that is not named gets nothing: it ranks behind all that are.
    """
    if choice is None:
        return 0 if ballot.whole_paper else None
    if choice == ABSTAIN:
        return None
    if ballot.form == "rank":
        return ballot.limit + 1 - int(choice)
    return int(choice) if choice not in ("yes", "no") else int(choice == "yes")


@dataclass(frozen=True, slots=True)
class Change:
    """How many of those who voted on an item in both rounds chose otherwise the second time."""

    changed: int
    of: int

    def __str__(self) -> str:
        return f"{self.changed}/{self.of}"


def changes(
    level: str, before: Mapping[Hashable, Mapping[int, str]], after: Mapping[Hashable, Mapping[int, str]]
) -> dict[int, Change]:
    """Item number -> change between two rounds on the same ballot; paper -> item -> choice, the paper being a person's.

    Abstaining is a choice. Raises LevelError below level `panel`, where no paper is a person's in two rounds.
    """
    require_panel(level)
    found: dict[int, Change] = {}
    for paper in before.keys() & after.keys():
        for number in before[paper].keys() & after[paper].keys():
            former = found.get(number, Change(0, 0))
            changed = before[paper][number] != after[paper][number]
            found[number] = Change(former.changed + changed, former.of + 1)
    return dict(sorted(found.items()))


def require_paper(level: str) -> None:
    """Refuse what needs to know which votes of a round are one person's. Raises LevelError."""
    _require(level, "paper", "Kendall's W")


def require_panel(level: str) -> None:
    """Refuse what needs to know a person again in another round. Raises LevelError."""
    _require(level, "panel", "change between rounds")


def net_change(before: Tally, after: Tally) -> Fraction | None:
    """What part of the panel's votes on an item lies elsewhere than before: half the sum of |f1 - f2|, f being shares.

    It is the least part that must have changed; those who changed places with each other do not show. None if nobody
    voted one of the two times.
    """
    if not before.ballots or not after.ballots:
        return None
    choices = before.counts.keys() | after.counts.keys()
    moved = (
        abs(Fraction(before.counts.get(one, 0), before.ballots) - Fraction(after.counts.get(one, 0), after.ballots))
        for one in choices
    )
    return sum(moved, Fraction(0)) / 2


def _require(level: str, needed: str, what: str) -> None:
    if ANONYMITY.index(level) < ANONYMITY.index(needed):
        raise LevelError(what, level, needed)
