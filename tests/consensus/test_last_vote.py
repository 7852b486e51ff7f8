"""The last vote on an item, when it is voted on again: what the panel was told of it then, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.consensus.room import Room, plan_text, round_keys

Json = dict[str, Any]
AGAIN = {"vote_on": "held in A", "advance": "yes > 50%"}
FULL = {"counts": {"yes": 1, "no": 2}, "measures": {"yes": "1/3"}, "base": 3, "base_name": "cast"}


def led_to_the_second_vote(room: Room, *, pace: str = "", **first: str) -> Room:
    rounds = round_keys("A", advance="yes >= 70%", otherwise="hold", **first), round_keys("B", pace=pace, **AGAIN)
    room.begin(plan_text(*rounds), items=3).hold("A", {1: 3, 2: 1, 3: 0})
    return room.lead("next", "seal", ("start", {"round": "B"}), "next")


@pytest.mark.parametrize(
    ("feedback", "told"),
    [("full", {"outcome": "hold", **FULL}), ("outcome", {"outcome": "hold"}), ("none", {})],
)
def test_a_phone_is_told_of_the_last_vote_what_its_feedback_allowed(room: Room, feedback: str, told: Json) -> None:
    led_to_the_second_vote(room, feedback=feedback)
    assert room.snapshot("phone")["item"]["last"] == {"round": "A", "form": "yes-no", **told}


def test_at_ones_own_pace_every_item_has_its_last_vote(room: Room) -> None:
    led_to_the_second_vote(room, pace="paper")
    last = {item["number"]: item["last"]["counts"] for item in room.snapshot("phone")["paper"]}
    assert last == {2: {"yes": 1, "no": 2}, 3: {"yes": 0, "no": 3}}


def test_the_first_vote_has_none_and_a_vote_under_way_is_not_its_own_last_one(room: Room) -> None:
    room.begin(plan_text(round_keys("A")), items=2).lead(("start", {"round": "A"}), "next")
    assert room.snapshot("phone")["item"]["last"] is None
    room.vote_all({1: 2})
    room.lead("close")
    assert room.snapshot("phone")["item"]["last"] is None


def test_a_round_whose_seal_was_taken_back_is_no_last_vote(room: Room) -> None:
    led_to_the_second_vote(room)
    room.lead(("undo", {"reason": "wrong"}))
    assert room.snapshot("phone")["item"] is None
    assert "last" not in str(room.snapshot("screen"))
