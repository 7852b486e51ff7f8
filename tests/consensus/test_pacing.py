"""The automatic pace: it takes the next step once, and never one that a human has taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consensus.errors import Refusal
from consensus.facilitation import Standing, pacing
from consensus.facilitation.stage import stage_of
from consensus.models import Conference, LogEntry
from tests.consensus.room import Room, plan_text, round_keys

NOW = datetime(2014, 4, 9, 12, tzinfo=UTC)
REASON = {"reason": "by mistake"}
BOTH = {"open_after": 5, "close_after": 20}


def pace(room: Room, on: bool = True, **wanted: Any) -> bool:
    with room.sessions.begin() as session:
        return pacing.set_pace(session, room.id, {"on": on, **wanted}, NOW)


def coming(room: Room) -> pacing.Coming | None:
    with room.readers() as session:
        conference = session.get_one(Conference, room.id)
        return pacing.coming(Standing(session, room.keys, conference), stage_of(session, room.id))


def all_have_voted(room: Room) -> bool:
    with room.readers() as session:
        conference = session.get_one(Conference, room.id)
        return pacing.all_have_voted(Standing(session, room.keys, conference), stage_of(session, room.id))


def take(room: Room, action: str, revision: int) -> bool:
    with room.sessions.begin() as session:
        return pacing.take(session, room.keys, room.id, action, revision).changed


def actors(room: Room) -> list[tuple[str, str]]:
    with room.readers() as session:
        entries = session.query(LogEntry).filter_by(conference_id=room.id).order_by(LogEntry.id)
        return [(entry.actor, entry.action) for entry in entries]


def begun(room: Room, seats: int = 3, **keys: str) -> Room:
    return room.begin(plan_text(round_keys(**keys)), items=3, seats=seats).lead(("start", {"round": "A"}))


def test_nothing_comes_by_itself_unless_it_was_asked_for(room: Room) -> None:
    begun(room).lead("next")
    assert coming(room) is None
    assert room.snapshot("screen")["automatic"] is None


def test_an_open_item_closes_and_the_next_one_opens(room: Room) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    closing = coming(room)
    assert closing is not None
    assert (closing.action, closing.after) == ("close", 20)
    assert take(room, "close", room.revision)
    opening = coming(room)
    assert opening is not None
    assert (opening.action, opening.after) == ("next", 5)
    assert take(room, "next", room.revision)
    assert room.conference.open_item == 2
    assert actors(room)[-2:] == [("program", "close"), ("program", "open")]


def test_every_page_is_told_what_comes_and_when(room: Room) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    step = coming(room)
    assert step is not None
    for audience in ("phone", "screen", "facilitator"):
        shown = room.snapshot(audience)["automatic"]  # type: ignore[arg-type]
        assert shown == {"action": "close", "at": round(step.at.timestamp(), 3)}
    assert step.at - step.since == timedelta(seconds=20)


def test_the_first_item_the_review_and_the_seal_wait_for_a_human(room: Room) -> None:
    begun(room)
    pace(room, **BOTH)
    assert coming(room) is None
    for _ in range(3):
        room.lead("next", "close")
    assert coming(room) is None
    room.lead("next")
    assert coming(room) is None


@pytest.mark.parametrize(
    "steps",
    [
        ["close", ("undo", REASON)],
        [("void", {"item": 1, **REASON})],
        ["close", ("reopen", {"item": 1})],
        [("undo", REASON)],
    ],
    ids=["undone", "voided", "reopened", "open undone"],
)
def test_after_a_mistake_the_program_waits(room: Room, steps: list[Any]) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    room.lead(*steps)
    assert coming(room) is None
    if room.state != "voting":
        room.lead("next")
        assert coming(room) is not None, "it goes on from the next opening"


def test_of_two_processes_one_takes_the_step(room: Room) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    seen = room.revision
    assert take(room, "close", seen)
    assert not take(room, "close", seen)
    assert room.state == "closed"


def test_a_step_that_a_human_has_taken_is_not_taken_again(room: Room) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    seen = room.revision
    room.lead("close", "next")
    assert not take(room, "close", seen), "it would close another item"
    assert room.conference.open_item == 2
    assert room.state == "voting"


def test_once_it_is_paused_nothing_more_happens(room: Room) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    seen = room.revision
    assert pace(room, on=False)
    assert coming(room) is None
    assert not take(room, "close", seen)
    assert not take(room, "close", room.revision)
    assert not pace(room, on=False)
    assert [action for _, action in actors(room)][-2:] == ["pace", "pace"]


def test_after_a_restart_it_is_paused_and_the_log_says_so(room: Room) -> None:
    begun(room).lead("next")
    pace(room, **BOTH)
    with room.sessions.begin() as session:
        assert pacing.pause_all(session) == [room.id]
    assert room.snapshot()["pace"] == {"on": False, **BOTH, "close_when_all": False}
    assert actors(room)[-1] == ("program", "pace")
    with room.sessions.begin() as session:
        assert pacing.pause_all(session) == []


@pytest.mark.parametrize(("seats", "closes"), [(9, False), (10, True)])
def test_a_full_turnout_closes_only_where_it_may_be_known(room: Room, seats: int, closes: bool) -> None:
    begun(room, seats=seats).lead("next")
    pace(room, close_when_all=True)
    room.vote_all({1: 2}, range(seats - 1))
    assert not all_have_voted(room)
    room.vote_all({1: 2})
    assert all_have_voted(room) == closes


def test_a_full_turnout_closes_only_if_that_was_chosen(room: Room) -> None:
    begun(room, seats=10).lead("next")
    pace(room, close_after=60)
    room.vote_all({1: 2})
    assert not all_have_voted(room)


def test_a_round_at_ones_own_pace_is_left_alone(room: Room) -> None:
    begun(room, pace="paper").lead("open")
    pace(room, close_after=5, close_when_all=True)
    assert coming(room) is None
    assert not all_have_voted(room)


def test_pace_is_no_step_and_is_not_undone(room: Room) -> None:
    begun(room).lead("next")
    undo, seen = room.steps().undo, room.revision
    pace(room, **BOTH)
    assert room.steps().undo == undo
    assert room.act("close", revision=seen)
    assert not pace(room, **BOTH), "what is so already changes nothing"


@pytest.mark.parametrize(
    "wanted", [{}, {"open_after": -1}, {"close_after": 0}, {"open_after": 5.5}, {"close_after": 3601}]
)
def test_nonsense_is_refused(room: Room, wanted: dict[str, Any]) -> None:
    begun(room)
    with pytest.raises(Refusal):
        pace(room, **wanted)


def test_who_has_voted_and_left_is_no_stand_in_for_who_is_here_and_has_not(room: Room) -> None:
    begun(room, seats=11).lead("next")
    pace(room, close_when_all=True)
    for place in range(10):
        room.vote(place, (1, "yes"))
    assert not all_have_voted(room)
    room.act("sign-out", card=room.secrets[0])
    assert not all_have_voted(room)
    room.vote(10, (1, "no"))
    assert all_have_voted(room)
