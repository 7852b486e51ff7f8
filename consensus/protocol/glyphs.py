"""Which characters a PDF can show with the typefaces that typst brings along.

A PDF that declares PDF/A may not hold a character without a glyph, and typst refuses to write one. So what has none is
shown as a box. glyphs.txt has the code points that do, as hexadecimal ranges; a test sets all of them.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

BOX = "□"
RANGES = (Path(__file__).parent / "glyphs.txt").read_text(encoding="ascii").split()


def _class(ranges: list[str]) -> str:
    ends = [part.partition("-")[::2] for part in ranges]
    return "".join(f"\\U{int(low, 16):08x}-\\U{int(high or low, 16):08x}" for low, high in ends)


_WITHOUT_GLYPH = re.compile(f"[^\n{_class(RANGES)}]")
_NOT_LATIN = re.compile(f"[^\n -~\xa0-\u017f\u2010-\u201e\u2022\u2026{BOX}]")
_LONG_WORD = re.compile(r"[^\s\u200b]{40}(?=[^\s\u200b])")


def shown_in_pdf(text: str, *, latin_only: bool = False) -> str:
    """The text with a box for each character that has no glyph, and with words broken that are wider than a column.

    latin_only: for a text that could not be set all the same, such as a mark on a letter that no typeface joins.
    """
    text = (_NOT_LATIN if latin_only else _WITHOUT_GLYPH).sub(_box, text)
    return _LONG_WORD.sub("\\g<0>\u200b", text)


def _box(found: re.Match[str]) -> str:
    """Marks, joiners and the like go without a trace: they had no width of their own."""
    category = unicodedata.category(found[0])
    return "" if category[0] == "M" or category == "Cf" else " " if category[0] == "Z" or category == "Cc" else BOX
