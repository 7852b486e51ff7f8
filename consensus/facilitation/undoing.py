"""Take back the last step: a new step itself, logged with its reason."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.move import Details, Move, show_seed, unsettle, votes_seen
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
        raise Refusal("not-now", "The last step (“%(step)s”) cannot be taken back.", step=last["action"])
    _TAKE_BACK[last["action"]](move, last)
    taken_back = {key: last[key] for key in ("round", "item") if last.get(key) is not None}
    move.record("undo", last["from"], step=last["action"], reason=reason, **taken_back)
    return True


def _unstart(move: Move, last: Details) -> None:
    run = move.run
    move.conference.run_id, move.conference.open_item = last["former"]["run"], last["former"]["item"]
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
    unsettle(move)
    seen = votes_seen(move)
    for number in last["opened"]:
        ballot_box.reopen(move.session, move.keys, move.run, number, seen=seen)


def _unreopen(move: Move, last: Details) -> None:
    ballot_box.close(move.session, move.keys, move.run, [last["item"]])
    move.conference.open_item = last["former"]
    move.unlink = True
    if not move.look_again().waiting:
        _settle_again(move, last)


def _settle_again(move: Move, last: Details) -> None:
    """Put back what was settled before a reopening, as far as the ties are the same: the same seed, no better one."""
    run = move.run
    ties = move.standing.result(run).ties
    asked = {number for tie in ties if tie.policy == "ask" for number in tie.items}
    for number, verdict, reason in last["decisions"]:
        if number in asked:
            move.session.add(DecisionRecord(run_id=run.id, number=number, verdict=verdict, reason=reason))
    if any(tie.lot for tie in ties):
        run.seed = last["seed"]
    move.look_again()
    show_seed(move)


def _undecide(move: Move, last: Details) -> None:
    for number in last["items"]:
        decision = move.session.get_one(DecisionRecord, (move.run.id, number))
        former = last["former"][str(number)]
        if former is None:
            move.session.delete(decision)
        else:
            decision.verdict, decision.reason = former
    move.session.flush()


def _unseal(move: Move, last: Details) -> None:
    """The round is under review again; its votes stay unlinked, so a reopened item is voted on anew."""
    run = move.standing.runs[last["round"]]
    parent = move.standing.runs.get(run.round_id.removesuffix(RUN_OFF), run)
    move.session.execute(delete(Verdict).where(Verdict.run_id.in_([run.id, parent.id])))
    for opened in (run, parent):
        opened.state, opened.entitled, opened.present, opened.typed = "review", None, None, None
    move.conference.run_id, move.conference.open_item = run.id, last["former"]
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
