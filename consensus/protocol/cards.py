"""The panel's cards as a PDF to print on A4 and cut, set by typst with the typefaces it brings along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typst

from consensus.protocol.glyphs import shown_in_pdf
from consensus.protocol.pdf import typeset
from consensus.protocol.text import one_line, printable

TEMPLATE = Path(__file__).parent / "cards.typ"


@dataclass(frozen=True, slots=True)
class Wifi:
    """The venue's network, with the square that lets a phone in (SVG)."""

    name: str
    password: str
    square: str


@dataclass(frozen=True, slots=True)
class Sheets:
    """What is printed, and when. stacks: (name, its cards as (code, square as SVG)); words: what each card says."""

    title: str
    language: str
    address: str
    stacks: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    words: Mapping[str, str]
    day: date
    wifi: Wifi | None = None


def cards_pdf(sheets: Sheets) -> bytes:
    """Set the cards: ten on a page, eight where the Wi-Fi stands beside; each stack begins a page of its own."""
    try:
        return _compiled(sheets, latin_only=False)
    except typst.TypstError:
        return _compiled(sheets, latin_only=True)


def _compiled(sheets: Sheets, *, latin_only: bool) -> bytes:
    def shown(text: str) -> str:
        return shown_in_pdf(printable(text), latin_only=latin_only)

    wifi, day = sheets.wifi, sheets.day
    data = {
        "day": [day.year, day.month, day.day],
        "title": shown(one_line(sheets.title, 90)),
        "lang": sheets.language,
        "address": shown(sheets.address),
        "words": {key: shown(text) for key, text in sheets.words.items()},
        "wifi": wifi and {"name": shown(wifi.name), "password": shown(wifi.password), "square": wifi.square},
        "stacks": [
            {"name": shown(name), "cards": [{"code": code, "square": square} for code, square in cards]}
            for name, cards in sheets.stacks
        ],
    }
    return typeset(TEMPLATE, data, day)
