"""A backup: consistent, without a key, and without any vote that two backups around it would give away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from consensus import ballot_box, database
from consensus.backup import LeftOut, write_backup
from consensus.keys import FileKeyStore, voter
from consensus.models import Base
from tests.consensus.room import Room, plan_text, round_keys
from tests.consensus.situations import PLAN, REASON, SITUATIONS
from tests.consensus.traces import found_in

LEVELS = ("vote", "paper", "panel")
TWO = (
    round_keys("A", otherwise="hold", advance="yes >= 60%"),
    round_keys("B", vote_on="held in A", advance="yes >= 50%"),
)


class Copies:
    """Backups of a room, one after the other."""

    def __init__(self, room: Room, place: Path) -> None:
        self.room, self.place, self.made = room, place, 0
        self.left_out: list[LeftOut] = []
        self.engines: list[Engine] = []

    def make(self) -> Path:
        self.made += 1
        file = self.place / f"backup{self.made}.db"
        self.left_out = write_backup(self.room.sessions.kw["bind"], file)
        return file

    def gone_back_to(self, file: Path) -> Room:
        """The conference as the backup has it, on a new machine: no key is left."""
        engine = database.connect(f"sqlite:///{file}")
        self.engines.append(engine)
        again = Room(database.sessions(engine), FileKeyStore(self.place / f"keys of {file.name}"))
        ballot_box.recover(again.sessions, again.keys)
        again.id, again.seats = self.room.id, self.room.seats
        return again


@pytest.fixture
def copies(room: Room, tmp_path: Path) -> Iterator[Copies]:
    made = Copies(room, tmp_path)
    yield made
    for engine in made.engines:
        engine.dispose()


def content(file: Path) -> dict[str, list[Any]]:
    """Every row of a backup but when it was made."""
    with closing(sqlite3.connect(file)) as connection:
        tables = {
            table.name: [c.name for c in table.columns if c.name != "at"] for table in Base.metadata.sorted_tables
        }
        quoted = {name: ", ".join(f'"{column}"' for column in columns) for name, columns in tables.items()}
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {
            name: connection.execute(f"SELECT {columns} FROM {name}").fetchall() for name, columns in quoted.items()
        }


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pace", ["plenary", "paper"])
def test_two_backups_around_a_vote_are_alike(copies: Copies, level: str, pace: str) -> None:
    room = copies.room.begin(plan_text(round_keys(pace=pace), head=f'anonymity = "{level}"'))
    room.lead(("start", {"round": "A"}), "next")
    assert room.vote(0, (1, "yes")) is None
    before = copies.make()
    assert room.vote(1, (1, "no")) is None
    assert room.vote(0, (1, "no")) is None
    assert content(before) == content(copies.make())


@pytest.mark.parametrize("level", ["paper", "panel"])
def test_two_backups_around_a_late_vote_on_a_reopened_item_are_alike_but_for_its_being_reopened(
    copies: Copies, level: str
) -> None:
    keys = round_keys(feedback="none")
    room = copies.room.begin(plan_text(keys, head=f'anonymity = "{level}"')).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 2}, seats=[0, 1])
    room.lead("close")
    before = content(copies.make())
    room.lead(("reopen", {"item": 1}))
    assert room.vote(2, (1, "no")) is None
    room.lead("close")
    after = content(copies.make())
    for table in before.keys() - {"conference", "log_entry", "pool_item"}:
        assert before[table] == after[table], table


@pytest.mark.parametrize("level", LEVELS)
def test_a_backup_of_an_open_vote_holds_no_hash_and_no_key(copies: Copies, level: str) -> None:
    room = copies.room.begin(plan_text(*TWO, head=f'anonymity = "{level}"')).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 2})
    links: dict[str, Any] = {name: room.keys.get(name) for name in room.keys.scopes()}
    links |= {f"{seat} under {name}": voter(key, seat) for name, key in links.items() for seat in room.seats}
    assert found_in({"backup": copies.make().read_bytes()}, links) == []


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("situation", sorted(SITUATIONS))
def test_a_conference_can_be_led_to_its_end_from_a_backup_of_any_state(
    copies: Copies, level: str, situation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.consensus.situations.PLAN", f'anonymity = "{level}"\n{PLAN}')
    SITUATIONS[situation](copies.room)
    again = copies.gone_back_to(copies.make())
    while step := dict(again.steps().next or {}):
        if step["action"] == "close":
            again.vote_all(dict.fromkeys(numbers_open(again), 2))
        if step["action"] == "decide":
            tie = next(tie for tie in again.snapshot()["review"]["ties"] if not tie["settled"])
            step |= {"items": tie["items"][:1], "verdict": "advance", **REASON}
        again.lead((step.pop("action"), step))
    assert again.state == "finished"
    assert again.record().replayed.round("A").counts["advance"] == 1


def numbers_open(room: Room) -> list[int]:
    return [number for number, state in room.pool().items() if state == "open"]


@pytest.mark.parametrize(
    ("level", "pool"), [("vote", {1: "closed", 2: "waiting"}), ("paper", {1: "waiting", 2: "waiting"})]
)
def test_what_is_not_sealed_is_voted_on_anew_and_the_log_says_so(
    copies: Copies, level: str, pool: dict[int, str]
) -> None:
    room = copies.room.begin(plan_text(*TWO, head=f'anonymity = "{level}"')).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 3})
    room.lead("close", "next")
    room.vote_all({2: 1})
    again = copies.gone_back_to(copies.make())
    items = sum(state == "waiting" for state in pool.values())
    assert copies.left_out == [LeftOut(room.id, "A", items)]
    assert (again.state, again.pool()) == ("closed" if level == "vote" else "discussion", pool)
    action, details = again.log()[-1]
    assert (action, details["round"], details["items"]) == ("restore", "A", items)
    assert room.pool() == {1: "closed", 2: "open"}


@pytest.mark.parametrize("level", LEVELS)
def test_a_sealed_round_is_whole_in_the_backup(copies: Copies, level: str) -> None:
    room = copies.room.begin(plan_text(*TWO, head=f'anonymity = "{level}"')).hold("A", {1: 3, 2: 1}).lead("seal")
    again = copies.gone_back_to(copies.make())
    assert copies.left_out == []
    assert again.dump() == room.dump()
    assert again.record() == room.record()


def test_a_run_off_goes_with_the_votes_it_was_to_settle(copies: Copies) -> None:
    room = copies.room.begin(plan_text(round_keys(ties="run-off")))
    room.hold("A", {1: 2, 2: 2}).lead("next", ("start", {"round": "A/run-off"}), "next")
    room.vote_all({1: 3})
    again = copies.gone_back_to(copies.make())
    assert copies.left_out == [LeftOut(room.id, "A", 2)]
    assert (again.state, again.conference.run_id) == ("discussion", room.run("A").id)


def test_whole_papers_are_left_out_even_if_nothing_stands_on_them(copies: Copies) -> None:
    room = copies.room.begin(plan_text(round_keys(ballot="pick 1", pace="paper")))
    room.lead(("start", {"round": "A"}), "next")
    room.papers([], [], [])
    room.lead("close")
    again = copies.gone_back_to(copies.make())
    assert again.pool() == {1: "waiting", 2: "waiting"}


def test_a_lot_that_was_shown_is_not_drawn_on_votes_that_are_cast_anew(copies: Copies) -> None:
    room = copies.room.begin(plan_text(round_keys(ties="lot"))).hold("A", {1: 2, 2: 2})
    assert room.run("A").seed is not None
    assert copies.gone_back_to(copies.make()).run("A").seed is None
