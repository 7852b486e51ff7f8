"""The real command in a process of its own, as a person or a script runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).parent / "measured.py"


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


def consensus(*arguments: object, env: Mapping[str, str] | None = None) -> Outcome:
    """Run `consensus …` to its end."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        command = [sys.executable, "-I", MEASURED, report.name, sys.executable, "-m", "consensus", *arguments]
        ended = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", env=env, check=True)
        took = json.load(report)
    return Outcome(took["code"], ended.stdout, ended.stderr, took["megabytes"])


def replay(plan: Path, items: Path, ballots: Path, **more: Path) -> Outcome:
    """Run `consensus replay --json`; `more`: decisions, attendance."""
    options = [part for name, path in more.items() for part in (f"--{name}", path)]
    return consensus("replay", "--json", "--plan", plan, "--items", items, "--ballots", ballots, *options)
