"""The ballot box when a run is sealed, and what is left then: everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from consensus import ballot_box as box
from consensus import database
from consensus.errors import Refusal
from consensus.keys import voter
from consensus.models import (
    Conference,
    OpenPaper,
    OpenVote,
    Participation,
    Pseudonym,
    Run,
    Seat,
)

LEVELS = ("vote", "paper", "panel")


# Sealing and unlinking


@pytest.mark.parametrize("level", LEVELS)
def test_a_seal_leaves_no_link(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1)
    hall.vote(0, (1, "yes"))
    hall.vote(1, (1, "no"))
    hall.close(1)
    hall.seal()
    with hall.sessions() as session:
        left = [session.scalar(select(func.count()).select_from(table)) for table in (OpenVote, OpenPaper)]
    assert left == [0, 0]
    assert hall.keys.scopes() == ([f"{hall.conference}.panel"] if level == "panel" else [])


def test_at_level_vote_the_key_goes_when_the_item_closes(hall: Any) -> None:
    hall.begin(level="vote").open(1)
    hall.open(2)
    hall.vote(0, (1, "yes"), (2, "no"))
    hall.close(1)
    assert box.unlink(hall.sessions, hall.keys) == ([f"{hall.conference}.r{hall.run}.i1"], True)
    assert hall.keys.scopes() == [f"{hall.conference}.r{hall.run}.i2"]


def test_at_level_vote_no_two_votes_share_a_paper(hall: Any) -> None:
    hall.begin(level="vote").open(1, 2)
    for place in range(3):
        hall.vote(place, (1, "yes"), (2, "no"))
    with hall.sessions() as session:
        assert len(set(session.scalars(select(OpenVote.voter)))) == 6
    hall.close(1, 2)
    hall.seal()
    assert len({paper for _, paper, _, _ in hall.papers()}) == 6


def test_at_level_paper_rounds_cannot_be_joined(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    hall.close(1)
    hall.seal()
    first = hall.papers()[0][1]
    hall.start("P2", "yes-no", [1])
    hall.open(1)
    hall.vote(0, (1, "yes"))
    hall.close(1)
    hall.seal()
    assert hall.papers()[0][1] != first


def test_at_level_panel_a_seat_keeps_its_pseudonym_until_the_conference_is_finished(hall: Any) -> None:
    hall.begin(level="panel").open(1)
    hall.vote(0, (1, "yes"))
    hall.vote(1, (1, "no"))
    hall.close(1)
    hall.seal()
    first = {choice: paper for _, paper, choice, _ in hall.papers()}
    hall.start("P2", "yes-no", [1])
    hall.open(1)
    hall.vote(0, (1, "yes"))
    hall.vote(2, (1, "no"))
    hall.close(1)
    hall.seal()
    second = {choice: paper for _, paper, choice, _ in hall.papers()}
    assert second["yes"] == first["yes"]
    assert second["no"] != first["no"]
    with hall.sessions.begin() as session:
        conference = session.get_one(Conference, hall.conference)
        conference.state = "finished"
        box.forget_pseudonyms(session, conference)
    box.unlink(hall.sessions, hall.keys)
    with hall.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Pseudonym)) == 0
    assert hall.keys.scopes() == []


@pytest.mark.parametrize("level", LEVELS)
def test_swapping_two_papers_changes_nothing_that_is_left(hall: Any, level: str) -> None:
    left = []
    for order in ((0, 1, 2), (2, 1, 0)):
        one = type(hall)(hall.sessions, hall.keys).begin(level=level).open(1, 2)
        ballots = [[(1, "yes"), (2, "no")], [(1, "no"), (2, "no")], [(1, "yes"), (2, "yes")]]
        for place, ballot in zip(order, ballots, strict=True):
            one.vote(place, *ballot)
        random = Random(2014)
        with one.sessions.begin() as session:
            box.close(session, one.keys, session.get_one(Run, one.run), [1, 2], random)
            box.seal(session, one.keys, session.get_one(Run, one.run), random)
        left.append(one.papers())
    assert left[0] == left[1]


@pytest.mark.parametrize("level", LEVELS)
def test_who_took_part_stays_and_is_written_only_when_links_are_cut(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1)
    hall.vote(0, (1, "yes"))
    hall.vote(2, (1, "yes"))
    with hall.sessions() as session:
        assert session.scalars(select(Participation.seat_id)).all() == []
    hall.close(1)
    hall.seal()
    with hall.sessions() as session:
        assert set(session.scalars(select(Participation.seat_id))) == {hall.seats[0], hall.seats[2]}


def test_a_seal_writes_down_attendance(hall: Any) -> None:
    hall.begin(seats=4).open(1)
    with hall.sessions.begin() as session:
        session.get_one(Seat, hall.seats[0]).present = False
        session.get_one(Seat, hall.seats[1]).withdrawn = True
    hall.close(1)
    hall.seal()
    with hall.sessions() as session:
        run = session.get_one(Run, hall.run)
        assert (run.entitled, run.present, run.state) == (3, 2, "sealed")


def test_a_crash_between_seal_and_destruction_is_finished_at_the_next_start(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    hall.close(1)
    with hall.sessions.begin() as session:
        box.seal(session, hall.keys, session.get_one(Run, hall.run))
    name = f"{hall.conference}.r{hall.run}"
    assert hall.keys.scopes() == [name]
    found = box.recover(hall.sessions, hall.keys)
    assert (found.unlinked, found.lost, found.under_way) == ((name,), (), ())
    assert list(found.told()) == [f"links of sealed votes that were still there are destroyed now: {name}"]
    assert hall.keys.scopes() == []


def test_a_restart_in_the_middle_of_a_vote_changes_nothing(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    found = box.recover(hall.sessions, hall.keys)
    assert (found.unlinked, found.lost) == ((), ())
    told = f'"Test" ({hall.conference}), round P1: item 1 is open, votes not sealed yet are kept'
    assert list(found.told()) == [told]
    hall.vote(0, (1, "no"))
    assert hall.counts() == {"no": 1}


@pytest.mark.parametrize(
    ("items", "opened", "told"),
    [
        ((1, 2, 3), (), "no item is open, 0 votes"),
        ((1, 2, 3), (2,), "item 2 is open, 12 votes"),
        ((1, 2, 3), (1, 3), "items 1, 3 are open, 24 votes"),
        (range(1, 9), range(1, 7), "6 items are open, 72 votes"),
    ],
)
def test_at_the_start_what_is_under_way_is_said(hall: Any, items: Any, opened: Any, told: str) -> None:
    hall.begin(seats=12, items=items).open(*opened)
    for place in range(12):
        hall.vote(place, *((number, "yes") for number in opened))
    (under_way,) = box.recover(hall.sessions, hall.keys).under_way
    assert str(under_way) == f'"Test" ({hall.conference}), round P1: {told} not sealed yet are kept'


def test_keys_of_conferences_in_another_database_are_left_alone(hall: Any) -> None:
    hall.begin()
    hall.keys.create_if_missing("other1.r7")
    assert box.unlink(hall.sessions, hall.keys) == ([], True)


def test_a_lost_key_lets_nobody_vote_twice(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    name = f"{hall.conference}.r{hall.run}"
    hall.keys.destroy(name)
    found = box.recover(hall.sessions, hall.keys)
    assert found.lost == (name,)
    assert f"the key {name} is lost" in list(found.told())[-1]
    assert hall.vote(0, (1, "yes")) == "storage"
    with pytest.raises(Refusal):
        hall.open(1)
    hall.close(1)
    hall.seal()
    assert hall.counts() == {"yes": 1}


def test_voiding_frees_an_item_from_a_lost_key(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    hall.keys.destroy(f"{hall.conference}.r{hall.run}")
    hall.discard(1)
    hall.open(1)
    assert hall.vote(0, (1, "yes")) is None
    assert hall.counts() == {"yes": 1}


def test_a_paper_under_a_lost_key_is_not_opened_beside_a_new_one(hall: Any) -> None:
    hall.begin(level="panel").open(1, 2)
    hall.vote(0, (1, "yes"), (2, "yes"))
    hall.close(1, 2)
    hall.seal()
    hall.keys.destroy(f"{hall.conference}.panel")
    hall.unseal()
    hall.discard(1)
    hall.open(1)
    assert hall.vote(0, (1, "no")) is None
    with pytest.raises(Refusal, match="key"):
        hall.reopen(2)
    assert (hall.counts(1), hall.counts(2)) == ({"no": 1}, {"yes": 1})


def test_papers_with_nothing_on_them_are_not_kept_without_their_links(hall: Any) -> None:
    hall.begin("pick 2").open()
    assert [hall.vote(place) for place in range(3)] == [None] * 3
    hall.close()
    hall.seal()
    assert hall.tally().papers == 3
    hall.unseal()
    assert hall.reopen(1) is False
    assert hall.tally().papers == 0


# Groups


GROUPS = ["a"] * 3 + ["b"] * 2 + ["c"] * 2


@pytest.mark.parametrize("level", LEVELS)
def test_groups_leave_only_where_large_enough_and_not_to_be_found_by_subtraction(hall: Any, level: str) -> None:
    hall.begin(level=level, seats=7, groups=GROUPS, min_group=3).open(1)
    for place in range(7):
        hall.vote(place, (1, "yes"))
    hall.close(1)
    before = hall.tally()
    hall.seal()
    assert hall.tally() == before
    assert {name: group.papers for name, group in before.groups.items()} == {"a": 3}
    assert Counter(group for *_, group in hall.papers()) == {"a": 3, "": 4}


def test_a_small_rest_hides_the_next_smallest_group(hall: Any) -> None:
    hall.begin(seats=8, groups=["a"] * 4 + ["b"] * 3 + ["c"], min_group=3).open(1)
    for place in range(8):
        hall.vote(place, (1, "yes"))
    hall.close(1)
    assert set(hall.tally().groups) == {"a"}


@pytest.mark.parametrize(("level", "later"), [("paper", {"a": 4, "b": 3, "c": 3}), ("panel", {"a": 4})])
def test_a_group_hidden_in_one_round_is_not_told_by_the_next(hall: Any, level: str, later: dict[str, int]) -> None:
    """At level `panel` a later label would stand beside the pseudonyms of the few papers it was hidden for."""
    hall.begin(level=level, seats=10, groups=["a"] * 4 + ["b"] * 3 + ["c"] * 3, min_group=3).open(1)
    for place in range(10):
        if place != 4:
            hall.vote(place, (1, "yes"))
    hall.close(1)
    hall.seal()
    assert Counter(group for *_, group in hall.papers()) == {"a": 4, "": 5}
    hall.start("P2", "yes-no", [1])
    hall.open(1)
    for place in range(10):
        hall.vote(place, (1, "no"))
    hall.close(1)
    before = hall.tally()
    hall.seal()
    assert hall.tally() == before
    assert {name: group.papers for name, group in before.groups.items()} == later


def test_no_group_stands_beside_an_open_vote(hall: Any) -> None:
    assert "group" not in {*OpenPaper.__table__.c.keys(), *OpenVote.__table__.c.keys()}


# What is left in the files


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_sqlite_files_hold_no_trace_of_a_link_after_the_seal(hall: Any, engine: Engine, tmp_path: Path) -> None:
    hall.begin(seats=60, items=range(1, 41)).open(*range(1, 41))
    for number in range(1, 41):
        choices = ["yes" if (place * number) % 3 else "no" for place in range(60)]
        hall.record(*[hall.submission(place, (number, choice)) for place, choice in enumerate(choices)])
    key = hall.keys.get(f"{hall.conference}.r{hall.run}")
    hashes = [voter(key, seat) for seat in hall.seats]
    assert any(hashed in _bytes_of(tmp_path) for hashed in hashes)
    hall.close(*range(1, 41))
    hall.seal()
    left = _bytes_of(tmp_path)
    assert key not in left
    assert not any(hashed in left for hashed in hashes)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_reader_who_holds_up_the_cleaning_is_told_of_and_the_next_one_makes_up_for_it(
    hall: Any, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PRAGMAS", ("PRAGMA busy_timeout = 1", *database.PRAGMAS[1:]))
    engine.dispose()
    hall.begin(level="vote").open(1)
    hall.vote(0, (1, "yes"))
    hashed = voter(hall.keys.get(f"{hall.conference}.r{hall.run}.i1"), hall.seats[0])
    with database.readers(engine)() as reading:
        assert reading.scalar(select(func.count()).select_from(OpenVote)) == 1
        hall.close(1)
        assert not box.unlink(hall.sessions, hall.keys).clean
        assert hashed in _bytes_of(tmp_path)
    assert box.unlink(hall.sessions, hall.keys).clean
    assert hashed not in _bytes_of(tmp_path)


def _bytes_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())
