"""One server's parts: what an action does after its commit cannot take the action back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from consensus import services as parts
from consensus.ballot_box import Unlinked
from consensus.config import Config
from consensus.keys import FileKeyStore
from consensus.services import Services
from tests.consensus.room import Room, plan_text, round_keys

PATIENCE = 20


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services.open(Config.from_environment({}, data_dir=tmp_path))
    yield found
    found.engine.dispose()


class Stubborn(FileKeyStore):
    """Keys on a disk that takes no writes for a while."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.read_only = True
        self.destroyed = Event()

    def destroy(self, scope: str) -> None:
        if self.read_only:
            self.read_only = False
            raise OSError(30, "Read-only file system")
        super().destroy(scope)
        self.destroyed.set()


def test_a_seal_whose_links_cannot_be_destroyed_yet_is_done_and_they_are_destroyed_later(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parts, "AGAIN", 0.0)
    services.keys = keys = Stubborn(tmp_path / "keys")
    room = Room(services.sessions, keys).begin(plan_text(round_keys(ties="advance all")), items=1)
    room.lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 2})
    room.lead("close", "next")
    assert services.act(room.id, "seal", {})
    assert room.state == "sealed"
    assert keys.destroyed.wait(PATIENCE)
    assert keys.scopes() == [f"{room.id}.cards"]
    assert "Links of sealed votes are still there" in caplog.text


def test_files_that_could_not_be_cleaned_are_cleaned_later(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody reads while a round is sealed, or the disk is full."""
    monkeypatch.setattr(parts, "AGAIN", 0.0)
    tried, done = iter([False, False, True]), Event()

    def unlink(*where: object) -> Unlinked:
        clean = next(tried)
        if clean:
            done.set()
        return Unlinked([], clean)

    monkeypatch.setattr(parts.ballot_box, "unlink", unlink)
    services._unlink()
    assert done.wait(PATIENCE)
    assert caplog.text.count("may still stand in the database's files") == 2
