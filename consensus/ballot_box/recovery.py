"""Start-up: finish what a crash interrupted, and say how things stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from consensus.ballot_box.links import scope, unlink
from consensus.database import storage
from consensus.keys import KeyStore
from consensus.models import FEW, Conference, OpenVote, PoolItem, Run, attendance

#: so many items that are open are named; of more their number is said
NAMED = 5


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A round that has begun and is not sealed. votes: on all its items; None where few seats are present."""

    conference: str
    title: str
    round: str
    open: tuple[int, ...]
    votes: int | None

    def __str__(self) -> str:
        kept = "votes" if self.votes is None else f"{self.votes} votes"
        return f'"{self.title}" ({self.conference}), round {self.round}: {self._open()}, {kept} not sealed yet are kept'

    def _open(self) -> str:
        if len(self.open) > NAMED:
            return f"{len(self.open)} items are open"
        named = ", ".join(map(str, self.open))
        return {0: "no item is open", 1: f"item {named} is open"}.get(len(self.open), f"items {named} are open")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found at start-up: keys that a crash had left and are destroyed now; open votes without their key;
    rounds under way. clean: nothing of deleted votes is left in the files, else `unlink` is to be called again."""

    unlinked: tuple[str, ...]
    lost: tuple[str, ...]
    under_way: tuple[UnderWay, ...] = ()
    clean: bool = True

    def told(self) -> Iterator[str]:
        """A line for each thing found. None where there was nothing to go on with."""
        yield from map(str, self.under_way)
        if self.unlinked:
            yield f"links of sealed votes that were still there are destroyed now: {', '.join(self.unlinked)}"
        for name in self.lost:
            yield f"the key {name} is lost: its votes count, but cannot be changed. Close and seal, or void them"


def recover(sessions: sessionmaker[Session], keys: KeyStore) -> Recovery:
    """Finish what a crash interrupted; to be called once before votes are taken."""
    unlinked, clean = unlink(sessions, keys)
    with storage(), sessions() as session:
        present = set(keys.scopes())
        in_use = {
            scope(*row)
            for row in session.execute(
                select(Conference.anonymity, Conference.id, OpenVote.run_id, OpenVote.number)
                .join_from(OpenVote, Run, OpenVote.run_id == Run.id)
                .join(Conference, Conference.id == Run.conference_id)
                .distinct()
            )
        }
        under_way = tuple(_under_way(session))
    return Recovery(tuple(unlinked), tuple(sorted(in_use - present)), under_way, clean)


def _under_way(session: Session) -> Iterator[UnderWay]:
    """Rounds that have begun and are not sealed, by title."""
    runs = session.execute(
        select(Run.id, Run.round_id, Conference.id, Conference.title)
        .join(Conference, Conference.run_id == Run.id)
        .where(Run.state != "sealed")
        .order_by(Conference.title, Conference.id)
    )
    for run, round_id, conference, title in runs.all():
        open_ = select(PoolItem.number).where(PoolItem.run_id == run, PoolItem.state == "open")
        votes = session.scalar(select(func.count()).select_from(OpenVote).where(OpenVote.run_id == run)) or 0
        _, present = attendance(session, conference)
        numbers = tuple(session.scalars(open_.order_by(PoolItem.number)))
        yield UnderWay(conference, title, round_id, numbers, None if present < FEW else votes)
