"""A bad network: lines are cut and delayed at random, votes come twice and late; each counts as it should."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from tests.faults.panel import Phone
from tests.faults.stage import Stage
from tests.faults.story import SEED, Story
from tests.faults.wire import Wire

#: lines that are cut before it is enough
CUTS = 120


class Cut(Story):
    """A story whose phones are behind a wire, and whose server stays alive."""

    async def trouble(self) -> None:
        self.stage.start()
        while self.wire.did["cut"] < CUTS or not self.finished:
            await asyncio.sleep(0.1)
        self.stage.kill()

    async def play(self) -> None:
        self.wire = Wire(self.stage.port, self.chance)
        await self.wire.open()
        try:
            await super().play()
        finally:
            await self.wire.close()

    def phone(self, seat: str, token: str) -> Phone:
        phone = Phone(self.wire.port, seat, token, self.ledger, self.chance)
        phone.doubles = True
        return phone


def test_on_a_bad_network_nothing_acknowledged_is_lost_and_nothing_counts_twice(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    story = Cut(stage, Random(SEED))
    try:
        asyncio.run(story.play())
    finally:
        with capsys.disabled():
            print(f"\n{story.told}, wire {dict(story.wire.did)}")
    assert story.ledger.answers["stored"] > 500
    story.check_archives()
    assert "Traceback" not in stage.said
