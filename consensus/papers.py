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
from numpy.typing import NDArray

from consensus.errors import BadInput
from consensus.sheets import shown
from consensus.texts import Ints, Texts
from rounds import Ballot, BallotError, GroupCounts, Plan, Round, Tally

COLUMNS = ("round", "number", "paper", "choice", "group")
NOTHING = -1  # the item, choice or group of a row that has none
MOST_GROUPS = 100
REFUSED = -2  # what a text that means nothing here stands for


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

    numbers: the item numbers in item order; texts: column -> the texts that its cells are numbers of.
    """

    def __init__(self, name: str, plan: Plan, numbers: Sequence[int]) -> None:
        self.name, self.plan, self.numbers = name, plan, tuple(numbers)
        self.rounds = [r for one in plan.rounds for r in (one, one.run_off())]
        self.texts = {column: Texts() for column in COLUMNS}
        self._round_codes = {r.id: code for code, r in enumerate(self.rounds)}
        self._item_codes = {number: index for index, number in enumerate(self.numbers)}
        meanings = {"round": self._round_code, "number": self._item_code, "paper": self._paper_code}
        self._meanings = {column: _Meanings(self.texts[column], of) for column, of in meanings.items()}
        item_type = np.int16 if len(self.numbers) < np.iinfo(np.int16).max else np.int32
        self._columns = [_Column(of) for of in (np.int16, np.int32, item_type, np.int32, np.int16, np.int16)]
        self._by_round: dict[int, Votes] | None = None

    @property
    def papers(self) -> list[str]:
        """The name of each paper."""
        return self.texts["paper"].names

    @property
    def groups(self) -> list[str]:
        """The name of each group."""
        return self.texts["group"].names

    def add(self, cells: Mapping[str, Ints], rows: Ints) -> None:
        """Take in rows: each column's cells as numbers of `texts`, and each row's number in the file.

        Raises BadInput naming the first row that cannot be meant.
        """
        round_, item, paper = (self._meanings[column].of(cells[column], rows, self.name) for column in COLUMNS[:3])
        choice = self._choices_of(cells["choice"], round_, item, rows)
        group = self._groups_of(cells["group"], rows) if "group" in cells else np.full(len(rows), NOTHING, np.int32)
        for column, codes in zip(self._columns, (round_, rows, item, paper, choice, group), strict=True):
            column.extend(codes)

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
        papers = self._handed_in(votes, max((e for e, _ in seats.values()), default=0) if seats else None)
        counts = _crosstab(votes.item[cast], votes.choice[cast], shape)
        groups = self._group_counts(votes, cast, shape)
        found = {}
        for number in pool:
            index = self._item_codes[number]
            entitled, present = seats[number] if seats else (papers, papers)
            named = {name: GroupCounts(_named(c[index], votes.round.ballot), n) for name, (c, n) in groups.items()}
            found[number] = Tally(number, _named(counts[index], votes.round.ballot), papers, present, entitled, named)
        return found

    def _handed_in(self, votes: Votes, entitled: int | None) -> int:
        """Count papers; where they are more than the seats, the item with most votes tells.

        At level `vote` each vote lies on a paper of its own; at level `paper` those on an item that was voted on anew
        after the seal had cut the links.
        """
        papers = _distinct(votes.paper)
        whole = votes.round.ballot.whole_paper
        if self.plan.anonymity != "vote" and (whole or entitled is None or papers <= entitled):
            return papers
        return int(np.bincount(votes.item[votes.item != NOTHING], minlength=1).max())

    def rows(self) -> Iterator[BallotRow]:
        """Every vote as a row, in file order within each round."""
        for votes in self._split().values():
            choices = votes.round.ballot.choices
            for item, paper, choice, group in zip(votes.item, votes.paper, votes.choice, votes.group, strict=True):
                yield BallotRow(
                    votes.round.id,
                    None if item == NOTHING else self.numbers[item],
                    self.papers[paper],
                    "" if choice == NOTHING else choices[choice],
                    "" if group == NOTHING else self.groups[group],
                )

    def _group_counts(
        self, votes: Votes, cast: NDArray[np.bool_], shape: tuple[int, int]
    ) -> dict[str, tuple[NDArray[np.int64], int]]:
        found = {}
        for group in np.unique(votes.group[votes.group != NOTHING]) if self.groups else ():
            own = votes.group == group
            counts = _crosstab(votes.item[own & cast], votes.choice[own & cast], shape)
            found[self.groups[group]] = (counts, _distinct(votes.paper[own]))
        return found

    def _split(self) -> dict[int, Votes]:
        """The rows of each round, made once when reading is over."""
        if self._by_round is None:
            round_ = self._columns[0].array
            many = np.bincount(round_) if len(round_) else np.empty(0, np.int64)
            # One round is left where it is: memory is what limits a large file.
            order = np.argsort(round_, kind="stable") if np.count_nonzero(many) > 1 else slice(None)
            ordered = [column.taken(order) for column in self._columns[1:]]
            ends = np.cumsum(many)
            self._by_round = {
                code: Votes(self.rounds[code], *(column[ends[code] - many[code] : ends[code]] for column in ordered))
                for code in map(int, np.flatnonzero(many))
            }
        return self._by_round

    def _none(self, round: Round) -> Votes:
        empty = np.empty(0, np.int32)
        return Votes(round, empty, empty, empty, empty, empty)

    def _round_code(self, text: str) -> int:
        if text in self._round_codes:
            return self._round_codes[text]
        raise ValueError(
            f'"{shown(text)}" is not a round of the plan; there are {", ".join(r.id for r in self.plan.rounds)}'
        )

    def _item_code(self, text: str) -> int:
        if not text:
            return NOTHING
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) in self._item_codes:
            return self._item_codes[int(text)]
        raise ValueError(f'"{shown(text)}" is not the number of an item')

    def _paper_code(self, text: str) -> int:
        if not text:
            raise ValueError("the paper is missing")
        return self.texts["paper"].code(text)

    def _choices_of(self, cells: Ints, round_: Ints, item: Ints, rows: Ints) -> Ints:
        """Code each choice by its round's ballot; a choice is empty where the number is."""
        texts = self.texts["choice"].names
        both = round_ * len(texts) + cells
        table = np.full(len(self.rounds) * len(texts), REFUSED, np.int32)
        for pair in map(int, np.flatnonzero(np.bincount(both))):
            ballot, text = self.rounds[pair // len(texts)].ballot, texts[pair % len(texts)]
            table[pair] = _choice_code(ballot, text)
        choice: Ints = table[both]
        wrong = (choice == REFUSED) | ((choice == NOTHING) != (item == NOTHING))
        if wrong.any():
            at = int(np.argmax(wrong))
            problem = "number and choice must both be filled in, or both be empty for an empty paper"
            if choice[at] == REFUSED:
                ballot = self.rounds[int(round_[at])].ballot
                problem = f'"{shown(texts[cells[at]])}" is not a choice on a ballot "{ballot.text}"'
            raise BadInput(self.name, f"row {rows[at]}", problem)
        return choice

    def _groups_of(self, cells: Ints, rows: Ints) -> Ints:
        if len(self.groups) > MOST_GROUPS + 1:
            at = int(np.argmax(cells > MOST_GROUPS))
            raise BadInput(self.name, f"row {rows[at]}", f"there are more than {MOST_GROUPS} groups")
        ungrouped = self.texts["group"].find("")
        return cells if ungrouped is None else np.where(cells == ungrouped, NOTHING, cells)


class _Column:
    """A column of integers that grows in place."""

    def __init__(self, of: type[np.int16] | type[np.int32]) -> None:
        self._of = of
        self._bytes = bytearray()

    def extend(self, codes: Ints) -> None:
        self._bytes += codes.astype(self._of).data

    @property
    def array(self) -> NDArray[Any]:
        return np.frombuffer(self._bytes, self._of)

    def taken(self, order: NDArray[np.intp] | slice) -> NDArray[Any]:
        """The column in another order; nothing of it is kept here."""
        array = self.array[order]
        self._bytes = bytearray()
        return array


class _Meanings:
    """What each distinct text of a column means as a code, worked out once for all its rows."""

    def __init__(self, texts: Texts, meaning: Callable[[str], int]) -> None:
        self._texts, self._meaning = texts, meaning
        self._table = np.empty(0, np.int32)
        self._refused: dict[int, str] = {}

    def of(self, codes: Ints, rows: Ints, name: str) -> Ints:
        """The meaning of each row's text. Raises BadInput naming the first row of one that means nothing."""
        known, texts = len(self._table), self._texts.names
        if known < len(texts):
            new = np.array([self._one(place) for place in range(known, len(texts))], np.int32)
            self._table = np.concatenate([self._table, new])
        found: Ints = self._table[codes]
        # A text may be met in blank rows alone, so it is the rows that are looked at.
        if self._refused and (found == REFUSED).any():
            at = int(np.argmax(found == REFUSED))
            raise BadInput(name, f"row {rows[at]}", self._refused[int(codes[at])])
        return found

    def _one(self, place: int) -> int:
        try:
            return self._meaning(self._texts.names[place])
        except ValueError as error:
            self._refused[place] = str(error)
            return REFUSED


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

    def name_of(self, at: int) -> str:
        return f'"{shown(self.papers.papers[self.votes.paper[at]])}"'

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
            empty = self.votes.item[at] == NOTHING
            self.fail(
                at, f"paper {self.name_of(at)} has {'been handed in empty' if empty else 'voted on this item'} already"
            )

    def one_group(self) -> None:
        if (self.votes.group == NOTHING).all():
            return
        own = np.full(len(self.papers.papers), NOTHING, np.int32)
        own[self.votes.paper[::-1]] = self.votes.group[::-1]
        wrong = own[self.votes.paper] != self.votes.group
        if wrong.any():
            at = int(np.argmax(wrong))
            self.fail(at, f"paper {self.name_of(at)} has another group in an earlier row")

    def empty_papers(self) -> None:
        filled = np.zeros(len(self.papers.papers), bool)
        filled[self.votes.paper[self.cast]] = True
        wrong = ~self.cast & filled[self.votes.paper]
        if wrong.any():
            self.fail(int(np.argmax(wrong)), "a paper with votes on it is not an empty paper: leave this row out")

    def whole_papers(self, ballot: Ballot) -> None:
        if ballot.form == "rank":
            self.places(ballot)
        else:
            self.totals(ballot)

    def places(self, ballot: Ballot) -> None:
        place = self.votes.paper.astype(np.int64) * (ballot.limit + 1) + np.where(self.cast, self.votes.choice + 1, 0)
        if (at := _first_repeated(place)) is not None:
            self.fail(at, "the paper has given this place to another item already")

    def totals(self, ballot: Ballot) -> None:
        """Picks or points of each paper; the last row of one with too many is named."""
        paper = self.votes.paper
        worth = np.array([int(choice) for choice in ballot.choices], np.int64)
        amount = np.where(self.cast, worth[self.votes.choice], 0)
        total = np.bincount(paper, weights=amount, minlength=1)
        if (total > ballot.limit).any():
            at = int(np.flatnonzero(paper == int(np.argmax(total > ballot.limit)))[-1])
            what = "picks" if ballot.form == "pick" else "points"
            many = int(total[paper[at]])
            self.fail(at, f"paper {self.name_of(at)} has {many} {what}, at most {ballot.limit} are allowed")


def read_rows(name: str, plan: Plan, numbers: Sequence[int], rows: Iterable[BallotRow]) -> Papers:
    """Papers from rows in memory, such as those of a database. Raises BadInput naming the row."""
    papers = Papers(name, plan, numbers)
    kept = list(rows)
    cells = {
        "round": [row.round for row in kept],
        "number": ["" if row.number is None else str(row.number) for row in kept],
        "paper": [row.paper for row in kept],
        "choice": [row.choice for row in kept],
        "group": [row.group for row in kept],
    }
    coded = {column: papers.texts[column].of_strings(texts) for column, texts in cells.items()}
    if kept:
        papers.add(coded, np.arange(2, len(kept) + 2, dtype=np.int32))
    return papers


def _choice_code(ballot: Ballot, text: str) -> int:
    if not text:
        return NOTHING
    try:
        return ballot.choices.index(ballot.check(text))
    except BallotError:
        return REFUSED


def _crosstab(item: Ints, choice: Ints, shape: tuple[int, int]) -> NDArray[np.int64]:
    flat = np.bincount(item.astype(np.int32) * shape[1] + choice, minlength=shape[0] * shape[1])
    return flat.reshape(shape)


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
