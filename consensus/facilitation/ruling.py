"""What comes of a round: decisions on ties, the lot, the seal."""

from __future__ import annotations

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.creation import log
from consensus.facilitation.move import Move, decided
from consensus.languages import LANGUAGES
from consensus.models import DecisionRecord, Run, Verdict
from rounds import RoundResult
from rounds.plan import RUN_OFF, VERDICTS


def decide(move: Move) -> bool:
    """Settle tied items under `ask`."""
    numbers, verdict = move.details.get("items"), move.details.get("verdict")
    if verdict not in VERDICTS:
        raise Refusal("bad-choice", "The verdict must be one of %(verdicts)s.", verdicts=", ".join(VERDICTS))
    if not isinstance(numbers, list) or not numbers or any(type(number) is not int for number in numbers):
        raise Refusal("not-on-ballot", "Name the items that are decided on.")
    run = move.run
    made = decided(move)
    if all(number in made and made[number][0] == verdict for number in numbers):
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
    told = {"round": run.round_id, "items": numbers, "verdict": verdict, "reason": reason}
    move.record("decide", "review", undo={"former": former}, **told)
    return True


def draw(move: Move) -> bool:
    """Draw the lot with the seed that was shown."""
    run = move.run
    if run.seed_drawn:
        return False
    move.check_fresh()
    _check_reviewable(move)
    if run.seed is None:
        raise Refusal("not-now", "There is no tie that a lot would settle.")
    run.seed_drawn = True
    move.record("draw", "review", round=run.round_id, seed=run.seed)
    return True


def _check_reviewable(move: Move) -> None:
    """Whether every item has been voted on, so that the round's verdicts exist."""
    move.check_state("closed", "review")
    if left := move.standing.waiting:
        raise Refusal(
            "not-now",
            "%(left)s items have not been voted on, the first is item %(item)s.",
            left=len(left),
            item=left[0],
        )


def seal(move: Move) -> bool:
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
        raise Refusal(
            "not-now",
            "Items %(items)s are tied for %(places)s places. Settle that first.",
            items=items,
            places=ties[0].open_places,
        )
    move.unlink = True
    move.conference.state = "review"  # what undo leads back to, also where the review was passed over
    _seal(move, run, result)
    former, move.conference.open_item = move.conference.open_item, None
    told = {"typed": run.typed} if run.typed else {}
    move.record("seal", "sealed", undo={"former": former}, round=run.round_id, counts=result.counts, **told)
    if run.round_id.endswith(RUN_OFF):
        _seal_parent(move, run)
    return True


def _seal(move: Move, run: Run, result: RoundResult) -> None:
    ballot_box.seal(move.session, move.keys, run)
    for item in result.items:
        reason = {lang: item.reason(lang) for lang in LANGUAGES}
        move.session.merge(
            Verdict(run_id=run.id, number=item.number, verdict=item.verdict, rank=item.rank, reason=reason)
        )
    move.session.flush()


def _seal_parent(move: Move, run: Run) -> None:
    """Seal the round that a run-off settled. Were it a step of its own, a repeated `seal` would take both."""
    standing = move.look_again()
    parent = standing.runs[run.round_id.removesuffix(RUN_OFF)]
    result = standing.result(parent)
    _seal(move, parent, result)
    log(move.session, move.conference, "seal", move.actor, round=parent.round_id, counts=result.counts)
    move.conference.run_id = parent.id
