"""Make a conference: its plan, its items, its seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from consensus import seats as panel
from consensus.errors import Refusal
from consensus.intake import ItemRow
from consensus.keys import KeyStore
from consensus.models import Conference, Item, LogEntry
from rounds import Plan

MAX_SEATS = 10_000


def create(
    session: Session,
    keys: KeyStore,
    *,
    plan: Plan,
    items: Sequence[ItemRow],
    seats: int,
    title: str | None = None,
    language: str = "sv",
    groups: Mapping[str, int] | None = None,
    state: str = "lobby",
) -> tuple[Conference, list[str]]:
    """Make a conference with its items and seats; return it and the seats' secrets.

    groups: group -> how many of the seats are its own, where the plan uses groups. Raises Refusal("not-now").
    """
    if not 1 <= seats <= MAX_SEATS:
        raise Refusal("not-now", f"A conference has 1 to {MAX_SEATS} seats, not {seats}.")
    conference = Conference(
        title=title or plan.title,
        language=language,
        state=state,
        plan_text=plan.text,
        anonymity=plan.anonymity,
        min_group=plan.min_group,
        join_code=panel.new_join_code(session),
        join_by_code=True,
    )
    session.add(conference)
    session.flush()
    _add_items(session, conference, items)
    secrets = panel.create_seats(session, conference, seats, keys, groups)
    log(session, conference, "create", items=len(items), seats=seats, plan=plan.sha256)
    return conference, secrets


def replace_items(session: Session, conference: Conference, items: Sequence[ItemRow]) -> None:
    """Replace all items of a conference that has not begun. Raises Refusal("not-now") once a round was started."""
    if conference.state not in ("draft", "lobby") or conference.run_id is not None:
        raise Refusal("not-now", "The items are fixed once the first round has started.")
    session.execute(delete(Item).where(Item.conference_id == conference.id))
    _add_items(session, conference, items)
    conference.revision += 1
    log(session, conference, "items", items=len(items))


def log(session: Session, conference: Conference, action: str, actor: str = "facilitator", **details: object) -> None:
    """Write down what was done to a conference. Never anything of a single vote."""
    session.add(
        LogEntry(conference_id=conference.id, at=datetime.now(UTC), actor=actor, action=action, details=details)
    )


def _add_items(session: Session, conference: Conference, items: Sequence[ItemRow]) -> None:
    session.add_all(
        Item(
            conference_id=conference.id,
            number=item.number,
            position=position,
            text=item.text,
            kind=item.kind,
            explanation=item.explanation,
            perspective=item.perspective,
            plain=item.plain,
            merged=" ".join(map(str, item.merged)),
        )
        for position, item in enumerate(items)
    )
    session.flush()
