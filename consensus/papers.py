"""Ballots as arrays: millions of rows read, checked and counted in bounded memory.

A row is one vote: round, item number, paper, choice and perhaps the paper's group. Reading settles all that needs no
result of an earlier round (known round, number, choice); `Papers.of_round` checks the rest once a round's pool is
known: that its items were on the ballot, no vote stands twice, and each whole paper keeps to its form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consensus.errors import BadInput
from rounds import Ballot, BallotError, GroupCounts, Plan, Round, Tally

COLUMNS = ("round", "number", "paper", "choice", "group")
NOTHING = -1  # the item, choice or group of a row that has none

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class BallotRow:
    """One vote as it stands in a file; number None and choice "" is a paper handed in with nothing on it."""

    round: str
    number: int | None
    paper: str
    choice: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of one round in file order; `row` is the row of the file (the header is row 1)."""

    round: Round
    row: Ints
    item: Ints  # index into `Papers.numbers`
    paper: Ints
    choice: Ints  # index into the ballot's choices
    group: Ints


class Papers:
    """All ballots of a conference.

    numbers: the item numbers in item order; papers and groups: their names, in order of first appearance.
    """

    def __init__(self, name: str, plan: Plan, numbers: Sequence[int]) -> None:
        self.name, self.plan, self.numbers = name, plan, tuple(numbers)
        self.rounds = [r for one in plan.rounds for r in (one, one.run_off())]
        self.papers = _Names()
        self.groups = _Names()
        self._round_codes = {r.id: code for code, r in enumerate(self.rounds)}
        self._item_codes = {number: index for index, number in enumerate(self.numbers)}
        self._choice_codes = [{c: code for code, c in enumerate(r.ballot.choices)} for r in self.rounds]
        self._parts: list[list[NDArray[Any]]] = []
        self._by_round: dict[int, Votes] | None = None

    def add(self, frame: pd.DataFrame, rows: Ints) -> None:
        """Take in rows: a frame of the columns of COLUMNS as categories of text, and each row's number.

        Raises BadInput naming the first row that cannot be meant.
        """
        cells = {name: _Column(frame[name], rows, self.name) for name in COLUMNS if name in frame}
        round_ = cells["round"].codes(self._round_code)
        item = cells["number"].codes(self._item_code)
        paper = cells["paper"].codes(self._paper_code)
        choice = self._choices(cells["choice"], round_, item)
        group = cells["group"].codes(self._group_code) if "group" in cells else np.full(len(rows), NOTHING, np.int32)
        self._parts.append([round_.astype(np.int16), rows, _small(item), paper, _small(choice), _small(group)])

    def held(self, round_id: str) -> bool:
        """Whether anyone handed in a paper in the round."""
        return self._round_codes[round_id] in self._split()

    def of_all(self, round_id: str) -> Votes:
        """The votes of a round as read, unchecked."""
        return self._split()[self._round_codes[round_id]]

    def of_round(self, round: Round, pool: Sequence[int]) -> Votes:
        """The votes of a round, checked against its pool and its ballot. Raises BadInput naming the row."""
        votes = self._split().get(self._round_codes[round.id]) or self._none(round)
        votes = Votes(round, votes.row, votes.item, votes.paper, votes.choice, votes.group)
        _Check(self, votes, pool).all()
        return votes

    def tallies(
        self, votes: Votes, pool: Sequence[int], seats: Mapping[int, tuple[int, int]] | None = None
    ) -> dict[int, Tally]:
        """Count the votes of a round: item number -> tally.

        seats: item number -> (entitled, present) when it closed; without it both are the number of papers.
        """
        cast = votes.item != NOTHING
        shape = (len(self.numbers), len(votes.round.ballot.choices))
        papers = self._handed_in(votes)
        counts = _crosstab(votes.item[cast], votes.choice[cast], shape)
        groups = self._group_counts(votes, cast, shape)
        found = {}
        for number in pool:
            index = self._item_codes[number]
            entitled, present = seats[number] if seats else (papers, papers)
            named = {name: GroupCounts(_named(c[index], votes.round.ballot), n) for name, (c, n) in groups.items()}
            found[number] = Tally(number, _named(counts[index], votes.round.ballot), papers, present, entitled, named)
        return found

    def _handed_in(self, votes: Votes) -> int:
        """Count papers. At level `vote` each vote lies on one of its own: then the item with most votes tells."""
        if self.plan.anonymity != "vote":
            return _distinct(votes.paper)
        return int(np.bincount(votes.item[votes.item != NOTHING], minlength=1).max())

    def rows(self) -> Iterator[BallotRow]:
        """Every vote as a row, in file order within each round."""
        for votes in self._split().values():
            choices = votes.round.ballot.choices
            for item, paper, choice, group in zip(votes.item, votes.paper, votes.choice, votes.group, strict=True):
                yield BallotRow(
                    votes.round.id,
                    None if item == NOTHING else self.numbers[item],
                    self.papers.names[paper],
                    "" if choice == NOTHING else choices[choice],
                    "" if group == NOTHING else self.groups.names[group],
                )

    def _group_counts(
        self, votes: Votes, cast: NDArray[np.bool_], shape: tuple[int, int]
    ) -> dict[str, tuple[NDArray[np.int64], int]]:
        found = {}
        for group in np.unique(votes.group[votes.group != NOTHING]) if self.groups.names else ():
            own = votes.group == group
            counts = _crosstab(votes.item[own & cast], votes.choice[own & cast], shape)
            found[self.groups.names[group]] = (counts, _distinct(votes.paper[own]))
        return found

    def _split(self) -> dict[int, Votes]:
        """The rows of each round, made once when reading is over."""
        if self._by_round is None:
            round_, *columns = self._columns()
            self._by_round = {}
            held = np.flatnonzero(np.bincount(round_)) if len(round_) else ()
            for code in map(int, held):
                of = slice(None) if len(held) == 1 else round_ == code
                self._by_round[code] = Votes(self.rounds[code], *(column[of] for column in columns))
        return self._by_round

    def _columns(self) -> list[NDArray[Any]]:
        """Each column of the rows read, put together and let go of one by one: memory is what limits a large file."""
        if not self._parts:
            return [np.empty(0, np.int32)] * 6
        return [np.concatenate([part.pop(0) for part in self._parts]) for _ in range(6)]

    def _none(self, round: Round) -> Votes:
        empty = np.empty(0, np.int32)
        return Votes(round, empty, empty, empty, empty, empty)

    def _round_code(self, text: str) -> int:
        if text in self._round_codes:
            return self._round_codes[text]
        raise ValueError(f'"{text}" is not a round of the plan; there are {", ".join(r.id for r in self.plan.rounds)}')

    def _item_code(self, text: str) -> int:
        if not text:
            return NOTHING
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) in self._item_codes:
            return self._item_codes[int(text)]
        raise ValueError(f'"{text}" is not the number of an item')

    def _paper_code(self, text: str) -> int:
        if not text:
            raise ValueError("the paper is missing")
        return self.papers.code(text)

    def _group_code(self, text: str) -> int:
        return self.groups.code(text) if text else NOTHING

    def _choices(self, column: _Column, round_: Ints, item: Ints) -> Ints:
        """Code each choice by its round's ballot; a choice is empty where the number is."""
        table = np.full((len(self.rounds), len(column.names) + 1), NOTHING, np.int32)
        for code in map(int, np.unique(round_)):
            known, ballot = self._choice_codes[code], self.rounds[code].ballot
            for place, text in enumerate(column.names):
                table[code, place] = NOTHING if not text else known.get(_canonical(ballot, text), -2)
        choice: Ints = table[round_, column.raw]
        wrong = (choice == -2) | ((choice == NOTHING) != (item == NOTHING))
        if wrong.any():
            at = int(np.argmax(wrong))
            text = column.names[column.raw[at]] if column.raw[at] >= 0 else ""
            ballot = self.rounds[int(round_[at])].ballot
            problem = f'"{text}" is not a choice on a ballot "{ballot.text}"'
            if choice[at] != -2:
                problem = "number and choice must both be filled in, or both be empty for an empty paper"
            raise BadInput(self.name, f"row {column.rows[at]}", problem)
        return choice


class _Names:
    """Texts coded by order of first appearance."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        code = self._codes.setdefault(text, len(self.names))
        if code == len(self.names):
            self.names.append(text)
        return code


class _Column:
    """A column of texts as codes into its distinct values."""

    def __init__(self, series: pd.Series, rows: Ints, name: str) -> None:
        self.rows, self.name = rows, name
        self.names = [str(value).strip() for value in series.cat.categories]
        self.raw = series.cat.codes.to_numpy(np.int32)

    def codes(self, code: Callable[[str], int]) -> Ints:
        """Code every row through its distinct value; the first row of a refused value is named."""
        table = np.full(len(self.names) + 1, NOTHING, np.int32)  # the last is for a missing cell, code -1
        refused: dict[int, str] = {}
        for place, text in enumerate([*self.names, ""]):
            try:
                table[place] = code(text)
            except ValueError as error:
                refused[place if place < len(self.names) else -1] = str(error)
        if refused:
            self._refuse(refused)
        return table[self.raw]

    def _refuse(self, refused: Mapping[int, str]) -> None:
        """Name the first row with a refused value; a value that no row has is of another part of the file."""
        wrong = np.isin(self.raw, list(refused))
        if wrong.any():
            at = int(np.argmax(wrong))
            raise BadInput(self.name, f"row {self.rows[at]}", refused[int(self.raw[at])])


class _Check:
    """What a round's votes must keep to; each check names the first row that does not."""

    def __init__(self, papers: Papers, votes: Votes, pool: Sequence[int]) -> None:
        self.papers, self.votes, self.pool = papers, votes, pool
        self.cast = votes.item != NOTHING

    def all(self) -> None:
        self.on_ballot()
        self.once()
        self.one_group()
        if not self.cast.all():
            self.empty_papers()
        if self.votes.round.ballot.whole_paper:
            self.whole_papers(self.votes.round.ballot)

    def fail(self, at: int, problem: str) -> None:
        raise BadInput(self.papers.name, f"row {self.votes.row[at]}", problem)

    def on_ballot(self) -> None:
        allowed = np.zeros(len(self.papers.numbers) + 1, bool)
        allowed[[self.papers._item_codes[number] for number in self.pool]] = True
        allowed[NOTHING] = True
        wrong = ~allowed[self.votes.item]
        if wrong.any():
            at = int(np.argmax(wrong))
            number = self.papers.numbers[self.votes.item[at]]
            self.fail(at, f"item {number} is not voted on in round {self.votes.round.id}")

    def once(self) -> None:
        key = self.votes.paper.astype(np.int64)
        key *= len(self.papers.numbers) + 1
        key += self.votes.item
        if (at := _first_repeated(key)) is not None:
            paper = self.papers.papers.names[self.votes.paper[at]]
            self.fail(at, f'paper "{paper}" has voted on this item already')

    def one_group(self) -> None:
        if (self.votes.group == NOTHING).all():
            return
        own = np.full(len(self.papers.papers.names), NOTHING, np.int32)
        own[self.votes.paper[::-1]] = self.votes.group[::-1]
        wrong = own[self.votes.paper] != self.votes.group
        if wrong.any():
            at = int(np.argmax(wrong))
            self.fail(
                at, f'paper "{self.papers.papers.names[self.votes.paper[at]]}" has another group in an earlier row'
            )

    def empty_papers(self) -> None:
        filled = np.zeros(len(self.papers.papers.names), bool)
        filled[self.votes.paper[self.cast]] = True
        wrong = ~self.cast & filled[self.votes.paper]
        if wrong.any():
            self.fail(int(np.argmax(wrong)), "a paper with votes on it is not an empty paper: leave this row out")

    def whole_papers(self, ballot: Ballot) -> None:
        paper, cast = self.votes.paper, self.cast
        weight = np.array([int(choice) for choice in ballot.choices], np.int64)
        if ballot.form == "rank":
            place = paper.astype(np.int64) * (ballot.limit + 1) + np.where(cast, self.votes.choice + 1, 0)
            if (at := _first_repeated(place)) is not None:
                self.fail(at, "the paper has given this place to another item already")
            return
        amount = np.ones(len(paper), np.int64) if ballot.form == "pick" else weight[self.votes.choice]
        amount[~cast] = 0
        total = np.bincount(paper, weights=amount, minlength=1)
        if (total > ballot.limit).any():
            at = int(np.flatnonzero(paper == int(np.argmax(total > ballot.limit)))[-1])
            named = self.papers.papers.names[paper[at]]
            self.fail(
                at, f'paper "{named}" has {int(total[paper[at]])} {ballot.form}, at most {ballot.limit} are allowed'
            )


def read_rows(name: str, plan: Plan, numbers: Sequence[int], rows: Iterable[BallotRow]) -> Papers:
    """Papers from rows in memory, such as those of a database. Raises BadInput naming the row."""
    kept = list(rows)
    frame = pd.DataFrame(
        {
            "round": [row.round for row in kept],
            "number": ["" if row.number is None else str(row.number) for row in kept],
            "paper": [row.paper for row in kept],
            "choice": [row.choice for row in kept],
            "group": [row.group for row in kept],
        },
        dtype="category",
    )
    papers = Papers(name, plan, numbers)
    if kept:
        papers.add(frame, np.arange(2, len(kept) + 2, dtype=np.int32))
    return papers


def _canonical(ballot: Ballot, text: str) -> str:
    try:
        return ballot.check(text)
    except BallotError:
        return ""


def _crosstab(item: Ints, choice: Ints, shape: tuple[int, int]) -> NDArray[np.int64]:
    flat = np.bincount(item.astype(np.int32) * shape[1] + choice, minlength=shape[0] * shape[1])
    return flat.reshape(shape)


def _small(codes: Ints) -> NDArray[Any]:
    return codes.astype(np.int16) if codes.max(initial=0) < np.iinfo(np.int16).max else codes


def _distinct(codes: Ints) -> int:
    return int(np.count_nonzero(np.bincount(codes))) if len(codes) else 0


def _named(counts: NDArray[np.int64], ballot: Ballot) -> dict[str, int]:
    return {choice: int(n) for choice, n in zip(ballot.choices, counts, strict=True) if n}


def _first_repeated(keys: NDArray[np.int64]) -> int | None:
    """The index of the first key that stood before, or None."""
    if not _repeats(keys):
        return None
    order = np.argsort(keys, kind="stable")
    again = order[1:][keys[order[1:]] == keys[order[:-1]]]
    return int(again.min())


def _repeats(keys: NDArray[np.int64]) -> bool:
    ordered = np.sort(keys)
    return bool((ordered[1:] == ordered[:-1]).any())
