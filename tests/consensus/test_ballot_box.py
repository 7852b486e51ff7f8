"""The contract of the ballot box: everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event, exc, text

from consensus import ballot_box as box
from consensus.errors import Refusal
from consensus.models import (
    OpenPaper,
    OpenVote,
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
    ("a vote of an earlier take", {"takes": {1: 0}}, "stale"),
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


def test_a_vote_given_before_the_votes_were_thrown_away_does_not_enter_the_new_vote(hall: Any) -> None:
    hall.begin().open(1)
    given = replace(hall.submission(0, (1, "yes")), takes={1: 1})
    assert hall.record(given) == [None]
    hall.discard(1)
    hall.open(1)
    assert hall.record(given) == ["stale"]
    assert hall.record(replace(given, takes={1: 2})) == [None]


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
