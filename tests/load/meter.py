"""What a phase found, and what the processor did meanwhile."""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.load.peers import Peer

#: the phones' own share of a core above which a figure would tell more of them than of the server
MOST_SHARE = 0.35
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Outcome:
    """A phase's figures, in milliseconds unless their name says otherwise.

    share: of one core, used by the load process itself. burst: that share from a request to its last phone alone:
    whoever is sent everything at once is busy then, which is why a floor is measured beside it, and not what a figure
    is refused for. server: seconds of processor. others: what every other program used of a core: much of it, and the
    figures are of a busy machine. syncs: how often the server waited for a slow disk.
    """

    figures: dict[str, float] = field(default_factory=dict)
    share: float = 0.0
    burst: float = 0.0
    server: float = 0.0
    others: float = 0.0
    syncs: int = 0

    @property
    def refused(self) -> bool:
        return self.share > MOST_SHARE

    def __str__(self) -> str:
        figures = "  ".join(f"{name} {value:,.1f}" for name, value in self.figures.items())
        burst = f", {self.burst:.0%} in the bursts" if self.burst else ""
        syncs = f", {self.syncs} fsyncs" if self.syncs else ""
        refused = "REFUSED: " if self.refused else ""
        server = f"server {self.server:.2f} s{syncs}; others {self.others:.0%}"
        return f"{figures}   ({refused}load {self.share:.0%}{burst}; {server})"


class Metered:
    """Measures what the load process and the server use of the processor while a phase runs."""

    def __init__(self, peer: Peer, outcome: Outcome) -> None:
        self.peer, self.outcome = peer, outcome

    def __enter__(self) -> None:
        self._begun, self._own, self._machine = perf_counter(), own_cpu(), machine_cpu()
        self._server, self._syncs = self.peer.cpu(), self.peer.syncs()

    def __exit__(self, *_: object) -> None:
        took, own = perf_counter() - self._begun, own_cpu() - self._own
        self.outcome.share = own / took
        self.outcome.server = self.peer.cpu() - self._server
        self.outcome.others = max(0.0, machine_cpu() - self._machine - own - self.outcome.server) / took
        self.outcome.syncs = self.peer.syncs() - self._syncs


def machine_cpu() -> float:
    """Seconds of processor that all programs have used, on all cores (proc(5): idle and iowait are not work)."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def own_cpu() -> float:
    """Seconds of processor that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the longest, in milliseconds."""
    found = sorted(seconds)
    last = len(found) - 1
    return {"p50": 1000 * found[last // 2], "p99": 1000 * found[round(last * 0.99)], "max": 1000 * found[last]}
