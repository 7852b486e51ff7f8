"""What the facilitator's page does without a step of the conference: screens, timer, pace, and looking at "what if"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app
from sqlalchemy.orm import Session

from consensus.facilitation import Outcome, exploring, pacing, stage
from consensus.models import Conference
from consensus.services import services
from consensus.snapshots import Snapshots
from consensus.web.api import answer, led_body, limit_body

bp = Blueprint("leading", __name__, url_prefix="/api/c")
bp.before_request(limit_body)


@bp.post("/<conference>/display")
def display(conference: str) -> Response:
    """Blank, freeze or zoom the screens."""
    wanted, parts = led_body(conference), services()

    def work(session: Session) -> Outcome:
        def picture(of: Conference) -> dict[str, Any]:
            return Snapshots(session, parts.keys, of, current_app.extensions["live"].url).unfrozen("screen")

        return Outcome(stage.display(session, conference, wanted, picture))

    return answer(conference, parts.change(conference, work).changed)


@bp.post("/<conference>/timer")
def timer(conference: str) -> Response:
    """Start, pause, lengthen or stop the timer."""
    wanted, now = led_body(conference), datetime.now(UTC)
    outcome = services().change(conference, lambda s: Outcome(stage.set_timer(s, conference, wanted, now)))
    return answer(conference, outcome.changed)


@bp.post("/<conference>/pace")
def pace(conference: str) -> Response:
    """Let steps be taken by themselves, or pause that."""
    wanted, now = led_body(conference), datetime.now(UTC)
    outcome = services().change(conference, lambda s: Outcome(pacing.set_pace(s, conference, wanted, now)))
    return answer(conference, outcome.changed)


@bp.post("/<conference>/what-if")
def what_if(conference: str) -> Response:
    """Look at the round under review at other numbers. It changes nothing but the log."""
    wanted, parts = led_body(conference), services()
    found: list[dict[str, Any]] = []

    def work(session: Session) -> Outcome:
        found.extend(exploring.look(session, parts.keys, conference, wanted))
        return Outcome(True)

    return answer(conference, parts.change(conference, work).changed, found=found)
