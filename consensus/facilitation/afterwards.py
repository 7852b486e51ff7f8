"""After the votes: the result's public address, and the panel's evaluation.

None of this is a step of the conference: it is logged and grows the revision, but leaves alone what undo takes back.
"""

from __future__ import annotations

import secrets
from typing import Any

from consensus import evaluation
from consensus.errors import Refusal
from consensus.facilitation.creation import log
from consensus.facilitation.move import Move
from consensus.models import Evaluation, Publication


def publish(move: Move) -> bool:
    """Let anyone who has the address read the result; with `files` take PDF and archive too."""
    files = move.details.get("files") is True
    there = move.session.get(Publication, move.conference.id)
    if there is not None and there.files == files:
        return False
    move.check_fresh()
    move.check_state("finished")
    if there is None:
        token = secrets.token_urlsafe(24)
        move.session.add(Publication(conference_id=move.conference.id, token=token, files=files))
    else:
        there.files = files
    _note(move, "publish", files=files)
    return True


def unpublish(move: Move) -> bool:
    """Take the address out of use for good: the next one is another."""
    there = move.session.get(Publication, move.conference.id)
    if there is None:
        return False
    move.check_fresh()
    move.session.delete(there)
    _note(move, "unpublish")
    return True


def open_evaluation(move: Move) -> bool:
    """Ask the panel what it thinks of the conference: `questions`, or the standard ones."""
    held = move.session.get(Evaluation, move.conference.id)
    if held is not None and held.state == "open":
        return False
    questions = evaluation.read_questions(move.details.get("questions"))
    move.check_fresh()
    move.check_state("lobby", "sealed", "finished")
    evaluation.open_evaluation(move.session, move.keys, move.conference, questions)
    _note(move, "open-evaluation", questions=len(questions["en"]))
    return True


def close_evaluation(move: Move) -> bool:
    """Take no more sheets, and seal those that came."""
    held = move.session.get(Evaluation, move.conference.id)
    if held is not None and held.state == "closed":
        return False
    move.check_fresh()
    evaluation.close(move.session, move.conference)
    move.unlink = True
    _note(move, "close-evaluation")
    return True


def show_evaluation(move: Move) -> bool:
    """Put the evaluation's result on the screen, or with `show` false take it away."""
    held = move.session.get(Evaluation, move.conference.id)
    show = move.details.get("show") is not False
    if held is not None and held.state == "closed" and held.shown == show:
        return False
    move.check_fresh()
    if held is None or held.state != "closed":
        raise Refusal("not-now", "There is no result of an evaluation yet.")
    held.shown = show
    _note(move, "show-evaluation", show=show)
    return True


def _note(move: Move, action: str, **details: Any) -> None:
    move.conference.revision += 1
    log(move.session, move.conference, action, move.actor, **details)
    move.session.flush()
