"""How Consensus carries a room: `python -m tests.load`.

Beside it, in the same run, a floor (a C program that only answers), npm's bare socket.io and plain Flask-SocketIO.
A figure is refused where the phones themselves used more than 35 % of a core: then it would say what the phones can.
All sizes three times take about half an hour.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.load.phases import BRISK, PHASES, Pace, Wrong
from tests.load.run import MAKERS, SLOW, run
from tests.load.table import write

SIZES = "23,300,1000,3000,5000"


def main() -> None:
    options = _options()
    if sys.platform != "linux":
        raise SystemExit("The benchmark needs Linux: it asks epoll and /proc.")
    peers = [*options.peers, *([SLOW] if options.slow_disk else [])]
    try:
        findings = run(options.phones, peers, options.phases, options.times, BRISK if options.brisk else Pace())
    except Wrong as problem:
        raise SystemExit(f"WRONG: {problem}") from None
    text = write(findings, options.times)
    print(text)
    if options.out:
        options.out.write_text(text, "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = [name for name in MAKERS if name != SLOW]
    parser.add_argument("--phones", type=_sizes, default=SIZES, help=f"how many, of each size ({SIZES})")
    parser.add_argument("--peers", type=_some_of(usual), default=",".join(usual), help=", ".join(usual))
    parser.add_argument("--phases", type=_some_of(PHASES), default=",".join(PHASES), help=", ".join(PHASES))
    parser.add_argument("--times", type=int, default=3, help="turns, of which the median counts (3)")
    parser.add_argument("--slow-disk", action="store_true", help="also Consensus where an fsync takes 5 ms longer")
    parser.add_argument("--brisk", action="store_true", help="short phases, to see that everything works: no figures")
    parser.add_argument("--out", type=Path, help="where the table goes, as Markdown")
    return parser.parse_args()


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",")]


def _some_of(known: Iterable[str]) -> Callable[[str], list[str]]:
    names = list(known)

    def read(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := set(chosen) - set(names):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: choose from {', '.join(names)}")
        return [name for name in names if name in chosen]

    return read


if __name__ == "__main__":
    main()
