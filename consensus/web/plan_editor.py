"""The plan editor: a plan as sentences with fields, changed one plain choice at a time, without knowing TOML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from consensus import facilitation
from consensus.database import storage
from consensus.errors import Refusal
from consensus.facilitation import plan_of
from consensus.i18n import current_language
from consensus.languages import LANGUAGES
from consensus.models import Conference, Item
from consensus.services import services
from consensus.web import access, words
from consensus.web.languages import in_chosen_language
from consensus.web.new_conference import OWN, NewConference, plan_uses, read_form
from consensus.web.plan_page import MOST_ITEMS, ONE_KIND, PlanPage
from rounds import Plan, PlanError, edited, read_plan, ready_plan
from rounds.languages import Sentence

bp = Blueprint("plan", __name__)

FORM_BYTES = 8 << 20
CHANGE_BYTES = 2 << 20
FIRST = "conference-2014"


@bp.get("/facilitate/plan")
def begin() -> str:
    """Show the editor for a new conference."""
    access.check_administrator()
    return _of_new(NewConference(language=current_language()))


@bp.post("/facilitate/plan")
def begin_from_form() -> str:
    """Show the editor with what has been filled in for a new conference, to go back to it with the plan."""
    access.check_administrator()
    request.max_form_memory_size = FORM_BYTES
    with in_chosen_language():
        return _of_new(read_form(request.form, request.files))


def _of_new(form: NewConference) -> str:
    language = form.language or current_language()
    plan = form.plan or ready_plan(FIRST, language)
    # Items that have been given already are the list that the funnel is drawn for.
    rows = form.preview.items if form.preview is not None else ()
    sizes = Counter(row.kind or ONE_KIND for row in rows)
    return _page(PlanPage(plan, sizes), language, form=form)


@bp.get("/facilitate/<conference>/plan")
def show(conference: str) -> str:
    """Show the editor for the plan of a conference that has not begun."""
    with storage(), services().readers() as session:
        led = access.led_conference(session, conference)
        facilitation.check_unbegun(led)
        page = PlanPage(plan_of(led.plan_text), _sizes(session, led), items_known=True)
        return _page(page, led.language, led=led)


@bp.post("/facilitate/<conference>/plan")
def keep(conference: str) -> Response:
    """Give a conference that has not begun another plan."""
    request.max_form_memory_size = FORM_BYTES
    parts = services()
    try:
        plan = read_plan(_text_of(request.form.get("text", "")))
    except PlanError as error:
        raise Refusal("bad-input", "%(problem)s", problem=error.placed(current_language())) from None
    with storage(), parts.sessions.begin() as session:
        led = access.led_conference(session, conference)
        changed = facilitation.change_plan(session, led, plan, instead_of=request.form.get("instead_of", ""))
    if changed:
        parts.publish(conference)
    return redirect(url_for("facilitator.lead", conference=conference), 303)


@bp.post("/facilitate/plan/change")
def change() -> Response | tuple[Response, int]:
    """Change a plan, keep nothing: answer with the plan, what it says, what looks wrong with it, and its funnel."""
    access.check_preparer()
    request.max_content_length = CHANGE_BYTES
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not _is_text(body):
        return jsonify(ok=False, problem=gettext("This is no change that a plan can be given.")), 422
    wanted = body.get("language")
    language = wanted if isinstance(wanted, str) and wanted in LANGUAGES else current_language()
    try:
        plan = _changed(body, language)
    except PlanError as error:
        say = error.said if body.get("edit") else error.placed
        return jsonify(ok=False, problem=say(current_language())), 422
    page = PlanPage(plan, *_list_of(body))
    return jsonify(_as_json(page) | {"page": _body(page, language)})


@bp.post("/facilitate/plan/file")
def download() -> Response:
    """Give the plan as a file, as it stands on the page."""
    access.check_preparer()
    response = Response(_text_of(request.form.get("text", "")), mimetype="application/toml")
    response.headers.set("Content-Disposition", "attachment", filename="plan.toml")
    return response


def _changed(body: Mapping[str, Any], language: str) -> Plan:
    """The plan that a request asks for: a ready one, or its text, with one edit. Raises PlanError."""
    if body.get("ready"):
        try:
            return ready_plan(str(body["ready"]), language)
        except KeyError:
            raise PlanError(Sentence("there is no such plan")) from None
    plan = read_plan(str(body.get("text", "")))
    edit = body.get("edit")
    return edited(plan, edit, language) if isinstance(edit, dict) else plan


def _is_text(body: Mapping[str, Any]) -> bool:
    """Whether all of it can be written: JSON can hold halves of letters, which no file does."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _list_of(body: Mapping[str, Any]) -> tuple[Mapping[str, int], bool]:
    """Kind -> how many items, and whether they are those of a conference."""
    if body.get("conference"):
        with storage(), services().readers() as session:
            return _sizes(session, access.led_conference(session, str(body["conference"]))), True
    sizes = body.get("sizes")
    given = sizes.items() if isinstance(sizes, dict) else ()
    return {str(kind): max(0, min(n, MOST_ITEMS)) for kind, n in given if type(n) is int}, False


def _sizes(session: Session, conference: Conference) -> dict[str, int]:
    found = Counter(session.scalars(select(Item.kind).where(Item.conference_id == conference.id)))
    return {kind or ONE_KIND: n for kind, n in found.items()}


def _as_json(page: PlanPage) -> dict[str, Any]:
    """What programs may read of a change."""
    plan = page.plan
    return {
        "ok": True,
        "text": plan.text,
        "sha256": plan.sha256,
        "sentences": {r.id: {lang: r.sentence(lang) for lang in LANGUAGES} for r in plan.rounds},
        "warnings": page.remarks + [remark for part in page.rounds for remark in part.remarks],
        "funnel": {
            "items": page.funnel.items.total,
            "rounds": [
                {"id": s.round.id, "pool": s.pool.total, "advance": s.advance.total, "left": s.left.total}
                for s in page.funnel.stages
            ],
            "protocols": {id: bound.total for id, bound in page.funnel.protocols.items()},
        },
    }


def _page(page: PlanPage, language: str, *, form: NewConference | None = None, led: Conference | None = None) -> str:
    return render_template(
        "facilitator/plan.html",
        page=page,
        form=form,
        led=led,
        own=OWN,
        plans=plan_uses(),
        plan_language=language,
        words=words.preparing(),
    )


def _body(page: PlanPage, language: str) -> str:
    with force_locale(current_language()):
        return render_template("facilitator/plan_body.html", page=page, plan_language=language)


def _text_of(text: str) -> str:
    """What a form's text area gave: browsers send its line ends as two characters."""
    return text.replace("\r\n", "\n")
