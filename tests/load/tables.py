"""How well tables are drawn: `python -m tests.load.tables` prints it beside a random draw and what cannot be beaten.

A panel of 23 from three organisations with four roles sits at five tables in four sessions. Pairs are counted as
`rounds.tables` does: two from one organisation at a table, two with one role, two who sat together before.
"""

from __future__ import annotations

import argparse
from random import Random
from statistics import median
from time import perf_counter

from rounds.tables import Pairs, Panellist, Session, at_random, bound_over, count, draw

RANDOM_DRAWS = 100
USUAL = {"people": 23, "organisations": 3, "roles": 4, "tables": 5, "sessions": 4, "seed": 1}


def panel_of(people: int, organisations: int, roles: int) -> list[Panellist]:
    """Uneven organisations, as they are: half of the panel from one, half of the rest from the next; roles by turns."""
    names, left = [], people
    for number in range(organisations):
        own = left if number == organisations - 1 else (left + 1) // 2
        names += [f"organisation {number + 1}"] * own
        left -= own
    return [Panellist(name, f"role {place % roles + 1}") for place, name in enumerate(names)]


def over(panel: list[Panellist], sessions: list[list[int]]) -> Pairs:
    """The pairs of all sessions together."""
    counted = [count(panel, session, sessions[:number]) for number, session in enumerate(sessions)]
    return Pairs(*map(sum, zip(*counted, strict=True)))


def drawn(panel: list[Panellist], tables: int, sessions: int, seed: int) -> list[list[int]]:
    held: list[list[int]] = []
    for number in range(sessions):
        before: list[Session] = list(held)
        held.append(draw(panel, tables, before, seed=f"{seed}.{number}"))
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in USUAL.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    panel = panel_of(asked.people, asked.organisations, asked.roles)
    began = perf_counter()
    found = over(panel, drawn(panel, asked.tables, asked.sessions, asked.seed))
    took = perf_counter() - began
    random = Random(asked.seed)
    some = [
        over(panel, [at_random(asked.people, asked.tables, random) for _ in range(asked.sessions)])
        for _ in range(RANDOM_DRAWS)
    ]
    least = bound_over(panel, asked.tables, asked.sessions)
    print(f"{asked.people} people, {asked.tables} tables, {asked.sessions} sessions; {took:.2f} s")
    print(f"{'pairs at one table':24}{'drawn':>8}{'random':>8}{'bound':>8}")
    for place, name in enumerate(("of one organisation", "of one role", "together again")):
        print(f"{name:24}{found[place]:>8}{median(pairs[place] for pairs in some):>8.0f}{least[place]:>8}")


if __name__ == "__main__":
    main()
