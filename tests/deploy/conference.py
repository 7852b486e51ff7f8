"""A conference that is held through the proxy."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from redis import Redis

from consensus.redis_keys import PREFIX
from tests.deploy.clients import Client, Json
from tests.deploy.site import Proxy, Worker
from tests.wire import Wire

PLAN = (
    'title = "T"\nprotocols = ["in"]\n'
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 1"\nto = "in"\notherwise = "cut"\n'
)
ITEMS = "number,text\n1,One\n2,Two\n3,Three\n"
PANEL = 24


class Site(NamedTuple):
    """What the conference is held on. wire: between the workers and the Redis that is their message queue."""

    proxy: Proxy
    workers: list[Worker]
    wire: Wire
    redis: Redis


class Conference:
    """A conference, its facilitator and its panel, all of them behind the proxy."""

    def __init__(self, site: Site, place: Path) -> None:
        self.site, self.proxy = site, site.proxy
        (place / "plan.toml").write_text(PLAN, "utf-8")
        (place / "items.csv").write_text(ITEMS, "utf-8")
        files = ("--plan", str(place / "plan.toml"), "--items", str(place / "items.csv"))
        self.made = json.loads(site.workers[0].command("create", *files, "--seats", str(PANEL), "--json"))
        self.id = self.made["conference"]
        self.lanes = [self.proxy.lane_to(worker.port) for worker in site.workers]
        self.turn = 0
        self.took: list[float] = []
        self.phones: list[Client] = []
        self.facilitator = self.client(self.made["facilitator_token"], lane=self.lanes[1])

    def client(self, token: str, **how: Any) -> Client:
        return Client(self.proxy, token, **how).connect()

    def join(self, seat: int, lane: str) -> str:
        status, _, answer = self.proxy.ask(f"api/join?lane={lane}", {"seat": self.made["seats"][seat]})
        assert status == 200, answer
        return str(json.loads(answer)["token"])

    def seat_all(self) -> None:
        """A third by lane, a third by address, a third polling, of those every other one by lane."""
        for seat in range(PANEL):
            token = self.join(seat, self.lanes[seat % 2])
            by_lane = seat % 3 == 0 or (seat % 3 == 2 and seat % 2 == 0)
            how: Json = {"lane": f"phone-{seat}"} if by_lane else {"address": f"198.51.100.{seat}"}
            self.phones.append(self.client(token, **how, polling=seat % 3 == 2))

    def act(self, action: str, **body: Any) -> Json:
        """Lead, through one worker and the other by turns, and wait until everyone has seen it."""
        self.turn += 1
        state = self.send(action, self.lanes[self.turn % 2], **body)
        begun = time.monotonic()
        for client in (*self.phones, self.facilitator):
            client.sees(lambda snapshot: snapshot["revision"] == state["revision"])
        self.took.append(time.monotonic() - begun)
        return state

    def send(self, action: str, lane: str, **body: Any) -> Json:
        token = f"Bearer {self.made['facilitator_token']}"
        status, _, answer = self.proxy.ask(f"api/c/{self.id}/{action}?lane={lane}", body, Authorization=token)
        assert status == 200, answer
        found: Json = json.loads(answer)["state"]
        return found

    def ask_for(self, action: str, lane: str, **body: Any) -> Json:
        """Ask for something about seats; the whole answer, a refusal too."""
        token = f"Bearer {self.made['facilitator_token']}"
        _, _, answer = self.proxy.ask(f"api/c/{self.id}/{action}?lane={lane}", body, Authorization=token)
        found: Json = json.loads(answer)
        return found

    def vote(self, item: int, choices: list[str], after: int = PANEL, do: Callable[[], None] | None = None) -> None:
        """Let every phone vote at once, and wait until all votes are acknowledged. do: after so many of them."""
        with ThreadPoolExecutor(PANEL) as pool:
            asked = [pool.submit(self._vote, place, item, choice) for place, choice in enumerate(choices)]
            for number, one in enumerate(as_completed(asked), 1):
                assert one.result() == {"ok": True}
                if number == after and do is not None:
                    do()

    def _vote(self, place: int, item: int, choice: str) -> Json:
        return self.phones[place].vote({"round": "A", "votes": [{"item": item, "choice": choice}]})

    def all_have_voted(self) -> None:
        self.facilitator.sees(lambda state: state["turnout"] == {"voted": PANEL, "of": PANEL})

    def keys(self) -> list[str]:
        found = [name.decode().removeprefix(f"{PREFIX}{self.id}.") for name in self.site.redis.scan_iter(f"{PREFIX}*")]
        return sorted(name for name in found if not name.startswith(PREFIX))

    def close(self) -> None:
        for client in (*self.phones, self.facilitator):
            client.close()
        for name in self.site.redis.scan_iter(f"{PREFIX}{self.id}.*"):
            self.site.redis.delete(name)
