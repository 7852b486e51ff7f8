"""What if: on the facilitator's page alone, before the seal alone, and always in the log."""

from __future__ import annotations

from typing import Any

import pytest

from consensus.errors import Refusal
from consensus.facilitation import exploring
from consensus.protocol.report import Table, report
from tests.consensus.room import Room, plan_text, round_keys

REASON = {"reason": "so"}
PLAN = plan_text(
    round_keys("A", advance="top 1", cut="yes < 50%", otherwise="hold"), round_keys("B", vote_on="held in A")
)


def look(room: Room, *at: Any, knob: str = "cut::0") -> list[dict[str, Any]]:
    with room.sessions.begin() as session:
        return exploring.look(session, room.keys, room.id, {"knob": knob, "at": list(at)})


@pytest.fixture
def reviewed(room: Room) -> Room:
    """Of ten, nine, six, five and four say yes to the four items; top 1 goes in, under 50 % is out."""
    room.begin(PLAN, items=4, seats=10)
    return room.hold("A", {1: 9, 2: 6, 3: 5, 4: 4}).lead("next")


def test_how_many_survive_at_45_50_and_60_per_cent(reviewed: Room) -> None:
    found = look(reviewed, "60", "45", 50)
    assert [(one["at"], one["counts"]["advance"], one["counts"]["hold"], one["counts"]["cut"]) for one in found] == [
        ("45", 1, 2, 1),
        ("50", 1, 2, 1),
        ("60", 1, 1, 2),
    ]


def test_more_places(reviewed: Room) -> None:
    (found,) = look(reviewed, 3, knob="advance::0")
    assert found["advance"] == [1, 2, 3]


def test_each_look_is_in_the_log_with_its_values_and_nothing_else_has_changed(reviewed: Room) -> None:
    before, steps, seen = reviewed.verdicts(), reviewed.steps(), reviewed.revision
    look(reviewed, 45, 60)
    look(reviewed, 55)
    logged = [details for action, details in reviewed.log() if action == "what-if"]
    assert [(one["round"], one["rule"], one["number"], one["at"]) for one in logged] == [
        ("A", "cut", "50", ["45", "60"]),
        ("A", "cut", "50", ["55"]),
    ]
    assert reviewed.verdicts() == before
    assert reviewed.steps() == steps
    assert reviewed.act("seal", revision=seen)


def test_a_rule_of_one_kind_is_looked_at_for_that_kind(room: Room) -> None:
    rule = 'advance = { process = "top 1", effect = "top 1" }'
    keys = round_keys("A", advance="", otherwise="cut") + f"\n{rule}"
    plan = plan_text(keys, head='kinds = ["process", "effect"]')
    room.begin(plan, items={1: "process", 2: "process", 3: "effect", 4: "effect"}, seats=10)
    room.hold("A", {1: 9, 2: 6, 3: 5, 4: 4}).lead("next")
    knob = next(one["id"] for one in room.snapshot()["what_if"] if one["kind"] == "effect")
    (found,) = look(room, 2, knob=knob)
    assert found["advance"] == [1, 3, 4]
    assert [details["kind"] for action, details in room.log() if action == "what-if"] == ["effect"]


def test_neither_screen_nor_phones_are_told(reviewed: Room) -> None:
    before = [reviewed.snapshot(audience) for audience in ("phone", "screen")]  # type: ignore[arg-type]
    look(reviewed, 45)
    after = [reviewed.snapshot(audience) for audience in ("phone", "screen")]  # type: ignore[arg-type]
    assert [{**one, "revision": 0} for one in before] == [{**one, "revision": 0} for one in after]
    assert all("what_if" not in one for one in after)
    assert [knob["id"] for knob in reviewed.snapshot()["what_if"]] == ["advance::0", "cut::0"]


def test_the_report_tells_that_other_numbers_were_looked_at(reviewed: Room) -> None:
    look(reviewed, 45, 50, 60)
    reviewed.lead("seal")
    cells = [
        cell for block in report(reviewed.record()) if isinstance(block, Table) for row in block.rows for cell in row
    ]
    assert any("45\u00a0%, 60\u00a0% i stället för 50\u00a0%" in cell for cell in cells)


def test_only_a_round_under_review_is_looked_at(room: Room) -> None:
    room.begin(PLAN, items=1, seats=3)
    for step in ("start", "next", "close", "next", "seal"):
        with pytest.raises(Refusal) as caught:
            look(room, 45)
        assert caught.value.code == "not-now"
        assert room.snapshot()["what_if"] is None
        room.act(step, **({"round": "A"} if step == "start" else {}))
        if room.state == "review":
            assert look(room, 45)
            room.act("seal")
    with pytest.raises(Refusal):
        look(room, 45)


@pytest.mark.parametrize("at", [[], [1] * 10, ["half"], ["1/0"], [101], [None], [-1], "45"])
def test_nonsense_is_refused(reviewed: Room, at: Any) -> None:
    with pytest.raises(Refusal) as caught, reviewed.sessions.begin() as session:
        exploring.look(session, reviewed.keys, reviewed.id, {"knob": "cut::0", "at": at})
    assert caught.value.code == "not-now"
    with pytest.raises(Refusal):
        look(reviewed, 45, knob="cut::7")


@pytest.mark.parametrize("number", ["1e-15000", "1E2", "½", "1_000", " 50", "5" * 7, "1/0", "0." + "1" * 7, ""])
def test_a_number_is_written_as_people_write_it(reviewed: Room, number: str) -> None:
    """An exponent of five digits would keep every conference of the server waiting for a minute."""
    with pytest.raises(Refusal, match="not a number"):
        look(reviewed, number)
