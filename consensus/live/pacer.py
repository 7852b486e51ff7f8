"""The pacer: takes the steps of conferences that go on by themselves.

Each process has one and none is in charge: whichever comes first takes the step, for the others the revision has moved
on. Waits are measured by a clock that nobody sets, so that one that is put right neither hurries nor holds up a vote.
After a restart everything is paused: nobody may be surprised by a vote that opens while the room waits for the server.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import NamedTuple

import gevent
from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus.database import storage
from consensus.errors import Refusal
from consensus.facilitation import Standing, pacing
from consensus.facilitation.stage import stage_of
from consensus.models import Conference, Stage
from consensus.services import Services
from consensus.threads import Threads

#: seconds between two looks, while something goes on by itself and while nothing does
TICK, IDLE = 0.25, 1.0
#: seconds for second thoughts, after the last of those present has voted
GRACE = 3.0

logger = logging.getLogger(__name__)


class Seen(NamedTuple):
    """A step that comes: in which conference, whether because all have voted, after which step, since when."""

    conference: str
    action: str
    all_voted: bool
    step: int
    since: datetime | None


class Due(NamedTuple):
    """A step that may be taken now: of which conference, on which revision."""

    conference: str
    action: str
    revision: int


class Pacer:
    """The pacer of one process."""

    def __init__(self, parts: Services, threads: Threads) -> None:
        self._parts, self._threads = parts, threads
        self._due: dict[Seen, float] = {}  # what was seen to come -> when it is due
        self.running = gevent.spawn(self._run)

    def _run(self) -> None:
        self._threads.run(self.pause)
        while True:
            gevent.sleep(TICK if self._due else IDLE)
            self._threads.run(self.look)

    def pause(self) -> None:
        """Pause what went on by itself before this process started."""
        try:
            with storage(), self._parts.sessions.begin() as session:
                paused = pacing.pause_all(session)
            for conference_id in paused:
                self._parts.publish(conference_id)
        except Exception:
            logger.exception("What went on by itself could not be paused")

    def look(self) -> None:
        """Take every step that is due."""
        try:
            with storage(), self._parts.readers() as session:
                steps = self._steps(session, time.monotonic())
            for step in steps:
                self._take(step)
        except Refusal:
            pass  # the database is away for a moment: the next look sees to it
        except Exception:
            logger.exception("No step was taken by itself")

    def _steps(self, session: Session, now: float) -> list[Due]:
        query = select(Conference).join(Stage, Stage.conference_id == Conference.id).where(Stage.pace_on)
        due, found = {}, []
        for conference in session.scalars(query):
            for seen, wait in self._coming(session, conference).items():
                due[seen] = self._due.get(seen, now + wait)
                if due[seen] <= now:
                    found.append(Due(conference.id, seen.action, conference.revision))
        self._due = due
        return found

    def _coming(self, session: Session, conference: Conference) -> dict[Seen, float]:
        """What comes -> in how many seconds, if it is seen for the first time."""
        stage, standing = stage_of(session, conference.id), Standing(session, self._parts.keys, conference)
        found: dict[Seen, float] = {}
        step = pacing.coming(standing, stage)
        if step is not None:
            wait = step.at.timestamp() - time.time()
            found[Seen(conference.id, step.action, False, step.step, step.since)] = min(max(wait, 0), step.after)
        if pacing.all_have_voted(standing, stage) and conference.last_step is not None:
            step_of = conference.last_step["revision"]
            found[Seen(conference.id, "close", True, step_of, stage.pace_since)] = GRACE
        return found

    def _take(self, step: Due) -> None:
        keys = self._parts.keys
        try:
            self._parts.change(
                step.conference, lambda session: pacing.take(session, keys, step.conference, step.action, step.revision)
            )
        except Refusal as refusal:
            logger.info("Not taken by itself: %s", refusal.message)
