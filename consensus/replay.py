"""Recompute a conference from files alone: plan, items, ballots, decisions, attendance. No server, no database.

The live conference, the exports and `verify` all pass through `replay`, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from consensus.agreement import Agreement, Shift, agreement_of, shift_of
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
    file: str = "decisions"

    def refused(self, problem: str) -> BadInput:
        return BadInput(self.file, f"row {self.row}" if self.row else f"round {self.round}", problem)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Seats entitled and present in a round; `items`: item number -> (entitled, present) where it was others.

    row: its row in the file, 0 if it comes from elsewhere. typed: how many of the seats voted on paper.
    """

    entitled: int
    present: int
    items: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    row: int = 0
    file: str = "attendance"
    typed: int = 0

    def seats(self, number: int) -> tuple[int, int]:
        """Seats entitled and present when the item closed."""
        return self.items.get(number, (self.entitled, self.present))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What follows from the files. `rounds` holds run-offs right after their round.

    agreement: round id -> how far its papers agree; shifts: round id -> how votes changed since the rounds that held
    its items, where those had the same ballot. Run-offs have neither.
    """

    plan: Plan
    items: tuple[ItemRow, ...]
    rounds: tuple[RoundResult, ...]
    protocols: dict[str, tuple[int, ...]]
    agreement: Mapping[str, Agreement] = field(default_factory=dict)
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)

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
            "rounds": [_round_json(result) | self._joined_json(result.round.id) for result in self.rounds],
            "protocols": {name: list(numbers) for name, numbers in self.protocols.items()},
            "unresolved": [
                {"round": result.round.id, "items": list(tie.open), "places": tie.open_places}
                for result in self.rounds
                if not self._has_run_off(result)
                for tie in result.unresolved
            ],
        }

    def _joined_json(self, round_id: str) -> dict[str, object]:
        """What only papers tell of a round, or which level of anonymity would tell it."""
        agreement = self.agreement.get(round_id)
        return {
            "agreement": agreement.as_json() if agreement else None,
            "change": [shift.as_json() for shift in self.shifts.get(round_id, ())],
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
        self.agreement: dict[str, Agreement] = {}
        self.shifts: dict[str, tuple[Shift, ...]] = {}

    def replayed(self) -> Replayed:
        for round in self.plan.rounds:
            missing = self.conference.missing(round.id)
            pool = () if missing else self.conference.pool(round.id)
            if missing or (pool and not self.ballots.held(round.id) and round.id not in self.attendance):
                self._refuse_parts(round.id, missing)
                continue
            result = self._judge(round.id, pool)
            if result.unresolved:
                self.conference.settle_so_far(result)
                break
            self.conference.settle(result)
        return Replayed(
            self.plan, self.items, tuple(self.results), self.conference.protocols, self.agreement, self.shifts
        )

    def _refuse_parts(self, round_id: str, missing: Sequence[str]) -> None:
        """Refuse votes in, and decisions on, a round that was not held."""
        before = missing[0] if missing else round_id
        for id in (round_id, round_id + RUN_OFF):
            if self.ballots.held(id):
                self._refuse_votes(id, f"round {id} has votes but round {before} before it has none")
        for decision in self.decisions:
            if decision.round == round_id:
                raise decision.refused(f"round {round_id} has no votes, so there is nothing to decide in it")

    def _refuse_votes(self, round_id: str, problem: str) -> None:
        raise BadInput(self.ballots.name, f"row {self.ballots.of_all(round_id).row.min()}", problem)

    def _judge(self, round_id: str, pool: Sequence[int]) -> RoundResult:
        round = self.plan.round(round_id)
        tallies = self._tallies(self.ballots.of_round(round, pool), pool)
        decisions = [Decision((d.number,), d.verdict, d.reason) for d in self.decisions if d.round == round_id]
        result = self.conference.judge(round_id, tallies, decisions=decisions, seed=self.lots.get(round_id))
        self._check_decisions(result)
        self._join(result, pool)
        run_off = self._run_off(result)
        if run_off is None:
            self.results.append(self._seated(result))
            return result
        seed = self.lots.get(round_id + RUN_OFF, self.lots.get(round_id))
        result = self.conference.judge(round_id, tallies, decisions=decisions, seed=seed, run_off=run_off)
        self.results += [self._seated(result), self._seated(run_off_result(result, run_off))]
        return result

    def _join(self, result: RoundResult, pool: Sequence[int]) -> None:
        """Measure what needs the votes of a person together, as far as the plan's level of anonymity gives it."""
        level, id, numbers = self.plan.anonymity, result.round.id, self.ballots.numbers
        votes = self.ballots.of_all(id) if self.ballots.held(id) else None
        if votes is None:
            return
        places = {number: place for place, number in enumerate(numbers)}
        self.agreement[id] = agreement_of(level, votes, [places[number] for number in pool])
        self.shifts[id] = tuple(
            shift_of(level, before, result, (self.ballots.of_all(before.round.id), votes), numbers)
            for before in self.results
            if self._voted_on_again(before, result)
        )

    def _voted_on_again(self, before: RoundResult, after: RoundResult) -> bool:
        """Whether a round votes, on the same ballot, on what an earlier one held."""
        held = {source.name for source in after.round.vote_on if source.what == "held"}
        same = before.round.ballot.text == after.round.ballot.text
        return same and before.round.id in held and self.ballots.held(before.round.id)

    def _seated(self, result: RoundResult) -> RoundResult:
        """The result with the seats of the whole round, which may differ from those of single items."""
        there = self.attendance.get(result.round.id)
        return replace(result, entitled=there.entitled, present=there.present) if there else result

    def _run_off(self, result: RoundResult) -> dict[int, Tally] | None:
        """The tallies of a round's run-off, or None if it needs none or none was held."""
        id = result.round.id + RUN_OFF
        pool = run_off_pool(result)
        if not self.ballots.held(id):
            return None
        if not pool:
            self._refuse_votes(id, f"round {result.round.id} has no tie that a run-off settles")
        return self._tallies(self.ballots.of_round(run_off_round(result), pool), pool)

    def _tallies(self, votes: Votes, pool: Sequence[int]) -> dict[int, Tally]:
        there = self.attendance.get(votes.round.id)
        tallies = self.ballots.tallies(votes, pool, {n: there.seats(n) for n in pool} if there else None)
        if there:
            _check_attendance(there, votes.round.id, tallies)
        return tallies

    def _check_decisions(self, result: RoundResult) -> None:
        """Refuse a decision on what the facilitator was not asked about."""
        asked = {number for tie in result.ties if tie.policy == "ask" for number in tie.items}
        for decision in self.decisions:
            if decision.round != result.round.id:
                continue
            if decision.verdict == "stay" and result.round.otherwise != "stay":
                raise decision.refused(f'nothing can "stay" in round {decision.round}: it has nothing to keep')
            if decision.number not in asked:
                raise decision.refused(
                    f"item {decision.number} is not tied in round {decision.round}, or the plan settles its ties"
                )


def _check_attendance(there: Attendance, round_id: str, tallies: Mapping[int, Tally]) -> None:
    """Refuse more votes than seats, and seats for an item that the round does not vote on."""
    place = f"row {there.row}" if there.row else f"round {round_id}"
    papers = max((tally.papers for tally in tallies.values()), default=0)
    if papers > there.entitled:
        raise BadInput(there.file, place, f"round {round_id} has {papers} papers but {there.entitled} entitled seats")
    for number in there.items:
        if number not in tallies:
            raise BadInput(there.file, f"item {number}", f"the item is not voted on in round {round_id}")
    for number, tally in tallies.items():
        if tally.ballots > tally.entitled:
            raise BadInput(
                there.file,
                f"round {round_id}, item {number}",
                f"the item has {tally.ballots} votes but {tally.entitled} entitled seats",
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
