"""Recount an archive from its ballots and its plan, and name every difference.

An archive may come from anyone: it is read with limits on everything, and no name in it decides where a byte goes.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from consensus.ballot_file import read_attendance, read_ballots, read_decisions
from consensus.errors import BadInput
from consensus.intake import read_items
from consensus.protocol.archive import FILES
from consensus.replay import replay
from rounds import PlanError, read_plan

MAX_ARCHIVE = 256 << 20
MAX_FILE = 512 << 20
MAX_RATIO = 2000
BLOCK = 1 << 20
UNPACKED = ("items.csv", "ballots.csv", "decisions.csv", "attendance.csv")


def verify(path: str | os.PathLike[str]) -> list[str]:
    """Recount an archive; return what differs, a sentence each, nothing if all agrees.

    Raises BadInput if it is no archive of ours, is damaged, or is built to do harm.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as packed:
            if path.stat().st_size > MAX_ARCHIVE:
                raise BadInput(path.name, None, f"the archive is larger than {MAX_ARCHIVE >> 20} MB")
            _check_entries(packed, path.name)
            return _recount(packed, path.name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(path.name, None, f"this is not a whole zip file: {error}") from None
    except OSError as error:
        raise BadInput(path.name, None, f"cannot be read: {error.strerror or error}") from None


def _check_entries(packed: zipfile.ZipFile, name: str) -> None:
    entries = packed.infolist()
    names = [entry.filename for entry in entries]
    for entry in entries:
        if entry.filename not in FILES:
            raise BadInput(name, f'"{entry.filename[:80]}"', "does not belong in an archive")
        if names.count(entry.filename) > 1:
            raise BadInput(name, entry.filename, "stands in the archive twice")
        if entry.flag_bits & 1:
            raise BadInput(name, entry.filename, "is encrypted")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise BadInput(name, entry.filename, "is a link, not a file")
        if entry.file_size > MAX_FILE or entry.file_size > MAX_RATIO * max(entry.compress_size, 1024):
            raise BadInput(name, entry.filename, "unpacks to far more than it holds")
    for needed in FILES:
        if needed not in names:
            raise BadInput(name, needed, "is missing from the archive")


def _recount(packed: zipfile.ZipFile, name: str) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="consensus-verify-") as place:
        sums = {file: _unpack(packed, name, file, Path(place)) for file in FILES}
        differences = list(_checksums(Path(place), name, sums))
        stored = _stored(Path(place) / "protocol.json", name)
        try:
            counted = _counted(Path(place))
        except PlanError as error:
            raise BadInput(name, None, str(error)) from None
        except BadInput as error:
            raise BadInput(f"{name}, {error.name}", error.place, error.problem) from None
        return differences + list(_differences(stored, counted))


def _unpack(packed: zipfile.ZipFile, name: str, file: str, place: Path) -> str:
    """Write one file under its known name, within its limit; return its checksum."""
    digest, size = sha256(), 0
    with packed.open(file) as source, (place / file).open("wb") as target:
        while block := source.read(BLOCK):
            size += len(block)
            if size > MAX_FILE:
                raise BadInput(name, file, "unpacks to far more than it says")
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _checksums(place: Path, name: str, sums: Mapping[str, str]) -> Iterator[str]:
    listed: dict[str, str] = {}
    text = (place / "SHA256SUMS").read_bytes()[:MAX_RATIO].decode("utf-8", "replace")
    for row, line in enumerate(text.splitlines(), start=1):
        checksum, _, file = line.partition("  ")
        if file not in FILES:
            raise BadInput(name, f"SHA256SUMS, line {row}", "is not a checksum and the name of a file")
        listed[file] = checksum
    for file in FILES[:-1]:
        if listed.get(file) != sums[file]:
            yield f"{file}: its checksum is not the one in SHA256SUMS"


def _stored(path: Path, name: str) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise BadInput(name, "protocol.json", f"is not JSON: {error}") from None


def _counted(place: Path) -> Any:
    plan = read_plan((place / "plan.toml").read_bytes(), "plan.toml")
    items = read_items(place / "items.csv", plan.kinds)
    ballots = read_ballots(place / "ballots.csv", plan, [item.number for item in items])
    decisions, lots = read_decisions(place / "decisions.csv", plan)
    attendance = read_attendance(place / "attendance.csv", plan)
    return replay(plan, items, ballots, decisions, lots, attendance).as_json()


def _differences(stored: Any, counted: Any, place: str = "") -> Iterator[str]:
    """Every place where what is stored is not what was counted."""
    if isinstance(stored, dict) and isinstance(counted, dict):
        for key in sorted({*stored, *counted}, key=str):
            yield from _differences(stored.get(key), counted.get(key), f"{place}, {key}" if place else str(key))
    elif _keyed(stored) and _keyed(counted):
        theirs, ours = _by_name(stored), _by_name(counted)
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            yield from _differences(theirs.get(key), ours.get(key), f"{place} {key}")
    elif stored != counted:
        yield f"{place}: the archive says {_short(stored)}, the recount {_short(counted)}"


def _keyed(values: Any) -> bool:
    """Whether a list is of rounds or items, which are compared by name."""
    return (
        isinstance(values, list)
        and bool(values)
        and all(isinstance(v, dict) and ("id" in v or "number" in v) for v in values)
    )


def _by_name(values: Any) -> dict[str, Any]:
    return {str(value.get("id", value.get("number"))): value for value in values}


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}…"
