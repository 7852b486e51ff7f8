"""The whole benchmark: every size, every server in turn, every phase."""

from __future__ import annotations

import gc
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.load.crowd import Crowd, Leader
from tests.load.meter import Outcome
from tests.load.peers import Floor, Missing, Node, Peer, Plain
from tests.load.phases import PHASES, Pace, Visit, Wrong
from tests.load.phones import Onlooker
from tests.load.server import Consensus, OnSlowDisk, Prepared, prepare
from tests.load.table import Findings

SLOW = "slow disk"
#: what makes each server, of a place to work in, a prepared conference and the snapshot to send
MAKERS: dict[str, Callable[[Path, Prepared, Path], Peer]] = {
    "floor": lambda place, prepared, snapshot: Floor(place, snapshot),
    "node": lambda place, prepared, snapshot: Node(snapshot),
    "plain": lambda place, prepared, snapshot: Plain(snapshot),
    "consensus": lambda place, prepared, snapshot: Consensus(prepared, place),
    SLOW: lambda place, prepared, snapshot: OnSlowDisk(prepared, place),
}


def run(sizes: Sequence[int], peers: Sequence[str], phases: Sequence[str], times: int, pace: Pace) -> Findings:
    """Measure everything; the servers take turns, so that a change in the machine's mood meets them all.

    Raises Wrong where a server did not do what it must.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    findings = Findings()
    with _place() as place:
        for size in sizes:
            prepared, took = prepare(place / str(size), size)
            say(f"{size} phones: seats made in {took['create']:.1f} s, joined in {took['join']:.1f} s")
            snapshot = see_snapshot(prepared, place, pace)
            findings.bytes = snapshot.stat().st_size
            for turn in range(times):
                for name in peers:
                    say(f"{size} phones, {turn + 1} of {times}: {name}")
                    try:
                        peer = MAKERS[name](place, prepared, snapshot)
                    except Missing as problem:
                        say(f"  left out: {problem}")
                        continue
                    visit(peer, prepared, phases, pace, Random(f"{size}/{turn}"), findings)
            shutil.rmtree(place / str(size))
    return findings


@contextmanager
def _place() -> Iterator[Path]:
    """A directory on a disk: /tmp may be in memory, /var/tmp is not (Filesystem Hierarchy Standard)."""
    disk = Path("/var/tmp")
    with tempfile.TemporaryDirectory(prefix="consensus-load-", dir=disk if disk.is_dir() else None) as place:
        yield Path(place)


def see_snapshot(prepared: Prepared, place: Path, pace: Pace) -> Path:
    """Write down the very bytes that a phone gets while an item is open; the peers send the same.

    Their revision stands in blanks, ten characters wide, so that it can be written in place.
    """
    peer = Consensus(prepared, place)
    with _phones(peer, prepared, 1) as (crowd, leader):
        crowd.phones[0].arrive(0.0)
        Visit(peer, crowd, leader, Random(0), pace).change("next")
        head, name, rest = crowd.newest.partition(b'"revision":')
    path = place / "snapshot"
    path.write_bytes(head + name + b" " * 9 + b"1" + rest[rest.index(b",") :])
    return path


def visit(
    peer: Peer, prepared: Prepared, phases: Sequence[str], pace: Pace, chance: Random, findings: Findings
) -> None:
    """Take all phones through the phases at one server."""
    size = len(prepared.tokens)
    with _phones(peer, prepared, size) as (crowd, leader):
        if peer.stores:
            crowd.onlookers.append(Onlooker(crowd, prepared.facilitator))
            crowd.onlookers[0].arrive(0.0)
        visit = Visit(peer, crowd, leader, chance, pace)
        for phase in PHASES:
            if phase not in ("ramp", *phases) or (phase == "kill" and not peer.stores):
                continue  # everyone has to come in
            outcome = Outcome()
            PHASES[phase](visit, outcome)
            findings.add(size, peer.name, phase, outcome)
            say(f"  {phase:10} {outcome}")
        if isinstance(peer, OnSlowDisk) and not peer.syncs():
            raise Wrong("the slow disk was not in the server's way")


@contextmanager
def _phones(peer: Peer, prepared: Prepared, count: int) -> Iterator[tuple[Crowd, Leader]]:
    """A server that runs, phones and somebody who leads; nothing is collected meanwhile that could stop them all."""
    peer.start()
    crowd = Crowd(peer.port, prepared.tokens[:count])
    leader = Leader(crowd, prepared.facilitator)
    gc.collect()
    gc.disable()
    try:
        yield crowd, leader
    finally:
        gc.enable()
        leader.leave()
        crowd.disperse()
        peer.stop()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
