"""Open and close items, open them again, throw their votes away.

With whole papers (`pick`, `points`, `rank`) the items of a run hang together: each of these does all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from random import Random

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from consensus.ballot_box.count import turnout
from consensus.ballot_box.links import scope
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
    attendance,
)


def open_items(session: Session, keys: KeyStore, run: Run, numbers: Iterable[int]) -> None:
    """Open items for votes, with the key that their votes will need.

    Raises Refusal("not-now") where votes lie under a key that is lost, or the level cannot hold whole papers.
    """
    run = locked(session, run)
    conference = session.get_one(Conference, run.conference_id)
    if conference.anonymity == "vote" and ballot_of(run.ballot).whole_paper:
        raise Refusal("not-now", f'"{run.ballot}" joins the votes of a person; the level "vote" does not allow that.')
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


def reopen(session: Session, keys: KeyStore, run: Run, number: int) -> bool:
    """Open a closed item again. Returns whether its votes are kept.

    Where their links are gone (level `vote` once closed, level `paper` once sealed) they are thrown away, and the
    item is voted on anew: kept, they would count beside the new ones.
    """
    run = locked(session, run)
    conference = session.get_one(Conference, run.conference_id)
    items = _items(session, run, [number])
    numbers = [item.number for item in items]
    if conference.anonymity == "panel":
        _unseal(session, conference, run)
    gone = session.scalar(select(func.count()).where(SealedVote.run_id == run.id, SealedVote.number.in_(numbers)))
    _throw_away(session, run, numbers, sealed_only=True)
    for item in items if gone else ():
        item.take += 1
    open_items(session, keys, run, numbers)
    return not gone


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
        raise Refusal("not-on-ballot", f"Item {missing} is not voted on in this round.")
    return found


def _ensure_key(session: Session, keys: KeyStore, conference: Conference, run: Run, number: int) -> None:
    name = scope(conference.anonymity, conference.id, run.id, number)
    if keys.get(name) is None and _has_votes(session, conference, run, number):
        problem = "The key to the votes taken so far is lost, so they cannot be changed. Void them, or close and seal."
        raise Refusal("not-now", problem)
    keys.create_if_missing(name)


def _has_votes(session: Session, conference: Conference, run: Run, number: int) -> bool:
    """Whether open votes lie under the key of this item's scope."""
    found = exists().where(OpenVote.run_id == run.id, OpenVote.number == number)
    if conference.anonymity != "vote":
        found = exists().where(OpenPaper.run_id == run.id)
    return bool(session.scalar(select(found)))


def _unseal(session: Session, conference: Conference, run: Run) -> None:
    """Level `panel`: a sealed run becomes open papers again; until the conference is finished the link exists.

    All of the run: a paper half sealed and half open would count twice.
    """
    of_run = (Pseudonym.conference_id == conference.id, SealedPaper.run_id == run.id)
    linked = select(Pseudonym.voter).join(SealedPaper, SealedPaper.paper == Pseudonym.pseudonym).where(*of_run)
    papers = [{"run_id": run.id, "voter": hashed} for hashed in session.scalars(linked.order_by(Pseudonym.voter))]
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
