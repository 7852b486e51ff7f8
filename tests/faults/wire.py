"""A bad network between phones and server: it holds bytes back, cuts lines, and brings late what it had taken."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import closing
from random import Random

#: of every piece of traffic: how often it waits, and how long at the most, in seconds
HELD, LONGEST = 0.15, 0.3
#: of every piece of traffic: how often its line is cut for the phone
CUT = 0.01
#: of the lines that are cut: how often the server still gets what was under way, late, while the phone is back already
LATE = 0.7


class Wire:
    """A proxy on a port of its own."""

    def __init__(self, port: int, chance: Random) -> None:
        self.behind, self.chance = port, chance
        self.port = 0
        self.did: Counter[str] = Counter()
        self._lines: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        task.add_done_callback(self._lines.discard)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.behind)
            with closing(back.transport):
                await self._join(reader, writer, there, back)
        except (OSError, asyncio.CancelledError):
            pass  # there is no server now, or the wire is closed
        finally:
            writer.transport.abort()

    async def _join(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.create_task(self._carry(reader, back, writer)),
            asyncio.create_task(self._carry(there, writer, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            writer.transport.abort()
            if self.chance.random() < LATE:
                await asyncio.wait(ways[:1], timeout=2 * LONGEST)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(
        self, here: asyncio.StreamReader, there: asyncio.StreamWriter, phone: asyncio.StreamWriter
    ) -> None:
        """Pass on what comes until one side is gone; what is held back when the line is cut comes late."""
        while True:
            try:
                piece = await here.read(4096)
            except OSError:
                return
            if not piece:
                return
            self.did["passed"] += 1
            held = self.chance.random() < HELD
            if self.chance.random() < CUT:
                self.did["cut"] += 1
                phone.transport.abort()
                held = True
            if held:
                self.did["held"] += 1
                await asyncio.sleep(self.chance.uniform(0, LONGEST))
            if there.is_closing():
                return
            there.write(piece)
