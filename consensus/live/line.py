"""One client on a WebSocket: a socket, two watchers of the event loop, and what waits to be written.

Why there is such a thing stands in lines.py. Everything here runs on the event loop and must not block or switch.
"""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable
from socket import socket
from typing import Any, Protocol

import gevent

from consensus.live import frames, packets
from consensus.live.frames import FrameError, Reader
from consensus.live.packets import Packet, PacketError

#: bytes of the longest message a client may send
MAX_MESSAGE = 64_000
#: so many events of one client may wait for their answers; then nothing more is read from it until one is given
MOST_UNANSWERED = 8
#: bytes that may wait for a client that does not read; then it is let go, and comes back to a whole snapshot
MOST_UNSENT = 1 << 20
#: seconds that a client which was let go has to read what it was told
LAST_WORDS = 1.0
READ, WRITE = 1, 2

logger = logging.getLogger(__name__)


class Host(Protocol):
    """Who answers the clients. Called on the event loop: it must not block."""

    def asks_in(self, line: Line, auth: object) -> None:
        """A client wants to be let in: `line.let_in` or `line.refuse` later, or at once."""

    def event(self, line: Line, name: str, data: object, answer: Callable[[object], None]) -> None:
        """A client that is in has sent an event. answer is to be called once, also for an event that is not known."""


class Exchange(Protocol):
    """Where the lines of a process come together."""

    host: Host
    loop: Any
    buffer: bytearray

    def enter(self, line: Line) -> None:
        """A line is in rooms now."""

    def leave(self, line: Line) -> None:
        """A line is in no room any more."""

    def forget(self, line: Line) -> None:
        """A line has ended."""


class Line:
    """One client. state: new (has not asked to be let in), asking, in, leaving, gone.

    silent: it has said nothing since its last beat; late: it had not asked to be let in by then.
    """

    __slots__ = (
        "_lines",
        "_reader",
        "_reading",
        "_snapshot",
        "_socket",
        "_unanswered",
        "_unsent",
        "_writing",
        "beat",
        "guest",
        "late",
        "rooms",
        "sid",
        "silent",
        "state",
    )

    def __init__(self, lines: Exchange, connection: socket) -> None:
        self._lines, self._socket = lines, connection
        self.sid = secrets.token_urlsafe(15)
        self.state = "new"
        self.beat = 0
        self.guest: Any = None
        self.rooms: tuple[str, ...] = ()
        self.silent = self.late = False
        self._unanswered = 0
        self._unsent: deque[bytes] | None = None
        self._snapshot: bytes | None = None
        connection.setblocking(False)
        self._reader = Reader(MAX_MESSAGE)
        self._writing: Any = None
        self._reading = lines.loop.io(connection.fileno(), READ)
        self._reading.start(self._readable)

    def let_in(self, guest: object, rooms: tuple[str, ...], *first: tuple[str, object]) -> None:
        """Let the client in, put it into rooms and send it its first events."""
        if self.state != "asking":
            return
        self.state, self.guest, self.rooms = "in", guest, rooms
        self._lines.enter(self)
        events = [packets.connected(self.sid), *(packets.event(*event) for event in first)]
        self.send(b"".join(map(frames.frame, events)))

    def refuse(self, message: str, data: object) -> None:
        """Tell the client why it is not let in. It may ask again."""
        if self.state == "asking":
            self.state, self.late = "new", False
            self.send(frames.frame(packets.not_connected(message, data)))

    def say(self, name: str, data: object) -> None:
        """Send an event to this client."""
        self.send(frames.frame(packets.event(name, data)))

    def let_go(self) -> None:
        """End the session; what was said before still arrives."""
        self.state = "leaving"
        self._reading.stop()
        self._lines.leave(self)
        self.send(frames.frame(packets.disconnected()))
        gevent.spawn_later(LAST_WORDS, self.drop, frames.GOING_AWAY)

    def send(self, whole: bytes) -> None:
        """Send frames, at once if the socket takes them, else as soon as it does."""
        if self._unsent is not None:
            self._unsent.append(whole)
            if sum(map(len, self._unsent)) > MOST_UNSENT:
                self.drop(frames.POLICY)
            return
        sent = self._write(whole)
        if sent < len(whole):
            self._unsent = deque([whole[sent:]])
            self._writing = self._lines.loop.io(self._socket.fileno(), WRITE)
            self._writing.start(self._writable)

    def show(self, whole: bytes) -> None:
        """Send a snapshot; one that still waits is replaced by it."""
        if self._unsent is None:
            self.send(whole)
        else:
            self._snapshot = whole

    def drop(self, code: int) -> None:
        """Close the connection."""
        if self.state == "gone":
            return
        self.state = "gone"
        if self._unsent is None:
            self._write(frames.close_frame(code))
        for watcher in (self._reading, self._writing):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._socket.close()
        self._unsent = self._snapshot = None
        self._lines.forget(self)

    def _write(self, whole: bytes) -> int:
        """Write what the socket takes now; return how many bytes. A broken connection takes everything."""
        try:
            return self._socket.send(whole)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self.drop(frames.GOING_AWAY)
            return len(whole)

    def _writable(self) -> None:
        while self._unsent or self._snapshot:
            assert self._unsent is not None
            if not self._unsent:
                self._unsent.append(self._snapshot or b"")
                self._snapshot = None
            whole = self._unsent.popleft()
            sent = self._write(whole)
            if self.state == "gone":
                return
            if sent < len(whole):
                self._unsent.appendleft(whole[sent:])
                return
        self._unsent = None
        self._writing.stop()
        self._writing.close()
        self._writing = None

    def _readable(self) -> None:
        try:
            size = self._socket.recv_into(self._lines.buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            size = 0
        if not size:
            self.drop(frames.GOING_AWAY)
            return
        self.silent = False
        try:
            for message in self._reader.feed(bytes(memoryview(self._lines.buffer)[:size])):
                self._hear(message)
                if self.state in ("leaving", "gone"):
                    return
        except FrameError as error:
            self.drop(error.code)
        except (PacketError, UnicodeDecodeError):
            self.drop(frames.POLICY)
        except Exception:
            logger.exception("A client was let go after a mistake of ours")
            self.drop(frames.POLICY)

    def _hear(self, message: frames.Message) -> None:
        if message.kind == frames.TEXT:
            text = message.payload.decode()
            engine = text[:1]
            if engine == packets.MESSAGE:
                self._take(packets.read(text[1:]))
            elif engine == packets.PING:
                self.send(frames.frame((packets.PONG + text[1:]).encode()))
            elif engine != packets.PONG:
                self.drop(frames.GOING_AWAY)
        elif message.kind == frames.PING:
            self.send(frames.frame(message.payload, frames.PONG))
        elif message.kind == frames.CLOSE:
            self.drop(frames.GOING_AWAY)

    def _take(self, packet: Packet) -> None:
        if packet.kind == packets.CONNECT:
            if packet.namespace != "/":
                self.send(frames.frame(packets.not_connected("Unable to connect", None, packet.namespace)))
            elif self.state == "new":
                self.state = "asking"
                self._lines.host.asks_in(self, packet.data)
        elif packet.namespace != "/":
            return
        elif packet.kind == packets.DISCONNECT:
            self.drop(frames.GOING_AWAY)
        elif packet.kind == packets.EVENT and self.state == "in":
            self._ask(packet)

    def _ask(self, packet: Packet) -> None:
        """Hand an event to the host. Whoever has many unanswered is not listened to for a while."""
        self._unanswered += 1
        if self._unanswered == MOST_UNANSWERED:
            self._reading.stop()
        data = packet.data[1] if len(packet.data) > 1 else None

        def answer(told: object) -> None:
            self._answer(packet.id, told)

        self._lines.host.event(self, packet.data[0], data, answer)

    def _answer(self, id: int | None, told: object) -> None:
        if self.state == "gone":
            return
        if id is not None:
            self.send(frames.frame(packets.ack(id, told)))
        self._unanswered -= 1
        if self._unanswered == MOST_UNANSWERED - 1 and self.state == "in":
            self._reading.start(self._readable)
