"""What the phones know of their votes, and what may therefore be stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from consensus.ballot_box.links import scope
from consensus.keys import FileKeyStore, voter
from consensus.models import OpenVote, PoolItem, Run, SealedVote
from tests.faults.stage import Made

UNSURE, STORED, REFUSED = "unsure", "stored", "refused"


class Opening(NamedTuple):
    """One vote on an item: it ends where its votes are thrown away."""

    conference: str
    round: str
    item: int
    take: int


@dataclass
class Attempt:
    """A vote that was sent, maybe several times; unsure until it is answered."""

    choice: str
    outcome: str = UNSURE


@dataclass
class Ledger:
    """Every vote that was sent: opening -> seat -> attempts, in the order in which they were made."""

    attempts: dict[Opening, dict[str, list[Attempt]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    answers: Counter[str] = field(default_factory=Counter)

    def begin(self, opening: Opening, seat: str, choice: str) -> Attempt:
        attempt = Attempt(choice)
        self.attempts[opening][seat].append(attempt)
        return attempt

    def settle(self, attempt: Attempt, outcome: str) -> None:
        attempt.outcome = outcome
        self.answers[outcome] += 1

    @property
    def unsure(self) -> int:
        """How many votes were sent and never answered."""
        seats = (attempts for of_opening in self.attempts.values() for attempts in of_opening.values())
        return sum(attempt.outcome == UNSURE for attempts in seats for attempt in attempts)

    def possible(self, opening: Opening, seat: str) -> set[str | None]:
        """What may be stored: the last vote that was acknowledged, or a later one that nobody answered."""
        found: set[str | None] = {None}
        for attempt in self.attempts.get(opening, {}).get(seat, ()):
            if attempt.outcome == STORED:
                found = {attempt.choice}
            elif attempt.outcome == UNSURE:
                found.add(attempt.choice)
        return found

    def check(self, engine: Engine, keys: FileKeyStore, made: Made) -> Counter[str]:
        """Compare everything stored of a conference with what the phones know. The server is not running."""
        looked: Counter[str] = Counter()
        with Session(engine) as session:
            for run in session.scalars(select(Run).where(Run.conference_id == made.id)):
                for item in session.scalars(select(PoolItem).where(PoolItem.run_id == run.id)):
                    looked[self._check_item(session, keys, made, run, item)] += 1
        return looked

    def _check_item(self, session: Session, keys: FileKeyStore, made: Made, run: Run, item: PoolItem) -> str:
        opening = Opening(made.id, run.round_id, item.number, item.take)
        place = (run.id, item.number)
        sealed = session.scalars(select(SealedVote.choice).where(_is_at(SealedVote, place))).all()
        opened = dict(session.execute(select(OpenVote.voter, OpenVote.choice).where(_is_at(OpenVote, place))).all())
        assert not (sealed and opened), f"{opening}: votes open and sealed at once"
        seats = [seat for seat, _ in made.phones]
        if sealed:
            self._check_counts(opening, Counter(sealed), seats)
            return "sealed"
        key = keys.get(scope(made.level, made.id, run.id, item.number))
        hashes = {voter(key, seat): seat for seat in seats} if key else {}
        assert opened.keys() <= hashes.keys(), f"{opening}: votes of nobody"
        stored = {hashes[hashed]: choice for hashed, choice in opened.items()}
        for seat in seats:
            may = self.possible(opening, seat)
            assert stored.get(seat) in may, f"{opening}: {stored.get(seat)} is stored of {seat}, possible is {may}"
        return "open"

    def _check_counts(self, opening: Opening, counts: Counter[str], seats: list[str]) -> None:
        """Who voted how is gone: each choice has at least the votes that were sure, at most those that may be."""
        possible = [self.possible(opening, seat) for seat in seats]
        choices = {choice for may in possible for choice in may if choice is not None} | counts.keys()
        for choice in choices:
            least = sum(may == {choice} for may in possible)
            most = sum(choice in may for may in possible)
            assert least <= counts[choice] <= most, (
                f"{opening}: {counts[choice]} {choice}, but {least} to {most} were cast"
            )
        voted = sum(None not in may for may in possible), sum(may != {None} for may in possible)
        assert voted[0] <= counts.total() <= voted[1], f"{opening}: {counts.total()} votes, but {voted} phones voted"


def _is_at(table: type[OpenVote] | type[SealedVote], place: tuple[int, int]) -> object:
    return (table.run_id == place[0]) & (table.number == place[1])
