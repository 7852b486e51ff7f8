"""Look for what must not be there: in raw files, in what is packed inside them, in every spelling."""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path


def spellings(trace: bytes | str) -> set[bytes]:
    """A secret as it may have been written down: raw, in hexadecimal, in base 64, in capitals, without its hyphens."""
    if isinstance(trace, str):
        texts = {trace, trace.replace("-", ""), trace.replace("-", " ")}
        return {text.encode() for one in texts for text in (one, one.lower(), one.upper())}
    coded = {base64.b64encode(trace), base64.urlsafe_b64encode(trace)}
    return {trace, trace.hex().encode(), trace.hex().upper().encode(), *(text.rstrip(b"=") for text in coded)}


def found_in(contents: Mapping[str, bytes], traces: Mapping[str, bytes | str]) -> list[str]:
    """Which trace stands where, such as "key in consensus.db-wal"."""
    return [
        f"{name} in {place}"
        for place, content in contents.items()
        for name, trace in traces.items()
        if any(spelling in content for spelling in spellings(trace))
    ]


def files_under(*places: Path) -> dict[str, bytes]:
    """Every file of the directories, as it is on disk: path -> bytes."""
    found = {}
    for path in (path for place in places for path in sorted(place.rglob("*"))):
        if path.is_file():
            found[str(path)] = path.read_bytes()
    return found


def unpacked(documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Documents with all that is packed inside them laid open."""
    return {name: layer for document, content in documents.items() for name, layer in _layers(document, content)}


def _layers(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for inside in packed.namelist():
                yield from _layers(f"{name}/{inside}", packed.read(inside))
    if content.startswith(b"%PDF"):
        for place, stream in enumerate(re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)):
            try:
                yield f"{name}/stream {place}", zlib.decompressobj().decompress(stream)
            except zlib.error:
                continue
