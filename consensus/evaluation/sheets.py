"""Take sheets while the evaluation is open: one for each seat, under a keyed hash of it, replaced when sent again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from consensus.database import storage
from consensus.errors import Refusal
from consensus.keys import KeyStore, voter
from consensus.models import ANSWERS, Conference, Evaluation, OpenSheet, Seat

LONGEST_COMMENT = 2000
PASSED_OVER = "-"
_UNSTORABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one phone sends: an answer, or None, for each question in turn, and free text. generation: of its token."""

    conference: str
    seat: str
    generation: int
    answers: object
    comment: object = ""


def scope(conference_id: str) -> str:
    """Name the key that links sheets to seats."""
    return f"{conference_id}.evaluation"


def open_evaluation(
    session: Session, keys: KeyStore, conference: Conference, questions: Mapping[str, Sequence[str]]
) -> bool:
    """Open the evaluation, with the key that its sheets will need. False if it is open already.

    Raises Refusal("not-now") once one has been held: whoever answered could answer once more.
    """
    held = session.get(Evaluation, conference.id, with_for_update=True)
    if held is not None and held.state == "open":
        return False
    if held is not None and held.sheets:
        raise Refusal("not-now", "The evaluation has been held. Its sheets are sealed, so it cannot be opened again.")
    if held is not None:
        session.delete(held)
        session.flush()
    keys.create_if_missing(scope(conference.id))
    session.add(Evaluation(conference_id=conference.id, questions={lang: list(q) for lang, q in questions.items()}))
    session.flush()
    return True


def record(sessions: sessionmaker[Session], keys: KeyStore, sheet: Sheet) -> None:
    """Store a sheet durably; it replaces the one that the seat handed in before.

    Raises Refusal: unknown-seat, closed, bad-choice, storage.
    """
    with storage(), sessions.begin() as session:
        # Shared with other sheets; whoever closes waits for us, or we for them and then see it closed.
        evaluation = session.get(Evaluation, sheet.conference, with_for_update={"read": True})
        _check_seat(session, sheet)
        if evaluation is None or evaluation.state != "open":
            raise Refusal("closed", "The evaluation is closed.")
        answers, comment = _read(sheet, len(next(iter(evaluation.questions.values()))))
        key = keys.get(scope(sheet.conference))
        if key is None:
            raise Refusal("storage", "The key of the evaluation is missing. The facilitator has to close it.")
        row = {"conference_id": sheet.conference, "voter": voter(key, sheet.seat)}
        session.connection().execute(_upsert(session), {**row, "answers": answers, "comment": comment})


def handed_in(session: Session, conference_id: str) -> int:
    """Count the sheets of an evaluation that is open."""
    query = select(func.count()).select_from(OpenSheet).where(OpenSheet.conference_id == conference_id)
    return session.scalar(query) or 0


def _check_seat(session: Session, sheet: Sheet) -> None:
    own = (Seat.id == sheet.seat, Seat.conference_id == sheet.conference, ~Seat.withdrawn)
    if session.scalar(select(Seat.generation).where(*own)) != sheet.generation:
        raise Refusal("unknown-seat", "This seat is not known, or has moved to another phone.")


def _read(sheet: Sheet, questions: int) -> tuple[str, str]:
    """A letter for each answer, and the free text. Raises Refusal("bad-choice")."""
    given, comment = sheet.answers, sheet.comment
    if not isinstance(given, list) or len(given) != questions:
        raise Refusal("bad-choice", "The sheet needs %(count)s answers, one for each question.", count=questions)
    if any(answer is not None and answer not in ANSWERS for answer in given):
        raise Refusal("bad-choice", "An answer is one of %(answers)s, or nothing.", answers=", ".join(ANSWERS))
    if not isinstance(comment, str) or len(comment) > LONGEST_COMMENT:
        raise Refusal("bad-choice", "The free text has at most %(most)s characters.", most=LONGEST_COMMENT)
    comment = _storable(comment)
    if not comment and not any(given):
        raise Refusal("bad-choice", "Nothing is answered yet.")
    return "".join(PASSED_OVER if answer is None else answer[0] for answer in given), comment


def _storable(text: str) -> str:
    """Without what a database or a document does not take."""
    lines = _UNSTORABLE.sub(" ", text).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def _upsert(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(OpenSheet.__table__)
    new = {name: statement.excluded[name] for name in ("answers", "comment")}
    return statement.on_conflict_do_update(index_elements=["conference_id", "voter"], set_=new)
