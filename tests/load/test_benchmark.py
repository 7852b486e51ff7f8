"""The benchmark works and notices what is wrong. No figure is judged here: this machine may be busy."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.load.crowd import Crowd, Leader
from tests.load.meter import Outcome
from tests.load.peers import HERE, Peer, compiled
from tests.load.phases import BRISK, Visit, Wrong
from tests.load.table import Findings, write

if sys.platform != "linux":
    pytest.skip("the benchmark needs Linux", allow_module_level=True)


def frame(event: str, payload: object) -> bytes:
    text = f"42{json.dumps([event, payload], separators=(',', ':'))}".encode()
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


@pytest.mark.compiler
def test_23_phones_go_through_all_of_it_and_every_vote_is_counted_once(tmp_path: Path) -> None:
    """The command ends with 0 only if everybody was reached, and every result was what the phones had voted."""
    out = tmp_path / "table.md"
    phases = ["ramp", "fan-out", "window-1", "loop", "kill"]
    command = [sys.executable, "-m", "tests.load", "--phones", "23", "--times", "1", "--brisk", "--out", out]
    command += ["--peers", "floor,consensus", "--phases", ",".join(phases)]
    done = subprocess.run(
        list(map(str, command)), cwd=HERE.parents[1], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "| kill -9: acknowledged votes lost | 23 | – | 0 | – |" in out.read_text("utf-8")
    floor, own = (part.split() for part in done.stderr.split("1 of 1: ")[1:])
    assert [word for word in floor if word in phases] == phases[:-1]  # the floor stores nothing that a kill could lose
    assert [word for word in own if word in phases] == phases


@pytest.mark.compiler
def test_the_slow_disk_is_slow_and_counts(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.write_bytes(bytes(8))
    shim = compiled("slow_disk.c", tmp_path / "slow_disk.so", "-shared", "-fPIC")
    code = (
        "import os, time; begun = time.perf_counter(); os.fsync(1); os.fdatasync(1); print(time.perf_counter() - begun)"
    )
    with (tmp_path / "out").open("w+") as file:
        environment = {**os.environ, "LD_PRELOAD": str(shim), "SLOW_DISK_CALLS": str(calls)}
        subprocess.run([sys.executable, "-I", "-c", code], stdout=file, env=environment, check=True)
    assert float((tmp_path / "out").read_text()) >= 0.01
    assert struct.unpack("l", calls.read_bytes()) == (2,)


def test_a_phone_understands_what_comes_in_pieces() -> None:
    upgraded = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    state, seat = frame("state", {"revision": 7, "text": "x" * 200}), frame("seat", {"voted": [3]})
    whole = upgraded + b'\x81\x0a0{"sid":1}' + b'\x81\x0d40{"sid":"a"}' + state + seat
    for cut in range(1, len(whole)):
        crowd = Crowd(1, ["token"])
        (phone,) = crowd.phones
        phone.socket, other = socket.socketpair()
        with phone.socket, other:
            phone.begin()
            for piece in (whole[:cut], whole[cut:]):
                phone.hear(piece)
            assert (crowd.inside, crowd.revision, phone.revision, crowd.troubles) == (1, 7, 7, {})
            assert phone.has_voted_on(3)
            assert other.recv(1000).endswith(b'40{"token": "token"}')
        phone.socket = None
        crowd.disperse()


@pytest.mark.parametrize("counts", [{"yes": 2, "no": 0}, {"yes": 1, "no": 2}, {"yes": 1, "no": 0}])
def test_a_result_that_is_not_what_was_voted_is_an_error(counts: dict[str, int]) -> None:
    class Keeping(Peer):
        stores = True

    crowd = Crowd(1, ["one", "two"])
    crowd.phones[1].choice = "no"
    visit = Visit(Keeping(), crowd, Leader(crowd, ""), Random(1), BRISK)
    crowd.newest = b"42" + json.dumps(["state", {"result": {"counts": {"yes": 1, "no": 1}}}]).encode()
    visit.check_result()
    crowd.newest = b"42" + json.dumps(["state", {"result": {"counts": counts}}]).encode()
    with pytest.raises(Wrong):
        visit.check_result()
    crowd.disperse()


def test_figures_are_medians_beside_the_others_and_refused_where_the_phones_were_busy() -> None:
    findings = Findings(850)
    for value, share in [(1.0, 0.1), (9.0, 0.1), (4.0, 0.1), (100.0, 0.36)]:
        findings.add(300, "consensus", "ramp", Outcome({"p99": value}, share))
        findings.add(300, "floor", "ramp", Outcome({"p99": value / 4}, 0.36))
        findings.add(300, "node", "ramp", Outcome({"p99": 2.0}, 0.35))
    table = write(findings, 4)
    assert (
        "| coming in, 500 a second: p99, ms | 300 | refused: load process used 36% | 2.0 | 4.0 (3 of 4) | – | 2 |"
    ) in table
