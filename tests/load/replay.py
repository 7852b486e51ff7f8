"""How fast ballots are replayed, and how fast a round is judged again: `python -m tests.load.replay`.

Three readers take turns over one file of 5 million rows: csv.reader alone, pandas in chunks alone, and the whole
command `consensus replay --json`. Each runs in a process of its own, started from this small one, so that the peak
memory that the system reports is its own. Then a round of 137 items and 1,000 papers is judged from its tallies, as
the what-if slider does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

PAPERS = 10_000
ITEMS = 500
TIMES = 3
MOST_RATIO = 2.0
MOST_MEGABYTES = 300
MOST_MILLISECONDS = 20

PLAN = """
title     = "Load"
protocols = ["in"]

[[rounds]]
id        = "R1"
vote_on   = "all"
ballot    = "yes-no"
advance   = "top 50"
to        = "in"
ties      = "hold all"
otherwise = "cut"
"""


@dataclass(frozen=True)
class Reading:
    """One way to read the file: its name, the arguments of its process, and what each turn took."""

    name: str
    arguments: Sequence[str]
    seconds: list[float]
    megabytes: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=PAPERS)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--part", choices=sorted(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, default=Path(), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        PARTS[options.part](options)
        return
    with tempfile.TemporaryDirectory(prefix="consensus-load-") as place:
        compare_readers(Path(place), options)
    run([*_part("judge"), "--times", str(options.times)])


def compare_readers(place: Path, options: argparse.Namespace) -> None:
    """Write the file, read it in turns, print the medians."""
    file = place / "ballots.csv"
    size = ["--file", str(file), "--papers", str(options.papers), "--items", str(options.items)]
    run([*_part("write"), *size])
    replay = [sys.executable, "-m", "consensus", "replay", "--json", "--plan", str(place / "plan.toml")]
    readings = [
        Reading("csv.reader", [*_part("csv"), *size], [], []),
        Reading("pandas chunks", [*_part("pandas"), *size], [], []),
        Reading("replay --json", [*replay, "--items", str(place / "items.csv"), "--ballots", str(file)], [], []),
    ]
    for _ in range(options.times):
        for reading in readings:
            seconds, megabytes, printed = run(reading.arguments)
            # The two plain readers tell the time of the reading alone; the command is timed as a whole.
            reading.seconds.append(seconds if reading is readings[-1] else float(printed))
            reading.megabytes.append(megabytes)
    _check_replayed(json.loads(printed), options)
    rows = options.papers * options.items
    print(f"{rows:,} rows, {options.papers:,} papers, {file.stat().st_size / 1e6:.0f} MB, median of {options.times}:")
    _print(readings)


def _check_replayed(replayed: dict[str, list[dict[str, object]]], options: argparse.Namespace) -> None:
    (result,) = replayed["rounds"]
    items = result["items"]
    assert isinstance(items, list)
    assert (result["pool"], result["papers"]) == (options.items, options.papers)
    assert all(sum(item["votes"].values()) == options.papers for item in items)


def _print(readings: Sequence[Reading]) -> None:
    alone = median(readings[0].seconds)
    for reading in readings:
        took = median(reading.seconds)
        turns = " ".join(f"{seconds:.2f}" for seconds in reading.seconds)
        print(
            f"  {reading.name:14} {took:6.2f} s  {took / alone:5.2f} x csv.reader  "
            f"{max(reading.megabytes):4.0f} MB at most  ({turns})"
        )
    ratio, peak = median(readings[-1].seconds) / alone, max(readings[-1].megabytes)
    print(f"  target: {_met(ratio, MOST_RATIO)} x csv.reader, {_met(peak, MOST_MEGABYTES)} MB")


def _met(found: float, most: float) -> str:
    return f"{found:.2f} of at most {most:g}" + ("" if found <= most else " (MISSED)")


def run(arguments: Sequence[str]) -> tuple[float, float, str]:
    """Run a process to its end: (seconds, megabytes of memory at most, what it printed)."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(arguments, stdout=out, cwd=Path(__file__).parents[2])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
        out.seek(0)
        printed = out.read()
    if "judge" in arguments:
        print(printed, end="")
    return seconds, usage.ru_maxrss / 1024, printed


def _part(name: str) -> list[str]:
    return [sys.executable, "-m", "tests.load.replay", "--part", name]


def write(options: argparse.Namespace) -> None:
    """Write plan, items and ballots: every paper votes on every item, the rows in random order."""
    import numpy as np

    place = options.file.parent
    (place / "plan.toml").write_text(PLAN)
    items = "".join(f"{number},Item {number}\n" for number in range(1, options.items + 1))
    (place / "items.csv").write_text("number,text\n" + items)
    chance = np.random.default_rng(1)
    order = chance.permutation(options.papers * options.items)
    votes = chance.random(len(order)) < np.linspace(0.2, 0.8, options.items)[order % options.items]
    with options.file.open("w") as file:
        file.write("round,number,paper,choice\n")
        for at in range(0, len(order), 100_000):
            some = zip(order[at : at + 100_000].tolist(), votes[at : at + 100_000].tolist(), strict=True)
            file.writelines(
                f"R1,{cell % options.items + 1},R1-{cell // options.items:05},{'yes' if yes else 'no'}\n"
                for cell, yes in some
            )


def read_with_csv(options: argparse.Namespace) -> None:
    import csv

    begun = time.perf_counter()
    with options.file.open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    print(time.perf_counter() - begun)


def read_with_pandas(options: argparse.Namespace) -> None:
    import pandas as pd

    begun = time.perf_counter()
    with pd.read_csv(options.file, chunksize=1 << 18) as chunks:
        for _ in chunks:
            pass
    print(time.perf_counter() - begun)


def judge_again(options: argparse.Namespace) -> None:
    """Judge a round of 137 items and 1,000 papers from its tallies, as every move of the what-if slider does."""
    import random

    from rounds import Item, count, judge, ready_plan

    chance = random.Random(1)
    for name in ("conference-2014", "delphi-70-15", "rand-ucla"):
        plan = ready_plan(name)
        round = plan.rounds[0]
        choices = [choice for choice in round.ballot.choices if choice != "abstain"]
        items = [Item(number, plan.kinds[0] if plan.kinds else None) for number in range(1, 138)]
        tallies = {
            item.number: count(item.number, chance.choices(choices, [chance.random() for _ in choices], k=1000))
            for item in items
        }
        took = []
        for _ in range(50 * options.times):
            fresh = {number: replace(tally) for number, tally in tallies.items()}  # nothing remembered from before
            begun = time.perf_counter()
            judge(round, items, fresh, min_group=plan.min_group)
            took.append(1000 * (time.perf_counter() - begun))
        print(
            f"what-if, {name}, 137 items, 1,000 papers: median {_met(median(took), MOST_MILLISECONDS)} ms, "
            f"slowest {max(took):.1f} ms"
        )


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "write": write,
    "csv": read_with_csv,
    "pandas": read_with_pandas,
    "judge": judge_again,
}


if __name__ == "__main__":
    main()
