"""Unpack an archive that may come from anyone: limits on everything, and no name in it decides where a byte goes."""

from __future__ import annotations

import os
import stat
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from consensus.errors import BadInput
from consensus.protocol.archive import FILES
from consensus.sheets.problem import shown

MAX_ARCHIVE = 256 << 20
#: file -> the most bytes it may unpack to; only ballots are many
LIMITS = dict.fromkeys(FILES, 32 << 20) | {
    "README.txt": 64 << 10,
    "plan.toml": 1 << 20,
    "ballots.csv": 512 << 20,
    "SHA256SUMS": 4 << 10,
}
MAX_RATIO = 200  # unpacked size to packed, of what unpacks to more than RATIO_FROM
RATIO_FROM = 8 << 20
MAX_DIRECTORY = 64 << 10
BLOCK = 1 << 20
_END = struct.Struct("<4s4H2LH")
_LOCKED = 0x0001 | 0x0040 | 0x2000  # encrypted, strongly encrypted, directory masked


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An archive's files in a directory of their own. sums: file -> its SHA-256."""

    name: str
    place: Path
    sums: dict[str, str]

    def read(self, file: str) -> bytes:
        return (self.place / file).read_bytes()

    def size(self, file: str) -> int:
        return (self.place / file).stat().st_size


@contextmanager
def unpacked(path: str | os.PathLike[str]) -> Iterator[Unpacked]:
    """Unpack an archive for as long as it is looked at. Raises BadInput in one line that names the place."""
    path = Path(path)
    name = shown(path.name, 200)
    with tempfile.TemporaryDirectory(prefix="consensus-verify-") as place:
        yield Unpacked(name, Path(place), _unpack_all(path, name, Path(place)))


def _unpack_all(path: Path, name: str, place: Path) -> dict[str, str]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting, a device would never end
            raise BadInput(name, None, "is not a file; name the archive itself")
        with path.open("rb") as stream:
            _check_end(stream, name)
            with _as_damage(name, None):
                packed = zipfile.ZipFile(stream)
            with packed:
                _check_entries(packed.infolist(), name)
                return {file: _unpack(packed, name, file, place) for file in FILES}
    except OSError as error:
        raise BadInput(name, None, f"cannot be read: {error.strerror or shown(str(error), 200)}") from None
    except ValueError as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(name, None, "is not the name of a file") from None


def _check_end(stream: IO[bytes], name: str) -> None:
    """Bound the zip's directory before it is read: zipfile makes an object of every entry it claims."""
    size = stream.seek(0, os.SEEK_END)
    if size > MAX_ARCHIVE:
        raise BadInput(name, None, f"the archive is larger than {MAX_ARCHIVE >> 20} MB")
    stream.seek(max(0, size - _END.size - 20))
    tail = stream.read()
    stream.seek(0)
    if len(tail) < _END.size:
        raise BadInput(name, None, "this is not a whole zip file: it is too short")
    mark, _, _, _, entries, directory, _, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\x05\x06" or comment:
        raise BadInput(name, None, "this is not a whole zip file: its end is missing, or something follows it")
    # A second end record, for archives of more than 4 GB, would overrule what was just read.
    if tail[: -_END.size].startswith(b"PK\x06\x07") or entries > 2 * len(FILES) or directory > MAX_DIRECTORY:
        raise BadInput(name, None, f"claims to hold far more than the {len(FILES)} files of an archive")


def _check_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    for entry in entries:
        where = f'"{shown(entry.orig_filename, 80)}"'
        if entry.orig_filename not in FILES or entry.filename != entry.orig_filename:
            raise BadInput(name, where, "does not belong in an archive")
        if sum(1 for other in entries if other.filename == entry.filename) > 1:
            raise BadInput(name, where, "stands in the archive twice")
        if entry.flag_bits & _LOCKED:
            raise BadInput(name, where, "is encrypted; export the archive anew")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise BadInput(name, where, "is a link or a folder, not a file")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadInput(name, where, "is packed in a way that archives are not")
        _check_size(entry, name, where)
    for needed in FILES:
        if needed not in {entry.filename for entry in entries}:
            raise BadInput(name, f'"{needed}"', "is missing from the archive")
    if min(entry.header_offset for entry in entries):
        raise BadInput(name, None, "this is not a zip file alone: something stands before it")


def _check_size(entry: zipfile.ZipInfo, name: str, where: str) -> None:
    if entry.file_size > LIMITS[entry.filename]:
        raise BadInput(name, where, f"unpacks to more than the {_megabytes(LIMITS[entry.filename])} it may")
    if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * entry.compress_size:
        raise BadInput(name, where, f"unpacks to more than {MAX_RATIO} times its size")


def _megabytes(size: int) -> str:
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} kB"


def _unpack(packed: zipfile.ZipFile, name: str, file: str, place: Path) -> str:
    """Write one file under its known name; return its checksum."""
    digest, left = sha256(), packed.getinfo(file).file_size
    with (place / file).open("wb") as target, _as_damage(name, f'"{file}"'), packed.open(file) as source:
        while block := source.read(BLOCK):
            left -= len(block)
            digest.update(block)
            target.write(block)
        if left:
            raise zipfile.BadZipFile("its size is not the one that stands in the archive")
    return digest.hexdigest()


@contextmanager
def _as_damage(name: str, where: str | None) -> Iterator[None]:
    """zipfile answers damage with whatever its parsing meets: BadZipFile, zlib.error, EOFError, struct.error, ..."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:
        problem = "is damaged" if where else "this is not a whole zip file"
        raise BadInput(name, where, f"{problem}: {shown(str(error), 200) or type(error).__name__}") from None
