"""The handout: what comes up, what the panel may know of it, tagged and in the conference's language."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest

from consensus.errors import Refusal
from consensus.intake import ItemRow
from consensus.models import Conference
from consensus.protocol.handout import Entry, Handout, last_vote, pdf_of
from consensus.records import handout_of
from rounds import read_plan
from tests.consensus.protocol import making
from tests.consensus.protocol.test_formats import _structure
from tests.consensus.room import Room, plan_text, round_keys

DAY = date(2026, 4, 14)
TWO = (
    round_keys("A", advance="yes >= 70%", otherwise="hold"),
    round_keys("B", vote_on="held in A", advance="yes > 50%"),
)


def sheet(room: Room, round_id: str | None = None) -> Handout:
    with room.readers() as session:
        return handout_of(session, room.keys, session.get_one(Conference, room.id), round_id)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize(
    ("feedback", "told"),
    [
        ("full", "Senaste omröstningen (A): 1 av 3 ja (33 %) – kvar"),
        ("outcome", "Senaste omröstningen (A): kvar"),
        ("none", ""),
    ],
)
def test_it_tells_of_the_last_vote_what_the_feedback_allows(room: Room, feedback: str, told: str) -> None:
    plan = plan_text(round_keys("A", advance="yes >= 70%", otherwise="hold", feedback=feedback), TWO[1])
    room.begin(plan, items=3).hold("A", {1: 3, 2: 1, 3: 0}).lead("next", "seal")
    found = sheet(room)
    assert (found.round.id, [entry.item.number for entry in found.entries]) == ("B", [2, 3])
    assert last_vote(found.entries[0], "sv") == told
    pdf = text_of(pdf_of(found))
    assert "The text of item 2" in pdf
    assert "The text of item 1" not in pdf
    assert " ".join(told.split()) in pdf


def test_before_any_vote_it_has_the_items_alone(room: Room) -> None:
    room.begin(plan_text(*TWO))
    assert [entry.last for entry in sheet(room).entries] == [None, None]
    assert room.snapshot()["handouts"] == []


def test_the_facilitator_is_offered_the_handout_from_the_seal_on(room: Room) -> None:
    room.begin(plan_text(*TWO)).hold("A", {1: 3, 2: 1}).lead("next")
    assert room.snapshot()["handouts"] == []
    room.lead("seal")
    assert room.snapshot()["handouts"] == ["B"]
    room.lead(("start", {"round": "B"}))
    assert room.snapshot()["handouts"] == ["B"]


def test_where_nothing_comes_up_there_is_none(room: Room) -> None:
    room.begin(plan_text(round_keys("A"))).hold("A", {1: 3, 2: 1}).lead("next", "seal")
    with pytest.raises(Refusal):
        sheet(room)
    with pytest.raises(Refusal):
        sheet(room, "A")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_is_tagged_and_says_its_language(language: str) -> None:
    (round,) = read_plan(making.SIMPLE).rounds
    entries = tuple(
        Entry(ItemRow(n, f"#let x = [*item* {n}] 漢", None, "An explanation. " * n, "P")) for n in (1, 60, 200)
    )
    pdf = pdf_of(Handout("A conference", language, DAY, round, entries))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    tags = [str(node["/S"]) for node in _structure(root["/StructTreeRoot"])]
    assert tags.count("/H1") + tags.count("/H2") >= 3
    assert "/Title" in tags or tags.count("/H1") >= 4
    said = text_of(pdf)
    assert "#let x = [*item* 1] □" in said
    assert {"sv": "Anteckningar", "en": "Notes"}[language] in said
    assert pdf == pdf_of(Handout("A conference", language, DAY, round, entries))


def test_many_arguments_go_over_the_end_of_a_page() -> None:
    (round,) = read_plan(making.SIMPLE).rounds
    texts = [f"argument{n:03} " + "word " * 50 for n in range(40)]
    entry = Entry(ItemRow(1, "Short", None), None, {"for": texts[:20], "against": texts[20:]})
    said = text_of(pdf_of(Handout("A conference", "en", DAY, round, (entry,))))
    assert all(f"argument{n:03}" in said for n in range(40))
