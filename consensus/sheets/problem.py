"""What is wrong with a file, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from consensus.errors import BadInput
from rounds.languages import ENGLISH, Sentence, capitalised

Severity = Literal["error", "warning"]


class Wording(NamedTuple):
    """How one kind of problem is said; `{name}` marks a detail."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `row` counts as the facilitator's spreadsheet does: the header is usually row 1.

    column: the file's own header name, or the spreadsheet's letter where there is none; code: stable, for programs;
    sentence: what is wrong and what to do, without the place.
    """

    row: int | None
    column: str | None
    severity: Severity
    code: str
    sentence: Sentence

    def text(self, lang: str = ENGLISH) -> str:
        return self.sentence.said(lang)

    @property
    def where(self) -> Sentence | None:
        """Give "row 7, column text" or None for the file as a whole."""
        if self.row and self.column:
            return Sentence("row {row}, column {column}", row=self.row, column=self.column)
        if self.row:
            return Sentence("row {row}", row=self.row)
        return Sentence("column {column}", column=self.column) if self.column else None

    def message(self, lang: str = ENGLISH) -> str:
        """Give the whole message: "Row 7, column text: the text is missing"."""
        return capitalised(f"{self.where.said(lang)}: {self.text(lang)}" if self.where else self.text(lang))


class BadSheet(BadInput):
    """A table that cannot be read; `finding` is the same as a problem."""

    def __init__(self, name: str, finding: Problem) -> None:
        self.finding = finding
        super().__init__(shown(name, 200), finding.where, finding.sentence)


def state(
    words: Mapping[str, Wording], code: str, row: int | None = None, column: str | None = None, **details: object
) -> Problem:
    """Word a problem from a catalogue; KeyError for a code that it does not hold."""
    wording = words[code]
    column = shown(column) if column is not None else None
    return Problem(row, column, wording.severity, code, Sentence(wording.text, **details))


def bad_sheet(name: str, code: str, row: int | None = None, column: str | None = None, **details: object) -> BadSheet:
    """Give the exception for one of `WORDS`."""
    return BadSheet(name, state(WORDS, code, row, column, **details))


def shown(text: str, most: int = 40) -> str:
    """Quote a piece of a file safely in one line: no control characters, no more than `most` characters."""
    line = " ".join(text[: most + 1].split())
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    return line if len(text) <= most else line[: most - 1] + "…"


def letter(index: int) -> str:
    """Name a column as spreadsheets do: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _error(text: str) -> Wording:
    return Wording("error", text)


#: Why a file cannot be read as a table.
WORDS: Mapping[str, Wording] = {
    "no-file": _error("the file cannot be opened ({why}): check the path"),
    "too-big": _error("the file is larger than {limit}: is it the right file?"),
    "empty": _error(
        "the file is empty: the first row should hold the column names",
    ),
    "not-a-table": _error(
        "this is {what}, not a table: save the table as XLSX or CSV and use that file",
    ),
    "old-excel": _error(
        "this is an older Excel workbook (.xls or .xlsb): open it and save it as .xlsx",
    ),
    "locked": _error(
        "the workbook is protected with a password: save a copy without the password and use that",
    ),
    "damaged": _error(
        "the workbook is damaged or cut off ({part}): save or download it again",
    ),
    "unpacks-too-big": _error(
        "the workbook unpacks to far more than its size ({size}): copy the table into a new workbook",
    ),
    "no-sheet": _error(
        "the workbook has no visible sheet with cells: save the table as CSV and use that",
    ),
    "bad-bytes": _error(
        "the cell holds bytes that cannot be read as text: save the file again as UTF-8 (in Excel: CSV UTF-8)",
    ),
    "nul": _error(
        "the cell holds NUL characters, as in a binary file or UTF-16 without a mark: save the table as CSV UTF-8",
    ),
    "quotes": _error(
        'a quotation mark is opened and not closed, or is followed by more text: write "" for a mark inside a cell',
    ),
    "long-cell": _error(
        "the cell is longer than {limit} characters: is a quotation mark missing, or is it the wrong file?",
    ),
    "many-rows": _error(
        "there are more than {limit} rows: delete the rows that are not part of the table",
    ),
    "many-columns": _error(
        "the row has cells beyond column number {limit}: delete the columns that are not part of the table",
    ),
    "many-cells": _error(
        "the sheet holds more than {limit} cells: delete what is not part of the table",
    ),
    "much-text": _error(
        "the sheet holds more than {limit} characters: is it the right file?",
    ),
    "missing-column": _error(
        "there is no column named {wanted}: name the columns in the first row ({known})",
    ),
    "double-column": _error(
        "the column {wanted} is there twice: keep one of them",
    ),
    "extra-cells": _error(
        'the row has {cells} cells where the header has {columns}: put text that holds the separator in "quotes"',
    ),
    "formula": _error(
        "the cell holds a formula: copy it and paste the value",
    ),
}


class Judged:
    """What was made of a file, with what is wrong with it."""

    __slots__ = ()
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")
