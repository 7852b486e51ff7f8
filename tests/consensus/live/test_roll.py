"""Who has a phone on the line, asked of several processes."""

from __future__ import annotations

from typing import Any

from consensus.live.roll import RollCall


class Processes:
    """Several of them, whose messages all of them hear; those that hang do not."""

    def __init__(self, *seats: set[str]) -> None:
        self.calls = [
            RollCall(lambda conference, own=own: own if conference == "c" else (), self.tell) for own in seats
        ]
        self.hanging: list[RollCall] = []

    def tell(self, what: tuple[str, str], data: dict[str, Any]) -> None:
        for call in self.calls:
            if call not in self.hanging:
                assert call.hear(*what, data)

    def ask(self, conference: str = "c") -> set[str] | None:
        return self.calls[0].ask(conference, len(self.calls), lambda do, *how: do(*how))


def test_every_process_says_who_is_there() -> None:
    assert Processes({"a", "b"}, {"c"}, set()).ask() == {"a", "b", "c"}
    assert Processes({"a"}).ask() == {"a"}
    assert Processes({"a"}, {"b"}).ask("another") == set()


def test_where_a_process_hangs_nobody_is_taken_for_absent() -> None:
    processes = Processes({"a"}, {"b"})
    processes.hanging = processes.calls[1:]
    assert processes.ask() is None
    processes.hanging = []
    assert processes.ask() == {"a", "b"}


def test_what_is_no_roll_call_is_left_to_others() -> None:
    assert not Processes({"a"}).calls[0].hear("c/phone", "state", {})
