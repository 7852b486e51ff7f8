"""Verdicts: order of the rules, quorum, ties and what settles them."""

from __future__ import annotations

import pytest

from rounds import Decision, Item, draw, judge
from tests.rounds.panels import HEAD, judged, plan_of, votes, yes_of

TOP_2 = 'advance = "top 2"\nto = "in"\notherwise = "cut"\n'
TIED = [yes_of(1, 9), yes_of(2, 7), yes_of(3, 7), yes_of(4, 7), yes_of(5, 3)]


def verdicts(result: object) -> dict[int, str | None]:
    return {item.number: item.verdict for item in result.items}  # type: ignore[attr-defined]


def test_equal_values_share_a_rank() -> None:
    result = judged(plan_of(TOP_2), TIED)
    assert [item.rank for item in result.items] == [1, 2, 2, 2, 5]


def test_an_item_that_leaves_the_ranking_has_no_rank() -> None:
    result = judged(plan_of('advance = "top 2"\nto = "in"\ncut = "yes < 50%"'), TIED)
    assert [item.rank for item in result.items] == [1, 2, 2, 2, None]


def test_a_decision_settles_a_tie_and_its_reason_is_told() -> None:
    result = judged(plan_of(TOP_2), TIED, decisions=[Decision((3,), "advance", "broadest support")])
    assert verdicts(result) == {1: "advance", 2: "cut", 3: "advance", 4: "cut", 5: "cut"}
    assert result.item(3).reason("en") == "top 2 by yes: tied at place 2, 7 of 10; decided: broadest support"
    assert not result.unresolved


def test_a_tie_stays_open_until_its_places_are_filled_or_all_are_decided() -> None:
    some = judged(plan_of(TOP_2), TIED, decisions=[Decision((3,), "cut", "weak")])
    assert some.unresolved[0].open == (2, 4)
    every = judged(plan_of(TOP_2), TIED, decisions=[Decision((2, 3, 4), "cut", "weak")])
    assert verdicts(every) == {1: "advance", 2: "cut", 3: "cut", 4: "cut", 5: "cut"}
    assert not every.unresolved


def test_the_room_may_let_in_more_than_there_are_places() -> None:
    result = judged(plan_of(TOP_2), TIED, decisions=[Decision((2, 3, 4), "advance", "all of them")])
    assert result.counts["advance"] == 4


def test_a_lot_waits_for_its_seed_and_then_anyone_can_repeat_it() -> None:
    plan = plan_of(TOP_2 + 'ties = "lot"')
    waiting = judged(plan, TIED)
    assert (waiting.unresolved[0].open, waiting.unresolved[0].lot) == ((2, 3, 4), True)
    drawn = judged(plan, TIED, seed="83412")
    winner = draw("83412", [2, 3, 4])[0]
    assert drawn.having("advance") == tuple(sorted((1, winner)))
    assert drawn.item(winner).reason("sv").endswith("dragen av lotten")


def test_a_lot_depends_on_its_seed_alone() -> None:
    assert draw("1", [2, 3, 4]) == draw("1", [4, 3, 2])
    assert {draw(str(seed), [2, 3, 4])[0] for seed in range(50)} == {2, 3, 4}


def test_a_run_off_fills_the_places_left() -> None:
    plan = plan_of(TOP_2 + 'ties = "run-off"')
    assert judged(plan, TIED).unresolved[0].open == (2, 3, 4)
    won = judged(plan, TIED, run_off={2: yes_of(2, 1), 3: yes_of(3, 6), 4: yes_of(4, 3)})
    assert verdicts(won) == {1: "advance", 2: "cut", 3: "advance", 4: "cut", 5: "cut"}


def test_a_second_tie_in_a_run_off_falls_to_the_lot() -> None:
    plan, run_off = plan_of(TOP_2 + 'ties = "run-off"'), {2: yes_of(2, 6), 3: yes_of(3, 6), 4: yes_of(4, 3)}
    again = judged(plan, TIED, run_off=run_off)
    assert (again.unresolved[0].open, again.unresolved[0].open_places, again.unresolved[0].lot) == ((2, 3), 1, True)
    drawn = judged(plan, TIED, run_off=run_off, seed="7")
    assert drawn.having("advance") == tuple(sorted((1, draw("7", [2, 3])[0])))


def test_a_run_off_in_which_nobody_votes_falls_to_the_lot() -> None:
    plan, silent = plan_of(TOP_2 + 'ties = "run-off"'), {n: votes(n, {}) for n in (2, 3, 4)}
    assert judged(plan, TIED, run_off=silent).unresolved[0].open == (2, 3, 4)
    assert judged(plan, TIED, run_off=silent, seed="7").counts["advance"] == 2


def test_the_loser_of_a_lot_can_still_meet_the_other_rule() -> None:
    keys = 'advance = "top 1"\nto = "in"\ncut = "yes < 50%"\nprecedence = "advance"\nties = "lot"'
    result = judged(plan_of(keys), [yes_of(1, 4), yes_of(2, 4)], seed="x")
    assert sorted(verdicts(result).values(), key=str) == ["advance", "cut"]


@pytest.mark.parametrize(
    ("quorum", "of", "verdict"),
    [
        ("12 votes", 11, "hold"), ("12 votes", 12, "advance"), ("12 votes", 13, "advance"),
        ("2/3 of entitled", 15, "hold"), ("2/3 of entitled", 16, "advance"), ("2/3 of entitled", 17, "advance"),
        ("50% of present", 9, "hold"), ("50% of present", 10, "advance"), ("50% of present", 11, "advance"),
    ],
)  # fmt: skip
def test_quorum_boundary(quorum: str, of: int, verdict: str) -> None:
    plan = plan_of(f'advance = "yes >= 0%"\nto = "in"\nquorum = "{quorum}"')
    tally = votes(1, {"yes": of}, present=20, entitled=24)
    (item,) = judged(plan, [tally]).items
    assert (item.verdict, item.inquorate) == (verdict, verdict == "hold")


def test_an_inquorate_item_is_held_even_where_the_rest_is_cut() -> None:
    plan = plan_of('advance = "top 1"\nto = "in"\nquorum = "5 votes"\notherwise = "cut"')
    result = judged(plan, [yes_of(1, 9), votes(2, {"yes": 4}), yes_of(3, 2)])
    assert verdicts(result) == {1: "advance", 2: "hold", 3: "cut"}
    assert result.item(2).rank is None


def test_abstentions_do_not_make_a_quorum() -> None:
    plan = plan_of('advance = "yes >= 50%"\nto = "in"\nquorum = "5 votes"', ballot="yes-no-abstain")
    (item,) = judged(plan, [votes(1, {"yes": 4, "abstain": 3})]).items
    assert item.inquorate


def test_an_item_nobody_voted_on_is_inquorate() -> None:
    result = judged(plan_of('advance = "top 1"\nto = "in"\ncut = "yes < 50%"'), [votes(1, {}), yes_of(2, 6)])
    assert verdicts(result) == {1: "hold", 2: "advance"}
    assert result.item(1).inquorate
    assert result.item(1).measures == {"yes": result.item(1).measures["yes"]}


def test_unrated_items_are_not_ranked_but_not_inquorate() -> None:
    result = judged(plan_of(TOP_2, ballot="scale 1-9"), [votes(1, {"abstain": 5}), votes(2, {"9": 5})])
    assert verdicts(result) == {1: "cut", 2: "advance"}
    assert (result.item(1).rank, result.item(1).inquorate) == (None, False)


def test_a_scale_is_ranked_by_median_and_then_mean() -> None:
    tallies = [votes(1, {"7": 3, "1": 1}), votes(2, {"7": 4}), votes(3, {"8": 2, "7": 1}), votes(4, {"7": 4})]
    assert [item.rank for item in judged(plan_of(TOP_2, ballot="scale 1-9"), tallies).items] == [4, 2, 1, 2]


def test_rules_per_kind_rank_each_kind_by_itself() -> None:
    plan = plan_of(
        'advance = { a = "top 1", b = "yes >= 70%" }\nto = "in"\notherwise = "cut"',
        head=HEAD + 'kinds = ["a", "b", "c"]\n',
    )
    tallies = [yes_of(1, 3), yes_of(2, 2), yes_of(3, 7), yes_of(4, 6), yes_of(5, 10)]
    result = judged(plan, tallies, kinds={1: "a", 2: "a", 3: "b", 4: "b", 5: "c"})
    assert verdicts(result) == {1: "advance", 2: "cut", 3: "advance", 4: "cut", 5: "cut"}
    assert [item.rank for item in result.items] == [1, 2, 1, 2, 1]


def test_otherwise_is_what_the_other_rule_leaves() -> None:
    rest_in = judged(plan_of('advance = "otherwise"\nto = "in"\ncut = "yes < 50%"'), [yes_of(1, 4), yes_of(2, 5)])
    assert verdicts(rest_in) == {1: "cut", 2: "advance"}
    rest_out = judged(plan_of('advance = "top 1"\nto = "in"\ncut = "otherwise"'), [yes_of(1, 4), yes_of(2, 5)])
    assert verdicts(rest_out) == {1: "cut", 2: "advance"}


def test_the_worst_can_be_cut_by_number() -> None:
    result = judged(plan_of('cut = "top 1 by no"\nties = "hold all"'), [yes_of(1, 4), yes_of(2, 5), yes_of(3, 6)])
    assert verdicts(result) == {1: "cut", 2: "hold", 3: "hold"}


def test_judging_does_not_depend_on_the_order_of_the_tallies() -> None:
    plan = plan_of(TOP_2)
    items = [Item(tally.number, None) for tally in TIED]
    forward = judge(plan.rounds[0], items, {t.number: t for t in TIED})
    backward = judge(plan.rounds[0], items[::-1], {t.number: t for t in TIED[::-1]})
    assert verdicts(forward) == verdicts(backward)


@pytest.mark.parametrize(
    ("number", "en", "sv"),
    [
        (1, "top 2 by yes: place 1, 9 of 10", "topp 2: plats 1, 9 av 10"),
        (5, "yes < 50%: 3 of 10", "under 50\u00a0% ja: 3 av 10"),
    ],
)
def test_reasons_name_rule_place_and_figures(number: int, en: str, sv: str) -> None:
    result = judged(plan_of('advance = "top 2"\nto = "in"\ncut = "yes < 50%"'), TIED)
    assert (result.item(number).reason("en"), result.item(number).reason("sv")) == (en, sv)


def test_a_reason_says_what_a_figure_is() -> None:
    plan = plan_of('advance = "share(4..5) >= 70%"\nto = "in"\notherwise = "cut"', ballot="scale 1-5")
    result = judged(plan, [votes(1, {"2": 3})])
    assert result.item(1).reason("en") == "meets no rule: median 2"
    assert result.item(1).reason("sv") == "uppfyller ingen regel: median 2"
    assert result.item(1).reason("fi") == result.item(1).reason("en"), "a language that nobody has added"
