"""From a file or a paste to a preview, or to the items."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace

from consensus.errors import BadInput
from consensus.intake.checks import judge
from consensus.intake.items import ItemRow, Preview
from consensus.intake.words import WORDS
from consensus.sheets import BadSheet, Limits, Row, Sheet, match, read_sheet, read_text, shown, state
from consensus.sheets.csv_file import DELIMITERS

#: No conference has more items; what is larger is another file.
LIMITS = Limits(
    file_bytes=32 << 20, unpacked_bytes=128 << 20, rows=5_000, columns=100, cells=200_000, text_chars=16_000_000
)
_PASTE_CHARS = 2_000_000
_NUMBERED = re.compile(r"\s*([0-9]{1,9})\s*(?:[.):](?![0-9])|\t)\s*(.*)", re.DOTALL)


def preview_file(data: bytes, name: str, kinds: Sequence[str]) -> Preview:
    """Read an uploaded file. A file that cannot be read gives a preview with one error. Raises nothing."""
    try:
        return judge(read_sheet(data, name, LIMITS), kinds)
    except BadSheet as refusal:
        return Preview((), (refusal.finding,), ())


def preview_text(pasted: str, kinds: Sequence[str], name: str = "pasted text") -> Preview:
    """Read what was pasted: cells of a spreadsheet with their column names, or one item a line.

    Lines are "1. Text", "1) Text" or "1<tab>Text", or all bare, and then numbered from 1. Raises nothing.
    """
    if not pasted.replace("\ufeff", "").strip():
        return Preview((), (state(WORDS, "no-items"),), ())
    try:
        return judge(_pasted(pasted, name), kinds)
    except BadSheet as refusal:
        return Preview((), (refusal.finding,), ())


def read_items(path: str | os.PathLike[str], kinds: Sequence[str]) -> tuple[ItemRow, ...]:
    """Read an items file for the command line. Raises BadInput with the first error; warnings are passed over."""
    name = shown(os.path.basename(path), 200)
    preview = judge(read_sheet(path, name, LIMITS), kinds)
    for error in preview.errors:
        raise BadInput(name, error.where, error.sentence)
    return preview.items


def _pasted(pasted: str, name: str) -> Sheet:
    limits = replace(LIMITS, text_chars=_PASTE_CHARS)
    lines = _lines(pasted[: _PASTE_CHARS + 1])
    if len(pasted) > _PASTE_CHARS or len(lines) > limits.rows or _names_columns(lines[0][1]):
        return read_text(pasted, name, limits)
    rows = _numbered(lines)
    if any(len(row.cells) > 2 for row in rows):  # a table whose column names were not copied
        return read_text(pasted, name, limits)
    return Sheet(name, "pasted", 0, ("number", "text"), tuple(rows))


def _lines(pasted: str) -> list[tuple[int, str]]:
    lines = pasted.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(row, line) for row, line in enumerate(lines, 1) if line.strip()]


def _names_columns(line: str) -> bool:
    found = (match(line.split(delimiter), ("number", "text")).found for delimiter in DELIMITERS if delimiter in line)
    return any(found)


def _numbered(lines: list[tuple[int, str]]) -> list[Row]:
    """Read lines as items: with their own numbers if any line has one, else counted from 1."""
    if match([lines[0][1]], ("text",)).found:
        lines = lines[1:]
    split = [(row, line, _NUMBERED.match(line)) for row, line in lines]
    if any(found for _, _, found in split):
        return [Row(row, [found[1], *found[2].split("\t")] if found else ["", line]) for row, line, found in split]
    return [Row(row, [str(number), *line.strip().split("\t")]) for number, (row, line) in enumerate(lines, 1)]
