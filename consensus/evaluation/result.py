"""What came out of an evaluation, as far as it may be shown: few sheets would tell who thinks what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus.models import ANSWERS, Conference, Evaluation, SealedAnswer, SealedComment
from rounds.languages import ENGLISH

#: sheets below which nothing is shown, also where a plan shows smaller groups
LEAST = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A question by language, and how many gave each answer; None where too few answered it."""

    texts: Mapping[str, str]
    counts: Mapping[str, int] | None

    def said(self, lang: str) -> str:
        """The question in a language; in English where it was asked before there was that language."""
        return self.texts.get(lang) or self.texts[ENGLISH]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The result of an evaluation. sheets: None where they are fewer than `least`; then nothing else is shown."""

    sheets: int | None
    least: int
    questions: tuple[Question, ...]
    comments: tuple[str, ...]


def result_of(session: Session, conference: Conference) -> Evaluated | None:
    """Count an evaluation that is closed; None where there is none, or it is still open."""
    held = session.get(Evaluation, conference.id)
    if held is None or held.state != "closed":
        return None
    least = max(LEAST, conference.min_group)
    enough = (held.sheets or 0) >= least
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    rows = select(SealedAnswer.question, SealedAnswer.answer).where(SealedAnswer.conference_id == conference.id)
    for question, answer in session.execute(rows) if enough else ():
        counts[question][answer] += 1
    texts = [dict(zip(held.questions, each, strict=True)) for each in zip(*held.questions.values(), strict=True)]
    comments = select(SealedComment.text).where(SealedComment.conference_id == conference.id).order_by(SealedComment.id)
    return Evaluated(
        held.sheets if enough else None,
        least,
        tuple(Question(text, _shown(counts[place], least)) for place, text in enumerate(texts)),
        tuple(session.scalars(comments)) if enough else (),
    )


def _shown(counts: Counter[str], least: int) -> dict[str, int] | None:
    return {answer: counts[answer] for answer in ANSWERS} if counts.total() >= least else None
