"""Before the first round: another plan."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.creation import check_groups, log
from consensus.facilitation.standing import plan_of
from consensus.intake.cells import clean
from consensus.models import Conference, Item, Seat
from rounds import Plan


def check_unbegun(conference: Conference) -> None:
    """Raise Refusal("not-now") once a round has been started: from then on plan and items are fixed."""
    if conference.state not in ("draft", "lobby") or conference.run_id is not None:
        raise Refusal("not-now", "The plan and the items are fixed once the first round has started.")


def change_plan(session: Session, conference: Conference, plan: Plan, *, instead_of: str) -> bool:
    """Give a conference that has not begun another plan. Returns whether it is another one.

    instead_of: checksum of the plan that the new one was made from. Raises Refusal: "not-now", and "stale" if the
    conference has another plan by now.
    """
    session.refresh(conference, with_for_update=True)
    check_unbegun(conference)
    before = plan_of(conference.plan_text)
    if before.sha256 == plan.sha256:
        return False
    if before.sha256 != instead_of:
        raise Refusal("stale", "The plan has been changed in another window. Look at it again.")
    _fit_items(session, conference, plan)
    _fit_seats(session, conference, plan)
    if conference.title == clean(before.title)[0]:
        conference.title = clean(plan.title)[0]
    conference.plan_text, conference.anonymity, conference.min_group = plan.text, plan.anonymity, plan.min_group
    prepared(session, conference, "plan", plan=plan.sha256, before=before.sha256)
    return True


def prepared(session: Session, conference: Conference, action: str, **details: Any) -> None:
    """Log a change of plan or items: what was decided on an older state is stale from now on."""
    conference.revision += 1
    conference.last_step = {"action": action, "revision": conference.revision}
    log(session, conference, action, **details)


def _fit_items(session: Session, conference: Conference, plan: Plan) -> None:
    """See that every item has a kind of the plan; a plan without kinds takes it away."""
    of_conference = Item.conference_id == conference.id
    if not plan.kinds:
        session.execute(update(Item).where(of_conference).values(kind=None))
        return
    kinds = set(session.scalars(select(Item.kind).where(of_conference).distinct()))
    if not kinds <= set(plan.kinds):
        raise Refusal("not-now", "There are items of a kind that this plan does not have. Nothing was changed.")


def _fit_seats(session: Session, conference: Conference, plan: Plan) -> None:
    """See that seats have groups where the plan counts by them: their organisations, or else their roles.

    Groups that they have stay, also under a plan that does not ask for them: then they stand beside no paper.
    """
    of_conference = Seat.conference_id == conference.id
    columns = (Seat.group, Seat.organisation, Seat.role)
    query = select(*(func.max(column) for column in columns)).where(of_conference)
    first = session.execute(query).one()
    check_groups(plan, first)
    if plan.uses_groups and not first[0]:
        by = Seat.organisation if first[1] else Seat.role
        session.execute(update(Seat).where(of_conference).values(group=by))
