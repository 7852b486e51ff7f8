"""The languages of the pages: which ones there are, and which one a visitor gets.

A language is one folder under `translations/`. The visitor's own choice (the cookie `language`) comes first, then
what the browser asks for. Adding a language is one catalogue and one line in `LANGUAGES`.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale

#: Language code -> its own name for itself, in the order in which the switch shows them.
LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT = "sv"
COOKIE = "language"
TRANSLATIONS = Path(__file__).parent / "translations"


def choose_language() -> str:
    """The language code for this request: the visitor's choice, else what the browser prefers."""
    if not has_request_context():
        return DEFAULT
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), DEFAULT) or DEFAULT


def current_language() -> str:
    """The language code that texts are given in just now."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else DEFAULT


def init_languages(app: Flask) -> None:
    """Let `app` answer in every language of `LANGUAGES`."""
    Babel(
        app,
        default_locale=DEFAULT,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=choose_language,
    )
    app.jinja_env.globals.update(languages=LANGUAGES, current_language=current_language)
