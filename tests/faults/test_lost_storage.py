"""What votes are stored in goes bad, while the server runs or before: it says so, and goes on by itself afterwards."""

from __future__ import annotations

import errno
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text

from consensus.database import BUSY_SECONDS, connect
from tests.consensus.conftest import POSTGRES, postgres_schema
from tests.e2e.process import ServerProcess
from tests.faults.test_storage import Trial, trial
from tests.faults.trouble import BadDisk, Passage
from tests.program import COMMAND, PATIENCE

#: full, made read-only by the system, broken
BAD = (errno.ENOSPC, errno.EROFS, errno.EIO)


@pytest.fixture
def disk(tmp_path: Path) -> BadDisk:
    return BadDisk(tmp_path / "data", tmp_path)


@pytest.fixture
def schema() -> Iterator[str]:
    with postgres_schema() as schema:
        yield f"?options=-csearch_path%3D{schema}"


def run(server: ServerProcess, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the server's disk."""
    arguments = [*COMMAND, *command, *server.where]
    return subprocess.run(
        arguments, capture_output=True, text=True, timeout=PATIENCE, check=False, env=server.environment
    )


def is_refused_and_told(one: Trial) -> None:
    one.vote_until("storage")
    one.is_told(True)
    assert str(one.troubles[-1]).startswith("Nothing was stored (")
    assert one.refused("close")["error"] == "storage"


def everyone_looks(one: Trial) -> None:
    """Many read at once, so that connections are opened while the disk is bad."""
    path = f"api/c/{one.hall.made['conference']}/state"
    headers = {"Authorization": f"Bearer {one.hall.made['facilitator_token']}"}

    def look(_: int) -> bool:
        with urlopen(Request(one.server.url + path, headers=headers), timeout=PATIENCE) as answer:
            return bool(answer.read())

    with ThreadPoolExecutor(16) as looking:
        assert all(looking.map(look, range(64)))


def votes_are_stored_again(one: Trial) -> None:
    """At the second try at the latest, whichever connection takes them."""
    for choice in ("yes", "no") * 10:
        assert "" in (one.vote(0, choice), one.vote(0, choice))


@pytest.mark.compiler
def test_a_disk_that_goes_bad_in_mid_vote(tmp_path: Path, disk: BadDisk) -> None:
    with trial(tmp_path, environment=disk.environment) as one:
        for error in BAD:
            disk.begin(error)
            is_refused_and_told(one)
            everyone_looks(one)
            disk.end()
            votes_are_stored_again(one)
            one.is_told(False)
        one.goes_on()


@pytest.mark.compiler
def test_a_round_is_not_sealed_on_a_disk_that_goes_bad_but_afterwards(tmp_path: Path, disk: BadDisk) -> None:
    with trial(tmp_path, environment=disk.environment) as one:
        one.counts_each_once()
        for step in ("next", "close", "next", "close", "next"):
            one.hall.act(step)
        for error in BAD:
            disk.begin(error)
            assert one.refused("seal")["error"] == "storage"
        disk.end()
        state = one.hall.act("seal")
        assert state["state"] == "sealed"
        assert state["review"]["groups"][0]["items"][0]["counts"] == {"yes": 2, "no": 1}
        kept = [path.name for path in (one.server.data / "keys").iterdir()]
        assert kept == [f"{one.hall.made['conference']}.cards.key"]


@pytest.mark.compiler
def test_a_server_that_is_started_on_a_bad_disk_says_so_and_starts_on_a_good_one(tmp_path: Path, disk: BadDisk) -> None:
    with trial(tmp_path, environment=disk.environment) as one:
        one.vote_until("")
        one.server.kill()
        for error in BAD:
            disk.begin(error)
            serve = run(one.server, "serve", "--host", "127.0.0.1", "--port", "0")
            assert serve.returncode == 2, serve.stderr
            assert "Traceback" not in serve.stderr
            assert re.search("Nothing was stored|cannot be reached", serve.stderr.splitlines()[-1])
        assert "problem what is stored cannot be read or written" in run(one.server, "doctor").stdout
        disk.end()
        one.server.start()
        assert one.hall.act("close")["result"]["counts"]["yes"] == 1
    assert any("item 1 is open" in line for line in one.server.printed)


@pytest.mark.postgres
def test_a_connection_to_the_database_that_is_lost(tmp_path: Path, schema: str) -> None:
    with (
        closing(Passage(("127.0.0.1", 5432))) as passage,
        trial(tmp_path, database=POSTGRES.replace("5432", str(passage.port)) + schema) as one,
    ):
        passage.begin()
        is_refused_and_told(one)
        passage.end()
        one.goes_on()


@pytest.mark.postgres
def test_tables_that_another_program_holds(tmp_path: Path, schema: str) -> None:
    other = connect(POSTGRES + schema)
    with trial(tmp_path, database=POSTGRES + schema) as one:
        with other.begin() as holding:
            holding.execute(text("LOCK TABLE run IN EXCLUSIVE MODE"))
            one.vote_until("storage")
            one.is_told(True)
            assert "lock timeout" in str(one.troubles[-1])
        one.goes_on()
    other.dispose()


@pytest.mark.postgres
def test_a_database_server_that_is_gone_without_a_word_is_not_waited_for() -> None:
    engine = connect(POSTGRES)
    with closing(engine.raw_connection()) as raw:
        parameters = raw.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
    engine.dispose()
    assert int(parameters["tcp_user_timeout"]) == BUSY_SECONDS * 1000
    assert int(parameters["keepalives_idle"]) == BUSY_SECONDS
