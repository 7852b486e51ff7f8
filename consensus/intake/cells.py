"""What one cell says: cleaned text, a kind of the plan, or something that only looks like text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

#: Names of kinds that mean the same, so that a Swedish list fits an English plan and the reverse.
KIND_NAMES = (
    ("process", "processes", "processindikator", "processindikatorer", "processindicator", "process indicator"),
    ("effect", "effects", "effekt", "effekter", "effektindikator", "effektindikatorer", "effect indicator"),
    ("structure", "struktur", "strukturindikator", "strukturindikatorer", "structure indicator"),
    ("outcome", "outcomes", "utfall", "resultat", "resultatindikator", "resultatindikatorer", "outcome indicator"),
)

# "=SUM(A1)", "+A1-B2", "@SUM(A1)", "=cmd|'/c calc'!A1"; not "- a dash first", "+46", "=> see 4".
FORMULA = re.compile(
    r"=\s*[^\s=<>]|[+\-@]\s*[A-ZÅÄÖ][A-ZÅÄÖ0-9.]*\(|[+\-@].*\|.*!|[+\-](?:\$?[A-Z]{1,3}\$?\d+[+\-*/:]?)+\Z"
)
# UTF-8 that was once read as Windows-1252, and the mark of a letter that is lost.
GARBLED = re.compile("Ã[\u0080-\u00bf…„–—†‡‰Š‹ŒŽ‘’“”•˜™š›œžŸ]|â€|Â[\u00a0-\u00bf]|\N{REPLACEMENT CHARACTER}")
_LINE_BREAKS = dict.fromkeys(map(ord, "\v\f\x85\u2028\u2029"), "\n")
_MEANT_INVISIBLE = "\u200c\u200d\u200e\u200f"  # joiners and direction marks that scripts need


def clean(text: str, *, lines: bool = False) -> tuple[str, bool]:
    """Give text in NFC with its spaces single, and whether control characters were taken out of it.

    Line breaks become spaces, or are kept with `lines`.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_BREAKS))
    kept = text if text.isprintable() else "".join(char for char in text if not _is_control(char))
    pieces = (" ".join(line.split()) for line in kept.split("\n"))
    return ("\n" if lines else " ").join(pieces).strip(), len(kept) != len(text)


def _is_control(char: str) -> bool:
    if char in "\t\n" or char in _MEANT_INVISIBLE:
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") or ord(char) & 0xFFFE == 0xFFFE


def find_kind(cell: str, kinds: Sequence[str]) -> str | None:
    """Find the plan's kind that a cell means: the same word whatever its case, or its Swedish or English name."""
    wanted = " ".join(cell.split()).casefold()
    for kind in kinds:
        if kind.casefold() == wanted:
            return kind
    same = next((names for names in KIND_NAMES if wanted in names), ())
    found = [kind for kind in kinds if kind.casefold() in same]
    return found[0] if len(found) == 1 else None
