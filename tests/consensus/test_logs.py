"""What the server prints while votes come in: nothing, whatever goes wrong, that could be aligned with a vote."""

from __future__ import annotations

import logging
import re
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from consensus.ballot_box import BallotBox
from consensus.keys import voter
from tests.consensus.traces import found_in
from tests.consensus.venue import Venue
from tests.e2e.process import ServerProcess

ROOT = Path(__file__).parents[2]
PLAN = (
    'title = "T"\nprotocols = ["in"]\n'
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 1"\nto = "in"\notherwise = "cut"\n'
)
#: what makes storing a vote fail: none of it is meant to happen, each in a way of its own
SABOTAGE = [
    "CREATE TRIGGER sabotage BEFORE INSERT ON open_vote BEGIN SELECT RAISE(ABORT, 'sabotage'); END",
    "ALTER TABLE open_vote RENAME COLUMN choice TO sabotage",
    "ALTER TABLE open_vote RENAME TO sabotage",
]


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    with ServerProcess(tmp_path) as server:
        made = Venue(server, PLAN, 3).seat_all()
        yield made
        made.leave()


def test_a_vote_that_cannot_be_stored_leaves_nothing_of_itself_in_what_is_printed(venue: Venue) -> None:
    seats = [id for (id,) in venue.rows("SELECT id FROM seat")]
    venue.act("start", round="A")
    venue.act("open", item=1)
    begun = len(venue.server.printed)
    assert venue.vote(0, "A", {1: "yes"})["ok"]
    for statement in SABOTAGE:
        with closing(sqlite3.connect(venue.server.data / "consensus.db")) as connection:
            connection.execute(statement)
        for place in range(3):
            assert venue.vote(place, "A", {1: "no"})["error"] == "storage"
    knock(venue, "j/AAAA-BBBB-CCCC-DDDD", f"j/{venue.made['seats'][0]}", "sign-in/rubbish", "nowhere")
    venue.leave()
    venue.server.stop()
    printed = "".join(venue.server.printed[begun:])
    (key,) = venue.keys().values()
    traces: dict[str, bytes | str] = {"key": key}
    traces |= {f"hash {seat}": voter(key, seat) for seat in seats} | {f"seat {seat}": seat for seat in seats}
    traces |= {f"token {n}": token for n, token in enumerate(venue.tokens)}
    traces |= {f"secret {n}": secret for n, secret in enumerate(venue.made["seats"])}
    assert found_in({"printed": printed.encode()}, traces) == []
    assert re.findall(r"127\.0\.0\.1|\b(?:yes|no)\b", printed) == []


def knock(venue: Venue, *addresses: str) -> None:
    """Ask for pages, some of which are not there."""
    for address in addresses:
        try:
            urllib.request.urlopen(venue.server.url + address, timeout=20).close()
        except urllib.error.HTTPError as error:
            error.close()


def test_an_error_of_the_database_is_told_without_what_was_to_be_stored(hall: Any, engine: Engine) -> None:
    """Not even by a mistake of ours, of which the whole error is written down."""
    hall.begin().open(1)
    key = hall.keys.get(f"{hall.conference}.r{hall.run}")
    hashed = voter(key, hall.seats[0])
    statement = text("INSERT INTO no_such_table VALUES (:seat, :hash, :choice)")
    with engine.connect() as connection, pytest.raises(Exception, match="no_such_table") as caught:
        connection.execute(statement, {"seat": hall.seats[0], "hash": hashed, "choice": "yes"})
    said = logging.Formatter().formatException((caught.type, caught.value, caught.tb))
    assert found_in({"error": said.encode()}, {"seat": hall.seats[0], "hash": hashed}) == []
    assert "hide_parameters" in said


def test_a_constraint_that_refuses_a_vote_is_told_to_nobody(
    hall: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL names the values in its message; the message goes nowhere."""
    monkeypatch.setattr("consensus.ballot_box.record._choice", lambda ballot, choice: choice)
    hall.begin().open(1)
    answers = BallotBox(hall.sessions, hall.keys).record([hall.submission(0, (1, "perhaps"))])
    assert answers[0] is not None
    assert (answers[0].code, "perhaps" in answers[0].message) == ("storage", False)
    assert caplog.text == ""


def test_the_proxy_that_is_deployed_writes_nothing_of_requests() -> None:
    http = (ROOT / "deploy" / "nginx.conf").read_text("utf-8").partition("http {")[2]
    assert re.findall(r"access_log ([^;]*);", http) == ["off"]
    assert re.findall(r"error_log ([^;]*);", http) == ["/dev/null emerg"]
