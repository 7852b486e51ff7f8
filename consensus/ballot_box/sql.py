"""The few statements that SQLite and PostgreSQL write alike and SQLAlchemy writes apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consensus.models import Base, Run

Rows = Sequence[dict[str, Any]]


def insert_new(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert the rows that are not there yet. The primary key decides, not a look beforehand."""
    statement = _insert(session, table).on_conflict_do_nothing()
    _many(session, statement, rows)


def upsert_votes(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert votes; one that stands already changes its choice."""
    statement = _insert(session, table)
    choice = statement.excluded["choice"]
    keys = list(table.__table__.primary_key)
    statement = statement.on_conflict_do_update(
        index_elements=keys, set_={"choice": choice}, where=table.__table__.c["choice"] != choice
    )
    _many(session, statement, rows)


def locked(session: Session, run: Run) -> Run:
    """Hold a run against votes that come in at the same time, and read it as it is now.

    PostgreSQL locks its row, which `record` shares; SQLite has one writer at a time anyhow.
    """
    session.flush()
    session.refresh(run, with_for_update=True)
    return run


def _insert(session: Session, table: type[Base]) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table.__table__)


def _many(session: Session, statement: Executable, rows: Rows) -> None:
    if rows:
        session.connection().execute(statement, rows)
