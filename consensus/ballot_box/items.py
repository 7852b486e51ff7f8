"""Open and close items, open them again, throw their votes away.

With whole papers (`pick`, `points`, `rank`) the items of a run hang together: each of these does all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from random import Random

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from consensus.ballot_box.count import turnout
from consensus.ballot_box.links import scope, seats_by_voter
from consensus.ballot_box.record import ballot_of
from consensus.ballot_box.seal import SYSTEM_RANDOM, seal_papers
from consensus.ballot_box.sql import insert_new, locked
from consensus.errors import Refusal
from consensus.keys import KeyStore
from consensus.models import (
    Conference,
    OpenPaper,
    OpenVote,
    PoolItem,
    Pseudonym,
    Run,
    SealedPaper,
    SealedVote,
    Seat,
    attendance,
)


def open_items(session: Session, keys: KeyStore, run: Run, numbers: Iterable[int]) -> None:
    """Open items for votes, with the key that their votes will need.

    Raises Refusal("not-now") where votes lie under a key that is lost, or the level cannot hold whole papers.
    """
    run = locked(session, run)
    conference = session.get_one(Conference, run.conference_id)
    if conference.anonymity == "vote" and ballot_of(run.ballot).whole_paper:
        raise Refusal(
            "not-now",
            "“%(ballot)s” joins the votes of a person; the level “vote” does not allow that.",
            ballot=run.ballot,
        )
    for item in _items(session, run, numbers):
        _ensure_key(session, keys, conference, run, item.number)
        item.state, item.present = "open", None
    session.flush()


def close(session: Session, keys: KeyStore, run: Run, numbers: Iterable[int], random: Random = SYSTEM_RANDOM) -> None:
    """Close items: once this is committed no vote on them enters. At level `vote` they are sealed at once.

    Items that are not open stay as they are.
    """
    run = locked(session, run)
    conference = session.get_one(Conference, run.conference_id)
    _, present = attendance(session, conference.id)
    for item in _items(session, run, numbers):
        if item.state != "open":
            continue
        # Whoever voted was there, even if the seat has been signed out since.
        item.present = max(present, turnout(session, run, item.number))
        item.state = "closed"
        if conference.anonymity == "vote":
            seal_papers(session, keys, run, item.number, random)
    session.flush()


def reopen(session: Session, keys: KeyStore, run: Run, number: int, *, seen: bool = False) -> bool:
    """Open a closed item again. Returns whether its votes are kept.

    Where their links are gone (level `vote` once closed, level `paper` once sealed) they are thrown away, and the
    item is voted on anew: kept, they would count beside the new ones. seen: somebody may know how they fell. Then
    they are kept only if every seat has voted: a vote that came to them would be told by the difference.
    """
    run = locked(session, run)
    conference = session.get_one(Conference, run.conference_id)
    items = _items(session, run, [number])
    numbers = [item.number for item in items]
    if conference.anonymity == "panel":
        _unseal(session, keys, conference, run)
    anew = seen and turnout(session, run, number) < _seats(session, conference)
    gone = anew or _sealed(session, run, numbers)
    _throw_away(session, run, numbers, sealed_only=not anew)
    for item in items if gone else ():
        item.take += 1
    open_items(session, keys, run, numbers)
    return not gone


def _seats(session: Session, conference: Conference) -> int:
    """Count all seats: who is withdrawn may be let in again."""
    return session.scalar(select(func.count()).where(Seat.conference_id == conference.id)) or 0


def discard(session: Session, run: Run, number: int) -> None:
    """Throw the votes on an item away, open or sealed; it waits to be voted on anew."""
    run = locked(session, run)
    items = _items(session, run, [number])
    _throw_away(session, run, [item.number for item in items], sealed_only=False)
    for item in items:
        item.state, item.present, item.take = "waiting", None, item.take + 1
    session.flush()


def _items(session: Session, run: Run, numbers: Iterable[int]) -> Sequence[PoolItem]:
    """The pool's items of those numbers, in item order; with whole papers all of the pool."""
    query = select(PoolItem).where(PoolItem.run_id == run.id).order_by(PoolItem.number)
    if ballot_of(run.ballot).whole_paper:
        return session.scalars(query).all()
    wanted = set(numbers)
    found = session.scalars(query.where(PoolItem.number.in_(wanted))).all()
    if len(found) < len(wanted):
        missing = min(wanted - {item.number for item in found})
        raise Refusal("not-on-ballot", "Item %(item)s is not voted on in this round.", item=missing)
    return found


def _ensure_key(session: Session, keys: KeyStore, conference: Conference, run: Run, number: int) -> None:
    name = scope(conference.anonymity, conference.id, run.id, number)
    if keys.get(name) is None and _has_votes(session, conference, run, number):
        raise _lost_key()
    keys.create_if_missing(name)


def _lost_key() -> Refusal:
    return Refusal(
        "not-now", "The key to the votes taken so far is lost, so they cannot be changed. Void them, or close and seal."
    )


def _has_votes(session: Session, conference: Conference, run: Run, number: int) -> bool:
    """Whether open votes lie under the key of this item's scope."""
    found = exists().where(OpenVote.run_id == run.id, OpenVote.number == number)
    if conference.anonymity != "vote":
        found = exists().where(OpenPaper.run_id == run.id)
    return bool(session.scalar(select(found)))


def _sealed(session: Session, run: Run, numbers: Collection[int]) -> bool:
    """Whether votes on items are sealed; of whole papers any paper, for one with nothing on it was handed in too."""
    found = exists().where(SealedVote.run_id == run.id, SealedVote.number.in_(numbers))
    if ballot_of(run.ballot).whole_paper:
        found = exists().where(SealedPaper.run_id == run.id)
    return bool(session.scalar(select(found)))


def _unseal(session: Session, keys: KeyStore, conference: Conference, run: Run) -> None:
    """Level `panel`: a sealed run becomes open papers again; until the conference is finished the link exists.

    All of the run: a paper half sealed and half open would count twice. Raises Refusal("not-now") where papers lie
    under a key that is lost, whatever key there is now: beside them their seats could vote a second time.
    """
    of_run = (Pseudonym.conference_id == conference.id, SealedPaper.run_id == run.id)
    linked = select(Pseudonym.voter).join(SealedPaper, SealedPaper.paper == Pseudonym.pseudonym).where(*of_run)
    voters = session.scalars(linked.order_by(Pseudonym.voter)).all()
    seats = seats_by_voter(session, keys.get(scope(conference.anonymity, conference.id, run.id, 0)), conference.id)
    if not seats.keys() >= set(voters):
        raise _lost_key()
    papers = [{"run_id": run.id, "voter": hashed} for hashed in voters]
    votes = session.execute(
        select(SealedVote.run_id, Pseudonym.voter, SealedVote.number, SealedVote.choice)
        .join(Pseudonym, Pseudonym.pseudonym == SealedVote.paper)
        .where(Pseudonym.conference_id == conference.id, SealedVote.run_id == run.id)
        .order_by(Pseudonym.voter, SealedVote.number)
    )
    rows = [dict(row) for row in votes.mappings()]
    insert_new(session, OpenPaper, papers)
    insert_new(session, OpenVote, rows)
    session.execute(delete(SealedVote).where(SealedVote.run_id == run.id))
    session.execute(delete(SealedPaper).where(SealedPaper.run_id == run.id))


def _throw_away(session: Session, run: Run, numbers: Collection[int], *, sealed_only: bool) -> None:
    """Delete votes, and the papers on which nothing is left."""
    session.execute(delete(SealedVote).where(SealedVote.run_id == run.id, SealedVote.number.in_(numbers)))
    left = exists().where(SealedVote.run_id == SealedPaper.run_id, SealedVote.paper == SealedPaper.paper)
    session.execute(delete(SealedPaper).where(SealedPaper.run_id == run.id, ~left))
    if sealed_only:
        return
    session.execute(delete(OpenVote).where(OpenVote.run_id == run.id, OpenVote.number.in_(numbers)))
    left = exists().where(OpenVote.run_id == OpenPaper.run_id, OpenVote.voter == OpenPaper.voter)
    session.execute(delete(OpenPaper).where(OpenPaper.run_id == run.id, ~left))
