"""What an expert finds on the disk of a real server: links while a vote is open, nothing once it is sealed.

The votes are cast over real sockets in a known order, some are changed; then the raw bytes of everything that the
server has written are read: database, write-ahead log, keys, temporary files, what it printed, a backup, every export.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consensus.keys import voter
from tests.consensus.traces import files_under, found_in, unpacked
from tests.consensus.venue import Venue
from tests.e2e.process import ServerProcess

LEVELS = ("vote", "paper", "panel")
SEATS = 6
PLAN = """
title = "T"
protocols = ["in"]
anonymity = "{level}"
[[rounds]]
id = "A"
vote_on = "all"
ballot = "yes-no"
advance = "yes >= 50%"
to = "in"
[[rounds]]
id = "B"
vote_on = "held in A"
ballot = "scale 1-9"
pace = "paper"
advance = "median >= 5"
to = "in"
otherwise = "cut"
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")


class Case:
    """One conference under investigation. links: every key met while votes were open, and every hash under it."""

    def __init__(self, server: ServerProcess, level: str, temporary: Path) -> None:
        self.level, self.temporary = level, temporary
        self.venue = Venue(server, PLAN.format(level=level), SEATS).seat_all()
        self.seats = [id for (id,) in self.venue.rows("SELECT id FROM seat")]
        self.links: dict[str, bytes | str] = {}
        secrets = {f"secret {place}": secret for place, secret in enumerate(self.venue.made["seats"])}
        tokens = {f"token {place}": token for place, token in enumerate(self.venue.tokens)}
        self.secrets: dict[str, bytes | str] = {**secrets, **tokens}

    def hold(self, round_id: str, choices: tuple[str, str]) -> None:
        """Vote on all items of a round, one seat after the other; every other seat changes its mind."""
        self.venue.act("start", round=round_id)
        while (step := self.venue.act("next")["steps"]["next"]) is not None and step["action"] == "close":
            state = self.venue.act("next")
            numbers = [state["item"]["number"]] if state["item"] else [item["number"] for item in state["items"]]
            for place in range(SEATS):
                self.cast(place, round_id, numbers, choices[place % 2])
                if place % 2:
                    self.cast(place, round_id, numbers, choices[0] if place % 3 else choices[1])
            self.remember()
            assert self.links_found()
            self.venue.act("close")
            if not any(item["state"] == "waiting" for item in state["items"]):
                return

    def cast(self, place: int, round_id: str, numbers: list[int], choice: str) -> None:
        assert self.venue.vote(place, round_id, dict.fromkeys(numbers, choice)) == {"ok": True}

    def remember(self) -> None:
        """Note the links that exist now."""
        for name, key in self.venue.keys().items():
            self.links[f"key {name}"] = key
            self.links |= {f"hash of {seat} under {name}": voter(key, seat) for seat in self.seats}

    def on_disk(self) -> dict[str, bytes]:
        return files_under(self.venue.server.data, self.temporary)

    def links_found(self) -> list[str]:
        """Which link stands in which file."""
        return [found.replace(f"{self.venue.server.data}/", "") for found in found_in(self.on_disk(), self.links)]

    def links_until_the_end(self) -> list[str]:
        """At level `panel` the key stays until the conference is finished, with the hashes beside the pseudonyms."""
        if self.level != "panel":
            return []
        hashes = [name for name in self.links if name.startswith("hash")]
        (key,) = (name for name in self.links if name.startswith("key"))
        return [*(f"{name} in consensus.db" for name in hashes), f"{key} in keys/{self.venue.id}.panel.key"]


@pytest.fixture(params=LEVELS)
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for variable in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(temporary))
    with ServerProcess(tmp_path) as server:
        found = Case(server, request.param, temporary)
        yield found
        found.venue.leave()


def test_after_the_seal_no_byte_on_the_disk_links_a_vote_to_a_seat(case: Case) -> None:
    case.hold("A", ("no", "yes"))
    case.venue.act("seal")
    assert case.links_found() == case.links_until_the_end()

    case.hold("B", ("3", "7"))
    case.venue.act("seal")
    case.venue.server.kill()
    assert case.links_found() == case.links_until_the_end()

    case.venue.server.start()
    case.venue.act("finish")
    assert case.links_found() == []
    assert case.venue.keys() == {}


def test_what_leaves_the_server_holds_neither_secret_nor_link(case: Case, tmp_path: Path) -> None:
    case.hold("A", ("no", "yes"))
    case.venue.act("seal")
    case.venue.act("finish")
    case.venue.leave()
    documents = unpacked(case.venue.documents())
    backup = case.venue.backup(tmp_path / "backup.db").read_bytes()
    printed = "".join(case.venue.server.printed).encode()
    seats = {f"seat {place}": seat for place, seat in enumerate(case.seats)}
    assert found_in(documents | {"printed": printed}, {**case.links, **case.secrets, **seats}) == []
    assert found_in(case.on_disk() | {"backup": backup}, {**case.links, **case.secrets}) == []
    assert files_under(case.temporary) == {}


def test_after_the_close_no_byte_on_the_disk_links_an_answer_to_a_seat(case: Case) -> None:
    case.hold("A", ("no", "yes"))
    case.venue.act("seal")
    before = case.links_found()
    case.venue.act("open-evaluation")
    words = {f"words {place}": f"words of nobody but {place}" for place in range(SEATS)}
    for place in (4, 1, 5, 0, 3, 2):
        sheet = {"answers": ["satisfied", None, *["neither"] * 4], "comment": f"first thought of {place}"}
        assert case.venue.phones[place].call("evaluation", sheet) == {"ok": True}
        assert case.venue.phones[place].call("evaluation", {**sheet, "comment": words[f"words {place}"]}) == {
            "ok": True
        }
    case.remember()
    case.venue.act("close-evaluation")
    assert [link for link in case.links_found() if "evaluation" in link] == []
    assert set(case.links_found()) == set(before)
    assert {found.partition(" in ")[0] for found in found_in(case.on_disk(), words)} == set(words)
    assert found_in(case.on_disk(), {"replaced": "first thought of"}) == []
