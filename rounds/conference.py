"""Walk a plan: which items each round votes on, what its verdicts do to the protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rounds.errors import PlanError
from rounds.languages import Sentence
from rounds.plan import RUN_OFF, Plan, Round, Source
from rounds.tally import Tally
from rounds.verdict import Decision, Item, ItemResult, RoundResult, judge


class Conference:
    """The state of a conference that follows from its plan, its items and the results settled so far.

    Items keep the order they are given in ("item order"); numbers are names and decide nothing.
    """

    def __init__(self, plan: Plan, items: Sequence[Item]) -> None:
        """Raises PlanError if an item is of a kind that the plan does not have, or a number comes twice."""
        self.plan = plan
        self.items = tuple(items)
        self._kinds = {item.number: item.kind for item in items}
        if len(self._kinds) < len(self.items):
            raise PlanError(Sentence("two items have the same number"), place=Sentence("items"))
        for item in items:
            if item.kind not in (plan.kinds or (None,)):
                raise PlanError(
                    Sentence(
                        'item {number} is of kind "{kind}", which the plan does not have',
                        number=item.number,
                        kind=item.kind,
                    )
                )
        self._settled: dict[str, RoundResult] = {}
        self._inside: dict[str, set[int]] = {name: set() for name in plan.protocols}

    @property
    def settled(self) -> Mapping[str, RoundResult]:
        """Round id -> its settled result, in the order settled."""
        return dict(self._settled)

    @property
    def protocols(self) -> dict[str, tuple[int, ...]]:
        """Protocol id -> its items, in item order."""
        return {name: self._ordered(numbers) for name, numbers in self._inside.items()}

    def depends_on(self, round_id: str) -> tuple[str, ...]:
        """Ids of the rounds that must be settled before this round's pool is known, in plan order."""
        return self.plan.reads(self.plan.round(round_id))

    def missing(self, round_id: str) -> tuple[str, ...]:
        """Those of `depends_on` that are not settled yet."""
        return tuple(id for id in self.depends_on(round_id) if id not in self._settled)

    def pool(self, round_id: str) -> tuple[int, ...]:
        """The items that a round votes on, in item order. KeyError if a round it reads is not settled."""
        found: set[int] = set()
        for source in self.plan.round(round_id).vote_on:
            found |= self._from(source)
        return self._ordered(found)

    def judge(
        self,
        round_id: str,
        tallies: Mapping[int, Tally],
        *,
        decisions: Sequence[Decision] = (),
        seed: str | None = None,
        run_off: Mapping[int, Tally] | None = None,
    ) -> RoundResult:
        """The verdicts that a round would give; changes nothing. `tallies` has one for every item of the pool."""
        items = [Item(number, self._kinds[number]) for number in self.pool(round_id)]
        return judge(
            self.plan.round(round_id),
            items,
            tallies,
            min_group=self.plan.min_group,
            decisions=decisions,
            seed=seed,
            run_off=run_off,
        )

    def settle(self, result: RoundResult) -> None:
        """Take the verdicts of a round into the conference, once. Raises ValueError while a tie is unresolved.

        Advancing puts an item into the round's protocol and every wider one; a cut takes it out of all.
        """
        if result.unresolved:
            raise ValueError(f"round {result.round.id} has unresolved ties")
        if result.round.id in self._settled:
            raise ValueError(f"round {result.round.id} is settled already")
        self._take(result)

    def settle_so_far(self, result: RoundResult) -> None:
        """Take in a last round with unresolved ties: what is decided counts, the rest waits."""
        self._take(result)

    def _take(self, result: RoundResult) -> None:
        self._settled[result.round.id] = result
        for number in result.having("cut"):
            for inside in self._inside.values():
                inside.discard(number)
        for number in result.having("advance"):
            for name in self.plan.widened(result.round.to or ""):
                self._inside[name].add(number)

    def _from(self, source: Source) -> set[int]:
        if source.what == "all":
            return set(self._kinds)
        if source.what == "kind":
            return {number for number, kind in self._kinds.items() if kind == source.name}
        if source.what == "protocol":
            return set(self._inside[source.name])
        verdict = "hold" if source.what == "held" else "cut"
        return set(self._settled[source.name].having(verdict))

    def _ordered(self, numbers: set[int]) -> tuple[int, ...]:
        return tuple(item.number for item in self.items if item.number in numbers)


def run_off_round(result: RoundResult) -> Round:
    """The run-off that a round's unresolved ties call for; nobody may pick more items than places are left."""
    return result.round.run_off(sum(tie.places for tie in result.ties if tie.policy == "run-off"))


def run_off_pool(result: RoundResult) -> tuple[int, ...]:
    """The items that a round's run-off votes on, in item order."""
    tied = {number for tie in result.ties if tie.policy == "run-off" for number in tie.items}
    return tuple(item.number for item in result.items if item.number in tied)


def run_off_result(result: RoundResult, tallies: Mapping[int, Tally]) -> RoundResult:
    """The run-off as a round of its own: its votes, with the verdicts that the round itself gave after it.

    result: the round judged with `run_off=tallies`.
    """
    round = run_off_round(result)
    pool = [Item(number, result.item(number).kind) for number in run_off_pool(result)]
    voted = {item.number: item for item in judge(round, pool, tallies, seed="").items}
    items = tuple(_with_verdict(voted[item.number], result.item(item.number)) for item in pool)
    some = [tallies[item.number] for item in pool]
    return RoundResult(
        round,
        items,
        result.unresolved,
        papers=max((tally.papers for tally in some), default=0),
        present=max((tally.present for tally in some), default=0),
        entitled=max((tally.entitled for tally in some), default=0),
    )


def _with_verdict(voted: ItemResult, judged: ItemResult) -> ItemResult:
    return ItemResult(
        voted.number,
        voted.kind,
        voted.tally,
        voted.measures,
        voted.rank,
        judged.verdict is None,
        judged.verdict,
        judged.why,
    )


__all__ = ["RUN_OFF", "Conference", "Decision", "run_off_pool", "run_off_result", "run_off_round"]
