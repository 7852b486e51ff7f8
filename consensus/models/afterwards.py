"""What comes after the votes: the public address of the result, and the panel's evaluation of the conference.

An evaluation is as anonymous as a vote: sheets lie under a keyed hash of the seat while it is open. Once it is closed
each answer stands alone under a random id, and what was written in free text stands apart from all of them.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import UNORDERED, Base, one_of

Answer = Literal["satisfied", "neither", "dissatisfied"]
ANSWERS: tuple[Answer, ...] = ("satisfied", "neither", "dissatisfied")


class Publication(Base):
    """The result is to be read at an address that holds the token; with `files` PDF and archive can be taken there."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("token"),)

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    token: Mapped[str]
    files: Mapped[bool] = mapped_column(default=False)


class Evaluation(Base):
    """The evaluation of a conference. questions: {"sv": [...], "en": [...]}, the same number in each.

    sheets: how many were handed in, written down when it is closed. shown: its result is on the screen.
    """

    __tablename__ = "evaluation"
    __table_args__ = (one_of("state", "open", "closed"), CheckConstraint("sheets >= 0", name="sheets"))

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(default="open")
    questions: Mapped[dict[str, Any]]
    sheets: Mapped[int | None] = mapped_column(default=None)
    shown: Mapped[bool] = mapped_column(default=False)


class OpenSheet(Base):
    """A sheet handed in while the evaluation is open. The primary key is the rule: one seat, one sheet.

    answers: a letter for each question, "s", "n", "d", or "-" where it was passed over.
    """

    __tablename__ = "open_sheet"
    __table_args__ = (CheckConstraint("length(voter) = 32", name="voter"), UNORDERED)

    conference_id: Mapped[str] = mapped_column(
        ForeignKey("evaluation.conference_id", ondelete="CASCADE"), primary_key=True
    )
    voter: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    answers: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")


class SealedAnswer(Base):
    """One answer to one question, after the close. Nothing joins two answers of one person."""

    __tablename__ = "sealed_answer"
    __table_args__ = (one_of("answer", *ANSWERS), CheckConstraint("question >= 0", name="question"), UNORDERED)

    conference_id: Mapped[str] = mapped_column(
        ForeignKey("evaluation.conference_id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[int]
    answer: Mapped[str]


class SealedComment(Base):
    """What somebody wrote in free text, after the close, beside nothing else."""

    __tablename__ = "sealed_comment"
    __table_args__ = (UNORDERED,)

    conference_id: Mapped[str] = mapped_column(
        ForeignKey("evaluation.conference_id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
