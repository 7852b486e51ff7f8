"""The links between seats and open votes: their keys, and cutting them for good.

A key is destroyed only after the transaction that moved its votes is committed: destroyed before, a rollback would
leave votes that nobody can change or count once more. A crash in between leaves a key too many, never one too few;
`recover` destroys it at the next start.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import Engine, delete, exists, select
from sqlalchemy.orm import Session, sessionmaker

from consensus.database import storage
from consensus.keys import KeyStore, voter
from consensus.models import Conference, Evaluation, OpenPaper, OpenVote, PoolItem, Pseudonym, Run, Seat
from consensus.scrub import scrub

SCOPE = re.compile(
    r"(?P<conference>[a-z0-9]+)\.(?:cards|panel|(?P<evaluation>evaluation)|r(?P<run>\d+)(?:\.i(?P<number>\d+))?)"
)


def scope(level: str, conference_id: str, run_id: int, number: int) -> str:
    """Name the key that links votes on an item: one per item, run or conference, by level of anonymity."""
    if level == "vote":
        return f"{conference_id}.r{run_id}.i{number}"
    return f"{conference_id}.r{run_id}" if level == "paper" else f"{conference_id}.panel"


def seats_by_voter(session: Session, key: bytes | None, conference_id: str) -> dict[bytes, tuple[str, str | None]]:
    """Follow the links of one key: hash -> (seat id, group). Empty once the key is destroyed."""
    if key is None:
        return {}
    seats = session.execute(select(Seat.id, Seat.group).where(Seat.conference_id == conference_id))
    return {voter(key, seat_id): (seat_id, group) for seat_id, group in seats}


class Unlinked(NamedTuple):
    """What was done: the scopes of the keys destroyed; clean: whether nothing of deleted votes is left in the files."""

    scopes: list[str]
    clean: bool


def unlink(sessions: sessionmaker[Session], keys: KeyStore) -> Unlinked:
    """Destroy every key whose votes are sealed or gone in what is committed, and scrub the files of the database.

    Call after the commit of a close, seal or finish, and again where it is not clean; repeating it is harmless.
    """
    destroyed = []
    with storage():
        known = keys.scopes()
    for name in known:
        with storage(), sessions.begin() as session:
            if not _needed(session, name):
                keys.destroy(name)
                destroyed.append(name)
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)
    with storage():
        return Unlinked(destroyed, scrub(engine))


def forget_pseudonyms(session: Session, conference: Conference) -> None:
    """Level `panel`, when the conference is finished: nothing ties a pseudonym to a seat any more."""
    session.execute(delete(Pseudonym).where(Pseudonym.conference_id == conference.id))


def _needed(session: Session, name: str) -> bool:
    """Whether a key still links anything. Holds the run, so that nobody opens an item under the key meanwhile."""
    match = SCOPE.fullmatch(name)
    conference = session.get(Conference, match["conference"], with_for_update=True) if match else None
    if match is None or conference is None:
        return True  # of another database that uses the same directory
    if match["evaluation"] is not None:
        held = session.get(Evaluation, conference.id, with_for_update=True)
        return held is not None and held.state == "open"
    if match["run"] is None:
        return conference.state != "finished"
    run = session.get(Run, int(match["run"]), with_for_update=True)
    if run is None:
        return False
    if match["number"] is None:
        return run.state != "sealed" or _any(session, exists().where(OpenPaper.run_id == run.id))
    number = int(match["number"])
    item = session.get(PoolItem, (run.id, number))
    return (item is not None and item.state == "open") or _any(
        session, exists().where(OpenVote.run_id == run.id, OpenVote.number == number)
    )


def _any(session: Session, clause: object) -> bool:
    return bool(session.scalar(select(clause)))  # type: ignore[call-overload]
