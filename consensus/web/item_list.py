"""The list of items before the first round: read through, reworded, put in order, near-duplicates merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consensus import facilitation
from consensus.database import storage
from consensus.errors import Refusal
from consensus.facilitation import plan_of
from consensus.i18n import current_language
from consensus.intake.similar import find_similar
from consensus.models import Conference, Item
from consensus.services import services
from consensus.web import access, words
from consensus.web.plan_words import kind_title

bp = Blueprint("items", __name__)

EDIT_BYTES = 1 << 20


@dataclass(frozen=True)
class ItemPage:
    """The list as it is shown. pairs: items that say nearly the same, the earlier one first."""

    conference: Conference
    kinds: Sequence[str]
    items: Sequence[Item]
    pairs: Sequence[tuple[Item, Item]]

    def kind_title(self, kind: str | None) -> str:
        return kind_title(kind)

    @property
    def wordings(self) -> dict[str, dict[str, Any]]:
        """Number -> what a form is filled in with."""
        columns = ("text", "explanation", "plain", "perspective", "kind")
        return {
            str(item.number): {"place": place, **{column: getattr(item, column) or "" for column in columns}}
            for place, item in enumerate(self.items, start=1)
        }


@bp.get("/facilitate/<conference>/items")
def show(conference: str) -> str:
    """Show the list of a conference that has not begun."""
    with storage(), services().readers() as session:
        led = access.led_conference(session, conference)
        facilitation.check_unbegun(led)
        return render_template("facilitator/items.html", page=_page(session, led), words=words.preparing())


@bp.post("/facilitate/<conference>/items/change")
def change(conference: str) -> Response | tuple[Response, int]:
    """Do one edit and answer with the list as it is then."""
    request.max_content_length = EDIT_BYTES
    body = request.get_json(silent=True)
    edit = body if isinstance(body, dict) else {}
    revision = edit.get("revision")
    parts = services()
    try:
        with storage(), parts.sessions.begin() as session:
            led = access.led_conference(session, conference)
            facilitation.change_list(session, led, edit, revision=revision if type(revision) is int else -1)
    except Refusal as refusal:
        if refusal.code not in ("stale", "bad-choice", "not-now"):
            raise
        told = {"ok": False, "error": refusal.code, "problem": refusal.said(current_language())}
        return jsonify(told | (_as_json(conference) if refusal.code == "stale" else {})), refusal.status
    parts.publish(conference)
    return jsonify({"ok": True} | _as_json(conference))


def _as_json(conference: str) -> dict[str, Any]:
    with storage(), services().readers() as session:
        page = _page(session, access.led_conference(session, conference))
        return {
            "revision": page.conference.revision,
            "items": page.wordings,
            "page": render_template("facilitator/items_body.html", page=page),
        }


def _page(session: Session, led: Conference) -> ItemPage:
    query = select(Item).where(Item.conference_id == led.id).order_by(Item.position)
    items = list(session.scalars(query))
    similar = find_similar([item.text for item in items])
    pairs = sorted((other, index) for index, other in {**similar.near, **similar.same}.items())
    return ItemPage(led, plan_of(led.plan_text).kinds, items, [(items[one], items[other]) for one, other in pairs])
