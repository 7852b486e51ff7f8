"""The clock of the server's machine is put right in mid-vote, by a day or by half a century: nobody notices."""

from __future__ import annotations

import struct
import urllib.request
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.consensus.test_channel import PATIENCE, Client
from tests.faults.test_storage import PANEL, trial
from tests.load.peers import compiled

DAY = 24 * 3600
SHIM = Path(__file__).parent / "jumping_clock.c"


class Clock:
    """The time of day, for a server that is started with this environment."""

    def __init__(self, place: Path) -> None:
        self._control = place / "jumping_clock"
        self._control.write_bytes(bytes(8))
        shim = compiled(str(SHIM), place / "jumping_clock.so", "-shared", "-fPIC")
        self.environment = {"LD_PRELOAD": str(shim), "JUMPING_CLOCK": str(self._control)}

    def is_off_by(self, seconds: int) -> None:
        with self._control.open("r+b") as file:
            file.write(struct.pack("l", seconds))


@pytest.mark.compiler
def test_votes_tokens_turnout_and_the_facilitators_page_go_on(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    with trial(tmp_path, environment=clock.environment) as one:
        conference, token = one.hall.made["conference"], one.hall.made["facilitator_token"]
        desk = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        address = f"{one.server.url}facilitate/{conference}"
        desk.open(f"{address}?token={token}", timeout=PATIENCE).close()
        phones = [one.hall.join(seat) for seat in range(3, PANEL)]
        for off in (-DAY, 40 * DAY, -50 * 365 * DAY, 0):
            clock.is_off_by(off)
            desk.open(address, timeout=PATIENCE).close()  # raises where it is refused
            again = Client(one.server.url, phones[0])
            for phone in (one.clients[0], again):
                assert phone.vote({"round": "A", "votes": [{"item": 1, "choice": "no"}]})["ok"]
            again.close()
            until(one.page, {"voted": 2, "of": PANEL})
            state = one.hall.act("void", item=1, reason="tried")
            written = datetime.fromisoformat(state["log"][0]["at"]) - datetime.now(UTC)
            assert abs(written - timedelta(seconds=off)) < timedelta(minutes=5), "the clock has not jumped"
            one.hall.act("open", item=1)


def until(page: Client, turnout: dict[str, int]) -> None:
    """Wait until the facilitator's page shows it."""
    while page.states.get(timeout=PATIENCE)["turnout"] != turnout:
        pass
