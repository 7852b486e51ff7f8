"""The connection to SQLite or PostgreSQL, and its migrations.

SQLite runs in WAL mode with `synchronous=FULL`: what is committed survives a power cut. The driver's own
transaction control is switched off; every transaction begins here, with `BEGIN IMMEDIATE`, so that two writers
wait for each other at the start instead of failing in the middle. Sessions of `readers()` begin with a plain
`BEGIN` (on PostgreSQL: repeatable read, read only): one consistent view that keeps no writer waiting.

SQLite blocks the whole thread while it waits for another writer. Under gevent, therefore: nothing that switches
greenlets (network, sleep, a queue) inside a transaction.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.orm import Session, sessionmaker

from consensus.errors import BadInput, Refusal

BUSY_SECONDS = 5
#: Any fixed number: PostgreSQL lets one process at a time migrate under it.
MIGRATION_LOCK = 0x436F6E73

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)

#: A server that is gone without a word is noticed as soon as one that says so. Seconds, the last: milliseconds.
POSTGRESQL_PATIENCE = {
    "connect_timeout": BUSY_SECONDS,
    "keepalives_idle": BUSY_SECONDS,
    "keepalives_interval": 1,
    "keepalives_count": BUSY_SECONDS,
    "tcp_user_timeout": BUSY_SECONDS * 1000,
}

#: What a database, or the directory of keys, says when it cannot do its work now.
STORAGE_ERRORS = (exc.DBAPIError, exc.TimeoutError, OSError)
#: Mistakes of ours, not of the disk.
OUR_MISTAKES = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)


def connect(url: str) -> Engine:
    """Open a database and try it.

    Raises BadInput, in one line, for a URL that cannot be read and a database that cannot be reached.
    """
    place = _parse(url)
    shown = place.render_as_string(hide_password=True)
    try:
        engine = _sqlite(place) if place.get_backend_name() == "sqlite" else _postgresql(place)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (exc.DBAPIError, OSError) as error:
        reason = str(error.orig if isinstance(error, exc.DBAPIError) else error).splitlines()[0]
        raise BadInput(shown, None, f"the database cannot be reached: {reason}") from None
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that may write. Use as `with sessions.begin() as session:`.

    On SQLite the threads of a process take turns, first come first served: left to SQLite, a writer that waits polls,
    and a stream of votes could keep the facilitator's close out for seconds.
    """
    return (InTurn if engine.dialect.name == "sqlite" else sessionmaker)(engine, expire_on_commit=False)


class InTurn(sessionmaker[Session]):
    """Sessions of which one writes at a time."""

    def __init__(self, engine: Engine, **how: Any) -> None:
        super().__init__(engine, **how)
        self._entry = threading.Lock()
        self._queue: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return max(0, len(self._queue) - 1)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Session]:
        self._wait()
        try:
            with super().begin() as session:
                yield session
        finally:
            self._next()

    def _wait(self) -> None:
        mine = threading.Lock()
        mine.acquire()
        with self._entry:
            self._queue.append(mine)
            if self._queue[0] is mine:
                return
        mine.acquire()  # released by whoever is before us

    def _next(self) -> None:
        with self._entry:
            self._queue.popleft()
            if self._queue:
                self._queue[0].release()


def readers(engine: Engine) -> sessionmaker[Session]:
    """Sessions that only read, all of it as it stood at one moment, and hold up nobody."""
    return sessionmaker(engine.execution_options(**_READ_ONLY[engine.dialect.name]), expire_on_commit=False)


_READ_ONLY: dict[str, dict[str, Any]] = {
    "sqlite": {"read_only": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


@contextlib.contextmanager
def storage() -> Iterator[None]:
    """Turn what a full, locked, read-only or lost database raises into Refusal("storage")."""
    try:
        yield
    except OUR_MISTAKES:
        raise
    except STORAGE_ERRORS as error:
        raise storage_refusal(error) from error


def storage_refusal(error: Exception) -> Refusal:
    """Say what a storage error means for the one who waits. Never quotes what was to be stored."""
    return Refusal("storage", "Nothing was stored (%(why)s). Try again.", why=reason_of(error))


def reason_of(error: Exception) -> str:
    """What the disk or the database said, in a line. Of a statement nothing is quoted."""
    if isinstance(error, exc.DBAPIError):
        return str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
    return getattr(error, "strerror", None) or type(error).__name__


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision. Safe when several processes start at once: one migrates, the rest wait."""
    from alembic import command

    with _migrating(engine) as config:
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to a revision, "base" for none."""
    from alembic import command

    with _migrating(engine) as config:
        command.downgrade(config, revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision of the schema, None before the first migration."""
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _parse(url: str) -> URL:
    try:
        place = make_url(url)
    except exc.ArgumentError:
        raise BadInput("database", None, "write sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    if place.get_backend_name() not in ("sqlite", "postgresql"):
        problem = f"{place.get_backend_name()} is not supported; use sqlite or postgresql"
        raise BadInput("database", None, problem)
    if place.drivername == "postgresql":
        place = place.set(drivername="postgresql+psycopg")
    return place


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _private_file(Path(url.database))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            _patiently(connection, pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def let_go(context: ExceptionContext) -> None:
        """Keep no connection that was opened while the disk was read-only: it would stay read-only for good.

        So would every new one while an old one is open, for SQLite shares what it knows of the log within a process.
        """
        if getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
            engine.pool.dispose()

    return engine


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            connect_args=POSTGRESQL_PATIENCE,
        )
    except ModuleNotFoundError:
        hint = 'PostgreSQL needs its driver: pip install "consensus-conference[postgres]"'
        raise BadInput("database", None, hint) from None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        connection.autocommit = False

    return engine


def _private_file(path: Path) -> None:
    """Make the database file readable for its owner only; SQLite gives its log the same rights."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _patiently(connection: sqlite3.Connection, pragma: str) -> None:
    """Run a pragma; entering WAL mode does not honour busy_timeout when several processes do so at once."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(pragma).fetchall()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


@contextlib.contextmanager
def _migrating(engine: Engine) -> Iterator[Any]:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        yield config
