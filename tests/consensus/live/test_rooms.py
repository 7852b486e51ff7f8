"""Two processes' rooms, and what they tell each other through Redis."""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest
import socketio
from gevent.queue import Empty, Queue

from consensus import redis
from consensus.errors import BadInput
from consensus.live import rooms as sharing
from consensus.live.rooms import SharedRooms
from consensus.threads import Threads
from tests.wire import Wire

PATIENCE = 10
pytestmark = pytest.mark.redis


class Process:
    """The rooms of one process, and what was sent to them."""

    def __init__(self, wire: Wire) -> None:
        self.heard: Queue[tuple[str, str, Any]] = Queue()
        self.rooms = SharedRooms(self._deliver, f"redis://127.0.0.1:{wire.port}", Threads(1))
        socketio.Server(async_mode="gevent", client_manager=self.rooms)
        self.rooms.initialize()

    def _deliver(self, room: str, event: str, data: Any) -> bool:
        self.heard.put((room, event, data))
        return True

    def send(self, room: str, data: object) -> None:
        self.rooms.emit("state", data, "/", room)

    def hears(self, room: str) -> Any:
        """The next payload for a room."""
        while True:
            found, _, data = self.heard.get(timeout=PATIENCE)
            if found == room:
                return data


@pytest.fixture(autouse=True)
def own_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "CHANNEL", f"consensus-test-{secrets.token_hex(4)}")
    monkeypatch.setattr(sharing, "PAUSE", 0.05)
    monkeypatch.setattr(sharing, "ASK", 0.1)
    monkeypatch.setattr(sharing, "LOST", 0.5)
    monkeypatch.setattr(redis, "PATIENCE", 0.5)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire(6379) as wire:
        yield wire


@pytest.fixture
def both(wire: Wire) -> tuple[Process, Process]:
    made = Process(wire), Process(wire)
    meet(*made)
    return made


def meet(one: Process, other: Process) -> None:
    """Wait until each hears the other."""
    for speaker, listener in ((one, other), (other, one)):
        room = secrets.token_hex(4)
        deadline = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < deadline, "the processes do not hear each other"
            speaker.send(room, None)
            with contextlib.suppress(Empty):
                if listener.heard.get(timeout=0.1)[0] == room:
                    break


def test_what_one_process_sends_the_other_hears_and_each_once(both: tuple[Process, Process]) -> None:
    one, other = both
    for number in range(3):
        one.send("room", number)
    assert [other.hears("room") for _ in range(3)] == [0, 1, 2]
    assert [one.hears("room") for _ in range(3)] == [0, 1, 2]
    other.send("last", None)
    one.hears("last")
    assert one.heard.empty()


def test_after_a_cut_they_hear_each_other_again(
    wire: Wire, both: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    one, other = both
    wire.cut()
    for number in range(50):
        one.send("room", number)
    assert [one.hears("room") for _ in range(50)] == list(range(50))  # its own clients miss nothing
    wire.mend()
    meet(one, other)
    assert caplog.text.count("Redis does not answer") <= 2  # not with every message


def test_a_redis_that_says_nothing_is_left_for_a_new_line(
    wire: Wire, both: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    wire.hush()
    meet(*both)
    assert "Redis is lost, it is tried again: TimeoutError" in caplog.text


def test_a_queue_that_is_none_is_refused_in_one_line() -> None:
    with pytest.raises(BadInput, match="write redis://"):
        SharedRooms(lambda room, event, data: True, "http://127.0.0.1", Threads(1))
