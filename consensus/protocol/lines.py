"""How many lines a text takes: a slide cuts off what does not fit, and not every program fits a row to its text.

Widths are Arial's, which Liberation Sans shares, by classes of letters and a little too wide rather than too narrow.
"""

from __future__ import annotations

from functools import cache

NARROW, WIDE = frozenset(" !'()*,-./:;I[\\]fijlrt|·’”“"), frozenset("%@MWmw—…ÆŒæœ")
BOLD = 1.08


@cache
def _width(letter: str) -> float:
    """A letter's width, of the height of the type."""
    if letter in NARROW:
        return 0.31
    if letter in WIDE:
        return 0.89
    if letter >= "\u1100":  # Chinese, Korean, pictures
        return 0.6 if letter < "\u2e80" else 1.05
    return 0.71 if letter.isupper() else 0.556


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text in one line, in the unit of the size."""
    return sum(map(_width, text)) * size * (BOLD if bold else 1)


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes in so much room. A word that is wider than the room is broken."""
    found, space = 0, width(" ", size, bold=bold)
    for paragraph in text.split("\n"):
        found, at = found + 1, 0.0
        for word in paragraph.split(" "):
            wide = width(word, size, bold=bold)
            if at and at + space + wide > room:
                found, at = found + 1, 0.0
            at += (space if at else 0) + wide
            while at > room:
                found, at = found + 1, at - room
    return found
