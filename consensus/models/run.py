"""A run of a round: its pool, its ballot, its outcome."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import Base, one_of

RunState = Literal["discussion", "voting", "closed", "review", "sealed"]
PoolState = Literal["waiting", "open", "closed"]

RUN_STATES = ("discussion", "voting", "closed", "review", "sealed")
VERDICTS = ("advance", "hold", "cut", "stay")


class Run(Base):
    """A round of the plan as it is held. round_id is "P1", or "P1/run-off" for its run-off.

    ballot is the form as the plan wrote it ("scale 1-9"), frozen when the run starts; its choices stand in
    `run_choice`. entitled, present and typed (seats that voted on paper) are written at the seal. seed: of the lot,
    shown before it is drawn.
    """

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("conference_id", "round_id"),
        one_of("state", *RUN_STATES),
        CheckConstraint("entitled >= 0 AND present >= 0", name="attendance"),
        # Key files are named by the run: an id is never given out twice.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    round_id: Mapped[str]
    ballot: Mapped[str]
    state: Mapped[str] = mapped_column(default="discussion")
    ordinal: Mapped[int]
    seed: Mapped[str | None] = mapped_column(default=None)
    seed_drawn: Mapped[bool] = mapped_column(default=False)
    entitled: Mapped[int | None] = mapped_column(default=None)
    present: Mapped[int | None] = mapped_column(default=None)
    typed: Mapped[int | None] = mapped_column(default=None)


class PoolItem(Base):
    """An item of the run's pool. present: seats checked in when its vote was closed.

    take grows each time its votes are thrown away, so that a phone knows that the vote it remembers is gone.
    """

    __tablename__ = "pool_item"
    __table_args__ = (
        one_of("state", "waiting", "open", "closed"),
        CheckConstraint("present >= 0", name="present"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(default="waiting")
    take: Mapped[int] = mapped_column(default=1)
    present: Mapped[int | None] = mapped_column(default=None)


class RunChoice(Base):
    """A choice that the run's ballot allows: votes refer to it, so the schema refuses any other."""

    __tablename__ = "run_choice"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)


class Verdict(Base):
    """What became of an item in a run, written at the seal; reason: language code -> text."""

    __tablename__ = "verdict"
    __table_args__ = (
        one_of("verdict", *VERDICTS),
        ForeignKeyConstraint(["run_id", "number"], ["pool_item.run_id", "pool_item.number"]),
    )

    run_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str]
    rank: Mapped[int | None] = mapped_column(default=None)
    reason: Mapped[dict[str, Any]]


class DecisionRecord(Base):
    """The facilitator's choice on a tied item, with its reason."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("verdict", *VERDICTS),
        ForeignKeyConstraint(["run_id", "number"], ["pool_item.run_id", "pool_item.number"]),
    )

    run_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str]
    reason: Mapped[str]
