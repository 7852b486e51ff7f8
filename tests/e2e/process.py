"""The server as it is run: `python -m consensus serve` in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any, Self
from urllib.parse import urlsplit

PATIENCE = 30


class ServerProcess:
    """A server with its data in `place`. `url` and `sign_in` are what it printed when it started.

    printed: every line that it has written, to standard output or as an error.
    """

    def __init__(self, place: Path, database: str | None = None, environment: Mapping[str, str] | None = None) -> None:
        """environment: what the server finds there beside what this process does."""
        self.place, self.database = place, database
        self.environment = {**os.environ, **(environment or {})}
        self.data = place / "data"
        self.url = self.sign_in = ""
        self.printed: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self._readers: list[Thread] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, on the same port as the last time, and wait for the printed addresses."""
        port = urlsplit(self.url).port or 0
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port), *self.where],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        lines: Queue[str] = Queue()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._readers = [
            Thread(target=_pass_on, args=(self.process.stdout, self.printed, lines.put), daemon=True),
            Thread(target=_pass_on, args=(self.process.stderr, self.printed, sys.stderr.write), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self.url = self.sign_in = ""
        while not self.sign_in:
            try:
                name, _, address = lines.get(timeout=PATIENCE).rpartition(" ")
            except Empty:
                raise TimeoutError("the server printed no sign-in link") from None
            if name.startswith("server"):
                self.url = address.strip()
            elif name.startswith("sign in"):
                self.sign_in = address.strip()

    @property
    def where(self) -> list[str]:
        """The options that tell a command where the data is."""
        return ["--data", str(self.data), *(["--database", self.database] if self.database else [])]

    def kill(self) -> None:
        """Pull the plug: SIGKILL, nothing is tidied up."""
        assert self.process is not None
        self.process.kill()
        self._reap()

    def kill_command(self, name: str) -> None:
        """Kill the commands of this name that the server runs in processes of their own."""
        assert self.process is not None
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and name in (place / "cmdline").read_text().split("\0"):
                    os.kill(int(place.name), signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self._reap()

    def _reap(self) -> None:
        assert self.process is not None
        self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        self.process = None

    def command(self, *arguments: str) -> str:
        """Run a command of the product; return what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False, env=self.environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def create(self, plan: str, items: str, seats: int, language: str) -> dict[str, Any]:
        """Make a conference; return what `consensus create --json` says of it."""
        (self.place / "plan.toml").write_text(plan, "utf-8")
        (self.place / "items.csv").write_text(items, "utf-8")
        files = ("--plan", str(self.place / "plan.toml"), "--items", str(self.place / "items.csv"))
        told = ("--seats", str(seats), "--language", language, "--json", *self.where)
        found: dict[str, Any] = json.loads(self.command("create", *files, *told))
        return found


COMMAND = (sys.executable, "-m", "consensus")


def _pass_on(stream: IO[str], printed: list[str], further: Callable[[str], object]) -> None:
    """Keep each line and hand it on, until the server is gone."""
    with stream:
        for line in stream:
            printed.append(line)
            further(line)
