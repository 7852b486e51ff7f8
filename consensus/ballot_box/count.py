"""Count: from the votes themselves, open and sealed, never from a counter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from consensus.ballot_box.links import scope, seats_by_voter
from consensus.ballot_box.record import ballot_of
from consensus.ballot_box.seal import attendance_of, open_papers, shown_groups
from consensus.keys import KeyStore, voter
from consensus.models import (
    Conference,
    OpenPaper,
    OpenVote,
    Participation,
    PoolItem,
    Run,
    SealedPaper,
    SealedVote,
    Seat,
)
from rounds.tally import GroupCounts, Tally

if TYPE_CHECKING:
    from consensus.papers import BallotRow

Counts = dict[int, Counter[str]]
#: up to so many hashes are looked up by themselves; above, all votes on the open items are read
MANY = 500


def tally(session: Session, keys: KeyStore, run: Run, number: int | None = None) -> dict[int, Tally]:
    """Count a run: item number -> tally, for every item of its pool, or for one.

    Before the seal and after it the same figures: groups too are hidden beforehand as the seal will hide them.
    An item that is not closed yet takes the run's attendance. Not for any screen while an item is open.
    """
    conference = session.get_one(Conference, run.conference_id)
    counts = _counts(session, run, number)
    groups, group_papers = _sealed_groups(session, run)
    if conference.anonymity != "vote":
        _add_open_groups(session, keys, conference, run, groups, group_papers)
    entitled, there = attendance_of(session, run)
    if run.state == "sealed" and run.entitled is not None:
        entitled = run.entitled
    papers = _papers_handed_in(session, conference, run, entitled)
    of_item = [] if number is None else [PoolItem.number == number]
    items = session.execute(
        select(PoolItem.number, PoolItem.present).where(PoolItem.run_id == run.id, *of_item).order_by(PoolItem.number)
    )
    return {
        counted: Tally(
            counted,
            dict(counts[counted]),
            papers,
            there if present is None else present,
            entitled,
            {name: GroupCounts(dict(groups[name][counted]), size) for name, size in sorted(group_papers.items())},
        )
        for counted, present in items
    }


def _papers_handed_in(session: Session, conference: Conference, run: Run, entitled: int) -> int:
    """Count papers; where they are more than the seats, the item with most votes tells.

    At level `vote` each vote lies on a paper of its own; at level `paper` those on an item that was voted on anew
    after the seal had cut the links.
    """
    count = func.count()
    papers = sum(
        session.scalar(select(count).select_from(table).where(table.run_id == run.id)) or 0
        for table in (OpenPaper, SealedPaper)
    )
    if conference.anonymity != "vote" and (papers <= entitled or ballot_of(run.ballot).whole_paper):
        return papers
    return max((sum(counts.values()) for counts in _counts(session, run, None).values()), default=0)


def turnout(session: Session, run: Run, number: int | None = None) -> int:
    """Count who has voted on an item; without a number, or with whole papers, who has handed in a paper."""
    query = select(func.count()).select_from(OpenPaper).where(OpenPaper.run_id == run.id)
    if number is not None and not ballot_of(run.ballot).whole_paper:
        query = select(func.count()).select_from(OpenVote).where(OpenVote.run_id == run.id, OpenVote.number == number)
    return session.scalar(query) or 0


def voted(session: Session, keys: KeyStore, run: Run, seat_ids: Collection[str]) -> dict[str, list[int]]:
    """Seat -> the open items that it has voted on, in item order; with whole papers all, once one is handed in."""
    conference = session.get_one(Conference, run.conference_id)
    query = select(PoolItem.number).where(PoolItem.run_id == run.id, PoolItem.state == "open")
    numbers = session.scalars(query.order_by(PoolItem.number)).all()
    scopes = {number: scope(conference.anonymity, conference.id, run.id, number) for number in numbers}
    seats = {name: _seats_of(keys.get(name), seat_ids) for name in set(scopes.values())}
    own = {hashed for linked in seats.values() for hashed in linked}
    found: dict[str, list[int]] = {seat: [] for seat in seat_ids}
    if ballot_of(run.ballot).whole_paper:
        papers = select(OpenPaper.voter).where(OpenPaper.run_id == run.id)
        for hashed in session.scalars(papers.where(OpenPaper.voter.in_(own)) if len(own) <= MANY else papers):
            if hashed in own:
                found[seats[scopes[numbers[0]]][hashed]] = list(numbers)
        return found
    votes = select(OpenVote.number, OpenVote.voter).where(OpenVote.run_id == run.id, OpenVote.number.in_(numbers))
    votes = votes.order_by(OpenVote.number)
    for number, hashed in session.execute(votes.where(OpenVote.voter.in_(own)) if len(own) <= MANY else votes):
        if (seat := seats[scopes[number]].get(hashed)) is not None:
            found[seat].append(number)
    return found


def took_part(session: Session, keys: KeyStore, conference: Conference, seat_id: str) -> bool:
    """Whether a seat has voted in any run: by who took part in those whose links are cut, else by the links."""
    runs = session.scalars(select(Run).where(Run.conference_id == conference.id))
    return any(took_part_in(session, keys, conference, run, seat_id) for run in runs)


def took_part_in(session: Session, keys: KeyStore, conference: Conference, run: Run, seat_id: str) -> bool:
    """Whether a seat has voted in a run."""
    if session.get(Participation, (run.id, seat_id)) is not None:
        return True
    numbers = session.scalars(select(PoolItem.number).where(PoolItem.run_id == run.id)).all()
    for name in {scope(conference.anonymity, conference.id, run.id, number) for number in numbers}:
        key = keys.get(name)
        if key and session.get(OpenPaper, (run.id, voter(key, seat_id))) is not None:
            return True
    return False


def _seats_of(key: bytes | None, seat_ids: Collection[str]) -> dict[bytes, str]:
    """Hash -> seat, as long as there is the key."""
    return {voter(key, seat): seat for seat in seat_ids} if key else {}


def papers(session: Session, run: Run) -> list[BallotRow]:
    """List the sealed votes of a run by paper and item; a paper with nothing on it is one row without a number."""
    from consensus.papers import BallotRow

    of_paper = dict(
        session.execute(select(SealedPaper.paper, SealedPaper.group).where(SealedPaper.run_id == run.id)).all()
    )
    found = [
        BallotRow(run.round_id, number, paper, choice, of_paper[paper] or "")
        for paper, number, choice in session.execute(
            select(SealedVote.paper, SealedVote.number, SealedVote.choice).where(SealedVote.run_id == run.id)
        )
    ]
    empty = of_paper.keys() - {row.paper for row in found}
    found += [BallotRow(run.round_id, None, paper, "", of_paper[paper] or "") for paper in empty]
    # Sorted here: databases differ in how they order text.
    return sorted(found, key=lambda row: (row.paper, row.number or 0))


def _counts(session: Session, run: Run, number: int | None) -> Counts:
    counts: Counts = defaultdict(Counter)
    for table in (OpenVote, SealedVote):
        query = select(table.number, table.choice, func.count()).where(table.run_id == run.id)
        if number is not None:
            query = query.where(table.number == number)
        for counted, choice, count in session.execute(query.group_by(table.number, table.choice)):
            counts[counted][choice] += count
    return counts


def _sealed_groups(session: Session, run: Run) -> tuple[dict[str, Counts], Counter[str]]:
    """Count by group what is sealed: group -> item -> choice -> votes, and group -> papers."""
    groups: dict[str, Counts] = defaultdict(lambda: defaultdict(Counter))
    of_run = (SealedPaper.run_id == run.id, SealedPaper.group.is_not(None))
    sizes = session.execute(select(SealedPaper.group, func.count()).where(*of_run).group_by(SealedPaper.group))
    papers: Counter[str] = Counter({group: size for group, size in sizes if group is not None})
    if papers:
        votes = session.execute(
            select(SealedPaper.group, SealedVote.number, SealedVote.choice, func.count())
            .join(SealedVote, (SealedVote.run_id == SealedPaper.run_id) & (SealedVote.paper == SealedPaper.paper))
            .where(*of_run)
            .group_by(SealedPaper.group, SealedVote.number, SealedVote.choice)
        )
        for group, number, choice, count in votes:
            groups[str(group)][number][choice] += count
    return groups, papers


def _add_open_groups(
    session: Session,
    keys: KeyStore,
    conference: Conference,
    run: Run,
    groups: dict[str, Counts],
    group_papers: Counter[str],
) -> None:
    """Count by group what is open. The group of a paper is not stored before the seal, so the links are followed."""
    grouped = exists().where(Seat.conference_id == conference.id, Seat.group.is_not(None))
    if not session.scalar(select(grouped)):
        return
    seats = seats_by_voter(session, keys.get(scope(conference.anonymity, conference.id, run.id, 0)), conference.id)
    papers = open_papers(session, run.id)
    for hashed, group in shown_groups(session, conference, run, papers, seats).items():
        group_papers[group] += 1
        for number, choice in papers[hashed]:
            groups[group][number][choice] += 1
