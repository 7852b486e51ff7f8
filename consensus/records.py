"""From the database to the record that every document is made from: plan, items, sealed ballots, decisions, log."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import ballot_box, evaluation
from consensus.errors import BadInput, Refusal
from consensus.facilitation import Standing, plan_of
from consensus.facilitation.arguments import shown_arguments
from consensus.intake import ItemRow, numbers_of
from consensus.keys import KeyStore
from consensus.models import Conference, DecisionRecord, Item, LogEntry, PoolItem, Run
from consensus.papers import read_rows
from consensus.protocol.handout import Entry, Handout
from consensus.protocol.record import ArgumentRow, LogRow, Record
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
        arguments=_arguments(session, conference),
        evaluation=evaluation.result_of(session, conference),
    )


def handout_of(session: Session, keys: KeyStore, conference: Conference, round_id: str | None = None) -> Handout:
    """The items of a coming round, or of the first one, with what became of each. Raises Refusal("not-now")."""
    standing = Standing(session, keys, conference)
    coming = standing.coming()
    round_id = round_id or next(iter(coming), "")
    if not coming.get(round_id):
        raise Refusal("not-now", "There is no coming round with items to talk about.")
    said = shown_arguments(session, conference)
    last = {item.number: (item, r.round) for r in standing.walk.settled.values() for item in r.items}
    return Handout(
        title=conference.title,
        language=conference.language,
        day=_log_day(session, conference),
        round=standing.plan.round(round_id),
        entries=tuple(Entry(standing.items[n], last.get(n), said.get(n, {})) for n in coming[round_id]),
    )


def _log_day(session: Session, conference: Conference) -> date:
    """The day of the last step."""
    query = select(LogEntry.at).where(LogEntry.conference_id == conference.id).order_by(LogEntry.id.desc()).limit(1)
    at = session.scalar(query)
    return at.date() if at is not None else date(1970, 1, 1)


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
    return Attendance(entitled, present, items, typed=run.typed or 0)


def _arguments(session: Session, conference: Conference) -> tuple[ArgumentRow, ...]:
    """Those that were shown, by item, in the order of their texts: it tells nothing of when they came."""
    shown = sorted(shown_arguments(session, conference).items())
    return tuple(
        ArgumentRow(number, side, text) for number, sides in shown for side in sides for text in sorted(sides[side])
    )


def _log(session: Session, conference: Conference) -> tuple[LogRow, ...]:
    query = select(LogEntry).where(LogEntry.conference_id == conference.id).order_by(LogEntry.id)
    return tuple(
        LogRow(entry.at.isoformat(timespec="seconds"), entry.actor, entry.action, entry.details)
        for entry in session.scalars(query)
    )
