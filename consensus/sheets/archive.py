"""The zip archive that a workbook is, opened with suspicion: it may be damaged, locked or a bomb."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Protocol, cast
from xml.parsers import expat

from consensus.sheets.problem import BadSheet, bad_sheet
from consensus.sheets.sheet import Limits

_CHUNK = 1 << 16
_NAMES = 1_000
_END = struct.Struct("<4s4H2LH")
_ENTRY_BYTES = 512  # of central directory for one entry with a long name


@dataclass(slots=True)
class Archive:
    """A workbook's parts by name. What is unpacked counts against one limit, whatever the directory claims."""

    name: str
    limits: Limits
    zip: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]
    unpacked: int = 0

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self.parts

    def damaged(self, part: str) -> BadSheet:
        return bad_sheet(self.name, "damaged", part=part)

    def unpack(self, part: str) -> Iterator[bytes]:
        """Give a part's bytes piece by piece. Raises BadSheet for a missing, broken or endless one."""
        if part not in self:
            raise self.damaged(part)
        with _as_damage(self, part), self.zip.open(self.parts[_plain(part)]) as stream:
            while chunk := stream.read(_CHUNK):
                self.unpacked += len(chunk)
                if self.unpacked > self.limits.unpacked_bytes:
                    raise _bomb(self.name, f"> {self.limits.unpacked_bytes >> 20} MB")
                yield chunk

    def read(self, part: str, most: int = 1 << 20) -> bytes:
        """Give the beginning of a small part."""
        content = b""
        for chunk in self.unpack(part):
            content += chunk
            if len(content) > most:
                break
        return content[:most]


def _plain(part: str) -> str:
    # Some writers use backslashes, a leading slash or capitals of their own.
    return part.replace("\\", "/").lstrip("/").lower()


def open_archive(stream: IO[bytes], name: str, limits: Limits) -> Archive:
    """Check a zip's central directory before anything is unpacked. Raises BadSheet."""
    archive = Archive(name, limits, cast(zipfile.ZipFile, None), {})
    _check_directory(stream, archive)
    with _as_damage(archive, "zip"):
        archive.zip = zipfile.ZipFile(stream)
    entries = archive.zip.infolist()
    if len(entries) > limits.entries:
        raise _bomb(name, f"{len(entries)} parts")
    if any(entry.flag_bits & 1 for entry in entries):
        raise bad_sheet(name, "locked")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise archive.damaged("zip")
    _check_claims(entries, name, limits)
    archive.parts = {_plain(entry.filename): entry for entry in entries}
    return archive


def _check_directory(stream: IO[bytes], archive: Archive) -> None:
    """Bound the directory itself: zipfile reads all of it, an object for each entry."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END.size - 0xFFFF))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise archive.damaged("zip")
    end = _END.unpack_from(tail, at)
    # A second end record (zip64) would overrule this one; no workbook within the limits needs it.
    if end[5] > archive.limits.entries * _ENTRY_BYTES or tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
        raise _bomb(archive.name, f"{end[4]} parts")


def _check_claims(entries: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise _bomb(name, f"{unpacked >> 20} MB")
    if unpacked > limits.ratio_from and unpacked > packed * limits.ratio:
        raise _bomb(name, f"1:{unpacked // max(1, packed)}")


def _bomb(name: str, size: str) -> BadSheet:
    return bad_sheet(name, "unpacks-too-big", size=size)


@contextmanager
def _as_damage(archive: Archive, part: str) -> Iterator[None]:
    try:
        yield
    except BadSheet:
        raise
    except Exception as problem:
        # zipfile answers broken archives with whatever its parsing meets: BadZipFile, zlib.error, EOFError,
        # struct.error, UnicodeDecodeError, NotImplementedError, OverflowError, ...
        raise archive.damaged(part) from problem


class Elements(Protocol):
    """What takes a part's XML, as its elements come. Names are without namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def parse(archive: Archive, part: str, elements: Elements, most: int | None = None) -> None:
    """Stream a part's XML, of at most `most` bytes, through `elements`.

    Raises BadSheet for bad XML, and for a document type, which is refused unread. `elements` may
    raise `Enough` to stop early.
    """
    left = archive.limits.unpacked_bytes if most is None else most
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local = _Names()
    parser.StartElementHandler = lambda name, attributes: elements.start(local[name], attributes)
    parser.EndElementHandler = lambda name: elements.end(local[name])
    parser.CharacterDataHandler = elements.text
    parser.StartDoctypeDeclHandler = _refusal(archive, part)
    try:
        for chunk in archive.unpack(part):
            left -= len(chunk)
            if left < 0:
                raise _bomb(archive.name, part)
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except Enough:
        return
    except BadSheet:
        raise
    except (expat.ExpatError, LookupError, ValueError) as problem:
        # The last two: the declaration names an encoding that expat does not know, or one that is no encoding.
        raise archive.damaged(part) from problem


class Enough(Exception):
    """The rest of the part is not needed."""


class _Names(dict[str, str]):
    """Element names without prefix, each cut once: a sheet has millions of elements of a dozen names."""

    def __missing__(self, name: str) -> str:
        if len(self) > _NAMES:
            self.clear()
        self[name] = _local(name)
        return self[name]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refusal(archive: Archive, part: str) -> Callable[..., None]:
    # Only a document type can define entities that grow; no workbook has one.
    def refuse(*_: object) -> None:
        raise archive.damaged(part)

    return refuse


def plain(attributes: dict[str, str]) -> dict[str, str]:
    """Give attributes without namespace prefixes."""
    return {_local(name): value for name, value in attributes.items()}
