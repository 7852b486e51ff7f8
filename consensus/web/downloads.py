"""The documents, for the facilitator to take away."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request
from flask_babel import gettext

from consensus import protocol
from consensus.database import storage
from consensus.protocol.handout import pdf_of
from consensus.records import handout_of, record_of
from consensus.services import services
from consensus.web import access

bp = Blueprint("downloads", __name__)

TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
}


def document_names() -> dict[str, str]:
    """Ending -> what the document is called, in the reader's language."""
    return {
        "docx": gettext("Report (Word)"),
        "pdf": gettext("Report (PDF, for keeping)"),
        "xlsx": gettext("All figures (Excel)"),
        "csv": gettext("Table (CSV)"),
        "json": gettext("For programs (JSON)"),
        "zip": gettext("Archive that anyone can recount (zip)"),
    }


@bp.get("/facilitate/<conference>/protocol.<ending>")
def download(conference: str, ending: str) -> Response:
    """Give the protocol as it stands, in the format of the ending."""
    form = f".{ending}"
    if form not in TYPES:
        abort(404)
    with storage(), services().readers() as session:
        record = record_of(session, access.led_conference(session, conference))
    return _document(protocol.export(record, form), record.title, form)


@bp.get("/facilitate/<conference>/handout.pdf")
def handout(conference: str) -> Response:
    """Give the items of a coming round as a sheet to talk about them by."""
    with storage(), services().readers() as session:
        led = access.led_conference(session, conference)
        sheet = handout_of(session, services().keys, led, request.args.get("round"))
    return _document(pdf_of(sheet), f"{sheet.title} {sheet.round.id}", ".pdf")


def _document(content: bytes, title: str, form: str) -> Response:
    name = re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or "protocol"
    response = Response(content, mimetype=TYPES[form])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}{form}")
    return response
