"""A consistent copy of the database in one SQLite file, made while the server runs.

Keys are files beside the database and are not copied: a backup alone ties no vote to a seat.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sqlalchemy import Engine, event, insert, select

from consensus.config import sqlite_url
from consensus.database import connect, current_revision, readers, upgrade
from consensus.errors import BadInput
from consensus.models import Base

ROWS = 1000


def write_backup(engine: Engine, file: Path) -> None:
    """Copy everything that is stored, as it stands at one moment. Raises BadInput if the file cannot be written."""
    if file.exists():
        raise BadInput(str(file), None, "the file exists already; name a new one")
    if current_revision(engine) is None:
        raise BadInput("backup", None, "the database is empty; there is nothing to copy")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        _copy(engine, draft)
        os.replace(draft, file)
    except OSError as error:
        raise BadInput(str(file), None, f"cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


def _copy(engine: Engine, file: Path) -> None:
    target = connect(sqlite_url(file))
    event.listen(target, "connect", _forward_references, insert=False)
    target.dispose()
    upgrade(target)
    with readers(engine)() as source, target.begin() as sink:
        for table in Base.metadata.sorted_tables:
            for rows in source.execute(select(table)).mappings().partitions(ROWS):
                sink.execute(insert(table), [dict(row) for row in rows])
    with target.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    target.dispose()


def _forward_references(connection: object, record: object) -> None:
    """Conferences and runs refer to each other: let a row come before the one it refers to."""
    connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[attr-defined]
