"""Engine.IO and Socket.IO packets: written so that python-socketio reads the same, and the reverse."""

from __future__ import annotations

import json

import pytest
import socketio.packet as their
from hypothesis import given
from hypothesis import strategies as st

from consensus.live import packets
from consensus.live.packets import ACK, CONNECT, EVENT, PacketError, read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(name=st.text("abc", min_size=1), data=JSON, id=st.none() | st.integers(0, 10**9))
def test_an_event_is_read_as_python_socketio_writes_it(name: str, data: object, id: int | None) -> None:
    text = their.Packet(their.EVENT, [name, data], namespace="/", id=id).encode()
    assert read(text) == (EVENT, "/", id, [name, data])


@given(data=JSON)
def test_python_socketio_reads_the_events_and_answers_that_are_written(data: object) -> None:
    event = their.Packet(encoded_packet=packets.event("state", data).decode()[1:])
    assert (event.packet_type, event.data) == (their.EVENT, ["state", data])
    answer = their.Packet(encoded_packet=packets.ack(17, data).decode()[1:])
    assert (answer.packet_type, answer.id, answer.data) == (their.ACK, 17, [data])


def test_python_socketio_reads_what_is_said_at_the_door() -> None:
    refused = their.Packet(encoded_packet=packets.not_connected("No", "unknown-seat").decode()[1:])
    assert (refused.packet_type, refused.data) == (their.CONNECT_ERROR, {"message": "No", "data": "unknown-seat"})
    elsewhere = their.Packet(encoded_packet=packets.not_connected("No", None, "/other").decode()[1:])
    assert (elsewhere.namespace, elsewhere.data) == ("/other", {"message": "No"})
    let_in = their.Packet(encoded_packet=packets.connected("abc").decode()[1:])
    assert (let_in.packet_type, let_in.data) == (their.CONNECT, {"sid": "abc"})


def test_the_first_packet_says_what_a_client_has_to_know() -> None:
    told = packets.opened("abc", 20, 15, 64_000).decode()
    assert told[0] == "0"
    assert json.loads(told[1:]) == {
        "sid": "abc", "upgrades": [], "pingInterval": 20_000, "pingTimeout": 15_000, "maxPayload": 64_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ('0{"token":"t"}', (CONNECT, "/", None, {"token": "t"})),
        ("0", (CONNECT, "/", None, None)),
        ('0/other,{"a":1}', (CONNECT, "/other", None, {"a": 1})),
        ('27["vote"]', (EVENT, "/", 7, ["vote"])),
        ("32[]", (ACK, "/", 2, [])),
        ('51-3["vote",{"_placeholder":true,"num":0}]', (EVENT, "/", 3, ["vote", {"_placeholder": True, "num": 0}])),
    ],
)
def test_reads(text: str, packet: object) -> None:
    assert read(text) == packet


@pytest.mark.parametrize(
    "text",
    [
        "", "9", "4", "x", "2", "2[]", "2[1]", '2{"a":1}', "2[", "2" + "9" * 16 + '["vote"]', "2[" * 50_000,
        "2" + "[" * 50_000, '2["vote",' + "9" * 5000 + "]", "2٣[]", '2["a"] x',
    ],
)  # fmt: skip
def test_what_is_no_packet_is_an_error(text: str) -> None:
    with pytest.raises(PacketError):
        read(text)


def test_text_that_is_no_unicode_does_not_stop_an_answer() -> None:
    assert packets.event("x", "\ud800").startswith(b'42["x","')
