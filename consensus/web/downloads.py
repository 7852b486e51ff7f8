"""The documents, for the facilitator to take away."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from flask_babel import gettext

from consensus import protocol
from consensus.database import storage
from consensus.errors import Refusal
from consensus.protocol import Record
from consensus.protocol.handout import pdf_of
from consensus.protocol.sample import sample
from consensus.records import handout_of, record_of
from consensus.services import services
from consensus.web import access
from rounds.languages import N_, say

bp = Blueprint("downloads", __name__)

#: the most characters that a file's name has of the conference's title
LONGEST = 60

TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
}


def document_names() -> dict[str, str]:
    """Ending -> what the document is called, in the reader's language."""
    return {
        "docx": gettext("Report (Word)"),
        "pdf": gettext("Report (PDF, for keeping)"),
        "pptx": gettext("Slides (PowerPoint)"),
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
    return attachment(record, form)


@bp.get("/facilitate/<conference>/handout.pdf")
def handout(conference: str) -> Response:
    """Give the items of a coming round as a sheet to talk about them by."""
    with storage(), services().readers() as session:
        led = access.led_conference(session, conference)
        sheet = handout_of(session, services().keys, led, request.args.get("round"))
    what = say(sheet.language, N_("handout"))
    return _to_take(pdf_of(sheet), ".pdf", sheet.title, f"{what} {sheet.round.id}")


@bp.get("/facilitate/<conference>/template")
def template(conference: str) -> Response:
    """Give a Word template to begin with, in the conference's language."""
    with storage(), services().readers() as session:
        language = access.led_conference(session, conference).language
    return _to_take(sample(language), ".docx", "", say(language, N_("template")))


@bp.post("/facilitate/<conference>/template")
def fill_in_template(conference: str) -> Response:
    """Fill in the organisation's own Word template. It is not kept."""
    from consensus.protocol.template import fill_in

    upload = request.files.get("template")
    if upload is None or not upload.filename:
        raise Refusal("bad-input", "Choose a Word template (.docx) first.")
    with storage(), services().readers() as session:
        record = record_of(session, access.led_conference(session, conference))
    filled = fill_in(record, upload.read(), upload.filename)
    return _to_take(filled, ".docx", record.title, say(record.language, N_("protocol in own template")))


def attachment(record: Record, form: str) -> Response:
    """Answer with a document to take away, called as the conference is."""
    return _to_take(protocol.export(record, form), form, record.title, say(record.language, N_("protocol")))


def _to_take(content: bytes, form: str, title: str, what: str) -> Response:
    """title: of the conference, or "" ; what: the document's own part of the name, which is never cut."""
    name = "-".join(filter(None, (_cut(_in_a_name(title)), _in_a_name(what))))
    response = Response(content, mimetype=TYPES[form])
    # A header holds ASCII; the second name is the one that every browser takes (RFC 6266).
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip("-") or "protocol"
    names = {"filename": f"{plain}{form}", "filename*": f"UTF-8''{quote(name + form)}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def _in_a_name(text: str) -> str:
    return re.sub(r"[^\w-]+", "-", text).strip("-")


def _cut(name: str) -> str:
    """The words of a title that a file's name has room for; of one endless word its beginning."""
    if len(name) <= LONGEST:
        return name
    return name[: LONGEST + 1].rpartition("-")[0].rstrip("-") or name[:LONGEST]
