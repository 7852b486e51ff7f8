"""Phones in one asyncio loop, each as the page is: a vote is kept until it is answered, and sent again."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from random import Random

from consensus.live.frames import CLOSE, TEXT
from tests.consensus.live.test_frames import sent
from tests.faults.ledger import REFUSED, STORED, Attempt, Ledger, Opening
from tests.faults.stage import Json

HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
#: seconds without an answer after which a phone takes its line anew, as the page does after six
PATIENCE = 2.0
#: how often a vote is sent twice in a row, where that is asked for
DOUBLED = 0.3
LOST = (OSError, EOFError, TimeoutError)


class Phone:
    """One panellist, who votes and votes again on whatever is open."""

    def __init__(self, port: int, seat: str, token: str, ledger: Ledger, chance: Random) -> None:
        self.port, self.seat, self.token, self.ledger, self.chance = port, seat, token, ledger, chance
        self.doubles = False
        self.lines = 0
        self.snapshot: Json | None = None
        self.pending: tuple[Opening, Attempt] | None = None
        self._sent = 0
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._moved = asyncio.Event()

    async def live(self) -> None:
        """Be connected, again and again."""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(self.chance.uniform(0.005, 0.05))
                continue
            try:
                await self._be_connected(reader, writer)
            finally:
                writer.transport.abort()
            await asyncio.sleep(self.chance.uniform(0, 0.05))

    async def _be_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.snapshot, self._answers = None, {}
        self._moved.clear()
        both = [asyncio.create_task(part) for part in (self._listen(reader, writer), self._vote(writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            for result in await asyncio.gather(*both, return_exceptions=True):
                if isinstance(result, BaseException) and not isinstance(result, (*LOST, asyncio.CancelledError)):
                    raise result

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HANDSHAKE)
        async with asyncio.timeout(PATIENCE):  # wait_for would forget that it was cancelled (CPython issue 86296)
            await reader.readuntil(b"\r\n\r\n")
        writer.write(sent(b"40" + json.dumps({"token": self.token}).encode()))
        self.lines += 1
        while True:
            kind, payload = await _frame(reader)
            text = payload.decode() if kind == TEXT else ""
            if kind == CLOSE or text == "41":
                return
            if text == "2":
                writer.write(sent(b"3"))
            elif text.startswith('42["state"'):
                self._see(json.loads(text[2:])[1])
            elif text.startswith("43"):
                number, _, data = text[2:].partition("[")
                with suppress(KeyError, asyncio.InvalidStateError):
                    self._answers[int(number)].set_result(json.loads("[" + data)[0])

    def _see(self, snapshot: Json) -> None:
        if self.snapshot is None or snapshot["revision"] >= self.snapshot["revision"]:
            self.snapshot = snapshot
        self._moved.set()

    def openings(self) -> list[Opening]:
        """What can be voted on now."""
        if self.snapshot is None or self.snapshot["state"] != "voting":
            return []
        items = self.snapshot["paper"] or [self.snapshot["item"]]
        place = (self.snapshot["conference"], self.snapshot["round"]["id"])
        return [Opening(*place, item["number"], item["take"]) for item in items if item and item["state"] == "open"]

    async def _vote(self, writer: asyncio.StreamWriter) -> None:
        again = True  # what is pending on a new line was sent on an earlier one
        while True:
            openings = self.openings()
            if not openings:
                self._moved.clear()
                await self._moved.wait()
                continue
            if self.pending is not None and self.pending[0] not in openings:
                self.pending = None  # it came too late or it is in: nobody will tell
            if self.pending is None:
                again = False
                opening = self.chance.choice(openings)
                assert self.snapshot is not None
                choice = self.chance.choice(self.snapshot["round"]["ballot"]["choices"])
                self.pending = opening, self.ledger.begin(opening, self.seat, choice)
            await self._ask(writer, *self.pending, again)
            again = False
            await asyncio.sleep(self.chance.uniform(0, 0.03))

    async def _ask(self, writer: asyncio.StreamWriter, opening: Opening, attempt: Attempt, again: bool) -> None:
        """Send the vote and settle it by its answer. Raises TimeoutError: no answer is no contact."""
        self._sent += 1
        future = self._answers[self._sent] = asyncio.get_running_loop().create_future()
        vote = {"item": opening.item, "choice": attempt.choice, "take": opening.take}
        message = json.dumps(["vote", {"round": opening.round, "votes": [vote]}])
        frame = sent(f"42{self._sent}{message}".encode())
        doubled = self.doubles and self.chance.random() < DOUBLED
        writer.write(frame + frame if doubled else frame)
        async with asyncio.timeout(PATIENCE):
            answer = await future
        if answer["ok"]:
            self.ledger.settle(attempt, STORED)
        elif answer["error"] == "storage":
            self.ledger.answers["storage"] += 1
            return  # kept, and sent again
        elif not again and not doubled:
            self.ledger.settle(attempt, REFUSED)
        self.pending = None


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readexactly(2)
    size = head[1]
    if size > 125:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    return head[0] & 15, await reader.readexactly(size)
