"""Make a conference: its plan, its items, its seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from consensus import seats as panel
from consensus.errors import Refusal
from consensus.intake import ItemRow, SeatRow
from consensus.intake.cells import clean
from consensus.keys import KeyStore
from consensus.languages import DEFAULT
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
    language: str = DEFAULT,
    groups: Mapping[str, int] | None = None,
    stacks: Sequence[panel.Stack] = (),
    state: str = "lobby",
) -> tuple[Conference, list[str]]:
    """Make a conference with its items and seats; return it and the seats' secrets.

    groups: group -> how many of the seats are its own, where the plan uses groups; stacks: the same by organisation and
    role. Raises Refusal("not-now"), also where the plan counts by groups and no seat would have one.
    """
    if not 1 <= seats <= MAX_SEATS:
        raise Refusal("not-now", "A conference has 1 to %(most)s seats, not %(seats)s.", most=MAX_SEATS, seats=seats)
    check_groups(plan, [*(groups or ()), *(stack.group for stack in stacks)])
    conference = Conference(
        title=clean(title or plan.title)[0],
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
    secrets = panel.create_seats(session, conference, seats, keys, groups, stacks)
    log(session, conference, "create", items=len(items), seats=seats, plan=plan.sha256)
    return conference, secrets


def check_groups(plan: Plan, groups: Iterable[str | None]) -> None:
    """Raise Refusal("not-now") if a plan counts by groups and no seat has one: nothing would ever meet its rules.

    groups: those of the seats.
    """
    if plan.uses_groups and not any(groups):
        raise Refusal(
            "not-now",
            "This plan counts by groups. So the seats must come from a list that says their organisation or role.",
        )


def stacks_of(rows: Sequence[SeatRow], group_by: str | None) -> list[panel.Stack]:
    """The stacks of a list of seats. group_by: "organisation" or "role", where the plan's rules count by groups.

    A list that has only the other column is grouped by that one.
    """
    if group_by and not any(getattr(row, group_by) for row in rows):
        group_by = "role" if group_by == "organisation" else "organisation"
    return [
        panel.Stack(
            row.seats,
            (getattr(row, group_by) or None) if group_by else None,
            row.organisation or None,
            row.role or None,
        )
        for row in rows
    ]


def log(
    session: Session, conference: Conference, action: str, actor: str = "facilitator", /, **details: object
) -> None:
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
