"""What people may want to do: plans, ballots, messages that are right or miss by a little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from rounds import Plan, read_plan
from tests.consensus.model.held import CHOICES, WHOLE, Held
from tests.consensus.room import plan_text, round_keys

ITEMS = 3
NEAR_MISSES = ("round", "item", "choice", "twice", "closed", "type", "nothing")
crashes = st.sampled_from(("", "", "", "commit", "unlink"))
bases = st.sampled_from(("cast", "present", "entitled"))
ties = st.sampled_from(("ask", "lot", "advance all"))
numbers = st.integers(1, ITEMS)
somebody = st.integers(-4, 3)  # few of all, so that the same vote twice, and move: the first and the last who came
ballots = st.sampled_from([f"{ballot}, {pace}" for ballot in sorted(CHOICES) for pace in ("plenary", "paper")])
Batch = list[tuple[int, dict[int, int], str]]
wishes = st.tuples(
    somebody,
    st.dictionaries(numbers, st.integers(0, 3), min_size=1, max_size=ITEMS),
    st.sampled_from(("", "", "", "", "", "", "spelling", *NEAR_MISSES)),
)
batches = st.lists(wishes, min_size=3, max_size=12)


def plan_of(level: str, base: str, ties: str, rounds: Sequence[str]) -> Plan:
    """A plan of two rounds on all items; whole papers have a pace of their own, and need a level that allows them."""
    held = []
    for id, (ballot, pace) in zip("AB", [one.split(", ") for one in rounds], strict=True):
        whole = ballot.split()[0] in WHOLE
        allowed = ballot if not whole or level != "vote" else "yes-no"
        held.append(round_keys(id, ballot=allowed, ties=ties, pace="" if whole else pace))
    return read_plan(plan_text(*held, head=f'anonymity = "{level}"\nbase = "{base}"'))


def votes_of(held: Held, picks: dict[int, int], miss: str) -> list[tuple[Any, Any]]:
    """A message as a phone would send it, or one that misses by a little."""
    choices = CHOICES[held.ballot]
    is_open = held.having("open")
    votes: list[tuple[Any, Any]] = [
        (number, choices[k % len(choices)]) for number, k in picks.items() if miss == "closed" or number in is_open
    ]
    if not votes and picks and len(is_open) == 1:
        votes = [(is_open[0], choices[min(picks.values()) % len(choices)])]
    if miss == "spelling":
        return [(number, f" {choice.upper()} ") for number, choice in votes]
    if miss == "item":
        return [*votes[:-1], (ITEMS + 1, choices[0])]
    if miss == "choice":
        return [(number, "perhaps") for number, _ in votes]
    if miss == "type":
        return [(str(number), choice) for number, choice in votes]
    return votes * 2 if miss == "twice" else [] if miss == "nothing" else votes
