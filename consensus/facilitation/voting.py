"""Begin a round, open and close its items, open them again, throw a vote away."""

from __future__ import annotations

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.move import Move, show_seed, unsettle, votes_seen
from consensus.facilitation.stage import end_timer
from consensus.facilitation.standing import Standing
from consensus.models import PoolItem, Run, RunChoice
from rounds import run_off_pool, run_off_round
from rounds.plan import RUN_OFF


def start(move: Move) -> bool:
    """Begin a round, or the run-off of the one under review: its pool, its ballot and its rule are fixed now."""
    id = move.details.get("round")
    standing = move.standing
    if not isinstance(id, str) or not _is_round(standing, id):
        raise Refusal("not-now", "“%(round)s” is not a round of the plan.", round=str(id)[:40])
    if standing.run is not None and standing.run.round_id == id and standing.run.state != "sealed":
        return False
    move.check_fresh()
    if id in standing.runs:
        raise Refusal("not-now", "Round %(round)s has been held already.", round=id)
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
    former = {"run": move.conference.run_id, "item": move.conference.open_item}
    move.conference.run_id, move.conference.open_item = run.id, None
    move.record("start", "discussion", undo={"former": former}, round=id)
    return True


def _is_round(standing: Standing, id: str) -> bool:
    try:
        standing.plan.round(id)
    except KeyError:
        return False
    return True


def _pool(move: Move, id: str) -> tuple[tuple[int, ...], str]:
    move.check_state("lobby", "sealed")
    walk = move.standing.walk_before(id)
    if missing := walk.missing(id):
        raise Refusal(
            "not-now",
            "Round %(round)s needs the outcome of round %(other)s, which is not sealed.",
            round=id,
            other=missing[0],
        )
    return walk.pool(id), move.standing.plan.round(id).ballot.text


def _run_off(move: Move, id: str) -> tuple[tuple[int, ...], str]:
    move.check_state("review")
    result = move.standing.result(move.run)
    if move.run.round_id + RUN_OFF != id or not any(tie.policy == "run-off" for tie in result.unresolved):
        raise Refusal("not-now", "There is no tie that a run-off would settle.")
    return run_off_pool(result), run_off_round(result).ballot.text


def open_item(move: Move) -> bool:
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
        raise Refusal("not-now", "Item %(item)s is open. Close it first.", item=move.conference.open_item)
    if move.standing.pool[number] == "closed":
        raise Refusal("not-now", "Item %(item)s has been voted on. Reopen it, or void its vote.", item=number)
    return _open(move, [number], number)


def _open(move: Move, numbers: list[int], number: int | None) -> bool:
    move.check_fresh()
    move.check_state("discussion", "closed")
    if not numbers:
        raise Refusal("not-now", "Every item of the round has been voted on.")
    ballot_box.open_items(move.session, move.keys, move.run, numbers)
    former, move.conference.open_item = move.conference.open_item, number
    move.record("open", "voting", undo={"opened": numbers, "former": former}, item=number)
    end_timer(move.session, move.conference)
    return True


def close(move: Move) -> bool:
    """Close what is open."""
    if move.state == "closed":
        return False
    move.check_fresh()
    move.check_state("voting")
    numbers = move.standing.open
    ballot_box.close(move.session, move.keys, move.run, numbers)
    move.unlink = move.conference.anonymity == "vote"
    move.record("close", "closed", undo={"opened": numbers}, item=move.conference.open_item)
    if not move.look_again().waiting:
        show_seed(move)
    return True


def go_on(move: Move) -> bool:
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
    show_seed(move)
    move.record("review", "review", undo={}, round=run.round_id)
    return True


def reopen(move: Move) -> bool:
    """Open a closed item again. Votes are kept where their links still exist and no further vote would be told by the
    difference; else the item is voted on anew."""
    number = move.item()
    if move.state == "voting" and move.standing.pool[number] == "open":
        return False
    move.check_fresh()
    move.check_state("closed", "review")
    if move.standing.pool[number] != "closed":
        raise Refusal("not-now", "Item %(item)s has not been voted on yet. Open it.", item=number)
    settled = unsettle(move)
    kept = ballot_box.reopen(move.session, move.keys, move.run, number, seen=votes_seen(move))
    paper = move.standing.plan.round(move.run.round_id).pace == "paper"
    former, move.conference.open_item = move.conference.open_item, None if paper else number
    why = {"reason": move.reason()} if move.details.get("reason") else {}
    move.record("reopen", "voting", undo={"former": former, **settled}, item=number, kept=kept, **why)
    end_timer(move.session, move.conference)
    return True


def void(move: Move) -> bool:
    """Throw the votes on an item away; it waits to be voted on anew."""
    number = move.item()
    if move.standing.pool[number] == "waiting":
        return False
    reason = move.reason()
    move.check_fresh()
    move.check_state("voting", "closed", "review")
    unsettle(move)
    ballot_box.discard(move.session, move.run, number)
    still_open = bool(move.look_again().open)
    if move.conference.open_item == number:
        move.conference.open_item = None
    move.unlink = True
    move.record("void", "voting" if still_open else "closed", item=number, reason=reason)
    move.conference.last_step = {**(move.conference.last_step or {}), "item": number}  # for the room to be told
    return True
