"""What processes tell each other comes in any order, or not at all: clients see the newest all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent.queue import Queue

from consensus import facilitation
from consensus.app import create_app
from consensus.config import Config
from consensus.intake import ItemRow
from consensus.live import AUDIENCES, Live
from consensus.services import EXTENSION, Services
from rounds import read_plan

PATIENCE = 10
PLAN = """
title = "T"
protocols = ["in"]
[[rounds]]
id = "A"
vote_on = "all"
ballot = "yes-no"
advance = "top 1"
to = "in"
otherwise = "cut"
"""


class Worker:
    """One process with a conference. sent: what its own clients are sent, as (audience, payload)."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        app = create_app(Config.from_environment({}, data_dir=place))
        self.live: Live = app.extensions["live"]
        self.parts: Services = app.extensions[EXTENSION]
        self.sent: Queue[tuple[str, Any]] = Queue()
        with self.parts.sessions.begin() as session:
            row = ItemRow(1, "One", None, "", "")
            made, _ = facilitation.create(session, self.parts.keys, plan=read_plan(PLAN), items=[row], seats=3)
            self.id, self.revision = made.id, made.revision
        monkeypatch.setattr(
            self.live.lines, "emit", lambda room, name, data: self.sent.put((room.partition("/")[2], data))
        )

    def hears(self, audience: str, event: str, data: Any) -> None:
        """Another process has sent something."""
        self.live._rooms.emit(event, data, "/", f"{self.id}/{audience}", ignore_queue=True)

    def looks(self) -> None:
        self.live.threads.run(self.live._send_changes, {f"{self.id}/{audience}" for audience in AUDIENCES})

    def next(self) -> tuple[str, Any]:
        return self.sent.get(timeout=PATIENCE)


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    made = Worker(tmp_path, monkeypatch)
    yield made
    made.parts.engine.dispose()


def test_an_older_snapshot_is_not_sent_after_a_newer_one(worker: Worker) -> None:
    for revision in (5, 4, 5, 6):
        worker.hears("phone", "state", {"revision": revision})
    worker.hears("screen", "state", {"revision": 4})
    told = [worker.next() for _ in range(4)]
    assert [(audience, data["revision"]) for audience, data in told] == [
        ("phone", 5),
        ("phone", 5),
        ("phone", 6),
        ("screen", 4),
    ]


def test_a_look_makes_up_for_what_one_audience_was_not_told(worker: Worker) -> None:
    """Of the messages about one step the last may have come, and the first not."""
    worker.hears("phone", "state", {"revision": worker.revision - 1})
    for audience in ("screen", "facilitator"):
        worker.hears(audience, "state", {"revision": worker.revision, "state": "lobby"})
    for _ in range(3):
        worker.next()
    worker.looks()
    audience, snapshot = worker.next()
    assert (audience, snapshot["revision"], snapshot["audience"]) == ("phone", worker.revision, "phone")
    assert worker.sent.empty()


def test_turnout_that_another_process_has_counted_too_early_is_counted_anew(worker: Worker) -> None:
    worker.live._shared = True
    worker.looks()
    known = dict(worker.next() for _ in range(3))
    worker.looks()
    assert worker.sent.empty()  # nothing is sent twice
    worker.hears("facilitator", "state", {**known["facilitator"], "present": 99})
    assert worker.next()[1]["present"] == 99
    worker.looks()
    assert worker.next() == ("facilitator", known["facilitator"])


def test_whichever_process_stores_the_next_vote_tells_that_the_trouble_is_over(worker: Worker) -> None:
    worker.hears("facilitator", "trouble", {"message": "Nothing was stored."})
    assert worker.next()[1] == {"message": "Nothing was stored."}
    worker.live._stored({worker.id}, {})
    assert worker.next() == ("facilitator", {"message": None})
    worker.live._stored({worker.id}, {})
    assert worker.sent.empty()
