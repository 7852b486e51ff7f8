"""Recount an archive from its ballots and its plan, and name every difference.

What is compared: every file's checksum; every figure, verdict, text and place of protocol.json and protocol.csv with
what follows from plan, items, ballots, decisions and attendance; the log's seals and lots with the recount.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice, zip_longest
from typing import Any

from consensus import __version__
from consensus.ballot_file import read_attendance, read_ballots, read_decisions
from consensus.errors import BadInput
from consensus.intake import read_items
from consensus.languages import LANGUAGES
from consensus.protocol.archive import FILES, readme
from consensus.protocol.flat import csv_of, json_of
from consensus.protocol.record import Record
from consensus.protocol.unpack import Unpacked, unpacked
from consensus.replay import replay
from consensus.sheets.problem import shown
from rounds import PlanError, read_plan
from rounds.languages import ENGLISH

MOST = 1000  # differences told one by one
ROOM = 64 << 10  # how much longer than the recount a file may be and still be compared piece by piece
_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_VERSION = re.compile(r"\bConsensus (\d[\w.+-]{0,30})\)")
_MISSING = object()
_ONE_OF = {"rounds": "round", "items": "item", "published": "published item"}


def verify(path: str | os.PathLike[str]) -> list[str]:
    """Recount an archive; return what differs, a sentence each, nothing if all agrees.

    Raises BadInput if it is no archive of ours, is damaged, or is built to do harm.
    """
    with unpacked(path) as files:
        sums = list(_checksums(files))
        try:
            record = _counted(files)
        except PlanError as error:
            raise BadInput(files.name, None, _problem(str(error), sums)) from None
        except BadInput as error:
            where = f"{files.name}, {error.name if '.' in error.name else error.name + '.csv'}"
            raise BadInput(where, error.place and shown(error.place, 100), _problem(error.problem, sums)) from None
        stored = _json(files, record)
        record = _named(record, stored)
        writer = _writer(files)
        found = [*sums, *islice(_all(files, stored, record, writer), MOST + 1)]
    if len(found) > MOST:
        found[MOST:] = ["… and more differences, which are not listed"]
    if found and writer != __version__:
        found.append(f"it was written by Consensus {writer}, and this is {__version__}: a text may be worded otherwise")
    return [shown(difference, 500) for difference in found]


def _problem(problem: str, sums: Sequence[str]) -> str:
    """Why there is no recount; a file that is not the one that was exported may be the reason."""
    return shown("; ".join([shown(problem, 400), *sums]), 600)


def _writer(files: Unpacked) -> str:
    """The version that an archive says it was written by; this one where it says none."""
    found = _VERSION.search(files.read("README.txt").decode("utf-8", "replace"))
    return found[1] if found else __version__


def _all(files: Unpacked, stored: Any, record: Record, writer: str) -> Iterator[str]:
    if files.read("protocol.json") != json_of(record):
        yield from _differences(stored, json.loads(json_of(record)))
    yield from _rows(files, csv_of(record))
    yield from _log(files, record)
    if files.read("README.txt") != readme(record, writer):
        yield "README.txt: its text is not the one that an archive of this conference has"


def _checksums(files: Unpacked) -> Iterator[str]:
    listed: dict[str, str] = {}
    lines = files.read("SHA256SUMS").decode("utf-8", "replace").split("\n")
    for row, line in enumerate(lines, start=1):
        if not line and row == len(lines):
            continue
        found = _SUM.fullmatch(line)
        if found is None or found[2] not in FILES or found[2] in listed:
            raise BadInput(files.name, f"SHA256SUMS, line {row}", "is not a checksum and the name of one file")
        listed[found[2]] = found[1]
    for file in FILES[:-1]:
        if listed.get(file) != files.sums[file]:
            yield f"{file}: its checksum is not the one in SHA256SUMS"


def _json(files: Unpacked, record: Record) -> Any:
    """What the archive says came out. One that is far longer than the recount is not read: it would fill the memory."""
    if files.size("protocol.json") > 2 * len(json_of(record)) + ROOM:
        raise BadInput(files.name, "protocol.json", "is far longer than what follows from plan, items and ballots")
    try:
        return json.loads(files.read("protocol.json"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        why = shown(str(error), 200) if isinstance(error, ValueError) else "it is nested too deeply"
        raise BadInput(files.name, "protocol.json", f"is not JSON that an archive has: {why}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: of two alike, every reader would take the one it likes."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _counted(files: Unpacked) -> Record:
    """The record as it follows from the files."""
    place = files.place
    plan = read_plan(files.read("plan.toml"), "plan.toml")
    items = read_items(place / "items.csv", plan.kinds)
    ballots = read_ballots(place / "ballots.csv", plan, [item.number for item in items])
    decisions, lots = read_decisions(place / "decisions.csv", plan)
    attendance = read_attendance(place / "attendance.csv", plan)
    replayed = replay(plan, items, ballots, decisions, lots, attendance)
    return Record(plan.title, "en", plan, items, replayed, (), tuple(decisions), lots, attendance, ())


def _named(record: Record, stored: Any) -> Record:
    """The record with title and language, which are the archive's own word."""
    said = stored if isinstance(stored, dict) else {}
    title = said["title"] if isinstance(said.get("title"), str) else record.title
    language = said["language"] if said.get("language") in LANGUAGES else ENGLISH
    return replace(record, title=title, language=language)


def _differences(stored: Any, counted: Any, place: str = "") -> Iterator[str]:
    """Every place where what is stored is not what was counted."""
    if isinstance(stored, dict) and isinstance(counted, dict):
        for key in [*counted, *(key for key in stored if key not in counted)]:
            yield from _differences(
                stored.get(key, _MISSING), counted.get(key, _MISSING), f"{place}, {key}" if place else str(key)
            )
    elif _keyed(stored) and _keyed(counted):
        yield from _list_differences(_names(stored), stored, counted, place)
    elif _text(stored) != _text(counted):
        yield f"{place or 'protocol.json'}: the archive says {_short(stored)}, the recount {_short(counted)}"


def _list_differences(names: list[str], stored: Any, counted: Any, place: str) -> Iterator[str]:
    before, _, last = place.rpartition(", ")
    one = f"{before}, {_ONE_OF.get(last, last)}" if before else _ONE_OF.get(last, last)
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{one} {name}: stands in the archive twice"
    theirs, ours = dict(zip(names, stored, strict=True)), dict(zip(_names(counted), counted, strict=True))
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        yield from _differences(theirs.get(name, _MISSING), ours.get(name, _MISSING), f"{one} {name}")
    if list(theirs) != list(ours) and theirs.keys() == ours.keys():
        yield f"{place}: they stand in another order than in the recount"


def _keyed(values: Any) -> bool:
    """Whether a list is of rounds or items, which are compared by name."""
    return isinstance(values, list) and all(isinstance(v, dict) and ("id" in v or "number" in v) for v in values)


def _names(values: Iterable[Mapping[str, Any]]) -> list[str]:
    return [shown(str(value.get("id", value.get("number"))), 40) for value in values]


def _text(value: Any) -> str:
    """A value as JSON, so that 1, 1.0 and true are three things."""
    if value is _MISSING:
        return "nothing"
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (RecursionError, TypeError, ValueError):
        return "something that is nested too deeply"


def _short(value: Any) -> str:
    return shown(_text(value), 100)


def _rows(files: Unpacked, counted: bytes) -> Iterator[str]:
    """Where protocol.csv is not the recount's, cell by cell."""
    if files.sums["protocol.csv"] == sha256(counted).hexdigest():
        return
    if files.size("protocol.csv") > 2 * len(counted) + ROOM:
        yield "protocol.csv: is far longer than the recount's"
        return
    try:
        stored = list(csv.reader(io.StringIO(files.read("protocol.csv").decode("utf-8-sig", "replace"), newline="")))
    except csv.Error as error:
        yield f"protocol.csv: cannot be read: {error}"
        return
    ours = list(csv.reader(io.StringIO(counted.decode("utf-8-sig"), newline="")))
    header, same = ours[0], True
    for row, (theirs, mine) in enumerate(zip_longest(stored, ours, fillvalue=()), start=1):
        item = f" (item {mine[1]})" if row > 1 and mine else ""
        for column, (said, found) in enumerate(zip_longest(theirs, mine)):
            if said != found:
                same, name = False, header[column] if column < len(header) else f"column {column + 1}"
                yield (
                    f"protocol.csv, row {row}{item}, {name}: the archive says {_cell(said)}, the recount {_cell(found)}"
                )
    if same:
        yield "protocol.csv: says the same as the recount, in other bytes"


def _cell(cell: str | None) -> str:
    return "nothing" if cell is None else _short(cell)


def _log(files: Unpacked, record: Record) -> Iterator[str]:
    """Where the log tells of another outcome of a round, or of another lot, than the recount."""
    counts: dict[str, Any] = {}
    seeds: dict[str, Any] = {}
    for action, details in _log_lines(files):
        round_id = details.get("round")
        if action == "seal" and isinstance(round_id, str):
            counts[round_id] = details.get("counts")
        if action == "draw" and isinstance(round_id, str):
            seeds[round_id] = details.get("seed")
    for result in record.replayed.rounds:
        told = counts.get(result.round.id)
        if told is not None and _text(told) != _text(result.counts):
            said, found = _short(told), _short(result.counts)
            yield f"log.csv, seal of round {result.round.id}: the log says {said}, the recount {found}"
    for round_id, seed in record.lots.items():
        if round_id in seeds and seeds[round_id] != seed:
            said, found = _short(seeds[round_id]), _short(seed)
            yield f"log.csv, lot of round {round_id}: the log says {said}, decisions.csv {found}"


def _log_lines(files: Unpacked) -> Iterator[tuple[str, dict[str, Any]]]:
    with (files.place / "log.csv").open(encoding="utf-8", errors="replace", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            for row, cells in enumerate(reader, start=1):
                if row == 1 and cells == ["at", "actor", "action", "details"]:
                    continue
                details = json.loads(cells[3]) if row > 1 and len(cells) == 4 else None
                if not isinstance(details, dict):
                    raise ValueError
                yield cells[2], details
        except (csv.Error, ValueError, RecursionError):
            raise BadInput(files.name, f"log.csv, line {reader.line_num}", "is not a line of a log") from None
