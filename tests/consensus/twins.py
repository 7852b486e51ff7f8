"""Conferences that are alike in everything but who handed in which paper: the random source and the clock are fixed."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consensus import database
from consensus.facilitation import creation
from consensus.keys import FileKeyStore
from consensus.protocol import FORMATS, export
from consensus.snapshots import Audience
from tests.consensus.room import Room

AUDIENCES: tuple[Audience, ...] = ("phone", "screen", "facilitator")
Paper = Sequence[tuple[int, str]]


class _Clock:
    """Stands for `datetime` where the log reads it: a minute passes with every look."""

    def __init__(self) -> None:
        self.looks = 0

    def now(self, zone: object) -> datetime:
        self.looks += 1
        return datetime(2014, 4, 9, tzinfo=UTC) + timedelta(minutes=self.looks)


class Twin:
    """A conference in a directory of its own.

    public: all that leaves it while it is held. sealed: the bytes of its database after each seal.
    """

    def __init__(self, place: Path, patch: pytest.MonkeyPatch, plan: str, **size: Any) -> None:
        source = random.Random(2014)
        # `secrets` and SystemRandom both draw from here.
        patch.setattr(random, "_urandom", source.randbytes)
        patch.setattr(creation, "datetime", _Clock())
        self.file = place / "consensus.db"
        self.engine = database.connect(f"sqlite:///{self.file}")
        database.upgrade(self.engine)
        self.room = Room(database.sessions(self.engine), FileKeyStore(place / "keys")).begin(plan, **size)
        self.public: list[str] = []
        self.sealed: list[bytes] = []
        self.look()

    def hold(self, round_id: str, papers: Mapping[int, Paper], order: Sequence[int]) -> None:
        """Hold a round at its own pace. papers: seat -> its votes; order: in which the seats hand them in."""
        self.act("start", round=round_id)
        self.act("next")
        for place in order:
            assert self.room.cast({place: papers[place]}) == [None]
            self.look()
        self.act("close")
        self.act("next")
        self.act("seal")
        self.sealed.append(self.on_disk())

    def act(self, action: str, **details: Any) -> None:
        self.room.act(action, **details)
        self.look()

    def look(self) -> None:
        """Note what every audience is sent now."""
        self.public += [json.dumps(self.room.snapshot(audience), sort_keys=True) for audience in AUDIENCES]

    def documents(self) -> dict[str, bytes]:
        record = self.room.record()
        return {ending: export(record, ending) for ending in FORMATS}

    def on_disk(self) -> bytes:
        """The database as it lies in its file, once nobody has it open."""
        self.engine.dispose()
        return self.file.read_bytes()
