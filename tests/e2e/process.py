"""The server as it is run: `python -m consensus serve` in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from tests.program import COMMAND, Program


class ServerProcess(Program):
    """A server with its data in `place`. `url` and `sign_in` are what it printed when it started."""

    def __init__(self, place: Path, database: str | None = None, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(environment or {})
        self.place, self.database = place, database
        self.data = place / "data"
        self.url = self.sign_in = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, on the same port as the last time, and wait for the printed addresses."""
        port = urlsplit(self.url).port or 0
        self.launch([*COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port), *self.where])
        self.url = self.sign_in = ""
        while not self.sign_in:
            name, _, address = self.line().rpartition(" ")
            if name.startswith("server"):
                self.url = address.strip()
            elif name.startswith("sign in"):
                self.sign_in = address.strip()

    @property
    def where(self) -> list[str]:
        """The options that tell a command where the data is."""
        return ["--data", str(self.data), *(["--database", self.database] if self.database else [])]

    def end_command(self, name: str) -> None:
        """End the commands of this name that the server runs in processes of their own."""
        assert self.process is not None
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and name in (place / "cmdline").read_text().split("\0"):
                    os.kill(int(place.name), signal.SIGTERM)

    def create(self, plan: str, items: str, seats: int, language: str) -> dict[str, Any]:
        """Make a conference; return what `consensus create --json` says of it."""
        (self.place / "plan.toml").write_text(plan, "utf-8")
        (self.place / "items.csv").write_text(items, "utf-8")
        files = ("--plan", str(self.place / "plan.toml"), "--items", str(self.place / "items.csv"))
        told = ("--seats", str(seats), "--language", language, "--json", *self.where)
        found: dict[str, Any] = json.loads(self.command("create", *files, *told))
        return found
