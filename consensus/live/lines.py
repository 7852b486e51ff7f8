"""Lines: Socket.IO clients on WebSockets, held by the event loop itself.

python-socketio gives every WebSocket four greenlets, a queue and a general framing library. For a panel of thousands
that is most of the work: a snapshot goes through each client's queue, is framed anew for each, and every vote passes
a Flask request context. Here a client is a socket, two watchers and a few fields; a snapshot is framed once and written
straight to every socket; no greenlet waits for anything. docs/decisions/lines.md has the figures.

Only what needs no negotiation comes here: a client that begins with a WebSocket. Polling, and WebSockets that begin as
polling, stay with python-socketio. To a client both are the same server.

Everything in this file runs on the event loop and must not block or switch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from socket import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gevent

from consensus.live import frames, packets
from consensus.live.line import MAX_MESSAGE, Host, Line

#: seconds between two pings, and how long their answer may take
HEARTBEAT = 20
BEAT = 1.0
RECEIVE = 4096


class Lines:
    """The clients of this process, and the rooms they are in."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.loop = gevent.get_hub().loop
        self.rooms: defaultdict[str, dict[Line, None]] = defaultdict(dict)
        self._beats: list[set[Line]] = [set() for _ in range(HEARTBEAT)]
        self._taken = 0
        self.buffer = bytearray(RECEIVE)
        self.pinging = gevent.spawn(self._ping)

    def __len__(self) -> int:
        return sum(len(beat) for beat in self._beats)

    @staticmethod
    def wants(environ: Mapping[str, Any]) -> bool:
        """Whether a request is a WebSocket handshake that begins a session here."""
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or environ["PATH_INFO"] != "/socket.io/":
            return False
        query = parse_qs(environ.get("QUERY_STRING", ""))
        return (
            query.get("transport") == ["websocket"]
            and query.get("EIO") == ["4"]
            and "sid" not in query
            and environ["REQUEST_METHOD"] == "GET"
            and "upgrade" in environ.get("HTTP_CONNECTION", "").lower()
            and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
            and frames.is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
            and _same_origin(environ)
        )

    def take(self, handle: int, environ: Mapping[str, Any]) -> None:
        """Answer the handshake and hold the connection from now on. handle: of its socket, TCP_NODELAY set."""
        line = Line(self, socket(fileno=handle))
        self._taken += 1
        line.beat = self._taken % HEARTBEAT
        self._beats[line.beat].add(line)
        answer = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {frames.accept_key(environ['HTTP_SEC_WEBSOCKET_KEY'])}\r\n\r\n"
        ).encode("ascii")
        line.send(answer + frames.frame(packets.opened(line.sid, HEARTBEAT, HEARTBEAT, MAX_MESSAGE)))

    def emit(self, room: str, name: str, data: object) -> None:
        """Send an event to everyone in a room. Of a snapshot only the newest is sent to who has not kept up."""
        if room not in self.rooms:
            return
        whole = frames.frame(packets.event(name, data))
        for line in list(self.rooms[room]):
            if name == "state":
                line.show(whole)
            else:
                line.send(whole)

    def close(self) -> None:
        """Hang up on everyone."""
        self.pinging.kill()
        for beat in self._beats:
            for line in list(beat):
                line.drop(frames.GOING_AWAY)

    def enter(self, line: Line) -> None:
        for room in line.rooms:
            self.rooms[room][line] = None

    def leave(self, line: Line) -> None:
        for room in line.rooms:
            self.rooms[room].pop(line, None)
            if not self.rooms[room]:
                del self.rooms[room]
        line.rooms = ()

    def forget(self, line: Line) -> None:
        self._beats[line.beat].discard(line)
        self.leave(line)

    def _ping(self) -> None:
        """Ask a twentieth of the clients each second whether they are there; let go of who did not answer the last.

        A client's first beat may come a moment after its handshake, so nobody is let go before the second.
        """
        ping = frames.frame(packets.PING.encode())
        while True:
            for beat in self._beats:
                gevent.sleep(BEAT)
                for line in list(beat):
                    new = line.state == "new"
                    if line.silent or (new and line.late):
                        line.drop(frames.GOING_AWAY)
                    else:
                        line.silent, line.late = True, new
                        line.send(ping)


def _same_origin(environ: Mapping[str, Any]) -> bool:
    """Whether a browser's page may connect: one of ours. Programs send no origin."""
    origin = environ.get("HTTP_ORIGIN")
    if not origin:
        return True
    hosts = (environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST", "").split(",")[0].strip())
    return urlsplit(origin).netloc in hosts
