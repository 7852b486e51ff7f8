"""What deleted votes leave behind in the files of a database, and how it is removed."""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, exc, text

from consensus.database import BUSY_SECONDS

#: settings of PostgreSQL under which it keeps no vote longer than we do; docs/postgresql.md says why
POSTGRESQL_SETTINGS = {
    "archive_mode": "off",
    "max_wal_senders": "0",
    "wal_recycle": "off",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
#: seconds between two looks whether those who still see deleted votes have ended
LOOK = 0.02
#: who sees what was there before a transaction number: rows that they may still read are left in the file
OLDER = """
SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
AND (datname = current_database() OR backend_type = 'walsender') AND backend_xmin IS NOT NULL
AND age(backend_xmin) > age((%s::text)::xid)
"""

logger = logging.getLogger(__name__)


def scrub(engine: Engine) -> bool:
    """Remove what deleted votes leave behind in the files; call after the commit. False if something held it up.

    Then it is to be called again: somebody was reading, the disk was full.

    SQLite has overwritten what was freed (secure_delete), but a page from which rows were deleted still tells in which
    order they came: VACUUM writes the file anew, as a function of what is stored in it alone. Older copies of pages
    stand in the write-ahead log until it is truncated. PostgreSQL keeps dead rows until their table is written anew,
    and its log for as long as docs/postgresql.md says.
    """
    try:
        raw = engine.raw_connection()
        try:
            if engine.dialect.name == "sqlite":
                return _write_anew(raw.cursor())
            raw.dbapi_connection.autocommit = True  # type: ignore[union-attr]
            return _rewrite(raw.cursor())
        finally:
            raw.invalidate()  # its settings are its own
    except engine.dialect.loaded_dbapi.OperationalError as error:
        raise exc.OperationalError("scrub", {}, error) from error  # as every other statement raises it


def _write_anew(cursor: Any) -> bool:
    """Write the file anew and truncate the log. A full disk has no room for the first, but for the second."""
    try:
        cursor.execute("VACUUM")
        written = True
    except sqlite3.OperationalError:
        written = False
    busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return written and not busy


def _rewrite(cursor: Any) -> bool:
    cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    alone = _wait_for_readers(cursor)
    try:
        for table in ("open_vote", "open_paper", "pseudonym", "argument", "open_sheet", "table_seat"):
            cursor.execute(f"VACUUM (FULL) {table}")
    except Exception as error:
        if getattr(error, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        return False
    _drop_log(cursor)
    return alone


def _wait_for_readers(cursor: Any) -> bool:
    """Wait until nobody sees votes that are deleted by now: a table written anew keeps what anybody may still read."""
    now = cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint % 4294967296").fetchone()[0]
    deadline = time.monotonic() + BUSY_SECONDS
    while cursor.execute(OLDER, (str(now),)).fetchone()[0]:
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK)
    return True


def _drop_log(cursor: Any) -> None:
    """Have the segments of the log removed that hold the votes. Of no use where the server uses segments again."""
    if cursor.execute("SELECT current_setting('wal_recycle')").fetchone()[0] == "on":
        return
    try:
        cursor.execute("SELECT pg_switch_wal()")
        cursor.execute("CHECKPOINT")
    except Exception as error:
        if getattr(error, "sqlstate", None) != "42501":  # insufficient_privilege
            raise
        logger.warning("The database's user has no right to remove its log, which holds votes: see docs/postgresql.md")


def keeps_votes(engine: Engine) -> list[str]:
    """Name the settings of the server by which votes would outlive the seal; none on SQLite, where it is all ours."""
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, setting FROM pg_settings")).all()
    there: dict[str, str] = dict(list(rows))
    return [
        f"{name} = {there[name]}" for name, wanted in POSTGRESQL_SETTINGS.items() if there.get(name, wanted) != wanted
    ]
