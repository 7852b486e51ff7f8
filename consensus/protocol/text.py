"""Text that a document format can hold."""

from __future__ import annotations

import re
import unicodedata

#: what XML 1.0 does not allow in a document, and lone surrogates
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
#: a cell that begins so may be taken for a formula by a spreadsheet
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """The text without characters that XML, and so Word, Excel and PDF metadata, cannot hold."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n")


def guarded(text: str) -> str:
    """The text for a CSV cell that a spreadsheet will open: one that looks like a formula gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text
