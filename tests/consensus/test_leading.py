"""The stage over a real server: who may set it, who hears of it, what survives a restart, what time it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import socketio

from tests.consensus.test_channel import PATIENCE, Client, Hall, hang_up
from tests.e2e.process import ServerProcess


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as server:
        yield Hall(server)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_client_is_told_what_time_it_is(hall: Hall, transport: str) -> None:
    client = socketio.Client(reconnection=False)
    client.connect(hall.server.url, auth={"token": hall.join(0)}, transports=[transport], wait_timeout=PATIENCE)
    before = time.time()
    told = client.call("clock", None, timeout=PATIENCE)["now"]
    assert before - 0.01 <= told <= time.time() + 0.01
    hang_up(client)


@pytest.mark.parametrize("what", ["display", "timer", "pace", "what-if"])
def test_only_a_facilitator_sets_the_stage(hall: Hall, what: str) -> None:
    for token in (hall.join(1), ""):
        status, answer = hall.post(f"api/c/{hall.made['conference']}/{what}", {}, token)
        assert (status, answer["error"]) == (403, "not-allowed")


def test_what_is_set_is_sent_at_once_and_stands_after_a_restart(tmp_path: Path) -> None:
    with ServerProcess(tmp_path) as server:
        hall = Hall(server)
        hall.act("start", round="A")
        hall.act("next")
        client = Client(server.url, hall.made["facilitator_token"])
        hall.act("pace", on=True, close_after=600)
        hall.act("timer", do="start", seconds=600)
        hall.act("display", blank=True, frozen=True, zoom=125)
        while (seen := client.states.get(timeout=PATIENCE))["display"]["zoom"] != 125:
            pass
        assert seen["pace"]["on"]
        assert seen["automatic"]["action"] == "close"
        client.close()
        server.kill()
        server.start()
        client = Client(server.url, hall.made["facilitator_token"])
        while (again := client.states.get(timeout=PATIENCE))["pace"]["on"]:  # it is paused in the first moment
            pass
        assert again["display"] == {"blank": True, "frozen": True, "zoom": 125}
        assert again["timer"] == seen["timer"]
        assert again["automatic"] is None
        assert again["log"][0] == {**again["log"][0], "actor": "program", "action": "pace", "details": {"on": False}}
        client.close()


def test_a_step_comes_by_itself(hall: Hall) -> None:
    client = Client(hall.server.url, hall.made["facilitator_token"])
    hall.act("start", round="A")
    hall.act("next")
    hall.act("pace", on=True, close_after=1, open_after=0)
    assert client.until("closed")["log"][0]["actor"] == "program"
    while (seen := client.until("voting"))["item"]["number"] != 2:
        pass
    hall.act("pace", on=False)
    assert [entry["actor"] for entry in seen["log"][:2]] == ["program", "program"]
    client.close()
