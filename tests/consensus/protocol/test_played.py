"""Archives of conferences that were held, through the database: what is recounted, and what cannot be joined."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from consensus.keys import FileKeyStore
from consensus.models import Conference, Seat
from consensus.protocol import FORMATS, Record, export, verify
from consensus.records import record_of
from tests.bad_input.archives import files_of
from tests.consensus.rooms import Room

HEAD = 'title = "T"\nprotocols = ["wide", "narrow"]\nanonymity = "{level}"\n'
PLAN = HEAD + (
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 2"\nto = "wide"\nties = "{ties}"\n'
    '[[rounds]]\nid = "B"\nvote_on = "held in A"\nballot = "yes-no-abstain"\nadvance = "yes > 50%"\nto = "narrow"\n'
    'otherwise = "cut"\n'
)
WHOLE = HEAD + (
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "{ballot}"\nadvance = "top 2"\nto = "wide"\notherwise = "cut"\n'
    'ties = "advance all"\npace = "paper"\n'
)


#: which database it is makes no difference to an export, as one test of both shows
SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def record(room: Room) -> Record:
    with room.sessions() as session:
        return record_of(session, session.get_one(Conference, room.id))


def recounted(room: Room, tmp_path: Path) -> list[str]:
    path = tmp_path / "archive.zip"
    path.write_bytes(export(record(room), ".zip"))
    return verify(path)


def ballots(room: Room) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files_of(export(record(room), ".zip"))["ballots.csv"].decode())))


def grouped(room: Room, groups: list[str | None]) -> None:
    """Give the seats of the panel their groups."""
    with room.sessions.begin() as session:
        for (seat_id, _), group in zip(room.panel, groups, strict=True):
            session.execute(update(Seat).where(Seat.id == seat_id).values(group=group))


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


@SQLITE
@pytest.mark.parametrize(
    ("level", "ties"),
    [("vote", "ask"), ("paper", "lot"), ("panel", "run-off"), ("vote", "run-off"), ("panel", "hold all")],
)
def test_a_conference_that_was_held_is_recounted(
    level: str, ties: str, sessions: sessionmaker[Session], keys: FileKeyStore, tmp_path: Path
) -> None:
    hold(level, ties, sessions, keys, tmp_path)


def test_it_is_recounted_whatever_the_database(
    sessions: sessionmaker[Session], keys: FileKeyStore, tmp_path: Path
) -> None:
    hold("paper", "run-off", sessions, keys, tmp_path)


def hold(level: str, ties: str, sessions: sessionmaker[Session], keys: FileKeyStore, tmp_path: Path) -> None:
    room = Room(sessions, keys, PLAN.format(level=level, ties=ties), items=5, panel=6)
    room.act("lobby")
    room.play("A", {1: 6, 2: 4, 3: 4, 4: 4, 5: 1})
    room.act("void", item=5, reason="Read out wrongly.")
    room.act("open", item=5)
    room.vote("A", {5: "no"}, [0])
    room.act("close")
    room.act("next")
    if ties == "ask":
        room.act("decide", items=[2], verdict="advance", reason='It is "the" one; =1+1, says everyone.')
        room.act("decide", items=[3, 4], verdict="hold", reason="Not yet.")
    if ties == "run-off":
        room.play("A/run-off", {2: 5, 3: 1, 4: 0})
        room.act("next")
    room.act("seal")
    room.play("B", {3: 6, 4: 1, 5: 2})
    room.act("next")
    room.act("seal")
    room.act("finish")
    assert recounted(room, tmp_path) == []
    found = record(room)
    assert [result.round.id for result in found.replayed.rounds][-1] == "B"
    stored = json.loads(files_of(export(found, ".zip"))["protocol.json"])
    assert stored["rounds"] == json.loads(json.dumps(found.replayed.as_json()["rounds"]))
    for ending in FORMATS:
        assert export(found, ending) == export(record(room), ending), ending


@SQLITE
@pytest.mark.parametrize(
    ("ballot", "papers"),
    [
        ("scale 1-9", [{1: "9", 2: "1"}, {1: "7", 2: "abstain"}, {1: "8"}]),
        ("pick 2", [{1: "1", 2: "1"}, {}, {3: "1"}]),
        ("points 10", [{1: "4", 2: "6"}, {}, {3: "10"}]),
        ("rank 2", [{1: "1", 2: "2"}, {2: "1"}, {}]),
    ],
)
def test_every_ballot_that_was_voted_on_is_recounted(
    ballot: str, papers: list[dict[int, str]], sessions: sessionmaker[Session], keys: FileKeyStore, tmp_path: Path
) -> None:
    room = Room(sessions, keys, WHOLE.format(level="paper", ballot=ballot))
    room.act("lobby")
    room.act("start", round="A")
    room.act("next")
    for place, votes in enumerate(papers):
        assert room.vote("A", votes, [place]) == [""]
    room.act("close")
    room.act("next")
    room.act("seal")
    assert recounted(room, tmp_path) == []
    assert {row["paper"] for row in ballots(room)} == {row.paper for row in record(room).ballots}
    assert len({row["paper"] for row in ballots(room)}) == 3


@SQLITE
def test_at_level_vote_each_vote_lies_on_a_paper_of_its_own(
    sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    room = Room(sessions, keys, PLAN.format(level="vote", ties="hold all"), items=4, panel=7)
    grouped(room, ["a"] * 5 + ["b"] * 2)
    room.act("lobby")
    room.play("A", {1: 6, 2: 4, 3: 4, 4: 1})
    room.act("next")
    room.act("seal")
    rows = ballots(room)
    assert len(rows) == 4 * 7
    assert len({row["paper"] for row in rows}) == len(rows)


@SQLITE
@pytest.mark.parametrize("level", ["vote", "paper", "panel"])
@pytest.mark.parametrize("groups", [["a"] * 5 + ["b"] * 5 + ["c"] * 2, ["a"] * 6 + ["b"] * 6, ["a"] * 9 + [None] * 3])
def test_no_small_group_stands_beside_a_paper_nor_can_be_found_by_subtraction(
    level: str, groups: list[str | None], sessions: sessionmaker[Session], keys: FileKeyStore, tmp_path: Path
) -> None:
    room = Room(sessions, keys, PLAN.format(level=level, ties="hold all"), items=3, panel=12)
    grouped(room, groups)
    room.act("lobby")
    room.play("A", {1: 12, 2: 4, 3: 4})
    room.act("next")
    room.act("seal")
    rows = ballots(room)
    of_paper = {(row["paper"], row["number"] if level == "vote" else ""): row.get("group", "") for row in rows}
    for part in {number for _, number in of_paper}:
        sizes = Counter(group for (_, number), group in of_paper.items() if number == part)
        assert all(size >= 5 for size in sizes.values()), sizes
    assert recounted(room, tmp_path) == []


@SQLITE
@pytest.mark.parametrize("level", ["vote", "paper", "panel"])
def test_ballots_stand_in_the_order_of_their_random_papers(
    level: str, sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    room = Room(sessions, keys, PLAN.format(level=level, ties="hold all"), items=4, panel=6)
    room.act("lobby")
    room.play("A", {1: 6, 2: 4, 3: 4, 4: 1})
    room.act("next")
    room.act("seal")
    room.play("B", {2: 3, 3: 6, 4: 1})
    room.act("next")
    room.act("seal")
    places = [(row["round"], row["paper"], int(row["number"])) for row in ballots(room)]
    assert places == sorted(places)
    papers = {row["round"]: {r["paper"] for r in ballots(room) if r["round"] == row["round"]} for row in ballots(room)}
    assert (papers["A"] == papers["B"]) == (level == "panel")
    assert bool(papers["A"] & papers["B"]) == (level == "panel")


@SQLITE
def test_no_line_of_the_log_can_be_aligned_with_a_vote(sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
    room = Room(sessions, keys, PLAN.format(level="vote", ties="hold all"), items=2, panel=3)
    room.act("lobby")
    room.act("start", round="A")
    room.act("next")
    before = record(room).log
    for choice in ("yes", "no", "yes"):
        for place in range(3):
            room.vote("A", {1: choice}, [place])
            assert record(room).log == before
    room.act("close")
    after = record(room).log
    assert [row.action for row in after[len(before) :]] == ["close"]
    seats = {id for id, _ in room.panel}
    for row in after:
        assert row.actor in ("facilitator", "program")
        assert not seats & set(json.dumps(dict(row.details)).split('"'))
        assert len(row.at) == len("2014-04-10T10:00:00+00:00")


@SQLITE
def test_what_is_open_is_in_no_export(sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
    room = Room(sessions, keys, PLAN.format(level="paper", ties="hold all"), items=2, panel=3)
    room.act("lobby")
    before = {ending: export(record(room), ending) for ending in (".csv", ".json")}
    room.act("start", round="A")
    room.act("next")
    room.vote("A", {1: "yes"})
    assert {ending: export(record(room), ending) for ending in (".csv", ".json")} == before
    assert ballots(room) == []


@SQLITE
def test_who_was_there_for_an_item_is_recounted(
    sessions: sessionmaker[Session], keys: FileKeyStore, tmp_path: Path
) -> None:
    plan = PLAN.format(level="paper", ties="hold all").replace(
        'ties = "hold all"', 'ties = "hold all"\nbase = "present"'
    )
    room = Room(sessions, keys, plan, items=2, panel=5)
    room.act("lobby")
    room.act("start", round="A")
    for number in (1, 2):
        room.act("next")
        room.vote("A", {number: "yes"}, [0, 1])
        room.act("close")
        with sessions.begin() as session:
            session.execute(update(Seat).where(Seat.id == room.panel[4][0]).values(present=False))
    room.act("next")
    room.act("seal")
    result = record(room).replayed.round("A")
    assert [str(result.item(n).measures["yes"]) for n in (1, 2)] == ["2/5", "2/4"]
    assert recounted(room, tmp_path) == []
