"""The page to read beforehand: what it is about, how it will go, and every item. Sent out by link, or printed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import tokens
from consensus.database import storage
from consensus.facilitation import plan_of
from consensus.i18n import COOKIE, current_language
from consensus.languages import LANGUAGES
from consensus.models import Conference, Item
from consensus.services import services
from consensus.web import access, qr
from consensus.web.plan_words import kind_title
from rounds import Plan, Round

bp = Blueprint("reading", __name__)


def address(conference: Conference) -> str:
    """The address that is sent out."""
    token = tokens.reading_token(services().secret, conference.id, conference.token_version)
    return url_for("reading.show", conference=conference.id, token=token)


@bp.get("/read/<conference>/<token>")
def show(conference: str, token: str) -> str:
    """Show the page to whoever has its address. It changes nothing and says nothing of any seat or vote."""
    with storage(), services().readers() as session:
        # A database does not take every text: what is no id is not looked up.
        found = session.get(Conference, conference) if conference.isalnum() else None
        if found is None or not tokens.opens_reading(services().secret, found.id, found.token_version, token):
            abort(404)
        chosen = request.cookies.get(COOKIE, "")
        with force_locale(chosen if chosen in LANGUAGES else found.language):
            return _page(session, found)


def _page(session: Session, conference: Conference) -> str:
    plan = plan_of(conference.plan_text)
    query = select(Item).where(Item.conference_id == conference.id).order_by(Item.position)
    items = list(session.scalars(query))
    return render_template(
        "reading/read.html",
        conference=conference,
        plan=plan,
        how=_how_it_goes(plan, current_language()),
        sections=[(kind, kind_title(kind), found) for kind, found in _by_kind(plan, items)],
        items=items,
        leads=access.may_lead(conference),
        public_address=f"{qr.public_address().rstrip('/')}{address(conference)}",
    )


def _by_kind(plan: Plan, items: Sequence[Item]) -> list[tuple[str | None, list[Item]]]:
    """The items of each kind, in the order of the plan; kinds without items left out."""
    sections = [(kind, [item for item in items if item.kind == kind]) for kind in plan.kinds or (None,)]
    return [(kind, found) for kind, found in sections if found]


def _how_it_goes(plan: Plan, lang: str) -> tuple[list[tuple[Round, str, str]], str]:
    """Each round with its rule and what else decides in it alone; and what holds in every round."""
    notes = [round.notes(lang) for round in plan.rounds]
    shared = [note for note in notes[0] if all(note in others for others in notes)] if len(notes) > 1 else []
    own = [" ".join(note for note in of_round if note not in shared) for of_round in notes]
    told = [(r, r.sentence(lang), text) for r, text in zip(plan.rounds, own, strict=True)]
    return told, " ".join(shared)
