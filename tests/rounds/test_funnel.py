"""The funnel: what a plan can do with a list, before anybody has voted."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds import Conference, Item, Plan, count, funnel, read_plan, ready_plan

ROUND = '[[rounds]]\nid = "R{n}"\nvote_on = "{on}"\nballot = "yes-no"\n{keys}\n'


def plan_of(*rounds: tuple[str, str]) -> Plan:
    head = 'title = "T"\nprotocols = ["in", "core"]\n'
    return read_plan(head + "".join(ROUND.format(n=n, on=on, keys=keys) for n, (on, keys) in enumerate(rounds, 1)))


def test_the_conference_of_2014_narrows_97_and_40_to_41_and_15() -> None:
    found = funnel(ready_plan("conference-2014"), {"process": 97, "effect": 40})
    assert found.items.kinds == {"process": 97, "effect": 40}
    assert {name: bound.total for name, bound in found.protocols.items()} == {"extended": 41, "core": 15}
    told = [(s.round.id, s.pool.total, s.advance.total, s.left.total) for s in found.stages]
    assert told == [("P1", 97, 14, 83), ("P2", 83, 17, 0), ("E1", 40, 5, 35), ("E2", 35, 5, 0), ("C", 41, 15, 26)]
    assert [stage.exact for stage in found.stages] == [True, False, True, False, False]
    assert [stage.ties_may_add for stage in found.stages] == [True, False, False, False, False]


def test_a_rule_without_places_may_take_all_or_none() -> None:
    (stage,) = funnel(ready_plan("single-vote"), {None: 30}).stages
    assert (stage.pool.total, stage.advance.total, stage.left.total) == (30, 30, 0)


def test_places_for_all_kinds_together_are_not_counted_twice() -> None:
    head = 'title = "T"\nkinds = ["a", "b"]\nprotocols = ["in"]\n'
    plan = read_plan(head + ROUND.format(n=1, on="all", keys='advance = "top 5"\nto = "in"\notherwise = "cut"'))
    (stage,) = funnel(plan, {"a": 10, "b": 3}).stages
    assert (stage.advance.kinds, stage.advance.total) == ({"a": 5, "b": 3}, 5)


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ('advance = "top 5"\nto = "in"', 15),
        ('advance = "top 5"\nto = "in"\nties = "hold all"', 20),
        ('advance = "top 5 and yes > 50%"\nto = "in"', 20),
        ('advance = "top 5"\nto = "in"\nquorum = "3 votes"', 20),
        ('advance = "otherwise"\nto = "in"\ncut = "yes < 50%"', 0),
        ('cut = "otherwise"\nadvance = "top 5"\nto = "in"', 0),
    ],
)
def test_what_may_be_left_depends_on_what_is_sure_to_go_in(keys: str, left: int) -> None:
    plan = plan_of(("all", keys), ("held in R1", 'otherwise = "cut"'))
    assert funnel(plan, {None: 20}).stages[0].left.total == left


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
    st.integers(1, 6),
    st.sampled_from(["cut", "advance"]),
    st.sampled_from(["hold all", "lot"]),
)
def test_no_vote_breaks_a_bound(yes: list[int], places: int, precedence: str, ties: str) -> None:
    first = f'advance = "top {places}"\nto = "in"\ncut = "yes < 50%"\nprecedence = "{precedence}"\nties = "{ties}"'
    last = 'advance = "top 2"\nto = "core"\notherwise = "stay"\nties = "lot"'
    plan = plan_of(("all", first), ("held in R1", 'advance = "yes > 50%"\nto = "in"\notherwise = "cut"'), ("in", last))
    bounds = funnel(plan, {None: len(yes)})
    walk = Conference(plan, [Item(number, None) for number in range(len(yes))])
    for stage in bounds.stages:
        pool = walk.pool(stage.round.id)
        tallies = {n: count(n, ["yes"] * yes[n] + ["no"] * (5 - yes[n])) for n in pool}
        result = walk.judge(stage.round.id, tallies, seed="1")
        walk.settle(result)
        counts = Counter(result.counts)
        assert len(pool) <= stage.pool.total
        assert counts["advance"] <= stage.advance.total
        assert counts["hold"] + counts["stay"] <= stage.left.total
    for name, numbers in walk.protocols.items():
        assert len(numbers) <= bounds.protocols[name].total


def test_a_protocol_that_nothing_fills_stays_empty() -> None:
    assert funnel(plan_of(("all", 'otherwise = "cut"')), {None: 3}).protocols["core"].total == 0
