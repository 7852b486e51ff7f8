"""Agreement in a round and change since an earlier one, counted from ballots in arrays and said as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consensus.papers import NOTHING, Votes
from rounds import Change, LevelError, Rankings, RoundResult, kendalls_w, net_change
from rounds.agreement import require_panel, require_paper, value_of

ROWS = 1 << 17  # counted at a time


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kendall's W over the complete papers of a round: w, of how many of the papers handed in.

    w is None where it is undefined, and where the conference's level does not give it: needs names the one that does.
    """

    w: Fraction | None
    papers: int
    of: int
    needs: str | None = None

    def as_json(self) -> dict[str, object]:
        if self.needs:
            return {"needs": self.needs}
        return {"w": None if self.w is None else str(self.w), "papers": self.papers, "of": self.of}


@dataclass(frozen=True, slots=True)
class Shift:
    """How votes changed since the round that held the items.

    net: item number -> the part of the votes that must have changed. changed: item number -> what did change, None
    where the conference's level does not give it: needs names the one that does.
    """

    since: str
    net: Mapping[int, Fraction | None]
    changed: Mapping[int, Change] | None
    needs: str | None = None

    def as_json(self) -> dict[str, object]:
        net = {str(number): None if part is None else str(part) for number, part in self.net.items()}
        if self.changed is None:
            return {"since": self.since, "net": net, "needs": self.needs}
        return {
            "since": self.since,
            "net": net,
            "changed": {str(number): str(change) for number, change in self.changed.items()},
        }


def agreement_of(level: str, votes: Votes, pool: Sequence[int]) -> Agreement:
    """Kendall's W of a round. pool: the indices of its items, as `votes` has them."""
    try:
        require_paper(level)
    except LevelError as refused:
        return Agreement(None, 0, 0, refused.needed)
    counted, handed_in = rankings_of(votes, pool)
    return Agreement(kendalls_w(level, counted), counted.papers, handed_in)


def rankings_of(votes: Votes, pool: Sequence[int]) -> tuple[Rankings, int]:
    """Rank the items of every complete paper: (what W needs to know of them, papers handed in).

    Every vote is a cell: its paper's row and the column of what it gives the item. All that ranks are made of is how
    many votes of a paper are in each cell.
    """
    whole = votes.round.ballot.whole_paper
    columns, width = _columns(votes)
    handed_in = np.flatnonzero(np.bincount(votes.paper, minlength=1))
    rows = np.full(int(votes.paper.max(initial=0)) + 1, NOTHING, np.int32)
    rows[handed_in] = np.arange(len(handed_in))
    parts = [_cells(votes, slice(at, at + ROWS), rows, columns, width) for at in range(0, len(votes.item), ROWS)]
    found = np.zeros(len(handed_in) * width, np.int64)
    for cell, _ in parts:
        found += np.bincount(cell, minlength=len(found))
    counts = found.reshape(-1, width)
    if whole:  # what is not named gets nothing, and nothing is the first column
        counts[:, 0] += len(pool) - counts.sum(axis=1)
    complete = counts.sum(axis=1) == len(pool)
    twice = np.where(complete[:, None], 2 * (np.cumsum(counts, axis=1) - counts) + counts + 1, 0)
    counts = counts[complete]
    ties = int((counts**3 - counts).sum())
    return Rankings(len(counts), tuple(_sums(parts, pool, twice, whole)), ties), len(handed_in)


Cells = tuple[NDArray[np.int32], NDArray[np.integer[Any]]]


def _columns(votes: Votes) -> tuple[NDArray[np.int32], int]:
    """For each choice the place of what it gives an item among all that can be given; and how many those are."""
    ballot = votes.round.ballot
    worth = [value_of(ballot, choice) for choice in ballot.choices]
    given = sorted({value for value in worth if value is not None} | ({0} if ballot.whole_paper else set()))
    places = [NOTHING if value is None else given.index(value) for value in worth]
    return np.array([*places, NOTHING], np.int32), len(given)  # the last is the choice of an empty paper


def _cells(votes: Votes, part: slice, rows: NDArray[np.int32], columns: NDArray[np.int32], width: int) -> Cells:
    """A part of the votes that say something: their cells and their items."""
    column, item = columns.take(votes.choice[part]), votes.item[part]
    cell = rows.take(votes.paper[part]) * np.int32(width) + column
    said = column != NOTHING
    return (cell, item) if said.all() else (cell[said], item[said])


def _sums(parts: Sequence[Cells], pool: Sequence[int], twice: NDArray[np.int64], whole: bool) -> list[int]:
    """For each item the sum of its doubled ranks; an item that a whole paper does not name has the rank of nothing."""
    unnamed = twice[:, :1] if whole else np.zeros((1, 1), np.int64)
    sums = np.full(max(pool, default=0) + 1, float(unnamed.sum()))
    weights = (twice - unnamed).astype(float).ravel()  # exact: no sum comes near 2^53
    for cell, item in parts:
        sums += np.bincount(item, weights.take(cell), minlength=len(sums))
    return [int(sums[index]) for index in pool]


def shift_of(
    level: str, before: RoundResult, after: RoundResult, cast: tuple[Votes, Votes], numbers: Sequence[int]
) -> Shift:
    """Change since the round that held the items. cast: the votes of both rounds; numbers: of all items, by index."""
    net = {
        item.number: net_change(former.tally, item.tally)
        for item in after.items
        for former in before.items
        if former.number == item.number
    }
    try:
        require_panel(level)
    except LevelError as refused:
        return Shift(before.round.id, net, None, refused.needed)
    changed = {numbers[index]: change for index, change in changes_of(*cast).items()}
    return Shift(before.round.id, net, {number: changed[number] for number in net if number in changed})


def changes_of(before: Votes, after: Votes) -> dict[int, Change]:
    """Index of an item -> change between two rounds on the same ballot."""
    width = 1 + int(max(before.item.max(initial=0), after.item.max(initial=0)))
    keys, choices = zip(*(_cast(votes, width) for votes in (before, after)), strict=True)
    both, first, second = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    item = both % width
    voted, changed = np.bincount(item), np.bincount(item, choices[0][first] != choices[1][second])
    return {int(index): Change(int(changed[index]), int(voted[index])) for index in np.flatnonzero(voted)}


def _cast(votes: Votes, width: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The votes of a round: paper and item as one number, and the choice."""
    cast = votes.item != NOTHING
    return votes.paper[cast].astype(np.int64) * width + votes.item[cast], votes.choice[cast]
