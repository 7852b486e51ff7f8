"""What is stored (SQLAlchemy 2); every rule that must never be broken is a constraint of the schema."""

from consensus.models.afterwards import ANSWERS, Evaluation, OpenSheet, Publication, SealedAnswer, SealedComment
from consensus.models.ballots import OpenPaper, OpenVote, SealedPaper, SealedVote
from consensus.models.base import Base, new_seat_id, new_slug
from consensus.models.conference import Conference, Item, LogEntry, SignIn
from consensus.models.discussion import Argument, Discussion, Seating, TableSeat
from consensus.models.panel import FEW, Participation, Pseudonym, Seat, attendance
from consensus.models.run import DecisionRecord, PoolItem, Run, RunChoice, Verdict
from consensus.models.stage import Stage

__all__ = [
    "ANSWERS",
    "FEW",
    "Argument",
    "Base",
    "Conference",
    "DecisionRecord",
    "Discussion",
    "Evaluation",
    "Item",
    "LogEntry",
    "OpenPaper",
    "OpenSheet",
    "OpenVote",
    "Participation",
    "PoolItem",
    "Pseudonym",
    "Publication",
    "Run",
    "RunChoice",
    "SealedAnswer",
    "SealedComment",
    "SealedPaper",
    "SealedVote",
    "Seat",
    "Seating",
    "SignIn",
    "Stage",
    "TableSeat",
    "Verdict",
    "attendance",
    "new_seat_id",
    "new_slug",
]
