"""What phones ask over HTTP between rounds: their table, and to hand in an argument."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from consensus import facilitation, tokens
from consensus.allowance import MOST_ON_ITEM
from consensus.app import create_app
from consensus.config import Config
from consensus.intake import ItemRow
from consensus.services import EXTENSION, Services
from rounds import read_plan
from tests.consensus.situations import PLAN

SEATS = 4
Json = dict[str, Any]


class Venue:
    """A conference with its doors open, three of four seats taken."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        self.parts = parts = cast(Services, app.extensions[EXTENSION])
        rows = [ItemRow(number, f"Item {number}", None, "", "") for number in (1, 2)]
        with parts.sessions.begin() as session:
            made, self.cards = facilitation.create(
                session, parts.keys, plan=read_plan(PLAN), items=rows, seats=SEATS, state="lobby"
            )
            self.id = made.id
        self.facilitator = tokens.issue(parts.secret, tokens.Facilitator(self.id, 0))
        self.phones = [self.join(place) for place in range(3)]

    def join(self, place: int) -> str:
        token: str = self.post("/api/join", None, seat=self.cards[place])["token"]
        return token

    def post(self, path: str, token: str | None, **body: Any) -> Json:
        answer: Json = self.client.post(path, json=body, headers={"Authorization": f"Bearer {token}"}).get_json()
        return answer

    def lead(self, action: str, **body: Any) -> Json:
        answer = self.post(f"/api/c/{self.id}/{action}", self.facilitator, **body)
        assert answer["ok"], answer
        return answer

    def look(self, what: str, token: str) -> Json:
        headers = {"Authorization": f"Bearer {token}"}
        found: Json = self.client.get(f"/api/c/{self.id}/{what}", headers=headers).get_json()
        return found

    def write(self, token: str, item: int = 1, side: str = "for", text: str = "So it is.") -> str:
        answer = self.post(f"/api/c/{self.id}/argument", token, item=item, side=side, text=text)
        return "" if answer["ok"] else str(answer["error"])


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    app = create_app(Config.from_environment({}, data_dir=tmp_path))
    yield Venue(app)
    app.extensions[EXTENSION].engine.dispose()


def test_a_phone_asks_for_its_own_table(venue: Venue) -> None:
    assert venue.look("seat", venue.phones[0])["table"] is None
    venue.lead("tables", tables=2)
    venue.lead("show-tables")
    tables = [venue.look("seat", phone)["table"] for phone in venue.phones]
    assert sorted(table["number"] for table in tables) in ([1, 1, 2], [1, 2, 2])
    assert venue.look("seat", venue.facilitator)["error"] == "not-allowed"


def test_who_joins_late_has_a_table_at_once_and_everybody_sees_one_more_there(venue: Venue) -> None:
    venue.lead("tables", tables=2)
    before = venue.lead("show-tables")["state"]
    late = venue.join(3)
    assert venue.look("seat", late)["table"]["session"] == 1
    after = venue.look("state", venue.phones[0])
    assert after["revision"] > before["revision"]
    assert [table["sit"] for table in after["tables"]["tables"]] == [2, 2]
    again = venue.join(3)
    assert venue.look("seat", again)["table"] == venue.look("seat", venue.join(3))["table"]


def test_an_argument_is_taken_from_a_phone_while_they_are_collected(venue: Venue) -> None:
    assert venue.write(venue.phones[0]) == "not-now"
    venue.lead("arguments", open=True)
    assert [venue.write(phone) for phone in venue.phones] == ["", "", ""]
    assert len(venue.look("state", venue.facilitator)["queue"]) == 3
    assert venue.write(venue.facilitator) == "not-allowed"
    assert venue.write(venue.phones[0], side="maybe") == "bad-choice"
    assert venue.write(venue.phones[0], item=99) == "not-on-ballot"


def test_a_phone_that_has_written_enough_is_told_so_and_nothing_more_is_stored(venue: Venue) -> None:
    venue.lead("arguments", open=True)
    answers = [venue.write(venue.phones[0]) for _ in range(MOST_ON_ITEM + 2)]
    assert answers == [""] * MOST_ON_ITEM + ["too-many"] * 2
    venue.lead("arguments", open=False)
    assert len(venue.look("state", venue.facilitator)["queue"]) == MOST_ON_ITEM


def test_what_one_phone_writes_alone_does_not_reach_the_facilitator_as_a_batch(venue: Venue) -> None:
    """In a room where one person holds a phone, a batch of three would have one writer."""
    venue.lead("arguments", open=True)
    alone, *others = venue.phones
    assert [venue.write(alone, text=text) for text in "abc"] == [""] * 3
    assert venue.look("state", venue.facilitator)["queue"] == []
    for phone in others:
        venue.write(phone)
    assert len(venue.look("state", venue.facilitator)["queue"]) == 5
    assert [venue.write(others[0], item=2, text=text) for text in "abc"] == [""] * 3
    assert len(venue.look("state", venue.facilitator)["queue"]) == 5


def test_beginning_to_collect_once_more_allows_no_more_arguments(venue: Venue) -> None:
    venue.lead("arguments", open=True)
    assert [venue.write(venue.phones[0]) for _ in range(MOST_ON_ITEM)] == [""] * MOST_ON_ITEM
    venue.lead("arguments", open=True)  # a second facilitator's page
    assert venue.write(venue.phones[0]) == "too-many"
    venue.lead("arguments", open=False)
    venue.lead("arguments", open=True)
    assert venue.write(venue.phones[0]) == ""


@pytest.mark.parametrize(
    "steps", [[("arguments", {"open": False})], [("start", {"round": "A"}), ("open", {"item": 1})]]
)
def test_who_has_written_is_forgotten_when_the_discussion_ends(venue: Venue, steps: list[tuple[str, Json]]) -> None:
    venue.lead("arguments", open=True)
    venue.write(venue.phones[0])
    assert venue.parts.allowance._pads
    for action, body in steps:
        venue.lead(action, **body)
    assert not venue.parts.allowance._pads


def test_who_has_written_is_forgotten_in_the_other_processes_too(venue: Venue) -> None:
    """They hear of it by the snapshot that another process sends."""
    venue.lead("arguments", open=True)
    venue.write(venue.phones[0])
    told = venue.look("state", venue.phones[0])
    told |= {"revision": told["revision"] + 1, "arguments": {**told["arguments"], "open": False}}
    venue.app.extensions["live"]._deliver(f"{venue.id}/phone", "state", told)
    assert not venue.parts.allowance._pads


def test_a_process_that_hears_nothing_and_has_no_clients_looks_for_itself(venue: Venue, tmp_path: Path) -> None:
    other = create_app(Config.from_environment({}, data_dir=tmp_path))
    allowance, live = other.extensions[EXTENSION].allowance, other.extensions["live"]
    venue.lead("arguments", open=True)
    headers = {"Authorization": f"Bearer {venue.phones[0]}"}
    body = {"item": 1, "side": "for", "text": "So it is."}
    assert other.test_client().post(f"/api/c/{venue.id}/argument", json=body, headers=headers).status_code == 200
    live._send_changes(live._watched())
    assert allowance.conferences() == [venue.id]
    venue.lead("arguments", open=False)
    live._send_changes(live._watched())
    assert allowance.conferences() == []
    other.extensions[EXTENSION].engine.dispose()


def test_the_handout_is_the_facilitators(venue: Venue) -> None:
    address = f"/facilitate/{venue.id}/handout.pdf?round=A"
    assert venue.client.get(address).status_code == 403
    venue.client.get(f"/facilitate/{venue.id}?token={venue.facilitator}")
    answer = venue.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].endswith("-underlag-A.pdf")  # in the conference's language
    assert venue.client.get(f"/facilitate/{venue.id}/handout.pdf?round=nowhere").status_code == 409
