"""Votes on paper and cards over HTTP, as the facilitator's page asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from consensus import facilitation, tokens
from consensus.app import create_app
from consensus.config import Config
from consensus.intake import ItemRow
from rounds import read_plan
from tests.consensus.room import plan_text, round_keys

PLAN = plan_text(round_keys(advance="yes > 50%"))
VOTE = {"paper": 1, "round": "A", "votes": [{"item": 1, "choice": "yes", "take": 1}]}


class Desk:
    """A facilitator's program."""

    def __init__(self, app: Flask) -> None:
        self.client, self.parts = app.test_client(), app.extensions["consensus"]
        with self.parts.sessions.begin() as session:
            items = [ItemRow(1, "One", None), ItemRow(2, "Two", None)]
            plan = read_plan(PLAN)
            made, self.secrets = facilitation.create(session, self.parts.keys, plan=plan, items=items, seats=2)
            self.id = made.id
        self.token = tokens.issue(self.parts.secret, tokens.Facilitator(self.id, 0))

    def post(self, name: str, body: object = None, token: str | None = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        answer = self.client.post(f"/api/c/{self.id}/{name}", json=body or {}, headers=headers)
        return answer.status_code, answer.get_json()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    app = create_app(Config.from_environment({}, data_dir=tmp_path), url="http://192.168.1.5:5000/")
    desk = Desk(app)
    for name, body in (("on-paper", {}), ("start", {"round": "A"}), ("open", {"item": 1})):
        assert desk.post(name, body)[0] == 200
    yield desk
    app.extensions["consensus"].engine.dispose()


def test_a_vote_on_paper_is_stored_once_it_is_answered(desk: Desk) -> None:
    status, answer = desk.post("paper-vote", VOTE)
    assert (status, answer["ok"]) == (200, True)
    assert answer["state"]["seating"]["on_paper"] == [{"paper": 1, "present": True, "voted": [1], "table": None}]
    assert desk.post("close")[1]["state"]["result"]["counts"] == {"yes": 1, "no": 0}


def test_only_the_facilitator_types_votes_in(desk: Desk) -> None:
    phone = desk.client.post("/api/join", json={"seat": desk.secrets[0]}).get_json()
    screen = tokens.issue(desk.parts.secret, tokens.Screen(desk.id, 0))
    for token in (phone.get("token", ""), screen, "nonsense"):
        assert desk.post("paper-vote", VOTE, token)[0] == 403


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"paper": 2}, "unknown-seat"),
        ({"paper": "1"}, "unknown-seat"),
        ({"paper": None}, "unknown-seat"),
        ({"paper": True}, "unknown-seat"),
        ({"round": 7}, "bad-choice"),
        ({"votes": "yes"}, "bad-choice"),
        ({"votes": []}, "bad-choice"),
        ({"votes": [{"item": 1, "choice": "maybe"}]}, "bad-choice"),
        ({"votes": [{"item": 2, "choice": "yes"}]}, "closed"),
        ({"votes": [{"item": 1, "choice": "yes", "take": 2}]}, "stale"),
        ({"round": "B"}, "closed"),
    ],
)
def test_what_is_no_vote_on_paper_is_refused(desk: Desk, body: dict[str, object], error: str) -> None:
    assert desk.post("paper-vote", {**VOTE, **body})[1]["error"] == error


def test_a_card_is_told_to_the_one_who_asked_only(desk: Desk) -> None:
    desk.post("close")
    _, answer = desk.post("admit")
    code = answer["card"]["code"]
    assert code not in str(answer["state"])
    assert desk.client.post("/api/join", json={"seat": code}).status_code == 200
    assert "card" not in desk.post("close")[1]


def test_the_one_seat_without_a_phone_is_found_by_the_line(desk: Desk) -> None:
    """Nobody has a phone on the line here, and one seat was joined."""
    secret = desk.secrets[0]
    if desk.client.post("/api/join", json={"seat": secret}).status_code != 200:
        secret = desk.secrets[1]
        assert desk.client.post("/api/join", json={"seat": secret}).status_code == 200
    status, answer = desk.post("new-card", {"connected": []})
    assert status == 200
    assert answer["card"]["code"] != secret
    assert desk.client.post("/api/join", json={"seat": secret}).status_code == 401
    assert desk.client.post("/api/join", json={"seat": answer["card"]["code"]}).status_code == 200
