"""The facilitator's rehearsal: simulated phones on a copy of the plan and the items.

A rehearsal is a process and files on the host where it was begun. Where there are several hosts all its addresses name
a lane, the conference's own, by which the proxy leads them to one worker.
"""

from __future__ import annotations

from typing import Any

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
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from consensus.database import storage
from consensus.facilitation import Standing
from consensus.models import attendance
from consensus.rehearsals import MOST_PHONES, Rehearsals
from consensus.services import services
from consensus.web import access
from consensus.web.downloads import TYPES, document_names

bp = Blueprint("rehearsal", __name__)


@bp.app_url_defaults
def lead_by_lane(endpoint: str, values: dict[str, Any]) -> None:
    """Let every address of a conference's rehearsal lead to the same worker."""
    if endpoint.startswith(f"{bp.name}."):
        values.setdefault("lane", values["conference"])


@bp.get("/facilitate/<conference>/rehearsal")
def show(conference: str) -> ResponseReturnValue:
    """Show the newest rehearsal, and the form for another. `run` in the address: the one that was begun from there."""
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        if "lane" not in request.args:
            return redirect(url_for("rehearsal.show", conference=conference))
        seats, _ = attendance(session, led.id)
        found = _rehearsals().newest(led.id)
        return render_template(
            "facilitator/rehearsal.html",
            conference=led.id,
            title=led.title,
            language=led.language,
            rehearsal=found,
            elsewhere=request.args.get("run", "") > (found.id if found else ""),
            phones=found.phones if found else min(seats, MOST_PHONES),
            most=MOST_PHONES,
            plan=Standing(session, parts.keys, led).plan,
            documents=document_names(),
        )


@bp.post("/facilitate/<conference>/rehearsal")
def start(conference: str) -> ResponseReturnValue:
    """Begin a rehearsal of the conference as it is stored now."""
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        items = list(Standing(session, parts.keys, led).items.values())
        plan, language = led.plan_text, led.language
    told = request.form.get("phones", "")
    phones = int(told) if told.isdecimal() and len(told) < 6 else 0
    run = _rehearsals().start(conference, plan, items, phones, language)
    return redirect(url_for("rehearsal.show", conference=conference, run=run), 303)


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
