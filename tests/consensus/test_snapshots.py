"""What leaves for phones, screen and facilitator; above all what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consensus import ballot_box, database
from consensus.config import Config
from consensus.keys import FileKeyStore
from consensus.models import Conference
from consensus.records import record_of
from consensus.services import Services
from consensus.snapshots import Audience
from tests.consensus.rooms import HEAD, TWO_ROUNDS, Room

AUDIENCES: tuple[Audience, ...] = ("phone", "screen", "facilitator")


def room_of(path: Path, plan: str, **size: int) -> Room:
    engine = database.connect(f"sqlite:///{path}/consensus.db")
    database.upgrade(engine)
    room = Room(database.sessions(engine), FileKeyStore(path / "keys"), plan, **size)
    room.act("lobby")
    return room


def close(room: Room) -> None:
    room.sessions.kw["bind"].dispose()


def everything(room: Room) -> str:
    """All that any audience can see, as sent, without the conference's own id and code."""
    seen = [room.state(audience) for audience in AUDIENCES]
    for snapshot in seen:
        for key in ("conference", "join", "log"):
            snapshot.pop(key, None)
    return json.dumps(seen, sort_keys=True)


def test_opposite_votes_look_the_same_while_an_item_is_open(tmp_path: Path) -> None:
    """Same turnout, opposite choices: whoever reads every message of every audience learns nothing."""
    seen: dict[str, list[str]] = {}
    for choice in ("yes", "no"):
        (tmp_path / choice).mkdir()
        room = room_of(tmp_path / choice, TWO_ROUNDS.format(keys=""), panel=12)
        room.act("start", round="A")
        room.act("next")
        found = [everything(room)]
        for place in range(12):
            room.vote("A", {1: choice}, [place])
            found.append(everything(room))
        seen[choice] = found
        room.act("close")
        assert room.state("phone")["result"]["counts"][choice] == 12
        close(room)
    assert seen["yes"] == seen["no"]


def test_turnout_is_told_from_ten_seats_on(tmp_path: Path) -> None:
    for panel, voted in ((9, None), (10, 3)):
        (tmp_path / str(panel)).mkdir()
        room = room_of(tmp_path / str(panel), TWO_ROUNDS.format(keys=""), panel=panel)
        room.act("start", round="A")
        room.act("next")
        room.vote("A", {1: "yes"}, [0, 1, 2])
        assert room.state("screen")["turnout"] == {"voted": voted, "of": panel}
        assert "turnout" not in room.state("phone")
        close(room)


@pytest.mark.parametrize(
    ("feedback", "keys"),
    [
        ("full", {"number", "outcome", "counts", "measures", "base", "base_name", "line"}),
        ("outcome", {"number", "outcome"}),
    ],
)
def test_a_result_shows_what_the_feedback_allows(tmp_path: Path, feedback: str, keys: set[str]) -> None:
    room = room_of(tmp_path, TWO_ROUNDS.format(keys=f'cut = "yes < 50%"\nfeedback = "{feedback}"'))
    room.act("start", round="A")
    room.act("next")
    room.vote("A", {1: "no"})
    room.act("close")
    result = room.state("phone")["result"]
    assert set(result) == keys
    assert result["outcome"] == "cut"
    close(room)


def test_without_feedback_nothing_is_shown_but_what_came_of_it(tmp_path: Path) -> None:
    room = room_of(tmp_path, TWO_ROUNDS.format(keys='ties = "advance all"\nfeedback = "none"'))
    room.play("A", {1: 3, 2: 2, 3: 1})
    assert room.state("screen")["result"] is None
    room.act("next")
    for audience in ("phone", "screen"):
        review = room.state(audience)["review"]
        assert [item["number"] for item in review["groups"][0]["items"]] == [1, 2, 3, 4]
        assert all(
            set(item) == {"number", "text", "tied", "verdict", "inquorate"} for item in review["groups"][0]["items"]
        )
    assert "counts" in room.state("facilitator")["review"]["groups"][0]["items"][0]
    room.act("seal")
    assert all(item["measures"] == {} for item in room.state("screen")["protocols"]["wide"])
    close(room)


def test_an_outcome_that_hangs_on_others_is_not_told_beforehand(tmp_path: Path) -> None:
    room = room_of(tmp_path, TWO_ROUNDS.format(keys='cut = "yes < 50%"'))
    room.act("start", round="A")
    room.act("next")
    room.vote("A", {1: "yes"})
    room.act("close")
    assert room.state("screen")["result"]["outcome"] is None
    assert room.state("screen")["result"]["line"] == {"measure": "yes", "at": "1/2"}
    close(room)


def test_the_revision_grows_with_every_step(tmp_path: Path) -> None:
    room = room_of(tmp_path, TWO_ROUNDS.format(keys=""))
    seen = [room.state()["revision"]]
    for action, details in (
        ("start", {"round": "A"}),
        ("next", {}),
        ("close", {}),
        ("undo", {"reason": "r"}),
        ("close", {}),
    ):
        room.act(action, **details)
        seen.append(room.state()["revision"])
    assert seen == sorted(set(seen))
    close(room)


KEYS = st.sampled_from(
    [
        'cut = "yes < 40%"\nties = "advance all"',
        'ties = "hold all"\nquorum = "2 votes"',
        'ties = "lot"\nbase = "present"',
        'ties = "run-off"\nbase = "entitled"',
        'ties = "ask"\nprecedence = "advance"\ncut = "no >= 1"',
    ]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=KEYS,
    level=st.sampled_from(["vote", "paper", "panel"]),
    votes=st.lists(st.lists(st.sampled_from(["yes", "no", None]), min_size=3, max_size=3), min_size=12, max_size=12),
)
def test_the_recount_of_what_was_sealed_is_what_was_live(
    tmp_path_factory: pytest.TempPathFactory, keys: str, level: str, votes: list[list[str | None]]
) -> None:
    """Play a conference to the end; its record, replayed from the sealed papers, has the live verdicts."""
    room = room_of(tmp_path_factory.mktemp("room"), f'anonymity = "{level}"\n' + TWO_ROUNDS.format(keys=keys))
    live: dict[str, Any] = {}
    turns = iter(votes * 3)
    while (state := room.state())["state"] != "finished":
        step = dict(state["steps"]["next"])
        action = step.pop("action")
        if action == "close":
            for place, choice in enumerate(next(turns)):
                if choice:
                    assert room.vote(state["round"]["id"], {state["item"]["number"]: choice}, [place]) == [""]
        if action == "decide":
            tie = next(tie for tie in state["review"]["ties"] if not tie["settled"])
            step = {"items": tie["items"][: tie["places"]], "verdict": "advance", "reason": "so"}
        if action == "seal":
            items = [item for group in state["review"]["groups"] for item in group["items"]]
            live[state["round"]["id"]] = {
                item["number"]: (item["verdict"], item["rank"], item["measures"]) for item in items
            }
        room.act(action, **step)
    with room.sessions() as session:
        conference = session.get_one(Conference, room.id)
        record = record_of(session, conference)
    counted = {
        one["id"]: {item["number"]: (item["verdict"], item["rank"], item["measures"]) for item in one["items"]}
        for one in record.replayed.as_json()["rounds"]  # type: ignore[attr-defined]
    }
    for id, items in live.items():
        assert counted[id] == items
    shown = room.state("screen")["protocols"]
    assert {name: tuple(item["number"] for item in items) for name, items in shown.items()} == record.replayed.protocols
    close(room)


def test_a_record_is_made_of_sealed_rounds_alone(tmp_path: Path) -> None:
    room = room_of(tmp_path, HEAD + '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\notherwise = "cut"\n')
    room.play("A", {1: 3})
    with room.sessions() as session:
        assert record_of(session, session.get_one(Conference, room.id)).ballots == ()
    room.act("seal")
    with room.sessions() as session:
        assert len(record_of(session, session.get_one(Conference, room.id)).ballots) == 12
    close(room)


def test_services_finish_what_a_crash_interrupted(tmp_path: Path) -> None:
    """A key that outlived its votes is destroyed when the server starts again."""
    room = room_of(tmp_path, HEAD + '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\notherwise = "cut"\n')
    room.play("A", {1: 3})
    kept = {name: room.keys.get(name) for name in room.keys.scopes() if "cards" not in name}
    assert kept
    unlink, ballot_box.unlink = ballot_box.unlink, lambda *_: []  # type: ignore[assignment]
    try:
        room.act("seal")
    finally:
        ballot_box.unlink = unlink
    assert set(room.keys.scopes()) >= set(kept)
    close(room)
    parts = Services.open(Config.from_environment({}, data_dir=tmp_path))
    assert not set(parts.keys.scopes()) & set(kept)
    parts.engine.dispose()
