"""The conference's transitions: what each does, that repeating is harmless, what is refused, what undo takes back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from consensus.keys import FileKeyStore
from consensus.models import Base, Conference, LogEntry
from tests.consensus.rooms import HEAD, TWO_ROUNDS, Room

PLAIN = TWO_ROUNDS.format(keys='ties = "ask"')
CLEAR = {1: 3, 2: 2, 3: 1, 4: 0}
TIED = {1: 3, 2: 2, 3: 2, 4: 0}


@pytest.fixture
def room(sessions: sessionmaker[Session], keys: FileKeyStore) -> Room:
    made = Room(sessions, keys, PLAIN)
    made.act("lobby")
    return made


def stored(room: Room) -> dict[str, list[Any]]:
    """Everything stored but the log and the conference's own row: what undo must restore."""
    with room.sessions() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in ("log_entry", "conference", "run")
        }


def log(room: Room) -> list[tuple[str, dict[str, Any]]]:
    with room.sessions() as session:
        query = select(LogEntry).where(LogEntry.conference_id == room.id).order_by(LogEntry.id)
        return [(entry.action, entry.details) for entry in session.scalars(query)]


def test_a_whole_conference_goes_from_draft_to_finished(room: Room) -> None:
    room.play("A", {1: 3, 2: 2, 3: 1, 4: 0})
    assert room.state()["state"] == "closed"
    room.act("next")
    assert room.state()["review"]["counts"] == {"advance": 2, "hold": 2, "cut": 0, "stay": 0, "unresolved": 0}
    room.act("seal")
    room.play("B", {3: 3})
    room.act("seal")
    protocols = room.state()["protocols"]
    assert [item["number"] for item in protocols["wide"]] == [1, 2, 3]
    assert [item["number"] for item in protocols["narrow"]] == [3]
    room.act("finish")
    assert room.state("phone")["protocols"] == protocols
    assert room.keys.scopes() == []


def test_every_step_is_harmless_to_repeat(room: Room) -> None:
    steps: list[tuple[str, dict[str, Any]]] = [("start", {"round": "A"})]
    for number in (1, 2, 3, 4):
        steps += [("open", {"item": number}), ("close", {})]
    steps += [
        ("next", {}),
        ("decide", {"items": [1, 2], "verdict": "advance", "reason": "so"}),
        ("seal", {}),
        ("finish", {}),
    ]
    for action, details in steps:
        if action == "close":
            room.vote("A", {details.get("item", room.state()["item"]["number"]): "yes"})
        assert room.act(action, **details), action
        before = stored(room), room.state()
        assert not room.act(action, **details), action
        assert (stored(room), room.state()) == before


REFUSED = [
    ("draft", "start", {"round": "A"}, "not-now"),
    ("draft", "open", {"item": 1}, "not-now"),
    ("draft", "seal", {}, "not-now"),
    ("draft", "finish", {}, "not-now"),
    ("lobby", "start", {"round": "B"}, "not-now"),
    ("lobby", "start", {"round": "Z"}, "not-now"),
    ("lobby", "start", {"round": 7}, "not-now"),
    ("lobby", "start", {"round": "A/run-off"}, "not-now"),
    ("lobby", "close", {}, "not-now"),
    ("lobby", "next", {}, "not-now"),
    ("discussion", "open", {"item": 9}, "not-on-ballot"),
    ("discussion", "open", {"item": "1"}, "not-on-ballot"),
    ("discussion", "open", {}, "not-on-ballot"),
    ("discussion", "start", {"round": "B"}, "not-now"),
    ("discussion", "close", {}, "not-now"),
    ("discussion", "seal", {}, "not-now"),
    ("discussion", "reopen", {"item": 1}, "not-now"),
    ("discussion", "finish", {}, "not-now"),
    ("voting", "open", {"item": 2}, "not-now"),
    ("voting", "seal", {}, "not-now"),
    ("voting", "void", {"item": 1}, "not-now"),
    ("voting", "decide", {"items": [1], "verdict": "advance", "reason": "r"}, "not-now"),
    ("closed", "seal", {}, "not-now"),
    ("closed", "open", {"item": 1}, "not-now"),
    ("closed", "draw", {}, "not-now"),
    ("closed", "undo", {}, "not-now"),
    ("review", "seal", {}, "not-now"),
    ("review", "decide", {"items": [4], "verdict": "advance", "reason": "r"}, "not-now"),
    ("review", "decide", {"items": [2], "verdict": "perhaps", "reason": "r"}, "bad-choice"),
    ("review", "decide", {"items": [2], "verdict": "stay", "reason": "r"}, "bad-choice"),
    ("review", "decide", {"items": [], "verdict": "cut", "reason": "r"}, "not-on-ballot"),
    ("review", "decide", {"items": [2], "verdict": "cut", "reason": " "}, "not-now"),
    ("review", "start", {"round": "A/run-off"}, "not-now"),
]


def brought_to(room: Room, state: str) -> None:
    if state == "draft":
        return
    room.act("lobby")
    if state in ("discussion", "voting", "closed"):
        room.act("start", round="A")
    if state in ("voting", "closed"):
        room.act("open", item=1)
    if state == "closed":
        room.act("close")
    if state == "review":
        room.play("A", TIED)
        room.act("next")


@pytest.mark.parametrize(("state", "action", "details", "code"), REFUSED)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    sessions: sessionmaker[Session], keys: FileKeyStore, state: str, action: str, details: dict[str, Any], code: str
) -> None:
    room = Room(sessions, keys, PLAIN)
    brought_to(room, state)
    assert room.state()["state"] == state
    before = stored(room), room.state()
    assert room.refused(action, **details) == code
    assert (stored(room), room.state()) == before


def test_a_step_decided_on_an_older_state_is_stale_but_a_repetition_is_not(room: Room) -> None:
    room.act("start", round="A")
    seen = room.state()["revision"]
    room.act("open", item=1, revision=seen)
    assert not room.act("open", item=1, revision=seen)
    assert room.refused("void", item=1, reason="r", revision=seen) == "stale"
    assert room.refused("close", revision=seen) == "stale"
    assert room.refused("close", revision=10**9) == "stale"
    assert room.refused("close", revision="x") == "stale"
    assert room.act("close", revision=room.state()["revision"])


@pytest.mark.parametrize(
    ("state", "action", "details"),
    [
        ("lobby", "start", {"round": "A"}),
        ("discussion", "open", {"item": 2}),
        ("discussion", "next", {}),
        ("voting", "close", {}),
        ("closed", "reopen", {"item": 1}),
        ("closed", "next", {}),
        ("review", "decide", {"items": [2], "verdict": "advance", "reason": "r"}),
    ],
)
def test_undo_restores_what_was_stored(
    sessions: sessionmaker[Session], keys: FileKeyStore, state: str, action: str, details: dict[str, Any]
) -> None:
    room = Room(sessions, keys, PLAIN)
    brought_to(room, state)
    if state == "voting":
        room.vote("A", {1: "yes"})
    before = stored(room)
    room.act(action, **details)
    assert room.act("undo", reason="a slip")
    after = stored(room)
    without_take = [[row[:-2] for row in dump["pool_item"]] for dump in (before, after)]
    assert without_take[0] == without_take[1]
    assert {name: rows for name, rows in after.items() if name != "pool_item"} == {
        name: rows for name, rows in before.items() if name != "pool_item"
    }
    assert room.state()["state"] == state
    assert log(room)[-1][0] == "undo"
    assert log(room)[-1][1]["reason"] == "a slip"
    assert not room.act("undo", reason="again")


def test_undoing_a_seal_brings_the_review_back(room: Room) -> None:
    room.play("A", CLEAR)
    room.act("seal")
    assert room.act("undo", reason="too early")
    assert room.state()["state"] == "review"
    assert room.state()["review"]["counts"]["advance"] == 2
    room.act("seal")
    assert [item["number"] for item in room.state()["protocols"]["wide"]] == [1, 2]


def test_a_voided_vote_is_gone_and_voted_on_anew(room: Room) -> None:
    room.act("start", round="A")
    room.act("open", item=1)
    room.vote("A", {1: "yes"})
    room.act("close")
    assert room.act("void", item=1, reason="opened by mistake")
    assert log(room)[-1] == ("void", {"item": 1, "reason": "opened by mistake"})
    assert room.refused("undo", reason="r") == "not-now"
    room.act("open", item=1)
    assert room.state()["item"]["take"] == 2
    assert room.vote("A", {1: "no"}, [0]) == [""]
    room.act("close")
    assert room.state()["result"]["counts"] == {"yes": 0, "no": 1}


def test_a_closed_item_takes_no_vote_and_a_reopened_one_keeps_those_it_had(room: Room) -> None:
    room.act("start", round="A")
    room.act("open", item=1)
    assert room.vote("A", {1: "yes"}) == ["", "", ""]
    room.act("close")
    assert room.vote("A", {1: "no"}, [0]) == ["closed"]
    room.act("reopen", item=1)
    assert room.vote("A", {1: "no"}, [0]) == [""]
    room.act("close")
    assert room.state()["result"]["counts"] == {"yes": 2, "no": 1}


def test_an_asked_tie_waits_for_its_decision(room: Room) -> None:
    room.play("A", TIED)
    room.act("next")
    review = room.state()["review"]
    assert review["ties"][0]["items"] == [2, 3]
    assert review["ties"][0]["places"] == 1
    assert room.state()["steps"]["next"] == {"action": "decide"}
    room.act("decide", items=[3], verdict="advance", reason="broader")
    assert room.state()["steps"]["next"] == {"action": "seal"}
    room.act("seal")
    assert [item["number"] for item in room.state()["protocols"]["wide"]] == [1, 3]


def test_a_run_off_settles_its_round_when_it_is_sealed(sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
    room = Room(sessions, keys, TWO_ROUNDS.format(keys='ties = "run-off"'))
    room.act("lobby")
    room.play("A", TIED)
    room.act("next")
    assert room.state()["steps"]["next"] == {"action": "start", "round": "A/run-off"}
    room.play("A/run-off", {2: 1, 3: 3})
    assert room.state()["round"]["run_off"]
    room.act("seal")
    assert room.state()["state"] == "sealed"
    assert [item["number"] for item in room.state()["protocols"]["wide"]] == [1, 3]
    assert not room.act("seal")
    room.act("undo", reason="look again")
    assert (room.state()["state"], room.state()["round"]["id"]) == ("review", "A/run-off")
    room.act("seal")
    assert [item["number"] for item in room.state()["protocols"]["wide"]] == [1, 3]


@pytest.mark.parametrize("policy", ["lot", "run-off"])
def test_the_seed_of_a_lot_is_shown_before_it_is_drawn(
    sessions: sessionmaker[Session], keys: FileKeyStore, policy: str
) -> None:
    room = Room(sessions, keys, TWO_ROUNDS.format(keys=f'ties = "{policy}"'))
    room.act("lobby")
    room.play("A", TIED)
    room.act("next")
    if policy == "run-off":
        room.play("A/run-off", {2: 2, 3: 2})
        room.act("next")
    shown = room.state("screen")["review"]["lot"]
    assert not shown["drawn"]
    assert room.state()["steps"]["next"] == {"action": "draw"}
    room.act("draw")
    assert room.state("screen")["review"]["lot"] == {"seed": shown["seed"], "drawn": True}
    assert room.refused("undo", reason="I want the other") == "not-now"
    assert room.refused("reopen", item=2) == "not-now"
    room.act("seal")
    assert len(room.state()["protocols"]["wide"]) == 2


@pytest.mark.parametrize(("policy", "wide"), [("advance all", [1, 2, 3]), ("hold all", [1])])
def test_a_tie_settled_by_policy_asks_nobody(
    sessions: sessionmaker[Session], keys: FileKeyStore, policy: str, wide: list[int]
) -> None:
    room = Room(sessions, keys, TWO_ROUNDS.format(keys=f'ties = "{policy}"'))
    room.act("lobby")
    room.play("A", TIED)
    room.act("seal")
    assert [item["number"] for item in room.state()["protocols"]["wide"]] == wide


def test_whole_papers_are_open_all_at_once(sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
    plan = HEAD + (
        '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "pick 2"\nadvance = "top 1"\nto = "wide"\notherwise = "cut"\n'
    )
    room = Room(sessions, keys, plan)
    room.act("lobby")
    room.act("start", round="A")
    room.act("open")
    assert [item["number"] for item in room.state("phone")["paper"]] == [1, 2, 3, 4]
    assert room.vote("A", {1: "1", 2: "1"}) == ["", "", ""]
    assert room.vote("A", {1: "1", 2: "1", 3: "1"}, [0]) == ["too-many"]
    assert room.vote("A", {3: "1"}, [0]) == [""]
    assert room.vote("A", {}, [1]) == [""]
    room.act("close")
    room.act("next")
    votes = {item["number"]: item["measures"]["picks"] for item in room.state()["review"]["groups"][0]["items"]}
    assert votes == {1: "1/3", 2: "1/3", 3: "1/3", 4: "0/3"}


def test_a_round_that_nobody_votes_in_holds_everything(room: Room) -> None:
    room.act("start", round="A")
    for number in (1, 2, 3, 4):
        room.act("open", item=number)
        room.act("close")
    room.act("seal")
    assert room.state()["review"]["counts"]["hold"] == 4
    room.act("start", round="B")
    assert len(room.state()["items"]) == 4


def test_a_round_with_an_empty_pool_can_be_sealed(room: Room) -> None:
    with room.sessions.begin() as session:
        conference = session.get_one(Conference, room.id)
        conference.plan_text = TWO_ROUNDS.format(keys='cut = "otherwise"\nties = "advance all"')
    room.play("A", CLEAR)
    room.act("seal")
    room.act("start", round="B")
    room.act("next")
    room.act("seal")
    room.act("finish")
    assert room.state()["state"] == "finished"
