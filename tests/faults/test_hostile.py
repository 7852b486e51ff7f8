"""Ten thousand hostile messages in the middle of a vote: nothing breaks, nothing changes, nobody is kept waiting.

Written against the public protocol alone, so that any way of serving it can be tried.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from http.cookiejar import CookieJar
from itertools import cycle
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.consensus.venue import PATIENCE, Venue
from tests.e2e.process import ServerProcess
from tests.faults import rubbish
from tests.faults.attackers import Attackers, idle
from tests.faults.rubbish import Loot

PLAN = (
    'title = "T"\nprotocols = ["in"]\n'
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 1"\nto = "in"\notherwise = "cut"\n'
)
HONEST = 12
HALF = 5000
IDLE = 1000
#: how much more memory the second half of the messages may leave behind than the first, in kB
GROWTH = 10_000
#: sockets that may be left a while longer: of sessions that are over only when a ping has not been answered
LEFT = 25
SEED = int(os.environ.get("CONSENSUS_SEED", "2014"))


class HonestPhone(Thread):
    """Votes and changes its mind until told to stop. `last` is the vote that was acknowledged last."""

    def __init__(self, venue: Venue, place: int, stop: Event) -> None:
        super().__init__(name=f"phone {place}")
        self.venue, self.place, self.stop = venue, place, stop
        self.last = ""
        self.acknowledged = 0
        self.longest = 0.0
        self.problem = ""

    def run(self) -> None:
        for choice in cycle(("yes", "no", "no")):
            begun = time.monotonic()
            try:
                answer = self.venue.vote(self.place, "A", {1: choice})
            except Exception as error:
                self.problem = f"{self.name}: {error!r}"
                return
            self.longest = max(self.longest, time.monotonic() - begun)
            if answer != {"ok": True}:
                self.problem = f"{self.name}: {answer}"
                return
            self.last, self.acknowledged = choice, self.acknowledged + 1
            if self.stop.wait(0.1 + self.place / 100):
                return


class Attacked:
    """A vote under way, with its honest phones, and what an attacker may know of it."""

    def __init__(self, server: ServerProcess) -> None:
        self.venue = Venue(server, PLAN, HONEST + 2)
        other = Venue(server, PLAN, 2)
        moved = self._token(self.venue, 0)
        seat = self._token(self.venue, HONEST)
        self.venue.tokens = [self._token(self.venue, place) for place in range(HONEST)]
        self.venue.connect()
        self.leader = str(self.venue.made["facilitator_token"])
        tokens = (moved, self._token(other, 0), self._screen(), str(other.made["facilitator_token"]))
        self.loot = Loot(self.venue.id, tokens, self.leader, seat)
        self.venue.act("start", round="A")
        self.venue.act("open", item=1)
        self.stop = Event()
        self.phones = [HonestPhone(self.venue, place, self.stop) for place in range(HONEST)]
        self.port = urlsplit(server.url).port or 0
        assert server.process is not None
        self.process = Path(f"/proc/{server.process.pid}")

    @staticmethod
    def _token(venue: Venue, place: int) -> str:
        return str(venue.post("api/join", {"seat": venue.made["seats"][place]})["token"])

    def _screen(self) -> str:
        """The screen's token, as it stands on the facilitator's page."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with browser.open(
            f"{self.venue.server.url}facilitate/{self.venue.id}?token={self.venue.made['facilitator_token']}"
        ) as page:
            found = re.search(r"/screen/\w+#([\w.-]+)", page.read().decode())
        assert found
        return found[1]

    def state(self) -> dict[str, Any]:
        """The facilitator's snapshot, without what honest votes move."""
        headers = {"Authorization": f"Bearer {self.leader}"}
        asked = urllib.request.Request(f"{self.venue.server.url}api/c/{self.venue.id}/state", headers=headers)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            found: dict[str, Any] = json.load(answer)
        assert found.pop("turnout") == {"voted": HONEST, "of": HONEST + 1}
        return found

    def kilobytes(self) -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", (self.process / "status").read_text())
        assert found
        return int(found[1])

    def connections(self) -> int:
        """How many sockets the server has open."""
        found = 0
        for file in (self.process / "fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed since it was listed
                found += os.readlink(file).startswith("socket:")
        return found

    def settled(self, connections: int) -> None:
        """Wait until the server has let go of every connection but those."""
        deadline = time.monotonic() + PATIENCE
        while (left := self.connections()) > connections:
            assert time.monotonic() < deadline, f"{left} open files instead of {connections}"
            self.stop.wait(0.05)


@pytest.fixture
def attacked(tmp_path: Path) -> Iterator[Attacked]:
    with ServerProcess(tmp_path) as server:
        made = Attacked(server)
        yield made
        made.stop.set()
        made.venue.leave()


async def flood(attacked: Attacked, attackers: Attackers) -> None:
    """Half of all the messages, while a thousand connections stand idle."""
    held = await idle(attacked.port, IDLE)
    try:
        await attackers.attack(HALF)
    finally:
        for writer in held:
            writer.close()


async def both_halves(attacked: Attacked, attackers: Attackers, connections: int) -> list[int]:
    """The server's memory after each half of the messages, in kB."""
    found = []
    for _ in range(2):
        await flood(attacked, attackers)
        await asyncio.to_thread(attacked.settled, connections)
        found.append(attacked.kilobytes())
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="memory and open files of another process are read in /proc")
def test_ten_thousand_hostile_messages_change_nothing_and_keep_nobody_waiting(attacked: Attacked) -> None:
    for phone in attacked.phones:
        phone.start()
    while not all(phone.last or phone.problem for phone in attacked.phones):
        attacked.stop.wait(0.05)
    before, connections = attacked.state(), attacked.connections()
    attackers = Attackers(attacked.port, attacked.loot, SEED)
    memory = asyncio.run(both_halves(attacked, attackers, connections + LEFT))
    after = attacked.state()
    votes_meanwhile = min(phone.acknowledged for phone in attacked.phones)
    attacked.stop.set()
    for phone in attacked.phones:
        phone.join(PATIENCE)

    assert attackers.sent >= 2 * HALF
    assert attackers.failed == []
    assert attackers.accepted == []
    assert attackers.silent == []
    assert [phone.problem for phone in attacked.phones] == [""] * HONEST
    assert votes_meanwhile > 10
    assert after == before
    counts = Counter(phone.last for phone in attacked.phones)
    assert attacked.venue.act("close")["result"]["counts"] == {"yes": counts["yes"], "no": counts["no"]}
    assert mistakes(attacked) == []
    assert memory[1] - memory[0] < GROWTH


def mistakes(attacked: Attacked) -> list[str]:
    """What the server wrote about mistakes of its own."""
    return [line for line in attacked.venue.server.printed if "Traceback" in line]


@pytest.mark.parametrize(
    "kind",
    [
        "requests",
        "handshakes",
        "events",
    ],
)
def test_what_a_library_stumbles_over_is_no_mistake_of_the_servers(attacked: Attacked, kind: str) -> None:
    attackers = Attackers(attacked.port, attacked.loot, SEED)

    async def send() -> None:
        for one in {"requests": rubbish.BROKEN_OFF, "handshakes": rubbish.NO_SHAKES}.get(kind, ()):
            await attackers.alone(one)
        if kind == "events":
            for token in attacked.loot.tokens * 3:
                await attackers.poll([rubbish.connect(token), *rubbish.RESERVED])

    asyncio.run(send())
    assert (attackers.failed, attackers.silent, mistakes(attacked)) == ([], [], [])
