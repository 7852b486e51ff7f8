"""Those who send rubbish: many connections at once, each to its end. What they are answered is kept."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from random import Random

from tests.faults import rubbish
from tests.faults.rubbish import Loot

AT_ONCE = 40
#: seconds within which a connection that has said all it has to say must be over
PATIENCE = 20
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
ACCEPTED = b'"ok":true'
BRIM = b"2brim"  # a ping of ours: once it is answered, what was sent before has been heard


class Attackers:
    """statuses: of every HTTP answer; failed: what was answered by a 5xx; accepted: votes that were taken; silent: what
    was neither answered nor hung up on."""

    def __init__(self, port: int, loot: Loot, seed: int) -> None:
        self.port, self.loot, self.random = port, loot, Random(seed)
        self.sent = 0
        self.statuses: Counter[int] = Counter()
        self.failed: list[bytes] = []
        self.accepted: list[bytes] = []
        self.silent: list[bytes] = []
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def attack(self, messages: int) -> None:
        """Send so many messages, half of them as HTTP."""
        requests, packets = messages * 4 // 10, messages * 4 // 10
        each = messages // 20
        await asyncio.gather(
            *(self._requests(10) for _ in range(requests // 10)),
            *(self._session(20) for _ in range(packets // 20)),
            *(self.alone(rubbish.no_request(self.random)) for _ in range(each)),
            *(self.alone(self.random.choice(rubbish.SHAKES)) for _ in range(each)),
            *(self.alone(rubbish.SHAKE, rubbish.bad_frames(self.random)) for _ in range(each)),
            *(self._polling(5) for _ in range(each // 5)),
        )

    async def _requests(self, count: int) -> None:
        await self.alone(*(rubbish.request(self.random, self.loot) for _ in range(count)))

    async def alone(self, *parts: bytes, patience: float = PATIENCE) -> bytes:
        """Send all of it at once, say that there is no more, and read the answers to the end."""
        self.sent += len(parts) - (parts[0] == rubbish.SHAKE)
        async with self._gate:
            answered = b""
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"".join(parts))
                writer.write_eof()
                answered = await asyncio.wait_for(reader.read(-1), patience)
            except TimeoutError:
                if patience == PATIENCE:
                    self.silent.append(parts[-1][:300])
            except OSError:
                pass  # hung up on, and rightly so
            finally:
                writer.close()
        self._look_at(answered, b" | ".join(part[:200] for part in parts))
        return answered

    async def _session(self, count: int) -> None:
        """Connect as somebody, send packets, and connect again whenever the server hangs up."""
        left = count
        self.sent += count
        async with self._gate:
            while left > 0:
                left -= await self._line(left)

    async def _line(self, most: int) -> int:
        """Send packets on one WebSocket; return how many."""
        random, loot = self.random, self.loot
        token = random.choice((loot.seat, loot.leader, *loot.tokens, loot.forged(random)))
        packets = [rubbish.packet(random, loot) for _ in range(most)]
        if token is not loot.seat:
            packets[0] = rubbish.GOOD_VOTE
        ended = 0
        answered = b""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(rubbish.SHAKE + rubbish.frame(rubbish.connect(token)))
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            for ended, one in enumerate(packets, start=1):
                writer.write(rubbish.frame(one) + rubbish.frame(BRIM + b"%d" % ended))
                answered += (heard := await self._until(reader, b"3brim%d" % ended))
                if not heard:
                    break
        except TimeoutError:
            self.silent.append(packets[ended - 1][:300])
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
        self._look_at(answered, b" | ".join(one[:200] for one in packets[:ended]))
        return max(ended, 1)

    async def _until(self, reader: asyncio.StreamReader, word: bytes) -> bytes:
        """What comes up to a word; empty if the connection ends."""
        heard = b""
        while word not in heard:
            block = await asyncio.wait_for(reader.read(1 << 16), PATIENCE)
            if not block:
                self._look_at(heard, word)
                return b""
            heard += block
        return heard

    async def _polling(self, count: int) -> None:
        """Send rubbish to a session by polling, and to sessions of others."""
        bodies = [rubbish.packet(self.random, self.loot) for _ in range(count)]
        bodies[0] = rubbish.connect(self.random.choice(self.loot.tokens)) + b"\x1e" + rubbish.GOOD_VOTE
        bodies[1] = b"\x1e".join([b"2"] * self.random.choice((20, 2000)))
        await self.poll([body for body in bodies if body not in rubbish.RESERVED])

    async def poll(self, bodies: list[bytes]) -> None:
        path = "/socket.io/?EIO=4&transport=polling"
        opened = await self.alone(f"GET {path} HTTP/1.1\r\n".encode() + rubbish.HOST + b"\r\n")
        found = re.search(rb'"sid":"([^"]+)"', opened)
        sid = found[1].decode() if found else "none"
        own = self.random.choice((sid, sid, sid.lower(), sid[:-1], "A" * 20))
        posts = [self._post(f"{path}&sid={own}", body) for body in bodies]
        # python-engineio answers who ends a session once what waits in it has been polled: nobody has time for that.
        await self.alone(*posts, patience=1)

    def _post(self, path: str, body: bytes) -> bytes:
        return f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n".encode() + rubbish.HOST + b"\r\n" + body

    def _look_at(self, answered: bytes, sent: bytes) -> None:
        statuses = [int(status) for status in STATUS.findall(answered)]
        self.statuses.update(statuses)
        if any(status >= 500 for status in statuses):
            self.failed.append(sent)
        if ACCEPTED in answered.replace(b" ", b"") and b'"state"' not in answered:
            self.accepted.append(sent)


async def idle(port: int, count: int) -> list[asyncio.StreamWriter]:
    """Connections that begin something and never go on."""
    begun = (
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        rubbish.SHAKE[:-2],
        rubbish.SHAKE,
        rubbish.SHAKE + b"\x81",
    )
    held = []
    for number in range(count):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun[number % len(begun)])
        held.append(writer)
    return held
