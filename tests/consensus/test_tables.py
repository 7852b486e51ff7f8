"""Tables between rounds: drawn, shown, found by who comes late, forgotten at the end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from consensus import database, facilitation
from consensus import seats as panel
from consensus.backup import write_backup
from consensus.models import Conference, Seat, Seating, TableSeat
from consensus.snapshots import seat_messages
from tests.consensus.room import Room, plan_text, round_keys
from tests.consensus.situations import PLAN

Json = dict[str, Any]


@pytest.fixture
def hall(room: Room) -> Room:
    """Nine seats of two organisations; the last one's card is not scanned yet."""
    room.begin(PLAN, seats=9, state="lobby")
    with room.sessions.begin() as session:
        for place, seat in enumerate(room.seats):
            told = {"organisation": "Regionen" if place % 3 else "Kommunen", "role": f"role {place % 2}"}
            session.execute(update(Seat).where(Seat.id == seat).values(**told, present=place < 8))
    return room


def own(room: Room) -> dict[str, Json | None]:
    """Seat -> the table that its phone is told."""
    with room.readers() as session:
        conference = session.get_one(Conference, room.id)
        told = seat_messages(session, room.keys, conference, dict.fromkeys(room.seats))
    return {seat: message["table"] for seat, message in told.items()}


def late(room: Room, place: int) -> bool:
    """Let a seat come in as the server does; whether it was given a table."""
    with room.sessions.begin() as session:
        seat = panel.join(session, room.secrets[place])
    with room.readers() as session:
        lacks = facilitation.lacks_table(session, room.id, seat.id)
    if lacks:
        with room.sessions.begin() as session:
            facilitation.seat_late(session, room.id, seat.id)
    return lacks


def test_a_draw_is_the_facilitators_alone_until_it_is_shown(hall: Room) -> None:
    assert hall.act("tables", tables=3, names=["by the window", "  at the   door "])
    drawn = hall.snapshot()["drawn"]
    assert [(table["number"], table["name"]) for table in drawn["tables"]] == [
        (1, "by the window"),
        (2, "at the door"),
        (3, ""),
    ]
    assert sorted(table["sit"] for table in drawn["tables"]) == [2, 3, 3]
    assert set(drawn["balance"]) == {"organisation", "role", "again"}
    for audience in ("phone", "screen"):
        assert hall.snapshot(audience)["tables"] is None  # type: ignore[arg-type]
        assert "drawn" not in hall.snapshot(audience)  # type: ignore[arg-type]
    assert set(own(hall).values()) == {None}


def test_a_phone_is_told_its_own_table_and_of_the_others_only_how_many_sit_there_and_from_where(hall: Room) -> None:
    hall.lead(("tables", {"tables": 3}), "show-tables")
    shown = hall.snapshot("phone")["tables"]
    assert {key for table in shown["tables"] for key in table} == {"number", "name", "sit", "organisations"}
    tables = own(hall)
    sitting = Counter(table["number"] for table in tables.values() if table)
    assert sitting == {table["number"]: table["sit"] for table in shown["tables"]}
    assert tables[hall.seats[8]] is None
    assert not any(seat in str(hall.snapshot(audience)) for seat in hall.seats for audience in ("phone", "screen"))  # type: ignore[arg-type]
    assert hall.snapshot()["drawn"] is None


def test_the_log_has_the_balance_and_neither_a_seat_nor_what_the_draw_could_be_repeated_with(hall: Room) -> None:
    hall.lead(("tables", {"tables": 3}), "show-tables")
    (_, drawn), (_, shown) = hall.log()[-2:]
    assert set(drawn) == {"session", "tables", "balance"}
    assert set(shown) == {"session", "tables"}


def test_tables_leave_the_screen_when_a_round_starts_and_stay_on_phones_until_its_vote(hall: Room) -> None:
    hall.lead(("tables", {"tables": 2}), "show-tables")
    assert hall.snapshot("screen")["tables"]["session"] == 1
    hall.act("start", round="A")
    assert hall.snapshot("screen")["tables"] is None
    assert hall.snapshot("phone")["tables"]["session"] == hall.snapshot()["tables"]["session"] == 1
    hall.act("undo", reason="too early")
    assert hall.snapshot("screen")["tables"]["session"] == 1
    hall.lead(("start", {"round": "A"}), ("tables", {"tables": 3}), "show-tables")
    assert hall.snapshot("screen")["tables"]["session"] == 2, "shown in the talk before the vote, they are looked for"
    hall.act("open", item=1)
    assert hall.snapshot("phone")["tables"] is None


def test_it_is_drawn_anew_until_it_is_shown_and_then_for_the_next_session(hall: Room) -> None:
    hall.lead(("tables", {"tables": 3}), ("tables", {"tables": 4}))
    assert (hall.snapshot()["drawn"]["session"], len(hall.snapshot()["drawn"]["tables"])) == (1, 4)
    hall.lead("show-tables", ("tables", {"tables": 2}))
    assert hall.snapshot()["drawn"]["session"] == 2
    assert hall.snapshot("screen")["tables"]["session"] == 1
    hall.lead("show-tables")
    assert hall.snapshot("screen")["tables"]["session"] == 2
    assert not hall.act("show-tables")


def test_a_request_that_comes_twice_draws_once(hall: Room) -> None:
    seen = hall.revision
    assert hall.act("tables", tables=3, revision=seen)
    drawn = hall.snapshot()["drawn"]
    assert not hall.act("tables", tables=3, revision=seen)
    assert hall.snapshot()["drawn"] == drawn
    assert hall.act("tables", tables=3, revision=hall.revision)


def test_who_comes_late_gets_a_place_at_a_smallest_table(hall: Room) -> None:
    hall.lead(("tables", {"tables": 3}), "show-tables")
    before = {table["number"]: table["sit"] for table in hall.snapshot("screen")["tables"]["tables"]}
    revision = hall.revision
    assert late(hall, 8)
    assert hall.revision == revision + 1
    table = own(hall)[hall.seats[8]]
    assert table is not None
    assert before[table["number"]] == 2
    assert not late(hall, 8)
    assert not late(hall, 0)


def test_who_is_signed_in_again_gets_a_place_too(hall: Room) -> None:
    hall.lead(("tables", {"tables": 3}), "show-tables")
    assert own(hall)[hall.seats[8]] is None
    assert hall.act("sign-in", card=hall.secrets[8])
    assert own(hall)[hall.seats[8]] is not None


def test_who_comes_when_nothing_is_drawn_lacks_no_table(hall: Room) -> None:
    assert not late(hall, 8)


def test_tables_hold_until_the_next_round_is_sealed_and_an_undone_seal_brings_them_back(hall: Room) -> None:
    hall.lead(("tables", {"tables": 3}), "show-tables")
    hall.hold("A", {1: 9, 2: 0})
    assert hall.snapshot("phone")["tables"] is None  # people vote
    hall.lead("next", "seal")
    assert hall.snapshot("phone")["tables"] is None
    hall.lead(("undo", {"reason": "too soon"}), "seal", ("tables", {"tables": 3}))
    assert hall.snapshot()["drawn"]["session"] == 2


def test_undo_takes_back_the_step_before_and_leaves_the_tables(hall: Room) -> None:
    hall.lead(("start", {"round": "A"}), ("tables", {"tables": 3}), "show-tables")
    assert hall.steps().undo == {"action": "start", "round": "A"}
    hall.lead(("undo", {"reason": "too soon"}))
    assert hall.state == "lobby"
    assert hall.snapshot("phone")["tables"]["session"] == 1


@pytest.mark.parametrize("tables", [0, 9, "3", True, None, 2.0])
def test_a_number_of_tables_that_cannot_be_is_refused(hall: Room, tables: object) -> None:
    assert hall.tried("tables", tables=tables) == "not-now"


@pytest.mark.parametrize("names", ["by the window", [1], {"1": "x"}])
def test_names_that_are_no_list_of_texts_are_refused(hall: Room, names: object) -> None:
    assert hall.tried("tables", tables=3, names=names) == "not-now"


def test_where_organisations_are_not_known_the_groups_are_mixed(room: Room) -> None:
    plan = plan_text(round_keys("A"))
    room.begin(plan, seats=6, groups={"Brukare": 3}, state="lobby").lead(("tables", {"tables": 3}), "show-tables")
    tables = room.snapshot("screen")["tables"]["tables"]
    assert [table["organisations"] for table in tables] == [[{"name": "Brukare", "sit": 1}]] * 3


def test_nobodys_table_is_in_a_backup_or_known_after_the_end(hall: Room, tmp_path: Path) -> None:
    hall.lead(("tables", {"tables": 3}), "show-tables")
    write_backup(hall.sessions.kw["bind"], tmp_path / "backup.db")
    engine = database.connect(f"sqlite:///{tmp_path}/backup.db")
    with engine.connect() as connection:
        assert not connection.execute(select(TableSeat)).all()
        assert not connection.execute(select(Seating)).all()
    engine.dispose()
    hall.lead("finish")
    assert hall.count(TableSeat) == 0
    assert hall.count(Seating) == 1


@pytest.mark.parametrize("shown", [True, False])
def test_nobody_sits_anywhere_once_the_end_was_taken_back(hall: Room, shown: bool) -> None:
    """No table with nobody at it is shown, and who comes late is not the only one at theirs."""
    hall.lead(("tables", {"tables": 3}), *(["show-tables"] if shown else []))
    hall.lead("finish", ("undo", {"reason": "too early"}))
    assert (hall.snapshot()["tables"], hall.snapshot()["drawn"]) == (None, None)
    assert hall.tried("show-tables") == ("harmless" if shown else "not-now")
    assert not late(hall, 8)
    hall.lead(("tables", {"tables": 2}), "show-tables")
    assert [table["sit"] for table in hall.snapshot("screen")["tables"]["tables"]] in ([4, 5], [5, 4])
