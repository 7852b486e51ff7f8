"""A consistent copy of the database in one SQLite file, made while the server runs.

Keys are files beside the database and are not copied. Nor are votes that are not sealed yet: two backups around one
vote would tell what was voted between them, and the paper it lies on. In the copy the items that they were cast on
wait to be voted on anew. docs/decisions/backups.md says why.
"""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, FromClause, Select, delete, event, insert, select, update
from sqlalchemy.orm import Session

from consensus.ballot_box.record import ballot_of
from consensus.config import sqlite_url
from consensus.database import connect, current_revision, readers, upgrade
from consensus.errors import BadInput
from consensus.models import (
    Argument,
    Base,
    Conference,
    DecisionRecord,
    Evaluation,
    LogEntry,
    OpenPaper,
    OpenSheet,
    OpenVote,
    PoolItem,
    Run,
    RunChoice,
    Seating,
    Stage,
    TableSeat,
)
from rounds.languages import N_, say
from rounds.plan import RUN_OFF

ROWS = 1000
#: what is not sealed; the stage: a frozen screen may show how votes fell that are not; and who sat where, which would
#: tell a seat from a person: tables are drawn anew
NOT_COPIED = (
    OpenVote.__table__,
    OpenPaper.__table__,
    OpenSheet.__table__,
    Stage.__table__,
    TableSeat.__table__,
    Seating.__table__,
)


REASON = N_("Votes that are not sealed are in no backup. They are cast anew.")


class LeftOut(NamedTuple):
    """A round of which votes are not in the backup, and on how many items."""

    conference: str
    round: str
    items: int


def write_backup(engine: Engine, file: Path) -> list[LeftOut]:
    """Copy what is stored but votes that are not sealed, as it stands at one moment; return what was left out.

    Raises BadInput if the file cannot be written.
    """
    if file.exists():
        raise BadInput(str(file), None, "the file exists already; name a new one")
    if current_revision(engine) is None:
        raise BadInput("backup", None, "the database is empty; there is nothing to copy")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        left_out = _copy(engine, draft)
        os.replace(draft, file)
        return left_out
    except OSError as error:
        raise BadInput(str(file), None, f"cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


def _copy(engine: Engine, file: Path) -> list[LeftOut]:
    target = connect(sqlite_url(file))
    event.listen(target, "connect", _forward_references, insert=False)
    target.dispose()
    upgrade(target)
    with readers(engine)() as source, target.begin() as sink:
        for table in Base.metadata.sorted_tables:
            if table not in NOT_COPIED:
                # In the order of their keys: PostgreSQL keeps rows in the order in which they came or changed.
                query = _copied(table).order_by(*table.primary_key)
                for rows in source.execute(query).mappings().partitions(ROWS):
                    sink.execute(insert(table), [dict(row) for row in rows])
        left_out = _step_back(sink, _unsealed(source))
        sink.execute(delete(Evaluation).where(Evaluation.state == "open"))  # its sheets are not here: to be held anew
    with target.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    target.dispose()
    return left_out


def _copied(table: FromClause) -> Select[Any]:
    """What of a table is copied: of arguments those that were shown. Backups around another would tell when it came."""
    query = select(table)
    return query.where(table.c.state == "shown") if table is Argument.__table__ else query


def _unsealed(source: Session) -> dict[int, set[int]]:
    """Run id -> the items whose votes are not sealed: open ones, and those under a link that still exists."""
    found: dict[int, set[int]] = defaultdict(set)
    opened = select(PoolItem.run_id, PoolItem.number).where(PoolItem.state == "open")
    voted_on = select(OpenVote.run_id, OpenVote.number).distinct()
    for run_id, number in (*source.execute(opened), *source.execute(voted_on)):
        found[run_id].add(number)
    runs = select(Run).where(Run.id.in_(select(OpenPaper.run_id)))
    for run in source.scalars(runs):
        if ballot_of(run.ballot).whole_paper:
            found[run.id].update(source.scalars(select(PoolItem.number).where(PoolItem.run_id == run.id)))
    return found


def _step_back(sink: Connection, unsealed: Mapping[int, set[int]]) -> list[LeftOut]:
    """Let each conference of the copy stand where these items have not been voted on, and its log say so."""
    left_out = []
    with Session(sink, expire_on_commit=False) as session:
        for run_id, numbers in sorted(unsealed.items()):
            run = session.get(Run, run_id)
            if run is None:  # a run-off that went with the votes it was to settle
                continue
            conference = session.get_one(Conference, run.conference_id)
            _forget_votes(session, run, numbers)
            _forget_run_off(session, run)
            _stand_before(session, conference, run)
            _log(session, conference, run, len(numbers))
            left_out.append(LeftOut(conference.id, run.round_id, len(numbers)))
            session.flush()
    return left_out


def _forget_votes(session: Session, run: Run, numbers: set[int]) -> None:
    """Let the items wait, and drop what was settled on their votes."""
    places = (PoolItem.run_id == run.id, PoolItem.number.in_(numbers))
    session.execute(update(PoolItem).where(*places).values(state="waiting", present=None, take=PoolItem.take + 1))
    session.execute(delete(DecisionRecord).where(DecisionRecord.run_id == run.id))
    run.seed, run.seed_drawn = None, False


def _forget_run_off(session: Session, run: Run) -> None:
    query = select(Run).where(Run.conference_id == run.conference_id, Run.round_id == run.round_id + RUN_OFF)
    run_off = session.scalar(query)
    if run_off is not None:
        for table in (PoolItem, RunChoice):
            session.execute(delete(table).where(table.run_id == run_off.id))
        session.delete(run_off)


def _stand_before(session: Session, conference: Conference, run: Run) -> None:
    """The state of a round in which some items, or none, have been voted on and none is open."""
    closed = select(PoolItem.number).where(PoolItem.run_id == run.id, PoolItem.state == "closed").limit(1)
    run.state = conference.state = "discussion" if session.scalar(closed) is None else "closed"
    conference.run_id, conference.open_item, conference.last_step = run.id, None, None
    conference.revision += 1


def _log(session: Session, conference: Conference, run: Run, items: int) -> None:
    """Say in the copy what it lacks, for the day when it is gone back to."""
    details = {"round": run.round_id, "items": items, "reason": say(conference.language, REASON)}
    session.add(
        LogEntry(conference_id=conference.id, at=datetime.now(UTC), actor="program", action="restore", details=details)
    )


def _forward_references(connection: object, record: object) -> None:
    """Conferences and runs refer to each other: let a row come before the one it refers to."""
    connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[attr-defined]
