"""The pacer of a process: when it acts, and that a clock which jumps neither hurries nor stops it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gevent.hub import Hub

from consensus.config import Config
from consensus.facilitation import Outcome, pacing
from consensus.live import pacer as module
from consensus.live.pacer import GRACE, Pacer
from consensus.services import Services
from tests.consensus.room import Room, plan_text, round_keys


class Clocks:
    """The two clocks that the pacer looks at: one that nobody sets, and the machine's."""

    def __init__(self) -> None:
        self.counted, self.shown = 1000.0, time.time()

    def monotonic(self) -> float:
        return self.counted

    def time(self) -> float:
        return self.shown

    def go_on(self, seconds: float) -> None:
        self.counted += seconds
        self.shown += seconds


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services.open(Config.from_environment({}, data_dir=tmp_path))
    yield found
    found.engine.dispose()


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    made = Clocks()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def room(services: Services) -> Room:
    """A round of two items with ten seats, the first one open."""
    room = Room(services.sessions, services.keys)  # type: ignore[arg-type]
    room.begin(plan_text(round_keys()), items=2, seats=10)
    return room.lead(("start", {"round": "A"}), "next")


@pytest.fixture
def pacer(services: Services, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> Pacer:
    monkeypatch.setattr(module.gevent, "spawn", lambda work: None)
    return Pacer(services, Hub)  # type: ignore[arg-type]


def pace(services: Services, room: Room, **wanted: Any) -> None:
    with services.sessions.begin() as session:
        pacing.set_pace(session, room.id, {"on": True, **wanted}, datetime.now(UTC))


def test_an_item_closes_when_its_time_is_over_and_not_before(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks
) -> None:
    pace(services, room, close_after=20, open_after=5)
    for seconds, state in ((0, "voting"), (19, "voting"), (2, "closed")):
        clocks.go_on(seconds)
        pacer.look()
        assert room.state == state
    clocks.shown = time.time()  # as the log has it
    for seconds, state in ((0, "closed"), (4, "closed"), (2, "voting")):
        clocks.go_on(seconds)
        pacer.look()
        assert room.state == state
    assert room.conference.open_item == 2


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_a_clock_that_is_put_right_neither_hurries_nor_holds_up_a_vote(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks, jump: int
) -> None:
    pace(services, room, close_after=20)
    pacer.look()
    clocks.shown += jump
    for seconds, state in ((18, "voting"), (3, "closed")):
        clocks.go_on(seconds)
        pacer.look()
        assert room.state == state


def test_a_process_that_sees_a_clock_far_back_waits_no_longer_than_was_asked_for(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks
) -> None:
    clocks.shown -= 86_400
    pace(services, room, close_after=20)
    pacer.look()
    clocks.go_on(21)
    pacer.look()
    assert room.state == "closed"


def test_after_the_last_vote_there_is_a_moment_for_second_thoughts(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks
) -> None:
    pace(services, room, close_when_all=True)
    room.vote_all({1: 4}, range(9))
    pacer.look()
    clocks.go_on(60)
    pacer.look()
    assert room.state == "voting", "one has not voted"
    room.vote_all({1: 4})
    pacer.look()
    clocks.go_on(GRACE - 0.5)
    pacer.look()
    assert room.state == "voting"
    clocks.go_on(1)
    pacer.look()
    assert room.state == "closed"


def test_what_is_paused_and_started_again_waits_anew(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks
) -> None:
    pace(services, room, close_after=20)
    pacer.look()
    clocks.go_on(15)
    with services.sessions.begin() as session:
        pacing.set_pace(session, room.id, {"on": False}, datetime.now(UTC))
        pacing.set_pace(session, room.id, {"on": True, "close_after": 20}, datetime.fromtimestamp(clocks.shown, UTC))
    pacer.look()
    clocks.go_on(15)
    pacer.look()
    assert room.state == "voting"


def test_two_processes_that_look_at_once_take_one_step(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace(services, room, close_after=20, open_after=0)
    other = Pacer(services, Hub)  # type: ignore[arg-type]
    for one in (pacer, other):
        one.look()
    clocks.go_on(21)
    seen = other._steps(services.readers(), clocks.counted)
    pacer.look()
    assert room.state == "closed"
    for step in seen:
        other._take(step)
    assert room.state == "closed"
    assert [action for action, _ in room.log()].count("close") == 1


def test_a_process_that_starts_pauses_what_went_on_by_itself(services: Services, room: Room, pacer: Pacer) -> None:
    pace(services, room, close_after=20)
    told: list[str] = []
    services.published.append(told.append)
    pacer.pause()
    assert told == [room.id]
    assert room.snapshot()["pace"]["on"] is False


def test_a_step_that_fails_is_tried_again(
    services: Services, room: Room, pacer: Pacer, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace(services, room, close_after=20)
    pacer.look()
    clocks.go_on(21)
    change, failed = Services.change, []

    def fails_once(self: Services, conference: str, work: Any) -> bool:
        if not failed:
            failed.append(conference)
            raise module.Refusal("storage", "The disk is full.")
        return change(self, conference, work)

    monkeypatch.setattr(Services, "change", fails_once)
    pacer.look()
    assert room.state == "voting"
    pacer.look()
    assert room.state == "closed"
    assert failed == [room.id]


def test_the_outcome_says_whether_links_end(services: Services, room: Room) -> None:
    with services.sessions.begin() as session:
        assert pacing.take(session, services.keys, room.id, "close", room.revision) == Outcome(False)
