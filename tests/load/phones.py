"""Light phones: Engine.IO 4 and Socket.IO 5 on bare sockets, thousands of them in one loop.

What they cost is taken from what is measured, so they do as little as can be, and no library does more for them: frames
are masked with the key 0, the bytes of a snapshot that has been seen are not looked at again, and nothing is decoded
while the clock runs.
"""

from __future__ import annotations

import errno
import json
import select
import socket
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.load.crowd import Crowd

#: the key of RFC 6455's own example and the answer to it
KEY, ACCEPTED = b"dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: " + KEY + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
#: seconds until a phone that was refused a connection tries again
AGAIN = 0.1


NO_MASK = b"\0\0\0\0"
HEADS = [bytes([0x81, 0x80 | size]) + NO_MASK for size in range(126)]


def masked(payload: bytes) -> bytes:
    """A client's text frame. The mask is 0, so the payload goes as it is."""
    size = len(payload)
    return (HEADS[size] if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big") + NO_MASK) + payload


PONG = masked(b"3")


class Phone:
    """One panellist's phone. Instants are those of perf_counter."""

    __slots__ = (
        "_rest", "_upgraded", "acknowledged", "choice", "crowd", "hello", "inside", "intended", "pending",
        "revision", "seat", "socket", "votes", "welcomed",
    )  # fmt: skip

    def __init__(self, crowd: Crowd, token: str) -> None:
        self.crowd = crowd
        self.hello = masked(b"40" + json.dumps({"token": token}).encode())
        self.socket: socket.socket | None = None
        self.intended = 0.0  # when it should have arrived, or voted
        self.revision = -1
        self.seat = b""
        self.inside = self.acknowledged = False
        self.pending = b""  # the vote that nobody has acknowledged yet
        self.choice = "yes"
        self.votes = 0

    def arrive(self, intended: float | None = None) -> None:
        """Connect; the server's answers do the rest."""
        if intended is not None:
            self.intended = intended
        self.begin()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        problem = self.socket.connect_ex(("127.0.0.1", self.crowd.port))
        if problem not in (0, errno.EINPROGRESS):
            self.leave()
            self.crowd.at(perf_counter() + AGAIN, self.arrive)
            return
        self.crowd.watch(self.socket, self, select.EPOLLOUT)

    def begin(self) -> None:
        """Know nothing yet of what the server will say."""
        self._rest, self._upgraded, self.welcomed, self.seat = b"", False, False, b""

    def ready(self, event: int) -> None:
        """Go on after the loop has seen the socket move."""
        if not self._upgraded and event & select.EPOLLOUT and not event & (select.EPOLLERR | select.EPOLLHUP):
            self.crowd.watch_again(self.socket, select.EPOLLIN)
            self._send(self.crowd.upgrade)
            return
        assert self.socket is not None
        try:
            came = self.socket.recv(8192)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        if came:
            self.hear(came)
        else:
            self._lost()

    def hear(self, came: bytes) -> None:
        """Take what has come, whole frames or not; most often it is one acknowledgement."""
        if came[2:4] == b"43" and len(came) == came[1] + 2 and not self._rest:
            self._answer(came)
            return
        came, at = self._rest + came if self._rest else came, 0
        if not self._upgraded:
            end = came.find(b"\r\n\r\n")
            if end < 0:
                self._rest = came
                return
            if ACCEPTED not in came[:end]:
                self.crowd.troubles[came[:60].decode("latin-1")] += 1
            self._upgraded, at = True, end + 4
        size = len(came)
        while size - at >= 2:
            length, start = came[at + 1], at + 2
            if length >= 126:
                wide = 2 if length == 126 else 8
                length, start = int.from_bytes(came[start : start + wide], "big"), start + wide
            if start + length > size:
                break
            self._take(came[at], came[start : start + length])
            at = start + length
        self._rest = came[at:]

    def vote(self, intended: float) -> None:
        """Send a vote with this phone's choice, counted from the instant it was meant for."""
        self.intended = intended
        self.acknowledged = False
        self.votes += 1
        self.pending = masked(b"42%d%b" % (self.votes, self.crowd.ballots[self.choice]))
        if self.inside:
            self._send(self.pending)

    def leave(self) -> None:
        """Hang up without a word."""
        if self.socket is not None:
            self.crowd.forget(self.socket)
            self.socket.close()
            self.socket = None
        if self.inside:
            self.inside = False
            self.crowd.inside -= 1

    def _lost(self) -> None:
        entering = not self.inside
        self.leave()
        self.crowd.lost += 1
        if entering:  # it was on its way in: it tries again
            self.crowd.at(perf_counter() + AGAIN, self.arrive)

    def _send(self, frame: bytes) -> None:
        assert self.socket is not None
        self.crowd.sent += 1
        try:
            self.socket.send(frame)
        except OSError as error:
            self.crowd.troubles[f"sending: {error.strerror}"] += 1

    def _take(self, opcode: int, frame: bytes) -> None:
        kind = frame[:6]
        if kind[:2] == b"43":
            self._answer(frame)
        elif kind == b'42["st':
            self._show(frame)
        elif kind == b'42["se':
            self.seat = frame
            self._enter()
        elif frame == b"2":
            self._send(PONG)
        elif kind[:1] == b"0":
            self._send(self.hello)
        elif opcode == 0x89:
            self._send(b"\x8a\x80\0\0\0\0")
        elif kind[:2] in (b"44", b"41") or opcode not in (0x81, 0x88):
            self.crowd.troubles[frame[:60].decode("utf-8", "replace")] += 1

    def _show(self, frame: bytes) -> None:
        crowd = self.crowd
        revision = crowd.revision if frame == crowd.newest else crowd.read_state(frame)
        if revision > self.revision:
            self.revision = revision
            if revision == crowd.revision:
                crowd.arrivals.append(perf_counter())
        self.welcomed = True
        if not self.inside:
            self._enter()

    def _enter(self) -> None:
        """Be in once both snapshot and seat have come; then send again what nobody acknowledged."""
        if self.inside or not self.welcomed or not self.seat:
            return
        self.inside = True
        self.crowd.inside += 1
        self.crowd.entered.append(perf_counter() - self.intended)
        if self.pending:
            self._send(self.pending)

    def _answer(self, frame: bytes) -> None:
        crowd = self.crowd
        if b'"ok":true' not in frame and b'"ok": true' not in frame:
            crowd.troubles[frame[-100:].decode("utf-8", "replace")] += 1
            return
        crowd.latencies.append(perf_counter() - self.intended)
        self.acknowledged, self.pending = True, b""
        crowd.acknowledged += 1
        if crowd.after_answer is not None:
            crowd.after_answer(self)

    def has_voted_on(self, item: int) -> bool:
        """Whether the server said, when this phone came in, that its seat has voted on the item."""
        seat: dict[str, Any] = json.loads(self.seat[2:])[1]
        return item in seat["voted"]


class Onlooker(Phone):
    """The facilitator's page: it gets turnout and attendance while the phones vote, and counts for nothing."""

    __slots__ = ()

    def _show(self, frame: bytes) -> None:
        pass

    def _lost(self) -> None:
        self.leave()
