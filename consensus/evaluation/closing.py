"""Close: answers move to rows of their own with fresh random ids, and nothing tells whose they are.

They are sorted by what they say before they get their ids and written in the order of the ids, as votes are: neither
the ids nor the place of a row in the file depend on who answered, or when. No two answers of a person are joined.
"""

from __future__ import annotations

from random import Random, SystemRandom

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.models import ANSWERS, Conference, Evaluation, OpenSheet, SealedAnswer, SealedComment

SYSTEM_RANDOM = SystemRandom()
LETTERS = {answer[0]: answer for answer in ANSWERS}


def close(session: Session, conference: Conference, random: Random = SYSTEM_RANDOM) -> bool:
    """Close the evaluation and seal its sheets. False if it is closed already; the key goes with `unlink`.

    Raises Refusal("not-now") where there is none.
    """
    evaluation = session.get(Evaluation, conference.id, with_for_update=True, populate_existing=True)
    if evaluation is None:
        raise Refusal("not-now", "No evaluation has been opened.")
    if evaluation.state == "closed":
        return False
    own = OpenSheet.conference_id == conference.id
    sheets = session.execute(select(OpenSheet.answers, OpenSheet.comment).where(own)).all()
    answers = sorted((place, LETTERS[a]) for row in sheets for place, a in enumerate(row.answers) if a in LETTERS)
    comments = sorted(row.comment for row in sheets if row.comment)
    for id, (place, answer) in sorted(zip(_ids(len(answers), random), answers, strict=True)):
        session.add(SealedAnswer(conference_id=conference.id, id=id, question=place, answer=answer))
    for id, text in sorted(zip(_ids(len(comments), random), comments, strict=True)):
        session.add(SealedComment(conference_id=conference.id, id=id, text=text))
    session.execute(delete(OpenSheet).where(own))
    evaluation.state, evaluation.sheets = "closed", len(sheets)
    session.flush()
    return True


def _ids(count: int, random: Random) -> list[str]:
    """So many different ids of 64 random bits."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{random.getrandbits(64):016x}"] = None
    return list(found)
