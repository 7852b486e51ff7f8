"""All the phones of a benchmark in one loop, and what they saw."""

from __future__ import annotations

import heapq
import json
import select
import socket
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count
from time import perf_counter, sleep
from typing import Any, Protocol

from tests.load.phones import UPGRADE, Onlooker, Phone


class Ready(Protocol):
    def ready(self, event: int) -> None: ...


class Crowd:
    """Phones at one server. Lists hold seconds; `arrivals` instants of the newest revision."""

    def __init__(self, port: int, tokens: Iterable[str]) -> None:
        self.port, self.upgrade = port, UPGRADE % port
        self._poll = select.epoll()
        self._watched: dict[int, Ready] = {}
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = count()
        self.phones = [Phone(self, token) for token in tokens]
        self.onlookers: list[Onlooker] = []
        self.newest, self.revision = b"", -1
        self.ballots: dict[str, bytes] = {}
        self.inside = self.sent = self.lost = self.acknowledged = 0
        self.entered: list[float] = []
        self.arrivals: list[float] = []
        self.latencies: list[float] = []
        self.troubles: Counter[str] = Counter()
        self.lull = 0.0  # seconds for which the loop lets answers gather, where many are under way at any time
        self.after_answer: Callable[[Phone], None] | None = None

    def at(self, instant: float, action: Callable[[float], None]) -> None:
        """Have something done at an instant; it is told which instant that was."""
        heapq.heappush(self._due, (instant, next(self._number), action))

    def run(self, done: Callable[[], bool], patience: float) -> bool:
        """Go on until it is done; False if that took longer than patience, in seconds."""
        end = perf_counter() + patience
        due, ripe = self._due, self._poll.fileno()
        while not done():
            now = perf_counter()
            if now > end:
                return False
            for _ in range(64):
                if not due or due[0][0] > now:
                    break
                instant, _, action = heapq.heappop(due)
                action(instant)
            # epoll counts in milliseconds, select in microseconds: a vote must not be late by our own clock
            wait = min(end, due[0][0] if due else end) - perf_counter()
            if wait > 0:
                select.select([ripe], [], [], wait)
            for file, event in self._poll.poll(0, 512):
                watched = self._watched.get(file)
                if watched is not None:
                    watched.ready(event)
            if self.lull:
                sleep(self.lull)
        return True

    def rest(self, seconds: float) -> None:
        """Go on for a while."""
        self.run(lambda: False, seconds)

    def everyone_inside(self) -> bool:
        return self.inside == len(self.phones)

    def read_state(self, frame: bytes) -> int:
        """Take note of a snapshot with other bytes than the newest; returns its revision, which may be older."""
        place = frame.index(b'"revision":') + 11
        revision = int(frame[place : place + 24].lstrip().split(b",")[0].split(b"}")[0])
        if revision > self.revision:
            self.arrivals = []
        if revision >= self.revision:
            self.newest, self.revision = frame, revision
        return revision

    def forget_revisions(self) -> None:
        """Begin to count anew, at a server that does so too."""
        self.newest, self.revision = b"", -1
        for phone in self.phones:
            phone.revision = -1

    @property
    def state(self) -> dict[str, Any]:
        """The newest snapshot."""
        found: dict[str, Any] = json.loads(self.newest[2:])[1]
        return found

    def prepare_ballot(self) -> None:
        """Make the votes of every phone be for the item that is open now."""
        state = self.state
        for choice in ("yes", "no"):
            vote = {"round": state["round"]["id"], "votes": [{"item": state["item"]["number"], "choice": choice}]}
            self.ballots[choice] = json.dumps(["vote", vote], separators=(",", ":")).encode()
        self.latencies, self.acknowledged = [], 0
        for phone in self.phones:
            phone.acknowledged = False

    def watch(self, sock: socket.socket, ready: Ready, events: int) -> None:
        self._watched[sock.fileno()] = ready
        self._poll.register(sock, events)

    def watch_again(self, sock: socket.socket | None, events: int) -> None:
        assert sock is not None
        self._poll.modify(sock, events)

    def forget(self, sock: socket.socket) -> None:
        if self._watched.pop(sock.fileno(), None) is not None:
            self._poll.unregister(sock)

    def disperse(self) -> None:
        """Hang up everywhere."""
        for phone in [*self.phones, *self.onlookers]:
            phone.leave()
        self._poll.close()


class Leader:
    """Asks for one action after the other on a kept connection, in the same loop as the phones."""

    def __init__(self, crowd: Crowd, token: str) -> None:
        self.crowd, self.token = crowd, token
        self._socket: socket.socket | None = None
        self._came = b""
        self.answer: dict[str, Any] | None = None

    def ask(self, path: str) -> float:
        """Send an action; returns the instant it was sent. The answer is there once `answered`."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.crowd.port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.crowd.watch(self._socket, self, select.EPOLLIN)
        self._came, self.answer = b"", None
        request = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.crowd.port}\r\nAuthorization: Bearer {self.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
        sent = perf_counter()
        self._socket.sendall(request.encode())
        return sent

    def answered(self) -> bool:
        return self.answer is not None

    def ready(self, event: int) -> None:
        assert self._socket is not None
        came = self._socket.recv(1 << 20)
        if not came:
            self.leave()
            return
        self._came += came
        head, found, body = self._came.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            self.answer = json.loads(body)
            if not self.answer.get("ok"):
                raise RuntimeError(f"the server refused: {body[:200].decode()}")

    def leave(self) -> None:
        if self._socket is not None:
            self.crowd.forget(self._socket)
            self._socket.close()
            self._socket = None
