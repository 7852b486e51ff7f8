"""The server is killed two hundred times: nothing acknowledged is lost, nothing counts twice.

Fifty phones vote and change their votes all the time, a facilitator opens, closes, voids, reopens, undoes and seals.
After every kill the database and the keys are compared with what the phones know. CONSENSUS_KILLS makes it longer.
"""

from __future__ import annotations

import asyncio
import os
from random import Random

import pytest

from consensus.database import connect
from tests.faults.stage import Stage
from tests.faults.story import SEED, Story

KILLS = int(os.environ.get("CONSENSUS_KILLS", "200"))
#: how many servers are killed while they start, and within how many seconds from their fork
EARLY, STARTING = 0.2, 0.15
#: seconds that the others live at the most, from when they answer: so a slow machine, too, is killed at work
LIFE = 0.4


class Killed(Story):
    kills = 0

    async def trouble(self) -> None:
        engine = connect(self.stage.database)
        engine.dispose()
        while self.kills < KILLS:
            self.stage.start()
            early = self.chance.random() < EARLY
            if not early:
                await self.stage.answers()
            await asyncio.sleep(self.chance.uniform(0, STARTING if early else LIFE))
            self.stage.kill()
            self.kills += 1
            self.look(engine)
        self.stage.start()
        while not self.finished:  # one conference, killed many times, is led to its end
            await asyncio.sleep(0.05)
        self.stage.kill()
        self.look(engine)


def test_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    story = Killed(stage, Random(SEED))
    try:
        asyncio.run(story.play())
    finally:
        with capsys.disabled():
            print(f"\n{story.kills} kills, {story.told}")
    assert story.kills >= KILLS
    assert story.ledger.answers["stored"] > KILLS
    assert story.looked["sealed"]
    story.check_archives()
    assert "Traceback" not in stage.said
