"""Small panels for the tests of the rules: a plan in a few words, votes as counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rounds import Item, Plan, RoundResult, Tally, count, judge, read_plan
from rounds.verdict import Decision

HEAD = 'title = "T"\nprotocols = ["in"]\n'


def plan_of(round_keys: str, *, head: str = HEAD, ballot: str = "yes-no") -> Plan:
    """A plan of one round, R1, with a second round that votes on what it held."""
    return read_plan(
        f'{head}\n[[rounds]]\nid = "R1"\nvote_on = "all"\nballot = "{ballot}"\n{round_keys}\n'
        f'[[rounds]]\nid = "R2"\nvote_on = "held in R1"\nballot = "{ballot}"\notherwise = "cut"\n'
    )


def votes(number: int, counts: Mapping[str, int], **bases: int) -> Tally:
    """A tally of plain ballots."""
    return count(number, [choice for choice, n in counts.items() for _ in range(n)], **bases)


def yes_of(number: int, yes: int, of: int = 10) -> Tally:
    return votes(number, {"yes": yes, "no": of - yes})


def judged(
    plan: Plan,
    tallies: Sequence[Tally],
    *,
    kinds: Mapping[int, str] | None = None,
    decisions: Sequence[Decision] = (),
    seed: str | None = None,
    run_off: Mapping[int, Tally] | None = None,
) -> RoundResult:
    items = [Item(tally.number, kinds[tally.number] if kinds else None) for tally in tallies]
    return judge(
        plan.rounds[0],
        items,
        {tally.number: tally for tally in tallies},
        min_group=plan.min_group,
        decisions=decisions,
        seed=seed,
        run_off=run_off,
    )
