"""The server as it is run: `python -m consensus serve` in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self
from urllib.parse import urlsplit

PATIENCE = 30


class ServerProcess:
    """A server with its data in `place`. `url` and `sign_in` are what it printed when it started."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.data = place / "data"
        self.url = self.sign_in = ""
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, on the same port as the last time, and wait for the printed addresses."""
        port = urlsplit(self.url).port or 0
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port), "--data", str(self.data)],
            stdout=subprocess.PIPE,
            text=True,
        )
        lines: Queue[str] = Queue()
        Thread(target=_pass_on, args=(self.process, lines), daemon=True).start()
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

    def kill(self) -> None:
        """Pull the plug: SIGKILL, nothing is tidied up."""
        assert self.process is not None
        self.process.kill()
        self._reap()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self._reap()

    def _reap(self) -> None:
        assert self.process is not None
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def command(self, *arguments: str) -> str:
        """Run a command of the product; return what it printed."""
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def create(self, plan: str, items: str, seats: int, language: str) -> dict[str, Any]:
        """Make a conference; return what `consensus create --json` says of it."""
        (self.place / "plan.toml").write_text(plan, "utf-8")
        (self.place / "items.csv").write_text(items, "utf-8")
        files = ("--plan", str(self.place / "plan.toml"), "--items", str(self.place / "items.csv"))
        told = ("--seats", str(seats), "--language", language, "--json", "--data", str(self.data))
        found: dict[str, Any] = json.loads(self.command("create", *files, *told))
        return found


COMMAND = (sys.executable, "-m", "consensus")


def _pass_on(process: subprocess.Popen[str], lines: Queue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
