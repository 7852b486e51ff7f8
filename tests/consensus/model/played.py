"""The conference itself, led and voted in as a server does it, with crashes where a test wants them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from consensus import ballot_box, facilitation
from consensus import seats as panel
from consensus.ballot_box import BallotBox, Submission
from consensus.database import readers
from consensus.errors import CODES, Refusal
from consensus.facilitation import Standing
from consensus.intake import ItemRow
from consensus.keys import FileKeyStore
from consensus.models import Conference, Participation, Run
from consensus.snapshots import Audience, Snapshots, seat_messages
from rounds import Plan, RoundResult, Tally

Json = dict[str, Any]
AUDIENCES: tuple[Audience, ...] = ("phone", "screen", "facilitator")


class Crash(OSError):
    """The machine stopped."""


class Played:
    """A conference of its own in a database that it shares with others."""

    def __init__(self, sessions: sessionmaker[Session], keys: Path, plan: Plan, items: int, seats: int) -> None:
        self.sessions, self.place = sessions, keys
        self.engine: Engine = sessions.kw["bind"]
        self.touched = True
        self._begin_anew()
        rows = [ItemRow(number, f"The text of item {number}", None, "", "") for number in range(1, items + 1)]
        with sessions.begin() as session:
            made, self.cards = facilitation.create(session, self.keys, plan=plan, items=rows, seats=seats)
            self.id, self.code = made.id, made.join_code

    def _begin_anew(self) -> None:
        self.keys = FileKeyStore(self.place)
        self.box = BallotBox(self.sessions, self.keys)
        self.readers = readers(self.engine)

    def restart(self) -> set[str]:
        """Drop everything that is in memory and start again. Returns the keys that open votes miss."""
        self.touched = True
        self.engine.dispose()
        self._begin_anew()
        lost = ballot_box.recover(self.sessions, self.keys).lost
        return {name for name in lost if name.startswith(f"{self.id}.")}

    @contextmanager
    def crashing(self, commit: bool) -> Iterator[None]:
        """What is done inside is never committed, if that is wanted."""
        self.touched = True

        def stop(connection: object) -> None:
            raise Crash("No space left on device")

        if commit:
            event.listen(self.engine, "commit", stop)
        try:
            yield
        finally:
            if commit:
                event.remove(self.engine, "commit", stop)

    # What people do

    def act(self, action: str, details: Json, crash: str = "") -> bool | None:
        """Do an action: whether it changed anything, None for refused. crash: "commit" or "unlink": before it."""
        try:
            with self.crashing(crash == "commit"), self.sessions.begin() as session:
                outcome = facilitation.act(session, self.keys, self.id, action, details)
        except Refusal:
            return None
        except Crash:
            return None
        if outcome.unlink and not crash:
            ballot_box.unlink(self.sessions, self.keys)
        return outcome.changed

    def join(self, card: int | None) -> tuple[str, int] | None:
        """Take the seat of a card, or any by the code: (seat, generation), None for refused."""
        self.touched = True
        try:
            with self.sessions.begin() as session:
                seat = panel.join_by_code(session, self.code) if card is None else panel.join(session, self.cards[card])
                return seat.id, seat.generation
        except Refusal:
            return None

    def sign(self, seat: str, present: bool) -> None:
        self.touched = True
        with self.sessions.begin() as session:
            panel.set_present(session, seat, present)

    def withdraw(self, seat: str) -> None:
        self.touched = True
        with self.sessions.begin() as session:
            panel.withdraw(session, seat)

    def record(self, sent: Sequence[Submission], crash: bool = False) -> list[str]:
        """The codes of the answers, "" for stored."""
        with self.crashing(crash):
            answers = self.box.record(sent)
        codes = [answer.code if answer else "" for answer in answers]
        assert set(codes) <= {"", *CODES}
        return codes

    # What can be seen

    def looked_at(self, seats: Sequence[str]) -> Seen:
        """What there is now; seats: whose phones are asked what they have voted on."""
        self.touched = False
        with self.readers() as session:
            return Seen(session, self.keys, session.get_one(Conference, self.id), seats)

    def lose(self, name: str) -> None:
        self.touched = True
        self.keys.destroy(name)

    def scopes(self) -> set[str]:
        return set(self.keys.scopes())


class Seen:
    """Everything about a conference at one moment."""

    def __init__(self, session: Session, keys: FileKeyStore, conference: Conference, seats: Sequence[str]) -> None:
        standing = Standing(session, keys, conference)
        run = standing.run
        self.state, self.open_item = conference.state, conference.open_item
        self.runs = dict(standing.runs)
        self.run = run
        self.pool, self.takes = standing.pool, standing.takes
        self.tallies: dict[int, Tally] = standing.tallies(run) if run else {}
        self.turnout = {number: ballot_box.turnout(session, run, number) for number in standing.pool} if run else {}
        drawn = Snapshots(session, keys, conference, "http://here/")
        self.snapshots = {audience: drawn.of(audience) for audience in AUDIENCES}
        messages = seat_messages(session, keys, conference, dict.fromkeys(seats))
        self.voted = {seat: message["voted"] for seat, message in messages.items()}
        self.sealed = {run.round_id: contents(session, run) for run in standing.runs.values()}
        self.took_part = {run.round_id: participation(session, run) for run in standing.runs.values()}
        settled = run is not None and conference.state in ("review", "sealed")
        self.result: RoundResult | None = standing.result(run) if settled and run else None

    @property
    def steps(self) -> Json:
        found: Json = self.snapshots["facilitator"]["steps"]
        return found


def contents(session: Session, run: Run) -> Counter[frozenset[tuple[int, str]]]:
    """What stands on the sealed papers, whoever's they are."""
    papers: dict[str, set[tuple[int, str]]] = {}
    for row in ballot_box.papers(session, run):
        papers.setdefault(row.paper, set()).update({(row.number, row.choice)} if row.number is not None else ())
    return Counter(map(frozenset, papers.values()))


def participation(session: Session, run: Run) -> set[str]:
    return set(session.scalars(select(Participation.seat_id).where(Participation.run_id == run.id)))


def without_turnout(snapshots: Mapping[str, Json]) -> list[Json]:
    return [{key: value for key, value in snapshot.items() if key != "turnout"} for snapshot in snapshots.values()]
