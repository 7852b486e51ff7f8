"""What is wrong with a file, where, in English and Swedish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from consensus.errors import BadInput

Severity = Literal["error", "warning"]


class Wording(NamedTuple):
    """How one kind of problem is said; `{name}` marks a detail."""

    severity: Severity
    en: str
    sv: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `row` counts as the facilitator's spreadsheet does: the header is usually row 1.

    column: the file's own header name, or the spreadsheet's letter where there is none; code: stable, for programs;
    en, sv: what is wrong and what to do, without the place.
    """

    row: int | None
    column: str | None
    severity: Severity
    code: str
    en: str
    sv: str

    def text(self, lang: str = "en") -> str:
        return self.sv if lang == "sv" else self.en

    def place(self, lang: str = "en") -> str | None:
        """Give "row 7, column text" or None for the file as a whole."""
        row, column = ("rad", "kolumn") if lang == "sv" else ("row", "column")
        parts = [f"{row} {self.row}"] if self.row else []
        parts += [f"{column} {self.column}"] if self.column else []
        return ", ".join(parts) or None

    def message(self, lang: str = "en") -> str:
        """Give the whole message: "Row 7, column text: the text is missing"."""
        place = self.place(lang)
        whole = f"{place}: {self.text(lang)}" if place else self.text(lang)
        return whole[:1].upper() + whole[1:]


class BadSheet(BadInput):
    """A table that cannot be read; `finding` holds the same in both languages."""

    def __init__(self, name: str, finding: Problem) -> None:
        self.finding = finding
        super().__init__(shown(name, 200), finding.place(), finding.en)


def state(
    words: Mapping[str, Wording], code: str, row: int | None = None, column: str | None = None, **details: object
) -> Problem:
    """Word a problem from a catalogue; KeyError for a code that it does not hold."""
    wording = words[code]
    column = shown(column) if column is not None else None
    en, sv = wording.en.format(**details), wording.sv.format(**details)
    return Problem(row, column, wording.severity, code, en, sv)


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


def _error(en: str, sv: str) -> Wording:
    return Wording("error", en, sv)


#: Why a file cannot be read as a table.
WORDS: Mapping[str, Wording] = {
    "no-file": _error(
        "the file cannot be opened ({why}): check the path", "filen kan inte öppnas ({why}): kontrollera sökvägen"
    ),
    "too-big": _error(
        "the file is larger than {limit}: is it the right file?", "filen är större än {limit}: är det rätt fil?"
    ),
    "empty": _error(
        "the file is empty: the first row should hold the column names",
        "filen är tom: första raden ska innehålla kolumnnamnen",
    ),
    "not-a-table": _error(
        "this is {what_en}, not a table: save the table as XLSX or CSV and use that file",
        "det här är {what_sv}, inte en tabell: spara tabellen som XLSX eller CSV och använd den filen",
    ),
    "old-excel": _error(
        "this is an older Excel workbook (.xls or .xlsb): open it and save it as .xlsx",
        "det här är en äldre Excel-arbetsbok (.xls eller .xlsb): öppna den och spara den som .xlsx",
    ),
    "locked": _error(
        "the workbook is protected with a password: save a copy without the password and use that",
        "arbetsboken är skyddad med lösenord: spara en kopia utan lösenord och använd den",
    ),
    "damaged": _error(
        "the workbook is damaged or cut off ({part}): save or download it again",
        "arbetsboken är skadad eller avklippt ({part}): spara eller ladda ner den igen",
    ),
    "unpacks-too-big": _error(
        "the workbook unpacks to far more than its size ({size}): copy the table into a new workbook",
        "arbetsboken packas upp till mycket mer än sin storlek ({size}): kopiera tabellen till en ny arbetsbok",
    ),
    "no-sheet": _error(
        "the workbook has no visible sheet with cells: save the table as CSV and use that",
        "arbetsboken har inget synligt blad med celler: spara tabellen som CSV och använd den",
    ),
    "bad-bytes": _error(
        "the cell holds bytes that cannot be read as text: save the file again as UTF-8 (in Excel: CSV UTF-8)",
        "cellen innehåller tecken som inte kan läsas som text: spara filen igen som UTF-8 (i Excel: CSV UTF-8)",
    ),
    "nul": _error(
        "the cell holds NUL characters, as in a binary file or UTF-16 without a mark: save the table as CSV UTF-8",
        "cellen innehåller NUL-tecken, som i en binär fil eller UTF-16 utan märke: spara tabellen som CSV UTF-8",
    ),
    "quotes": _error(
        'a quotation mark is opened and not closed, or is followed by more text: write "" for a mark inside a cell',
        'ett citattecken öppnas utan att stängas, eller följs av mer text: skriv "" för ett citattecken i en cell',
    ),
    "long-cell": _error(
        "the cell is longer than {limit} characters: is a quotation mark missing, or is it the wrong file?",
        "cellen är längre än {limit} tecken: saknas ett citattecken, eller är det fel fil?",
    ),
    "many-rows": _error(
        "there are more than {limit} rows: delete the rows that are not part of the table",
        "det finns fler än {limit} rader: ta bort raderna som inte hör till tabellen",
    ),
    "many-columns": _error(
        "the row has cells beyond column number {limit}: delete the columns that are not part of the table",
        "raden har celler bortom kolumn nummer {limit}: ta bort kolumnerna som inte hör till tabellen",
    ),
    "many-cells": _error(
        "the sheet holds more than {limit} cells: delete what is not part of the table",
        "bladet innehåller fler än {limit} celler: ta bort det som inte hör till tabellen",
    ),
    "much-text": _error(
        "the sheet holds more than {limit} characters: is it the right file?",
        "bladet innehåller mer än {limit} tecken: är det rätt fil?",
    ),
    "missing-column": _error(
        "there is no column named {wanted}: name the columns in the first row ({known})",
        "det finns ingen kolumn som heter {wanted}: skriv kolumnnamnen på första raden ({known})",
    ),
    "double-column": _error(
        "the column {wanted} is there twice: keep one of them",
        "kolumnen {wanted} finns två gånger: behåll en av dem",
    ),
    "extra-cells": _error(
        'the row has {cells} cells where the header has {columns}: put text that holds the separator in "quotes"',
        'raden har {cells} celler där rubriken har {columns}: sätt text som innehåller skiljetecknet inom "citat"',
    ),
    "formula": _error(
        "the cell holds a formula: copy it and paste the value",
        "cellen innehåller en formel: kopiera den och klistra in värdet",
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
