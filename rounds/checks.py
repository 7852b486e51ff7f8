"""What cannot work in a plan as a whole, and what may work but looks wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rounds.languages import Sentence
from rounds.plan import Plan, Round
from rounds.remarks import Remark
from rounds.rule import Comparison, Otherwise, Top, comparisons


def check_flow(plan: Plan, round: Round) -> tuple[str | None, Sentence] | None:
    """Return (key, problem) if items of this round would be lost, else None."""
    kinds = plan.kinds_voted_on()[round.id]
    if _may_hold(round, kinds) and not _voted_on_again(plan, round, kinds):
        return (
            "otherwise" if round.otherwise == "hold" else None,
            Sentence(
                "items may be held here and no later round votes on them: "
                'add a round with vote_on = "held in {round}", or write otherwise = "cut"',
                round=round.id,
            ),
        )
    return None


def warnings_of(plan: Plan) -> tuple[Remark, ...]:
    """What looks wrong in the plan itself, a sentence each."""
    return (*_unfilled(plan), *_unvoted(plan), *(w for round in plan.rounds for w in _odd_round(plan, round)))


def warnings_for(plan: Plan, kinds: Iterable[str | None]) -> tuple[Remark, ...]:
    """What looks wrong with these items; `kinds` holds the kind of each item."""
    size = Counter(kind if plan.kinds else None for kind in kinds)
    found = [Remark('no item is of the kind "{kind}"', kind=kind) for kind in plan.kinds if not size[kind]]
    for round, pool in zip(plan.rounds, _pools(plan, size), strict=True):
        for section, rule in round.advance.rules.items() if round.advance else ():
            most = pool[section] if section is not None else pool.total()
            if isinstance(rule, Top) and most <= rule.places:
                found.append(_remark(round, _all_go_in(rule.places, most, section)))
    return tuple(found)


def _all_go_in(places: int, most: int, kind: str | None) -> Sentence:
    if kind is None:
        return Sentence("top {places} of a pool of at most {most} items", places=places, most=most)
    return Sentence("top {places} of a pool of at most {most} {kind} items", places=places, most=most, kind=kind)


def _may_hold(round: Round, kinds: Iterable[str | None]) -> bool:
    if round.otherwise != "hold":
        return False
    for kind in kinds:
        rules = [rules.rule(kind) for rules in (round.advance, round.cut) if rules]
        if not any(isinstance(rule, Otherwise) for rule in rules):
            return True
    return False


def _voted_on_again(plan: Plan, round: Round, kinds: frozenset[str | None]) -> bool:
    later = [s for r in plan.rounds[plan.rounds.index(round) + 1 :] for s in r.vote_on]
    if any((s.what == "held" and s.name == round.id) or s.what == "all" for s in later):
        return True
    again = {s.name for s in later if s.what == "kind"}
    if kinds <= again:
        return True
    return all(source in later for source in round.vote_on if source.what not in ("held", "cut")) and not any(
        source.what in ("held", "cut") for source in round.vote_on
    )


def _unfilled(plan: Plan) -> list[Remark]:
    filled = {name for round in plan.rounds if round.to for name in plan.widened(round.to)}
    return [Remark('no round fills the protocol "{name}"', name=name) for name in plan.protocols if name not in filled]


def _unvoted(plan: Plan) -> list[Remark]:
    voted = frozenset().union(*plan.kinds_voted_on().values())
    return [Remark('no round votes on the kind "{kind}"', kind=kind) for kind in plan.kinds if kind not in voted]


def _odd_round(plan: Plan, round: Round) -> list[Remark]:
    found = []
    if round.to and not round.advance:
        found.append(_remark(round, Sentence('"to" does nothing without "advance"')))
    if not round.advance and not round.cut and round.otherwise != "cut":
        found.append(_remark(round, Sentence("no rule advances or cuts anything")))
    kinds = plan.kinds_voted_on()[round.id]
    for name, rules in (("advance", round.advance), ("cut", round.cut)):
        for kind, rule in rules.rules.items() if rules else ():
            if kind is not None and kind not in kinds:
                odd = Sentence('{key} has a rule for "{kind}", which it does not vote on', key=name, kind=kind)
                found.append(_remark(round, odd))
            for part in comparisons(rule):
                if isinstance(part, Comparison) and part.measure.is_share:
                    found += _odd_share(round, part)
    return found


def _remark(round: Round, remark: Sentence) -> Remark:
    return Remark("round {id}: {remark}", round.id, id=round.id, remark=remark)


def _odd_share(round: Round, part: Comparison) -> list[Remark]:
    if part.percent and part.number > 1:
        return [_remark(round, Sentence('"{rule}" compares with more than 100%', rule=str(part)))]
    if not part.percent and 0 < part.number < 1:
        share = f"{float(part.number * 100):g}%"
        counts = Sentence('"{rule}" counts votes; write "{share}" for a share', rule=str(part), share=share)
        return [_remark(round, counts)]
    return []


def _pools(plan: Plan, size: Counter[str | None]) -> list[Counter[str | None]]:
    """Per round an upper bound of the items of each kind that can come up in it."""
    inside: dict[str, Counter[str | None]] = {name: Counter() for name in plan.protocols}
    pools: dict[str, Counter[str | None]] = {}
    for round in plan.rounds:
        pool: Counter[str | None] = Counter()
        for source in round.vote_on:
            if source.what == "protocol":
                pool += inside[source.name]
            elif source.what == "kind":
                pool[source.name] += size[source.name]
            else:
                pool += size if source.what == "all" else pools[source.name]
        pools[round.id] = pool & size
        for name in plan.widened(round.to) if round.to else ():
            inside[name] = (inside[name] + _advanced(round, pools[round.id])) & size
    return list(pools.values())


def _advanced(round: Round, pool: Counter[str | None]) -> Counter[str | None]:
    """An upper bound of what a round advances, per kind."""
    most: Counter[str | None] = Counter()
    for kind, n in pool.items():
        rule = round.advance.rule(kind) if round.advance else None
        bounded = isinstance(rule, Top) and round.ties != "advance all"
        most[kind] = min(n, rule.places) if bounded and isinstance(rule, Top) else n if rule else 0
    return most
