"""The few statements that SQLite and PostgreSQL write alike and SQLAlchemy writes apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consensus.models import Base, Run

Rows = Sequence[dict[str, Any]]
#: rows sent to PostgreSQL at once
MANY = 20_000


def insert_new(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert the rows that are not there yet. The primary key decides, not a look beforehand."""
    if rows:
        session.connection().execute(_insert_new(session.get_bind().dialect.name, table), rows)


def insert_many(session: Session, table: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert the rows that are not there yet, in their order, past SQLAlchemy's look at each: for a hundred thousand.

    PostgreSQL takes a column as one array; a statement for each row would make it wait a hundred thousand times.
    """
    if not rows:
        return
    connection, dialect = session.connection(), session.get_bind().dialect
    names = [dialect.identifier_preparer.quote(column) for column in columns]
    into = f"INSERT INTO {table.__tablename__} ({', '.join(names)})"
    if dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"{into} VALUES ({marks}) ON CONFLICT DO NOTHING", list(rows))
        return
    types = [table.__table__.c[column].type.compile(dialect) for column in columns]
    arrays = ", ".join(f"%s::{type}[]" for type in types)
    for at in range(0, len(rows), MANY):
        values = tuple(map(list, zip(*rows[at : at + MANY], strict=True)))
        connection.exec_driver_sql(f"{into} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING", values)


def upsert_votes(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert votes; one that stands already changes its choice."""
    if rows:
        session.connection().execute(_upsert_votes(session.get_bind().dialect.name, table), rows)


def locked(session: Session, run: Run) -> Run:
    """Hold a run against votes that come in at the same time, and read it as it is now.

    PostgreSQL locks its row, which `record` shares; SQLite has one writer at a time anyhow.
    """
    session.flush()
    session.refresh(run, with_for_update=True)
    return run


# Built once: to build such a statement takes longer than to run it.
@cache
def _insert_new(dialect: str, table: type[Base]) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upsert_votes(dialect: str, table: type[Base]) -> Any:
    statement = _insert(dialect, table)
    choice = statement.excluded["choice"]
    keys = list(table.__table__.primary_key)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={"choice": choice}, where=table.__table__.c["choice"] != choice
    )


def _insert(dialect: str, table: type[Base]) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table.__table__)
