"""The big screen, and the squares that phones scan."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from consensus.web import qr, words

bp = Blueprint("screen", __name__)


@bp.get("/screen/<conference>")
def show(conference: str) -> str:
    """Show the screen's shell. Its token stands after the `#`, which browsers keep to themselves."""
    return render_template("screen/screen.html", conference=conference, words=words.in_every_language(words.screen))


@bp.get("/qr.svg")
def join_square() -> Response:
    """Draw the square that leads to this server's own join page with a conference's code filled in."""
    code = request.args.get("code", "")
    if not qr.is_code(code):
        abort(404)
    return Response(qr.svg(qr.join_address(code)), mimetype="image/svg+xml")
