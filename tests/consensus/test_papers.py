"""Ballots as arrays count as ballots on paper do, in every form; and nothing that decides depends on their order."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consensus.errors import BadInput
from consensus.intake import ItemRow
from consensus.papers import MOST_GROUPS, BallotRow, Papers, read_rows
from consensus.replay import replay
from rounds import BallotError, GroupCounts, Plan, Tally, read_plan
from rounds.ballot import parse_ballot
from tests.consensus.conference_files import plan_of

FORMS = ["yes-no", "yes-no-abstain", "scale 1-9", "scale -3-3", "pick 2", "points 10 max 6", "rank 3"]
NUMBERS = (1, 2, 3, 40, 500)
RULE = {"yes-no": "yes >= 50%", "yes-no-abstain": "yes >= 50%", "scale": "median >= 5", "pick": "top 2",
        "points": "top 2", "rank": "top 2"}  # fmt: skip


def plan_with(form: str, anonymity: str = "paper") -> Plan:
    rule = RULE.get(form, RULE.get(form.split()[0], ""))
    keys = f'advance = "{rule}"\nto = "in"\notherwise = "cut"\nties = "hold all"'
    return read_plan(plan_of(keys, form, head=f'anonymity = "{anonymity}"', after=""))


def naive(plan: Plan, rows: Sequence[BallotRow]) -> dict[int, Tally] | None:
    """Count the rows of R1 in plain Python; None if they are not all allowed."""
    ballot = plan.rounds[0].ballot
    papers: dict[str, dict[int, str]] = {}
    empty: set[str] = set()
    group_of: dict[str, str] = {}
    for row in rows:
        if group_of.setdefault(row.paper, row.group) != row.group or row.paper in empty:
            return None
        votes = papers.setdefault(row.paper, {})
        if row.number is None:
            if row.choice or votes:
                return None
            empty.add(row.paper)
            continue
        try:
            choice = ballot.check(row.choice)
        except BallotError:
            return None
        if row.number in votes or row.number not in NUMBERS:
            return None
        votes[row.number] = choice
    try:
        for votes in papers.values():
            ballot.check_paper(votes)
    except BallotError:
        return None
    return {number: naive_tally(plan, number, papers, group_of) for number in NUMBERS}


def naive_tally(plan: Plan, number: int, papers: Mapping[str, Mapping[int, str]], group_of: Mapping[str, str]) -> Tally:
    members: dict[str, list[str]] = defaultdict(list)
    for paper, group in group_of.items():
        if group:
            members[group].append(paper)
    count = len(papers)
    if plan.anonymity == "vote":
        every = Counter(number for votes in papers.values() for number in votes)
        count = max(every.values(), default=0)
    groups = {
        group: GroupCounts(Counter(papers[p][number] for p in own if number in papers[p]), len(own))
        for group, own in members.items()
    }
    return Tally(number, Counter(v[number] for v in papers.values() if number in v), count, count, count, groups)


def counted(plan: Plan, rows: Sequence[BallotRow]) -> dict[int, Tally]:
    papers = read_rows("ballots", plan, NUMBERS, rows)
    return papers.tallies(papers.of_round(plan.rounds[0], NUMBERS), NUMBERS)


def drawn_rows(draw: Any, form: str, *, wild: bool) -> list[BallotRow]:
    """Papers that mostly keep to their form, in any order; `wild`: with slips of every kind among them."""
    ballot = parse_ballot(form)
    rows = []
    for paper in range(draw(st.integers(0, 6))):
        group = draw(st.sampled_from(["", "north", "south"]))
        if draw(st.integers(0, 5)) == 0:
            rows.append(BallotRow("R1", None, f"p{paper}", "", group))
            continue
        numbers = draw(st.lists(st.sampled_from(NUMBERS), unique=True, min_size=1, max_size=3))
        choices = draw(st.lists(st.sampled_from(ballot.choices), min_size=3, max_size=3))
        votes = dict(zip(numbers, choices, strict=False))
        try:
            ballot.check_paper(votes)
        except BallotError:
            if not wild:
                continue
        rows += [BallotRow("R1", number, f"p{paper}", choice, group) for number, choice in votes.items()]
    if wild and rows:
        rows += draw(st.lists(st.sampled_from([*rows, *slips(rows[0])]), max_size=2))
    return draw(st.permutations(rows))


def slips(row: BallotRow) -> list[BallotRow]:
    return [
        replace(row, number=6), replace(row, number=None), replace(row, choice=""), replace(row, choice="maybe"),
        replace(row, choice="7"), replace(row, number=500, choice="1"), replace(row, group="west"),
        replace(row, number=None, choice=""), replace(row, paper="other", choice="ABSTAIN"),
        replace(row, paper="other", choice="+03"), replace(row, paper="other", number=2, choice=" Yes "),
    ]  # fmt: skip


@pytest.mark.parametrize("anonymity", ["paper", "panel", "vote"])
@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_arrays_count_what_plain_python_counts(form: str, anonymity: str, data: st.DataObject) -> None:
    if anonymity == "vote" and parse_ballot(form).whole_paper:
        return
    plan = plan_with(form, anonymity)
    rows = drawn_rows(data.draw, form, wild=False)
    assert counted(plan, rows) == naive(plan, rows)


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_arrays_refuse_what_plain_python_refuses(form: str, data: st.DataObject) -> None:
    plan = plan_with(form)
    rows = drawn_rows(data.draw, form, wild=True)
    expected = naive(plan, rows)
    if expected is not None:
        assert counted(plan, rows) == expected
        return
    with pytest.raises(BadInput, match=r"row \d+: "):
        counted(plan, rows)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_row_named_is_one_that_the_file_would_be_good_without(data: st.DataObject) -> None:
    plan = plan_with("yes-no")
    rows = [row for row in drawn_rows(data.draw, "yes-no", wild=False) if row.number is not None]
    if not rows:
        return
    slip = data.draw(st.sampled_from([row for row in slips(rows[0]) if naive(plan, [*rows, row]) is None]))
    at = data.draw(st.integers(rows.index(rows[0]) + 1, len(rows)))
    if slip.group == "west" and slip.number in {row.number for row in rows if row.paper == slip.paper}:
        return  # wrong in two ways, found by the second vote
    with pytest.raises(BadInput) as refusal:
        counted(plan, [*rows[:at], slip, *rows[at:]])
    row = int(str(refusal.value.place).removeprefix("row ")) - 2
    left = [*rows[:at], slip, *rows[at:]]
    assert naive(plan, left[:row] + left[row + 1 :]) is not None


# Order and names decide nothing


def outcome(plan: Plan, rows: Sequence[BallotRow], numbers: Sequence[int], new: Mapping[int, int]) -> Any:
    """Verdict and rank of each item and the protocols, by the items' first numbers."""
    old = {number: first for first, number in new.items()}
    items = [ItemRow(number, f"Item {number}", None) for number in numbers]
    replayed = replay(plan, items, read_rows("ballots", plan, numbers, rows))
    results = {
        result.round.id: {
            old[item.number]: (item.verdict, item.rank, item.tied, item.inquorate) for item in result.items
        }
        for result in replayed.rounds
    }
    return results, {name: {old[number] for number in inside} for name, inside in replayed.protocols.items()}


@pytest.mark.parametrize("ties", ["ask", "advance all", "hold all", "run-off"])
@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_rows_papers_and_items_may_change_places_and_names(form: str, ties: str, data: st.DataObject) -> None:
    plan = read_plan(plan_of(f'advance = "top 2"\nto = "in"\notherwise = "cut"\nties = "{ties}"', form, after=""))
    rows = drawn_rows(data.draw, form, wild=False)
    same = {number: number for number in NUMBERS}
    before = outcome(plan, rows, NUMBERS, same)

    chance = random.Random(data.draw(st.integers(0, 1000)))
    new = dict(zip(NUMBERS, chance.sample(range(1, 10_000), len(NUMBERS)), strict=True))
    name = {paper: f"{chance.random()}" for paper in {row.paper for row in rows}}
    moved = [
        replace(row, number=None if row.number is None else new[row.number], paper=name[row.paper]) for row in rows
    ]
    numbers = list(new.values())
    chance.shuffle(moved)
    chance.shuffle(numbers)
    assert outcome(plan, moved, numbers, new) == before


# What else Papers does


def test_rows_come_back_as_they_were() -> None:
    plan = plan_with("yes-no")
    rows = [
        BallotRow("R1", 1, "b", "yes", "north"), BallotRow("R1", None, "a", ""), BallotRow("R1", 2, "b", "no", "north"),
    ]  # fmt: skip
    assert list(read_rows("ballots", plan, NUMBERS, rows).rows()) == rows


def test_a_round_without_votes_was_not_held() -> None:
    plan = plan_with("yes-no")
    papers = read_rows("ballots", plan, NUMBERS, [BallotRow("R1", 1, "a", "yes")])
    assert (papers.held("R1"), papers.held("R1/run-off")) == (True, False)
    assert not read_rows("ballots", plan, NUMBERS, []).held("R1")


def test_rounds_may_lie_among_each_other() -> None:
    plan = read_plan(plan_of('cut = "yes < 50%"'))
    rows = [BallotRow(round, number, f"{round}{paper}", "yes") for paper in range(3) for number in (1, 2)
            for round in ("R2", "R1")]  # fmt: skip
    papers = read_rows("ballots", plan, NUMBERS, rows)
    for round in plan.rounds:
        votes = papers.of_round(round, NUMBERS)
        assert list(votes.row) == sorted(votes.row)
        assert len(votes.row) == 6


def test_more_groups_than_anyone_forms_are_refused() -> None:
    plan = plan_with("yes-no")
    rows = [BallotRow("R1", 1, f"p{at}", "yes", f"g{at}") for at in range(MOST_GROUPS + 2)]
    counted(plan, rows[:MOST_GROUPS])
    with pytest.raises(BadInput, match=f"more than {MOST_GROUPS} groups"):
        counted(plan, rows)


def test_a_long_name_is_cut_short_in_the_message() -> None:
    plan = plan_with("yes-no")
    row = BallotRow("R1", 1, "x" * 10_000, "yes")
    with pytest.raises(BadInput) as refusal:
        counted(plan, [row, row])
    assert len(str(refusal.value)) < 200


def test_seats_of_an_item_are_those_when_it_closed() -> None:
    plan = plan_with("yes-no")
    papers: Papers = read_rows("ballots", plan, NUMBERS, [BallotRow("R1", 1, "a", "yes")])
    votes = papers.of_round(plan.rounds[0], NUMBERS)
    seats = {number: (9, at) for at, number in enumerate(NUMBERS, 1)}
    tallies = papers.tallies(votes, NUMBERS, seats)
    assert [(tally.entitled, tally.present) for tally in tallies.values()] == list(seats.values())
