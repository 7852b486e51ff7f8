"""Writing a plan: whatever is written is read as the same plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from rounds import Plan, read_plan, ready_plan, ready_plans, write_plan
from tests.rounds.random_plans import plans


def same(one: Plan, other: Plan) -> bool:
    """Whether two plans are alike but for their text; the pace that a ballot asks for is not warned about twice."""
    return replace(one, text="", warnings=()) == replace(other, text="", warnings=())


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("name", ready_plans())
def test_a_ready_plan_is_written_as_it_is(name: str, lang: str) -> None:
    plan = ready_plan(name, lang)
    assert same(read_plan(write_plan(plan)), plan)
    assert read_plan(write_plan(plan)).warnings == plan.warnings


@settings(max_examples=300, deadline=None)
@given(plans())
def test_any_plan_is_written_as_it_is(plan: Plan) -> None:
    text = write_plan(plan)
    assert same(read_plan(text), plan)
    assert write_plan(read_plan(text)) == text


def test_texts_that_toml_would_take_for_something_else_are_kept() -> None:
    title = 'A "title" with \\ and\ttabs, \x7f and \x85, é and 😀, # no comment, \u2028 and """'
    plan = replace(ready_plan("single-vote"), title=title, description="Two\nlines\r\nthen\rone")
    again = read_plan(write_plan(plan))
    assert (again.title, again.description) == (plan.title, plan.description)


def test_a_negation_of_a_negation_is_still_a_rule() -> None:
    text = write_plan(ready_plan("single-vote")).replace("yes > 50%", "not (not yes > 50%)")
    plan = read_plan(text)
    assert same(read_plan(write_plan(plan)), plan)
