"""Lines over real sockets, with a host that is played by the test."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Iterator
from typing import ClassVar

import gevent
import gevent.socket
import pytest
from gevent.event import Event

from consensus.live import frames
from consensus.live.frames import PING, PONG, TEXT, frame
from consensus.live.line import MOST_UNANSWERED, MOST_UNSENT, Line
from consensus.live.lines import HEARTBEAT, Lines
from tests.consensus.live.test_frames import sent

PATIENCE = 10
ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/socket.io/",
    "QUERY_STRING": "EIO=4&transport=websocket",
    "HTTP_HOST": "here:5000",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Host:
    """Lets in whoever says so, and keeps what it is asked until the test answers."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.asked: list[tuple[str, object, Callable[[object], None]]] = []
        self.moved = Event()

    def asks_in(self, line: Line, auth: object) -> None:
        if auth == "guest":
            self.lines.append(line)
            line.let_in("guest", ("hall", "seat"), ("state", {"revision": 1}))
        else:
            line.refuse("No", "not-allowed")

    def event(self, line: Line, name: str, data: object, answer: Callable[[object], None]) -> None:
        self.asked.append((name, data, answer))
        self.moved.set()

    def wait_for(self, asked: int) -> None:
        with gevent.Timeout(PATIENCE):
            while len(self.asked) < asked:
                self.moved.clear()
                self.moved.wait()


class Client:
    """The other end of a line."""

    made: ClassVar[list[Client]] = []

    def __init__(self, lines: Lines) -> None:
        self.made.append(self)
        here, there = socket.socketpair()
        lines.take(there.detach(), ENVIRON)
        self.socket = gevent.socket.socket(fileno=here.detach())
        self.socket.settimeout(PATIENCE)
        self.came = b""
        self.answer = self._until(b"\r\n\r\n")
        self.opened = json.loads(self.hear()[1:])

    def _until(self, end: bytes) -> bytes:
        while end not in self.came:
            self._receive()
        found, _, self.came = self.came.partition(end)
        return found

    def _receive(self) -> None:
        more = self.socket.recv(65536)
        if not more:
            raise EOFError
        self.came += more

    def take(self) -> tuple[int, bytes]:
        """The next frame: (kind, payload)."""
        while True:
            if len(self.came) >= 2:
                size, start = self.came[1], 2
                if size > 125:
                    start = 4 if size == 126 else 10
                    size = int.from_bytes(self.came[2:start], "big") if len(self.came) >= start else 1 << 60
                if len(self.came) >= start + size:
                    kind, payload = self.came[0] & 15, self.came[start : start + size]
                    self.came = self.came[start + size :]
                    return kind, payload
            self._receive()

    def hear(self) -> str:
        kind, payload = self.take()
        assert kind == TEXT, (kind, payload)
        return payload.decode()

    def say(self, text: str) -> None:
        self.socket.sendall(sent(text.encode()))

    def go_in(self) -> Client:
        self.say('40"guest"')
        assert self.hear().startswith('40{"sid":')
        assert self.hear() == '42["state",{"revision":1}]'
        return self

    def ended(self) -> int:
        """The code that the line was closed with, 0 for none."""
        try:
            while True:
                kind, payload = self.take()
                if kind == frames.CLOSE:
                    return int.from_bytes(payload, "big")
        except (EOFError, OSError):
            return 0


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def lines(host: Host) -> Iterator[Lines]:
    lines = Lines(host)
    yield lines
    lines.close()
    while Client.made:
        Client.made.pop().socket.close()


def test_the_handshake_is_answered_and_the_session_opened(lines: Lines) -> None:
    client = Client(lines)
    assert b"101 Switching Protocols" in client.answer
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in client.answer
    assert client.opened["pingInterval"] == HEARTBEAT * 1000
    assert len(lines) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"PATH_INFO": "/socket.io"},
        {"REQUEST_METHOD": "POST"},
        {"QUERY_STRING": "EIO=4&transport=polling"},
        {"QUERY_STRING": "EIO=3&transport=websocket"},
        {"QUERY_STRING": "EIO=4&transport=websocket&sid=abc"},
        {"HTTP_UPGRADE": "h2c"},
        {"HTTP_CONNECTION": "keep-alive"},
        {"HTTP_SEC_WEBSOCKET_VERSION": "8"},
        {"HTTP_SEC_WEBSOCKET_KEY": "short"},
        {"HTTP_ORIGIN": "http://elsewhere"},
    ],
)
def test_only_a_handshake_that_begins_a_session_from_our_own_pages_is_wanted(change: dict[str, str]) -> None:
    assert Lines.wants(ENVIRON)
    assert Lines.wants({**ENVIRON, "HTTP_ORIGIN": "http://here:5000"})
    assert Lines.wants({**ENVIRON, "HTTP_ORIGIN": "https://public", "HTTP_X_FORWARDED_HOST": "public"})
    assert not Lines.wants({**ENVIRON, **change})


def test_who_is_refused_is_told_why_and_may_ask_again(lines: Lines) -> None:
    client = Client(lines)
    client.say('40{"token":"old"}')
    assert client.hear() == '44{"message":"No","data":"not-allowed"}'
    client.go_in()


def test_other_namespaces_do_not_exist(lines: Lines) -> None:
    client = Client(lines)
    client.say("40/other,")
    assert client.hear() == '44/other,{"message":"Unable to connect"}'


def test_events_before_the_door_are_not_heard(lines: Lines, host: Host) -> None:
    client = Client(lines)
    client.say('420["vote",{}]')
    client.go_in()
    client.say('421["vote",{}]')
    host.wait_for(1)
    host.asked[0][2]({"ok": True})
    assert client.hear() == '431[{"ok":true}]'


def test_an_event_reaches_everyone_in_its_room(lines: Lines) -> None:
    clients = [Client(lines).go_in() for _ in range(3)]
    lines.emit("hall", "state", {"revision": 2})
    lines.emit("another", "state", {"revision": 3})
    assert [client.hear() for client in clients] == ['42["state",{"revision":2}]'] * 3


def test_pings_of_both_layers_are_answered(lines: Lines) -> None:
    client = Client(lines)
    client.socket.sendall(sent(b"beat", PING))
    assert client.take() == (PONG, b"beat")
    client.say("2probe")
    assert client.hear() == "3probe"


@pytest.mark.parametrize(
    "rubbish",
    [frame(b"unmasked"), sent(b"4"), sent(b"\xff"), sent(b"42[]"), sent(b"7"), sent(b"1"), sent(b""), sent(b"41")],
)
def test_who_sends_rubbish_is_let_go(lines: Lines, rubbish: bytes) -> None:
    client = Client(lines).go_in()
    client.socket.sendall(rubbish)
    assert client.ended() in (1001, 1002, 1008)
    assert len(lines) == 0
    assert not lines.rooms


def test_who_hangs_up_is_forgotten(lines: Lines) -> None:
    clients = [Client(lines).go_in() for _ in range(2)]
    clients[0].socket.close()
    with gevent.Timeout(PATIENCE):
        while len(lines) == 2:
            gevent.idle()
    lines.emit("hall", "state", {"revision": 2})
    assert clients[1].hear() == '42["state",{"revision":2}]'


def test_who_has_many_unanswered_is_not_listened_to_until_one_is(lines: Lines, host: Host) -> None:
    client = Client(lines).go_in()
    for id in range(MOST_UNANSWERED + 1):
        client.say(f'42{id}["vote",{id}]')
        if id < MOST_UNANSWERED:
            host.wait_for(id + 1)
    other = Client(lines).go_in()  # the loop has gone round, and more than once
    assert len(host.asked) == MOST_UNANSWERED
    host.asked[0][2]("first")
    host.wait_for(MOST_UNANSWERED + 1)
    assert client.hear() == '430["first"]'
    assert other.socket.fileno() > 0


def test_who_does_not_read_gets_the_newest_snapshot_once_and_every_other_event(lines: Lines) -> None:
    client = Client(lines).go_in()
    long = "x" * 100_000
    for revision in range(2, 102):
        lines.emit("hall", "state", {"revision": revision, "text": long})
    lines.emit("hall", "seat", {"moved": False})
    revisions = []
    while not revisions or revisions[-1] < 101:
        told = json.loads(client.hear()[2:])
        if told[0] == "state":
            revisions.append(told[1]["revision"])
        else:
            assert told == ["seat", {"moved": False}]
    assert revisions == sorted(revisions)
    assert len(revisions) < 50
    lines.emit("hall", "state", {"revision": 102})
    assert client.hear() == '42["state",{"revision":102}]'


def test_who_never_reads_is_let_go_before_much_waits(lines: Lines) -> None:
    client = Client(lines).go_in()
    for _ in range(40):
        lines.emit("hall", "seat", {"text": "x" * (MOST_UNSENT // 10)})
    assert len(lines) == 0
    client.socket.close()


def test_who_is_let_go_still_hears_what_was_said(lines: Lines, host: Host) -> None:
    client = Client(lines).go_in()
    host.lines[0].say("seat", {"moved": True})
    host.lines[0].let_go()
    lines.emit("hall", "state", {"revision": 2})
    assert [client.hear(), client.hear()] == ['42["seat",{"moved":true}]', "41"]
    assert client.ended() == frames.GOING_AWAY


def test_who_does_not_answer_a_ping_is_let_go(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    lines.pinging.kill()
    monkeypatch.setattr("consensus.live.lines.BEAT", 0.001)
    quiet, alive, outside = Client(lines).go_in(), Client(lines).go_in(), Client(lines)
    answering = [gevent.spawn(answers_pings, client) for client in (alive, outside)]
    lines.pinging = gevent.spawn(lines._ping)
    assert quiet.ended() == frames.GOING_AWAY
    with gevent.Timeout(PATIENCE):
        answering[1].join()  # it never asks to be let in
    assert len(lines) == 1
    assert not answering[0].ready()
    answering[0].kill()


def answers_pings(client: Client) -> None:
    with contextlib.suppress(AssertionError, OSError):
        while True:
            assert client.hear() == "2"
            client.say("3")


def test_whoever_comes_just_before_their_beat_has_time_to_ask(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    lines.pinging.kill()
    client = Client(lines)
    beat_once(lines, monkeypatch)
    assert client.hear() == "2"
    client.go_in()
    beat_once(lines, monkeypatch)
    assert client.hear() == "2"
    client.say("40")  # it is in already, but there it is
    late = Client(lines)
    for _ in range(2):
        beat_once(lines, monkeypatch)
        assert late.hear() == "2"
        late.say('40{"token":"old"}')
        assert late.hear().startswith("44")


def beat_once(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every client's beat come once, and end before the first one's comes again."""
    beats = 0

    def sleep(seconds: float) -> None:
        nonlocal beats
        beats += 1
        if beats > HEARTBEAT:
            raise gevent.GreenletExit

    with monkeypatch.context() as patch:
        patch.setattr("consensus.live.lines.gevent.sleep", sleep)
        with contextlib.suppress(gevent.GreenletExit):
            lines._ping()
