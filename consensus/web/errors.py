"""The one place where a refusal becomes an HTTP answer."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from consensus.errors import BadInput, Refusal
from consensus.i18n import COOKIE, current_language
from consensus.web import access
from rounds.languages import ENGLISH


def init_errors(app: Flask) -> None:
    """Answer programs in JSON and people with a page, whatever was refused."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(HTTPException, _http)


def _refused(refusal: Refusal) -> tuple[Response | str, int]:
    if _for_programs():
        return jsonify(refusal.as_json(_language())), refusal.status
    return _page(refusal.status, refusal.said(current_language()))


def _bad_input(problem: BadInput) -> tuple[Response | str, int]:
    return _refused(Refusal("bad-input", "%(problem)s", problem=problem.said(_language())))


def _http(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if _for_programs():
        message = error.description or error.name if _language() == ENGLISH else _heading(code)
        return jsonify(ok=False, error="http", message=message), code
    return _page(code)


def _page(code: int, message: str = "") -> tuple[str, int]:
    return render_template("error.html", heading=_heading(code), message=message, way=_way_on()), code


def _way_on() -> tuple[str, str]:
    """Where somebody goes on from a page that was refused: its address, and what it is called.

    No address is passed on as a referrer: where a facilitator came from is told by what she asked for.
    """
    if not access.is_facilitator():
        return url_for("panellist.home"), gettext("To the start page")
    conference = (request.view_args or {}).get("conference")
    if conference and request.endpoint != "facilitator.lead" and request.path.startswith("/facilitate/"):
        return url_for("facilitator.lead", conference=conference), gettext("Back to the conference")
    return url_for("facilitator.conferences"), gettext("To your conferences")


def _heading(code: int) -> str:
    """What went wrong, in the visitor's language."""
    headings = {
        401: gettext("You are not signed in"),
        403: gettext("You may not open this page"),
        404: gettext("There is no such page"),
        405: gettext("This page cannot be asked for in that way"),
        409: gettext("Not just now"),
        413: gettext("That is too large"),
        422: gettext("That cannot be used"),
        429: gettext("That was too often: wait a moment"),
        503: gettext("Just now it does not work"),
    }
    return str(headings.get(code) or gettext("Something went wrong"))


def _language() -> str:
    """The language to answer in: the person's, whose browser asks; a program is answered in English."""
    speaks = bool(request.headers.get("Accept-Language") or request.cookies.get(COOKIE))
    return current_language() if speaks or not _for_programs() else ENGLISH


def _for_programs() -> bool:
    return request.path.startswith("/api/")
