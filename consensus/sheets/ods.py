"""ODS (LibreOffice), read as a stream, for the same reasons as XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from consensus.sheets.archive import Archive, Enough, parse, plain
from consensus.sheets.problem import bad_sheet, letter
from consensus.sheets.sheet import Limits, Merged, Sheet, take_rows
from consensus.sheets.xlsx import plain_number

_MANIFEST = "meta-inf/manifest.xml"


def read_ods(archive: Archive, name: str, limits: Limits) -> Sheet:
    """Read the first visible table. Raises BadSheet."""
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise bad_sheet(name, "locked")
    content = _Content(name, limits)
    parse(archive, "content.xml", content)
    if not content.titles:
        raise bad_sheet(name, "no-sheet")
    table = take_rows(content.in_order(), name, limits)
    found = (content.formulas, tuple(content.merged), content.hidden_rows(), tuple(content.titles[1:]))
    return Sheet(name, "ods", *table, *found)


@dataclass(slots=True)
class _Content:
    """content.xml: the cells of the first visible table, with repeated ones written out, within the limits."""

    name: str
    limits: Limits
    titles: list[str] = field(default_factory=list)
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    _invisible: set[str] = field(default_factory=set)
    _style: str = ""
    _reading: bool = False
    _nested: int = 0
    _row: int = 1
    _row_repeat: int = 1
    _column: int = 0
    _cell: dict[str, str] = field(default_factory=dict)
    _values: dict[int, str] = field(default_factory=dict)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _paragraphs: int = 0
    _in_paragraph: int = 0
    _in_note: int = 0
    _formulas: dict[int, str] = field(default_factory=dict)
    _count: int = 0
    _chars: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        attributes = plain(attributes)
        match name:
            case "style":
                self._style = attributes.get("name", "")
            case "table-properties":
                if attributes.get("display") == "false":
                    self._invisible.add(self._style)
            case "table":
                self._begin_table(attributes)
            case "annotation":
                self._in_note += 1
        if not self._reading or self._in_note or self._nested > 1:
            return
        match name:
            case "table-row":
                self._begin_row(attributes)
            case "table-cell" | "covered-table-cell":
                self._begin_cell(attributes)
            case "p" | "h":
                self._begin_paragraph()
            case "s":
                self._add(" " * min(self._repeat(attributes, "c"), self.limits.cell_chars + 1))
            case "tab":
                self._add("\t")
            case "line-break":
                self._add("\n")

    def end(self, name: str) -> None:
        if name == "annotation":
            self._in_note -= 1
        elif name == "table":
            self._nested -= 1
            self._reading = self._reading and self._nested > 0
        if not self._reading or self._in_note or self._nested > 1:
            return
        match name:
            case "table-row":
                self._end_row()
            case "table-cell" | "covered-table-cell":
                self._end_cell()
            case "p" | "h":
                self._in_paragraph -= 1

    def text(self, text: str) -> None:
        if self._reading and self._in_paragraph and not self._in_note:
            self._add(text)

    def in_order(self) -> Iterator[tuple[int, list[str]]]:
        for number in sorted(self.rows):
            cells = self.rows[number]
            yield number, [cells.get(column, "") for column in range(max(cells) + 1)]

    def hidden_rows(self) -> tuple[int, ...]:
        return tuple(row for row in self.hidden if row in self.rows)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        self._nested += 1
        if self._nested > 1 or attributes.get("style-name") in self._invisible:
            return
        self.titles.append(attributes.get("name", ""))
        if len(self.titles) > self.limits.columns:
            raise Enough
        self._reading = len(self.titles) == 1

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row_repeat = self._repeat(attributes, "number-rows-repeated")
        self._column = 0
        self._values = {}
        self._formulas = {}
        if attributes.get("visibility") in ("collapse", "filter") and self._row_repeat <= self.limits.rows:
            self.hidden.extend(range(self._row, min(self._row + self._row_repeat, self.limits.rows + 1)))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._pieces = []
        self._length = self._paragraphs = self._in_paragraph = 0

    def _begin_paragraph(self) -> None:
        self._in_paragraph += 1
        if self._paragraphs:
            self._add("\n")
        self._paragraphs += 1

    def _add(self, text: str) -> None:
        if self._length <= self.limits.cell_chars and self._in_paragraph:
            self._pieces.append(text)
        self._length += len(text)

    def _end_cell(self) -> None:
        repeat = self._repeat(self._cell, "number-columns-repeated")
        value, formula = self._value(), self._cell.get("formula")
        if value or formula:
            self._check(self._column + repeat, value)
            for column in range(self._column, self._column + repeat):
                self._values[column] = value or formula or ""
                if formula:
                    self._formulas[column] = formula[:200]
        self._span()
        self._column = min(self._column + repeat, self.limits.columns)

    def _value(self) -> str:
        kind = self._cell.get("value-type")
        if kind in ("float", "currency", "percentage"):
            return plain_number(self._cell.get("value", ""))
        if kind == "date":
            return self._cell.get("date-value", "").replace("T", " ").removesuffix(" 00:00:00")
        if kind == "boolean":
            return self._cell.get("boolean-value", "").upper()
        return "".join(self._pieces)

    def _check(self, columns: int, value: str) -> None:
        if columns > self.limits.columns:
            raise bad_sheet(self.name, "many-columns", self._row, limit=self.limits.columns)
        if self._length > self.limits.cell_chars or len(value) > self.limits.cell_chars:
            where = (self._row, letter(self._column))
            raise bad_sheet(self.name, "long-cell", *where, limit=self.limits.cell_chars)

    def _span(self) -> None:
        rows = self._repeat(self._cell, "number-rows-spanned")
        columns = self._repeat(self._cell, "number-columns-spanned")
        if (rows > 1 or columns > 1) and len(self.merged) < self.limits.rows:
            here = (self._row, self._column)
            self.merged.append(Merged(*here, self._row + rows - 1, self._column + columns - 1))

    def _end_row(self) -> None:
        last = self._row + self._row_repeat - 1
        if self._values:
            self._check_row(last)
            for row in range(self._row, last + 1):
                self.rows[row] = self._values
                self.formulas.update(((row, column), formula) for column, formula in self._formulas.items())
        self._row = last + 1

    def _check_row(self, last: int) -> None:
        if last > self.limits.rows:
            raise bad_sheet(self.name, "many-rows", self.limits.rows, limit=self.limits.rows)
        self._count += len(self._values) * self._row_repeat
        if self._count > self.limits.cells:
            raise bad_sheet(self.name, "many-cells", self._row, limit=self.limits.cells)
        self._chars += sum(map(len, self._values.values())) * self._row_repeat
        if self._chars > self.limits.text_chars:
            raise bad_sheet(self.name, "much-text", self._row, limit=self.limits.text_chars)

    def _repeat(self, attributes: dict[str, str], name: str) -> int:
        text = attributes.get(name, "1")
        if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 9 and int(text)):
            raise bad_sheet(self.name, "damaged", self._row, part=name)
        return int(text)
