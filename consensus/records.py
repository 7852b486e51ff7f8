"""From the database to the record that every document is made from: plan, items, sealed ballots, decisions, log."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import ballot_box
from consensus.errors import BadInput
from consensus.facilitation import plan_of
from consensus.intake import ItemRow, numbers_of
from consensus.models import Conference, DecisionRecord, Item, LogEntry, PoolItem, Run
from consensus.papers import read_rows
from consensus.protocol.record import LogRow, Record
from consensus.replay import Attendance, DecisionRow, replay


def find(session: Session, conference_id: str) -> Conference:
    """A conference by its id. Raises BadInput that says which there are."""
    conference = session.get(Conference, conference_id)
    if conference is None:
        known = ", ".join(session.scalars(select(Conference.id).order_by(Conference.id)).all()) or "none"
        raise BadInput(
            "conference", None, f'there is no conference "{conference_id}" in this database; there are: {known}'
        )
    return conference


def record_of(session: Session, conference: Conference) -> Record:
    """The record of a conference as far as it is sealed. The session must see one moment throughout."""
    plan = plan_of(conference.plan_text)
    items = _items(session, conference)
    runs = _sealed_runs(session, conference)
    ballots = tuple(row for run in runs for row in ballot_box.papers(session, run))
    decisions = tuple(row for run in runs for row in _decisions(session, run))
    lots = {run.round_id: run.seed for run in runs if run.seed_drawn and run.seed is not None}
    attendance = {run.round_id: _attendance(session, run) for run in runs}
    papers = read_rows("ballots", plan, [item.number for item in items], ballots)
    return Record(
        title=conference.title,
        language=conference.language,
        plan=plan,
        items=items,
        replayed=replay(plan, items, papers, decisions, lots, attendance),
        ballots=ballots,
        decisions=decisions,
        lots=lots,
        attendance=attendance,
        log=_log(session, conference),
    )


def _items(session: Session, conference: Conference) -> tuple[ItemRow, ...]:
    query = select(Item).where(Item.conference_id == conference.id).order_by(Item.position)
    return tuple(
        ItemRow(
            item.number, item.text, item.kind, item.explanation, item.perspective, item.plain, numbers_of(item.merged)
        )
        for item in session.scalars(query)
    )


def _sealed_runs(session: Session, conference: Conference) -> list[Run]:
    query = select(Run).where(Run.conference_id == conference.id, Run.state == "sealed").order_by(Run.ordinal)
    return list(session.scalars(query))


def _decisions(session: Session, run: Run) -> list[DecisionRow]:
    query = select(DecisionRecord).where(DecisionRecord.run_id == run.id).order_by(DecisionRecord.number)
    return [DecisionRow(run.round_id, d.number, d.verdict, d.reason) for d in session.scalars(query)]


def _attendance(session: Session, run: Run) -> Attendance:
    entitled, present = run.entitled or 0, run.present or 0
    items = {
        place.number: (entitled, place.present)
        for place in session.scalars(select(PoolItem).where(PoolItem.run_id == run.id).order_by(PoolItem.number))
        if place.present is not None and place.present != present
    }
    return Attendance(entitled, present, items)


def _log(session: Session, conference: Conference) -> tuple[LogRow, ...]:
    query = select(LogEntry).where(LogEntry.conference_id == conference.id).order_by(LogEntry.id)
    return tuple(
        LogRow(entry.at.isoformat(timespec="seconds"), entry.actor, entry.action, entry.details)
        for entry in session.scalars(query)
    )
