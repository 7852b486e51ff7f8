"""Arguments: anonymous, a few from each seat, looked at before they are shown, beside the item at the next vote."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from consensus import database
from consensus.allowance import MOST_IN_ALL, MOST_ON_ITEM, Allowance
from consensus.backup import write_backup
from consensus.errors import Refusal
from consensus.facilitation import Standing, arguments
from consensus.models import Argument, Conference
from consensus.protocol import FORMATS, export
from consensus.protocol.handout import pdf_of
from consensus.protocol.report import Table, report
from consensus.records import handout_of
from tests.consensus.protocol.test_handout import text_of
from tests.consensus.room import Room, plan_text, round_keys

Json = dict[str, Any]
TWO = (
    round_keys("A", advance="yes >= 70%", otherwise="hold"),
    round_keys("B", vote_on="held in A", advance="yes > 50%"),
)


@pytest.fixture
def talk(room: Room) -> Room:
    """Items 2 and 3 come up again, and arguments are collected."""
    room.begin(plan_text(*TWO), items=3).hold("A", {1: 3, 2: 1, 3: 0})
    return room.lead("next", "seal", ("arguments", {"open": True}))


def say(room: Room, text: str, item: object = 2, side: object = "for", *, writers: int = 3) -> str | None:
    """Write an argument as a phone does; the code of the refusal, None for stored. writers: how many have by now."""
    try:
        with room.sessions.begin() as session:
            conference = session.get_one(Conference, room.id)
            arguments.check_writable(Standing(session, room.keys, conference), item)
            arguments.hand_in(session, conference, item, side, text, writers=writers)
    except Refusal as refusal:
        return refusal.code
    return None


def rows(room: Room) -> list[Argument]:
    with room.sessions() as session:
        return list(session.scalars(select(Argument).order_by(Argument.text)))


def moderated(room: Room, **verdicts: str) -> None:
    """Show or hide arguments by their texts."""
    for waiting in room.snapshot()["queue"]:
        if verdict := verdicts.get(waiting["text"]):
            room.lead(("moderate", {"argument": waiting["argument"], "verdict": verdict}))


def test_nothing_stands_beside_an_argument_but_its_item(talk: Room) -> None:
    say(talk, "good")
    assert {column.name for column in Argument.__table__.columns} == {
        "conference_id",
        "id",
        "number",
        "side",
        "text",
        "state",
    }
    assert not any(seat in repr(vars(row)) for seat in talk.seats for row in rows(talk))
    assert not any("good" in str(details) for _, details in talk.log())


def test_they_reach_the_facilitator_three_at_a_time_and_nobody_else(talk: Room) -> None:
    revision = talk.revision
    say(talk, "one")
    say(talk, "two", side="against")
    assert (talk.snapshot()["queue"], talk.revision) == ([], revision)
    say(talk, "three", item=3)
    assert {one["text"] for one in talk.snapshot()["queue"]} == {"one", "two", "three"}
    assert talk.revision == revision + 1
    say(talk, "four")
    assert len(talk.snapshot()["queue"]) == 3
    talk.lead(("arguments", {"open": False}))
    assert len(talk.snapshot()["queue"]) == 4
    assert "four" not in str(talk.snapshot("phone")) + str(talk.snapshot("screen"))


def test_what_two_have_written_is_handed_on_only_when_the_discussion_ends(talk: Room) -> None:
    for place, text in enumerate(("one", "two", "three", "four")):
        say(talk, text, writers=1 + place % 2)
    assert talk.snapshot()["queue"] == []
    talk.lead(("arguments", {"open": False}))
    assert len(talk.snapshot()["queue"]) == 4


def test_writers_are_counted_anew_once_something_was_handed_on() -> None:
    """In whichever process: three writers then are three, of whom one at least has not been handed on yet."""
    allowance = Allowance()
    for seat in ("a", "a", "b"):
        allowance.wrote("c", 1, seat, 0)
    assert [allowance.writers("c", 1, seat, 0) for seat in ("a", "b", "c")] == [2, 2, 3]
    assert allowance.writers("c", 1, "c", 3) == 1
    allowance.wrote("c", 1, "c", 3)
    assert [allowance.writers("c", 1, seat, 3) for seat in ("a", "c")] == [2, 1]
    assert allowance.writers("c", 2, "a", 3) == 1


def test_when_collecting_ends_ids_are_fresh_and_rows_lie_in_their_order(talk: Room) -> None:
    for text in "abcdef":
        say(talk, text)
    before = {row.id for row in rows(talk)}
    talk.lead(("arguments", {"open": False}))
    with talk.sessions() as session:
        lying = session.scalars(select(Argument.id)).all()
    assert not before & set(lying)
    assert list(lying) == sorted(lying)


def test_what_is_shown_stands_with_its_item_at_the_next_vote_and_what_is_hidden_does_not(talk: Room) -> None:
    for text, item, side in (("yea", 2, "for"), ("nay", 2, "against"), ("rude", 2, "for"), ("other", 3, "for")):
        say(talk, text, item, side)
    talk.lead(("arguments", {"open": False}))
    moderated(talk, yea="show", nay="show", rude="hide")
    talk.lead(("start", {"round": "B"}), "next")
    for audience in ("phone", "screen", "facilitator"):
        assert talk.snapshot(audience)["item"]["arguments"] == {"for": ["yea"], "against": ["nay"]}  # type: ignore[arg-type]
    talk.vote_all({2: 3})
    talk.lead("close", "next")
    assert talk.snapshot("phone")["item"]["arguments"] is None
    assert "rude" not in str(talk.snapshot("phone"))


def test_the_room_sees_them_when_the_facilitator_says_so(talk: Room) -> None:
    say(talk, "yea")
    talk.lead(("arguments", {"open": False}))
    assert talk.tried("show-arguments", item=2) == "not-now"
    moderated(talk, yea="show")
    talk.lead(("start", {"round": "B"}), "next")
    assert talk.tried("show-arguments", item=3) == "not-on-ballot"
    talk.lead(("show-arguments", {"item": 2}))
    assert talk.snapshot("screen")["arguments"]["on_screen"] == 2
    assert not talk.act("show-arguments", item=2)
    talk.lead(("show-arguments", {"item": None}))
    assert talk.snapshot("screen")["arguments"]["on_screen"] is None
    assert talk.steps().undo == {"action": "open", "item": 2}


def test_a_vote_that_opens_ends_the_collecting(talk: Room) -> None:
    say(talk, "late")
    talk.lead(("start", {"round": "B"}))
    assert talk.snapshot("phone")["arguments"]["open"]
    talk.lead("next")
    assert not talk.snapshot("phone")["arguments"]["open"]
    assert [one["text"] for one in talk.snapshot()["queue"]] == ["late"]
    assert say(talk, "later") == "not-now"


@pytest.mark.parametrize("back", [["undo"], ["undo", "reopen"]])
def test_no_way_back_to_a_vote_leaves_writing_on(talk: Room, back: list[str]) -> None:
    """Collected after the seal, which is then taken back: the round is under review, and may be voted on again."""
    say(talk, "late")
    for action in back:
        talk.lead((action, {"reason": "a slip", "item": 2}))
    assert talk.state == ("voting" if "reopen" in back else "review")
    assert not talk.snapshot("phone")["arguments"]["open"]
    assert [one["text"] for one in talk.snapshot()["queue"]] == ["late"]
    if back == ["undo"]:
        talk.lead("seal")
        assert not talk.snapshot("phone")["arguments"]["open"]


def test_a_run_off_that_is_taken_back_ends_the_writing(room: Room) -> None:
    room.begin(plan_text(round_keys("A", ties="run-off"))).hold("A", {1: 2, 2: 2})
    room.lead("next", ("start", {"round": "A/run-off"}), ("arguments", {"open": True}), ("undo", {"reason": "a slip"}))
    assert room.state == "review"
    assert not room.snapshot("phone")["arguments"]["open"]


@pytest.mark.parametrize(
    "away", [["close"], ["undo"], ["void"], ["close", "reopen"], ["close", "undo"], ["void", "open"], ["undo", "open"]]
)
def test_what_is_on_the_screen_goes_with_its_vote_and_does_not_come_back_by_itself(talk: Room, away: list[str]) -> None:
    say(talk, "yea")
    talk.lead(("arguments", {"open": False}))
    moderated(talk, yea="show")
    talk.lead(("start", {"round": "B"}), "next", ("show-arguments", {"item": 2}))
    for action in away:
        talk.lead((action, {"item": 2, "reason": "a slip"}))
    assert talk.snapshot("screen")["arguments"]["on_screen"] is None


def test_phones_are_told_the_items_that_come_up_only_while_they_can_be_written_on(talk: Room) -> None:
    assert [item["number"] for item in talk.snapshot("phone")["arguments"]["items"]] == [2, 3]
    talk.lead(("arguments", {"open": False}))
    assert talk.snapshot("phone")["arguments"]["items"] == []


@pytest.mark.parametrize(
    ("text", "item", "side", "code"),
    [
        ("x", 1, "for", "not-on-ballot"),
        ("x", "2", "for", "not-on-ballot"),
        ("x", True, "for", "not-on-ballot"),
        ("x", 2, "maybe", "bad-choice"),
        ("x", 2, ["for"], "bad-choice"),
        ("", 2, "for", "bad-choice"),
        (" \n\0", 2, "for", "bad-choice"),
        (None, 2, "for", "bad-choice"),
        ("x" * 281, 2, "for", "bad-choice"),
        ("x" * 280, 2, "for", None),
    ],
)
def test_what_is_no_argument_is_refused(talk: Room, text: Any, item: object, side: object, code: str | None) -> None:
    assert say(talk, text, item, side) == code


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({}, "bad-choice"),
        ({"argument": "0" * 16, "verdict": "show"}, "not-now"),
        ({"argument": 1, "verdict": "hide"}, "not-now"),
    ],
)
def test_what_is_no_moderation_is_refused(talk: Room, details: Json, code: str) -> None:
    assert talk.tried("moderate", **details) == code


def test_an_argument_that_is_not_handed_on_cannot_be_shown_by_guessing_its_id(talk: Room) -> None:
    say(talk, "alone")
    (alone,) = rows(talk)
    assert talk.tried("moderate", argument=alone.id, verdict="show") == "not-now"


def test_a_seat_may_write_a_few_on_an_item_and_some_in_all(talk: Room) -> None:
    allowance = Allowance()
    taken = [allowance.take("c", 1, "seat", 2) for _ in range(MOST_ON_ITEM + 1)]
    assert taken == [True] * MOST_ON_ITEM + [False]
    in_all = [allowance.take("c", 1, "other", item) for item in range(MOST_IN_ALL + 1)]
    assert in_all == [True] * MOST_IN_ALL + [False]
    assert allowance.take("c", 2, "seat", 2)
    allowance.forget("c")
    assert "seat" not in repr(vars(allowance))


def test_the_handout_and_the_report_have_what_was_shown(talk: Room) -> None:
    for text in ("yea", "nay", "rude"):
        say(talk, text, side="against" if text == "nay" else "for")
    talk.lead(("arguments", {"open": False}))
    moderated(talk, yea="show", nay="show", rude="hide")
    with talk.readers() as session:
        sheet = handout_of(session, talk.keys, session.get_one(Conference, talk.id))
    said = text_of(pdf_of(sheet))
    assert "yea" in said
    assert "nay" in said
    assert "rude" not in said
    tables = [block for block in report(talk.record()) if isinstance(block, Table) and block.title == "Argument"]
    assert [table.rows for table in tables] == [(("2", "The text of item 2", "För: yea\nEmot: nay"),)]


def test_every_export_has_what_was_shown_beside_its_item_alone_and_nothing_of_what_was_hidden(talk: Room) -> None:
    for text in ("yea", "nay", "unkind"):
        say(talk, text, side="against" if text == "nay" else "for")
    talk.lead(("arguments", {"open": False}))
    moderated(talk, yea="show", nay="show", unkind="hide")
    record = talk.record()
    assert json.loads(export(record, ".json"))["arguments"] == [
        {"number": 2, "side": "for", "text": "yea"},
        {"number": 2, "side": "against", "text": "nay"},
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))["Argument"]
    assert [[cell.value for cell in row][2:] for row in sheet.iter_rows(min_row=2)] == [["För", "yea"], ["Emot", "nay"]]
    for ending in FORMATS:
        content = export(record, ending)
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = b"".join(map(packed.read, packed.namelist()))
        if ending == ".pdf":
            content = text_of(content).encode()
        assert b"unkind" not in content, ending
        assert (b"yea" in content.replace(b"year", b"")) == (ending in (".docx", ".xlsx", ".pdf", ".json")), ending


def test_only_what_was_shown_is_in_a_backup_and_outlives_the_conference(talk: Room, tmp_path: Path) -> None:
    for text in ("yea", "rude", "unseen", "new"):
        say(talk, text)
    moderated(talk, yea="show", rude="hide")
    backup = tmp_path / "backup.db"
    write_backup(talk.sessions.kw["bind"], backup)
    engine = database.connect(f"sqlite:///{backup}")
    with engine.connect() as connection:
        assert connection.scalars(select(Argument.text)).all() == ["yea"]
    engine.dispose()
    talk.lead("finish")
    assert [row.text for row in rows(talk)] == ["yea"]
