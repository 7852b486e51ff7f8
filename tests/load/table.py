"""The findings as Markdown: medians, each beside its floor and the bare peer, and what the processor did."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from tests.load.meter import Outcome

#: fewer phones than this do not show in a process's memory
FEW = 100

NAMES = {
    "floor": "floor (C)",
    "node": "bare Node",
    "plain": "plain Flask-SocketIO",
    "consensus": "**Consensus**",
    "slow disk": "Consensus, fsync 5 ms",
}


@dataclass(frozen=True)
class Row:
    """One figure of a phase; digits after the point."""

    phase: str
    figure: str
    title: str
    digits: int = 1


ROWS = (
    Row("ramp", "p99", "coming in, 500 a second: p99, ms"),
    Row("fan-out", "request to last", "snapshot, request to the last phone, ms"),
    Row("fan-out", "first to last", "snapshot, first phone to the last, ms"),
    Row("window-5", "p50", "all vote within 5 s: p50, ms"),
    Row("window-5", "p99", "all vote within 5 s: p99, ms"),
    Row("window-5", "max", "all vote within 5 s: slowest, ms"),
    Row("window-1", "p50", "all vote within 1 s: p50, ms"),
    Row("window-1", "p99", "all vote within 1 s: p99, ms"),
    Row("window-1", "max", "all vote within 1 s: slowest, ms"),
    Row("window-1", "result on the last", "close after the last vote: result on the last phone, ms"),
    Row("loop", "votes a second", "votes a second, 200 under way", 0),
    Row("loop", "p99", "acknowledgement then: p99, ms"),
    Row("reconnect", "all back, s", "restart: all back (they spread over 1.5 s), s", 2),
    Row("reconnect", "p99", "restart: one phone coming back, p99, ms"),
    Row("kill", "down, s", "kill -9: until it listens again, s", 2),
    Row("kill", "all back, s", "kill -9: all back after that, s", 2),
    Row("kill", "all votes in, s", "kill -9: until every vote is acknowledged, s", 2),
    Row("kill", "lost", "kill -9: acknowledged votes lost", 0),
    Row("memory", "per phone, kB", "memory of the process for each phone, kB", 0),
)


@dataclass
class Findings:
    """What every server did in every phase, one outcome a turn. bytes: a phone's snapshot."""

    bytes: int = 0
    outcomes: dict[tuple[int, str, str], list[Outcome]] = field(default_factory=lambda: defaultdict(list))

    def add(self, size: int, peer: str, phase: str, outcome: Outcome) -> None:
        self.outcomes[size, peer, phase].append(outcome)

    def sizes(self) -> list[int]:
        return sorted({size for size, _, _ in self.outcomes})

    def peers(self) -> list[str]:
        return [name for name in NAMES if any(peer == name for _, peer, _ in self.outcomes)]

    def turns(self, row: Row, size: int, peer: str) -> tuple[int, int]:
        """In how many turns a figure was measured, and in how many of them it was not refused."""
        outcomes = self.outcomes.get((size, peer, row.phase), [])
        return len(outcomes), sum(not outcome.refused for outcome in outcomes)

    def figure(self, row: Row, size: int, peer: str) -> float | str | None:
        """The median of a figure; a text where it was refused, None where there is none."""
        if row.phase == "memory" and size < FEW:
            return None
        outcomes = self.outcomes.get((size, peer, row.phase), [])
        good = [outcome.figures[row.figure] for outcome in outcomes if not outcome.refused]
        if outcomes and not good:
            return f"refused: load process used {median(o.share for o in outcomes):.0%}"
        return median(good) if good else None


def write(findings: Findings, times: int) -> str:
    """The whole report."""
    return "\n".join([_head(findings, times), "", *_figures(findings), "", *_processor(findings), ""])


def _head(findings: Findings, times: int) -> str:
    measured = [outcomes for (_, _, phase), outcomes in findings.outcomes.items() if phase != "memory"]
    others = median(outcome.others for outcomes in measured for outcome in outcomes)
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, snapshots of {findings.bytes} bytes, "
        f"{f'medians of {times}' if times > 1 else 'one turn'}. × is Consensus beside the other: below 1 is faster, "
        "at votes a second slower. The floor and the bare peers store nothing. Other programs used "
        f"{others:.0%} of a core meanwhile (median)."
    )


def _figures(findings: Findings) -> list[str]:
    peers = findings.peers()
    beside = [name for name in ("floor", "node") if name in peers and "consensus" in peers]
    lines = _heading(["", "phones", *(NAMES[name] for name in peers), *(f"× {NAMES[name]}" for name in beside)])
    for row in ROWS:
        for size in findings.sizes():
            found = {name: findings.figure(row, size, name) for name in peers}
            if all(value is None for value in found.values()):
                continue
            shown = [_shown(found[name], row.digits, *findings.turns(row, size, name)) for name in peers]
            cells = [row.title, f"{size:,}", *shown]
            cells += [_ratio(found["consensus"], found[name]) for name in beside]
            lines.append(_line(cells))
    return lines


def _processor(findings: Findings) -> list[str]:
    """A line a phase: the load process's share of a core (in the bursts alone), the server's seconds of processor."""
    peers = findings.peers()
    lines = _heading(["load process (in bursts) / server", "phones", *(NAMES[name] for name in peers)])
    for phase in dict.fromkeys(row.phase for row in ROWS if row.phase != "memory"):
        for size in findings.sizes():
            cells = [_used(findings.outcomes.get((size, name, phase), [])) for name in peers]
            if any(cells):
                lines.append(_line([phase, f"{size:,}", *(cell or "–" for cell in cells)]))
    return lines


def _used(outcomes: list[Outcome]) -> str:
    if not outcomes:
        return ""
    burst = median(outcome.burst for outcome in outcomes)
    used = f"{median(outcome.share for outcome in outcomes):.0%}" + (f" ({burst:.0%})" if burst else "")
    return f"{used} / {median(outcome.server for outcome in outcomes):.2f} s"


def _shown(value: float | str | None, digits: int, turns: int, good: int) -> str:
    if value is None or isinstance(value, str):
        return value or "–"
    return f"{value:,.{digits}f}" + (f" ({good} of {turns})" if good < turns else "")


def _ratio(own: float | str | None, other: float | str | None) -> str:
    if isinstance(own, float | int) and isinstance(other, float | int) and other > 0:
        ratio = own / other
        return f"{ratio:.2g}" if ratio < 10 else f"{ratio:,.0f}"
    return "–"


def _heading(cells: list[str]) -> list[str]:
    return [_line(cells), _line(["---", *("---:" for _ in cells[1:])])]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
