"""XLSX, read as a stream.

The workbook's XML is read here and not by a library, for three reasons: a cell that holds a formula must be told
from one that holds its value; a cell's place and length must be checked before memory is spent on it; and a
malformed file must end in a sentence, where a native reader's failed allocation would end the server in mid-vote.
The tests compare what is read with two libraries.
"""

from __future__ import annotations

import datetime
import functools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from consensus.sheets.archive import Archive, parse, plain
from consensus.sheets.problem import bad_sheet, letter
from consensus.sheets.sheet import Limits, Merged, Sheet, take_rows

_REF = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})\Z")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INTEGER = re.compile(r"-?[0-9]{1,15}\Z")
_NOT_DATE = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
_SMALL = 4 << 20
_STYLES = 32 << 20
_MOST_STYLES = 1 << 16
_EPOCH = datetime.datetime(1899, 12, 30)


def read_xlsx(archive: Archive, name: str, limits: Limits) -> Sheet:
    """Read the first visible worksheet. Raises BadSheet."""
    book = _Book()
    parse(archive, "xl/workbook.xml", book, _SMALL)
    relations = _Relations()
    parse(archive, "xl/_rels/workbook.xml.rels", relations, _SMALL)
    visible = [sheet for sheet in book.visible if sheet.relation in relations.worksheets]
    if not visible:
        raise bad_sheet(name, "no-sheet")
    strings = _Strings(name, limits)
    if relations.strings and relations.strings in archive:
        parse(archive, relations.strings, strings)
    styles = _Styles()
    if relations.styles and relations.styles in archive:
        parse(archive, relations.styles, styles, _STYLES)
    cells = _Cells(name, limits, strings.found, styles.dates, book.epoch)
    parse(archive, relations.worksheets[visible[0].relation], cells)
    table = take_rows(cells.in_order(), name, limits)
    others = tuple(sheet.title for sheet in visible[1:])
    return Sheet(name, "xlsx", *table, cells.formulas, tuple(cells.merged), cells.hidden_rows(), others)


@dataclass(frozen=True, slots=True)
class _Listed:
    title: str
    relation: str


class _Book:
    """xl/workbook.xml: the sheets in order, and from which day dates count."""

    def __init__(self) -> None:
        self.visible: list[_Listed] = []
        self.epoch = _EPOCH

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.visible.append(_Listed(attributes.get("name", ""), plain(attributes).get("id", "")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = datetime.datetime(1904, 1, 1)

    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class _Relations:
    """xl/_rels/workbook.xml.rels: which part is which sheet, the shared strings and the styles."""

    def __init__(self) -> None:
        self.worksheets: dict[str, str] = {}
        self.strings = self.styles = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "").replace("\\", "/")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        match attributes.get("Type", "").rpartition("/")[2]:
            case "worksheet":
                self.worksheets[attributes.get("Id", "")] = part
            case "sharedStrings":
                self.strings = part
            case "styles":
                self.styles = part

    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class _Text:
    """Gathers the <t> of one string: rich text runs joined, reading aids (rPh) left out, never over the limit."""

    def __init__(self, limits: Limits) -> None:
        self.limit = limits.cell_chars
        self.begin()

    def begin(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._aid = self._wanted = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._aid = True
        self._wanted = not self._aid and (name == "t" or name == "v")

    def end(self, name: str) -> None:
        self._wanted = False
        if name == "rPh":
            self._aid = False

    def text(self, text: str) -> None:
        # What is over the limit is counted and not kept: the cell that refers to it is named later.
        if self._wanted:
            self.length += len(text)
            if self.length <= self.limit + len(text):
                self.pieces.append(text[: self.limit + 1])

    def whole(self) -> str:
        text = "".join(self.pieces)
        return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


class _Strings:
    """xl/sharedStrings.xml."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.found: list[str] = []
        self._name = name
        self._limits = limits
        self._text = _Text(limits)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._text.begin()
        self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self.found.append(self._text.whole())
            if len(self.found) > self._limits.cells:
                raise bad_sheet(self._name, "many-cells", limit=self._limits.cells)

    def text(self, text: str) -> None:
        self._text.text(text)


class _Styles:
    """xl/styles.xml: which cell styles show a number as a date."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._formats: set[int] = set(_DATE_FORMATS)
        self._styles = -1
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        number = _whole(attributes.get("numFmtId", ""))
        if name == "numFmt":
            code = _NOT_DATE.sub("", attributes.get("formatCode", "")).lower()
            if any(char in code for char in "ymdhs") and "general" not in code and len(self._formats) < _MOST_STYLES:
                self._formats.add(number)
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._styles += 1
            if number in self._formats and self._styles < _MOST_STYLES:
                self.dates.add(self._styles)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def text(self, text: str) -> None: ...


def _whole(text: str) -> int:
    return int(text) if _INTEGER.match(text) else -1


@dataclass(slots=True)
class _Cell:
    row: int = 0
    column: int = -1
    kind: str = ""
    style: int = 0
    formula: str | None = None


@dataclass(slots=True)
class _Cells:
    """xl/worksheets/sheetN.xml: the cells with something in them, their formulas and merges."""

    name: str
    limits: Limits
    strings: list[str]
    dates: set[int]
    epoch: datetime.datetime
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    _text: _Text = field(init=False)
    _cell: _Cell = field(default_factory=_Cell)
    _count: int = 0
    _chars: int = 0
    _in_formula: bool = False

    def __post_init__(self) -> None:
        self._text = _Text(self.limits)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._in_formula = True
            self._cell.formula = "="
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        else:
            self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "f":
            self._in_formula = False
        elif name == "c":
            self._keep()

    def text(self, text: str) -> None:
        if self._in_formula:
            self._cell.formula = ((self._cell.formula or "=") + text)[:200]
        else:
            self._text.text(text)

    def in_order(self) -> Iterator[tuple[int, list[str]]]:
        for number in sorted(self.rows):
            cells = self.rows[number]
            yield number, [cells.get(column, "") for column in range(max(cells) + 1)]

    def hidden_rows(self) -> tuple[int, ...]:
        return tuple(row for row in self.hidden if row in self.rows)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row = _whole(attributes["r"]) if "r" in attributes else self._cell.row + 1
        self._cell = _Cell(self._row(row))
        if attributes.get("hidden") in ("1", "true") and len(self.hidden) < self.limits.rows:
            self.hidden.append(row)

    def _begin(self, attributes: dict[str, str]) -> None:
        row, column = self._cell.row, self._cell.column + 1
        if "r" in attributes:
            row, column = self._place(attributes["r"])
        style = _whole(attributes["s"]) if "s" in attributes else 0
        self._cell = _Cell(self._row(row), column, attributes.get("t", "n"), style)
        self._text.begin()

    def _place(self, ref: str) -> tuple[int, int]:
        found = _REF.match(ref)
        if not found:
            raise bad_sheet(self.name, "damaged", self._cell.row or None, part="cell")
        return int(found.group(2)), _column(found.group(1))

    def _row(self, row: int) -> int:
        if row < 1:
            raise bad_sheet(self.name, "damaged", part="row")
        return row

    def _keep(self) -> None:
        cell, value = self._cell, self._value()
        if cell.formula is not None:
            self.formulas[cell.row, cell.column] = cell.formula
        if not value and cell.formula is None:
            return
        self._check(cell, value)
        self.rows.setdefault(cell.row, {})[cell.column] = value or (cell.formula or "")

    def _check(self, cell: _Cell, value: str) -> None:
        if cell.row > self.limits.rows:
            raise bad_sheet(self.name, "many-rows", cell.row, limit=self.limits.rows)
        if cell.column >= self.limits.columns:
            raise bad_sheet(self.name, "many-columns", cell.row, limit=self.limits.columns)
        if len(value) > self.limits.cell_chars:
            where = (cell.row, letter(cell.column))
            raise bad_sheet(self.name, "long-cell", *where, limit=self.limits.cell_chars)
        self._count += 1
        if self._count > self.limits.cells:
            raise bad_sheet(self.name, "many-cells", cell.row, limit=self.limits.cells)
        # A shared string costs its length once here; what reads the rows may well copy it.
        self._chars += len(value)
        if self._chars > self.limits.text_chars:
            raise bad_sheet(self.name, "much-text", cell.row, limit=self.limits.text_chars)

    def _value(self) -> str:
        text = self._text.whole()
        match self._cell.kind:
            case "s":
                return self._shared(text)
            case "n":
                return self._number(text)
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        return text

    def _shared(self, text: str) -> str:
        index = _whole(text.strip()) if text.strip() else -1
        if not 0 <= index < len(self.strings):
            raise bad_sheet(self.name, "damaged", self._cell.row, letter(self._cell.column), part="sharedStrings")
        return self.strings[index]

    def _number(self, text: str) -> str:
        """Show a number as a spreadsheet would: 3, not 3.0; a date as ISO 8601."""
        if self._cell.style in self.dates:
            return self._date(text) or text
        if _INTEGER.match(text) or not text:
            return text
        return plain_number(text)

    def _date(self, text: str) -> str:
        try:
            moment = self.epoch + datetime.timedelta(days=float(text))
        except (ValueError, OverflowError):
            return ""
        moment = (moment + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == datetime.time() else moment.isoformat(" ")

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        (row, column), (last_row, last_column) = self._place(first), self._place(last or first)
        if len(self.merged) >= self.limits.rows:
            raise bad_sheet(self.name, "many-rows", limit=self.limits.rows)
        self.merged.append(Merged(row, column, last_row, last_column))


@functools.cache  # at most 26 + 26² + 26³ names
def _column(name: str) -> int:
    column = 0
    for char in name:
        column = column * 26 + ord(char) - ord("A") + 1
    return column - 1


def plain_number(text: str) -> str:
    """Write a stored number without a needless ".0" or exponent; what is no number stays as it is."""
    try:
        number = float(text)
    except ValueError:
        return text
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)
