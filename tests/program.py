"""A server that a test starts in a process of its own, as it is run, and hears line by line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import IO

COMMAND = (sys.executable, "-m", "consensus")
PATIENCE = 30


class Program:
    """A command that goes on until it is stopped.

    printed: every line that it has written since it was first started, to standard output or as an error.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        """environment: what it finds there beside what this process does."""
        self.environment = {**os.environ, **environment}
        self.printed: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def launch(self, command: Sequence[str]) -> None:
        """Start it, without waiting for anything."""
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._lines: Queue[str] = Queue()
        self._readers = [
            Thread(target=self._hear, args=(self.process.stdout, self._lines.put), daemon=True),
            Thread(target=self._hear, args=(self.process.stderr, sys.stderr.write), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _hear(self, stream: IO[str], further: Callable[[str], object]) -> None:
        with stream:
            for line in stream:
                self.printed.append(line)
                further(line)

    def line(self, patience: float = PATIENCE) -> str:
        """The next line of its standard output; TimeoutError, with what it said instead, where none comes."""
        try:
            return self._lines.get(timeout=patience)
        except Empty:
            raise TimeoutError(f"nothing was printed: {''.join(self.printed)}") from None

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
        for reader in self._readers:
            reader.join(PATIENCE)
        self.process = None

    def freeze(self) -> None:
        """SIGSTOP: what is sent to it is taken by the machine, and not read."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def command(self, *arguments: str, patience: float = PATIENCE) -> str:
        """Run a command of the product where the server runs; return what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, timeout=patience, check=False, env=self.environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
