"""One conference after the other, with fifty phones that vote all the time, while something goes wrong."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterable
from random import Random, SystemRandom

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consensus.database import connect
from consensus.models import Conference
from consensus.protocol import verify
from consensus.protocol.archive import archive
from consensus.records import record_of
from tests.faults.leader import Leader
from tests.faults.ledger import Ledger
from tests.faults.panel import Phone
from tests.faults.stage import Made, Stage

#: CONSENSUS_SEED repeats a run, as far as two processes can be made to
SEED = int(os.environ.get("CONSENSUS_SEED", SystemRandom().randrange(10**6)))
PANEL, ITEMS, ROUNDS, CONFERENCES = 50, 3, 4, 30
#: seconds after which a story that does not end is an error, and not a machine that is slow
STUCK = 1200
LEVELS = ("vote", "paper", "panel")
ROUND = """
[[rounds]]
id = "R{number}"
vote_on = "all"
ballot = "{ballot}"
pace = "{pace}"
advance = "top 1"
to = "in"
otherwise = "cut"
ties = "advance all"
"""
KINDS = (("yes-no-abstain", "plenary"), ("scale 1-9", "paper"))


def plan(level: str) -> str:
    """Rounds in which items come one by one, or all at once."""
    told = f'title = "Trial"\nprotocols = ["in"]\nanonymity = "{level}"\n'
    for number in range(ROUNDS):
        ballot, pace = KINDS[number % len(KINDS)]
        told += ROUND.format(number=number, ballot=ballot, pace=pace)
    return told


class Story:
    """Phones, a facilitator, and the trouble that a test makes. It ends with the trouble."""

    def __init__(self, stage: Stage, chance: Random) -> None:
        self.stage, self.chance, self.ledger = stage, chance, Ledger()
        plans = [plan(LEVELS[number % len(LEVELS)]) for number in range(CONFERENCES)]
        self.waiting = stage.make(plans, PANEL, ITEMS)
        self.held: list[Made] = []
        self.leader = Leader(stage.port, chance)
        self.looked: Counter[str] = Counter()

    async def trouble(self) -> None:
        """What goes wrong. At its end the server is not running."""
        raise NotImplementedError

    def phone(self, seat: str, token: str) -> Phone:
        return Phone(self.stage.port, seat, token, self.ledger, self.chance)

    @property
    def finished(self) -> int:
        """How many conferences were led to their end."""
        return len(self.held) - 1

    @property
    def told(self) -> str:
        votes, steps = {**self.ledger.answers, "unsure": self.ledger.unsure}, dict(self.leader.done)
        return f"seed {SEED}: {len(self.held)} conferences, votes {votes}, steps {steps}"

    async def play(self) -> None:
        async with asyncio.timeout(STUCK):
            await first_of([self._lead(), self.trouble()])

    async def _lead(self) -> None:
        while self.waiting:
            made = self.waiting.pop(0)
            self.held.append(made)
            phones = [self.phone(*phone) for phone in made.phones]
            await first_of([self.leader.lead(made), *(phone.live() for phone in phones)])

    def look(self, engine: Engine) -> None:
        """Compare what is stored of the conference under way with what the phones know.

        They have not read what had come just when the server died: such votes count as unsure.
        """
        if self.held:
            self.looked += self.ledger.check(engine, self.stage.keys, self.held[-1])
        engine.dispose()

    def check_archives(self) -> None:
        """Of every conference led to its end the archive recounts, and the ballots are those that were cast."""
        engine = connect(self.stage.database)
        finished = 0
        for made in self.held:
            self.ledger.check(engine, self.stage.keys, made)
            with Session(engine) as session:
                conference = session.get_one(Conference, made.id)
                if conference.state == "finished":
                    finished += 1
                    path = self.stage.data.parent / f"{made.id}.zip"
                    path.write_bytes(archive(record_of(session, conference)))
                    assert verify(path) == []
        engine.dispose()
        assert finished >= self.finished >= 1


async def first_of(works: Iterable[object]) -> None:
    """Run things until the first one ends; raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]  # type: ignore[call-overload]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
