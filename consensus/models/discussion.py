"""What happens between rounds: who sits at which table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import UNORDERED, Base


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
    seed: Mapped[str]
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
