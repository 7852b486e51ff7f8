"""An open tally reaches nobody: every message that a real server sends in two whole conferences with opposite votes.

Whoever reads everything that phones, screen and facilitator are sent while something is open, acknowledgements and
answers to actions included, cannot tell the two apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import socketio

from consensus import tokens
from tests.consensus.test_channel import PATIENCE, Hall, hang_up
from tests.e2e.process import ServerProcess

PANEL = 11
ITEMS = "number,text\n1,One\n2,Two\n3,Three\n4,Four\n"
PLAN = """
title = "T"
protocols = ["wide", "narrow"]
anonymity = "{level}"

[[rounds]]
id = "A"
vote_on = "all"
ballot = "yes-no-abstain"
advance = "yes > 50%"
to = "wide"
cut = "yes <= 50%"
otherwise = "cut"

[[rounds]]
id = "B"
vote_on = "all"
ballot = "{paper}"
pace = "paper"
advance = "top 2"
to = "narrow"
otherwise = "cut"
ties = "advance all"
"""
#: what differs between any two conferences, or from one moment to the next; and the outcome of a round that is over
OWN = {"conference", "join", "at", "turnout", "token", "last"}


def said_while_open(messages: list[tuple[str, Any]]) -> dict[int, set[str]]:
    """Revision -> what was said under it while something was open, without what any two conferences differ in."""
    found = defaultdict(set)
    revision = 0
    for event, data in messages:
        if event == "state":
            revision = data["revision"]
        if event != "state" or data["state"] == "voting":
            found[revision].add(json.dumps([event, without(data)], sort_keys=True))
    return found


def without(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without(value) for key, value in data.items() if key not in OWN}
    if isinstance(data, list):  # what the log tells of a seal is the outcome of a round that is over
        return [without(one) for one in data if not (isinstance(one, dict) and one.get("action") == "seal")]
    return data


class Conference:
    """Plays the plan to its end; `turn` turns every vote round. heard: listener -> what it was sent, in order."""

    def __init__(self, server: ServerProcess, plan: str, turn: bool) -> None:
        self.hall, self.turn = Hall(server, plan, ITEMS, PANEL + 1), turn
        self.heard: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        self.clients: dict[str, socketio.Client] = {}
        for place in range(PANEL):
            self.listen(f"phone {place}", self.hall.join(place))
        secret = (server.data / "secret.key").read_text("ascii")
        self.listen("screen", tokens.issue(secret, tokens.Screen(self.hall.made["conference"], 0)))
        self.listen("facilitator", self.hall.made["facilitator_token"])

    def listen(self, name: str, token: str) -> None:
        client = self.clients[name] = socketio.Client(reconnection=False)
        client.on("*", lambda event, data: self.heard[name].append((event, data)))
        client.connect(self.hall.server.url, auth={"token": token}, transports=["websocket"], wait_timeout=PATIENCE)

    def act(self, action: str, **details: Any) -> None:
        self.heard["answers"].append(("state", self.hall.act(action, **details)))

    def vote(self, round_id: str, votes: list[list[dict[str, Any]]]) -> None:
        for place, own in enumerate(votes):
            answer = self.clients[f"phone {place}"].call("vote", {"round": round_id, "votes": own}, timeout=PATIENCE)
            assert answer == {"ok": True}, answer
            self.heard[f"phone {place}"].append(("acknowledgement", answer))

    def play(self, paper: str) -> None:
        self.act("start", round="A")
        for number in range(1, 5):
            self.act("open", item=number)
            yes = [(place + number) % 3 > 0 for place in range(PANEL)]
            self.vote("A", [[{"item": number, "choice": "yes" if one != self.turn else "no"}] for one in yes])
            self.act("close")
        self.act("seal")
        self.act("start", round="B")
        self.act("next")
        self.vote("B", [self._paper(paper, place) for place in range(PANEL)])
        self.act("close")
        self.act("seal")
        self.act("finish")

    def _paper(self, paper: str, place: int) -> list[dict[str, Any]]:
        numbers = [1, 2, 3, 4] if self.turn else [4, 3, 2, 1]
        if paper.startswith("scale"):
            return [{"item": number, "choice": str(1 + (rank + place) % 9)} for rank, number in enumerate(numbers)]
        if paper.startswith("pick"):
            return [{"item": number, "choice": "1"} for number in numbers[: 1 + place % 2]]
        return [{"item": number, "choice": str(rank)} for rank, number in enumerate(numbers[:2], start=1)]

    def end(self) -> None:
        """Hang up, once everything that was sent has come: the answer to this comes after it."""
        for client in self.clients.values():
            assert not client.call("vote", None, timeout=PATIENCE)["ok"]
            hang_up(client)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.mark.parametrize(
    ("level", "paper"), [("vote", "scale 1-9"), ("paper", "scale 1-9"), ("paper", "pick 2"), ("panel", "rank 2")]
)
def test_nobody_is_sent_anything_of_an_open_tally(server: ServerProcess, level: str, paper: str) -> None:
    both = []
    for turn in (False, True):
        one = Conference(server, PLAN.format(level=level, paper=paper), turn)
        one.play(paper)
        one.end()
        both.append(one.heard)
    assert both[0].keys() == both[1].keys() == {*one.clients, "answers"}
    for listener in both[0]:
        first, second = (said_while_open(heard[listener]) for heard in both)
        assert sum(len(said) for said in first.values()) >= 5
        assert first == second, listener
        results = [[data["result"] for event, data in heard[listener] if event == "state"] for heard in both]
        assert results[0] != results[1]  # once closed, the two can be told apart


def test_the_turnout_is_all_that_moves_with_a_vote(server: ServerProcess) -> None:
    one = Conference(server, PLAN.format(level="paper", paper="pick 2"), False)
    one.act("start", round="A")
    one.act("open", item=1)
    for count in (5, PANEL):
        one.vote("A", [[{"item": 1, "choice": "yes"}]] * count)
    one.act("close")
    one.end()
    for listener, heard in one.heard.items():
        under_vote = [data for event, data in heard if event == "state" and data["state"] == "voting"]
        assert len({json.dumps({**data, "turnout": None}) for data in under_vote}) == 1, listener
        turnouts = [data["turnout"]["voted"] for data in under_vote if "turnout" in data]
        assert turnouts == sorted(turnouts)
        assert bool(turnouts) == (not listener.startswith("phone"))
