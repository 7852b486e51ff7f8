"""One action under way: the conference it is done to, what is asked before it, and how it is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.creation import log
from consensus.facilitation.standing import Standing
from consensus.intake.cells import clean
from consensus.keys import KeyStore
from consensus.models import Conference, DecisionRecord, LogEntry, Run
from rounds.languages import N_, Sentence

Details = Mapping[str, Any]
LONGEST_REASON = 2000
SEEDS = 900_000

#: state -> what it is called, for people
STATES = {
    "draft": N_("draft"),
    "lobby": N_("lobby"),
    "discussion": N_("discussion"),
    "voting": N_("voting"),
    "closed": N_("closed"),
    "review": N_("review"),
    "sealed": N_("sealed"),
    "finished": N_("finished"),
}


def has_moved_on(conference: Conference, seen: int) -> bool:
    """Whether a step has been taken since a revision; what only sets a screen or the timer is none."""
    last = conference.last_step
    return not (last["revision"] if last else 0) <= seen <= conference.revision


class Move:
    """One action under way.

    connected: the seats that have a phone on the line, None where that is not known. What comes of it beside the new
    state: unlink, links to be destroyed; secret, of a card that only the one who asked may see; moved, a seat and its
    generation, whose older phones are to be let go; told, the seats whose phones are to hear that they have left or
    are back.
    """

    def __init__(
        self, session: Session, keys: KeyStore, conference: Conference, details: dict[str, Any], actor: str
    ) -> None:
        self.session, self.keys, self.conference, self.details, self.actor = session, keys, conference, details, actor
        self.standing = Standing(session, keys, conference)
        self.unlink = False
        self.connected: Collection[str] | None = None
        self.secret: str | None = None
        self.moved: tuple[str, int] | None = None
        self.told: list[str] = []

    @property
    def state(self) -> str:
        return self.conference.state

    @property
    def run(self) -> Run:
        run = self.standing.run
        if run is None:
            raise Refusal("not-now", "No round has been started.")
        return run

    def look_again(self) -> Standing:
        """Forget what was read: something has been written."""
        self.session.flush()
        self.standing = Standing(self.session, self.keys, self.conference)
        return self.standing

    def check_fresh(self) -> None:
        """Refuse what was decided before the last step was taken."""
        seen = self.details.get("revision")
        if seen is None:
            return
        if type(seen) is not int:
            raise Refusal("stale", "The revision is not a number.")
        if has_moved_on(self.conference, seen):
            raise Refusal("stale", "The conference has moved on since this was decided. Look again.")

    def check_state(self, *allowed: str) -> None:
        if self.state not in allowed:
            raise Refusal(
                "not-now",
                "This cannot be done while the conference is in the state “%(state)s”.",
                state=Sentence(STATES[self.state]),
            )

    def item(self) -> int:
        """The item named in the body, which must be in the pool."""
        number = self.details.get("item")
        if type(number) is not int or number not in self.standing.pool:
            raise Refusal("not-on-ballot", "Item %(item)s is not voted on in this round.", item=str(number)[:20])
        return number

    def reason(self) -> str:
        reason = self.details.get("reason")
        if not isinstance(reason, str) or not clean(reason)[0]:
            raise Refusal("not-now", "Give a reason: it is written in the log.")
        return clean(reason)[0][:LONGEST_REASON]

    def record(self, action: str, state: str, *, undo: Details | None = None, **details: Any) -> None:
        """Take the conference to a state and log the step. undo: what it takes to undo it, None if that cannot be."""
        before = self.state
        self.conference.revision += 1
        self.conference.state = state
        if self.standing.run is not None and state in ("discussion", "voting", "closed", "review"):
            self.standing.run.state = state
        log(self.session, self.conference, action, self.actor, **details)
        step = {"action": action, "revision": self.conference.revision}
        self.conference.last_step = step if undo is None else {**step, "from": before, **details, **undo}

    def aside(self, action: str, **details: Any) -> None:
        """Log what is done beside the steps: undo takes back the same step as before, and no step becomes stale."""
        self.conference.revision += 1
        log(self.session, self.conference, action, self.actor, **details)


def show_seed(move: Move) -> None:
    """Choose the seed of a lot once it is known that one is needed: it is shown before it is drawn."""
    run = move.run
    if run.seed is None and any(tie.lot for tie in move.standing.result(run).unresolved):
        run.seed = str(100_000 + secrets.randbelow(SEEDS))
        log(move.session, move.conference, "seed", "program", round=run.round_id, seed=run.seed)


def unsettle(move: Move) -> dict[str, Any]:
    """Drop what was decided, or to be drawn, on votes that may change now; return it, for undo.

    Raises Refusal("not-now") once the lot has been drawn.
    """
    run = move.run
    if run.seed_drawn:
        raise Refusal("not-now", "The lot has been drawn. A vote cannot be changed after that.")
    decisions = [[number, *decision] for number, decision in decided(move).items()]
    move.session.execute(delete(DecisionRecord).where(DecisionRecord.run_id == run.id))
    seed, run.seed = run.seed, None
    return {"decisions": decisions, "seed": seed}


def votes_seen(move: Move) -> bool:
    """Whether anybody, the facilitator included, may know how votes of the run under way fell."""
    round = move.standing.plan.round(move.run.round_id)
    if round.pace == "plenary" and round.feedback != "none":
        return True
    of_conference = LogEntry.conference_id == move.conference.id
    query = select(LogEntry.details).where(of_conference, LogEntry.action.in_(("review", "seal")))
    return any(details.get("round") == move.run.round_id for details in move.session.scalars(query))


def decided(move: Move) -> dict[int, tuple[str, str]]:
    """Item number -> (verdict, reason) of every decision made in the run under way."""
    return {decision.items[0]: (decision.verdict, decision.reason) for decision in move.standing.decisions(move.run)}
