"""The venue: what would stop the panel's phones from reaching this machine, and a page to try it with one."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from consensus.doctor import Finding, examine
from consensus.services import services
from consensus.web import access, qr, words

bp = Blueprint("venue", __name__)


@bp.get("/facilitate/venue")
def check() -> str:
    """Show everything that was looked at, worst first, and the square of the page to try."""
    access.check_administrator()
    port = int(request.environ.get("SERVER_PORT") or 80)
    root = qr.public_address()
    findings = [*_reachable(root), *examine(services().config, port)]
    findings.sort(key=lambda finding: finding.well)
    address = f"{root.rstrip('/')}{url_for('venue.try_out')}"
    square = Markup(qr.drawing(address))  # drawn here from the address alone
    return render_template("facilitator/venue.html", findings=findings, address=address, square=square)


def _reachable(address: str) -> list[Finding]:
    """A finding where phones are sent to an address that only this machine itself has."""
    host = urlsplit(address).hostname or ""
    try:
        alone = ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = host == "localhost"
    text = gettext(
        "phones are sent to %(address)s, which only this machine reaches: start the server with --host 0.0.0.0"
    )
    return [Finding(False, text % {"address": address})] if alone else []


@bp.get("/try")
def try_out() -> str:
    """Show a phone whether it reaches this server, and how."""
    return render_template("panellist/try.html", words=words.in_every_language(words.trial))
