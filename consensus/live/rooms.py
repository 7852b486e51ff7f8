"""Rooms: what is sent to an audience reaches everyone in it, whatever they are connected by and to which process.

python-socketio's own extension point, a client manager. `Rooms` also serves the lines of this process. `SharedRooms`
passes everything on to the other processes through Redis. The manager that python-socketio brings for it waits for the
network on the event loop unless the whole program is monkey-patched; here two threads do the waiting.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import gevent.queue
import socketio

from consensus import redis
from consensus.threads import Threads, all_waiting, start

CHANNEL = "consensus"
#: seconds until a lost Redis is tried again
PAUSE = 1.0
#: seconds without a message after which Redis is asked whether it is there, and after which it is taken for lost
ASK, LOST = 5.0, 15.0

#: messages that are sent, or thrown away, together
MOST_AT_ONCE = 1000

Deliver = Callable[[str, str, Any], bool]
logger = logging.getLogger(__name__)


class Rooms(socketio.Manager):  # type: ignore[misc]
    """One process."""

    def __init__(self, deliver: Deliver = lambda room, event, data: True) -> None:
        """deliver: is given room, event and payload of everything that is sent, on the event loop.

        Where it returns False, there is nothing more to send: a newer snapshot has been sent already.
        """
        super().__init__()
        self._deliver = deliver

    def emit(self, event: str, data: Any, namespace: str, room: str | None = None, **how: Any) -> None:
        if room is None or self._deliver(room, event, data):
            super().emit(event, data, namespace, room=room, **how)


class SharedRooms(socketio.PubSubManager, Rooms):  # type: ignore[misc]
    """Several processes. A message that Redis loses is made up for by `Live`, which looks at the database."""

    name = "redis"

    def __init__(self, deliver: Deliver, url: str, threads: Threads) -> None:
        """url: of Redis. Raises BadInput where it is none, or the driver is missing."""
        socketio.PubSubManager.__init__(self, channel=CHANNEL)
        self._deliver, self._threads, self._redis = deliver, threads, redis.client(url, "redis")
        self._outgoing: SimpleQueue[str] = SimpleQueue()
        self._incoming: gevent.queue.SimpleQueue[bytes] = gevent.queue.SimpleQueue()
        self._deaf = False
        start(self._send, "redis-out")
        start(self._receive, "redis-in")

    def processes(self) -> int | None:
        """How many processes listen, this one included; None where Redis does not say. Not on the event loop."""
        try:
            return int(dict(self._redis.pubsub_numsub(self.channel)).get(self.channel.encode(), 0))
        except Exception as error:
            logger.warning("Redis does not say who listens: %s", type(error).__name__)
            return None

    def _publish(self, data: dict[str, Any]) -> None:
        self._outgoing.put(json.dumps(data))

    def _listen(self) -> Iterator[bytes]:
        while True:
            yield self._incoming.get()

    def _send(self) -> None:
        """Send what there is. What waits for a lost Redis is thrown away: the others see newer things by themselves."""
        well = True
        while True:
            waiting = all_waiting(self._outgoing, MOST_AT_ONCE)
            try:
                for message in waiting:
                    self._redis.publish(self.channel, message)
                well = True
            except Exception as error:
                if well:  # once, not with every vote: the log is not to tell when they came
                    logger.warning("Redis does not answer, other processes hear late: %s", type(error).__name__)
                well = False

    def _receive(self) -> None:
        while True:
            try:
                with self._redis.pubsub() as subscription:
                    subscription.subscribe(self.channel)
                    self._hear(subscription)
            except Exception as error:
                if not self._deaf:
                    logger.warning("Redis is lost, it is tried again: %s", type(error).__name__)
                self._deaf = True
                time.sleep(PAUSE)

    def _hear(self, subscription: Any) -> None:
        """Take in what comes. Raises TimeoutError where nothing does, not even an answer to a ping."""
        heard = time.monotonic()
        while time.monotonic() - heard < LOST:
            message = subscription.get_message(timeout=ASK)
            if message is None:
                subscription.ping()
                continue
            heard = time.monotonic()
            if self._deaf:
                logger.warning("Redis is back")
                self._deaf = False
            if message["type"] == "message":
                self._threads.on_loop(self._incoming.put, message["data"])
        raise TimeoutError
