"""Column names: which spellings, English and Swedish, mean which column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from consensus.sheets.problem import bad_sheet
from consensus.sheets.sheet import Sheet
from rounds.languages import Sentence, spoken

#: Every column that a file may bring, with the names it goes by; the first is the one in messages.
NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "nummer", "nr", "no", "#", "item", "indikatornummer", "indikator nr"),
    "text": ("text", "indikator", "indicator", "lydelse", "wording"),
    "kind": ("kind", "typ", "type", "slag", "kategori", "category"),
    "explanation": ("explanation", "förklaring"),
    "perspective": ("perspective", "perspektiv"),
    "plain": ("plain", "lättläst", "plain words", "in plain words", "plain language", "klarspråk"),
    "merged": ("merged", "merged from", "hopslagen av", "sammanslagen av"),
    "round": ("round", "omgång", "omröstning", "runda"),
    "paper": ("paper", "papper", "valsedel", "röstsedel"),
    "choice": ("choice", "val", "röst", "vote"),
    "group": ("group", "grupp"),
    "verdict": ("verdict", "utfall", "beslut"),
    "reason": ("reason", "skäl", "motivering"),
    "seed": ("seed", "frö"),
    "entitled": ("entitled", "röstberättigade"),
    "present": ("present", "närvarande"),
    "typed": ("typed", "inskrivna"),
    "organisation": ("organisation", "organization", "huvudman", "verksamhet"),
    "role": ("role", "roll", "funktion"),
    "seats": ("seats", "platser", "antal platser", "antal", "number of seats"),
}

#: What messages call the columns that people bring, in whatever language they are said; each such name is read too.
TITLES: Mapping[str, Sentence] = {
    "number": Sentence("number"),
    "text": Sentence("text"),
    "kind": Sentence("kind"),
    "explanation": Sentence("explanation"),
    "perspective": Sentence("perspective"),
    "plain": Sentence("plain"),
    "merged": Sentence("merged"),
    "organisation": Sentence("organisation"),
    "role": Sentence("role"),
    "seats": Sentence("seats"),
}

_MEANING = {name: column for column, names in NAMES.items() for name in names}


class Header(NamedTuple):
    """What the header offers of what is wanted.

    found: wanted column -> its index, the first where there are two; double: wanted columns named twice; extra:
    indices of all other named columns.
    """

    found: dict[str, int]
    double: tuple[str, ...]
    extra: tuple[int, ...]


def meaning(name: str) -> str | None:
    """Give the column that a header cell stands for, whatever its case, spaces and language; None if unknown."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().replace("\ufeff", "").split())
    return _MEANING.get(plain) or _MEANING.get(plain.rstrip(".:*").replace("_", " ")) or _translated(plain)


def title(column: str) -> str:
    """What a message calls a column; a `Sentence` where people bring it."""
    return TITLES.get(column, column)


def titles(columns: Sequence[str], between: str = ", ") -> Sentence:
    """Several columns as a message names them."""
    return Sentence(
        between.join(f"{{{column}}}" for column in columns), **{column: title(column) for column in columns}
    )


def _translated(name: str) -> str | None:
    for column, said in TITLES.items():
        if any(said.said(language).casefold() == name for language in spoken()):
            return column
    return None


def match(columns: Sequence[str], wanted: Sequence[str]) -> Header:
    """Match header cells with the wanted columns. Raises nothing: the caller judges what is missing."""
    found: dict[str, int] = {}
    double: list[str] = []
    extra: list[int] = []
    for index, name in enumerate(columns):
        column = meaning(name)
        if column not in wanted or column is None:
            extra += [index] if name.strip() else []
        elif column in found:
            double.append(column)
        else:
            found[column] = index
    return Header(found, tuple(dict.fromkeys(double)), tuple(extra))


def columns(sheet: Sheet, wanted: Sequence[str], required: Sequence[str] = ()) -> dict[str, int]:
    """Find the wanted columns: name -> index. BadSheet if a required one is missing or a wanted one is double."""
    header = match(sheet.columns, wanted)
    for column in header.double:
        raise bad_sheet(sheet.name, "double-column", sheet.header_row, wanted=title(column))
    for column in required:
        if column not in header.found:
            raise missing(sheet.name, sheet.header_row, column)
    return header.found


def missing(name: str, row: int, column: str) -> Exception:
    """Give the exception for a column that is not there."""
    return bad_sheet(name, "missing-column", row, wanted=title(column), known=", ".join(NAMES[column]))


def records(sheet: Sheet, wanted: Sequence[str], required: Sequence[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Give (row number, wanted column -> stripped cell) for each row; absent columns and cells are "".

    For files that programs write and the command line reads: the first formula in a wanted column, and the first row
    with cells beyond the header, raise BadSheet.
    """
    found = columns(sheet, wanted, required)
    for number, cells in sheet.rows:
        if len(cells) > len(sheet.columns):
            raise bad_sheet(sheet.name, "extra-cells", number, cells=len(cells), columns=len(sheet.columns))
        for index in found.values():
            if (number, index) in sheet.formulas:
                raise bad_sheet(sheet.name, "formula", number, sheet.column_name(index))
        values = dict.fromkeys(wanted, "")
        values.update((name, cells[index].strip()) for name, index in found.items() if index < len(cells))
        yield number, values
