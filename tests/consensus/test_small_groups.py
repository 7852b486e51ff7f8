"""Groups of a panel: one attribute, fixed from the beginning, its figures shown to nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from consensus import ballot_box, facilitation
from consensus.models import Base, Conference, Seat
from consensus.protocol import FORMATS, export
from consensus.rehearsal.run import groups_for
from rounds import read_plan
from tests.consensus.room import Room, plan_text, round_keys
from tests.consensus.traces import unpacked

RULE = "yes >= 60% in every group"
GROUPS = {"Nearfolk": 6, "Farfolk": 5}
AUDIENCES: Any = ("phone", "screen", "facilitator")


def test_no_page_or_document_shows_a_groups_share_not_even_an_unanimous_one(room: Room) -> None:
    """All of a group say yes: shown as 100 % it would be everyone's vote. Only the archive's papers name a group."""
    keys = round_keys(advance=RULE)
    room.begin(plan_text(keys), items=1, seats=11, groups=GROUPS).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 11})
    seen = []
    for action in ("close", "next", "seal", "finish"):
        room.act(action)
        seen += [json.dumps(room.snapshot(audience)) for audience in AUDIENCES]
    assert room.verdicts() == {1: "advance"}
    documents = unpacked({ending: export(room.record(), ending) for ending in FORMATS})
    named = {place for place, content in documents.items() for name in GROUPS if name.encode() in content}
    assert named == {".zip/ballots.csv"}
    assert not any(name in snapshot for snapshot in seen for name in GROUPS)


def test_a_seat_has_one_group_and_nothing_else_that_papers_could_be_divided_by() -> None:
    described = {"conference_id", "secret_hash", "generation", "by_code", "present", "withdrawn", "group", "id"}
    never_counted_by = {"organisation", "role", "paper", "card"}  # stacks of cards, tables; who has no phone
    assert set(Seat.__table__.c.keys()) == described | never_counted_by
    counting = "".join(path.read_text("utf-8") for path in Path(ballot_box.__file__).parent.glob("*.py"))
    assert re.findall(r"\b(?:Seat|seat)\.(organisation|role|card|paper)\b", counting) == ["paper"]  # how many, by round
    assert [table.name for table in Base.metadata.sorted_tables if "group" in table.c] == ["seat", "sealed_paper"]


def test_no_group_stands_beside_a_paper_where_no_rule_asks_for_it(room: Room) -> None:
    """The plan it was made with counted by groups, the one that it is held by does not."""
    room.begin(plan_text(round_keys(advance=RULE)), items=1, seats=11, groups=GROUPS)
    with room.sessions.begin() as session:
        conference = session.get_one(Conference, room.id)
        before = facilitation.plan_of(conference.plan_text).sha256
        plan = read_plan(plan_text(round_keys(advance="yes >= 60%")))
        facilitation.change_plan(session, conference, plan, instead_of=before)
    room.lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 11})
    room.lead("close", "next", "seal", "finish")
    documents = unpacked({ending: export(room.record(), ending) for ending in FORMATS})
    assert [place for place, content in documents.items() for name in GROUPS if name.encode() in content] == []
    assert b"group" not in documents[".zip/ballots.csv"].splitlines()[0]


def test_a_rehearsals_phones_are_in_groups_that_are_large_enough_where_the_plan_counts_by_them() -> None:
    plan = read_plan(plan_text(round_keys(advance=RULE)))
    found = [groups_for(plan, phones) for phones in (4, 11, 300)]
    assert found == [{"1": 4}, {"1": 6, "2": 5}, {"1": 100, "2": 100, "3": 100}]
    assert groups_for(read_plan(plan_text(round_keys())), 11) == {}
