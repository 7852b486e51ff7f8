"""A conference, its items and its log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import Base, new_slug, one_of

Level = Literal["vote", "paper", "panel"]
State = Literal["draft", "lobby", "discussion", "voting", "closed", "review", "sealed", "finished"]

STATES = ("draft", "lobby", "discussion", "voting", "closed", "review", "sealed", "finished")
LEVELS = ("vote", "paper", "panel")


class Conference(Base):
    """A conference: the plan's text as it was frozen, and where the conference stands.

    revision grows with every change. run_id is the run under way or the last one, open_item the item that is
    open or was closed last, last_step what undo would take back. Tokens of screen and facilitator carry
    token_version, so that raising it revokes them. wifi_name, wifi_password: the venue's network, shown to all in the
    room.
    """

    __tablename__ = "conference"
    __table_args__ = (
        one_of("state", *STATES),
        CheckConstraint('length("language") BETWEEN 2 AND 3', name="language"),
        one_of("anonymity", *LEVELS),
        CheckConstraint("min_group >= 1", name="min_group"),
        CheckConstraint("length(join_code) = 6", name="join_code"),
        UniqueConstraint("join_code"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_slug)
    title: Mapped[str]
    language: Mapped[str] = mapped_column(default="sv")
    state: Mapped[str] = mapped_column(default="draft")
    plan_text: Mapped[str]
    anonymity: Mapped[str] = mapped_column(default="paper")
    min_group: Mapped[int] = mapped_column(default=5)
    join_code: Mapped[str]
    join_by_code: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL", use_alter=True), default=None)
    open_item: Mapped[int | None] = mapped_column(default=None)
    last_step: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    token_version: Mapped[int] = mapped_column(default=0)
    wifi_name: Mapped[str | None] = mapped_column(default=None)
    wifi_password: Mapped[str | None] = mapped_column(default=None)
    last_number: Mapped[int] = mapped_column(default=0)


class Item(Base):
    """A candidate item. position is its place in the list as it was loaded, or put in order since.

    plain: the item in plain words; merged: the numbers of the items it was made of, "3 7". A number is never given
    to another item: a conference's last_number is the highest one that was ever removed or merged.
    """

    __tablename__ = "item"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    text: Mapped[str]
    kind: Mapped[str | None] = mapped_column(default=None)
    explanation: Mapped[str] = mapped_column(default="")
    perspective: Mapped[str] = mapped_column(default="")
    plain: Mapped[str] = mapped_column(default="")
    merged: Mapped[str] = mapped_column(default="")


class LogEntry(Base):
    """What the facilitator or the program did to the conference, and when. Never anything of a single vote."""

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SignIn(Base):
    """A one-time sign-in link, known here by the SHA-256 of its secret only."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
