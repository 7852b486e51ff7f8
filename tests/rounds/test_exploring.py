"""What if: a round at other numbers than its own, exact at every boundary."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rounds import Item, RoundResult, Tally, explore, knob_sentence, knobs, ready_plan
from rounds.exploring import turned
from tests.rounds.panels import HEAD, judged, plan_of, yes_of

#: 9, 7, 5 and 4 of ten say yes
VOTES = [yes_of(1, 9), yes_of(2, 7), yes_of(3, 5), yes_of(4, 4)]
CUT = 'advance = "top 1"\nto = "in"\ncut = "yes < 50%"'


def tried(keys: str, id: str, number: Fraction | int, tallies: list[Tally] = VOTES) -> RoundResult:
    round = plan_of(keys).rounds[0]
    knob = next(knob for knob in knobs(round, len(tallies)) if knob.id == id)
    items = [Item(tally.number, None) for tally in tallies]
    return explore(round, items, {tally.number: tally for tally in tallies}, knob, Fraction(number))


@pytest.mark.parametrize(
    ("at", "cut"),
    [
        (Fraction("39.9"), ()),
        (40, ()),  # 4 of 10 are not under 40 %
        (Fraction("40.1"), (4,)),
        (50, (4,)),
        (Fraction("50.1"), (3, 4)),
        (60, (3, 4)),
        (100, (2, 3, 4)),  # 1 has advanced, so that the cut does not reach it
    ],
)
def test_a_threshold_is_turned_exactly(at: Fraction | int, cut: tuple[int, ...]) -> None:
    keys = f'{CUT}\nprecedence = "advance"'
    assert tried(keys, "cut::0", at).having("cut") == cut


def test_at_the_plans_own_number_the_result_is_the_rounds() -> None:
    own, explored = judged(plan_of(CUT), VOTES), tried(CUT, "cut::0", 50)
    assert explored.items == own.items
    assert explored.counts == own.counts


@pytest.mark.parametrize(("places", "advance"), [(1, (1,)), (2, (1, 2)), (4, (1, 2, 3))])
def test_the_number_of_places_is_turned(places: int, advance: tuple[int, ...]) -> None:
    assert tried(CUT, "advance::0", places).having("advance") == advance


def test_a_tie_is_told_and_not_settled() -> None:
    tied = [yes_of(1, 9), yes_of(2, 7), yes_of(3, 7), yes_of(4, 4)]
    found = tried(f'{CUT}\nties = "lot"', "advance::0", 2, tied)
    assert found.counts["unresolved"] == 2
    assert [tie.open for tie in found.unresolved] == [(2, 3)]


def test_every_number_of_a_long_rule_can_be_turned_by_itself() -> None:
    rule = 'advance = "top 3 and (yes >= 60% or not no >= 30%)"\nto = "in"\notherwise = "cut"'
    round = plan_of(rule).rounds[0]
    ways = {knob.place: str(turned(round, knob, Fraction(2)).advance) for knob in knobs(round, 4)}
    assert ways == {
        0: "top 2 and (yes >= 60% or not no >= 30%)",
        1: "top 3 and (yes >= 2% or not no >= 30%)",
        2: "top 3 and (yes >= 60% or not no >= 2%)",
    }


def test_each_kind_has_its_own() -> None:
    head = HEAD.replace("protocols", 'kinds = ["a", "b"]\nprotocols')
    round = plan_of('advance = { a = "top 2", b = "yes > 50%" }\nto = "in"', head=head).rounds[0]
    assert [(knob.id, knob.unit, knob.at) for knob in knobs(round, 9)] == [
        ("advance:a:0", "items", 2),
        ("advance:b:0", "percent", 50),
    ]


def test_ratings_turn_between_the_ends_of_their_scale() -> None:
    round = plan_of('advance = "median >= 7"\nto = "in"', ballot="scale 1-9").rounds[0]
    (knob,) = knobs(round, 4)
    assert (knob.unit, knob.low, knob.high, knob.at) == ("rating", 1, 9, 7)


@pytest.mark.parametrize(("id", "number"), [("cut::0", -1), ("cut::0", 101), ("advance::0", 0), ("advance::0", 5)])
def test_no_knob_turns_further_than_it_goes(id: str, number: int) -> None:
    with pytest.raises(ValueError, match="is not between"):
        tried(CUT, id, number)


def test_places_are_whole() -> None:
    with pytest.raises(ValueError, match="is not between"):
        tried(CUT, "advance::0", Fraction(3, 2))


def test_the_rule_is_said_as_the_plan_has_it() -> None:
    first = ready_plan("conference-2014").rounds[0]
    said = {knob.id: (knob_sentence(first, knob, "en"), knob_sentence(first, knob, "sv")) for knob in knobs(first, 97)}
    assert said.keys() == {"advance::0", "cut::0"}
    assert "14" in said["advance::0"][0]
    assert "50" in said["cut::0"][1]
