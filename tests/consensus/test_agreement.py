"""Agreement and change as replay and the documents tell them: what plain papers show, at each level what it gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.agreement import changes_of, rankings_of
from consensus.intake import ItemRow
from consensus.papers import BallotRow, Papers, read_rows
from consensus.protocol import Record, export
from consensus.protocol.report import Block, Bullets, report
from rounds import changes, rankings, read_plan
from rounds.agreement import value_of
from tests.consensus.protocol.making import record
from tests.consensus.test_papers import plan_with

FORMS = ["yes-no", "yes-no-abstain", "scale 1-9", "pick 2", "points 5", "rank 3"]
POOL = (1, 2, 3, 4)


def papers_on(form: str, draw: Any) -> dict[str, dict[int, str]]:
    """Some papers on a ballot, not all of them complete."""
    ballot = plan_with(form).rounds[0].ballot
    found: dict[str, dict[int, str]] = {}
    for paper in range(draw(st.integers(0, 6))):
        numbers = draw(st.permutations(POOL))[: draw(st.integers(2, 4))]
        if ballot.whole_paper:
            numbers = numbers[: min(2, ballot.limit)]
            choices = {"pick": ["1", "1"], "points": ["2", "1"], "rank": ["1", "2"]}[ballot.form]
            found[f"p{paper}"] = dict(zip(numbers, choices, strict=False))
        else:
            found[f"p{paper}"] = {number: draw(st.sampled_from(ballot.choices)) for number in numbers}
    return found


def read(form: str, papers: dict[str, dict[int, str]], round_id: str = "R1") -> Papers:
    rows = [BallotRow(round_id, n, paper, choice) for paper, votes in papers.items() for n, choice in votes.items()]
    return read_rows("ballots", plan_with(form), POOL, rows)


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_arrays_rank_as_plain_papers_do(form: str, data: st.DataObject) -> None:
    papers = papers_on(form, data.draw)
    ballot = plan_with(form).rounds[0].ballot
    values = [[value_of(ballot, votes.get(number)) for number in POOL] for votes in papers.values()]
    complete = [[value or 0 for value in paper] for paper in values if None not in paper]
    found, handed_in = rankings_of(read(form, papers).of_all("R1"), range(len(POOL))) if papers else (None, 0)
    assert handed_in == len(papers)
    if found is not None:
        plain = rankings(complete)
        assert (found.papers, found.ties) == (plain.papers, plain.ties)
        assert found.sums == (plain.sums or (0,) * len(POOL))


@given(data=st.data())
def test_arrays_find_the_changes_that_plain_papers_show(data: st.DataObject) -> None:
    before, after = papers_on("yes-no-abstain", data.draw), papers_on("yes-no-abstain", data.draw)
    if not before or not after:
        return
    rows = [
        BallotRow(r, n, p, c)
        for r, papers in (("R1", before), ("R2", after))
        for p in papers
        for n, c in papers[p].items()
    ]
    read = read_rows("ballots", read_plan(TWO.format(level="panel")), POOL, rows)
    found = changes_of(read.of_all("R1"), read.of_all("R2"))
    assert {POOL[index]: change for index, change in found.items()} == changes("panel", before, after)


TWO = """
title = "T"
protocols = ["in"]
anonymity = "{level}"
[[rounds]]
id = "R1"
vote_on = "all"
ballot = "yes-no-abstain"
advance = "yes >= 90%"
to = "in"
[[rounds]]
id = "R2"
vote_on = "held in R1"
ballot = "yes-no-abstain"
advance = "yes >= 60%"
to = "in"
otherwise = "cut"
"""
VOTES = {
    "R1": {"a": "yny", "b": "yny", "c": "nyn", "d": "yn"},
    "R2": {"a": "yny", "b": "yyy", "c": "yyn", "d": "ynn"},
}
WORDS = {"y": "yes", "n": "no"}


def made(level: str) -> Record:
    """A conference of two rounds."""
    items = [ItemRow(number, f"Item {number}", None) for number in (1, 2, 3)]
    votes = {
        round_id: {paper: {n: WORDS[c] for n, c in enumerate(said, start=1)} for paper, said in papers.items()}
        for round_id, papers in VOTES.items()
    }
    return record(TWO.format(level=level), items, votes)


def told(level: str) -> list[dict[str, Any]]:
    """What its JSON says of each round."""
    found: list[dict[str, Any]] = json.loads(export(made(level), ".json"))["rounds"]
    return found


def test_at_level_panel_both_are_told() -> None:
    first, second = told("panel")
    # a and b rank the items 2.5 1 2.5, c the other way round; d left an item out.
    assert first["agreement"] == {"w": "1/9", "papers": 3, "of": 4}
    assert first["change"] == []
    assert second["change"] == [
        {
            "since": "R1",
            "net": {"1": "1/4", "2": "1/4", "3": "1/6"},
            "changed": {"1": "1/4", "2": "1/4", "3": "0/3"},
        }
    ]


def test_at_level_paper_change_is_refused_but_for_its_net_part() -> None:
    first, second = told("paper")
    assert first["agreement"] == {"w": "1/9", "papers": 3, "of": 4}
    assert second["change"] == [{"since": "R1", "net": {"1": "1/4", "2": "1/4", "3": "1/6"}, "needs": "panel"}]


def test_at_level_vote_agreement_is_refused_too() -> None:
    first, second = told("vote")
    assert first["agreement"] == second["agreement"] == {"needs": "paper"}
    assert second["change"][0]["needs"] == "panel"
    assert "changed" not in second["change"][0]


@pytest.mark.parametrize(
    ("level", "said", "unsaid"),
    [
        ("panel", ["Kendall's W 0.11", "3 of 4 papers", "2 of 11 votes are other"], ["would give it"]),
        ("paper", ["Kendall's W 0.11", "The level “panel” would give it"], ["votes are other", "“paper” would"]),
        ("vote", ["The level “paper” would give it", "The level “panel” would give it"], ["0.11", "votes are other"]),
    ],
)
def test_the_document_tells_what_the_level_gives_and_what_it_refuses(
    level: str, said: list[str], unsaid: list[str]
) -> None:
    text = text_of(report(made(level)))
    assert [part for part in said if part not in text] == []
    assert [part for part in unsaid if part in text] == []


def text_of(blocks: Sequence[Block]) -> str:
    return "\n".join(
        "\n".join(block.texts) if isinstance(block, Bullets) else getattr(block, "text", "") for block in blocks
    )
