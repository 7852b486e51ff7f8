"""Text that a document format can hold."""

from __future__ import annotations

import re
import unicodedata

#: what XML 1.0 does not allow in a document, and lone surrogates
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
#: a cell that begins so may be taken for a formula by a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def printable(text: str) -> str:
    """The text without characters that XML, and so Word, Excel and PDF metadata, cannot hold."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str, most: int = 255) -> str:
    """The text as a document's properties hold it: in one line, of at most so many characters."""
    line = " ".join(printable(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def encoded(text: str) -> bytes:
    """The text as UTF-8; a lone surrogate, which has none, becomes a question mark."""
    return text.encode("utf-8", "replace")


def looks_like_formula(text: str) -> bool:
    return text.startswith(_FORMULA)


def guarded(text: str) -> str:
    """The text for a CSV cell that a spreadsheet will open: one that looks like a formula gets an apostrophe."""
    return f"'{text}" if looks_like_formula(text) else text
