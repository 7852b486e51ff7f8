"""Two panellists swap papers, or vote in another order: nobody can tell, down to the last byte.

With the random source and the clock fixed, all that leaves the conference is the same: every snapshot of every audience
at every moment, every document, the archive. So is the database file, when the last links are gone: what is the same
bytes whoever voted how, and when, holds no order and no sequence that could be joined to a seat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from consensus.models import Seat
from tests.consensus.room import plan_text, round_keys
from tests.consensus.twins import Paper, Twin

LEVELS = ("vote", "paper", "panel")
SEATS = 12
ORDER = tuple(range(SEATS))
SWAPPED = (7, *range(1, 7), 0, *range(8, SEATS))
Whose = Sequence[int] | Callable[[Twin], Sequence[int]]


def plan_at(level: str, rule: str = "yes >= 60%") -> str:
    first = round_keys("A", pace="paper", advance=rule, otherwise="hold")
    second = round_keys("B", pace="paper", vote_on="held in A", ballot="scale 1-9", advance="median >= 5")
    return plan_text(first, second, head=f'anonymity = "{level}"')


def yes_no(paper: int) -> Paper:
    """A paper on items 1 to 4 that is like no other of the twelve."""
    return [(item, "yes" if paper + 1 >> item - 1 & 1 else "no") for item in (1, 2, 3, 4)]


def ratings(paper: int) -> Paper:
    return [(4, str(1 + paper % 9))]


def held(
    place: Path, level: str, whose: Whose = ORDER, order: Sequence[int] = ORDER, groups: Mapping[str, int] | None = None
) -> Twin:
    """Hold a conference of two rounds. whose: seat -> its paper; order: in which the seats vote."""
    place.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        rule = "yes >= 60% in every group" if groups else "yes >= 60%"
        twin = Twin(place, patch, plan_at(level, rule), items=4, seats=SEATS, groups=groups)
        papers = whose(twin) if callable(whose) else whose
        twin.hold("A", {seat: yes_no(paper) for seat, paper in enumerate(papers)}, order)
        twin.hold("B", {seat: ratings(paper) for seat, paper in enumerate(papers)}, order)
        twin.act("finish")
    return twin


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("whose", "order"),
    [(SWAPPED, ORDER), (ORDER, ORDER[::-1]), (SWAPPED, SWAPPED)],
    ids=["other papers", "other order", "both"],
)
def test_nobody_can_tell_who_handed_in_which_paper_or_when(
    tmp_path: Path, level: str, whose: Sequence[int], order: Sequence[int]
) -> None:
    one, other = held(tmp_path / "one", level), held(tmp_path / "other", level, whose, order)
    assert one.public == other.public
    assert one.documents() == other.documents()
    assert one.on_disk() == other.on_disk()
    # At level `panel` the pseudonyms are linked to their seats until the end, and under a key the links differ.
    assert level == "panel" or one.sealed == other.sealed


def test_two_of_one_group_can_swap_papers_too(tmp_path: Path) -> None:
    groups = {"near": 6, "far": 6}
    one = held(tmp_path / "one", "paper", groups=groups)
    other = held(tmp_path / "other", "paper", two_near_swap, groups=groups)
    assert {row.group for row in one.room.record().ballots} == {"near", "far"}
    assert one.public == other.public
    assert one.documents() == other.documents()
    assert one.on_disk() == other.on_disk()


def two_near_swap(twin: Twin) -> Sequence[int]:
    """The papers of the seats, two of the group "near" having swapped theirs."""
    with twin.room.sessions() as session:
        groups = dict(session.execute(select(Seat.id, Seat.group)).all())
    one, other, *_ = (place for place, seat in enumerate(twin.room.seats) if groups[seat] == "near")
    papers = list(ORDER)
    papers[one], papers[other] = papers[other], papers[one]
    return papers


def test_whoever_votes_otherwise_is_seen_in_the_figures(tmp_path: Path) -> None:
    """What is compared above does differ where the papers do."""
    one, other = held(tmp_path / "one", "paper"), held(tmp_path / "other", "paper", [1, *range(1, SEATS)])
    assert one.public != other.public
    assert one.documents() != other.documents()
    assert one.on_disk() != other.on_disk()
