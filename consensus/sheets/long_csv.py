"""CSV with millions of short cells, read block by block: bounded memory, however long the file.

A block of plain rows is split by arrays and its cells looked up together (`consensus.texts`). What is not plain, such
as a row that lacks a cell, goes through `csv`, and so does everything from the first quotation mark on: slower, with
the same result.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from consensus.sheets.csv_file import Dialect, csv_rows, read_csv_dialect
from consensus.sheets.header import match
from consensus.sheets.problem import BadSheet, bad_sheet
from consensus.sheets.sheet import Limits
from consensus.texts import MOST_WORDS, Ints, Texts, Word

Chunk = tuple[dict[str, Ints], Ints]  # column -> number of each cell's text; row numbers

BLOCK = 1 << 20
MOST_LINE = 1 << 16  # bytes; longer rows are not of short cells
BATCH = 1 << 14
_BYTES = 8 * MOST_WORDS
_LIMITS = Limits()
_UNREADABLE = (b"PK", b"\xd0\xcf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")

#: word -> cell length in bytes -> which bits of that word are the cell's
_KEEP = np.array(
    [[(1 << 8 * min(max(length - 8 * word, 0), 8)) - 1 for length in range(_BYTES + 1)] for word in range(MOST_WORDS)],
    np.uint64,
)


class LongCsv:
    """A CSV file after its header. `columns`: what each of its columns is, "" for what is not wanted."""

    def __init__(self, path: Path, dialect: Dialect, columns: Sequence[str], at: int, row: int) -> None:
        self.path, self.columns, self._at, self._row = path, tuple(columns), at, row
        self._delimiter = dialect.delimiter
        self._encoding = "utf-8" if dialect.encoding == "utf-8-sig" else dialect.encoding

    @classmethod
    def opened(cls, path: Path, wanted: Sequence[str], required: Sequence[str]) -> LongCsv | None:
        """Open a file, or give None where it is not CSV with the required columns: `read_sheet` can tell why.

        Raises BadSheet for a file that `read_sheet` does not take either, if it is not text throughout.
        """
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                return None
            with path.open("rb") as stream:
                return cls._opened(path, stream, wanted, required)
        except (OSError, csv.Error):
            return None
        except BadSheet:
            if os.path.getsize(path) <= _LIMITS.file_bytes:
                return None
            raise

    @classmethod
    def _opened(cls, path: Path, stream: IO[bytes], wanted: Sequence[str], required: Sequence[str]) -> LongCsv | None:
        start = stream.read(BLOCK)
        if start.startswith(_UNREADABLE) or b"\0" in start or _has_old_line_ends(start):
            return None
        dialect = read_csv_dialect(path)
        stream.seek(0)
        row, cells = _header(stream, dialect)
        header = match(cells, wanted)
        if header.double or any(column not in header.found for column in required):
            return None
        places = {index: column for column, index in header.found.items()}
        return cls(path, dialect, [places.get(at, "") for at in range(len(cells))], stream.tell(), row)

    def chunks(self, texts: Mapping[str, Texts]) -> Iterator[Chunk]:
        """Give the rows in file order, without blank ones. Raises BadSheet naming the row."""
        with self.path.open("rb") as stream:
            stream.seek(self._at)
            while block := self._block(stream):
                if b'"' in block:
                    stream.seek(self._at)
                    yield from self._parsed(stream, texts)
                    return
                self._at += len(block)
                cells = _split(block, self._delimiter, len(self.columns))
                found = self._looked_up(block, *cells, texts) if cells else None
                if cells and found:
                    yield found, self._numbered(len(cells[0]))
                else:
                    yield from self._parsed(io.BytesIO(block), texts)

    def _block(self, stream: IO[bytes]) -> bytes:
        """Read whole lines."""
        block = stream.read(BLOCK)
        if block and not block.endswith(b"\n"):
            block += stream.readline(MOST_LINE)
            if not block.endswith(b"\n") and stream.read(1):
                row = self._row + block.count(b"\n") + 1
                raise bad_sheet(self.path.name, "long-cell", row, limit=_LIMITS.cell_chars)
        return block

    def _looked_up(
        self, block: bytes, starts: Ints, lengths: Ints, texts: Mapping[str, Texts]
    ) -> dict[str, Ints] | None:
        """The number of each cell's text, or None if a row may be blank."""
        padded = np.frombuffer(block + bytes(_BYTES), np.uint8)
        found = {}
        for index, column in enumerate(self.columns):
            if column:
                start, length = starts[:, index], lengths[:, index]

                def text_of(place: int, start: Ints = start, length: Ints = length) -> str:
                    return block[start[place] : start[place] + length[place]].decode(self._encoding, "replace")

                found[column] = texts[column].of_words(_words(padded, start, length), length, text_of)
        return None if _any_blank(found, texts) else found

    def _numbered(self, rows: int) -> Ints:
        first = self._row + 1
        self._row += rows
        return np.arange(first, self._row + 1, dtype=np.int32)

    def _parsed(self, stream: IO[bytes], texts: Mapping[str, Texts]) -> Iterator[Chunk]:
        text = io.TextIOWrapper(stream, self._encoding, newline="")
        rows = csv_rows(text, self.path.name, self._delimiter, csv.QUOTE_MINIMAL, _LIMITS, before=self._row)
        try:
            while batch := list(itertools.islice(rows, BATCH)):
                self._row = batch[-1][0]
                kept = [(row, self._checked(row, cells)) for row, cells in batch if any(map(str.strip, cells))]
                if kept:
                    numbers = np.array([row for row, _ in kept], np.int32)
                    yield (
                        {
                            column: texts[column].of_strings(cells[index] for _, cells in kept)
                            for index, column in enumerate(self.columns)
                            if column
                        },
                        numbers,
                    )
        finally:
            text.detach()

    def _checked(self, row: int, cells: list[str]) -> list[str]:
        """One row with as many cells as there are columns."""
        while len(cells) > len(self.columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) > len(self.columns):
            raise bad_sheet(self.path.name, "extra-cells", row, cells=len(cells), columns=len(self.columns))
        if max(map(len, cells)) > _LIMITS.cell_chars:
            raise bad_sheet(self.path.name, "long-cell", row, limit=_LIMITS.cell_chars)
        return cells + [""] * (len(self.columns) - len(cells))


def _any_blank(found: Mapping[str, Ints], texts: Mapping[str, Texts]) -> bool:
    empty = {column: texts[column].find("") for column in found}
    if None in empty.values():
        return False
    return bool(np.logical_and.reduce([codes == empty[column] for column, codes in found.items()]).any())


def _has_old_line_ends(start: bytes) -> bool:
    """Whether lines end in a carriage return alone."""
    return start.count(b"\r") > start.count(b"\r\n") + start.endswith(b"\r")


def _header(stream: IO[bytes], dialect: Dialect) -> tuple[int, list[str]]:
    """Read up to and with the first row that has anything in it: its number and its cells.

    A line such as "sep=;" is not a row: spreadsheets do not show it.
    """
    for _ in range(dialect.skip):
        stream.readline(MOST_LINE)
    for row in itertools.count(1):
        line = stream.readline(MOST_LINE).decode(dialect.encoding, "replace")
        cells = next(csv.reader([line], delimiter=dialect.delimiter, strict=True), [])
        if any(cell.strip() for cell in cells) or not line:
            return row, cells
    raise AssertionError


def _split(block: bytes, delimiter: str, columns: int) -> tuple[Ints, Ints] | None:
    """Find where each cell starts and how long it is, both rows x columns; None if the rows are not plain."""
    if not block.endswith(b"\n"):
        block += b"\n"
    data = np.frombuffer(block, np.uint8)
    line_ends = data == ord("\n")
    ends = np.flatnonzero(line_ends | (data == ord(delimiter))).astype(np.int32)
    rows = np.count_nonzero(line_ends)
    if len(ends) != rows * columns or not line_ends[ends[columns - 1 :: columns]].all():
        return None
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    lengths = ends - starts
    if b"\r" in block:
        last = ends[columns - 1 :: columns]
        if block.count(b"\r") != rows or not (data[last - 1] == ord("\r")).all():
            return None
        lengths[columns - 1 :: columns] -= 1
    if lengths.max() > _BYTES or (columns == 1 and lengths.min() == 0):
        return None
    return starts.reshape(rows, columns), lengths.reshape(rows, columns)


def _words(padded: NDArray[np.uint8], starts: Ints, lengths: Ints) -> list[Word]:
    """The bytes of each cell, eight at a time as one number, zeros after its end."""
    at_every_byte: Word = np.ndarray((len(padded) - 7,), "<u8", padded, 0, (1,))
    count = max(1, (int(lengths.max()) + 7) // 8)
    return [at_every_byte[starts + 8 * word] & _KEEP[word][lengths] for word in range(count)]
