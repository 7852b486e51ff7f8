"""A rehearsal that the facilitator asks for: on a copy, in a process of its own, and kept until the next."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from consensus.errors import Refusal
from consensus.intake import ItemRow
from consensus.rehearsals import MOST_PHONES, Rehearsals
from tests.consensus.room import plan_text, round_keys

PATIENCE = 60
PLAN = plan_text(round_keys("A", advance="top 2", ties="advance all"))
ITEMS = [ItemRow(number, f"Item {number}", None, "Why, so", "") for number in (1, 2, 3)]


@pytest.fixture
def rehearsals(tmp_path: Path) -> Iterator[Rehearsals]:
    found = Rehearsals(tmp_path / "rehearsals")
    yield found
    found.stop()


def wait(rehearsals: Rehearsals) -> None:
    """Until the thread that waits for the process has ended."""
    for thread in threading.enumerate():
        if getattr(thread, "_target", None) == rehearsals._wait:
            thread.join(PATIENCE)


def test_phones_run_the_plan_and_leave_outcome_and_documents(rehearsals: Rehearsals) -> None:
    assert rehearsals.newest("abc") is None
    rehearsals.start("abc", PLAN, ITEMS, 5, "en")
    running = rehearsals.newest("abc")
    assert running is not None
    assert (running.state, running.phones) == ("running", 5)
    with pytest.raises(Refusal, match="already"):
        rehearsals.start("abc", PLAN, ITEMS, 5, "en")
    wait(rehearsals)
    done = rehearsals.newest("abc")
    assert done is not None
    assert done.state == "done", done.problem
    assert done.outcome is not None
    (held,) = done.outcome["rounds"]
    assert (held["pool"], held["papers"]) == (3, 5)
    assert {"docx", "pdf", "zip"} <= set(done.documents)
    archive = rehearsals.document("abc", "zip")
    assert archive is not None
    with zipfile.ZipFile(archive) as files:
        assert json.loads(files.read("protocol.json"))["language"] == "en"
    assert rehearsals.document("abc", "exe") is None
    assert rehearsals.document("other", "zip") is None


def test_a_rehearsal_has_nothing_to_do_with_the_server_that_it_was_begun_on(
    rehearsals: Rehearsals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What that one's environment says leads to its own address, database, secret, keys and Redis."""
    for name, value in {
        "URL": "https://vote.invalid/",
        "DATABASE": "postgresql://vote.invalid/consensus",
        "REDIS": "redis://vote.invalid:6379/0",
        "KEYS": "redis://vote.invalid:6379/0",
        "SECRET_KEY": "another",
    }.items():
        monkeypatch.setenv(f"CONSENSUS_{name}", value)
    rehearsals.start("abc", PLAN, ITEMS, 2, "en")
    wait(rehearsals)
    done = rehearsals.newest("abc")
    assert done is not None
    assert done.state == "done", done.problem


def test_what_goes_wrong_is_said_and_can_be_tried_again(rehearsals: Rehearsals) -> None:
    rehearsals.start("abc", PLAN.replace('"yes-no"', '"shout"'), ITEMS, 2, "en")
    wait(rehearsals)
    failed = rehearsals.newest("abc")
    assert failed is not None
    assert failed.state == "failed"
    assert "plan.toml" in failed.problem
    rehearsals.start("abc", PLAN, ITEMS, 2, "en")
    assert len(list((rehearsals._place / "abc").iterdir())) == 1


def test_one_that_is_ended_leaves_neither_server_nor_files(
    rehearsals: Rehearsals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    rehearsals.start("abc", PLAN, ITEMS, 5, "en")
    deadline = time.monotonic() + PATIENCE
    while not servers_in(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    rehearsals.stop()
    wait(rehearsals)
    assert servers_in(tmp_path) == []
    assert list(tmp_path.glob("consensus-rehearsal-*")) == []
    ended = rehearsals.newest("abc")
    assert ended is not None
    assert (ended.state, ended.problem) == ("failed", "")


def servers_in(place: Path) -> list[str]:
    """The commands of the servers whose data lies in a place."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(command.read_text("utf-8", "replace").replace("\0", " "))
    return [command for command in found if " serve " in command and str(place) in command]


@pytest.mark.parametrize("phones", [0, MOST_PHONES + 1])
def test_a_rehearsal_has_a_number_of_phones_that_can_be(rehearsals: Rehearsals, phones: int) -> None:
    with pytest.raises(Refusal):
        rehearsals.start("abc", PLAN, ITEMS, phones, "en")
    assert rehearsals.newest("abc") is None


def test_one_that_the_servers_end_cut_off_is_said_to_be(rehearsals: Rehearsals) -> None:
    folder = rehearsals._place / "abc" / "1"
    folder.mkdir(parents=True)
    (folder / "asked.json").write_text(json.dumps({"phones": 3, "at": 0}))
    found = rehearsals.newest("abc")
    assert found is not None
    assert found.state == "interrupted"
