"""Seal: votes move to papers with fresh random ids, and nothing tells whose they are.

Papers are sorted by what stands on them before they get their ids, and written in the order of the ids. So neither
the ids nor the place of a row in the file depend on who voted, or when.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random, SystemRandom

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from consensus.ballot_box.groups import counts_by_groups, kept_groups
from consensus.ballot_box.links import scope, seats_by_voter
from consensus.ballot_box.sql import insert_many, insert_new, locked
from consensus.errors import Refusal
from consensus.keys import KeyStore
from consensus.models import (
    Conference,
    LogEntry,
    OpenPaper,
    OpenVote,
    Participation,
    PoolItem,
    Pseudonym,
    Run,
    SealedPaper,
    SealedVote,
    Seat,
    attendance,
)

SYSTEM_RANDOM = SystemRandom()


@dataclass(frozen=True, order=True, slots=True)
class _Paper:
    """What is known of a paper after the seal, and so what it is sorted by."""

    votes: tuple[tuple[int, str], ...]
    group: str


def seal(session: Session, keys: KeyStore, run: Run, random: Random = SYSTEM_RANDOM) -> None:
    """Seal a run: its open papers become sealed ones, the run's state `sealed`, attendance is written down.

    Raises Refusal("not-now") while an item is open. The keys go with `unlink`, after the commit.
    """
    run = locked(session, run)
    conference = session.get_one(Conference, run.conference_id)
    if session.scalar(select(exists().where(PoolItem.run_id == run.id, PoolItem.state == "open"))):
        raise Refusal("not-now", "An item is still open. Close it first.")
    if conference.anonymity != "vote":
        seal_papers(session, keys, run, None, random)
    run.entitled, run.present = attendance_of(session, run)
    run.typed = _typed(session, run)
    run.state = "sealed"


def _typed(session: Session, run: Run) -> int:
    """Count the seats that took part on paper, those too that were given a card since: the log tells of them.

    Of a whole round only: by item it would tell of an incomplete paper that it is one of theirs.
    """
    query = select(func.count()).select_from(Participation).join(Seat, Seat.id == Participation.seat_id)
    on_paper = session.scalar(query.where(Participation.run_id == run.id, Seat.paper.is_not(None))) or 0
    cards = select(LogEntry.details).where(LogEntry.conference_id == run.conference_id, LogEntry.action == "new-card")
    return on_paper + sum(run.round_id in details.get("typed_in", ()) for details in session.scalars(cards))


def seal_papers(session: Session, keys: KeyStore, run: Run, number: int | None, random: Random) -> None:
    """Move open papers to sealed ones: all of the run, or at level `vote` those of one item."""
    conference = session.get_one(Conference, run.conference_id)
    key = keys.get(scope(conference.anonymity, conference.id, run.id, number or 0))
    seats = seats_by_voter(session, key, conference.id)
    papers = open_papers(session, run.id, number)
    groups = shown_groups(session, conference, run, papers, seats)
    by_content = sorted((_Paper(votes, groups.get(hashed, "")), hashed) for hashed, votes in papers.items())
    if conference.anonymity == "panel":
        ids = _pseudonyms(session, conference, [hashed for _, hashed in by_content], random)
    else:
        ids = _fresh_ids(len(by_content), set(), random)
    _write(session, run.id, {id: paper for id, (paper, _) in zip(ids, by_content, strict=True)})
    took_part = sorted(seat for hashed, (seat, _) in seats.items() if hashed in papers)
    insert_new(session, Participation, [{"run_id": run.id, "seat_id": seat} for seat in took_part])
    _empty(session, run.id, number)


def open_papers(session: Session, run_id: int, number: int | None = None) -> dict[bytes, tuple[tuple[int, str], ...]]:
    """Read open papers: hash -> its votes in item order. With a number: only those that vote on the item."""
    found: dict[bytes, list[tuple[int, str]]] = {}
    query = select(OpenVote.voter, OpenVote.number, OpenVote.choice).where(OpenVote.run_id == run_id)
    if number is None:
        found = {hashed: [] for hashed in session.scalars(select(OpenPaper.voter).where(OpenPaper.run_id == run_id))}
    else:
        query = query.where(OpenVote.number == number)
    # Sorted here: a database would sort many votes in a file.
    for hashed, voted_on, choice in session.connection().execute(query):
        found.setdefault(hashed, []).append((voted_on, choice))
    return {hashed: tuple(sorted(votes)) for hashed, votes in found.items()}


def shown_groups(
    session: Session,
    conference: Conference,
    run: Run,
    papers: Mapping[bytes, object],
    seats: Mapping[bytes, tuple[str, str | None]],
) -> dict[bytes, str]:
    """Return the group of each paper, where the plan's rules ask for it and it may be shown."""
    groups = {hashed: seats[hashed][1] if hashed in seats else None for hashed in papers}
    if not any(groups.values()) or not counts_by_groups(conference.plan_text):
        return {}
    kept = kept_groups(Counter(groups.values()), conference.min_group)
    if conference.anonymity == "panel":
        for before in _shown_before(session, run):
            kept &= before
    return {hashed: group for hashed, group in groups.items() if group is not None and group in kept}


def _shown_before(session: Session, run: Run) -> list[set[str]]:
    """Level `panel`: the groups shown in each sealed run in which some were hidden.

    What was hidden there stays hidden: the pseudonyms would tell the group of the few papers that it was hidden for.
    """
    of_conference = (Run.conference_id == run.conference_id, Run.id != run.id)
    rows = session.execute(
        select(SealedPaper.run_id, SealedPaper.group).join(Run, Run.id == SealedPaper.run_id).where(*of_conference)
    )
    groups: dict[int, set[str | None]] = defaultdict(set)
    for run_id, group in rows:
        groups[run_id].add(group)
    return [{group for group in found if group is not None} for found in groups.values() if None in found]


def attendance_of(session: Session, run: Run) -> tuple[int, int]:
    """Return (entitled, present) of a run; whoever was there when an item closed was entitled, even if gone now."""
    entitled, present = attendance(session, run.conference_id)
    counted = [n for n in session.scalars(select(PoolItem.present).where(PoolItem.run_id == run.id)) if n is not None]
    present = max(counted, default=present)
    return max(entitled, present), present


def _fresh_ids(count: int, taken: set[str], random: Random) -> list[str]:
    ids: list[str] = []
    while len(ids) < count:
        id = f"{random.getrandbits(64):016x}"
        if id not in taken:
            taken.add(id)
            ids.append(id)
    return ids


def _pseudonyms(session: Session, conference: Conference, voters: list[bytes], random: Random) -> list[str]:
    """Level `panel`: a seat's papers all carry its pseudonym, drawn when its first paper is sealed."""
    rows = session.execute(select(Pseudonym.voter, Pseudonym.pseudonym).where(Pseudonym.conference_id == conference.id))
    known = dict(rows.all())
    new = [hashed for hashed in voters if hashed not in known]
    known.update(zip(new, _fresh_ids(len(new), set(known.values()), random), strict=True))
    drawn = [{"conference_id": conference.id, "voter": hashed, "pseudonym": known[hashed]} for hashed in sorted(new)]
    insert_new(session, Pseudonym, drawn)
    return [known[hashed] for hashed in voters]


def _write(session: Session, run_id: int, papers: Mapping[str, _Paper]) -> None:
    rows = [(run_id, id, papers[id].group or None) for id in sorted(papers)]
    # A pseudonym's paper may be there already, if a seal was taken back and some items were voted on anew.
    insert_many(session, SealedPaper, ("run_id", "paper", "group"), rows)
    votes = sorted((run_id, number, id, choice) for id, paper in papers.items() for number, choice in paper.votes)
    insert_many(session, SealedVote, ("run_id", "number", "paper", "choice"), votes)


def _empty(session: Session, run_id: int, number: int | None) -> None:
    of_item = [] if number is None else [OpenVote.number == number]
    session.execute(delete(OpenVote).where(OpenVote.run_id == run_id, *of_item))
    left = exists().where(OpenVote.run_id == OpenPaper.run_id, OpenVote.voter == OpenPaper.voter)
    session.execute(delete(OpenPaper).where(OpenPaper.run_id == run_id, ~left))
