"""The facilitator's rehearsal: simulated phones on a copy of the plan and the items."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext

from consensus.database import storage
from consensus.facilitation import Standing
from consensus.models import attendance
from consensus.rehearsals import MOST_PHONES, Rehearsals
from consensus.services import services
from consensus.web import access
from consensus.web.downloads import TYPES, document_names

bp = Blueprint("rehearsal", __name__)


@bp.get("/facilitate/<conference>/rehearsal")
def show(conference: str) -> str:
    """Show the newest rehearsal, and the form for another."""
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        seats, _ = attendance(session, led.id)
        found = _rehearsals().newest(led.id)
        return render_template(
            "facilitator/rehearsal.html",
            conference=led.id,
            title=led.title,
            language=led.language,
            rehearsal=found,
            phones=found.phones if found else min(seats, MOST_PHONES),
            most=MOST_PHONES,
            plan=Standing(session, parts.keys, led).plan,
            documents=document_names(),
        )


@bp.post("/facilitate/<conference>/rehearsal")
def start(conference: str) -> Response:
    """Begin a rehearsal of the conference as it is stored now."""
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        items = list(Standing(session, parts.keys, led).items.values())
        plan = led.plan_text
    told = request.form.get("phones", "")
    phones = int(told) if told.isdecimal() and len(told) < 6 else 0
    _rehearsals().start(conference, plan, items, phones)
    return redirect(url_for("rehearsal.show", conference=conference), 303)  # type: ignore[return-value]


@bp.get("/facilitate/<conference>/rehearsal/state")
def state(conference: str) -> Response:
    """Say whether the rehearsal still runs, for the page that waits."""
    with storage(), services().readers() as session:
        led = access.led_conference(session, conference)
    found = _rehearsals().newest(led.id)
    return jsonify(state=found.state if found else None, seconds=round(found.seconds) if found else 0)


@bp.get("/facilitate/<conference>/rehearsal.<ending>")
def document(conference: str, ending: str) -> Response:
    """Give a document of the rehearsal; its name says that it is one."""
    with storage(), services().readers() as session:
        led = access.led_conference(session, conference)
    path = _rehearsals().document(led.id, ending) if f".{ending}" in TYPES else None
    if path is None:
        abort(404)
    name = f"{gettext('rehearsal')}.{ending}"
    return send_file(path, TYPES[f".{ending}"], as_attachment=True, download_name=name, max_age=0)


def _rehearsals() -> Rehearsals:
    found: Rehearsals = current_app.extensions["rehearsals"]
    return found
