"""A table as it was in the file: header, rows, and what the cells alone do not tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from consensus.sheets.problem import bad_sheet, letter, shown


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold. One that holds more is refused before the memory is spent.

    The defaults take the ballots of 300 panellists over many rounds. `ratio` is unpacked size to packed, checked on
    workbooks that unpack to more than `ratio_from` bytes.
    """

    file_bytes: int = 64 << 20
    unpacked_bytes: int = 256 << 20
    ratio: int = 200
    ratio_from: int = 8 << 20
    entries: int = 2_000
    rows: int = 500_000
    columns: int = 256
    cells: int = 4_000_000
    cell_chars: int = 32_767
    text_chars: int = 64_000_000


class Row(NamedTuple):
    """One row. `number` is the spreadsheet's; cells are stripped of nothing, trailing empty ones are left out."""

    number: int
    cells: list[str]


class Merged(NamedTuple):
    """A merged range: 1-based rows, 0-based columns, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and its rows. Row numbers are the spreadsheet's own, so that a message leads to the cell.

    form: "csv", "xlsx", "ods" or "pasted"; blank: numbers of the empty rows between others; formulas: (row,
    0-based column) -> the formula, of cells whose value is computed; hidden: rows that the spreadsheet hides;
    others: the workbook's further sheets, unread.
    """

    name: str
    form: str
    header_row: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    blank: tuple[int, ...] = ()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    hidden: tuple[int, ...] = ()
    others: tuple[str, ...] = ()

    def column_name(self, index: int) -> str:
        """Name a column for a message: by its header, else by its letter."""
        name = self.columns[index].strip() if index < len(self.columns) else ""
        return shown(name) if name else letter(index)


class Table(NamedTuple):
    """The header and the rows that `take_rows` found, before they are a Sheet."""

    header_row: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    blank: tuple[int, ...]


def take_rows(rows: Iterable[tuple[int, Sequence[str]]], name: str, limits: Limits) -> Table:
    """Take the first row with anything in it as the header and the rest as rows, each within the limits.

    rows: (number, cells), numbers growing; numbers left out are blank rows. Raises BadSheet.
    """
    header: Row | None = None
    kept: list[Row] = []
    blank: list[int] = []
    expected = 1
    held = 0
    for number, cells in rows:
        if number > limits.rows:
            raise bad_sheet(name, "many-rows", limits.rows, limit=limits.rows)
        row = Row(number, _trimmed(cells))
        if not row.cells:
            continue
        _check(row, name, limits)
        held += len(row.cells)
        if held > limits.cells:
            raise bad_sheet(name, "many-cells", number, limit=limits.cells)
        if header is None:
            header = row
        else:
            blank.extend(range(expected, number))
            kept.append(row)
        expected = number + 1
    if header is None:
        raise bad_sheet(name, "empty")
    return Table(header.number, tuple(header.cells), tuple(kept), tuple(blank))


def _trimmed(cells: Sequence[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return list(cells[:end])


def _check(row: Row, name: str, limits: Limits) -> None:
    if len(row.cells) > limits.columns:
        raise bad_sheet(name, "many-columns", row.number, limit=limits.columns)
    for index, cell in enumerate(row.cells):
        if len(cell) > limits.cell_chars:
            raise bad_sheet(name, "long-cell", row.number, letter(index), limit=limits.cell_chars)
        if "\0" in cell:
            raise bad_sheet(name, "nul", row.number, letter(index))
        if not cell.isascii() and any("\ud800" <= char <= "\udfff" for char in cell):
            raise bad_sheet(name, "bad-bytes", row.number, letter(index))
