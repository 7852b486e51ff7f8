"""The funnel of a plan: how many items can come up, go in and be left, round by round, before anybody has voted.

What depends on votes is an upper bound, given that every item gets votes enough and that a tie at a line lets nothing
in beyond its places: where the plan has them all go in, `ties_may_add` says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from rounds.plan import Plan, Round, RuleSet
from rounds.rule import Otherwise, Top

Sizes = Mapping[str | None, int]


@dataclass(frozen=True, slots=True)
class Bound:
    """At most so many items: of each kind, and together, which may be fewer than the kinds add up to."""

    kinds: Counter[str | None]
    total: int

    def within(self, other: Bound) -> Bound:
        """No more than the other allows."""
        return _bound(self.kinds & other.kinds, min(self.total, other.total))

    def plus(self, other: Bound) -> Bound:
        return _bound(self.kinds + other.kinds, self.total + other.total)


@dataclass(frozen=True, slots=True)
class Stage:
    """A round in the funnel. exact: whether `pool` is known; left: held for another vote, or staying where it is."""

    round: Round
    exact: bool
    pool: Bound
    advance: Bound
    left: Bound
    ties_may_add: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """items: the list; stages: the rounds in order; protocols: id -> its items at the end, widest first."""

    items: Bound
    stages: tuple[Stage, ...]
    protocols: Mapping[str, Bound]


def funnel(plan: Plan, sizes: Sizes) -> Funnel:
    """Work out the funnel for a list with so many items of each kind (None where the plan has no kinds)."""
    known = plan.kinds or (None,)
    all_items = _bound(Counter({kind: sizes.get(kind, 0) for kind in known}))
    inside = {name: _bound(Counter()) for name in plan.protocols}
    left: dict[tuple[str, str], Bound] = {}
    stages = []
    for round in plan.rounds:
        pool = _bound(Counter())
        for source in round.vote_on:
            pool = pool.plus(_source(source.what, source.name, all_items, inside, left))
        pool = pool.within(all_items)
        advance = _advance(round, pool)
        left["held", round.id] = _rest(round, pool, "hold")
        left["cut", round.id] = _cut(round, pool)
        stays = _rest(round, pool, "stay") if round.otherwise == "stay" else left["held", round.id]
        exact = all(source.what in ("all", "kind") for source in round.vote_on)
        stages.append(Stage(round, exact, pool, advance, stays, _ties_may_add(round, pool)))
        for name in plan.widened(round.to) if round.to else ():
            if not _is_inside(plan, round, name):
                inside[name] = inside[name].plus(advance).within(all_items)
    return Funnel(all_items, tuple(stages), inside)


def _bound(kinds: Counter[str | None], total: int | None = None) -> Bound:
    most = kinds.total()
    return Bound(kinds, most if total is None else min(most, total))


def _is_inside(plan: Plan, round: Round, protocol: str) -> bool:
    """Whether all that a round votes on is in a protocol already, so that a narrower one adds nothing to it."""
    narrower = plan.protocols[plan.protocols.index(protocol) :]
    return all(source.what == "protocol" and source.name in narrower for source in round.vote_on)


def _source(
    what: str, name: str, items: Bound, inside: Mapping[str, Bound], left: Mapping[tuple[str, str], Bound]
) -> Bound:
    if what == "all":
        return items
    if what == "kind":
        return _bound(Counter({name: items.kinds[name]}))
    return inside[name] if what == "protocol" else left[what, name]


def _advance(round: Round, pool: Bound) -> Bound:
    rules = round.advance
    if rules is None:
        return _bound(Counter())
    kinds: Counter[str | None] = Counter()
    for kind, n in pool.kinds.items():
        rule = rules.rule(kind)
        kinds[kind] = min(n, rule.places) if isinstance(rule, Top) else n if rule is not None else 0
    whole = None if rules.per_kind else rules.rules[None]
    return _bound(kinds, min(pool.total, whole.places) if isinstance(whole, Top) else pool.total)


def _rest(round: Round, pool: Bound, verdict: str) -> Bound:
    """How many can get the verdict of the rest: all but those that are sure to be taken by `top N`."""
    if round.quorum is not None and verdict == "hold":
        return pool
    if round.otherwise != verdict:
        return _bound(Counter())
    return _without_top(round, pool)


def _cut(round: Round, pool: Bound) -> Bound:
    """How many can be out: all, where the cut comes first; else all but those that are sure to be in."""
    if round.cut is None:
        return _rest(round, pool, "cut")
    return pool if round.precedence == "cut" else _without_top(round, pool)


def _without_top(round: Round, pool: Bound) -> Bound:
    rules = round.advance
    if rules is None or round.ties == "hold all":
        return _unless_taken(round, pool)
    kinds: Counter[str | None] = Counter()
    for kind, n in _unless_taken(round, pool).kinds.items():
        kinds[kind] = max(0, n - _sure(rules, kind)) if rules.per_kind else n
    total = pool.total if rules.per_kind else max(0, pool.total - _sure(rules, None))
    return _bound(Counter({kind: min(n, total) for kind, n in kinds.items()}), total)


def _unless_taken(round: Round, pool: Bound) -> Bound:
    """The pool without the kinds that a rule takes every other item of."""
    kinds = Counter(
        {
            kind: n
            for kind, n in pool.kinds.items()
            if not any(isinstance(rules.rule(kind), Otherwise) for rules in (round.advance, round.cut) if rules)
        }
    )
    return _bound(kinds, pool.total)


def _sure(rules: RuleSet, kind: str | None) -> int:
    """How many places a rule is sure to fill, if there are items enough."""
    rule = rules.rule(kind)
    return rule.places if isinstance(rule, Top) and rule.condition is None else 0


def _ties_may_add(round: Round, pool: Bound) -> bool:
    if round.ties != "advance all" or round.advance is None:
        return False
    tops = [(kind, rule) for kind, rule in round.advance.rules.items() if isinstance(rule, Top)]
    return any(rule.places < (pool.total if kind is None else pool.kinds[kind]) for kind, rule in tops)
