"""Every state of a conference, and how a room of three gets there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.consensus.room import Room, plan_text, round_keys

REASON = {"reason": "a slip of the finger"}
#: each action with a body that some state accepts
BODIES: dict[str, dict[str, Any]] = {
    "lobby": {},
    "start": {"round": "A"},
    "open": {"item": 1},
    "close": {},
    "next": {},
    "reopen": {"item": 1},
    "void": {"item": 1, **REASON},
    "decide": {"items": [1], "verdict": "advance", **REASON},
    "draw": {},
    "seal": {},
    "undo": REASON,
    "finish": {},
    "tables": {"tables": 1},
    "show-tables": {},
    "arguments": {"open": True},
    "moderate": {"argument": "0123456789abcdef", "verdict": "show"},
    "show-arguments": {"item": 1},
    "publish": {},
    "unpublish": {},
    "open-evaluation": {},
    "close-evaluation": {},
    "show-evaluation": {},
}

PLAN = plan_text(round_keys("A"), round_keys("B", vote_on="wide", to="narrow", otherwise="stay"))


def draft(room: Room) -> None:
    room.begin(PLAN, state="draft")


def lobby(room: Room) -> None:
    draft(room)
    room.act("lobby")


def discussion(room: Room) -> None:
    lobby(room)
    room.act("start", round="A")


def voting(room: Room) -> None:
    discussion(room)
    room.act("open", item=1)


def closed(room: Room) -> None:
    """Item 1 is closed, item 2 waits."""
    voting(room)
    room.vote_all({1: 3})
    room.act("close")


def all_closed(room: Room) -> None:
    closed(room)
    room.act("next")
    room.vote_all({2: 1})
    room.act("close")


def review(room: Room) -> None:
    all_closed(room)
    room.act("next")


def tied(room: Room) -> None:
    """A review with items 1 and 2 tied for one place."""
    room.begin(PLAN).hold("A", {1: 2, 2: 2}).act("next")


def sealed(room: Room) -> None:
    review(room)
    room.act("seal")


def finished(room: Room) -> None:
    sealed(room)
    room.act("finish")


SITUATIONS: dict[str, Callable[[Room], None]] = {
    "draft": draft,
    "lobby": lobby,
    "discussion": discussion,
    "voting": voting,
    "closed": closed,
    "all closed": all_closed,
    "review": review,
    "tied": tied,
    "sealed": sealed,
    "finished": finished,
}
