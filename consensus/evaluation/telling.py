"""What a snapshot tells of the evaluation: the questions while it is open, never how the answers fall."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from consensus.evaluation.result import Evaluated, result_of
from consensus.evaluation.sheets import handed_in
from consensus.models import FEW, Conference, Evaluation, attendance

Json = dict[str, Any]


def told(session: Session, conference: Conference, audience: str) -> Json | None:
    """For a phone the questions while it is open; for the screen turnout, and the result once it is to be shown there;
    for the facilitator the result, with what was written, as soon as it is closed."""
    held = session.get(Evaluation, conference.id)
    if held is None or (audience == "phone" and held.state != "open"):
        return None
    found: Json = {"state": held.state, "questions": held.questions}
    if audience == "phone":
        return found
    found |= _turnout(session, conference) if held.state == "open" else {"handed_in": None, "of": None}
    result = result_of(session, conference) if held.shown or audience == "facilitator" else None
    return found | {"shown": held.shown, "result": _json(result, audience) if result else None}


def _turnout(session: Session, conference: Conference) -> Json:
    """How many have handed in. With few seats not even that, as for votes."""
    _, present = attendance(session, conference.id)
    if present < FEW:
        return {"handed_in": None, "of": present}
    sheets = handed_in(session, conference.id)
    return {"handed_in": sheets, "of": max(present, sheets)}


def _json(result: Evaluated, audience: str) -> Json:
    counts = [None if question.counts is None else dict(question.counts) for question in result.questions]
    comments = list(result.comments) if audience == "facilitator" else []
    return {"sheets": result.sheets, "least": result.least, "counts": counts, "comments": comments}
