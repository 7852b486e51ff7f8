"""What an item's last vote gave, for whoever votes on it again: a few counts, not the whole walk through the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from consensus.facilitation.standing import Standing
from consensus.models import PoolItem, Run, Verdict
from rounds import ItemResult, Round
from rounds.plan import RUN_OFF
from rounds.verdict import judge_alone


def last_results(standing: Standing, numbers: Iterable[int]) -> dict[int, tuple[ItemResult, Round]]:
    """Item -> its result in the last sealed round that voted on it, and that round. A run-off only broke a tie."""
    session, conference, wanted = standing.session, standing.conference, set(numbers)
    held = (Run.conference_id == conference.id, Run.state == "sealed", Run.round_id.not_like(f"%{RUN_OFF}"))
    query = select(PoolItem.number, Run.round_id).join(Run, Run.id == PoolItem.run_id)
    rows = session.execute(query.where(*held, PoolItem.number.in_(wanted)).order_by(Run.ordinal)) if wanted else ()
    last = {number: standing.runs[round_id] for number, round_id in rows}
    tallies = {run.id: standing.tallies(run) for run in set(last.values())} if len(last) > 1 else {}
    found = {}
    for number, run in last.items():
        round = standing.round_of(run)
        tally = tallies[run.id][number] if tallies else standing.tally(run, number)
        result = judge_alone(round, standing.items[number].kind, tally, min_group=conference.min_group)
        verdict = session.get(Verdict, (run.id, number))
        found[number] = replace(result, verdict=verdict.verdict if verdict is not None else None), round
    return found
