"""Socket.IO clients that come through the proxy and, as the pages do, come back and send again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import requests
import socketio

from tests.deploy.site import PATIENCE, Proxy

#: seconds without an answer after which a vote is sent again
ANSWER = 2.0
Json = dict[str, Any]


class Client:
    """A page: a phone's, the screen's or the facilitator's. lane and address: how the proxy tells it from others."""

    def __init__(
        self, proxy: Proxy, token: str, *, lane: str | None = None, address: str = "127.0.0.1", polling: bool = False
    ) -> None:
        self.proxy, self.token, self.lane, self.address, self.polling = proxy, token, lane, address, polling
        self.snapshots: list[Json] = []
        self.seats: list[Json] = []
        self.lines = 0
        self._news = threading.Condition()
        self._left: list[socketio.Client] = []
        self.socket = self._new_socket()

    def _new_socket(self) -> socketio.Client:
        session = requests.Session()
        session.verify, session.trust_env = str(self.proxy.certificate), False
        session.headers["X-Forwarded-For"] = self.address  # for the polls; the library passes its own headers on once
        made = socketio.Client(
            reconnection_delay=0.1, reconnection_delay_max=0.5, http_session=session, handle_sigint=False
        )
        for event, take in {"state": self.snapshots.append, "seat": self.seats.append}.items():
            made.on(event, lambda data, take=take: self._hear(take, data))
        made.on("connect", lambda: self._hear(self._count, None))
        return made

    def connect(self) -> Client:
        self.socket.connect(
            self.proxy.url if self.lane is None else f"{self.proxy.url}?lane={self.lane}",
            headers={"X-Forwarded-For": self.address},
            auth={"token": self.token},
            transports=["polling"] if self.polling else ["websocket"],
            wait_timeout=PATIENCE,
            retry=True,
        )
        return self

    def take_the_line_anew(self) -> None:
        """As the page does where nothing is answered. A poll that still waits is left to itself."""
        self.socket.reconnection = False
        self._left.append(self.socket)
        self.socket = self._new_socket()
        self.connect()

    @property
    def worker(self) -> int:
        """The port of the worker that it is led to now."""
        return self.proxy.worker_of(self.lane, self.address)

    def vote(self, message: Json) -> Json:
        """Send a vote until it is answered; the answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer: Json = self.socket.call("vote", message, timeout=ANSWER)
            except socketio.exceptions.TimeoutError:
                self.take_the_line_anew()
                continue
            except socketio.exceptions.SocketIOError:
                self.wait(lambda: self.socket.connected)
                continue
            if answer.get("error") != "storage":
                return answer
        raise TimeoutError("the vote is not answered")

    def sees(self, wanted: Callable[[Json], bool]) -> Json:
        """Wait for a snapshot: the newest one, or any that came before it."""
        self.wait(lambda: any(map(wanted, self.snapshots)))
        return next(snapshot for snapshot in reversed(self.snapshots) if wanted(snapshot))

    def wait(self, wanted: Callable[[], bool]) -> None:
        with self._news:
            deadline = time.monotonic() + PATIENCE
            while not wanted():
                left = deadline - time.monotonic()
                assert left > 0, f"nothing came; the last snapshot is {self.snapshots[-1:]}"
                self._news.wait(min(left, 0.2))

    def close(self) -> None:
        for socket in (self.socket, *self._left):
            socket.shutdown()

    def _count(self, _: object) -> None:
        self.lines += 1

    def _hear(self, take: Callable[[Any], None], data: Any) -> None:
        with self._news:
            take(data)
            self._news.notify_all()
