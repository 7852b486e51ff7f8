"""Measures are exact; each boundary is tried just under, exactly on and just over."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import GroupCounts, Tally, parse_ballot
from rounds.measure import FORMS, Measure, Number, Root, Share, exact
from rounds.rule import holds, parse_rule
from tests.rounds.panels import votes, yes_of

YES_NO = parse_ballot("yes-no")
ABSTAINING = parse_ballot("yes-no-abstain")
SCALE = parse_ballot("scale 1-9")


def meets(rule: str, tally: Tally, *, ballot: str = "yes-no", base: str = "cast", min_group: int = 5) -> bool:
    form = parse_ballot(ballot)
    condition = parse_rule(rule, form)
    return holds(condition, tally, form, base, min_group)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "yes", "of", "met"),
    [
        ("yes >= 55%", 10, 20, False),
        ("yes >= 55%", 11, 20, True),  # exactly; 11/20 is not 0.55 in binary
        ("yes >= 55%", 12, 20, True),
        ("yes > 55%", 11, 20, False),
        ("yes > 55%", 12, 20, True),
        ("yes < 50%", 11, 23, True),
        ("yes < 50%", 10, 20, False),
        ("yes < 50%", 12, 23, False),
        ("yes <= 50%", 10, 20, True),
        ("yes = 50%", 10, 20, True),
        ("yes = 50%", 11, 20, False),
        ("yes >= 12", 11, 23, False),
        ("yes >= 12", 12, 23, True),
        ("yes >= 12", 13, 23, True),
        ("yes >= 66.7%", 667, 1000, True),
        ("yes >= 66.7%", 2, 3, False),
        ("votes >= 20", 3, 20, True),
        ("votes > 20", 3, 20, False),
        ("not yes >= 50%", 9, 20, True),
        ("yes >= 50% and no <= 50%", 10, 20, True),
        ("yes >= 90% or (no >= 50% and votes >= 20)", 10, 20, True),
    ],
)
def test_boundary(rule: str, yes: int, of: int, met: bool) -> None:
    assert meets(rule, yes_of(1, yes, of)) is met


@pytest.mark.parametrize(("base", "denominator"), [("cast", 18), ("ballots", 20), ("present", 22), ("entitled", 24)])
def test_the_base_is_the_denominator(base: str, denominator: int) -> None:
    tally = votes(1, {"yes": 11, "no": 7, "abstain": 2}, papers=20, present=22, entitled=24)
    assert Measure("yes").of(tally, ABSTAINING, base) == Share(11, denominator)
    assert Measure("abstain").of(tally, ABSTAINING, base) == Share(2, 20)


@pytest.mark.parametrize("rule", ["yes >= 0%", "yes < 50%", "yes = 0%", "yes >= 0", "yes < 5"])
def test_a_share_of_nothing_meets_no_comparison(rule: str) -> None:
    assert meets(rule, votes(1, {})) is False


@pytest.mark.parametrize("rule", ["median >= 1", "mean < 9", "iqr >= 0", "sd < 9", "cv < 9", "disagreement"])
def test_a_figure_of_no_ratings_meets_no_comparison(rule: str) -> None:
    assert meets(rule, votes(1, {"abstain": 3}), ballot="scale 1-9") is False


def test_whole_papers_are_measured_over_the_papers_handed_in() -> None:
    pick, points, rank = parse_ballot("pick 3"), parse_ballot("points 10"), parse_ballot("rank 3")
    assert Measure("picks").of(votes(1, {"1": 4}, papers=9), pick, "cast") == Share(4, 9)
    assert Measure("votes").of(votes(1, {"1": 4}, papers=9), pick, "cast") == Number(Fraction(9))
    assert Measure("points").of(votes(1, {"5": 2, "3": 1}, papers=9), points, "cast") == Number(Fraction(13))
    assert Measure("borda").of(votes(1, {"1": 2, "3": 1}, papers=9), rank, "cast") == Number(Fraction(7))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.fractions(0, 1, max_denominator=20))
def test_quantiles_are_those_of_type_seven(ratings: list[int], p: Fraction) -> None:
    tally = votes(1, {str(r): ratings.count(r) for r in set(ratings)})
    expected = float(np.quantile(ratings, float(p), method="linear"))
    assert float(tally.ratings.quantile(p)) == pytest.approx(expected)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=40))
def test_mean_and_deviation_are_exact(ratings: list[int]) -> None:
    tally = votes(1, {str(r): ratings.count(r) for r in set(ratings)})
    mean, sd = Measure("mean").of(tally, SCALE, "cast"), Measure("sd").of(tally, SCALE, "cast")
    assert isinstance(mean, Number)
    assert isinstance(sd, Root)
    assert mean.value == Fraction(sum(ratings), len(ratings))
    assert float(sd.square) == pytest.approx(float(np.var(ratings, ddof=1)))


@pytest.mark.parametrize(
    ("rule", "ratings", "met"),
    [
        ("sd <= 1", {"4": 1, "5": 1, "6": 1}, True),  # exactly 1
        ("sd < 1", {"4": 1, "5": 1, "6": 1}, False),
        ("cv <= 20%", {"4": 1, "5": 1, "6": 1}, True),
        ("cv < 0.2", {"4": 1, "5": 1, "6": 1}, False),
        ("median >= 6.5", {"6": 2, "7": 2}, True),
        ("median >= 6.5", {"6": 3, "7": 2}, False),
        ("iqr <= 1", {"6": 2, "7": 2}, True),
        ("mean = 6.5", {"6": 2, "7": 2}, True),
        ("share(7..9) >= 50%", {"6": 2, "7": 2, "abstain": 5}, True),
        ("share(7..9) >= 2", {"6": 2, "7": 2}, True),
        ("abstain > 50%", {"6": 2, "7": 2, "abstain": 5}, True),
    ],
)
def test_scale_measure(rule: str, ratings: dict[str, int], met: bool) -> None:
    assert meets(rule, votes(1, ratings), ballot="scale 1-9") is met


def test_a_negative_scale_has_shares_and_a_median() -> None:
    tally = votes(1, {"-2": 3, "2": 1})
    assert meets("share(-2..-1) >= 75%", tally, ballot="scale -2-2")
    assert meets("median <= -2", tally, ballot="scale -2-2")
    assert Measure("cv").of(tally, parse_ballot("scale -2-2"), "cast") is None


def grouped(**groups: dict[str, int]) -> Tally:
    total: dict[str, int] = {}
    for counts in groups.values():
        for choice, n in counts.items():
            total[choice] = total.get(choice, 0) + n
    n = sum(total.values())
    parts = {name: GroupCounts(counts, sum(counts.values())) for name, counts in groups.items()}
    return Tally(1, total, n, n, n, parts)


@pytest.mark.parametrize(
    ("scope", "met"),
    [("in every group", False), ("in any group", True), ("in 2 groups", True), ("in 3 groups", False)],
)
def test_groups_each_decide_by_their_own_votes(scope: str, met: bool) -> None:
    tally = grouped(a={"yes": 5}, b={"yes": 4, "no": 1}, c={"no": 6}, d={"yes": 4})
    assert meets(f"yes >= 70% {scope}", tally) is met


def test_small_groups_do_not_decide() -> None:
    tally = grouped(a={"yes": 5}, b={"no": 4})
    assert meets("yes >= 70% in every group", tally)
    assert not meets("yes >= 70% in every group", tally, min_group=6)
    assert not meets("yes >= 70% in any group", tally, min_group=6)
    assert not meets("yes >= 70% in every group", yes_of(1, 10))


def test_inside_a_group_the_base_is_its_ballots() -> None:
    tally = grouped(a={"yes": 3, "abstain": 2}, b={"yes": 5})
    assert meets("yes >= 60% in every group", tally, ballot="yes-no-abstain", base="entitled")
    assert not meets("yes > 60% in every group", tally, ballot="yes-no-abstain", base="entitled")
    assert meets("yes >= 100% in every group", tally, ballot="yes-no-abstain", base="cast")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(13, 2), "6.5"), (Fraction(20, 3), "20/3"), (Fraction(7), "7"), (Fraction(-1, 8), "-0.125"),
        (Fraction(0), "0"), (Fraction(1, 20), "0.05"),
    ],
)  # fmt: skip
def test_exact_numbers_are_written_as_decimals_where_they_end(value: Fraction, text: str) -> None:
    assert exact(value) == text
    assert Fraction(text) == value


def test_a_root_is_written_exactly() -> None:
    assert str(Root(Fraction(9, 4))) == "1.5"
    assert str(Root(Fraction(7, 3))) == "sqrt(7/3)"


def test_every_measure_of_the_language_is_known() -> None:
    assert set(FORMS) == {
        "yes", "no", "abstain", "votes", "share", "median", "mean", "iqr", "sd", "cv", "disagreement", "picks",
        "points", "borda",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "top 14", "top 5 by mean and votes >= 3", "yes < 50%", "otherwise",
        "share(7..9) >= 70% in every group and share(1..3) < 15%", "not (median >= 7 or disagreement in 2 groups)",
    ],
)  # fmt: skip
def test_a_rule_reads_back_what_it_writes(text: str) -> None:
    ballot = SCALE if "yes" not in text else YES_NO
    rule = parse_rule(text, ballot)
    assert parse_rule(str(rule), ballot) == rule
