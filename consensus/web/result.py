"""The result in the browser: for the facilitator at any time, for everyone at a published address. Nothing is changed.

The page is the report's own blocks in the visitor's language; its pictures are drawn by the server.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from consensus.database import storage
from consensus.errors import Refusal
from consensus.i18n import current_language
from consensus.models import Conference, Publication
from consensus.protocol import Record
from consensus.protocol.drawing import draw
from consensus.protocol.pictures import Funnel, Picture, pictures
from consensus.protocol.report import Block, Bullets, Heading, Paragraph, date_line, report
from consensus.protocol.words import round_title
from consensus.records import record_of
from consensus.services import services
from consensus.web import access
from consensus.web.downloads import attachment
from consensus.web.facilitator import downloads_of

bp = Blueprint("result", __name__)

#: what may be taken at a published address, if the facilitator says so
FILES = ("pdf", "zip")
KEPT = 8
_newest: dict[tuple[str, str, int], Record] = {}


@bp.get("/facilitate/<conference>/protocol")
def look(conference: str) -> str:
    """Show the facilitator the protocol as it stands."""
    record, _ = _led(conference)
    return _page(record, url_for("result.look", conference=conference), conference, downloads_of(conference))


@bp.get("/facilitate/<conference>/protocol/<name>.svg")
def led_picture(conference: str, name: str) -> Response:
    """Give a picture of the facilitator's page."""
    return picture_of(_in_our_language(_led(conference)[0]), name)


@bp.get("/result/<conference>/<token>")
def show(conference: str, token: str) -> str:
    """Show the result to whoever has the address."""
    record, files = _published(conference, token)
    address = url_for("result.show", conference=conference, token=token)
    names = {"pdf": gettext("Report (PDF, for keeping)"), "zip": gettext("Archive that anyone can recount (zip)")}
    taken = [{"name": names[ending], "url": f"{address}/protocol.{ending}"} for ending in FILES if files]
    return _page(record, address, None, taken)


@bp.get("/result/<conference>/<token>/<name>.svg")
def picture(conference: str, token: str, name: str) -> Response:
    """Give a picture of the published page."""
    return picture_of(_in_our_language(_published(conference, token)[0]), name)


@bp.get("/result/<conference>/<token>/protocol.<ending>")
def file(conference: str, token: str, ending: str) -> Response:
    """Give the report or the archive, where they are published too."""
    record, files = _published(conference, token)
    if not files or ending not in FILES:
        abort(404)
    return attachment(record, f".{ending}")


def picture_of(record: Record, name: str, *, as_fed_back: bool = False) -> Response:
    """Answer with a picture of a record as SVG.

    as_fed_back: without the pictures of rounds whose plan keeps figures from the room.
    """
    found = pictures(record).get(name)
    if as_fed_back and found is not None and not isinstance(found.drawn, Funnel):
        rounds = [result.round for result in record.replayed.rounds]
        found = found if rounds[int(name.removeprefix("round-")) - 1].feedback == "full" else None
    drawing = draw([found])[0] if found else None
    if drawing is None:
        abort(404)
    return Response(drawing.svg, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


def picture_name(record: Record, round_id: str) -> str:
    """The name of a round's picture; empty where the round is not sealed."""
    ids = [result.round.id for result in record.replayed.rounds]
    return f"round-{ids.index(round_id) + 1}" if round_id in ids else ""


def record_now(session: Session, conference: Conference) -> Record:
    """The record of a conference, worked out once for each revision: a page asks for it again with each picture."""
    which = (services().config.database, conference.id, conference.revision)
    if which not in _newest:
        while len(_newest) >= KEPT:
            _newest.pop(next(iter(_newest)), None)
        _newest[which] = record_of(session, conference)
    return _newest[which]


def _led(conference_id: str) -> tuple[Record, Conference]:
    with storage(), services().readers() as session:
        conference = access.led_conference(session, conference_id)
        return record_now(session, conference), conference


def _published(conference_id: str, token: str) -> tuple[Record, bool]:
    """The record behind a published address, without what the panel thought of it; whether files go with it.

    Raises Refusal("not-allowed").
    """
    with storage(), services().readers() as session:
        there = session.get(Publication, conference_id) if conference_id.isalnum() else None
        if there is None or not hmac.compare_digest(there.token.encode(), token.encode()):
            raise Refusal("not-allowed", "This address shows nothing, or nothing any more.")
        conference = session.get_one(Conference, conference_id)
        if conference.state != "finished":
            raise Refusal("not-allowed", "The conference has been opened again. Come back when it is finished.")
        return replace(record_now(session, conference), evaluation=None), there.files


def _page(record: Record, address: str, conference: str | None, files: list[dict[str, str]]) -> str:
    shown = _in_our_language(record)
    blocks = [_block(block, place) for place, block in enumerate(report(shown))]
    return render_template(
        "result/result.html",
        title=record.title,
        held_in=record.language,
        day=date_line(shown),
        blocks=blocks,
        own=_own_texts(shown) if record.language != shown.language else frozenset(),
        address=address,
        conference=conference,
        files=files,
    )


def _in_our_language(record: Record) -> Record:
    """The record with everything but its own texts in the visitor's language."""
    return replace(record, language=current_language())


def _own_texts(record: Record) -> frozenset[str]:
    """What the conference brought, line by line: it is in the conference's language on a page in another one."""
    plan = record.plan
    texts = [plan.title, plan.description, *(text for r in plan.rounds for text in (r.title, r.instruction))]
    texts += [round_title(record.language, round) for round in plan.rounds]
    texts += [text for item in record.items for text in (item.text, item.explanation, item.perspective, item.plain)]
    return frozenset(line for text in texts for line in text.split("\n") if line)


def _block(block: Block, place: int) -> dict[str, Any]:
    """A block as the template takes it."""
    from consensus.protocol.charts import size  # takes a second, the first time

    if isinstance(block, Heading):
        return {"what": "heading", "level": block.level + 1, "text": block.text, "id": f"part-{place}"}
    if isinstance(block, Paragraph):
        return {"what": "paragraph", "text": block.text, "lead": block.lead}
    if isinstance(block, Bullets):
        return {"what": "bullets", "texts": block.texts}
    if isinstance(block, Picture):
        width, height = size(block.drawn)
        return {"what": "picture", "name": block.name, "alt": block.alt, "width": width, "height": height}
    rows = [[cell.split("\n") for cell in row] for row in block.rows]
    return {
        "what": "table",
        "title": block.title,
        "header": block.header,
        "rows": rows,
        "numeric": block.numeric,
        "further": "further" if block.explained else "line",
    }
