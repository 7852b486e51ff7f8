"""One engine for the pictures of all these tests: starting one for each document takes longer than all the rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from consensus.protocol import drawing

OWN = ("test_pictures.py",)  # what is asked here is the drawing itself, as it is done


class Engine:
    """The same program, kept: it draws a line as soon as it has it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def told(self, specs: Sequence[str]) -> str:
        if self.process is None:
            command = [sys.executable, "-m", "consensus.vega"]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        lines = []
        for spec in specs:
            self.process.stdin.write(f"{spec}\n")
            self.process.stdin.flush()
            lines.append(self.process.stdout.readline())
        return "".join(lines)

    def close(self) -> None:
        if self.process is not None:
            self.process.communicate(timeout=60)


@pytest.fixture(scope="session")
def drawing_engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def one_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, drawing_engine: Engine) -> None:
    if request.path.name not in OWN:
        monkeypatch.setattr(drawing, "_told", drawing_engine.told)
