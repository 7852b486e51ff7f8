"""Items opened, closed, voided and opened again: everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from consensus import ballot_box as box
from consensus.errors import Refusal
from consensus.models import (
    PoolItem,
    Run,
    Seat,
)

LEVELS = ("vote", "paper", "panel")


def test_a_closed_item_takes_no_vote(hall: Any) -> None:
    hall.begin().open(1)
    hall.close(1)
    assert hall.vote(0, (1, "yes")) == "closed"


@pytest.mark.parametrize("level", LEVELS)
def test_votes_count_the_same_open_closed_and_sealed(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1)
    for place, choice in enumerate(("yes", "no", "yes")):
        hall.vote(place, (1, choice))
    before = hall.tally()
    hall.close(1)
    closed = hall.tally()
    hall.seal()
    assert before == closed == hall.tally()
    assert closed.counts == {"yes": 2, "no": 1}


@pytest.mark.parametrize(("level", "kept"), [("vote", False), ("paper", True), ("panel", True)])
def test_reopening_keeps_votes_where_their_links_exist(hall: Any, level: str, kept: bool) -> None:
    hall.begin(level=level).open(1)
    hall.vote(0, (1, "yes"))
    hall.vote(1, (1, "yes"))
    hall.close(1)
    box.unlink(hall.sessions, hall.keys)
    assert hall.reopen(1) is kept
    hall.vote(0, (1, "no"))
    assert hall.counts() == ({"yes": 1, "no": 1} if kept else {"no": 1})


@pytest.mark.parametrize(("level", "kept"), [("vote", False), ("paper", False), ("panel", True)])
def test_after_a_seal_is_taken_back_an_item_is_voted_on_anew(hall: Any, level: str, kept: bool) -> None:
    hall.begin(level=level).open(1, 2)
    for place in range(3):
        hall.vote(place, (1, "yes"), (2, "no"))
    hall.close(1, 2)
    hall.seal()
    assert hall.reopen(1) is kept
    hall.vote(0, (1, "no"))
    hall.close(1)
    hall.seal()
    assert hall.counts(1) == ({"yes": 2, "no": 1} if kept else {"no": 1})
    assert hall.counts(2) == {"no": 3}


def test_at_level_panel_reopening_doubles_no_paper(hall: Any) -> None:
    hall.begin(level="panel").open(1, 2)
    for place in range(3):
        hall.vote(place, (1, "yes"), (2, "no"))
    hall.close(1, 2)
    hall.seal()
    before = hall.papers()
    hall.reopen(1)
    assert hall.tally().papers == 3
    hall.close(1)
    hall.seal()
    assert hall.papers() == before


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_voided_item_waits_without_votes(hall: Any, level: str, sealed: bool) -> None:
    hall.begin(level=level).open(1, 2)
    hall.vote(0, (1, "yes"))
    hall.vote(1, (1, "yes"), (2, "no"))
    hall.close(1, 2)
    if sealed:
        hall.seal()
    hall.discard(1)
    assert (hall.counts(1), hall.counts(2), hall.tally().papers) == ({}, {"no": 1}, 1)
    with hall.sessions() as session:
        assert session.get_one(PoolItem, (hall.run, 1)).state == "waiting"


def test_whoever_voted_was_present_even_if_signed_out_since(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    with hall.sessions.begin() as session:
        for seat in hall.seats:
            session.get_one(Seat, seat).withdrawn = True
    hall.close(1)
    assert (hall.tally().present, hall.tally().entitled) == (1, 1)


def test_open_and_close_refuse_an_item_outside_the_pool(hall: Any) -> None:
    hall.begin()
    for act in (hall.open, hall.close):
        with pytest.raises(Refusal, match="Item 99") as caught:
            act(99)
        assert caught.value.code == "not-on-ballot"


def test_nothing_is_sealed_while_an_item_is_open(hall: Any) -> None:
    hall.begin().open(1)
    with pytest.raises(Refusal) as caught:
        hall.seal()
    assert caught.value.code == "not-now"


@pytest.mark.parametrize("level", LEVELS)
def test_a_seat_sees_which_open_items_it_has_voted_on(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1, 2, 3)
    hall.vote(0, (1, "yes"), (3, "no"))
    hall.close(3)
    assert (hall.voted(0), hall.voted(1)) == ([1], [])


def test_turnout_counts_votes_on_an_item_and_papers_in_a_run(hall: Any) -> None:
    hall.begin().open(1, 2)
    hall.vote(0, (1, "yes"))
    hall.vote(1, (1, "yes"), (2, "no"))
    with hall.sessions() as session:
        run = session.get_one(Run, hall.run)
        assert [box.turnout(session, run, number) for number in (1, 2, None)] == [2, 1, 2]


@pytest.mark.parametrize("level", ["paper", "panel"])
@pytest.mark.parametrize(("voters", "kept"), [(2, False), (3, True)])
def test_what_somebody_has_seen_is_kept_only_where_no_vote_can_come_to_it(
    hall: Any, level: str, voters: int, kept: bool
) -> None:
    """22 of 23, and then 23 of 23: the difference would be somebody's vote."""
    hall.begin(level=level).open(1, 2)
    for place in range(voters):
        hall.vote(place, (1, "yes"), (2, "no"))
    hall.close(1, 2)
    assert hall.reopen(1, seen=True) is kept
    assert hall.counts(1) == ({"yes": 3} if kept else {})
    assert hall.counts(2) == {"no": voters}
