"""A server that can be killed and started again at once, with conferences made beforehand."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from sqlalchemy import text

from consensus import facilitation, seats, tokens
from consensus.config import Config, sqlite_url
from consensus.database import connect, sessions, upgrade
from consensus.intake import ItemRow
from consensus.keys import FileKeyStore
from rounds import read_plan
from tests.deploy.site import free_port

PATIENCE = 30
ROOT = Path(__file__).parents[2]


class Made:
    """A conference: its level, the facilitator's token, and its phones as (seat id, token)."""

    def __init__(self, id: str, level: str, facilitator: str, phones: list[tuple[str, str]]) -> None:
        self.id, self.level, self.facilitator, self.phones = id, level, facilitator, phones


class Stage:
    """The server's place. database: a URL of PostgreSQL, or None for SQLite in the place."""

    def __init__(self, place: Path, database: str | None = None) -> None:
        self.data = place / "data"
        self.database = database or sqlite_url(self.data / "consensus.db")
        self.config = Config.from_environment({}, data_dir=self.data, database=self.database)
        self.port = free_port()
        self.keys = FileKeyStore(self.data / "keys")

    def __enter__(self) -> Self:
        self._errors = (self.data.parent / "stderr.txt").open("w")
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote", str(self.data), self.database, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        return self

    def __exit__(self, *problem: object) -> None:
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.close()
        self._zygote.wait(PATIENCE)
        self._zygote.stdout.close()
        self._errors.close()

    @property
    def said(self) -> str:
        """What the servers wrote to standard error."""
        return (self.data.parent / "stderr.txt").read_text("utf-8")

    def start(self) -> None:
        self._tell("start")

    async def answers(self) -> None:
        """Wait until the server takes connections."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.005)
                else:
                    writer.transport.abort()
                    return

    def kill(self) -> None:
        """SIGKILL, and wait until nothing of the server is left."""
        assert self._tell("kill") == "killed"
        self._wait_for_the_database()

    def make(self, plans: list[str], panel: int, items: int) -> list[Made]:
        """Make a conference of each plan, with every seat joined. The server is not running."""
        engine = connect(self.database)
        upgrade(engine)
        made = []
        with sessions(engine).begin() as session:
            for plan_text in plans:
                plan = read_plan(plan_text)
                rows = [ItemRow(number, f"Item {number}", None, "", "") for number in range(1, items + 1)]
                conference, secrets = facilitation.create(session, self.keys, plan=plan, items=rows, seats=panel)
                joined = [seats.join(session, secret) for secret in secrets]
                phones = [
                    (seat.id, self._token(tokens.Phone(conference.id, seat.id, seat.generation))) for seat in joined
                ]
                lead = self._token(tokens.Facilitator(conference.id, conference.token_version))
                made.append(Made(conference.id, plan.anonymity, lead, phones))
        engine.dispose()
        return made

    def _token(self, token: tokens.Token) -> str:
        return tokens.issue(self.config.secret_key, token)

    def _tell(self, word: str) -> str:
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(f"{word}\n")
        self._zygote.stdin.flush()
        return self._zygote.stdout.readline().strip()

    def _wait_for_the_database(self) -> None:
        """PostgreSQL finishes what a client that is gone had begun: wait until it has noticed."""
        if not self.database.startswith("postgresql"):
            return
        engine = connect(self.database)
        others = text(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_setting('application_name')"
            " AND pid <> pg_backend_pid()"
        )
        with engine.connect() as connection:
            while connection.scalar(others):
                connection.rollback()
        engine.dispose()


Json = dict[str, Any]
