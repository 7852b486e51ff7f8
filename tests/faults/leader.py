"""A facilitator who leads one conference after the other, and now and then thinks better of it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import closing
from random import Random

from tests.faults.stage import Json, Made

PATIENCE = 5.0
#: how often something else is done than the next step, where it can be
ASIDE = 0.2
ASIDES = ("void", "reopen", "undo")


class Leader:
    """Leads over HTTP, each request on a connection of its own."""

    def __init__(self, port: int, chance: Random) -> None:
        self.port, self.chance = port, chance
        self.made: Made | None = None
        self.state: Json | None = None
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    async def lead(self, made: Made) -> None:
        """Lead a conference to its end."""
        self.made, self.state = made, None
        while self.state is None or self.state["state"] != "finished":
            try:
                if self.state is None:
                    await self._look()
                else:
                    await self._take(*self._choose())
            except (OSError, EOFError, TimeoutError):
                await self._come_back()
            await asyncio.sleep(self.chance.uniform(0, 0.08))

    def _choose(self) -> tuple[str, Json]:
        assert self.state is not None
        steps = self.state["steps"]
        asides = [action for action in ASIDES if action in steps["actions"]]
        if asides and self.chance.random() < ASIDE:
            action = self.chance.choice(asides)
            numbers = [item["number"] for item in self.state["items"] if item["state"] != "waiting"]
            item = {"item": self.chance.choice(numbers)} if action != "undo" and numbers else {}
            return action, {"reason": "tried", **item}
        step = dict(steps["next"])
        return step.pop("action"), step

    async def _take(self, action: str, details: Json) -> None:
        assert self.state is not None
        body = {**details, "revision": self.state["revision"]}
        status, answer = await self._request("POST", action, body)
        assert status in (200, 409, 422, 503), answer
        if status == 200:
            self.done[action] += 1
            self.state = answer["state"]
        else:
            self.refused[answer["error"]] += 1
            await self._look()

    async def _look(self) -> None:
        status, self.state = await self._request("GET", "state")
        assert status == 200, self.state

    async def _come_back(self) -> None:
        """After a crash the conference stands where it stood, or one step on: the one that was under way."""
        before = self.state
        while True:
            try:
                await self._look()
            except (OSError, EOFError, TimeoutError):
                await asyncio.sleep(0.01)
                continue
            break
        if before is not None:
            assert self.state is not None
            steps = self.state["revision"] - before["revision"]
            assert steps in (0, 1), f"revision {before['revision']} became {self.state['revision']}"
            if steps == 0:
                assert _standing(self.state) == _standing(before)

    async def _request(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        assert self.made is not None
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            with closing(writer.transport):
                content = json.dumps(body).encode() if body is not None else b""
                head = (
                    f"{method} /api/c/{self.made.id}/{path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
                    f"Authorization: Bearer {self.made.facilitator}\r\nContent-Length: {len(content)}\r\n\r\n"
                )
                writer.write(head.encode() + content)
                answer = await reader.read(-1)
        top, found, rest = answer.partition(b"\r\n\r\n")
        if not found:
            raise EOFError
        try:
            return int(top.split()[1]), json.loads(rest)
        except ValueError:
            raise EOFError from None  # cut off in the middle


def _standing(state: Json) -> Json:
    return {key: state[key] for key in ("state", "round", "item", "items", "protocols", "review")}
