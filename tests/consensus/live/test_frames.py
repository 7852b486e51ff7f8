"""WebSocket frames: what clients may send comes out whole however it was cut; what they may not is an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.live.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    FrameError,
    Message,
    Reader,
    accept_key,
    close_frame,
    frame,
    is_key,
)

LIMIT = 70_000
MASK = b"\x01\x80\xff\x10"


def sent(payload: bytes, kind: int = TEXT, *, last: bool = True, mask: bytes = MASK) -> bytes:
    """A frame as a client writes it."""
    plain = frame(payload, kind)
    start = {126: 4, 127: 10}.get(plain[1], 2)
    head = bytes((plain[0] & (0xFF if last else 0x7F), plain[1] | 0x80)) + plain[2:start]
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def heard(*pieces: bytes, limit: int = LIMIT) -> list[Message]:
    reader = Reader(limit)
    return [message for piece in pieces for message in reader.feed(piece)]


def test_the_handshake_is_answered_as_the_standard_has_it() -> None:
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize("key", ["", "x", "dGhlIHNhbXBsZSBub25jZQ", "c2hvcnQ=", "é" * 24])
def test_a_key_that_is_none_is_told(key: str) -> None:
    assert not is_key(key)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_every_length_is_read_and_written(size: int) -> None:
    payload = b"x" * size
    assert heard(sent(payload)) == [Message(TEXT, payload)]
    written = frame(payload)
    assert written[0] == 0x81
    assert written.endswith(payload)


@given(
    messages=st.lists(
        st.tuples(st.sampled_from([TEXT, BINARY]), st.lists(st.binary(max_size=200), min_size=1)), max_size=5
    ),
    mask=st.binary(min_size=4, max_size=4),
    cuts=st.lists(st.integers(1, 50), max_size=40),
)
def test_messages_come_out_whole_however_they_are_fragmented_and_cut(
    messages: list[tuple[int, list[bytes]]], mask: bytes, cuts: list[int]
) -> None:
    stream = b""
    for kind, parts in messages:
        for place, part in enumerate(parts):
            stream += sent(part, kind if place == 0 else CONTINUATION, last=place == len(parts) - 1, mask=mask)
            stream += sent(b"beat", PING, mask=mask)
    pieces, place = [], 0
    for cut in cuts:
        pieces.append(stream[place : place + cut])
        place += cut
    found = heard(*pieces, stream[place:])
    assert [message for message in found if message.kind != PING] == [
        Message(kind, b"".join(parts)) for kind, parts in messages
    ]
    assert found.count(Message(PING, b"beat")) == sum(len(parts) for _, parts in messages)


BAD = [
    ("an unmasked frame", frame(b"x"), PROTOCOL_ERROR),
    ("a reserved bit", bytes((0xC1, 0x80)) + MASK, PROTOCOL_ERROR),
    ("an unknown kind", bytes((0x83, 0x80)) + MASK, PROTOCOL_ERROR),
    ("a long ping", bytes((0x89, 0xFE, 0, 126)) + MASK, PROTOCOL_ERROR),
    ("a ping in pieces", sent(b"x", PING, last=False), PROTOCOL_ERROR),
    ("a continuation of nothing", sent(b"x", CONTINUATION), PROTOCOL_ERROR),
    ("a new message inside another", sent(b"x", last=False) + sent(b"y"), PROTOCOL_ERROR),
    ("a message over the limit", bytes((0x81, 0xFF)) + (LIMIT + 1).to_bytes(8, "big") + MASK, TOO_BIG),
    ("the longest length there is", bytes((0x81, 0xFF)) + b"\xff" * 8 + MASK, TOO_BIG),
    ("pieces over the limit", sent(b"x" * LIMIT, last=False) + sent(b"x", CONTINUATION), TOO_BIG),
]


@pytest.mark.parametrize(("stream", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_not_allowed_is_an_error_with_its_code(stream: bytes, code: int) -> None:
    with pytest.raises(FrameError) as caught:
        heard(stream)
    assert caught.value.code == code


def test_what_came_before_an_error_is_heard() -> None:
    reader = Reader(LIMIT)
    messages = reader.feed(sent(b"first") + frame(b"unmasked"))
    assert next(messages) == Message(TEXT, b"first")
    with pytest.raises(FrameError):
        next(messages)


def test_endless_empty_pieces_take_no_memory() -> None:
    reader = Reader(LIMIT)
    assert list(reader.feed(sent(b"x", last=False))) == []
    for _ in range(1000):
        assert list(reader.feed(sent(b"", CONTINUATION, last=False) + sent(b"", PONG))) == [Message(PONG, b"")]
    assert list(reader.feed(sent(b"y", CONTINUATION))) == [Message(TEXT, b"xy")]


def test_a_close_carries_its_code() -> None:
    assert heard(sent(close_frame(1001)[2:], CLOSE)) == [Message(CLOSE, b"\x03\xe9")]
