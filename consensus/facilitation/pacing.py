"""The automatic pace: after a result the next item opens by itself, an open item closes by itself.

It only goes on from an opening or a close: after an undo, a void or a reopening, and for everything that is decided,
the program waits for the facilitator. What it does is done by `act`, on the revision that it was decided on: of several
processes, and of a process and a human, one takes the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.actions import Outcome, act
from consensus.facilitation.creation import log
from consensus.facilitation.move import Details
from consensus.facilitation.stage import hold
from consensus.facilitation.standing import Standing
from consensus.keys import KeyStore
from consensus.models import FEW, Conference, LogEntry, Seat, Stage

Json = dict[str, Any]
#: seconds of the longest wait
LONGEST = 3600
PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Coming:
    """A step that the program takes so many seconds after a moment. step: the revision that the last one made."""

    action: str
    since: datetime
    after: int
    step: int

    @property
    def at(self) -> datetime:
        return self.since + timedelta(seconds=self.after)


def set_pace(session: Session, conference_id: str, wanted: Details, now: datetime) -> bool:
    """Start or pause the automatic pace; return whether that changed anything. It is logged.

    wanted: `on`, and to start `open_after`, `close_after` (seconds, or null for not by itself) and `close_when_all`.
    Raises Refusal("not-now").
    """
    conference, stage = hold(session, conference_id)
    if wanted.get("on") is False:
        return _pause(session, conference, stage, "facilitator")
    if wanted.get("on") is not True:
        raise Refusal("not-now", "The pace is on or off.")
    open_after, close_after = _wait(wanted, "open_after", 0), _wait(wanted, "close_after", 1)
    when_all = wanted.get("close_when_all") is True
    if open_after is None and close_after is None and not when_all:
        raise Refusal("not-now", "Choose what is to happen by itself.")
    before = pace_json(stage)
    stage.open_after, stage.close_after, stage.close_when_all, stage.pace_on = open_after, close_after, when_all, True
    if pace_json(stage) == before:
        return False
    stage.pace_since = now
    conference.revision += 1
    log(session, conference, "pace", **pace_json(stage))
    return True


def pause_all(session: Session) -> list[str]:
    """Pause whatever pace is on, as after a restart; return the conferences."""
    paused = []
    for id in session.scalars(select(Stage.conference_id).where(Stage.pace_on)).all():
        conference, stage = hold(session, id)
        if _pause(session, conference, stage, PROGRAM):
            paused.append(id)
    return paused


def coming(standing: Standing, stage: Stage) -> Coming | None:
    """The step that is due by itself, and when; None where only a human takes the next one."""
    last = _last(standing, stage)
    if last == "close" and standing.conference.state == "closed" and standing.waiting and stage.open_after is not None:
        return _coming(standing, stage, "next", stage.open_after)
    if last == "open" and standing.conference.state == "voting" and stage.close_after is not None:
        return _coming(standing, stage, "close", stage.close_after)
    return None


def all_have_voted(standing: Standing, stage: Stage) -> bool:
    """Whether the open item may be closed because all who are present have voted: only where turnout may be known."""
    run = standing.run
    if not stage.close_when_all or run is None or _last(standing, stage) != "open" or len(standing.open) != 1:
        return False
    here = (Seat.conference_id == standing.conference.id, Seat.present, ~Seat.withdrawn)
    present = standing.session.scalars(select(Seat.id).where(*here)).all()
    # Who has voted and left is no stand-in for who is here and has not.
    voted = ballot_box.voted(standing.session, standing.keys, run, present)
    return len(present) >= FEW and all(voted[seat] for seat in present)


def take(session: Session, keys: KeyStore, conference_id: str, action: str, revision: int) -> Outcome:
    """Take a step by itself, unless anything at all has happened since the revision that it was decided on."""
    conference, stage = hold(session, conference_id)
    if conference.revision != revision or not stage.pace_on:
        return Outcome(False)
    return act(session, keys, conference_id, action, {"revision": revision}, actor=PROGRAM)


def pace_json(stage: Stage) -> Json:
    return {
        "on": stage.pace_on,
        "open_after": stage.open_after,
        "close_after": stage.close_after,
        "close_when_all": stage.close_when_all,
    }


def coming_json(step: Coming | None) -> Json | None:
    return None if step is None else {"action": step.action, "at": round(step.at.timestamp(), 3)}


def _last(standing: Standing, stage: Stage) -> str | None:
    """The last step, where the program may go on from it."""
    last, round = standing.conference.last_step, standing.round
    if not stage.pace_on or last is None or round is None or round.pace != "plenary":
        return None
    return str(last["action"])


def _coming(standing: Standing, stage: Stage, action: str, after: int) -> Coming:
    last: Details = standing.conference.last_step or {}
    query = select(LogEntry.at).where(
        LogEntry.conference_id == standing.conference.id, LogEntry.action == last["action"]
    )
    taken = standing.session.scalar(query.order_by(LogEntry.id.desc()).limit(1))
    moments = [moment for moment in (taken, stage.pace_since) if moment is not None]
    return Coming(action, max(moments), after, last["revision"])


def _pause(session: Session, conference: Conference, stage: Stage, actor: str) -> bool:
    if not stage.pace_on:
        return False
    stage.pace_on = False
    conference.revision += 1
    log(session, conference, "pace", actor, on=False)
    return True


def _wait(wanted: Details, name: str, least: int) -> int | None:
    seconds = wanted.get(name)
    if seconds is None:
        return None
    if type(seconds) is not int or not least <= seconds <= LONGEST:
        raise Refusal("not-now", "A wait has %(least)s to %(most)s seconds.", least=least, most=LONGEST)
    return seconds
