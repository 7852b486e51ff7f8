"""Consensus under load: a conference whose seats have all been joined, in a directory of its own on the disk."""

from __future__ import annotations

import http.client
import json
import mmap
import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.load.peers import HERE, Peer, compiled

PLAN = """
title     = "Load"
protocols = ["in"]

[[rounds]]
id        = "R1"
title     = "Vote 1"
vote_on   = "all"
ballot    = "yes-no"
advance   = "yes >= 50%"
to        = "in"
otherwise = "cut"
"""
ITEM = "Share of the referrals whose author was told within a week what had been decided: measure"
ITEMS = 200
JOINING = 8


@dataclass(frozen=True)
class Prepared:
    """A conference in its first round: where its files are, and the tokens of its facilitator and its phones."""

    place: Path
    conference: str
    facilitator: str
    tokens: Sequence[str]


class Consensus(Peer):
    """`consensus serve` on a copy of a prepared conference."""

    name = "consensus"
    stores = True

    def __init__(self, prepared: Prepared, place: Path) -> None:
        super().__init__()
        self.prepared, self.place = prepared, place / "consensus"
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(prepared.place, self.place)

    def command(self) -> Sequence[str | Path]:
        serve = [sys.executable, "-m", "consensus", "serve", "--host", "127.0.0.1"]
        return [*serve, "--port", str(self.port), "--data", self.place]

    def path(self, action: str) -> str:
        return f"/api/c/{self.prepared.conference}/{action}"


class OnSlowDisk(Consensus):
    """The same where every fsync takes 5 ms longer: a laptop's disk, or a host's in the evening."""

    name = "slow disk"

    def __init__(self, prepared: Prepared, place: Path) -> None:
        super().__init__(prepared, place)
        self._calls = place / "fsyncs"
        self._calls.write_bytes(bytes(8))
        shim = compiled("slow_disk.c", place / "slow_disk.so", "-shared", "-fPIC")
        self.environment = {"LD_PRELOAD": str(shim), "SLOW_DISK_CALLS": str(self._calls)}

    def syncs(self) -> int:
        with self._calls.open("rb") as file, mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ) as page:
            calls: int = struct.unpack("l", page[:8])[0]
            return calls


def prepare(place: Path, seats: int) -> tuple[Prepared, dict[str, float]]:
    """Make a conference, let every seat join and begin its first round; also how long making and joining took."""
    place.mkdir(parents=True)
    (place / "plan.toml").write_text(PLAN)
    (place / "items.csv").write_text("number,text\n" + "".join(f"{n},{ITEM} {n}\n" for n in range(1, ITEMS + 1)))
    begun = perf_counter()
    create = [sys.executable, "-m", "consensus", "create", "--json", "--seats", str(seats), "--data", place / "data"]
    create += ["--plan", place / "plan.toml", "--items", place / "items.csv", "--language", "en"]
    done = subprocess.run(list(map(str, create)), cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True, check=True)
    made = json.loads(done.stdout)
    created = perf_counter()
    prepared = Prepared(place / "data", made["conference"], made["facilitator_token"], [])
    server = Consensus(prepared, place)
    server.start()
    begun_joining = perf_counter()
    tokens = _join(server.port, made["seats"])
    took = {"create": created - begun, "join": perf_counter() - begun_joining}
    asking = _Client(server.port)
    asking.post(server.path("lobby"), {}, prepared.facilitator)
    asking.post(server.path("start"), {"round": "R1"}, prepared.facilitator)
    server.stop()
    shutil.rmtree(prepared.place)
    server.place.rename(prepared.place)
    return Prepared(prepared.place, prepared.conference, prepared.facilitator, tokens), took


class _Client:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._kept = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        self._kept.request("POST", path, json.dumps(body), headers)
        answer = self._kept.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{path}: {found}")
        return found


def _join(port: int, secrets: Sequence[str]) -> list[str]:
    """Let every seat join, a few at a time; the tokens stand in the seats' order."""

    def some(first: int) -> list[str]:
        client = _Client(port)
        return [str(client.post("/api/join", {"seat": secret})["token"]) for secret in secrets[first::JOINING]]

    with ThreadPoolExecutor(JOINING) as pool:
        parts = list(pool.map(some, range(JOINING)))
    return [parts[place % JOINING][place // JOINING] for place in range(len(secrets))]
