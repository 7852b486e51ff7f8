"""The panel's phones. The pages are empty shells: everything on them is drawn from the live snapshot."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, url_for
from flask_babel import force_locale

from consensus.i18n import current_language
from consensus.languages import LANGUAGES
from consensus.web import access, words

bp = Blueprint("panellist", __name__)


@bp.get("/")
def home() -> str:
    """Show where a code is typed, and whoever leads conferences the way to them."""
    desk = url_for("facilitator.conferences") if access.is_facilitator() else ""
    return render_template("panellist/join.html", words=words.in_every_language(words.joining), desk=desk)


@bp.get("/j/<secret>")
def join(secret: str) -> str:
    """Show the page that joins at once. The script takes the secret from the address and then removes it there."""
    return render_template("panellist/join.html", words=words.in_every_language(words.joining))


@bp.get("/vote")
def vote() -> str:
    """Show the phone's page for the whole conference; its words are in the reader's language alone, to be light."""
    elsewhere = url_for("panellist.other_words", language="-").removesuffix("-")
    return render_template("panellist/vote.html", words={current_language(): words.phone()}, elsewhere=elsewhere)


@bp.get("/words/<language>")
def other_words(language: str) -> Response:
    """Give the words of the phone's page in another language."""
    if language not in LANGUAGES:
        abort(404)
    with force_locale(language):
        return jsonify(words.phone())


@bp.get("/shared")
def shared() -> str:
    """Show the page of a device that several people vote on, one after the other."""
    return render_template("panellist/shared.html", words=words.in_every_language(words.sharing))
