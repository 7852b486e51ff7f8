"""What can be wrong with a list of items, in English and Swedish."""

from __future__ import annotations

from collections.abc import Mapping

from consensus.sheets.problem import WORDS as SHEET_WORDS
from consensus.sheets.problem import Wording


def _error(en: str, sv: str) -> Wording:
    return Wording("error", en, sv)


def _warning(en: str, sv: str) -> Wording:
    return Wording("warning", en, sv)


#: What the file as a whole, or its header, has wrong. Columns and cells are worded as for any sheet.
WORDS: Mapping[str, Wording] = {
    **{code: SHEET_WORDS[code] for code in ("missing-column", "double-column", "extra-cells", "formula")},
    "no-items": _error(
        "there are no items below the column names: put one item on each row",
        "det finns inga indikatorer under kolumnnamnen: skriv en indikator per rad",
    ),
    "no-number": _error("the number is missing: give each item its own", "numret saknas: ge varje indikator sitt eget"),
    "bad-number": _error(
        'the number is "{cell}": write a whole number from 1 to {most}',
        'numret är "{cell}": skriv ett heltal från 1 till {most}',
    ),
    "double-number": _error(
        "number {number} is already in row {other}: give each item its own",
        "nummer {number} finns redan på rad {other}: ge varje indikator sitt eget",
    ),
    "no-text": _error(
        "the text is missing: write it or delete the row", "texten saknas: skriv den eller ta bort raden"
    ),
    "long-text": _warning(
        "the text has {length} characters and will be hard to read on a phone: move some of it to the explanation",
        "texten har {length} tecken och blir svår att läsa på en telefon: flytta en del till förklaringen",
    ),
    "too-long-text": _error(
        "the cell has {length} characters: shorten it to at most {most}",
        "cellen har {length} tecken: korta den till högst {most}",
    ),
    "no-kind": _error("the kind is missing: write one of {kinds}", "slaget saknas: skriv ett av {kinds}"),
    "unknown-kind": _error(
        'the plan has no kind "{cell}": write one of {kinds}', 'planen har inget slag "{cell}": skriv ett av {kinds}'
    ),
    "kind-ignored": _warning(
        "the plan has no kinds, so this column is not used",
        "planen har inga slag, så den här kolumnen används inte",
    ),
    "bad-merged": _error(
        'the cell is "{cell}": write the numbers of the items that were merged, such as 3 7',
        'cellen är "{cell}": skriv numren på de indikatorer som slogs ihop, till exempel 3 7',
    ),
    "looks-like-formula": _error(
        'the cell begins like a formula ("{cell}"): paste the value, or begin with a word',
        'cellen börjar som en formel ("{cell}"): klistra in värdet, eller börja med ett ord',
    ),
    "merged-rows": _error(
        "the cells of rows {rows} are merged, so that only the first has a value: unmerge them and fill in each row",
        "cellerna på raderna {rows} är sammanfogade, så bara den första har ett värde: dela dem och fyll i varje rad",
    ),
    "merged-columns": _warning(
        "cells are merged across columns: only the first column gets the value",
        "celler är sammanfogade över kolumner: bara den första kolumnen får värdet",
    ),
    "blank-rows": _warning("rows {rows} are empty and are skipped", "raderna {rows} är tomma och hoppas över"),
    "hidden-rows": _warning(
        "rows {rows} are hidden in the spreadsheet and are read all the same",
        "raderna {rows} är dolda i kalkylbladet och läses ändå in",
    ),
    "extra-column": _warning(
        "the column is not known and is not used; known are {known}",
        "kolumnen är okänd och används inte; kända är {known}",
    ),
    "stray-cells": _warning(
        "there are cells to the right of the last column name: they are not used",
        "det finns celler till höger om det sista kolumnnamnet: de används inte",
    ),
    "control-characters": _warning(
        "invisible control characters were taken out of the cell", "osynliga styrtecken har tagits bort ur cellen"
    ),
    "garbled": _warning(
        'the cell looks garbled ("{cell}"): save the file as UTF-8 if letters are wrong',
        'cellen ser förvrängd ut ("{cell}"): spara filen som UTF-8 om bokstäver är fel',
    ),
    "same-text": _warning("the text is the same as in row {other}", "texten är densamma som på rad {other}"),
    "similar-text": _warning(
        "the text is nearly the same as in row {other}: are both meant?",
        "texten är nästan densamma som på rad {other}: är båda avsedda?",
    ),
    "more-similar": _warning(
        "{count} more texts are the same as or nearly the same as others",
        "ytterligare {count} texter är desamma eller nästan desamma som andra",
    ),
    "differ-in-digits": _warning(
        "{count} texts differ only in their digits (rows {rows}): are they placeholders?",
        "{count} texter skiljer sig bara i siffrorna (raderna {rows}): är de platshållare?",
    ),
    "other-sheets": _warning(
        'only the first sheet was read; not "{sheets}"', 'bara det första bladet lästes; inte "{sheets}"'
    ),
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
