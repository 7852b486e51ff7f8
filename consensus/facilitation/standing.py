"""Where a conference stands: everything that follows from what is stored, worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import ballot_box
from consensus.intake import ItemRow, numbers_of
from consensus.keys import KeyStore
from consensus.models import Conference, DecisionRecord, Item, PoolItem, Run
from rounds import Conference as Walk
from rounds import Decision, Plan, Round, RoundResult, Tally, parse_ballot, read_plan, run_off_result
from rounds import Item as RuleItem
from rounds.plan import RUN_OFF

plan_of = lru_cache(maxsize=64)(read_plan)


class Standing:
    """A conference as it is stored now. Holds no state of its own: throw it away after a change."""

    def __init__(self, session: Session, keys: KeyStore, conference: Conference) -> None:
        self.session, self.keys, self.conference = session, keys, conference

    @property
    def plan(self) -> Plan:
        return plan_of(self.conference.plan_text)

    @cached_property
    def items(self) -> dict[int, ItemRow]:
        """Item number -> the item, in item order. Rows, not entities: every snapshot reads them all."""
        columns = (Item.number, Item.text, Item.kind, Item.explanation, Item.perspective, Item.plain, Item.merged)
        query = select(*columns).where(Item.conference_id == self.conference.id).order_by(Item.position)
        return {row.number: ItemRow(*row[:-1], numbers_of(row.merged)) for row in self.session.execute(query)}

    @cached_property
    def runs(self) -> dict[str, Run]:
        """Round id -> its run, in the order started."""
        query = select(Run).where(Run.conference_id == self.conference.id).order_by(Run.ordinal)
        return {run.round_id: run for run in self.session.scalars(query)}

    @property
    def run(self) -> Run | None:
        """The run under way, or the last one."""
        return next((run for run in self.runs.values() if run.id == self.conference.run_id), None)

    @property
    def round(self) -> Round | None:
        """The round under way, or the last one."""
        return self.round_of(self.run) if self.run else None

    @cached_property
    def pool(self) -> dict[int, str]:
        """Item number -> waiting, open or closed: the pool of the run under way, in item order."""
        query = (
            select(PoolItem.number, PoolItem.state)
            .join(Item, (Item.number == PoolItem.number) & (Item.conference_id == self.conference.id))
            .where(PoolItem.run_id == self.conference.run_id)
            .order_by(Item.position)
        )
        return dict(self.session.execute(query).all())

    @cached_property
    def takes(self) -> dict[int, int]:
        """Item number -> which vote on it this is: it grows each time its votes are thrown away."""
        query = select(PoolItem.number, PoolItem.take).where(PoolItem.run_id == self.conference.run_id)
        return dict(self.session.execute(query).all())

    @property
    def waiting(self) -> list[int]:
        """Items of the pool that have not been voted on, in item order."""
        return [number for number, state in self.pool.items() if state == "waiting"]

    @property
    def open(self) -> list[int]:
        """Items of the pool that are open, in item order."""
        return [number for number, state in self.pool.items() if state == "open"]

    @cached_property
    def walk(self) -> Walk:
        """The plan, walked through every sealed round."""
        return self._walked(self.plan.rounds)

    def walk_before(self, round_id: str) -> Walk:
        """The plan, walked through the sealed rounds that stand before a round in it.

        Where rounds are held in another order than the plan's, the plan's decides what a round votes on: a replay
        knows no other.
        """
        ids = [round.id for round in self.plan.rounds]
        place = ids.index(round_id.removesuffix(RUN_OFF))
        if all(id not in self.walk.settled for id in ids[place:]):
            return self.walk
        return self._walked(self.plan.rounds[:place])

    def _walked(self, rounds: Iterable[Round]) -> Walk:
        walk = Walk(self.plan, [RuleItem(item.number, item.kind) for item in self.items.values()])
        for round in rounds:
            run = self.runs.get(round.id)
            if run is not None and run.state == "sealed":
                walk.settle(self._judged(walk, run))
        return walk

    def round_of(self, run: Run) -> Round:
        """The round of a run, with the ballot as it was frozen when the run started."""
        return replace(self.plan.round(run.round_id), ballot=parse_ballot(run.ballot))

    def tallies(self, run: Run) -> dict[int, Tally]:
        return ballot_box.tally(self.session, self.keys, run)

    def tally(self, run: Run, number: int) -> Tally:
        return ballot_box.tally(self.session, self.keys, run, number)[number]

    def result(self, run: Run) -> RoundResult:
        """The verdicts of a run as its votes stand now. Never for a run with an open item."""
        if not run.round_id.endswith(RUN_OFF):
            return self.walk.settled.get(run.round_id) or self._judged(self.walk_before(run.round_id), run)
        parent = self.runs[run.round_id.removesuffix(RUN_OFF)]
        if parent.state == "sealed":
            judged = self.walk.settled[parent.round_id]
        else:
            judged = self._judged(self.walk_before(run.round_id), parent, run)
        return run_off_result(judged, self.tallies(run))

    def startable(self) -> list[str]:
        """Ids of the rounds that could start now, in plan order: not held yet, and all they read is sealed."""
        return [r.id for r in self.plan.rounds if r.id not in self.runs and not self.walk.missing(r.id)]

    def coming(self) -> dict[str, tuple[int, ...]]:
        """Id of a round that is talked about now -> its pool: the one under way, or those that could start."""
        run = self.run
        if run is not None and run.state != "sealed":
            return {run.round_id: tuple(self.pool)}
        return {id: self.walk_before(id).pool(id) for id in self.startable()}

    def decisions(self, run: Run) -> list[Decision]:
        query = select(DecisionRecord).where(DecisionRecord.run_id == run.id).order_by(DecisionRecord.number)
        return [Decision((d.number,), d.verdict, d.reason) for d in self.session.scalars(query)]

    def _judged(self, walk: Walk, run: Run, run_off: Run | None = None) -> RoundResult:
        """Judge a run, with its run-off once that is sealed (or the one given)."""
        if run_off is None:
            other = self.runs.get(run.round_id + RUN_OFF)
            run_off = other if other is not None and other.state == "sealed" else None
        drawn = run_off if run_off is not None else run
        return walk.judge(
            run.round_id,
            self.tallies(run),
            decisions=self.decisions(run),
            seed=drawn.seed if drawn.seed_drawn else None,
            run_off=self.tallies(run_off) if run_off else None,
        )
