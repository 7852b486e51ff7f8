"""Screens and timer: in step everywhere, the same after a restart, and no step of the conference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consensus.backup import write_backup
from consensus.errors import Refusal
from consensus.facilitation import stage
from consensus.models import Stage
from consensus.snapshots import Snapshots
from tests.consensus.room import URL, Room
from tests.consensus.situations import closed, discussion, lobby, voting

NOON = datetime(2014, 4, 9, 12, tzinfo=UTC)


def display(room: Room, **wanted: Any) -> bool:
    with room.sessions.begin() as session:
        return stage.display(
            session, room.id, wanted, lambda of: Snapshots(session, room.keys, of, URL).unfrozen("screen")
        )


def timer(room: Room, do: str, at: int = 0, **wanted: Any) -> bool:
    """Set the timer, so many seconds after noon."""
    with room.sessions.begin() as session:
        return stage.set_timer(session, room.id, {"do": do, **wanted}, NOON + timedelta(seconds=at))


def left(room: Room, at: int) -> float | None:
    """What a client that knows the time shows, so many seconds after noon."""
    shown = room.snapshot("phone")["timer"]
    if shown is None:
        return None
    return shown["left"] if shown["ends"] is None else shown["ends"] - NOON.timestamp() - at  # type: ignore[no-any-return]


def test_screens_begin_as_nobody_has_touched_them(room: Room) -> None:
    lobby(room)
    assert room.snapshot("screen")["display"] == {"blank": False, "frozen": False, "zoom": 100}
    assert room.count(Stage) == 0


def test_a_screen_is_blank_and_large_for_every_page_and_phones_hear_nothing_of_it(room: Room) -> None:
    voting(room)
    before = room.snapshot("phone")
    assert display(room, blank=True, zoom=150)
    for audience in ("screen", "facilitator"):
        assert room.snapshot(audience)["display"] == {"blank": True, "frozen": False, "zoom": 150}  # type: ignore[arg-type]
    after = room.snapshot("phone")
    assert {**after, "revision": 0} == {**before, "revision": 0}
    assert not display(room, blank=True), "what is so already changes nothing"


def test_a_frozen_screen_goes_on_showing_what_it_was_frozen_with(room: Room) -> None:
    voting(room)
    before = room.snapshot("screen")
    assert display(room, frozen=True)
    room.vote_all({1: 3})
    room.lead("close", "next")
    frozen = room.snapshot("screen")
    assert frozen["item"] == before["item"]
    assert frozen["state"] == "voting"
    assert frozen["result"] is None
    assert frozen["revision"] == room.revision > before["revision"]
    assert room.snapshot("facilitator")["item"]["number"] == 2
    assert room.snapshot("phone")["item"]["number"] == 2
    assert display(room, frozen=False)
    assert room.snapshot("screen")["item"]["number"] == 2


def test_a_frozen_screen_shows_no_code_that_lets_nobody_in(room: Room) -> None:
    voting(room)
    display(room, frozen=True)
    room.act("join-code", open=False)
    assert room.snapshot("screen")["join"]["code"] is None
    assert room.snapshot("screen")["display"]["frozen"]


def test_freezing_again_does_not_take_a_new_picture(room: Room) -> None:
    voting(room)
    display(room, frozen=True)
    room.act("close")
    assert not display(room, frozen=True)
    assert room.snapshot("screen")["state"] == "voting"


def test_a_frozen_screen_still_goes_blank(room: Room) -> None:
    voting(room)
    display(room, frozen=True)
    display(room, blank=True)
    assert room.snapshot("screen")["display"] == {"blank": True, "frozen": True, "zoom": 100}


@pytest.mark.parametrize("wanted", [{"blank": 1}, {"frozen": "yes"}, {"zoom": 49}, {"zoom": 201}, {"zoom": "100"}])
def test_nonsense_is_refused(room: Room, wanted: dict[str, Any]) -> None:
    lobby(room)
    with pytest.raises(Refusal) as caught:
        display(room, **wanted)
    assert caught.value.code == "not-now"


def test_no_backup_has_what_a_frozen_screen_shows(room: Room, tmp_path: Any) -> None:
    closed(room)
    display(room, frozen=True)
    file = tmp_path / "backup.db"
    write_backup(room.sessions.kw["bind"], file)
    assert b'"result"' not in file.read_bytes()


def test_setting_the_stage_is_no_step(room: Room) -> None:
    voting(room)
    undo, log, decided_on = room.steps().undo, room.log(), room.revision
    display(room, blank=True)
    timer(room, "start", seconds=60)
    assert room.steps().undo == undo
    assert room.log() == log
    assert room.act("close", revision=decided_on), "a step that was decided before is not stale"
    assert room.revision == decided_on + 3


# The timer


@pytest.fixture
def timed(room: Room) -> Room:
    discussion(room)
    timer(room, "start", seconds=600)
    return room


def test_a_timer_ends_at_a_moment_of_the_servers_clock(timed: Room) -> None:
    assert left(timed, 0) == 600
    assert left(timed, 250) == 350
    for audience in ("phone", "screen", "facilitator"):
        assert timed.snapshot(audience)["timer"]["seconds"] == 600  # type: ignore[arg-type]


def test_a_pause_keeps_what_is_left(timed: Room) -> None:
    timer(timed, "pause", at=100)
    assert left(timed, 100) == left(timed, 5000) == 500
    timer(timed, "go-on", at=5000)
    assert left(timed, 5100) == 400


def test_a_minute_more_runs_or_waits_like_the_rest(timed: Room) -> None:
    timer(timed, "add", at=10, seconds=60)
    assert left(timed, 10) == 650
    timer(timed, "pause", at=10)
    timer(timed, "add", at=20, seconds=60)
    assert left(timed, 30) == 710


def test_a_timer_lasts_no_longer_than_a_day(timed: Room) -> None:
    for _ in range(3):
        timer(timed, "add", at=0, seconds=stage.A_DAY)
    assert left(timed, 0) == stage.A_DAY
    timer(timed, "pause", at=0)
    for _ in range(30):
        timer(timed, "add", at=0, seconds=stage.A_DAY)
    assert left(timed, 0) == stage.A_DAY


def test_a_timer_that_is_over_waits_and_does_nothing(timed: Room) -> None:
    state = timed.state
    assert left(timed, 700) == -100
    timer(timed, "add", at=700, seconds=60)
    assert left(timed, 700) == 60, "it begins anew with what is added"
    timer(timed, "pause", at=900)
    assert left(timed, 900) == 0
    assert timed.state == state


def test_a_stopped_timer_is_gone(timed: Room) -> None:
    assert timer(timed, "stop")
    assert left(timed, 0) is None
    for do in ("stop", "pause", "go-on"):
        assert not timer(timed, do)
    assert not timer(timed, "add", seconds=60)


@pytest.mark.parametrize("step", ["open", "next"])
def test_the_vote_that_opens_ends_the_timer_of_the_talk_before_it(timed: Room, step: str) -> None:
    seen = timed.revision
    timed.act(step, **({"item": 1} if step == "open" else {}))
    assert left(timed, 0) is None
    with pytest.raises(Refusal):
        timer(timed, "add", seconds=60, revision=seen)
    assert timed.act("undo", reason="by mistake"), "it can be taken back as before"


def test_a_timer_that_is_set_during_a_vote_stays_until_the_next_one_opens(timed: Room) -> None:
    timed.act("open", item=1)
    timer(timed, "start", seconds=60)
    timed.act("close")
    assert left(timed, 0) == 60
    timed.act("reopen", item=1)
    assert left(timed, 0) is None


def test_a_paused_timer_ends_with_the_conference(room: Room) -> None:
    lobby(room)
    timer(room, "start", seconds=600)
    timer(room, "pause")
    room.act("finish")
    assert room.snapshot("screen")["timer"] is None


def test_a_press_that_comes_twice_or_after_another_pages_is_refused(timed: Room) -> None:
    seen = timed.revision
    timer(timed, "add", seconds=60, revision=seen)
    for do in ("add", "pause", "start"):
        with pytest.raises(Refusal) as caught:
            timer(timed, do, seconds=60, revision=seen)
        assert caught.value.code == "stale"
    assert left(timed, 0) == 660


@pytest.mark.parametrize("wanted", [{"do": "explode"}, {"do": "start"}, {"do": "start", "seconds": 0}, {"do": "add"}])
def test_a_timer_of_nonsense_is_refused(timed: Room, wanted: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        timer(timed, **wanted)
