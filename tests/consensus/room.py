"""A conference led through facilitation and ballot box, for tests: each call is one committed step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from consensus import ballot_box, facilitation
from consensus import seats as panel
from consensus.ballot_box import Submission
from consensus.database import readers
from consensus.errors import Refusal
from consensus.facilitation import Standing, Steps
from consensus.intake import ItemRow
from consensus.keys import FileKeyStore
from consensus.models import Base, Conference, DecisionRecord, LogEntry, Run
from consensus.protocol.record import Record
from consensus.records import record_of
from consensus.snapshots import Audience, snapshot
from rounds import Plan, read_plan

Json = dict[str, Any]
URL = "http://192.168.1.5:5000/"


def plan_text(*rounds: str, head: str = "") -> str:
    """A plan with the protocols `wide` and `narrow`; a round is its keys, one after the other."""
    parts = [f'title = "Trial"\nprotocols = ["wide", "narrow"]\n{head}\n']
    return "\n".join([*parts, *(f"[[rounds]]\n{keys}\n" for keys in rounds)])


def round_keys(id: str = "A", *, ballot: str = "yes-no", vote_on: str = "all", **keys: str) -> str:
    """The keys of a round; it advances the best to `wide` and cuts the rest unless told otherwise."""
    wanted = {"id": id, "vote_on": vote_on, "ballot": ballot, "advance": "top 1", "to": "wide", "otherwise": "cut"}
    return "\n".join(f'{key} = "{value}"' for key, value in {**wanted, **keys}.items() if value)


class Room:
    """A panel, its facilitator and what they see."""

    def __init__(self, sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
        self.sessions, self.keys = sessions, keys
        self.box = ballot_box.BallotBox(sessions, keys)
        self.readers = readers(sessions.kw["bind"])
        self.id = ""
        self.seats: list[str] = []
        self.secrets: list[str] = []

    def begin(
        self,
        plan: str | Plan,
        *,
        items: int | Mapping[int, str | None] = 2,
        seats: int = 3,
        groups: Mapping[str, int] | None = None,
        state: str = "lobby",
    ) -> Room:
        """Make a conference in which every seat is taken. items: how many, or number -> kind."""
        plan = read_plan(plan) if isinstance(plan, str) else plan
        kinds = items if isinstance(items, Mapping) else dict.fromkeys(range(1, items + 1), (plan.kinds or (None,))[0])
        rows = [ItemRow(number, f"The text of item {number}", kind, "", "") for number, kind in kinds.items()]
        with self.sessions.begin() as session:
            made, self.secrets = facilitation.create(
                session, self.keys, plan=plan, items=rows, seats=seats, groups=groups, state=state
            )
            self.id = made.id
            self.seats = [panel.join(session, secret).id for secret in self.secrets]
        return self

    # The facilitator

    def act(self, action: str, **details: Any) -> bool:
        """Do an action as a server does. Returns whether it changed anything."""
        with self.sessions.begin() as session:
            outcome = facilitation.act(session, self.keys, self.id, action, details)
        if outcome.unlink:
            ballot_box.unlink(self.sessions, self.keys)
        return outcome.changed

    def tried(self, action: str, **details: Any) -> str:
        """What an action would do: "done", "harmless" or the code of its refusal. Changes nothing."""
        with self.sessions() as session:
            try:
                outcome = facilitation.act(session, self.keys, self.id, action, details)
            except Refusal as refusal:
                return refusal.code
            finally:
                session.rollback()
        return "done" if outcome.changed else "harmless"

    def lead(self, *steps: str | tuple[str, Json]) -> Room:
        """Do several actions, each of which must change something."""
        for step in steps:
            action, details = (step, {}) if isinstance(step, str) else step
            assert self.act(action, **details), f"{action} changed nothing"
        return self

    def hold(self, round_id: str, yes: Mapping[int, int]) -> Room:
        """Start a plenary round on a yes-no ballot and vote on every item: number -> how many say yes."""
        self.lead(("start", {"round": round_id}))
        while self.next_step()["action"] == "open" or (self.state == "closed" and self.next_step().get("item")):
            self.act("next")
            number = self.conference.open_item
            assert number is not None
            self.vote_all({number: yes[number]})
            self.act("close")
        return self

    @property
    def conference(self) -> Conference:
        with self.sessions() as session:
            return session.get_one(Conference, self.id)

    @property
    def state(self) -> str:
        return self.conference.state

    @property
    def revision(self) -> int:
        return self.conference.revision

    def steps(self) -> Steps:
        with self.readers() as session:
            return facilitation.steps(self._standing(session))

    def next_step(self) -> Json:
        return self.steps().next or {"action": ""}

    def pool(self) -> dict[int, str]:
        with self.readers() as session:
            return self._standing(session).pool

    def verdicts(self) -> dict[int, str | None]:
        """Item number -> verdict of the run under way, as its votes stand."""
        with self.readers() as session:
            standing = self._standing(session)
            assert standing.run is not None
            return {item.number: item.verdict for item in standing.result(standing.run).items}

    def protocols(self) -> dict[str, tuple[int, ...]]:
        with self.readers() as session:
            return self._standing(session).walk.protocols

    def run(self, round_id: str) -> Run:
        with self.readers() as session:
            return self._standing(session).runs[round_id]

    def record(self) -> Record:
        with self.readers() as session:
            return record_of(session, session.get_one(Conference, self.id))

    def snapshot(self, audience: Audience = "facilitator") -> Json:
        with self.readers() as session:
            return snapshot(session, self.keys, session.get_one(Conference, self.id), audience, URL)

    def log(self) -> list[tuple[str, Json]]:
        with self.sessions() as session:
            query = select(LogEntry).where(LogEntry.conference_id == self.id).order_by(LogEntry.id)
            return [(entry.action, entry.details) for entry in session.scalars(query)]

    def decisions(self) -> dict[int, tuple[str, str]]:
        with self.sessions() as session:
            return {d.number: (d.verdict, d.reason) for d in session.scalars(select(DecisionRecord))}

    # The panel

    def vote(self, place: int, *votes: tuple[int, str], round_id: str | None = None) -> str | None:
        """Vote from the seat at a place; the code of the refusal, None for stored."""
        return self.cast({place: votes}, round_id)[0]

    def cast(self, papers: Mapping[int, Sequence[tuple[int, str]]], round_id: str | None = None) -> list[str | None]:
        """Seats at their places send votes, all in one batch; the codes of the answers."""
        with self.readers() as session:
            run = self._standing(session).run
            seats = session.scalars(select(panel.Seat).where(panel.Seat.conference_id == self.id))
            generations = {seat.id: seat.generation for seat in seats}
        round_id = round_id or (run.round_id if run else "")
        own = [(self.seats[place], list(votes)) for place, votes in papers.items()]
        answers = self.box.record([Submission(self.id, s, generations[s], round_id, votes) for s, votes in own])
        return [None if answer is None else answer.code for answer in answers]

    def vote_all(self, yes: Mapping[int, int], seats: Iterable[int] | None = None) -> None:
        """Every seat votes on the items: number -> how many say yes, the first ones."""
        places = range(len(self.seats)) if seats is None else seats
        papers = {
            place: [(number, "yes" if rank < count else "no") for number, count in yes.items()]
            for rank, place in enumerate(places)
        }
        assert set(self.cast(papers)) <= {None}

    def papers(self, *papers: Sequence[tuple[int, str]]) -> None:
        """The first seats hand in a whole paper each."""
        assert set(self.cast(dict(enumerate(papers)))) <= {None}

    # What is stored

    def dump(self) -> Json:
        """Every table but the log and what only counts up: revision, last step, takes."""
        with self.sessions() as session:
            found = {}
            for table in Base.metadata.sorted_tables:
                if table.name not in ("log_entry", "sign_in"):
                    rows = [dict(row) for row in session.execute(select(table)).mappings()]
                    found[table.name] = sorted(json.dumps(_kept(row), default=repr, sort_keys=True) for row in rows)
            return found

    def count(self, table: type[Base]) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def _standing(self, session: Session) -> Standing:
        return Standing(session, self.keys, session.get_one(Conference, self.id))


def _kept(row: Mapping[str, Any]) -> Json:
    return {key: value for key, value in row.items() if key not in ("revision", "last_step", "take")}
