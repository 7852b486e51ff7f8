"""The stage: what the screens do with what they are shown, and the timer.

None of it is a step: it is not logged, `undo` does not see it, and a step that was decided before is not stale after
it. The revision grows all the same: that is how every page and every process hears of it, also after a lost message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.move import Details
from consensus.models import Conference, Stage

Json = dict[str, Any]
#: per cent that the screens can be set to, the least and the most
ZOOM = (50, 200)
#: seconds of the longest timer
A_DAY = 24 * 3600


def stage_of(session: Session, conference_id: str) -> Stage:
    """The stage as it is stored, or as nobody has touched it."""
    return session.get(Stage, conference_id) or _untouched(conference_id)


def hold(session: Session, conference_id: str) -> tuple[Conference, Stage]:
    """The conference and its stage, locked against other changes. Raises Refusal("not-allowed")."""
    conference = session.get(Conference, conference_id, with_for_update=True, populate_existing=True)
    if conference is None:
        raise Refusal("not-allowed", "There is no such conference.")
    stage = session.get(Stage, conference_id, populate_existing=True)
    if stage is None:
        stage = _untouched(conference_id)
        session.add(stage)
    return conference, stage


def display(session: Session, conference_id: str, wanted: Details, picture: Callable[[Conference], Json]) -> bool:
    """Blank, freeze or zoom every screen of a conference; return whether that changed anything.

    wanted: any of `blank`, `frozen` (true, false) and `zoom` (per cent). picture: what a screen shows now; it is kept
    while they are frozen, so that one that is opened later shows the same. Raises Refusal("not-now").
    """
    conference, stage = hold(session, conference_id)
    before = display_json(stage)
    zoom = wanted.get("zoom", stage.zoom)
    switches = [wanted.get(name, False) for name in ("blank", "frozen")]
    if type(zoom) is not int or not ZOOM[0] <= zoom <= ZOOM[1] or any(type(switch) is not bool for switch in switches):
        raise Refusal("not-now", "Screens are blank or not, frozen or not, and zoomed to 50 to 200 per cent.")
    stage.blank, stage.zoom = wanted.get("blank", stage.blank), zoom
    if wanted.get("frozen") is False:
        stage.picture = None
    elif wanted.get("frozen") and stage.picture is None:
        stage.picture = picture(conference)
    return _told(conference, display_json(stage) != before)


def set_timer(session: Session, conference_id: str, wanted: Details, now: datetime) -> bool:
    """Start, pause, lengthen or stop the timer; return whether that changed anything.

    wanted: `do`, one of start, pause, go-on, add, stop; `seconds` to start and to add; `revision`, the one that it was
    decided on: a press that comes twice, or after another page's, is refused. Raises Refusal: "not-now", "stale".
    """
    conference, stage = hold(session, conference_id)
    seen = wanted.get("revision")
    if type(seen) is int and seen < stage.timer_revision:
        raise Refusal("stale", "The timer has been set since this was decided. Look again.")
    change = _TIMER.get(str(wanted.get("do")))
    if change is None:
        raise Refusal("not-now", "A timer can %(do)s.", do=", ".join(_TIMER))
    if changed := change(stage, wanted, now):
        stage.timer_revision = conference.revision + 1
    return _told(conference, changed)


def end_timer(session: Session, conference: Conference) -> None:
    """Stop the timer with the step that has just been taken: what it was set for is over. One set after that stays."""
    stage = session.get(Stage, conference.id, populate_existing=True)
    if stage is not None and _stop(stage, {}, datetime.min):
        stage.timer_revision = conference.revision


def display_json(stage: Stage) -> Json:
    return {"blank": stage.blank, "frozen": stage.picture is not None, "zoom": stage.zoom}


def timer_json(stage: Stage) -> Json | None:
    """The timer for clients: they know from the event `clock` what time it is here."""
    if stage.timer_seconds is None:
        return None
    left = None if stage.timer_left is None else stage.timer_left / 1000
    ends = None if stage.timer_ends is None else round(stage.timer_ends.timestamp(), 3)
    return {"seconds": stage.timer_seconds, "left": left, "ends": ends}


def _start(stage: Stage, wanted: Details, now: datetime) -> bool:
    seconds = _seconds(wanted)
    stage.timer_seconds, stage.timer_left, stage.timer_ends = seconds, None, now + timedelta(seconds=seconds)
    return True


def _pause(stage: Stage, wanted: Details, now: datetime) -> bool:
    if stage.timer_ends is None:
        return False
    stage.timer_left, stage.timer_ends = _milliseconds(stage.timer_ends - now), None
    return True


def _go_on(stage: Stage, wanted: Details, now: datetime) -> bool:
    left = stage.timer_left
    if left is None:
        return False
    stage.timer_left, stage.timer_ends = None, now + timedelta(milliseconds=left)
    return True


def _add(stage: Stage, wanted: Details, now: datetime) -> bool:
    """One that is over begins anew with what is added."""
    if stage.timer_seconds is None:
        return False
    seconds = _seconds(wanted)
    stage.timer_seconds = min(stage.timer_seconds + seconds, A_DAY)
    if stage.timer_ends is not None:
        stage.timer_ends = min(max(stage.timer_ends, now) + timedelta(seconds=seconds), now + timedelta(seconds=A_DAY))
    else:
        stage.timer_left = min((stage.timer_left or 0) + 1000 * seconds, 1000 * A_DAY)
    return True


def _stop(stage: Stage, wanted: Details, now: datetime) -> bool:
    changed = stage.timer_seconds is not None
    stage.timer_seconds = stage.timer_left = stage.timer_ends = None
    return changed


_TIMER: dict[str, Callable[[Stage, Details, datetime], bool]] = {
    "start": _start,
    "pause": _pause,
    "go-on": _go_on,
    "add": _add,
    "stop": _stop,
}


def _seconds(wanted: Details) -> int:
    seconds = wanted.get("seconds")
    if type(seconds) is not int or not 1 <= seconds <= A_DAY:
        raise Refusal("not-now", "A timer has 1 to %(most)s seconds.", most=A_DAY)
    return seconds


def _milliseconds(left: timedelta) -> int:
    return max(0, round(left / timedelta(milliseconds=1)))


def _told(conference: Conference, changed: bool) -> bool:
    conference.revision += changed
    return changed


def _untouched(conference_id: str) -> Stage:
    return Stage(
        conference_id=conference_id, blank=False, zoom=100, timer_revision=0, pace_on=False, close_when_all=False
    )
