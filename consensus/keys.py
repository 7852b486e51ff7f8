"""The keys that tie an open vote to its seat, kept beside the database and never in it.

A *scope* names what one key links: an item, a round or a conference, as the level of anonymity needs. Whoever
holds both the database and the key can tell who voted how while a vote is open; once the key is destroyed,
nobody can. So a key is in no backup and no archive, and its file is overwritten before it is removed. (A disk
that writes every block to a new place keeps the old one for a while: docs/ says so.) For several hosts there is
`consensus.redis_keys`.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Protocol

KEY_BYTES = 32


class KeyStore(Protocol):
    """Where keys are kept. A scope is lower-case letters, digits and dots, such as `k3f9x2.r12`.

    Raises OSError where the place cannot be read or written now. To be called in threads: it may block.
    """

    def get(self, scope: str) -> bytes | None:
        """Return the key, or None where there is none (any more)."""

    def create_if_missing(self, scope: str) -> bytes:
        """Return the key, stored durably; of several callers at once all get the same one."""

    def destroy(self, scope: str) -> None:
        """Make the key unreadable for good. Harmless where there is none."""

    def scopes(self) -> list[str]:
        """Name every key there is, sorted."""


def check_scope(scope: str) -> None:
    """Raise ValueError for what is not the name of a key."""
    if not re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)*", scope):
        raise ValueError(f"{scope!r} is not the name of a key")


def voter(key: bytes, seat_id: str) -> bytes:
    """Hash a seat under a key: 32 bytes, HMAC-SHA-256 (RFC 2104)."""
    return hmac.digest(key, seat_id.encode(), "sha256")


class FileKeyStore:
    """Keys as files in one directory that only its owner may read."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def get(self, scope: str) -> bytes | None:
        return _read(self._path(scope))

    def create_if_missing(self, scope: str) -> bytes:
        path = self._path(scope)
        private_directory(self._directory)
        return _read(path) or write_once(path, secrets.token_bytes(KEY_BYTES))

    def destroy(self, scope: str) -> None:
        path = self._path(scope)
        for file in (path, *self._directory.glob(f".{path.name}.*")):
            with contextlib.suppress(FileNotFoundError):
                _overwrite(file)
                file.unlink()
        _sync_directory(self._directory)

    def scopes(self) -> list[str]:
        return sorted(path.stem for path in self._directory.glob("[!.]*.key"))

    def _path(self, scope: str) -> Path:
        check_scope(scope)
        return self._directory / f"{scope}.key"


def private_directory(directory: Path) -> None:
    """Ensure a directory that only its owner may enter."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_once(path: Path, content: bytes) -> bytes:
    """Write a file that only its owner may read, durably; return what stands in it.

    Of several callers at once the first one's content stands, and all get that. The file appears whole:
    it is written under another name and linked into place.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write_new(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        content = path.read_bytes()
    except OSError:  # a file system without links, such as a memory stick
        content = _write_unlinked(path, content)
    finally:
        draft.unlink()
    _sync_directory(path.parent)
    return content


def _write_unlinked(path: Path, content: bytes) -> bytes:
    try:
        _write_new(path, content)
    except FileExistsError:
        return path.read_bytes()
    return content


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:  # a full disk: half a key must not stand there as one
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _read(path: Path) -> bytes | None:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(key) != KEY_BYTES:
        raise OSError(f"{path} does not hold a key: {len(key)} bytes instead of {KEY_BYTES}")
    return key


def _overwrite(path: Path) -> None:
    with open(path, "r+b") as file:
        file.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    """Make names in a directory durable. Windows does so by itself and cannot open directories."""
    if os.name == "nt" or not directory.exists():
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
