"""The servers that are compared: each a process of its own on a port that stays, started, killed and looked into here.

Three hold nothing and only answer: the floor in C, npm's bare socket.io, and plain Flask-SocketIO on gevent. They take
a POST for the sign to send every phone a snapshot of as many bytes as Consensus sends.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.load.meter import TICKS

HERE = Path(__file__).parent
SOCKET_IO = "socket.io@4.8.4"
PATIENCE = 60


class Missing(Exception):
    """Something that a peer needs is not on this machine."""


class Peer:
    """A server under load. Sub-classes say what their process is and how to ask it for a snapshot."""

    name = ""
    stores = False  # whether votes are kept, so that they can be counted afterwards
    environment: Mapping[str, str] = {}

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def command(self) -> Sequence[str | Path]:
        raise NotImplementedError

    def path(self, action: str) -> str:
        """Where to POST so that every phone gets a new snapshot; action: next, close."""
        return "/next"

    def start(self) -> None:
        """Start, and wait until it listens: then it says so on its first line."""
        self.process = subprocess.Popen(
            [str(part) for part in self.command()],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parents[1],
            env={**os.environ, **self.environment},
        )
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise Missing(f"{self.name} did not start")

    def stop(self, with_signal: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(PATIENCE)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def cpu(self) -> float:
        """Seconds of processor that the process has used, in all its threads."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def syncs(self) -> int:
        """How often the process has waited for a disk that counts it."""
        return 0

    def kilobytes(self) -> int:
        """Its own part of memory (PSS)."""
        assert self.process is not None
        rolled = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rolled, re.MULTILINE)
        assert found is not None
        return int(found[1])


class Floor(Peer):
    """The least that a server on this machine can do, in C."""

    name = "floor"

    def __init__(self, place: Path, snapshot: Path) -> None:
        super().__init__()
        self.snapshot = snapshot
        self.program = compiled("floor.c", place / "floor", "-O2")

    def command(self) -> Sequence[str | Path]:
        return [self.program, str(self.port), self.snapshot]


class Node(Peer):
    """npm's socket.io, nothing else."""

    name = "node"

    def __init__(self, snapshot: Path) -> None:
        super().__init__()
        self.snapshot, self.modules = snapshot, socket_io()

    def command(self) -> Sequence[str | Path]:
        return ["node", HERE / "bare.mjs", str(self.port), self.snapshot, self.modules]


class Plain(Peer):
    """Flask-SocketIO on gevent, as its tutorial has it."""

    name = "plain"

    def __init__(self, snapshot: Path) -> None:
        super().__init__()
        self.snapshot = snapshot

    def command(self) -> Sequence[str | Path]:
        return [sys.executable, HERE / "plain.py", str(self.port), self.snapshot]


def free_port() -> int:
    """A port below those that the kernel gives to clients: a phone must not sit on it while its server is down."""
    for port in range(20_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _taken:
            _taken.add(port)
            return port
    raise Missing("no port is free")


_taken: set[int] = set()


def compiled(source: str, into: Path, *options: str) -> Path:
    """Compile a C file that lies beside this one, once. Raises Missing without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise Missing("no C compiler: install gcc and libc6-dev")
    if not into.exists():
        subprocess.run([compiler, "-Wall", *options, "-o", into, HERE / source, "-ldl"], check=True)
    return into


def socket_io() -> Path:
    """Where npm's socket.io is installed: in this user's cache, once. Raises Missing without Node."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Missing("no Node with npm is here, so there is no bare Socket.IO to compare with")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "consensus-load" / SOCKET_IO
    modules = place / "node_modules"
    if not (modules / "socket.io" / "package.json").is_file():
        place.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(place), "--no-audit", "--no-fund", "--ignore-scripts", SOCKET_IO]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Missing(f"npm could not install {SOCKET_IO}: {done.stderr.strip()[-200:]}")
    return modules
