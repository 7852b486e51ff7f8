"""Opens a file of whatever form: the bytes decide, the name's ending only helps to word the answer."""

from __future__ import annotations

import io
import os
import stat
from typing import IO

from consensus.sheets.archive import open_archive
from consensus.sheets.csv_file import read_csv
from consensus.sheets.ods import read_ods
from consensus.sheets.problem import BadSheet, bad_sheet
from consensus.sheets.sheet import Limits, Sheet
from consensus.sheets.xlsx import read_xlsx
from rounds.languages import N_, Sentence

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: What else people hand over, by how it begins.
_NOT_TABLES = (
    (b"%PDF", N_("a PDF document")),
    (b"{\\rtf", N_("an RTF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"\x1f\x8b", N_("a compressed file")),
    (b"7z\xbc\xaf", N_("a compressed file")),
    (b"Rar!", N_("a compressed file")),
    (b"SQLite format 3", N_("a database")),
    (b"\x7fELF", N_("a program")),
    (b"MZ\x90", N_("a program")),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")


def read_sheet(source: str | os.PathLike[str] | bytes, name: str | None = None, limits: Limits | None = None) -> Sheet:
    """Read a table from a path or from a file's bytes. `name` is what messages call it.

    CSV, XLSX (and XLSM) and ODS; of a workbook the first visible sheet. Raises BadSheet, and nothing else, for any
    content. Memory is bounded by the limits, however large the file or what it claims to unpack to.
    """
    limits = limits or Limits()
    if isinstance(source, bytes):
        name = name or "file"
        _check_size(len(source), name, limits)
        return _read(io.BytesIO(source), name, limits)
    name = name or os.path.basename(source)
    try:
        with open(source, "rb") as stream:
            return _read(_seekable(stream, name, limits), name, limits)
    except BadSheet:
        raise
    except (OSError, ValueError) as problem:  # ValueError: a path with NUL in it
        why = getattr(problem, "strerror", None) or str(problem)
        raise bad_sheet(name, "no-file", why=why) from problem


def _seekable(stream: IO[bytes], name: str, limits: Limits) -> IO[bytes]:
    """Check a file's size before it is read; take a pipe into memory, up to the limit."""
    status = os.fstat(stream.fileno())
    if stat.S_ISREG(status.st_mode):
        _check_size(status.st_size, name, limits)
        return stream
    content = stream.read(limits.file_bytes + 1)
    _check_size(len(content), name, limits)
    return io.BytesIO(content)


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise bad_sheet(name, "too-big", limit=f"{limits.file_bytes >> 20} MB")
    if not size:
        raise bad_sheet(name, "empty")


def _read(stream: IO[bytes], name: str, limits: Limits) -> Sheet:
    head = stream.read(1 << 12)
    stream.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_workbook(stream, name, limits)
    if head.startswith(_OLE):
        raise bad_sheet(name, _inside_ole(stream.read()))
    for beginning, what in _NOT_TABLES:
        if head.startswith(beginning):
            raise bad_sheet(name, "not-a-table", what=Sentence(what))
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise bad_sheet(name, "not-a-table", what=Sentence("a web page or XML"))
    if b"\0" in head and os.path.splitext(name)[1].lower() in (".xlsx", ".xlsm", ".ods"):
        raise bad_sheet(name, "damaged", part="zip")
    return read_csv(stream, name, limits)


def _inside_ole(content: bytes) -> str:
    # An encrypted workbook is an old-style container with these two streams; their names stand in it as UTF-16.
    locked = any(part.encode("utf-16-le") in content for part in ("EncryptedPackage", "EncryptionInfo"))
    return "locked" if locked else "old-excel"


def _read_workbook(stream: IO[bytes], name: str, limits: Limits) -> Sheet:
    archive = open_archive(stream, name, limits)
    if "xl/workbook.xml" in archive:
        return read_xlsx(archive, name, limits)
    if "content.xml" in archive:
        return read_ods(archive, name, limits)
    if "xl/workbook.bin" in archive:
        raise bad_sheet(name, "old-excel")
    if "word/document.xml" in archive:
        raise bad_sheet(name, "not-a-table", what=Sentence("a Word document"))
    raise bad_sheet(name, "not-a-table", what=Sentence("a zip archive"))
