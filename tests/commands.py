"""The real command in a process of its own, as a person or a script runs it."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What a command did: exit code, what it printed, and its memory at most, in MB."""

    code: int
    out: str
    err: str
    megabytes: float

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def printed() -> IO[str]:
    """A file for what a command prints."""
    return tempfile.NamedTemporaryFile("r", encoding="utf-8", newline="")


class Launcher:
    """A process that commands are forked from: most of a short command's time would go into its imports."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.launcher"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.close)

    def run(self, arguments: Sequence[str]) -> Outcome:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with printed() as out, printed() as err:
            told = {"arguments": arguments, "out": out.name, "err": err.name}
            self.process.stdin.write(f"{json.dumps(told)}\n")
            self.process.stdin.flush()
            took = json.loads(self.process.stdout.readline())
            return Outcome(took["code"], out.read(), err.read(), took["megabytes"])

    def close(self) -> None:
        self.process.communicate()


#: a launcher for each thread: it starts one command at a time
_OWN = threading.local()


def consensus(*arguments: object, env: Mapping[str, str] | None = None) -> Outcome:
    """Run `consensus …` to its end; in an environment of its own, from a Python of its own."""
    given = list(map(str, arguments))
    if env is not None:
        return _anew(given, env)
    if not hasattr(_OWN, "launcher"):
        _OWN.launcher = Launcher()
    found: Outcome = _OWN.launcher.run(given)
    return found


def _anew(arguments: Sequence[str], env: Mapping[str, str]) -> Outcome:
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        measured = [sys.executable, "-I", str(TESTS / "measured.py"), report.name]
        command = [*measured, sys.executable, "-m", "consensus", *arguments]
        ended = subprocess.run(command, capture_output=True, encoding="utf-8", env=env, check=True)
        took = json.load(report)
    return Outcome(took["code"], ended.stdout, ended.stderr, took["megabytes"])


def replay(plan: Path, items: Path, ballots: Path, **more: Path) -> Outcome:
    """Run `consensus replay --json`; `more`: decisions, attendance."""
    options = [part for name, path in more.items() for part in (f"--{name}", path)]
    return consensus("replay", "--json", "--plan", plan, "--items", items, "--ballots", ballots, *options)
