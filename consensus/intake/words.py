"""What can be wrong with a list of items."""

from __future__ import annotations

from collections.abc import Mapping

from consensus.sheets.problem import WORDS as SHEET_WORDS
from consensus.sheets.problem import Wording


def _error(text: str) -> Wording:
    return Wording("error", text)


def _warning(text: str) -> Wording:
    return Wording("warning", text)


#: What the file as a whole, or its header, has wrong. Columns and cells are worded as for any sheet.
WORDS: Mapping[str, Wording] = {
    **{code: SHEET_WORDS[code] for code in ("missing-column", "double-column", "extra-cells", "formula")},
    "no-items": _error(
        "there are no items below the column names: put one item on each row",
    ),
    "kinds-in-paste": _error(
        "the plan has items of several kinds ({kinds}), and the lines do not say which: begin with a line that names "
        "the columns, {line}, and write each item as 1;{first};… (a tab, as from a spreadsheet, does as well)",
    ),
    "no-number": _error("the number is missing: give each item its own"),
    "bad-number": _error(
        'the number is "{cell}": write a whole number from 1 to {most}',
    ),
    "double-number": _error(
        "number {number} is already in row {other}: give each item its own",
    ),
    "no-text": _error("the text is missing: write it or delete the row"),
    "long-text": _warning(
        "the text has {length} characters and will be hard to read on a phone: move some of it to the explanation",
    ),
    "too-long-text": _error(
        "the cell has {length} characters: shorten it to at most {most}",
    ),
    "no-kind": _error("the kind is missing: write one of {kinds}"),
    "unknown-kind": _error('the plan has no kind "{cell}": write one of {kinds}'),
    "kind-ignored": _warning(
        "the plan has no kinds, so this column is not used",
    ),
    "bad-merged": _error(
        'the cell is "{cell}": write the numbers of the items that were merged, such as 3 7',
    ),
    "looks-like-formula": _error(
        'the cell begins like a formula ("{cell}"): paste the value, or begin with a word',
    ),
    "merged-rows": _error(
        "the cells of rows {rows} are merged, so that only the first has a value: unmerge them and fill in each row",
    ),
    "merged-columns": _warning(
        "cells are merged across columns: only the first column gets the value",
    ),
    "blank-rows": _warning("rows {rows} are empty and are skipped"),
    "hidden-rows": _warning(
        "rows {rows} are hidden in the spreadsheet and are read all the same",
    ),
    "extra-column": _warning(
        "the column is not known and is not used; known are {known}",
    ),
    "stray-cells": _warning(
        "there are cells to the right of the last column name: they are not used",
    ),
    "control-characters": _warning("invisible control characters were taken out of the cell"),
    "garbled": _warning(
        'the cell looks garbled ("{cell}"): save the file as UTF-8 if letters are wrong',
    ),
    "same-text": _warning("the text is the same as in row {other}"),
    "similar-text": _warning(
        "the text is nearly the same as in row {other}: are both meant?",
    ),
    "more-similar": _warning(
        "{count} more texts are the same as or nearly the same as others",
    ),
    "differ-in-digits": _warning(
        "{count} texts differ only in their digits (rows {rows}): are they placeholders?",
    ),
    "other-sheets": _warning('only the first sheet was read; not "{sheets}"'),
}


def some_rows(rows: list[int], most: int = 8) -> str:
    """List rows for a message: "3, 5-9, 12 …", at most `most` runs."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    said = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:most]]
    return ", ".join(said) + (" …" if len(runs) > most else "")
