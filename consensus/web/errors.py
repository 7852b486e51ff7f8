"""The one place where a refusal becomes an HTTP answer."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from consensus.errors import BadInput, Refusal


def init_errors(app: Flask) -> None:
    """Answer programs in JSON and people with a page, whatever was refused."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(HTTPException, _http)


def _refused(refusal: Refusal) -> tuple[Response | str, int]:
    if _for_programs():
        return jsonify(refusal.as_json()), refusal.status
    message = gettext(refusal.message) if refusal.message else ""
    return render_template("error.html", code=refusal.status, message=message), refusal.status


def _bad_input(problem: BadInput) -> tuple[Response | str, int]:
    return _refused(Refusal("not-now", str(problem)))


def _http(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if _for_programs():
        return jsonify(ok=False, error="http", message=error.description or error.name), code
    return render_template("error.html", code=code, message=""), code


def _for_programs() -> bool:
    return request.path.startswith("/api/")
