"""Agreement between panellists and change between rounds: textbook vectors, and what must hold of any papers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import Change, LevelError, changes, count, kendalls_w, net_change, parse_ballot, rankings
from rounds.agreement import value_of

# Ranks that are given outright: the smaller the better makes no difference to W.
VECTORS = [
    # Three judges who agree throughout, and three whose rank sums are all 6.
    ([[1, 2, 3, 4]] * 3, Fraction(1)),
    ([[1, 2, 3], [2, 3, 1], [3, 1, 2]], Fraction(0)),
    # Siegel & Castellan 1988, table 9.4: three interviewers rank six applicants; S = 25.5, W = 0.162.
    ([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], Fraction(12 * 51, 2 * 9 * 210)),
]


@pytest.mark.parametrize(("papers", "w"), VECTORS)
def test_kendalls_w_of_the_textbooks(papers: list[list[int]], w: Fraction) -> None:
    assert rankings(papers).concordance() == w


def test_kendalls_w_corrected_for_ties() -> None:
    """Kendall 1970, Rank Correlation Methods, chapter 6: three rankings of ten with ties; S = 591, W = 0.828."""
    papers = [
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]
    found = rankings([[int(2 * rank) for rank in paper] for paper in papers])
    assert found.sums == (11, 13, 18, 27, 24, 40, 46, 47, 51, 53)
    w = found.concordance()
    assert w == Fraction(12 * 591, 9 * 990 - 3 * (12 + 18 + 84))
    assert round(float(w), 3) == 0.828


def by_definition(papers: Sequence[Sequence[int]]) -> Fraction | None:
    """W as the formula says it, with ranks as fractions."""
    m, n = len(papers), len(papers[0])
    ranks = [
        [Fraction(sum(other < one for other in paper)) + Fraction(paper.count(one) + 1, 2) for one in paper]
        for paper in map(list, papers)
    ]
    sums = [sum(column) for column in zip(*ranks, strict=True)]
    s = sum((total - Fraction(m * (n + 1), 2)) ** 2 for total in sums)
    ties = sum(paper.count(value) ** 3 - paper.count(value) for paper in map(list, papers) for value in set(paper))
    most = m * m * (n**3 - n) - m * ties
    return 12 * s / most if most else None


PAPERS = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 9), min_size=n, max_size=n), min_size=2, max_size=8)
)


@given(PAPERS)
def test_w_is_what_its_definition_says_and_lies_between_0_and_1(papers: list[list[int]]) -> None:
    w = rankings(papers).concordance()
    assert w == by_definition(papers)
    assert w is None or 0 <= w <= 1


@given(PAPERS, st.randoms())
def test_w_does_not_depend_on_the_order_of_papers_or_items(papers: list[list[int]], random: object) -> None:
    w = rankings(papers).concordance()
    shuffled = [list(column) for column in zip(*papers, strict=True)]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = [list(row) for row in zip(*shuffled, strict=True)]
    random.shuffle(again)  # type: ignore[attr-defined]
    assert rankings(again).concordance() == w


@given(PAPERS)
def test_w_is_1_for_papers_that_rank_alike_and_only_for_those(papers: list[list[int]]) -> None:
    one = papers[0]
    assert rankings([one, [3 * value for value in one]]).concordance() == (1 if len(set(one)) > 1 else None)
    orders = {tuple(sorted(range(len(paper)), key=paper.__getitem__)) for paper in papers}
    if len(orders) > 1 and all(len(set(paper)) == len(paper) for paper in papers):
        assert rankings(papers).concordance() != 1


@pytest.mark.parametrize("papers", [[], [[1, 2, 3]], [[1], [2]], [[4, 4], [4, 4]]])
def test_w_is_undefined_where_there_is_nothing_to_compare(papers: list[list[int]]) -> None:
    assert rankings(papers).concordance() is None


@pytest.mark.parametrize(
    ("form", "choice", "value"),
    [
        ("yes-no", "yes", 1),
        ("yes-no", "no", 0),
        ("yes-no", None, None),
        ("yes-no-abstain", "abstain", None),
        ("scale 1-9", "7", 7),
        ("scale 1-9", "abstain", None),
        ("pick 2", "1", 1),
        ("pick 2", None, 0),
        ("points 10", "4", 4),
        ("rank 3", "1", 3),
        ("rank 3", "3", 1),
        ("rank 3", None, 0),
    ],
)
def test_a_choice_gives_an_item_more_the_more_it_is_preferred(form: str, choice: str | None, value: int | None) -> None:
    assert value_of(parse_ballot(form), choice) == value


def test_change_counts_those_who_voted_both_times() -> None:
    before = {"a": {1: "yes", 2: "no"}, "b": {1: "yes"}, "c": {1: "no"}}
    after = {"a": {1: "no", 2: "no"}, "b": {1: "yes", 2: "yes"}, "d": {1: "no"}}
    assert changes("panel", before, after) == {1: Change(1, 2), 2: Change(0, 1)}


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("yy nn", "yy nn", Fraction(0)),
        ("yyyy", "nnnn", Fraction(1)),
        ("yynn", "yyyn", Fraction(1, 4)),
        ("yn", "yyn", Fraction(1, 6)),  # other numbers of votes: shares are compared
        ("", "yn", None),
    ],
)
def test_net_change_is_what_must_have_moved(before: str, after: str, moved: Fraction | None) -> None:
    assert net_change(count(1, before.replace(" ", "")), count(1, after.replace(" ", ""))) == moved


@given(st.lists(st.tuples(st.sampled_from("yna"), st.sampled_from("yna")), min_size=1, max_size=20))
def test_no_less_changed_than_the_net_change(pairs: list[tuple[str, str]]) -> None:
    before = {person: {1: first} for person, (first, _) in enumerate(pairs)}
    after = {person: {1: second} for person, (_, second) in enumerate(pairs)}
    changed = changes("panel", before, after)[1]
    net = net_change(count(1, (first for first, _ in pairs)), count(1, (second for _, second in pairs)))
    assert net is not None
    assert net <= Fraction(changed.changed, changed.of)


def test_each_level_refuses_what_it_cannot_give_and_says_which_would() -> None:
    papers = rankings([[1, 2], [1, 2]])
    assert kendalls_w("paper", papers) == kendalls_w("panel", papers) == 1
    with pytest.raises(LevelError, match='"vote"; the level "paper" would give it') as refused:
        kendalls_w("vote", papers)
    assert refused.value.needed == "paper"
    for level in ("vote", "paper"):
        with pytest.raises(LevelError, match=f'"{level}"; the level "panel" would give it') as refused:
            changes(level, {}, {})
        assert refused.value.needed == "panel"
    assert changes("panel", {}, {}) == {}
