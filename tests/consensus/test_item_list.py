"""The list before the first round: reworded, added to, put in order, merged; numbers never change meaning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from consensus import facilitation
from consensus.errors import Refusal
from consensus.facilitation import Standing, stage
from consensus.intake import ItemRow
from consensus.models import Argument, Conference
from tests.consensus.room import Json, Room, plan_text, round_keys

PLAN = plan_text(round_keys(), head='kinds = ["process", "effect"]')


@pytest.fixture
def made(room: Room) -> Room:
    """A conference in draft with the items 1, 2, 3 and 7."""
    return room.begin(PLAN, items={1: "process", 2: "process", 3: "effect", 7: "effect"}, state="draft")


def edit(room: Room, do: str, **details: Any) -> None:
    details = {"kind": "process", **details} if do in ("add", "change", "merge") else details
    with room.sessions.begin() as session:
        conference = session.get_one(Conference, room.id)
        revision = details.pop("revision", conference.revision)
        facilitation.change_list(session, conference, {"do": do, **details}, revision=revision)


def items(room: Room) -> list[ItemRow]:
    with room.readers() as session:
        return list(Standing(session, room.keys, session.get_one(Conference, room.id)).items.values())


def numbers(room: Room) -> list[int]:
    return [item.number for item in items(room)]


def last_log(room: Room) -> tuple[str, Json]:
    return room.log()[-1]


def test_a_reworded_item_keeps_its_number_and_the_log_its_old_wording(made: Room) -> None:
    edit(made, "change", item=2, text="  New\twords ", explanation="Two\nlines", plain="Simple.", kind="effect")
    assert items(made)[1] == ItemRow(2, "New words", "effect", "Two\nlines", "", "Simple.", ())
    assert last_log(made) == (
        "change",
        {"item": 2, "before": {"text": "The text of item 2", "explanation": "", "plain": "", "kind": "process"}},
    )


def test_a_new_item_comes_last_with_a_number_of_its_own(made: Room) -> None:
    edit(made, "add", text="One more")
    assert numbers(made) == [1, 2, 3, 7, 8]
    assert last_log(made) == ("add", {"item": 8, "text": "One more"})


def test_the_number_of_a_removed_item_is_not_used_again(made: Room) -> None:
    edit(made, "remove", item=7)
    edit(made, "add", text="One more")
    assert numbers(made) == [1, 2, 3, 8]
    assert made.log()[-2][1]["text"] == "The text of item 7"


@pytest.mark.parametrize(
    ("item", "place", "order"),
    [
        (7, 1, [7, 1, 2, 3]),
        (1, 2, [2, 1, 3, 7]),
        (1, 99, [2, 3, 7, 1]),
        (3, 0, [3, 1, 2, 7]),
        (2, 2, [1, 2, 3, 7]),
    ],
)
def test_an_item_is_moved_to_a_place(made: Room, item: int, place: int, order: list[int]) -> None:
    edit(made, "move", item=item, place=place)
    assert numbers(made) == order


def test_the_order_of_the_list_is_the_order_of_the_vote(made: Room) -> None:
    edit(made, "move", item=7, place=1)
    made.lead("lobby", ("start", {"round": "A"}))
    assert list(made.pool()) == [7, 1, 2, 3]


def test_merged_items_become_one_with_a_new_number_that_knows_theirs(made: Room) -> None:
    edit(made, "merge", items=[7, 2], text="Both", kind="effect")
    assert numbers(made) == [1, 8, 3]
    assert items(made)[1] == ItemRow(8, "Both", "effect", "", "", "", (2, 7))
    action, details = last_log(made)
    assert action == "merge"
    assert (details["item"], details["text"]) == (8, "Both")
    assert [(part["number"], part["text"]) for part in details["of"]] == [
        (2, "The text of item 2"),
        (7, "The text of item 7"),
    ]


def test_what_is_merged_once_more_keeps_every_origin(made: Room) -> None:
    edit(made, "merge", items=[1, 2], text="Both")
    edit(made, "merge", items=[8, 3], text="All three")
    assert items(made)[0].merged == (1, 2, 3, 8)
    edit(made, "remove", item=9)
    edit(made, "add", text="One more")
    assert numbers(made) == [7, 10]


def test_the_protocol_tells_what_an_item_was_merged_from(made: Room) -> None:
    edit(made, "merge", items=[2, 7], text="Both", plain="Easy words")
    made.lead("lobby")
    made.hold("A", {1: 3, 3: 1, 8: 2})
    made.lead("next", "seal")
    record = made.record()
    assert record.item(8) == ItemRow(8, "Both", "process", "", "", "Easy words", (2, 7))


def test_phones_get_the_item_in_plain_words(made: Room) -> None:
    edit(made, "change", item=1, text="Words", plain="Plain words")
    made.lead("lobby", ("start", {"round": "A"}), "next")
    assert made.snapshot("phone")["item"]["plain"] == "Plain words"


REFUSED: list[tuple[str, Json, str]] = [
    ("change", {"item": 2, "text": " "}, "bad-choice"),
    ("change", {"item": 2, "text": "x" * 5001}, "bad-choice"),
    ("change", {"item": 2, "text": "x", "kind": "odd"}, "bad-choice"),
    ("change", {"item": 2, "text": "x", "kind": None}, "bad-choice"),
    ("change", {"item": 5, "text": "x"}, "stale"),
    ("change", {"item": "2", "text": "x"}, "stale"),
    ("change", {"item": True, "text": "x"}, "stale"),
    ("move", {"item": 2, "place": "first"}, "bad-choice"),
    ("merge", {"items": [2], "text": "x"}, "bad-choice"),
    ("merge", {"items": [2, 2], "text": "x"}, "bad-choice"),
    ("merge", {"items": "27", "text": "x"}, "bad-choice"),
    ("merge", {"items": [2, 5], "text": "x"}, "stale"),
    ("merge", {"items": [2, 7], "text": ""}, "bad-choice"),
    ("explode", {}, "bad-choice"),
    ("add", {"text": "=SUM(A1)"}, "bad-choice"),
    ("change", {"item": 2, "text": "x", "plain": "- BMI(kg/m2)"}, "bad-choice"),
    ("add", {"text": "x", "revision": 1000}, "stale"),
]


@pytest.mark.parametrize(("do", "details", "code"), REFUSED)
def test_what_cannot_be_done_is_refused_and_changes_nothing(made: Room, do: str, details: Json, code: str) -> None:
    before = made.dump()
    with pytest.raises(Refusal) as refusal:
        edit(made, do, **details)
    assert refusal.value.code == code
    assert made.dump() == before


def test_the_last_item_stays(room: Room) -> None:
    made = room.begin(PLAN, items={4: "process"}, state="draft")
    with pytest.raises(Refusal, match="at least one item"):
        edit(made, "remove", item=4)


@pytest.mark.parametrize("do", sorted(facilitation.EDITS))
def test_once_a_round_has_started_the_list_is_fixed(made: Room, do: str) -> None:
    made.lead("lobby", ("start", {"round": "A"}))
    with pytest.raises(Refusal, match="fixed once the first round has started"):
        edit(made, do, item=1, items=[1, 2], text="x", place=1)


def test_a_step_decided_on_the_old_list_is_stale(made: Room) -> None:
    made.lead("lobby")
    seen = made.revision
    edit(made, "add", text="One more")
    assert made.tried("start", round="A", revision=seen) == "stale"
    assert made.tried("start", round="A", revision=made.revision) == "done"


def test_an_edit_is_stale_after_another_edit_and_not_after_what_only_sets_the_timer(made: Room) -> None:
    seen = made.revision
    with made.sessions.begin() as session:
        assert stage.set_timer(session, made.id, {"do": "start", "seconds": 60}, datetime.now(UTC))
    edit(made, "add", text="One more", revision=seen)
    with pytest.raises(Refusal, match="in another window"):
        edit(made, "add", text="And one", revision=seen)


def test_a_change_of_the_list_cannot_be_undone_as_a_step(made: Room) -> None:
    edit(made, "add", text="One more")
    assert made.steps().undo is None
    assert made.tried("undo", reason="no") == "not-now"


def written_on(room: Room, number: int) -> set[tuple[str, str]]:
    """The arguments on an item: text and state."""
    with room.sessions() as session:
        query = select(Argument.text, Argument.state).where(Argument.number == number)
        return {(text, state) for text, state in session.execute(query)}


@pytest.fixture
def talked_about(made: Room) -> Room:
    """Arguments were written before the first round: on items 2 and 3, and some of them shown."""
    made.lead("lobby")
    with made.sessions.begin() as session:
        for number, text, state in (
            (2, "yea", "shown"),
            (2, "rude", "hidden"),
            (3, "nay", "waiting"),
            (3, "own", "new"),
        ):
            session.add(Argument(conference_id=made.id, number=number, side="for", text=text, state=state))
    return made


def test_arguments_on_merged_items_go_on_with_the_item_that_is_made(talked_about: Room) -> None:
    edit(talked_about, "merge", items=[2, 3], text="Both")
    assert written_on(talked_about, 8) == {("yea", "waiting"), ("rude", "hidden"), ("nay", "waiting"), ("own", "new")}


def test_arguments_on_an_item_that_is_reworded_are_looked_at_again(talked_about: Room) -> None:
    edit(talked_about, "change", item=2, text="The text of item 2", perspective="Another", kind="process")
    assert written_on(talked_about, 2) == {("yea", "shown"), ("rude", "hidden")}
    edit(talked_about, "change", item=2, text="The opposite", kind="process")
    assert written_on(talked_about, 2) == {("yea", "waiting"), ("rude", "hidden")}


def test_arguments_on_an_item_that_is_removed_go_with_it_as_the_question_says(talked_about: Room) -> None:
    edit(talked_about, "remove", item=2)
    assert written_on(talked_about, 2) == set()
    assert len(written_on(talked_about, 3)) == 2
