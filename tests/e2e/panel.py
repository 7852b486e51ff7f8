"""A panel of programs: they join, vote and answer over real sockets, beside the few phones that a browser shows."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from typing import Any, Self

import socketio

from tests.consensus.test_channel import hang_up

PATIENCE = 20
Json = dict[str, Any]


class Lead:
    """The facilitator's steps over HTTP: what a test does not want to see on a page."""

    def __init__(self, url: str, conference: str, token: str) -> None:
        self.url, self.token = url, token
        self.api = f"{url}api/c/{conference}"

    def ask(self, address: str, body: Json | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(address, None if body is None else json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            found: Json = json.load(answer)
        return found

    @classmethod
    def of(cls, url: str, made: Json) -> Self:
        """The leader of a conference that was made by command."""
        return cls(url, made["conference"], made["facilitator_token"])

    @property
    def state(self) -> Json:
        return self.ask(f"{self.api}/state")

    def act(self, action: str, **details: Any) -> Json:
        """Take a step, or set something; return the state after it."""
        state: Json = self.ask(f"{self.api}/{action}", details).get("state", {})
        return state

    def next(self) -> Json:
        """Take the step that is next."""
        step = dict(self.state["steps"]["next"])
        return self.act(step.pop("action"), **step)


class Panel:
    """Programs on seats of their own."""

    def __init__(self, url: str, secrets: Sequence[str]) -> None:
        lead = Lead(url, "", "")
        joined = [lead.ask(f"{url}api/join", {"seat": secret}) for secret in secrets]
        self.over_http = [Lead(url, one["conference"], one["token"]) for one in joined]
        self.phones = [socketio.Client(reconnection=False) for _ in joined]
        for phone, token in zip(self.phones, [one["token"] for one in joined], strict=True):
            phone.connect(url, auth={"token": token}, transports=["websocket"], wait_timeout=PATIENCE)

    def vote(self, round: str, item: int, choices: Sequence[str]) -> None:
        """Vote on an item, a choice for each of the first phones."""
        self.hand_in(round, [[{"item": item, "choice": choice}] for choice in choices])

    def hand_in(self, round: str, papers: Sequence[Sequence[Json]]) -> None:
        """Vote, what is on a paper for each of the first phones."""
        for phone, votes in zip(self.phones, papers, strict=False):
            assert phone.call("vote", {"round": round, "votes": votes}) == {"ok": True}

    def write(self, item: int, *arguments: tuple[str, str]) -> None:
        """Write on an item, a side and a text for each of the first phones."""
        for phone, (side, text) in zip(self.over_http, arguments, strict=False):
            phone.act("argument", item=item, side=side, text=text)

    def evaluate(self, sheets: Sequence[Json]) -> None:
        """Hand in an evaluation, a sheet for each of the first phones."""
        for phone, sheet in zip(self.phones, sheets, strict=False):
            assert phone.call("evaluation", sheet) == {"ok": True}

    def leave(self) -> None:
        for phone in self.phones:
            hang_up(phone)
