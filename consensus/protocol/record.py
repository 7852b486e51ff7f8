"""Everything that a document is made from; itself a function of files (or of the database that holds the same)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consensus.evaluation import Evaluated
from consensus.intake import ItemRow
from consensus.papers import BallotRow
from consensus.replay import Attendance, DecisionRow, Replayed
from rounds import Plan


@dataclass(frozen=True, slots=True)
class LogRow:
    """What was done to the conference: moment (ISO 8601, UTC), who, the action, its details."""

    at: str
    actor: str
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """An argument on an item that the panel was shown; side: `for` or `against`."""

    number: int
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """A conference as far as it is sealed. lots: round id -> seed. attendance: round id -> seats.

    evaluation: what the panel thought of it, once that is closed. It is about the conference and no part of its result:
    the archive, which is recounted, goes without.
    """

    title: str
    language: str
    plan: Plan
    items: tuple[ItemRow, ...]
    replayed: Replayed
    ballots: tuple[BallotRow, ...]
    decisions: tuple[DecisionRow, ...]
    lots: Mapping[str, str]
    attendance: Mapping[str, Attendance]
    log: tuple[LogRow, ...]
    arguments: tuple[ArgumentRow, ...] = ()
    evaluation: Evaluated | None = None

    @property
    def day(self) -> date:
        """The day of the last step: documents carry it, so that exporting again gives the same bytes."""
        return datetime.fromisoformat(self.log[-1].at).date() if self.log else date(1970, 1, 1)

    def item(self, number: int) -> ItemRow:
        return next(item for item in self.items if item.number == number)
