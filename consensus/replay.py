"""Recompute a conference from files alone: plan, items, ballots, decisions, attendance. No server, no database.

The live conference, the exports and `verify` all pass through `replay`, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consensus.errors import BadInput
from consensus.intake import ItemRow
from consensus.papers import Papers, Votes
from rounds import (
    Conference,
    Decision,
    Item,
    ItemResult,
    Plan,
    RoundResult,
    Tally,
    run_off_pool,
    run_off_result,
    run_off_round,
)
from rounds.plan import RUN_OFF


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision on one tied item; `row` is its row in the file, 0 if it comes from elsewhere."""

    round: str
    number: int
    verdict: str
    reason: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Attendance:
    """Seats entitled and present in a round; `items`: item number -> (entitled, present) where it was others."""

    entitled: int
    present: int
    items: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def seats(self, number: int) -> tuple[int, int]:
        """Seats entitled and present when the item closed."""
        return self.items.get(number, (self.entitled, self.present))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What follows from the files. `rounds` holds run-offs right after their round."""

    plan: Plan
    items: tuple[ItemRow, ...]
    rounds: tuple[RoundResult, ...]
    protocols: dict[str, tuple[int, ...]]

    def round(self, id: str) -> RoundResult:
        """The result of a round. KeyError if it was not held."""
        for result in self.rounds:
            if result.round.id == id:
                return result
        raise KeyError(id)

    def as_json(self) -> dict[str, object]:
        """What `consensus replay --json` prints; the format is part of docs/interfaces.md."""
        return {
            "plan": {"title": self.plan.title, "sha256": self.plan.sha256},
            "rounds": [_round_json(result) for result in self.rounds],
            "protocols": {name: list(numbers) for name, numbers in self.protocols.items()},
            "unresolved": [
                {"round": result.round.id, "items": list(tie.open), "places": tie.open_places}
                for result in self.rounds
                if not self._has_run_off(result)
                for tie in result.unresolved
            ],
        }

    def _has_run_off(self, result: RoundResult) -> bool:
        """Whether a run-off stands after a round, which then tells what is unresolved."""
        return any(other.round.id == result.round.id + RUN_OFF for other in self.rounds)


def replay(
    plan: Plan,
    items: Sequence[ItemRow],
    ballots: Papers,
    decisions: Sequence[DecisionRow] = (),
    lots: Mapping[str, str] | None = None,
    attendance: Mapping[str, Attendance] | None = None,
) -> Replayed:
    """Walk the plan through the ballots, in plan order, up to the first round with something unresolved.

    lots: round id -> seed. A round without any paper was not held and is left out, unless its pool is empty or
    its attendance says that it was held and nobody voted.
    Raises BadInput naming row and what to do, PlanError if the items do not fit the plan.
    """
    walk = _Walk(plan, items, ballots, decisions, lots or {}, attendance or {})
    return walk.replayed()


class _Walk:
    def __init__(
        self,
        plan: Plan,
        items: Sequence[ItemRow],
        ballots: Papers,
        decisions: Sequence[DecisionRow],
        lots: Mapping[str, str],
        attendance: Mapping[str, Attendance],
    ) -> None:
        self.plan, self.items, self.ballots = plan, tuple(items), ballots
        self.decisions, self.lots, self.attendance = decisions, lots, attendance
        self.conference = Conference(plan, [Item(item.number, item.kind) for item in items])
        self.results: list[RoundResult] = []

    def replayed(self) -> Replayed:
        for round in self.plan.rounds:
            missing = self.conference.missing(round.id)
            if missing:
                self._refuse_ballots(round.id, missing[0])
                continue
            pool = self.conference.pool(round.id)
            if pool and not self.ballots.held(round.id) and round.id not in self.attendance:
                continue
            result = self._judge(round.id, pool)
            if result.unresolved:
                self.conference.settle_so_far(result)
                break
            self.conference.settle(result)
        return Replayed(self.plan, self.items, tuple(self.results), self.conference.protocols)

    def _refuse_ballots(self, round_id: str, missing: str) -> None:
        if self.ballots.held(round_id):
            row = int(self.ballots.of_all(round_id).row[0])
            raise BadInput(
                self.ballots.name, f"row {row}", f"round {round_id} has votes but round {missing} before it has none"
            )

    def _judge(self, round_id: str, pool: Sequence[int]) -> RoundResult:
        round = self.plan.round(round_id)
        tallies = self._tallies(self.ballots.of_round(round, pool), pool)
        decisions = [Decision((d.number,), d.verdict, d.reason) for d in self.decisions if d.round == round_id]
        result = self.conference.judge(round_id, tallies, decisions=decisions, seed=self.lots.get(round_id))
        self._check_decisions(result)
        run_off = self._run_off(result)
        if run_off is None:
            self.results.append(result)
            return result
        seed = self.lots.get(round_id + RUN_OFF, self.lots.get(round_id))
        result = self.conference.judge(round_id, tallies, decisions=decisions, seed=seed, run_off=run_off)
        self.results += [result, run_off_result(result, run_off)]
        return result

    def _run_off(self, result: RoundResult) -> dict[int, Tally] | None:
        """The tallies of a round's run-off, or None if it needs none or none was held."""
        id = result.round.id + RUN_OFF
        pool = run_off_pool(result)
        if not self.ballots.held(id):
            return None
        if not pool:
            row = int(self.ballots.of_all(id).row[0])
            raise BadInput(
                self.ballots.name, f"row {row}", f"round {result.round.id} has no tie that a run-off settles"
            )
        return self._tallies(self.ballots.of_round(run_off_round(result), pool), pool)

    def _tallies(self, votes: Votes, pool: Sequence[int]) -> dict[int, Tally]:
        there = self.attendance.get(votes.round.id)
        return self.ballots.tallies(votes, pool, {n: there.seats(n) for n in pool} if there else None)

    def _check_decisions(self, result: RoundResult) -> None:
        """Refuse a decision on what the facilitator was not asked about."""
        asked = {number for tie in result.ties if tie.policy == "ask" for number in tie.items}
        for decision in self.decisions:
            if decision.round == result.round.id and decision.number not in asked:
                raise BadInput(
                    "decisions",
                    f"row {decision.row}" if decision.row else f"round {decision.round}",
                    f"item {decision.number} is not tied in round {decision.round}, or the plan settles its ties",
                )


def _round_json(result: RoundResult) -> dict[str, object]:
    return {
        "id": result.round.id,
        "pool": len(result.items),
        "papers": result.papers,
        "entitled": result.entitled,
        "present": result.present,
        "counts": result.counts,
        "items": [_item_json(item, result) for item in result.items],
    }


def _item_json(item: ItemResult, result: RoundResult) -> dict[str, object]:
    return {
        "number": item.number,
        "kind": item.kind,
        "votes": shown_votes(item.votes, result),
        "measures": measures_json(item),
        "rank": item.rank,
        "tied": item.tied,
        "verdict": item.verdict or "unresolved",
        "inquorate": item.inquorate,
        "reason": item.reason("en"),
    }


def measures_json(item: ItemResult) -> dict[str, str | bool | None]:
    """Measure name -> exact value as text ("20/23", "6.5"); a bool for disagreement, None where undefined."""
    return {
        name: value if value is None or isinstance(value, bool) else str(value) for name, value in item.measures.items()
    }


def shown_votes(votes: Mapping[str, int], result: RoundResult) -> dict[str, int]:
    """Choice -> count with the zeros of the ballot form; on `points` only what was given."""
    form = result.round.ballot.form
    if form == "points":
        return {choice: votes[choice] for choice in sorted(votes, key=int)}
    choices = ("yes", "no", "abstain") if form == "yes-no" else result.round.ballot.choices
    return {choice: votes.get(choice, 0) for choice in choices}
