"""The archive: a zip file from which anyone can recount the conference."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from consensus import __version__
from consensus.intake import ItemRow
from consensus.intake.cells import clean
from consensus.papers import BallotRow, read_rows
from consensus.protocol.flat import csv_of, json_of
from consensus.protocol.record import Record
from consensus.protocol.steady import zip_of
from consensus.protocol.text import encoded, one_line
from consensus.protocol.words import say
from consensus.replay import DecisionRow, replay

#: every file of an archive, in its order
FILES = (
    "README.txt",
    "plan.toml",
    "items.csv",
    "ballots.csv",
    "decisions.csv",
    "attendance.csv",
    "log.csv",
    "protocol.json",
    "protocol.csv",
    "SHA256SUMS",
)

README = """\
{title}

{anonymity}

Detta arkiv räcker för att räkna om konferensen.
Med programmet:      consensus verify ARKIV   (arkivet är skrivet av Consensus {version})
För hand:            plan.toml säger reglerna i klartext, items.csv vad som röstades om, ballots.csv varje röst på
                     namnlösa papper, decisions.csv beslut och lotter, attendance.csv närvaron, log.csv vad som
                     gjordes och när, protocol.json utfallet. SHA256SUMS prövas med: sha256sum -c SHA256SUMS

This archive is enough to recount the conference.
With the program:    consensus verify ARCHIVE   (it was written by Consensus {version})
By hand:             plan.toml says the rules in plain text, items.csv what was voted on, ballots.csv every vote on
                     unnamed papers, decisions.csv decisions and lots, attendance.csv who was there, log.csv what was
                     done and when, protocol.json the outcome. Check SHA256SUMS with: sha256sum -c SHA256SUMS
"""


def archive(record: Record) -> bytes:
    """Pack the record: its files in one order, with one fixed moment, so that the same record gives the same bytes."""
    record = _readable(record)
    files = {
        "README.txt": readme(record),
        "plan.toml": encoded(record.plan.text),
        "items.csv": _items(record),
        "ballots.csv": _ballots(record),
        "decisions.csv": _decisions(record),
        "attendance.csv": _attendance(record),
        "log.csv": _log(record),
        "protocol.json": json_of(record),
        "protocol.csv": csv_of(record),
    }
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return zip_of({**files, "SHA256SUMS": sums.encode()})


def readme(record: Record, version: str = __version__) -> bytes:
    """What the archive says of itself, in both languages. version: of the program that wrote it."""
    anonymity = "\n".join(say(lang, f"anonymity_{record.plan.anonymity}") for lang in ("sv", "en"))
    return encoded(README.format(title=one_line(record.title, 1000), anonymity=anonymity, version=version))


def _readable(record: Record) -> Record:
    """The record with its texts as they will be read from the archive, so that the recount gives the same bytes."""
    title = encoded(record.title).decode()
    items = tuple(_cleaned(item) for item in record.items)
    decisions = tuple(DecisionRow(d.round, d.number, d.verdict, _clean(d.reason)) for d in record.decisions)
    replayed = record.replayed
    if [d.reason for d in decisions] != [d.reason for d in record.decisions]:
        papers = read_rows("ballots", record.plan, [item.number for item in items], record.ballots)
        replayed = replay(record.plan, items, papers, decisions, record.lots, record.attendance)
    kept = replace(record, title=title, items=items, decisions=decisions, replayed=replayed)
    return replace(kept, arguments=(), evaluation=None)


def _cleaned(item: ItemRow) -> ItemRow:
    explanation = clean(encoded(item.explanation).decode(), lines=True)[0]
    plain = clean(encoded(item.plain).decode(), lines=True)[0]
    return replace(
        item, text=_clean(item.text), explanation=explanation, perspective=_clean(item.perspective), plain=plain
    )


def _clean(text: str) -> str:
    return clean(encoded(text).decode())[0]


def _items(record: Record) -> bytes:
    """The list, with the columns that something stands in."""
    columns: dict[str, list[object]] = {"number": [item.number for item in record.items]}
    if record.plan.kinds:
        columns["kind"] = [item.kind for item in record.items]
    for name in ("text", "explanation", "perspective"):
        columns[name] = [getattr(item, name) for item in record.items]
    if any(item.plain for item in record.items):
        columns["plain"] = [item.plain for item in record.items]
    if any(item.merged for item in record.items):
        columns["merged"] = [" ".join(map(str, item.merged)) for item in record.items]
    return _csv(list(columns), zip(*columns.values(), strict=True))


def _ballots(record: Record) -> bytes:
    """Every sealed vote, by round, paper and item: a paper's id is random, so nothing tells when it was handed in."""
    places = {id: place for place, round in enumerate(record.plan.rounds) for id in (round.id, round.run_off().id)}

    def place(row: BallotRow) -> tuple[int, str, str, int]:
        return places[row.round], row.round, row.paper, row.number or 0

    grouped = any(row.group for row in record.ballots)
    header = ["round", "number", "paper", "choice", *(["group"] if grouped else [])]
    rows = [
        [row.round, "" if row.number is None else row.number, row.paper, row.choice, *([row.group] if grouped else [])]
        for row in sorted(record.ballots, key=place)
    ]
    return _csv(header, rows)


def _decisions(record: Record) -> bytes:
    rows: list[list[object]] = [[d.round, d.number, d.verdict, d.reason, ""] for d in record.decisions]
    rows += [[round_id, "", "", "", seed] for round_id, seed in record.lots.items()]
    return _csv(["round", "number", "verdict", "reason", "seed"], rows)


def _attendance(record: Record) -> bytes:
    on_paper = any(there.typed for there in record.attendance.values())
    rows: list[list[object]] = []
    for round_id, there in record.attendance.items():
        rows.append([round_id, "", there.entitled, there.present, *([there.typed] if on_paper else [])])
        rows += [[round_id, number, *seats, *([""] if on_paper else [])] for number, seats in there.items.items()]
    return _csv(["round", "number", "entitled", "present", *(["typed"] if on_paper else [])], rows)


def _log(record: Record) -> bytes:
    rows = [
        [row.at, row.actor, row.action, json.dumps(dict(row.details), ensure_ascii=False, sort_keys=True)]
        for row in record.log
    ]
    return _csv(["at", "actor", "action", "details"], rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return encoded(out.getvalue())
