"""Changing a plan by plain choices, and its numbers in its sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from rounds import Plan, PlanError, edited, read_plan, ready_plan, ready_plans
from rounds.editing import Edit
from rounds.fields import Field, sentence_fields
from tests.rounds.random_plans import plans


def number(round: str, rule: str, value: str, *, kind: str | None = None, place: int = 0) -> Edit:
    return {"do": "number", "round": round, "rule": rule, "kind": kind, "place": place, "value": value}


def choice(key: str, value: str, round: str | None = None) -> Edit:
    return {"do": "set", "round": round, "key": key, "value": value}


@pytest.fixture
def plan() -> Plan:
    return ready_plan("conference-2014")


def test_a_sentence_falls_into_text_and_numbers(plan: Plan) -> None:
    assert sentence_fields(plan.round("P1"), "en") == [
        "The ",
        Field("advance", None, 0, "14", whole=True, percent=False),
        " with most yes votes go into the extended protocol; those under ",
        Field("cut", None, 0, "50", whole=False, percent=True),
        "% yes are out; the rest are discussed and voted on again.",
    ]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("name", ready_plans())
def test_the_parts_of_a_sentence_are_the_sentence(name: str, lang: str) -> None:
    for round in ready_plan(name, lang).rounds:
        said = (part if isinstance(part, str) else shown(part.value, lang) for part in sentence_fields(round, lang))
        assert "".join(said) == round.sentence(lang)


def shown(number: str, lang: str) -> str:
    return number.replace(".", ",") if lang == "sv" else number


@settings(max_examples=100, deadline=None)
@given(plans())
def test_any_number_can_be_set_to_what_it_is(plan: Plan) -> None:
    for round in plan.rounds:
        for field in [part for part in sentence_fields(round, "sv") if isinstance(part, Field)]:
            edit = number(round.id, field.rule, field.value, kind=field.kind, place=field.place)
            assert replace(edited(plan, edit, "sv"), text="", warnings=()) == replace(plan, text="", warnings=())


def test_a_number_is_changed_where_it_stands(plan: Plan) -> None:
    plan = edited(plan, number("P1", "advance", "20"), "en")
    plan = edited(plan, number("P1", "cut", "33,5"), "en")
    plan = edited(plan, number("C", "advance", "7", kind="effect"), "en")
    assert (str(plan.round("P1").advance), str(plan.round("P1").cut)) == ("top 20", "yes < 33.5%")
    assert str(plan.round("C").advance) == "process: top 10, effect: top 7"
    assert plan.round("P2") == ready_plan("conference-2014").round("P2")


def test_the_second_number_of_a_rule_is_its_own() -> None:
    plan = edited(ready_plan("delphi-70-15"), number("R1", "advance", "20", place=1), "en")
    assert str(plan.round("R1").advance) == "share(7..9) >= 70% and share(1..3) < 20%"


def test_choices_are_set_and_left_out_again(plan: Plan) -> None:
    changed = edited(plan, choice("ties", "lot", "P2"), "en")
    changed = edited(changed, choice("quorum", "2/3 of entitled", "P2"), "en")
    changed = edited(changed, choice("anonymity", "panel"), "en")
    changed = edited(changed, choice("base", "present"), "en")
    round = changed.round("P2")
    assert (round.ties, round.quorum and round.quorum.text, round.base) == ("lot", "2/3 of entitled", "present")
    assert changed.anonymity == "panel"
    assert edited(changed, choice("quorum", "", "P2"), "en").round("P2").quorum is None


def test_a_round_of_its_own_base_keeps_it(plan: Plan) -> None:
    plan = edited(plan, choice("base", "entitled", "P2"), "en")
    plan = edited(plan, choice("base", "ballots"), "en")
    assert [round.base for round in plan.rounds] == ["ballots", "entitled", "ballots", "ballots", "ballots"]


def test_a_vote_once_more_is_put_in_between_and_taken_out_again(plan: Plan) -> None:
    more = edited(plan, {"do": "again", "round": "P2"}, "sv")
    assert [round.id for round in more.rounds] == ["P1", "P2", "P3", "E1", "E2", "C"]
    assert (more.round("P2").otherwise, more.round("P3").otherwise) == ("hold", "cut")
    assert [str(source) for source in more.round("P3").vote_on] == ["held in P2"]
    less = edited(more, {"do": "remove", "round": "P3"}, "sv")
    assert replace(less, text="") == replace(plan, text="")


def test_a_vote_once_more_in_the_middle_is_voted_on_further(plan: Plan) -> None:
    more = edited(plan, {"do": "again", "round": "P1"}, "sv")
    assert [(round.id, str(round.vote_on[0])) for round in more.rounds[:3]] == [
        ("P1", "process"), ("P3", "held in P1"), ("P2", "held in P3"),
    ]  # fmt: skip


def test_a_core_is_added_and_goes_with_its_round() -> None:
    plan = ready_plan("single-vote")
    narrow = edited(plan, {"do": "narrow"}, "en")
    assert narrow.protocols == ("adopted", "core")
    assert narrow.rounds[-1].sentence("en").startswith("The 5 with most yes votes go into the core protocol")
    assert edited(narrow, {"do": "narrow"}, "en").protocols == ("adopted", "core", "core-2")
    assert edited(narrow, {"do": "remove", "round": "C"}, "en").protocols == ("adopted",)


REFUSED = [
    (number("P1", "advance", "0"), "Write a whole number from 1."),
    (number("P1", "advance", "14.5"), "Write a whole number from 1."),
    (number("P1", "cut", "half"), "Write a number."),
    (number("P1", "cut", "50", place=1), "The plan has no such round or number any more."),
    (number("P1", "cut", "50", kind="effect"), "The plan has no such round or number any more."),
    (number("P9", "cut", "50"), "The plan has no such round or number any more."),
    (choice("otherwise", "hold", "P2"), "Items may be held here"),
    (choice("otherwise", "stay", "P2"), '"stay" needs a round'),
    (choice("ballot", "scale 1-9", "P1"), 'In "yes < 50%"'),
    (choice("title", ""), "The plan needs a title."),
    (choice("id", "X", "P1"), "This is no change"),
    (choice("protocols", "x"), "This is no change"),
    ({"do": "again", "round": "C"}, "Nothing is left of this round"),
    ({"do": "remove", "round": "P9"}, "The plan has no such round"),
    ({"do": "explode"}, "This is no change"),
    ({}, "This is no change"),
]


@pytest.mark.parametrize(("edit", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_work_is_refused_in_a_sentence(plan: Plan, edit: Edit, said: str) -> None:
    with pytest.raises(PlanError) as refusal:
        edited(plan, edit, "en")
    assert refusal.value.said("en").startswith(said)


def test_a_plan_keeps_its_last_round() -> None:
    with pytest.raises(PlanError) as refusal:
        edited(ready_plan("single-vote"), {"do": "remove", "round": "vote"}, "sv")
    assert refusal.value.said("sv") == "En plan behöver minst en omgång."


def test_remarks_know_their_round_and_their_swedish() -> None:
    plan = edited(ready_plan("single-vote"), number("vote", "advance", "150"), "en")
    (remark,) = plan.warnings
    assert (remark.round, remark.said("en")) == ("vote", 'Round vote: "yes > 150%" compares with more than 100%.')
    assert remark.said("sv") == "Omgång vote: ”yes > 150%” jämför med mer än 100\u00a0%."
    assert read_plan(plan.text).warnings == plan.warnings
