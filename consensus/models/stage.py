"""What the facilitator has set for the room beside the conference itself: the screens, the timer, the pace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import Base


class Stage(Base):
    """The stage of a conference; one that nobody has touched has no row. No state of the conference hangs on it.

    picture: what frozen screens show, else None. timer_seconds: None without a timer; one that runs ends at
    timer_ends, one that is paused has timer_left milliseconds. timer_revision: the conference's, when it was last set.
    pace_on: whether steps are taken by themselves, since pace_since: the next item so many seconds after a result, the
    close so many after an opening, or once all who are present have voted.
    """

    __tablename__ = "stage"
    __table_args__ = (
        CheckConstraint("zoom BETWEEN 50 AND 200", name="zoom"),
        CheckConstraint("timer_seconds IS NULL OR (timer_left IS NULL) <> (timer_ends IS NULL)", name="timer"),
        CheckConstraint("open_after >= 0 AND close_after > 0", name="pace"),
    )

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    blank: Mapped[bool] = mapped_column(default=False)
    picture: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    zoom: Mapped[int] = mapped_column(default=100)
    timer_seconds: Mapped[int | None] = mapped_column(default=None)
    timer_left: Mapped[int | None] = mapped_column(default=None)
    timer_ends: Mapped[datetime | None] = mapped_column(default=None)
    timer_revision: Mapped[int] = mapped_column(default=0)
    pace_on: Mapped[bool] = mapped_column(default=False)
    pace_since: Mapped[datetime | None] = mapped_column(default=None)
    open_after: Mapped[int | None] = mapped_column(default=None)
    close_after: Mapped[int | None] = mapped_column(default=None)
    close_when_all: Mapped[bool] = mapped_column(default=False)
