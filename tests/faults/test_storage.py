"""A disk that is full or read-only, a database that is locked or lost: said clearly, nothing acknowledged in vain.

Votes that cannot be stored are answered `storage`, which phones keep and send again; the facilitator is told, on the
page and as the answer to actions; and once the trouble is over everything goes on by itself.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from consensus.database import connect
from consensus.tokens import Phone, issue, read
from tests.consensus.conftest import POSTGRES, postgres_schema
from tests.consensus.test_channel import ITEMS, PATIENCE, PLAN, Client, Hall
from tests.e2e.process import ServerProcess
from tests.program import COMMAND

PANEL = 12
MIB = 1 << 20


class Trial:
    """A server in mid-vote, with phones and a facilitator's page."""

    def __init__(self, server: ServerProcess) -> None:
        self.server, self.hall = server, Hall(server, PLAN, ITEMS, PANEL)
        self.hall.act("start", round="A")
        self.hall.act("open", item=1)
        self.clients = [Client(server.url, self.hall.join(seat)) for seat in range(3)]
        self.page = Client(server.url, self.hall.made["facilitator_token"])
        self.troubles: list[str | None] = []
        self.page.socket.on("trouble", lambda told: self.troubles.append(told["message"]))

    def vote(self, place: int, choice: str) -> str:
        """The answer's error; empty if the vote is stored."""
        answer = self.clients[place].vote({"round": "A", "votes": [{"item": 1, "choice": choice, "take": 1}]})
        return str(answer.get("error", ""))

    def vote_until(self, wanted: str, place: int = 0) -> None:
        """Vote until it is answered so; each vote differs from the one before."""
        end = time.monotonic() + PATIENCE
        for choice in _in_turn():
            found = self.vote(place, choice)
            if found == wanted:
                return
            assert found in ("", "storage")
            assert time.monotonic() < end

    def refused(self, action: str, **details: Any) -> dict[str, Any]:
        made = self.hall.made
        status, answer = self.hall.post(f"api/c/{made['conference']}/{action}", details, made["facilitator_token"])
        assert status == 503, answer
        return answer

    def is_told(self, trouble: bool) -> None:
        """The facilitator's page hears of it."""
        end = time.monotonic() + PATIENCE
        while not self.troubles or (self.troubles[-1] is not None) != trouble:
            assert time.monotonic() < end
            self.page.socket.sleep(0.01)

    def goes_on(self) -> None:
        """After the trouble: what was kept is sent again, and counts once."""
        self.vote_until("")
        self.is_told(False)
        self.counts_each_once()

    def counts_each_once(self) -> None:
        self.vote_until("")
        for place, choice in enumerate(("yes", "no", "yes")):
            assert self.vote(place, choice) == ""
        assert self.hall.act("close")["result"]["counts"] == {"yes": 2, "no": 1}
        assert not [line for line in self.server.printed if "Traceback" in line]

    def end(self) -> None:
        for client in [*self.clients, self.page]:
            client.close()


def _in_turn() -> Iterator[str]:
    while True:
        yield from ("yes", "no")


@contextlib.contextmanager
def trial(place: Path, **how: Any) -> Iterator[Trial]:
    with ServerProcess(place, **how) as server:
        one = Trial(server)
        try:
            yield one
        finally:
            one.end()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        if os.environ.get("CI") == "true":
            pytest.fail(f"a file system cannot be mounted: {mounted.stderr.decode()}")
        pytest.skip("only root can mount a file system of its own")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    with trial(small_disk) as one:
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        one.vote_until("storage")
        one.is_told(True)
        assert "full" in str(one.troubles[-1])
        answer = one.refused("close")
        assert (answer["error"], "full" in answer["message"]) == ("storage", True)
        filler.unlink()
        one.goes_on()


def test_a_disk_that_fails(tmp_path: Path) -> None:
    with trial(tmp_path) as one:
        assert one.server.process is not None
        _, most = resource.prlimit(one.server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(one.server.process.pid, resource.RLIMIT_FSIZE, (0, most))  # no byte can be written
        one.vote_until("storage")
        one.is_told(True)
        assert one.refused("close")["error"] == "storage"
        resource.prlimit(one.server.process.pid, resource.RLIMIT_FSIZE, (most, most))
        one.goes_on()


def test_a_server_does_not_start_on_a_disk_that_is_read_only_and_says_so(small_disk: Path) -> None:
    with ServerProcess(small_disk) as server:
        server.stop()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    done = subprocess.run(
        [*COMMAND, "serve", "--port", "0", "--data", str(server.data)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "readonly" in line or "read-only" in line.lower()


def test_a_database_that_another_program_has_locked(tmp_path: Path) -> None:
    with trial(tmp_path) as one:
        other = sqlite3.connect(one.server.data / "consensus.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        one.vote_until("storage")
        one.is_told(True)
        assert "locked" in str(one.troubles[-1])
        other.execute("ROLLBACK")
        other.close()
        one.goes_on()


@pytest.mark.postgres
def test_a_database_server_that_hangs_up(tmp_path: Path) -> None:
    with postgres_schema() as schema:
        url = f"{POSTGRES}?options=-csearch_path%3D{schema}&application_name={schema}"
        with trial(tmp_path, database=url) as one:
            ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
            server = connect(POSTGRES)
            for _ in range(5):
                one.vote_until("")
                with server.begin() as connection:
                    connection.execute(ended, {"name": schema})
            server.dispose()
            one.counts_each_once()


def test_a_clock_that_jumps_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue("secret", Phone("c", "seat", 1))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert read("secret", token) == Phone("c", "seat", 1)
