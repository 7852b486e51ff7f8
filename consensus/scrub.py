"""What deleted votes leave behind in the files of a database, and how it is removed."""

from __future__ import annotations

import sqlite3
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


def scrub(engine: Engine) -> bool:
    """Remove what deleted votes leave behind in the files; call after the commit. False if something held it up.

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
    try:
        for table in ("open_vote", "open_paper", "pseudonym"):
            cursor.execute(f"VACUUM (FULL) {table}")
        _drop_log(cursor)
    except Exception as error:
        if getattr(error, "sqlstate", None) not in ("55P03", "42501"):  # lock_not_available, insufficient_privilege
            raise
        return False
    return True


def _drop_log(cursor: Any) -> None:
    """Have the segments of the log removed that hold the votes. Of no use where the server uses segments again."""
    if cursor.execute("SELECT current_setting('wal_recycle')").fetchone()[0] == "off":
        cursor.execute("SELECT pg_switch_wal()")
        cursor.execute("CHECKPOINT")


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
