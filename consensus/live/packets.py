"""Engine.IO (version 4) and Socket.IO (version 5) packets, as text: what goes over a WebSocket in its frames.

Only what this application speaks: the default namespace, events and their acknowledgements. Nothing here takes anything
binary: an event with attachments is read with the placeholders that stand for them, and refused for what they are not.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = "0123456"

#: `[attachments-][namespace,][id][data]`. An id of more digits is none that a client has counted up to.
REST = re.compile(r"(?:[0-9]+-)?(?:(?P<namespace>/[^,]*),)?(?P<id>[0-9]{0,15})(?P<data>.*)", re.DOTALL)
#: what a client may send -> what it is taken as
SIMPLE = {
    CONNECT: CONNECT,
    DISCONNECT: DISCONNECT,
    EVENT: EVENT,
    ACK: ACK,
    BINARY_EVENT: EVENT,
    BINARY_ACK: ACK,
}


class PacketError(ValueError):
    """What came is no packet."""


class Packet(NamedTuple):
    """A Socket.IO packet from a client: kind is CONNECT, DISCONNECT, EVENT or ACK; id of the answer it asks for."""

    kind: str
    namespace: str
    id: int | None
    data: Any


def read(text: str) -> Packet:
    """Read a Socket.IO packet. Raises PacketError."""
    kind = SIMPLE.get(text[:1])
    if kind is None:
        raise PacketError("an unknown kind of packet")
    match = REST.fullmatch(text, 1)
    assert match is not None  # every part of it may be empty
    try:
        data = json.loads(match["data"]) if match["data"] else None
    except (ValueError, RecursionError):
        raise PacketError("data that is no JSON") from None
    if kind == EVENT and not (isinstance(data, list) and data and isinstance(data[0], str)):
        raise PacketError("an event without a name")
    return Packet(kind, match["namespace"] or "/", int(match["id"]) if match["id"] else None, data)


def opened(sid: str, ping_interval: int, ping_timeout: int, limit: int) -> bytes:
    """Engine.IO's first packet; the intervals in seconds, the limit in bytes."""
    told = {
        "sid": sid,
        "upgrades": [],
        "pingInterval": ping_interval * 1000,
        "pingTimeout": ping_timeout * 1000,
        "maxPayload": limit,
    }
    return _packet(OPEN, "", told)


def connected(sid: str) -> bytes:
    return _packet(MESSAGE, CONNECT, {"sid": sid})


def not_connected(message: str, data: object = None, namespace: str = "/") -> bytes:
    told = {"message": message} if data is None else {"message": message, "data": data}
    prefix = "" if namespace == "/" else f"{namespace},"
    return _packet(MESSAGE, CONNECT_ERROR + prefix, told)


def disconnected() -> bytes:
    return (MESSAGE + DISCONNECT).encode()


def event(name: str, data: object) -> bytes:
    return _packet(MESSAGE, EVENT, [name, data])


def ack(id: int, answer: object) -> bytes:
    return _packet(MESSAGE, f"{ACK}{id}", [answer])


def _packet(engine: str, head: str, data: object) -> bytes:
    return f"{engine}{head}{_encode(data)}".encode("utf-8", "replace")


#: made once: most packets are short, and to make an encoder takes as long as to write one
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
