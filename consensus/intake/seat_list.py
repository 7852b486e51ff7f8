"""The seats that a facilitator brings as a list: how many each organisation and role has. Never names of people."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from consensus.errors import BadInput
from consensus.intake.cells import FORMULA, clean
from consensus.intake.reading import LIMITS
from consensus.sheets import BadSheet, Judged, Problem, Row, Sheet, Wording, match, read_sheet, read_text, shown, state
from consensus.sheets.header import NAMES, title
from consensus.sheets.problem import WORDS as SHEET_WORDS

COLUMNS = ("organisation", "role", "seats")
MOST_SEATS = 1000
LONGEST_NAME = 100
_NUMBER = re.compile(r"0*([1-9][0-9]{0,4})(?:[.,]0)?\Z")

WORDS: Mapping[str, Wording] = {
    **{code: SHEET_WORDS[code] for code in ("missing-column", "double-column", "extra-cells", "formula")},
    "no-seats": Wording(
        "error",
        "there are no seats below the column names: put one organisation and role on each row",
    ),
    "no-stack": Wording(
        "error",
        "organisation and role are both missing: write at least one of them, or delete the row",
    ),
    "bad-seats": Wording(
        "error",
        'the number of seats is "{cell}": write a whole number from 1 to {most}',
    ),
    "too-many-seats": Wording(
        "error",
        "there are {count} seats in all: a conference has at most {most}",
    ),
    "long-name": Wording(
        "error",
        "the name has {length} characters: write at most {most}, it stands on cards",
    ),
    "looks-like-formula": Wording(
        "error",
        'the cell "{cell}" looks like a formula: write the name itself',
    ),
    "extra-column": Wording(
        "warning",
        "the column is not used: the list needs organisation, role and seats",
    ),
    "same-stack": Wording(
        "warning",
        "the same organisation and role stand in row {other}: their seats are added up",
    ),
    "one-seat": Wording(
        "warning",
        "one card alone in its stack tells whose seat it is: consider a wider organisation or role",
    ),
}


@dataclass(frozen=True, slots=True)
class SeatRow:
    """So many seats of one organisation and role; either may be empty, not both."""

    organisation: str
    role: str
    seats: int


@dataclass(frozen=True, slots=True)
class SeatPreviewRow:
    """A row as the facilitator sees it, with its problems beside it."""

    row: int
    organisation: str
    role: str
    seats: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SeatPreview(Judged):
    """What would be made of a list of seats. `seats`, a row for each stack, is empty unless all is well."""

    rows: tuple[SeatPreviewRow, ...]
    problems: tuple[Problem, ...]
    seats: tuple[SeatRow, ...]

    @property
    def total(self) -> int:
        return sum(stack.seats for stack in self.seats)


def preview_seats(source: bytes | str, name: str) -> SeatPreview:
    """Read an uploaded file, or what was pasted. Raises nothing: what is wrong is in the preview."""
    try:
        if isinstance(source, bytes):
            return judge_seats(read_sheet(source, name, LIMITS))
        return judge_seats(read_text(source, name, replace(LIMITS, text_chars=200_000)))
    except BadSheet as refusal:
        return SeatPreview((), (refusal.finding,), ())


def read_seats(path: str | os.PathLike[str]) -> tuple[SeatRow, ...]:
    """Read a list of seats for the command line. Raises BadInput with the first error; warnings are passed over."""
    name = shown(os.path.basename(path), 200)
    preview = judge_seats(read_sheet(path, name, LIMITS))
    for error in preview.errors:
        raise BadInput(name, error.where, error.sentence)
    return preview.seats


def judge_seats(sheet: Sheet) -> SeatPreview:
    """Judge every row of a sheet as seats."""
    return _Judge(sheet).preview()


class _Judge:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.header = sheet, match(sheet.columns, COLUMNS)
        self.first: dict[tuple[str, str], int] = {}
        self.sizes: Counter[tuple[str, str]] = Counter()
        self.of_file = list(self._of_header())

    def preview(self) -> SeatPreview:
        rows = [self._row(row) for row in self.sheet.rows]
        rows = [self._told_if_alone(row) for row in rows]
        total = self.sizes.total()
        if not rows:
            self.of_file.append(state(WORDS, "no-seats"))
        if total > MOST_SEATS:
            self.of_file.append(state(WORDS, "too-many-seats", count=total, most=MOST_SEATS))
        problems = (*self.of_file, *(problem for row in rows for problem in row.problems))
        ok = not any(problem.severity == "error" for problem in problems)
        stacks = tuple(SeatRow(*stack, size) for stack, size in self.sizes.items()) if ok else ()
        return SeatPreview(tuple(rows), problems, stacks)

    def _of_header(self) -> list[Problem]:
        at, found = self.sheet.header_row or None, []
        needed = ["seats"] if {"organisation", "role"} & self.header.found.keys() else ["organisation", "seats"]
        for column in needed:
            if column not in self.header.found:
                found.append(state(WORDS, "missing-column", at, wanted=title(column), known=", ".join(NAMES[column])))
        found += [state(WORDS, "double-column", at, wanted=title(column)) for column in self.header.double]
        names = [self.sheet.column_name(index) for index in self.header.extra[:20]]
        return found + [state(WORDS, "extra-column", at, name) for name in names]

    def _row(self, row: Row) -> SeatPreviewRow:
        problems: list[Problem] = []
        if len(row.cells) > len(self.sheet.columns):
            cells, columns = len(row.cells), len(self.sheet.columns)
            problems.append(state(WORDS, "extra-cells", row.number, cells=cells, columns=columns))
        found = {column: self._cell(row, column, problems) for column in COLUMNS}
        stack = (found["organisation"], found["role"])
        number = _NUMBER.match(found["seats"])
        size = int(number[1]) if number else 0
        if "seats" in self.header.found and not 1 <= size <= MOST_SEATS:
            problems.append(state(WORDS, "bad-seats", row.number, cell=shown(found["seats"]), most=MOST_SEATS))
        if not any(stack):
            problems.append(state(WORDS, "no-stack", row.number))
        elif stack in self.first:
            problems.append(state(WORDS, "same-stack", row.number, other=self.first[stack]))
        self.first.setdefault(stack, row.number)
        self.sizes[stack] += size
        return SeatPreviewRow(row.number, *stack, found["seats"], tuple(problems))

    def _cell(self, row: Row, column: str, problems: list[Problem]) -> str:
        index = self.header.found.get(column)
        if index is None or index >= len(row.cells):
            return ""
        named = self.sheet.column_name(index)
        cell, _ = clean(row.cells[index])
        if (row.number, index) in self.sheet.formulas:
            problems.append(state(WORDS, "formula", row.number, named))
        elif FORMULA.match(cell):
            problems.append(state(WORDS, "looks-like-formula", row.number, named, cell=shown(cell)))
        elif column != "seats" and len(cell) > LONGEST_NAME:
            problems.append(state(WORDS, "long-name", row.number, named, length=len(cell), most=LONGEST_NAME))
        return cell

    def _told_if_alone(self, row: SeatPreviewRow) -> SeatPreviewRow:
        if self.sizes[row.organisation, row.role] != 1:
            return row
        return replace(row, problems=(*row.problems, state(WORDS, "one-seat", row.row)))
