"""What happens between rounds: who sits at which table, and what is said for and against an item."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import UNORDERED, Base, new_seat_id, one_of

SIDES = ("for", "against")
ARGUMENT_STATES = ("new", "waiting", "shown", "hidden")


class Seating(Base):
    """The draw of tables for one session of talks.

    names: what the tables are called, or where they stand: a line for each, maybe empty. shown: whether the panel has
    been told; until then it is drawn anew. rounds: how many were sealed when it was drawn; it holds until the next is.
    revision: of the conference when it was drawn. balance: {"organisation", "role", "again"}, each [pairs, bound].
    """

    __tablename__ = "seating"
    __table_args__ = (
        CheckConstraint("session > 0", name="session"),
        CheckConstraint("tables > 0", name="tables"),
    )

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    session: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tables: Mapped[int]
    names: Mapped[str] = mapped_column(default="")
    shown: Mapped[bool] = mapped_column(default=False)
    rounds: Mapped[int]
    revision: Mapped[int]
    balance: Mapped[dict[str, Any]]


class TableSeat(Base):
    """The table of a seat in a session.

    In no backup, and deleted when the conference is finished: whoever remembers where somebody sat would know the seat.
    """

    __tablename__ = "table_seat"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conference_id", "session"], ["seating.conference_id", "seating.session"], ondelete="CASCADE"
        ),
        CheckConstraint("number > 0", name="number"),
        UNORDERED,
    )

    conference_id: Mapped[str] = mapped_column(primary_key=True)
    session: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int]


class Discussion(Base):
    """Whether arguments are collected. number: of the discussion, from 1; on_screen: whose arguments the room sees."""

    __tablename__ = "discussion"

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    collecting: Mapped[bool] = mapped_column(default=False)
    on_screen: Mapped[int | None] = mapped_column(default=None)


class Argument(Base):
    """An argument for or against an item, by nobody: without seat, time or order, under a random id.

    state: `new` until enough others have come that nobody can tell whose it is; then `waiting` for the facilitator, who
    shows or hides it.
    """

    __tablename__ = "argument"
    __table_args__ = (
        ForeignKeyConstraint(["conference_id", "number"], ["item.conference_id", "item.number"], ondelete="CASCADE"),
        one_of("side", *SIDES),
        one_of("state", *ARGUMENT_STATES),
        CheckConstraint("length(text) BETWEEN 1 AND 280", name="text"),
        UNORDERED,
    )

    conference_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_seat_id)
    number: Mapped[int]
    side: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
