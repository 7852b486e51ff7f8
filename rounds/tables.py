"""Draw tables: who sits where, so that each table mixes organisations and roles and few meet again.

Everything is counted in pairs of people at one table: those from the same organisation, those with the same role, and
those who sat together before, once for each earlier session. Pairs measure balance, for they are fewest where people
are spread as evenly as the numbers allow. The objective is the weighted sum of the three; docs/decisions/tables.md
tells how it is made small, and what it can never be below.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import comb
from random import Random
from typing import NamedTuple

#: what the optimiser may do: steps for each person, steps at the most, and fresh starts
STEPS_EACH, MOST_STEPS, STARTS = 400, 40_000, 4
MOST_PEOPLE = 1000


class Panellist(NamedTuple):
    """What somebody is mixed by. What is not known is like nobody else's."""

    organisation: str | None = None
    role: str | None = None


class Pairs(NamedTuple):
    """Pairs at one table: of the same organisation, of the same role, and together again."""

    organisation: int
    role: int
    again: int

    @property
    def cost(self) -> int:
        """The objective: to be as small as can be."""
        return sum(weight * pairs for weight, pairs in zip(WEIGHTS, self, strict=True))


WEIGHTS = Pairs(organisation=3, role=2, again=2)

#: one session: the table of each panellist, from 0; None for who was not there
Session = Sequence[int | None]


def draw(panel: Sequence[Panellist], tables: int, before: Sequence[Session] = (), *, seed: str) -> list[int]:
    """The table of each panellist, from 0; sizes differ by at most one. The same seed gives the same draw.

    before: earlier sessions of the same panel. Raises ValueError for no table, for more tables than people, and for
    more people than MOST_PEOPLE.
    """
    if not 1 <= tables <= len(panel) <= MOST_PEOPLE:
        raise ValueError(f"{len(panel)} people cannot be drawn to {tables} tables")
    random = Random(f"tables:{seed}")  # noqa: S311 - whoever has the seed is to get the same draw
    costs = _costs(panel, before)
    least = bound(panel, tables, before).cost
    steps = min(MOST_STEPS, STEPS_EACH * len(panel))
    best: _Arrangement | None = None
    for _ in range(STARTS):
        found = _Arrangement(costs, tables, at_random(len(panel), tables, random))
        found.improve(random, steps, least)
        if best is None or found.cost < best.cost:
            best = found
        if best.cost <= least:
            break
    assert best is not None
    return best.at


def at_random(people: int, tables: int, random: Random) -> list[int]:
    """A draw that looks at nothing but sizes, which differ by at most one."""
    places = [place % tables for place in range(people)]
    for last in range(people - 1, 0, -1):  # Fisher and Yates, on random() alone: that never changes between versions
        other = int(random.random() * (last + 1))
        places[last], places[other] = places[other], places[last]
    return places


def free_place(panel: Sequence[Panellist], tables: int, seated: Session, before: Sequence[Session], late: int) -> int:
    """The table at which somebody who comes late sits best: of the smallest ones, the one with the fewest pairs."""
    costs, sizes = [0] * tables, [0] * tables
    met = _met(before)
    for other, table in enumerate(seated):
        if table is not None and other != late:
            sizes[table] += 1
            costs[table] += _cost(panel, met, late, other)
    return min(range(tables), key=lambda table: (sizes[table], costs[table], table))


def count(panel: Sequence[Panellist], session: Session, before: Iterable[Session] = ()) -> Pairs:
    """The pairs of one session."""
    there = [(place, table) for place, table in enumerate(session) if table is not None]
    organisation = Counter((table, panel[p].organisation) for p, table in there if panel[p].organisation is not None)
    role = Counter((table, panel[p].role) for p, table in there if panel[p].role is not None)
    again = 0
    for earlier in before:
        again += _pairs(Counter((table, earlier[p]) for p, table in there if earlier[p] is not None))
    return Pairs(_pairs(organisation), _pairs(role), again)


def bound(panel: Sequence[Panellist], tables: int, before: Iterable[Session] = ()) -> Pairs:
    """What no draw of the next session can be below.

    People of one organisation are spread evenly at best. A table of g people, drawn from s tables of an earlier
    session, has at least as many pairs that sat together there as g spread evenly over s has (Turán's count).
    """
    sizes = _sizes(len(panel), tables)
    again = 0
    for earlier in before:
        strangers = sum(table is None for table in earlier)  # who was not there has met nobody
        apart = len({table for table in earlier if table is not None}) + strangers
        again += sum(evenly(size, apart) for size in sizes)
    return Pairs(_spread(panel, "organisation", tables), _spread(panel, "role", tables), again)


def bound_over(panel: Sequence[Panellist], tables: int, sessions: int) -> Pairs:
    """What no series of draws with everybody there can be below, all sessions taken together.

    For those who sit together again there are three counts, and the largest holds: Turán's, for each two sessions; all
    meetings spread evenly over all pairs; and those within each organisation spread over the pairs it has.
    """
    sizes, one = _sizes(len(panel), tables), bound(panel, tables)
    between = comb(sessions, 2) * sum(evenly(size, tables) for size in sizes)
    in_all = evenly(sessions * sum(comb(size, 2) for size in sizes), comb(len(panel), 2))
    inside = sum(evenly(sessions * evenly(n, tables), comb(n, 2)) for n in _numbers(panel, "organisation"))
    return Pairs(sessions * one.organisation, sessions * one.role, max(between, in_all, inside))


def evenly(things: int, places: int) -> int:
    """Pairs that share a place when things are spread as evenly as can be. No spread has fewer: pairs are convex."""
    if not places:
        return 0
    whole, rest = divmod(things, places)
    return places * comb(whole, 2) + rest * whole


class _Arrangement:
    """A draw that is being improved. at: the table of each; cost: the objective."""

    def __init__(self, costs: Sequence[Sequence[int]], tables: int, at: list[int]) -> None:
        self.costs, self.at = costs, at
        self.tables: list[set[int]] = [{p for p, table in enumerate(at) if table == t} for t in range(tables)]
        self.cost = sum(costs[p][q] for table in self.tables for p in table for q in table) // 2

    def improve(self, random: Random, steps: int, least: int) -> None:
        """Swap people between tables, in so many steps, and end at the best that was met: threshold accepting.

        A swap is taken if it costs no more than a threshold that falls to nothing. All numbers are whole: the same
        seed gives the same draw on every machine.
        """
        people, best = len(self.at), (self.cost, list(self.at))
        threshold = 2 * max(map(max, self.costs))
        for step in range(steps):
            if best[0] <= least:
                break
            one, other = int(random.random() * people), int(random.random() * people)
            if self.at[one] == self.at[other]:
                continue
            change = self._change(one, other)
            if change * steps <= threshold * (steps - step - 1):
                self._swap(one, other, change)
                if self.cost < best[0]:
                    best = self.cost, list(self.at)
        self.cost, self.at = best

    def _change(self, one: int, other: int) -> int:
        """What a swap would add to the cost."""
        mine, theirs = self.costs[one].__getitem__, self.costs[other].__getitem__
        here, there = self.tables[self.at[one]], self.tables[self.at[other]]
        change = sum(map(mine, there)) - sum(map(mine, here)) + sum(map(theirs, here)) - sum(map(theirs, there))
        return change - 2 * mine(other)

    def _swap(self, one: int, other: int, change: int) -> None:
        here, there = self.at[one], self.at[other]
        self.tables[here] ^= {one, other}
        self.tables[there] ^= {one, other}
        self.at[one], self.at[other] = there, here
        self.cost += change


def _costs(panel: Sequence[Panellist], before: Sequence[Session]) -> list[list[int]]:
    """What each two cost at one table; nobody costs anything with themselves."""
    costs = [[0] * len(panel) for _ in panel]
    for what, weight in (("organisation", WEIGHTS.organisation), ("role", WEIGHTS.role)):
        alike: defaultdict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(panel):
            if (shared := getattr(one, what)) is not None:
                alike[shared].append(place)
        for places in alike.values():
            for one_place in places:
                row = costs[one_place]
                for other in places:
                    row[other] += weight
    for place, row in enumerate(costs):
        row[place] = 0
    for (one_place, other), times in _met(before).items():
        costs[one_place][other] += WEIGHTS.again * times
        costs[other][one_place] += WEIGHTS.again * times
    return costs


def _cost(panel: Sequence[Panellist], met: dict[tuple[int, int], int], one: int, other: int) -> int:
    mine, theirs = panel[one], panel[other]
    organisation = mine.organisation is not None and mine.organisation == theirs.organisation
    role = mine.role is not None and mine.role == theirs.role
    return Pairs(organisation, role, met.get((min(one, other), max(one, other)), 0)).cost


def _met(before: Iterable[Session]) -> dict[tuple[int, int], int]:
    """Two people, the lower place first -> in how many sessions they sat together."""
    met: defaultdict[tuple[int, int], int] = defaultdict(int)
    for session in before:
        tables: defaultdict[int, list[int]] = defaultdict(list)
        for place, table in enumerate(session):
            if table is not None:
                tables[table].append(place)
        for people in tables.values():
            for at, one in enumerate(people):
                for other in people[at + 1 :]:
                    met[one, other] += 1
    return met


def _sizes(people: int, tables: int) -> list[int]:
    return [len(range(table, people, tables)) for table in range(tables)]


def _spread(panel: Sequence[Panellist], what: str, tables: int) -> int:
    return sum(evenly(n, tables) for n in _numbers(panel, what))


def _numbers(panel: Sequence[Panellist], what: str) -> list[int]:
    """How many people there are of each organisation, or role."""
    return list(Counter(getattr(one, what) for one in panel if getattr(one, what) is not None).values())


def _pairs(shared: Counter[tuple[int, str | None]] | Counter[tuple[int, int | None]]) -> int:
    return sum(comb(n, 2) for n in shared.values())
