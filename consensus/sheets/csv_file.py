"""CSV as programs really write it: comma, semicolon or tab; UTF-8 with or without mark, UTF-16, Windows-1252.

A cell or a line is never read further than the limits, so a file whose quotation mark is never closed costs a
megabyte and not the file's size. `csv.field_size_limit` is one for the whole process and is left alone.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from consensus.sheets.header import meaning
from consensus.sheets.problem import bad_sheet
from consensus.sheets.sheet import Limits, Sheet, take_rows

DELIMITERS = (",", ";", "\t")

#: No row of an honest table is longer.
RECORD_CHARS = 1 << 20
_CHUNK = 1 << 20
_HEAD = 1 << 16

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Well-formed UTF-8 beyond ASCII (Unicode 15, table 3-7), and the beginning of it at the end of a chunk.
_UTF8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_BEGUN = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
_HIGH = re.compile(rb"[\x80-\xff]")
_UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SEP_LINE = re.compile(r"\"?sep=([,;\t])\"?(?:\r\n|\n|\r|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to read a CSV file, in words that csv and pandas know. skip: lines before the header (Excel's "sep=;")."""

    encoding: str
    delimiter: str
    skip: int = 0


def read_csv_dialect(path: str | os.PathLike[str], name: str | None = None) -> Dialect:
    """Find a CSV file's dialect for a reader of its own. The file is read through once, one megabyte at a time.

    Raises BadSheet where the file cannot be opened, is empty, holds NUL, or is not text in the encoding found.
    """
    name = name or os.path.basename(path)
    try:
        with open(path, "rb") as stream:
            encoding = find_encoding(stream, name, strict=True)
            return find_dialect(stream, encoding, name)
    except OSError as problem:
        raise bad_sheet(name, "no-file", why=problem.strerror) from problem


def find_encoding(stream: IO[bytes], name: str, *, strict: bool = False) -> str:
    """Find how text is encoded, from its mark or from all its bytes.

    Text that is mostly well-formed UTF-8 with something broken in it is broken UTF-8, not Windows-1252. With `strict`
    the first broken or NUL byte raises BadSheet with its line; without, reading the cells will find the place.
    """
    start = stream.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    if marked and marked != "utf-8-sig":
        return marked
    stream.seek(0)
    counts = _Bytes()
    while chunk := stream.read(_CHUNK):
        counts.take(chunk)
    counts.end()
    encoding = marked or ("cp1252" if counts.broken > counts.well_formed else "utf-8")
    broken = counts.undefined_line if encoding == "cp1252" else counts.broken_line
    if strict and counts.nul_line:
        raise bad_sheet(name, "nul", counts.nul_line)
    if strict and broken:
        raise bad_sheet(name, "bad-bytes", broken)
    return encoding


class _Bytes:
    """Counts, over a stream's chunks, of well-formed and broken UTF-8, with the line of the first trouble."""

    def __init__(self) -> None:
        self.well_formed = self.broken = 0
        self.nul_line = self.broken_line = self.undefined_line = 0
        self._line = 1
        self._begun = b""

    def take(self, chunk: bytes) -> None:
        chunk = self._begun + chunk
        begun = _BEGUN.search(chunk, max(len(chunk) - 3, 0))
        self._begun = begun.group() if begun else b""
        self._count(chunk[: begun.start()] if begun else chunk)

    def end(self) -> None:
        self._count(self._begun)

    def _count(self, chunk: bytes) -> None:
        self.nul_line = self.nul_line or self._line_of(chunk, chunk.find(b"\0"))
        if not chunk.isascii():
            # As long as before, so that places in it are places in the chunk.
            rest = _UTF8.sub(lambda found: b" " * len(found.group()), chunk)
            self.well_formed += sum(1 for _ in _UTF8.finditer(chunk))
            self.broken += sum(1 for _ in _HIGH.finditer(rest))
            self.broken_line = self.broken_line or self._first(_HIGH, rest)
            self.undefined_line = self.undefined_line or self._first(_UNDEFINED_1252, chunk)
        self._line += chunk.count(b"\n")

    def _first(self, pattern: re.Pattern[bytes], chunk: bytes) -> int:
        found = pattern.search(chunk)
        return self._line_of(chunk, found.start()) if found else 0

    def _line_of(self, chunk: bytes, at: int) -> int:
        return self._line + chunk.count(b"\n", 0, at) if at >= 0 else 0


def find_dialect(stream: IO[bytes], encoding: str, name: str) -> Dialect:
    """Find the delimiter from the beginning of a file."""
    stream.seek(0)
    head = stream.read(_HEAD).decode(encoding, "ignore")
    if not head.strip():
        raise bad_sheet(name, "empty")
    sep = _SEP_LINE.match(head)
    return Dialect(encoding, sep.group(1), 1) if sep else Dialect(encoding, find_delimiter(head))


def find_delimiter(head: str) -> str:
    """Choose the delimiter that gives the most known column names in the header, then the most columns."""

    def merit(delimiter: str) -> tuple[int, int]:
        try:
            names = next((row for row in csv.reader(_lines(head), delimiter=delimiter) if any(row)), [])
        except csv.Error:
            return (0, 0)
        return sum(1 for name in names if meaning(name)), len(names)

    return max(DELIMITERS, key=merit)


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


def read_csv(stream: IO[bytes], name: str, limits: Limits) -> Sheet:
    """Read CSV from a seekable stream. Raises BadSheet."""
    encoding = find_encoding(stream, name)
    dialect = find_dialect(stream, encoding, name)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    try:
        return _sheet(text, name, "csv", dialect, limits)
    finally:
        text.detach()


def read_text(pasted: str, name: str = "pasted text", limits: Limits | None = None) -> Sheet:
    """Read a table pasted from a spreadsheet or typed as CSV; its first line with anything in it is the header.

    Spreadsheets paste a cell that begins with a quotation mark sometimes quoted, sometimes bare: what cannot be read
    the one way is read the other. Raises BadSheet.
    """
    limits = limits or Limits()
    if len(pasted) > limits.text_chars:
        raise bad_sheet(name, "too-big", limit=f"{limits.text_chars:,}".replace(",", " "))
    pasted = pasted.removeprefix("\ufeff")
    dialect = Dialect("utf-8", find_delimiter(pasted[:_HEAD]))
    try:
        return _sheet(io.StringIO(pasted, newline=""), name, "pasted", dialect, limits)
    except ValueError:
        if dialect.delimiter != "\t":
            raise
        return _sheet(io.StringIO(pasted, newline=""), name, "pasted", dialect, limits, csv.QUOTE_NONE)


def _sheet(
    text: IO[str], name: str, form: str, dialect: Dialect, limits: Limits, quoting: int = csv.QUOTE_MINIMAL
) -> Sheet:
    for _ in range(dialect.skip):
        text.readline(_HEAD)
    table = take_rows(csv_rows(text, name, dialect.delimiter, quoting, limits), name, limits)
    return Sheet(name, form, *table)


def csv_rows(
    text: IO[str], name: str, delimiter: str, quoting: int, limits: Limits, before: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """Give each row with its number in a spreadsheet, where a cell with line breaks is still one row.

    before: how many rows of the file came before the text.
    """
    lines = _Lines(text, name, limits, before)
    strict = quoting != csv.QUOTE_NONE
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=strict)  # type: ignore[arg-type]
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise _csv_problem(name, lines.row, str(problem), limits) from problem
        except UnicodeError as problem:
            raise bad_sheet(name, "bad-bytes", lines.row) from problem
        yield lines.row, cells


def _csv_problem(name: str, row: int, problem: str, limits: Limits) -> Exception:
    # The only words csv.Error has for a cell beyond the process's own limit.
    if "field limit" in problem:
        return bad_sheet(name, "long-cell", row, limit=limits.cell_chars)
    return bad_sheet(name, "quotes", row)


class _Lines:
    """The lines of a text for csv.reader, never more than RECORD_CHARS of them for one row."""

    def __init__(self, text: IO[str], name: str, limits: Limits, before: int = 0) -> None:
        self.row = before
        self._text = text
        self._name = name
        self._limits = limits
        self._left = RECORD_CHARS

    def begin_row(self) -> None:
        self.row += 1
        self._left = RECORD_CHARS

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise bad_sheet(self._name, "long-cell", self.row, limit=self._limits.cell_chars)
        if not line:
            raise StopIteration
        return line
