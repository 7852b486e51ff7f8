"""The vectors of the plan language."""

from __future__ import annotations

import pytest

from rounds import RoundResult
from rounds.measure import disagreement
from tests.rounds.panels import judged, plan_of, votes, yes_of

YES = {"a": 9, "b": 7, "c": 7, "d": 5, "e": 4, "f": 0}
NUMBER = {name: place for place, name in enumerate(YES, start=1)}
NAME = {number: name for name, number in NUMBER.items()}


def vote(round_keys: str) -> RoundResult:
    return judged(plan_of(round_keys), [yes_of(NUMBER[name], yes) for name, yes in YES.items()])


def having(result: RoundResult, verdict: str) -> str:
    return " ".join(NAME[number] for number in result.having(verdict))


CUT = 'cut = "yes < 50%"\nto = "in"\n'

VECTORS = [
    (CUT + 'advance = "top 2"\nties = "advance all"', "a b c", "d", "e f"),
    (CUT + 'advance = "top 2"\nties = "hold all"', "a", "b c d", "e f"),
    (CUT + 'advance = "top 5"\nties = "advance all"\nprecedence = "cut"', "a b c d", "", "e f"),
    (CUT + 'advance = "top 5"\nties = "advance all"\nprecedence = "advance"', "a b c d e", "", "f"),
    ('to = "in"\nadvance = "yes >= 70%"\notherwise = "cut"', "a b c", "", "d e f"),
    ('to = "in"\nadvance = "yes > 70%"', "a", "b c d e f", ""),
    ('to = "in"\nadvance = "top 2 and yes >= 75%"', "a", "b c d e f", ""),
    ('to = "in"\nadvance = "yes >= 5"', "a b c d", "e f", ""),
]


@pytest.mark.parametrize(("round_keys", "advance", "hold", "cut"), VECTORS)
def test_yes_no_vector(round_keys: str, advance: str, hold: str, cut: str) -> None:
    result = vote(round_keys)
    assert (having(result, "advance"), having(result, "hold"), having(result, "cut")) == (advance, hold, cut)


def test_a_tie_that_is_asked_about_stays_unresolved() -> None:
    result = vote(CUT + 'advance = "top 2"\nties = "ask"')
    assert having(result, "advance") == "a"
    assert having(result, "hold") == "d"
    assert having(result, "cut") == "e f"
    (tie,) = result.unresolved
    assert (tie.open, tie.open_places) == ((NUMBER["b"], NUMBER["c"]), 1)
    assert [item.number for item in result.items if item.tied] == [2, 3]
    assert result.counts == {"advance": 1, "hold": 1, "cut": 2, "stay": 0, "unresolved": 2}


SEVENTY_FIFTEEN = (
    'advance = "share(7..9) >= 70% and share(1..3) < 15%"\nto = "in"\ncut = "share(1..3) >= 70% and share(7..9) < 15%"'
)


@pytest.mark.parametrize(
    ("ratings", "verdict"),
    [
        ({"7": 14, "1": 3, "5": 3}, "hold"),  # 70 % and exactly 15 %
        ({"7": 14, "1": 2, "5": 4}, "advance"),  # 70 % and 10 %
        ({"7": 13, "1": 2, "5": 5}, "hold"),  # 65 %
        ({"1": 14, "7": 2, "5": 4}, "cut"),
        ({"1": 14, "7": 3, "5": 3}, "hold"),
    ],
)
def test_seventy_fifteen(ratings: dict[str, int], verdict: str) -> None:
    result = judged(plan_of(SEVENTY_FIFTEEN, ballot="scale 1-9"), [votes(1, ratings)])
    assert result.items[0].verdict == verdict


def test_rand_ucla_example_has_no_disagreement() -> None:
    """n = 15 with P30 = 7 and P70 = 8: the range 1 is under 2.35 + 1.5 * 2.5 = 6.1."""
    tally = votes(1, {"6": 3, "7": 6, "8": 4, "9": 2})
    ballot = plan_of('otherwise = "cut"', ballot="scale 1-9").rounds[0].ballot
    assert disagreement(tally, ballot) is False


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ({"1": 8, "9": 7}, True),  # P30 1, P70 9: 8 > 2.35 + 0
        ({"5": 15}, False),
        ({"1": 5, "5": 5, "9": 5}, True),  # P30 is 1.8, P70 is 8.2: 6.4 > 2.35
        ({"3": 8, "5": 7}, False),  # range 2, middle 4: 2 < 3.85
    ],
)
def test_disagreement(ratings: dict[str, int], expected: bool) -> None:
    ballot = plan_of('otherwise = "cut"', ballot="scale 1-9").rounds[0].ballot
    assert disagreement(votes(1, ratings), ballot) is expected


def test_the_middle_of_a_scale_below_zero_is_where_it_is() -> None:
    """On -2 to 1 the middle is -0.5: P30 -2 and P70 1 lie evenly around it, and 3 > 2.35."""
    ballot = plan_of('otherwise = "cut"', ballot="scale -2-1").rounds[0].ballot
    assert disagreement(votes(1, {"-2": 8, "1": 8}), ballot) is True
