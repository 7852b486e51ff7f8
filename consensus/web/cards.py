"""The cards, as a page and as sheets to print and cut, and the venue's Wi-Fi that stands on them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import force_locale, gettext
from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as Answer

from consensus import seats
from consensus.database import storage
from consensus.errors import Refusal
from consensus.facilitation.venue import keep_wifi
from consensus.models import Conference
from consensus.protocol.cards import Sheets, Wifi, cards_pdf
from consensus.services import services
from consensus.web import access, qr

bp = Blueprint("cards", __name__)


@bp.get("/facilitate/<conference>/cards")
def show(conference: str) -> str:
    """Show the cards to print: unnamed, shuffled, one stack for each group."""
    return _page(conference)


def _page(conference: str, typed: tuple[str, str] | None = None) -> str:
    """The cards with the Wi-Fi's form. typed: the name and the password that were refused, to be mended."""
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        dealt = seats.cards(session, led, parts.keys)
        stacks = [(group, [_card(one) for one in stack]) for group, stack in groupby(dealt, lambda card: card.stack)]
        with force_locale(led.language):  # the panel reads them
            return render_template(
                "facilitator/cards.html",
                title=led.title,
                conference=led.id,
                stacks=stacks,
                address=qr.public_address().rstrip("/"),
                wifi=_wifi(led),
                typed=typed or (led.wifi_name or "", led.wifi_password or ""),
                wifi_wrong=typed is not None,
            )


def _card(card: seats.Card) -> dict[str, str | Markup]:
    # The SVG is drawn here from the address alone: nothing of it comes from outside.
    return {"code": card.secret, "square": Markup(qr.drawing(qr.seat_address(card.secret)))}


@bp.get("/facilitate/<conference>/cards.pdf")
def sheets(conference: str) -> Response:
    """Give the cards as a PDF: unnamed, shuffled, one stack after the other."""
    parts = services()
    with storage(), parts.readers() as session:
        led = access.led_conference(session, conference)
        dealt = seats.cards(session, led, parts.keys)
        title, language, wifi = led.title, led.language, _wifi(led)
    stacks = [
        (name, [(card.secret, qr.svg(qr.seat_address(card.secret), border=1)) for card in stack])
        for name, stack in groupby(dealt, lambda card: card.stack)
    ]
    with force_locale(language):  # the panel reads them
        words = _words()
    address = qr.public_address().rstrip("/")
    printed = Sheets(title, language, address, stacks, words, datetime.now(UTC).date(), wifi)
    response = Response(cards_pdf(printed), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename="cards.pdf")
    response.headers["Cache-Control"] = "no-store"  # it holds every seat's secret
    return response


@bp.post("/facilitate/<conference>/wifi")
def wifi(conference: str) -> Answer:
    """Keep the venue's Wi-Fi with the conference, or forget it where the name is empty."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    parts = services()
    try:
        with storage(), parts.sessions.begin() as session:
            changed = keep_wifi(session, access.led_conference(session, conference), name, password)
    except Refusal as refusal:
        if refusal.code != "not-now":
            raise
        return make_response(_page(conference, (name, password)), 422)
    if changed:
        parts.publish(conference)
    return redirect(url_for("cards.show", conference=conference), 303)


def _wifi(conference: Conference) -> Wifi | None:
    name, password = conference.wifi_name, conference.wifi_password or ""
    return Wifi(name, password, qr.svg(qr.wifi_text(name, password), border=1)) if name else None


def _words() -> dict[str, str]:
    return {
        "first": gettext("Join the Wi-Fi"),
        "second": gettext("Join the conference"),
        "by-hand": gettext("or type the address and the code"),
        "password": gettext("Password:"),
        "scan": gettext("Scan the square with your phone, or go to"),
        "type": gettext("and type"),
        "note": gettext(
            "The card has no name. It is your seat: scanned with another phone, or by your substitute, the seat moves "
            "there."
        ),
    }
