"""Zip files whose bytes depend on their content alone: no clock reading stands in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can say


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Pack files in the order given, all with the same fixed moment and rights."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            packed.writestr(entry, content)
    return out.getvalue()


def steady_zip(content: bytes) -> bytes:
    """Pack a zip file anew, its files in the same order."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return zip_of({name: packed.read(name) for name in packed.namelist()})
