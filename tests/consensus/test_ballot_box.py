"""The contract of the ballot box: everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, exc, func, select, text

from consensus import ballot_box as box
from consensus import database
from consensus.errors import Refusal
from consensus.keys import voter
from consensus.models import (
    Conference,
    OpenPaper,
    OpenVote,
    Participation,
    PoolItem,
    Pseudonym,
    Run,
    SealedPaper,
    SealedVote,
    Seat,
)

LEVELS = ("vote", "paper", "panel")


# Taking votes


def test_a_vote_counts(hall: Any) -> None:
    hall.begin().open(1)
    assert hall.vote(0, (1, "yes")) is None
    assert hall.counts() == {"yes": 1}


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_vote_twice_counts_once(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1)
    assert [hall.vote(0, (1, "yes")), hall.vote(0, (1, "yes"))] == [None, None]
    assert hall.counts() == {"yes": 1}
    assert hall.tally().papers == 1


@pytest.mark.parametrize("level", LEVELS)
def test_a_changed_vote_replaces_the_one_before(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1)
    hall.vote(0, (1, "yes"))
    hall.vote(0, (1, "no"))
    assert hall.counts() == {"no": 1}


def test_in_one_batch_the_later_vote_of_a_seat_wins(hall: Any) -> None:
    hall.begin().open(1)
    assert hall.record(hall.submission(0, (1, "yes")), hall.submission(0, (1, "no"))) == [None, None]
    assert hall.counts() == {"no": 1}


def test_a_choice_is_stored_in_its_canonical_spelling(hall: Any) -> None:
    hall.begin("scale 1-9").open(1)
    assert hall.vote(0, (1, " 07 ")) is None
    assert hall.counts() == {"7": 1}


REFUSED = [
    ("another round", {"round": "P2"}, "closed"),
    ("an unknown seat", {"seat": "0000000000000000"}, "unknown-seat"),
    ("an old phone", {"generation": 0}, "unknown-seat"),
    ("an unknown conference", {"conference": "nowhere"}, "unknown-seat"),
    ("an item that waits", {"votes": [(2, "yes")]}, "closed"),
    ("an item outside the pool", {"votes": [(99, "yes")]}, "not-on-ballot"),
    ("a number that is none", {"votes": [(True, "yes")]}, "not-on-ballot"),
    ("a number as text", {"votes": [("1", "yes")]}, "not-on-ballot"),
    ("a number beyond any column", {"votes": [(2**80, "yes")]}, "not-on-ballot"),
    ("a choice the ballot does not have", {"votes": [(1, "abstain")]}, "bad-choice"),
    ("a choice that is none", {"votes": [(1, None)]}, "bad-choice"),
    ("a choice without end", {"votes": [(1, "y" * 10_000)]}, "bad-choice"),
    ("no vote at all", {"votes": []}, "bad-choice"),
    ("more votes than items", {"votes": [(1, "yes"), (1, "no")]}, "too-many"),
]


@pytest.mark.parametrize(("change", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refuses(hall: Any, change: dict[str, Any], code: str) -> None:
    hall.begin().open(1)
    message = {
        "conference": hall.conference,
        "seat": hall.seats[0],
        "generation": 1,
        "round": "P1",
        "votes": [(1, "yes")],
    }
    assert hall.record(box.Submission(**{**message, **change})) == [code]
    assert hall.tally().papers == 0


def test_an_item_voted_on_twice_in_one_message_is_refused(hall: Any) -> None:
    hall.begin().open(1, 2)
    assert hall.vote(0, (1, "yes"), (1, "no")) == "bad-choice"


def test_a_withdrawn_seat_does_not_vote(hall: Any) -> None:
    hall.begin().open(1)
    with hall.sessions.begin() as session:
        session.get_one(Seat, hall.seats[0]).withdrawn = True
    assert hall.vote(0, (1, "yes")) == "unknown-seat"


def test_one_bad_submission_harms_no_other(hall: Any) -> None:
    hall.begin().open(1)
    answers = hall.record(
        hall.submission(0, (1, "yes")), hall.submission(1, (1, "maybe")), hall.submission(2, (1, "no"))
    )
    assert answers == [None, "bad-choice", None]
    assert hall.counts() == {"yes": 1, "no": 1}


def test_a_refused_submission_leaves_none_of_its_votes(hall: Any) -> None:
    hall.begin().open(1, 2)
    assert hall.vote(0, (1, "yes"), (2, "maybe")) == "bad-choice"
    assert (hall.counts(1), hall.tally().papers) == ({}, 0)


def test_one_batch_takes_the_votes_of_several_conferences(hall: Any) -> None:
    other = type(hall)(hall.sessions, hall.keys).begin().open(1)
    hall.begin().open(1)
    assert hall.record(hall.submission(0, (1, "yes")), other.submission(0, (1, "no"))) == [None, None]
    assert (hall.counts(), other.counts()) == ({"yes": 1}, {"no": 1})


def test_a_seat_of_one_conference_has_no_vote_in_another(hall: Any) -> None:
    other = type(hall)(hall.sessions, hall.keys).begin().open(1)
    hall.begin().open(1)
    stray = box.Submission(hall.conference, other.seats[0], 1, "P1", [(1, "yes")])
    assert hall.record(stray) == ["unknown-seat"]


def test_a_failed_commit_is_answered_to_exactly_those_in_it(hall: Any, engine: Engine) -> None:
    hall.begin().open(1)

    def full(*_: object) -> None:
        raise exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(engine, "commit", full)
    answers = hall.box.record([hall.submission(0, (1, "yes")), hall.submission(1, (1, "maybe"))])
    event.remove(engine, "commit", full)
    assert [answer.code for answer in answers] == ["storage", "bad-choice"]
    assert hall.counts() == {}
    assert hall.vote(0, (1, "yes")) is None


def test_what_the_schema_refuses_is_answered_to_its_sender_only(hall: Any) -> None:
    hall.begin().open(1)
    with hall.sessions.begin() as session:
        session.execute(text("DELETE FROM run_choice WHERE choice = 'no'"))
    answers = hall.record(hall.submission(0, (1, "yes")), hall.submission(1, (1, "no")))
    assert answers == [None, "storage"]
    assert hall.counts() == {"yes": 1}


def test_error_messages_never_quote_a_vote(hall: Any) -> None:
    hall.begin().open(1)
    with pytest.raises(exc.IntegrityError) as caught, hall.sessions.begin() as session:
        session.execute(
            OpenVote.__table__.insert(),
            {"run_id": hall.run, "number": 1, "voter": b"v" * 32, "choice": "my-secret-choice"},
        )
    assert "my-secret-choice" not in str(caught.value).split("DETAIL")[0]


# Whole papers


def test_a_whole_paper_replaces_the_one_before(hall: Any) -> None:
    hall.begin("pick 2").open(1)
    hall.vote(0, (1, "1"), (2, "1"))
    hall.vote(0, (3, "1"))
    assert [hall.counts(number) for number in (1, 2, 3)] == [{}, {}, {"1": 1}]


def test_an_empty_paper_is_a_paper(hall: Any) -> None:
    hall.begin("pick 2").open(1)
    hall.vote(0, (1, "1"))
    assert hall.vote(0) is None
    assert (hall.counts(), hall.tally().papers, hall.voted(0)) == ({}, 1, [1, 2, 3])
    hall.close(1)
    hall.seal()
    assert [(number, choice) for number, _, choice, _ in hall.papers()] == [(None, "")]


@pytest.mark.parametrize(
    ("ballot", "votes", "code"),
    [
        ("pick 2", [(1, "1"), (2, "1"), (3, "1")], "too-many"),
        ("points 10", [(1, "6"), (2, "5")], "too-many"),
        ("rank 2", [(1, "1"), (2, "1")], "bad-choice"),
    ],
)
def test_a_paper_that_breaks_its_form_is_refused(hall: Any, ballot: str, votes: Any, code: str) -> None:
    hall.begin(ballot).open(1)
    assert hall.vote(0, *votes) == code


def test_whole_papers_need_a_level_that_joins_votes(hall: Any) -> None:
    hall.begin("pick 2", level="vote")
    with pytest.raises(Refusal) as caught:
        hall.open(1)
    assert caught.value.code == "not-now"


# Closing, voiding, reopening


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
    assert box.unlink(hall.sessions, hall.keys) == [f"{hall.conference}.r{hall.run}.i1"]
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
    assert box.recover(hall.sessions, hall.keys) == box.Recovery((name,), ())
    assert hall.keys.scopes() == []


def test_a_restart_in_the_middle_of_a_vote_changes_nothing(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    assert box.recover(hall.sessions, hall.keys) == box.Recovery((), ())
    hall.vote(0, (1, "no"))
    assert hall.counts() == {"no": 1}


def test_keys_of_conferences_in_another_database_are_left_alone(hall: Any) -> None:
    hall.begin()
    hall.keys.create_if_missing("other1.r7")
    assert box.unlink(hall.sessions, hall.keys) == []


def test_a_lost_key_lets_nobody_vote_twice(hall: Any) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    name = f"{hall.conference}.r{hall.run}"
    hall.keys.destroy(name)
    assert box.recover(hall.sessions, hall.keys).lost == (name,)
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


def test_no_group_stands_beside_an_open_vote(hall: Any) -> None:
    assert "group" not in {*OpenPaper.__table__.c.keys(), *OpenVote.__table__.c.keys()}


# What the schema holds by itself


def _open_vote(**change: Any) -> dict[str, Any]:
    return {"number": 1, "voter": b"v" * 32, "choice": "yes", **change}


@pytest.mark.parametrize(
    "row",
    [
        _open_vote(choice="maybe"),
        _open_vote(number=99),
        _open_vote(voter=b"x" * 32),
        _open_vote(),
    ],
    ids=["bad choice", "not in the pool", "no paper", "second vote"],
)
def test_the_schema_refuses_a_vote(hall: Any, row: dict[str, Any]) -> None:
    hall.begin().open(1)
    with hall.sessions.begin() as session:
        session.add(OpenPaper(run_id=hall.run, voter=b"v" * 32))
        if row == _open_vote():
            session.flush()
            session.execute(OpenVote.__table__.insert(), {"run_id": hall.run, **row})
    with pytest.raises(exc.IntegrityError), hall.sessions.begin() as session:
        session.execute(OpenVote.__table__.insert(), {"run_id": hall.run, **row})


@pytest.mark.parametrize("change", [{"choice": "maybe"}, {"number": 99}, {"paper": "other"}])
def test_the_schema_refuses_a_sealed_vote(hall: Any, change: dict[str, Any]) -> None:
    hall.begin()
    row = {"run_id": hall.run, "number": 1, "paper": "p1", "choice": "yes", **change}
    with hall.sessions.begin() as session:
        session.add(SealedPaper(run_id=hall.run, paper="p1"))
    with pytest.raises(exc.IntegrityError), hall.sessions.begin() as session:
        session.execute(SealedVote.__table__.insert(), row)


# At the same time


def test_no_vote_enters_after_a_close_and_none_acknowledged_is_lost(hall: Any) -> None:
    hall.begin(seats=40).open(1)
    start, acknowledged = threading.Barrier(5), []

    def vote(part: range) -> None:
        start.wait()
        for place in part:
            if hall.vote(place, (1, "yes")) is None:
                acknowledged.append(place)

    threads = [threading.Thread(target=vote, args=(range(n, 40, 4),)) for n in range(4)]
    for thread in threads:
        thread.start()
    start.wait()
    hall.close(1)
    after_close = hall.counts().get("yes", 0)
    for thread in threads:
        thread.join()
    assert hall.counts().get("yes", 0) == after_close == len(acknowledged)


def test_one_seat_from_many_threads_has_one_vote(hall: Any) -> None:
    hall.begin().open(1)
    choices = ["yes", "no"] * 4
    threads = [threading.Thread(target=hall.vote, args=(0, (1, choice))) for choice in choices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(hall.counts().values()) == 1


def test_whole_papers_sent_at_the_same_time_are_not_merged(hall: Any) -> None:
    hall.begin("pick 2", items=range(1, 9)).open(1)
    papers = [[(n, "1"), (n + 1, "1")] for n in (1, 3, 5, 7)] * 3
    threads = [threading.Thread(target=hall.vote, args=(0, *paper)) for paper in papers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sum(hall.counts(number).values()) for number in range(1, 9)) == 2


def test_a_fresh_connection_sees_what_was_acknowledged(hall: Any, engine: Engine) -> None:
    hall.begin().open(1)
    hall.vote(0, (1, "yes"))
    engine.dispose()
    assert hall.counts() == {"yes": 1}


# What is left in the files


def test_sqlite_files_hold_no_trace_of_a_link_after_the_seal(hall: Any, engine: Engine, tmp_path: Path) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("the files of PostgreSQL are the server's")
    hall.begin(seats=60, items=range(1, 41)).open(*range(1, 41))
    for place in range(60):
        for number in range(1, 41):
            hall.vote(place, (number, "yes" if (place * number) % 3 else "no"))
    key = hall.keys.get(f"{hall.conference}.r{hall.run}")
    hashes = [voter(key, seat) for seat in hall.seats]
    assert any(hashed in _bytes_of(tmp_path) for hashed in hashes)
    hall.close(*range(1, 41))
    hall.seal()
    left = _bytes_of(tmp_path)
    assert key not in left
    assert not any(hashed in left for hashed in hashes)
    database.scrub(engine)


def _bytes_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())
