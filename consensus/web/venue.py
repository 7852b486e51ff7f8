"""The venue: what would stop the panel's phones from reaching this machine, and a page to try it with one."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from consensus.doctor import examine
from consensus.services import services
from consensus.web import access, qr, words

bp = Blueprint("venue", __name__)


@bp.get("/facilitate/venue")
def check() -> str:
    """Show everything that was looked at, worst first, and the square of the page to try."""
    access.check_administrator()
    port = int(request.environ.get("SERVER_PORT") or 80)
    root = qr.public_address()
    findings = sorted(examine(services().config, port, root), key=lambda finding: finding.well)
    address = f"{root.rstrip('/')}{url_for('venue.try_out')}"
    square = Markup(qr.drawing(address))  # drawn here from the address alone
    return render_template("facilitator/venue.html", findings=findings, address=address, square=square)


@bp.get("/try")
def try_out() -> str:
    """Show a phone whether it reaches this server, and how."""
    return render_template("panellist/try.html", words=words.in_every_language(words.trial))
