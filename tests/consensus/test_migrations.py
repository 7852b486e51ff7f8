"""The connection and the schema's history, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, exc, inspect, text

from consensus import database
from consensus.errors import BadInput, Refusal
from consensus.models import Base
from consensus.scrub import scrub


def test_migrations_end_at_the_models(empty_engine: Engine) -> None:
    database.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrations_make_the_same_constraints_as_the_models(empty_engine: Engine) -> None:
    database.upgrade(empty_engine)
    migrated = _constraints(empty_engine)
    database.downgrade(empty_engine, "base")
    Base.metadata.create_all(empty_engine)
    assert migrated == _constraints(empty_engine)


def test_sqlite_tables_are_the_same_to_the_letter(tmp_path: Path) -> None:
    made = []
    for name, make in (("a", database.upgrade), ("b", Base.metadata.create_all)):
        engine = database.connect(f"sqlite:///{tmp_path / name}")
        make(engine)
        made.append(_sqlite_options(engine))
        engine.dispose()
    assert made[0] == made[1]
    assert {"open_paper", "open_vote", "sealed_paper", "sealed_vote", "participation", "seat"} <= set(made[0])


def test_upgrade_downgrade_upgrade(empty_engine: Engine) -> None:
    assert database.current_revision(empty_engine) is None
    database.upgrade(empty_engine)
    newest = database.current_revision(empty_engine)
    assert newest is not None
    database.downgrade(empty_engine, "base")
    assert set(inspect(empty_engine).get_table_names()) == {"alembic_version"}
    database.upgrade(empty_engine)
    assert database.current_revision(empty_engine) == newest


def test_an_upgrade_repeated_changes_nothing(engine: Engine) -> None:
    before = _constraints(engine)
    database.upgrade(engine)
    assert _constraints(engine) == before


def test_processes_that_start_at_once_migrate_once(empty_engine: Engine) -> None:
    start, failed = threading.Barrier(4), []

    def upgrade() -> None:
        url = empty_engine.url.render_as_string(hide_password=False)
        start.wait()
        try:
            own = database.connect(url)
            database.upgrade(own)
            own.dispose()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert database.current_revision(empty_engine) is not None


def test_a_failed_migration_leaves_nothing_half_done(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE sealed_vote (x INTEGER)"))  # in the way of the last table
    with pytest.raises(exc.DBAPIError):
        database.upgrade(empty_engine)
    assert set(inspect(empty_engine).get_table_names()) == {"sealed_vote"}


def _constraints(engine: Engine) -> dict[str, object]:
    found = inspect(engine)
    return {
        table: (
            sorted((str(check["name"]), str(check["sqltext"])) for check in found.get_check_constraints(table)),
            sorted(
                (str(key["name"]), key["constrained_columns"], key["referred_table"], key["options"])  # type: ignore[typeddict-item]
                for key in found.get_foreign_keys(table)
            ),
            sorted(str(unique["name"]) for unique in found.get_unique_constraints(table)),
            sorted(str(index["name"]) for index in found.get_indexes(table)),
            found.get_pk_constraint(table),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _sqlite_options(engine: Engine) -> dict[str, tuple[bool, bool]]:
    """Table -> (has no row ids, never gives an id twice), of the tables that are one or the other."""
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    options = {name: ("WITHOUT ROWID" in sql, "AUTOINCREMENT" in sql) for name, sql in tables}
    return {name: option for name, option in options.items() if any(option)}


# Opening a database


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "sqlite:///FILE"),
        ("mysql://host/name", "not supported"),
        ("postgresql://someone:hidden@127.0.0.1:1/name", "cannot be reached"),
        ("sqlite:////proc/nowhere/consensus.db", "cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_opened_is_refused_in_one_line(url: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        database.connect(url)
    assert "\n" not in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Dear diary, " * 100)
    with pytest.raises(BadInput, match="not a database"):
        database.connect(f"sqlite:///{tmp_path}/notes.db")


def test_sqlite_is_durable_and_erases_what_it_deletes(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/consensus.db")
    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout", "temp_store")
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
        "temp_store": 2,
    }


@pytest.mark.skipif(os.name == "nt", reason="rights of files as POSIX has them")
def test_only_the_owner_reads_the_database_and_its_log(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/new/consensus.db")
    database.upgrade(engine)
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    engine.dispose()
    assert rights == {"consensus.db": 0o600, "consensus.db-wal": 0o600, "consensus.db-shm": 0o600}


def test_writers_wait_for_each_other_from_the_start(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/consensus.db")
    other = sqlite3.connect(tmp_path / "consensus.db", timeout=0)
    with engine.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()
    engine.dispose()


def test_readers_hold_up_no_writer_and_see_one_moment(engine: Engine) -> None:
    count = text("SELECT count(*) FROM sign_in")
    with database.readers(engine)() as reading:
        assert reading.scalar(count) == 0
        with database.sessions(engine).begin() as writing:
            writing.execute(text("INSERT INTO sign_in (token_hash) VALUES ('x')"))
        assert reading.scalar(count) == 0


def test_a_locked_database_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    monkeypatch.setattr(database, "PRAGMAS", ("PRAGMA busy_timeout = 0", *database.PRAGMAS[1:]))
    engine = database.connect(f"sqlite:///{tmp_path}/consensus.db")
    other = sqlite3.connect(tmp_path / "consensus.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refusal) as caught, database.storage(), database.sessions(engine).begin() as session:
        session.execute(text("SELECT 1"))
    other.close()
    engine.dispose()
    assert (caught.value.code, caught.value.status) == ("storage", 503)


def test_a_damaged_database_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "consensus.db"
    engine = database.connect(f"sqlite:///{path}")
    database.upgrade(engine)
    scrub(engine)
    engine.dispose()
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(Refusal, match="malformed"), database.storage(), engine.begin() as connection:
        connection.execute(text("SELECT * FROM conference"))
    engine.dispose()


def test_a_mistake_of_the_program_is_not_blamed_on_the_database(engine: Engine) -> None:
    with pytest.raises(exc.DBAPIError), database.storage(), engine.connect() as connection:
        connection.execute(text("INSERT INTO sign_in (token_hash) VALUES (NULL)"))


def test_a_lost_server_is_a_refusal_and_the_next_connection_works(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server to lose")
    sessions = database.sessions(engine)
    with sessions() as session:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        with pytest.raises(Refusal) as caught, database.storage():
            session.execute(text("SELECT 1"))
    assert caught.value.code == "storage"
    with sessions() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_the_models_name_every_constraint() -> None:
    unnamed = [
        f"{table.name}: {constraint!r}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert unnamed == []
