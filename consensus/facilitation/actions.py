"""The transitions of a conference, one function each.

Each looks first whether it has been done already (then it is harmless), then whether it was decided on an older
state than the conference is in (then it is refused as `stale`), then whether it can be done now.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.creation import log
from consensus.facilitation.standing import Standing
from consensus.keys import KeyStore
from consensus.models import Conference, DecisionRecord, PoolItem, Run, RunChoice, Verdict
from rounds import RoundResult, run_off_pool, run_off_round
from rounds.plan import RUN_OFF, VERDICTS

Details = Mapping[str, Any]
LONGEST_REASON = 2000
SEEDS = 900_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: whether anything changed, and whether links are to be destroyed after the commit."""

    changed: bool
    unlink: bool = False


def act(
    session: Session,
    keys: KeyStore,
    conference_id: str,
    action: str,
    details: Details | None = None,
    *,
    actor: str = "facilitator",
) -> Outcome:
    """Do a named action. details: its body; `revision` there is the one it was decided on.

    Raises Refusal: "not-now", "stale", "not-on-ballot", "bad-choice"; the transaction is then to be rolled back.
    """
    conference = session.get(Conference, conference_id, with_for_update=True, populate_existing=True)
    if conference is None:
        raise Refusal("not-allowed", "There is no such conference.")
    move = _Move(session, keys, conference, dict(details or {}), actor)
    done = ACTIONS[action](move)
    return Outcome(done, move.unlink)


class _Move:
    """One action under way."""

    def __init__(
        self, session: Session, keys: KeyStore, conference: Conference, details: dict[str, Any], actor: str
    ) -> None:
        self.session, self.keys, self.conference, self.details, self.actor = session, keys, conference, details, actor
        self.standing = Standing(session, keys, conference)
        self.unlink = False

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
        seen, last = self.details.get("revision"), self.conference.last_step
        if seen is None:
            return
        if type(seen) is not int:
            raise Refusal("stale", "The revision is not a number.")
        if seen < (last["revision"] if last else 0) or seen > self.conference.revision:
            raise Refusal("stale", "The conference has moved on since this was decided. Look again.")

    def check_state(self, *allowed: str) -> None:
        if self.state not in allowed:
            raise Refusal("not-now", f'This cannot be done while the conference is in the state "{self.state}".')

    def item(self) -> int:
        """The item named in the body, which must be in the pool."""
        number = self.details.get("item")
        if type(number) is not int or number not in self.standing.pool:
            raise Refusal("not-on-ballot", f"Item {str(number)[:20]} is not voted on in this round.")
        return number

    def reason(self) -> str:
        reason = self.details.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            raise Refusal("not-now", "Give a reason: it is written in the log.")
        return " ".join(reason.split())[:LONGEST_REASON]

    def record(self, action: str, state: str, *, undoable: bool = True, **details: Any) -> None:
        """Take the conference to a state, with the step logged and kept for undo."""
        before = self.state
        self.conference.revision += 1
        self.conference.state = state
        if self.standing.run is not None and state in ("discussion", "voting", "closed", "review"):
            self.standing.run.state = state
        told = {key: value for key, value in details.items() if key not in ("state", "opened")}
        log(self.session, self.conference, action, self.actor, **told)
        step = {"action": action, "from": before, "revision": self.conference.revision, **details}
        self.conference.last_step = step if undoable else {"action": action, "revision": self.conference.revision}


def open_doors(move: _Move) -> bool:
    """Let the panel in."""
    if move.state != "draft":
        return False
    move.check_fresh()
    if not move.standing.items:
        raise Refusal("not-now", "Load the items first.")
    move.record("lobby", "lobby")
    return True


def start(move: _Move) -> bool:
    """Begin a round, or the run-off of the one under review: its pool, its ballot and its rule are fixed now."""
    id = move.details.get("round")
    standing = move.standing
    if not isinstance(id, str) or not _is_round(standing, id):
        raise Refusal("not-now", f'"{str(id)[:40]}" is not a round of the plan.')
    if standing.run is not None and standing.run.round_id == id and standing.run.state != "sealed":
        return False
    move.check_fresh()
    if id in standing.runs:
        raise Refusal("not-now", f"Round {id} has been held already.")
    if id.endswith(RUN_OFF):
        pool, ballot = _run_off(move, id)
    else:
        pool, ballot = _pool(move, id)
    run = Run(
        conference_id=move.conference.id, round_id=id, ballot=ballot, ordinal=len(standing.runs) + 1, state="discussion"
    )
    move.session.add(run)
    move.session.flush()
    choices = standing.plan.round(id).ballot.choices
    move.session.add_all(RunChoice(run_id=run.id, choice=choice) for choice in choices)
    move.session.add_all(PoolItem(run_id=run.id, number=number) for number in pool)
    former = move.conference.run_id
    move.conference.run_id, move.conference.open_item = run.id, None
    move.record("start", "discussion", round=id, former=former)
    return True


def _is_round(standing: Standing, id: str) -> bool:
    try:
        standing.plan.round(id)
    except KeyError:
        return False
    return True


def _pool(move: _Move, id: str) -> tuple[tuple[int, ...], str]:
    move.check_state("lobby", "sealed")
    if missing := move.standing.walk.missing(id):
        raise Refusal("not-now", f"Round {id} needs the outcome of round {missing[0]}, which is not sealed.")
    return move.standing.walk.pool(id), move.standing.plan.round(id).ballot.text


def _run_off(move: _Move, id: str) -> tuple[tuple[int, ...], str]:
    move.check_state("review")
    result = move.standing.result(move.run)
    if move.run.round_id + RUN_OFF != id or not any(tie.policy == "run-off" for tie in result.unresolved):
        raise Refusal("not-now", "There is no tie that a run-off would settle.")
    return run_off_pool(result), run_off_round(result).ballot.text


def open_item(move: _Move) -> bool:
    """Open an item for votes; at pace `paper` all that wait."""
    run = move.run
    paper = move.standing.plan.round(run.round_id).pace == "paper"
    if paper:
        return _open(move, move.standing.waiting, None) if move.state != "voting" else False
    number = move.item()
    if move.state == "voting" and move.standing.pool[number] == "open":
        return False
    move.check_fresh()
    if move.state == "voting":
        raise Refusal("not-now", f"Item {move.conference.open_item} is open. Close it first.")
    if move.standing.pool[number] == "closed":
        raise Refusal("not-now", f"Item {number} has been voted on. Reopen it, or void its vote.")
    return _open(move, [number], number)


def _open(move: _Move, numbers: list[int], number: int | None) -> bool:
    move.check_fresh()
    move.check_state("discussion", "closed")
    if not numbers:
        raise Refusal("not-now", "Every item of the round has been voted on.")
    ballot_box.open_items(move.session, move.keys, move.run, numbers)
    former, move.conference.open_item = move.conference.open_item, number
    move.record("open", "voting", item=number, opened=numbers, former=former)
    return True


def close(move: _Move) -> bool:
    """Close what is open."""
    if move.state == "closed":
        return False
    move.check_fresh()
    move.check_state("voting")
    numbers = move.standing.open
    ballot_box.close(move.session, move.keys, move.run, numbers)
    move.unlink = move.conference.anonymity == "vote"
    move.record("close", "closed", item=move.conference.open_item, opened=numbers)
    if not move.look_again().waiting:
        _show_seed(move)
    return True


def _show_seed(move: _Move) -> None:
    """Choose the seed of a lot once it is known that one is needed: it is shown before it is drawn."""
    run = move.run
    if run.seed is None and any(tie.lot for tie in move.standing.result(run).unresolved):
        run.seed = str(100_000 + secrets.randbelow(SEEDS))
        log(move.session, move.conference, "seed", "program", round=run.round_id, seed=run.seed)


def go_on(move: _Move) -> bool:
    """Open the next item, or go to the review when every item has been voted on."""
    run = move.run
    if move.state in ("voting", "review"):
        return False
    move.check_fresh()
    move.check_state("discussion", "closed")
    left = move.standing.waiting
    if left:
        paper = move.standing.plan.round(run.round_id).pace == "paper"
        return _open(move, left if paper else left[:1], None if paper else left[0])
    _show_seed(move)
    move.record("review", "review", round=run.round_id)
    return True


def reopen(move: _Move) -> bool:
    """Open a closed item again. Votes are kept where their links still exist; else it is voted on anew."""
    number = move.item()
    if move.state == "voting" and move.standing.pool[number] == "open":
        return False
    move.check_fresh()
    move.check_state("closed", "review")
    if move.standing.pool[number] != "closed":
        raise Refusal("not-now", f"Item {number} has not been voted on yet. Open it.")
    kept = _reopen(move, number)
    paper = move.standing.plan.round(move.run.round_id).pace == "paper"
    former, move.conference.open_item = move.conference.open_item, None if paper else number
    move.record("reopen", "voting", item=number, kept=kept, former=former)
    return True


def _reopen(move: _Move, number: int) -> bool:
    """Open an item again in the ballot box; what was decided on the old votes goes."""
    run = move.run
    if run.seed_drawn:
        raise Refusal("not-now", "The lot has been drawn. A vote cannot be changed after that.")
    move.session.execute(delete(DecisionRecord).where(DecisionRecord.run_id == run.id))
    run.seed = None
    return ballot_box.reopen(move.session, move.keys, run, number)


def void(move: _Move) -> bool:
    """Throw the votes on an item away; it waits to be voted on anew."""
    number = move.item()
    if move.standing.pool[number] == "waiting":
        return False
    reason = move.reason()
    move.check_fresh()
    move.check_state("voting", "closed", "review")
    run = move.run
    if run.seed_drawn:
        raise Refusal("not-now", "The lot has been drawn. A vote cannot be voided after that.")
    move.session.execute(delete(DecisionRecord).where(DecisionRecord.run_id == run.id))
    run.seed = None
    ballot_box.discard(move.session, run, number)
    still_open = bool(move.look_again().open)
    if move.conference.open_item == number:
        move.conference.open_item = None
    move.unlink = True
    move.record("void", "voting" if still_open else "closed", undoable=False, item=number, reason=reason)
    return True


def decide(move: _Move) -> bool:
    """Settle tied items under `ask`."""
    numbers, verdict = move.details.get("items"), move.details.get("verdict")
    if verdict not in VERDICTS:
        raise Refusal("bad-choice", f"The verdict must be one of {', '.join(VERDICTS)}.")
    if not isinstance(numbers, list) or not numbers or any(type(number) is not int for number in numbers):
        raise Refusal("not-on-ballot", "Name the items that are decided on.")
    run = move.run
    made = {d.items[0]: d.verdict for d in move.standing.decisions(run)}
    if all(made.get(number) == verdict for number in numbers):
        return False
    reason = move.reason()
    move.check_fresh()
    _check_reviewable(move)
    result = move.standing.result(run)
    asked = {number for tie in result.ties if tie.policy == "ask" for number in tie.items}
    if not set(numbers) <= asked:
        raise Refusal("not-now", "Only items tied across the line are decided on, where the plan says to ask.")
    if verdict == "stay" and result.round.otherwise != "stay":
        raise Refusal("bad-choice", "Nothing can stay in this round: it does not vote on a protocol.")
    for number in numbers:
        move.session.merge(DecisionRecord(run_id=run.id, number=number, verdict=verdict, reason=reason))
    move.session.flush()
    former = {str(number): made.get(number) for number in numbers}
    move.record("decide", "review", round=run.round_id, items=numbers, verdict=verdict, reason=reason, former=former)
    return True


def draw(move: _Move) -> bool:
    """Draw the lot with the seed that was shown."""
    run = move.run
    if run.seed_drawn:
        return False
    move.check_fresh()
    _check_reviewable(move)
    if run.seed is None:
        raise Refusal("not-now", "There is no tie that a lot would settle.")
    run.seed_drawn = True
    move.record("draw", "review", undoable=False, round=run.round_id, seed=run.seed)
    return True


def _check_reviewable(move: _Move) -> None:
    """Whether every item has been voted on, so that the round's verdicts exist."""
    move.check_state("closed", "review")
    if left := move.standing.waiting:
        raise Refusal("not-now", f"{len(left)} items have not been voted on, the first is item {left[0]}.")


def seal(move: _Move) -> bool:
    """Take the verdicts into the conference and unlink the votes. Sealing a run-off seals its round too."""
    run = move.run
    if run.state == "sealed":
        return False
    move.check_fresh()
    _check_reviewable(move)
    if run.seed is not None and not run.seed_drawn:
        run.seed_drawn = True
        log(move.session, move.conference, "draw", move.actor, round=run.round_id, seed=run.seed)
    result = move.standing.result(run)
    if ties := result.unresolved:
        items = ", ".join(map(str, ties[0].open))
        raise Refusal("not-now", f"Items {items} are tied for {ties[0].open_places} places. Settle that first.")
    move.unlink = True
    move.conference.state = "review"  # what undo leads back to, also where the review was passed over
    _seal(move, run, result)
    move.record("seal", "sealed", round=run.round_id, counts=result.counts)
    if run.round_id.endswith(RUN_OFF):
        _seal_parent(move, run)
    move.conference.open_item = None
    return True


def _seal(move: _Move, run: Run, result: RoundResult) -> None:
    ballot_box.seal(move.session, move.keys, run)
    for item in result.items:
        reason = {"sv": item.reason("sv"), "en": item.reason("en")}
        move.session.merge(
            Verdict(run_id=run.id, number=item.number, verdict=item.verdict, rank=item.rank, reason=reason)
        )
    move.session.flush()


def _seal_parent(move: _Move, run: Run) -> None:
    """Seal the round that a run-off settled. Were it a step of its own, a repeated `seal` would take both."""
    standing = move.look_again()
    parent = standing.runs[run.round_id.removesuffix(RUN_OFF)]
    result = standing.result(parent)
    _seal(move, parent, result)
    log(move.session, move.conference, "seal", move.actor, round=parent.round_id, counts=result.counts)
    move.conference.run_id = parent.id


def finish(move: _Move) -> bool:
    """End the conference: nothing is voted on any more, the last links go."""
    if move.state == "finished":
        return False
    move.check_fresh()
    move.check_state("lobby", "sealed")
    ballot_box.forget_pseudonyms(move.session, move.conference)
    move.unlink = True
    move.record("finish", "finished")
    return True


def undo(move: _Move) -> bool:
    """Take back the last step. There is one step to take back, so that a repeated undo is harmless."""
    last = move.conference.last_step
    if last is None or last["action"] == "undo":
        return False
    reason = move.reason()
    move.check_fresh()
    if last["action"] not in _TAKE_BACK or "from" not in last:
        raise Refusal("not-now", f'The last step ("{last["action"]}") cannot be taken back.')
    _TAKE_BACK[last["action"]](move, last)
    taken_back = {key: last[key] for key in ("round", "item") if last.get(key) is not None}
    move.record("undo", last["from"], undoable=False, step=last["action"], reason=reason, **taken_back)
    return True


def _unstart(move: _Move, last: Details) -> None:
    run = move.run
    move.conference.run_id = last["former"]
    move.session.flush()
    for table in (PoolItem, RunChoice):
        move.session.execute(delete(table).where(table.run_id == run.id))
    move.session.delete(run)
    move.look_again()


def _unopen(move: _Move, last: Details) -> None:
    for number in last["opened"]:
        ballot_box.discard(move.session, move.run, number)
    move.conference.open_item = last["former"]
    move.unlink = True


def _unclose(move: _Move, last: Details) -> None:
    for number in last["opened"]:
        _reopen(move, number)


def _unreopen(move: _Move, last: Details) -> None:
    ballot_box.close(move.session, move.keys, move.run, [last["item"]])
    move.conference.open_item = last["former"]
    move.unlink = True
    if not move.look_again().waiting:
        _show_seed(move)


def _undecide(move: _Move, last: Details) -> None:
    for number in last["items"]:
        decision = move.session.get_one(DecisionRecord, (move.run.id, number))
        former = last["former"][str(number)]
        if former is None:
            move.session.delete(decision)
        else:
            decision.verdict = former
    move.session.flush()


def _unseal(move: _Move, last: Details) -> None:
    """The round is under review again; its votes stay unlinked, so a reopened item is voted on anew."""
    run = move.standing.runs[last["round"]]
    parent = move.standing.runs.get(run.round_id.removesuffix(RUN_OFF), run)
    move.session.execute(delete(Verdict).where(Verdict.run_id.in_([run.id, parent.id])))
    run.state = parent.state = "review"
    move.conference.run_id = run.id
    move.look_again()


def _nothing(move: _Move, last: Details) -> None:
    """A step that only changed the state, which `undo` sets back."""


_TAKE_BACK: dict[str, Callable[[_Move, Details], None]] = {
    "lobby": _nothing,
    "start": _unstart,
    "open": _unopen,
    "close": _unclose,
    "review": _nothing,
    "reopen": _unreopen,
    "decide": _undecide,
    "seal": _unseal,
    "finish": _nothing,
}

ACTIONS: dict[str, Callable[[_Move], bool]] = {
    "lobby": open_doors,
    "start": start,
    "open": open_item,
    "close": close,
    "next": go_on,
    "reopen": reopen,
    "void": void,
    "decide": decide,
    "draw": draw,
    "seal": seal,
    "undo": undo,
    "finish": finish,
}


def conferences(session: Session) -> list[Conference]:
    """Every conference, by title."""
    return list(session.scalars(select(Conference).order_by(Conference.title)))
