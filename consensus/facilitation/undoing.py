"""Take back the last step: a new step itself, logged with its reason."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.move import Details, Move, open_again, show_seed
from consensus.models import DecisionRecord, PoolItem, RunChoice, Verdict
from rounds.plan import RUN_OFF


def undo(move: Move) -> bool:
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


def _unstart(move: Move, last: Details) -> None:
    run = move.run
    move.conference.run_id = last["former"]
    move.session.flush()
    for table in (PoolItem, RunChoice):
        move.session.execute(delete(table).where(table.run_id == run.id))
    move.session.delete(run)
    move.look_again()


def _unopen(move: Move, last: Details) -> None:
    for number in last["opened"]:
        ballot_box.discard(move.session, move.run, number)
    move.conference.open_item = last["former"]
    move.unlink = True


def _unclose(move: Move, last: Details) -> None:
    for number in last["opened"]:
        open_again(move, number)


def _unreopen(move: Move, last: Details) -> None:
    ballot_box.close(move.session, move.keys, move.run, [last["item"]])
    move.conference.open_item = last["former"]
    move.unlink = True
    if not move.look_again().waiting:
        show_seed(move)


def _undecide(move: Move, last: Details) -> None:
    for number in last["items"]:
        decision = move.session.get_one(DecisionRecord, (move.run.id, number))
        former = last["former"][str(number)]
        if former is None:
            move.session.delete(decision)
        else:
            decision.verdict = former
    move.session.flush()


def _unseal(move: Move, last: Details) -> None:
    """The round is under review again; its votes stay unlinked, so a reopened item is voted on anew."""
    run = move.standing.runs[last["round"]]
    parent = move.standing.runs.get(run.round_id.removesuffix(RUN_OFF), run)
    move.session.execute(delete(Verdict).where(Verdict.run_id.in_([run.id, parent.id])))
    run.state = parent.state = "review"
    move.conference.run_id = run.id
    move.look_again()


def _nothing(move: Move, last: Details) -> None:
    """A step that only changed the state, which `undo` sets back."""


_TAKE_BACK: dict[str, Callable[[Move, Details], None]] = {
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
