"""WebSocket frames as RFC 6455 has them: what a server reads from clients and writes to them, nothing else.

Bytes in, messages out; no socket. Extensions are never agreed on, so every reserved bit is an error.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
KNOWN = frozenset((CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))

GOING_AWAY, PROTOCOL_ERROR, POLICY, TOO_BIG = 1001, 1002, 1008, 1009


class FrameError(ValueError):
    """What came is no WebSocket traffic that is allowed here; code is the one to close the connection with."""

    def __init__(self, code: int, problem: str) -> None:
        super().__init__(problem)
        self.code = code


class Message(NamedTuple):
    """A whole message: kind is TEXT, BINARY, CLOSE, PING or PONG."""

    kind: int
    payload: bytes


def accept_key(key: str) -> str:
    """Answer a handshake's Sec-WebSocket-Key (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode("ascii") + GUID, usedforsecurity=False).digest()).decode("ascii")


def is_key(key: str) -> bool:
    """Whether a text is the base64 of 16 bytes, as a handshake's key has to be."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except ValueError:
        return False


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """Write one unfragmented, unmasked frame."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | kind, size)) + payload
    if size < 1 << 16:
        return bytes((0x80 | kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | kind, 127)) + size.to_bytes(8, "big") + payload


def close_frame(code: int) -> bytes:
    return frame(code.to_bytes(2, "big"), CLOSE)


class Reader:
    """Puts together what one client sends. Holds at most one message and one unfinished frame."""

    __slots__ = ("_begun", "_kind", "_limit", "_rest")

    def __init__(self, limit: int) -> None:
        """limit: bytes of the longest message that is taken."""
        self._limit = limit
        self._rest = b""
        self._begun: bytearray | None = None  # a message that comes in fragments, and its kind
        self._kind = TEXT

    def feed(self, received: bytes) -> Iterator[Message]:
        """Yield the messages that what was received completes. Raises FrameError; nothing may be fed after that."""
        waiting = self._rest + received if self._rest else received
        place, end = 0, len(waiting)
        while end - place >= 2:
            head, size, start = self._head(waiting, place, end)
            if start + size > end:
                break
            body = _unmask(waiting[start : start + size], waiting[start - 4 : start])
            place = start + size
            message = self._take(head, body)
            if message is not None:
                yield message
        self._rest = waiting[place:] if place else waiting

    def _head(self, waiting: bytes, place: int, end: int) -> tuple[int, int, int]:
        """Check a frame's head: (first byte, size of the body, where it begins); the size is beyond end if unknown."""
        head, size = waiting[place], waiting[place + 1] & 0x7F
        kind = head & 0x0F
        if head & 0x70 or kind not in KNOWN:
            raise FrameError(PROTOCOL_ERROR, "a reserved bit or an unknown kind of frame")
        if not waiting[place + 1] & 0x80:
            raise FrameError(PROTOCOL_ERROR, "a frame that is not masked")
        if kind >= CLOSE and (size > 125 or not head & 0x80):
            raise FrameError(PROTOCOL_ERROR, "a control frame that is long or fragmented")
        place += 2
        if size > 125:
            wide = 2 if size == 126 else 8
            if end < place + wide:
                return head, end, place
            size = int.from_bytes(waiting[place : place + wide], "big")
            place += wide
        if size + len(self._begun or ()) > self._limit and kind < CLOSE:
            raise FrameError(TOO_BIG, "a message that is too long")
        return head, size, place + 4

    def _take(self, head: int, body: bytes) -> Message | None:
        kind, last = head & 0x0F, head & 0x80
        if kind >= CLOSE:
            return Message(kind, body)
        if (kind == CONTINUATION) == (self._begun is None):
            raise FrameError(PROTOCOL_ERROR, "a fragment out of its order")
        if kind != CONTINUATION and last:
            return Message(kind, body)
        self._kind = kind or self._kind
        self._begun = (self._begun or bytearray()) + body
        if not last:
            return None
        whole, self._begun = bytes(self._begun), None
        return Message(self._kind, whole)


def _unmask(body: bytes, mask: bytes) -> bytes:
    """As one number: a loop over the bytes would take fifty times as long."""
    size = len(body)
    stretched = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(body, "little") ^ int.from_bytes(stretched, "little")).to_bytes(size, "little")
