"""Commands that look after a server while it runs."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from consensus import database
from consensus.cli import main
from consensus.config import Config
from consensus.doctor import examine
from tests.e2e.process import ServerProcess
from tests.forgetful import REDIS, forgetful_redis


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_a_new_sign_in_link_works_beside_the_one_that_was_printed(server: ServerProcess) -> None:
    port = server.url.rstrip("/").rpartition(":")[2]
    link = server.command("sign-in", "--data", str(server.data), "--port", port).strip()
    assert link.startswith(server.url)  # it listens on 127.0.0.1 alone, and that is what answers
    secrets = {address.rpartition("/sign-in/")[2] for address in (link, server.sign_in)}
    assert len(secrets) == 2
    for secret in secrets:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(f"{server.url}sign-in/{secret}", timeout=20) as answer:
            assert answer.url == f"{server.url}facilitate"


def test_the_link_leads_to_the_public_address(
    server: ServerProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(server.environment, "CONSENSUS_URL", "https://vote.example")
    assert server.command("sign-in", "--data", str(tmp_path)).startswith("https://vote.example/sign-in/")


def test_the_doctor_says_that_a_server_answers_this_machine_alone(
    server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consensus.doctor.local_address", lambda: "192.0.2.2")
    monkeypatch.setattr("consensus.addresses.local_address", lambda: "192.0.2.2")
    config = Config.from_environment({}, data_dir=server.data)
    port = int(server.url.rstrip("/").rpartition(":")[2])
    told = {finding.text: finding.well for finding in examine(config, port)}
    alone = [text for text in told if text.startswith(f"phones are sent to {server.url}, which only this machine")]
    assert not told[alone[0]]
    assert not [text for text in told if "192.0.2.2" in text]


@pytest.mark.redis
def test_the_doctor_looks_at_redis(tmp_path: Path) -> None:
    with forgetful_redis():
        config = Config.from_environment({}, data_dir=tmp_path, redis=REDIS, keys=REDIS)
        told = {finding.text: finding.well for finding in examine(config, 1)}
    assert told["the message queue answers"]
    assert told["the Redis for the keys answers and, as far as it tells, writes nothing to a disk"]


def test_the_doctor_says_that_redis_is_away(tmp_path: Path) -> None:
    nobody = "redis://127.0.0.1:1"
    config = Config.from_environment({}, data_dir=tmp_path, redis=nobody, keys=nobody)
    problems = [finding.text for finding in examine(config, 1) if not finding.well]
    assert [text for text in problems if text.startswith("redis: Redis does not answer")]
    assert [text for text in problems if text.startswith("keys: Redis does not answer")]


def test_a_database_that_gives_up_in_the_middle_of_a_command_is_said_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lost(engine: object, revision: str = "head") -> None:
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection\nunexpectedly"))

    monkeypatch.setattr(database, "upgrade", lost)
    with pytest.raises(SystemExit) as stopped:
        main(["db", "upgrade", "--data", str(tmp_path)])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "Nothing was stored (server closed the connection). Try again.\n"
