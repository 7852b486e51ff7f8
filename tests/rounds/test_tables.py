"""Tables: everyone sits once, sizes are even, a draw can be repeated, beats chance and never the bound."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.tables import Panellist, Session, at_random, bound, bound_over, count, draw, evenly, free_place
from tests.load.tables import drawn, over, panel_of

somewhere = st.sampled_from(["Region", "Kommun", "Brukare", None])
people = st.lists(st.builds(Panellist, somewhere, somewhere), min_size=1, max_size=24)


@st.composite
def talks(draw_of: st.DrawFn) -> tuple[list[Panellist], int, list[Session], str]:
    """A panel, a number of tables, earlier sessions with people missing, a seed."""
    panel = draw_of(people)
    tables = draw_of(st.integers(1, len(panel)))
    seat = st.one_of(st.none(), st.integers(0, tables - 1))
    before: list[Session] = draw_of(st.lists(st.lists(seat, min_size=len(panel), max_size=len(panel)), max_size=3))
    return panel, tables, before, draw_of(st.text(max_size=3))


@given(talks())
@settings(max_examples=60, deadline=None)
def test_everyone_sits_once_and_sizes_differ_by_one_at_most(
    drawing: tuple[list[Panellist], int, list[Session], str],
) -> None:
    panel, tables, before, seed = drawing
    at = draw(panel, tables, before, seed=seed)
    assert len(at) == len(panel)
    sizes = Counter(at)
    assert set(sizes) == set(range(tables))
    assert max(sizes.values()) - min(sizes.values()) <= 1


@given(talks())
@settings(max_examples=60, deadline=None)
def test_a_draw_is_repeatable_never_worse_than_its_start_and_never_below_the_bound(
    drawing: tuple[list[Panellist], int, list[Session], str],
) -> None:
    panel, tables, before, seed = drawing
    at = draw(panel, tables, before, seed=seed)
    assert draw(panel, tables, before, seed=seed) == at
    pairs, least = count(panel, at, before), bound(panel, tables, before)
    start = at_random(len(panel), tables, Random(f"tables:{seed}"))
    assert pairs.cost <= count(panel, start, before).cost
    assert all(reached >= lowest for reached, lowest in zip(pairs, least, strict=True))


@given(people, st.integers(1, 4), st.integers(1, 4), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_no_series_of_draws_is_below_its_bound(panel: list[Panellist], tables: int, sessions: int, seed: int) -> None:
    tables = min(tables, len(panel))
    held = [at_random(len(panel), tables, Random(seed + number)) for number in range(sessions)]
    assert all(a >= b for a, b in zip(over(panel, held), bound_over(panel, tables, sessions), strict=True))


@given(st.integers(0, 40), st.integers(1, 8))
def test_pairs_are_fewest_when_spread_evenly(things: int, places: int) -> None:
    spread = Counter(thing % places for thing in range(things))
    assert evenly(things, places) == sum(n * (n - 1) // 2 for n in spread.values())


def test_the_draw_is_the_best_there_is_for_six_people() -> None:
    panel = [Panellist(*both) for both in product("AB", "123")]
    before: list[Session] = [[0, 0, 1, 1, 2, 2]]
    best = min(
        count(panel, [0 if p in first else 1 for p in range(6)], before).cost for first in combinations(range(6), 3)
    )
    assert count(panel, draw(panel, 2, before, seed="s"), before).cost == best


def test_the_usual_panel_meets_the_bound_on_organisations_and_almost_never_meets_again() -> None:
    panel = panel_of(23, 3, 4)
    found, least = over(panel, drawn(panel, 5, 4, seed=1)), bound_over(panel, 5, 4)
    assert found.organisation == least.organisation
    chance = over(panel, [at_random(23, 5, Random(number)) for number in range(4)])
    assert found.again * 3 < chance.again
    assert found.role * 3 < chance.role * 2


def test_people_without_an_organisation_are_like_nobody() -> None:
    assert count([Panellist()] * 4, [0, 0, 1, 1]) == (0, 0, 0)


def test_who_comes_late_sits_at_the_smallest_table_with_the_fewest_like_them() -> None:
    panel = [Panellist("A"), Panellist("B"), Panellist("A"), Panellist("B"), Panellist("A"), Panellist("B")]
    assert free_place(panel, 3, [0, 1, 2, None, None, None], [], 3) == 0
    assert free_place(panel, 3, [0, 1, 2, 0, None, None], [], 4) == 1
    met: list[Session] = [[0, 1, 1, None, None, 0]]
    assert free_place(panel, 3, [0, 1, 2, None, None, None], met, 5) == 2


@pytest.mark.parametrize(("seats", "tables"), [(3, 0), (3, 4), (0, 1), (1001, 5)])
def test_what_cannot_be_drawn_is_an_error(seats: int, tables: int) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw([Panellist()] * seats, tables, seed="s")
