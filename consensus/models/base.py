"""What every table shares: names of constraints, types, random ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, DateTime, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

#: Migrations name what they alter, so nothing in the schema is left unnamed.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Table argument of everything that holds anything of votes: without a row id, SQLite keeps the rows in the
#: order of their random keys, and the order in which they came is nowhere.
UNORDERED = {"sqlite_with_rowid": False}

SLUG_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite would give it back without its time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
    }


def one_of(column: str, *values: str) -> CheckConstraint:
    """A named constraint: the column holds one of the values (or nothing, where it may)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f'"{column}" IN ({listed})', name=column)


def new_slug() -> str:
    """A short random id that can be read aloud: 6 letters, about 30 bits."""
    return "".join(secrets.choice(SLUG_LETTERS) for _ in range(6))


def new_seat_id() -> str:
    """64 random bits: a sequence would tell in which order the cards were made."""
    return secrets.token_hex(8)
