"""A conference led through the facilitation alone: what the tests of transitions and snapshots stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from consensus import ballot_box, facilitation, seats
from consensus.ballot_box import BallotBox, Submission
from consensus.errors import Refusal
from consensus.intake import ItemRow
from consensus.keys import KeyStore
from consensus.models import Conference
from consensus.snapshots import Audience, Snapshots
from rounds import read_plan

HEAD = 'title = "T"\nprotocols = ["wide", "narrow"]\n'
TWO_ROUNDS = HEAD + (
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 2"\nto = "wide"\n{keys}\n'
    '[[rounds]]\nid = "B"\nvote_on = "held in A"\nballot = "yes-no"\nadvance = "yes > 50%"\nto = "narrow"\n'
    'otherwise = "cut"\n'
)


class Room:
    """A conference with a panel that has joined."""

    def __init__(
        self, sessions: sessionmaker[Session], keys: KeyStore, plan_text: str, items: int = 4, panel: int = 3
    ) -> None:
        self.sessions, self.keys, self.box = sessions, keys, BallotBox(sessions, keys)
        rows = [ItemRow(number, f"Item {number}", None, "", "") for number in range(1, items + 1)]
        with sessions.begin() as session:
            made, secrets = facilitation.create(
                session, keys, plan=read_plan(plan_text), items=rows, seats=panel, state="draft"
            )
            self.id = made.id
            joined = [seats.join(session, secret) for secret in secrets]
            self.panel = [(seat.id, seat.generation) for seat in joined]

    def act(self, action: str, **details: Any) -> bool:
        """Do an action, commit, unlink; return whether it changed anything."""
        with self.sessions.begin() as session:
            outcome = facilitation.act(session, self.keys, self.id, action, details)
        if outcome.unlink:
            ballot_box.unlink(self.sessions, self.keys)
        return outcome.changed

    def refused(self, action: str, **details: Any) -> str:
        """The code with which an action is refused; empty if it is not."""
        try:
            self.act(action, **details)
        except Refusal as refusal:
            return refusal.code
        return ""

    def vote(self, round_id: str, votes: Mapping[int, str], panellists: Sequence[int] = (0, 1, 2)) -> list[str]:
        """Let panellists cast the same votes; return the codes of refusals, "" for stored."""
        sent = [Submission(self.id, *self.panel[place], round_id, list(votes.items())) for place in panellists]
        return [answer.code if answer else "" for answer in self.box.record(sent)]

    def play(self, round_id: str, yes: Mapping[int, int]) -> None:
        """Start a round and vote on each of its items in turn: so many yes, the others no."""
        self.act("start", round=round_id)
        while (step := self.state()["steps"]["next"])["action"] in ("open", "next") and "item" in step:
            self.act("next")
            number = step["item"]
            for place in range(len(self.panel)):
                self.vote(round_id, {number: "yes" if place < yes.get(number, 0) else "no"}, [place])
            self.act("close")

    def state(self, audience: Audience = "facilitator") -> dict[str, Any]:
        """The snapshot of an audience."""
        with self.sessions() as session:
            conference = session.get_one(Conference, self.id)
            return Snapshots(session, self.keys, conference, "http://here/").of(audience)
