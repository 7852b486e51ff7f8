"""Which language a visitor gets, for the pages.

The visitor's own choice (the cookie `language`) comes first, then what the browser asks for.
"""

from __future__ import annotations

from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from consensus.languages import DEFAULT, LANGUAGES, translations
from rounds.languages import with_point

COOKIE = "language"


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


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """The catalogues that everything else reads too."""

    def get_translations(self) -> Translations:
        locale = get_locale()
        return translations(locale.language if locale is not None else "")


def init_languages(app: Flask) -> None:
    """Let `app` answer in every language of `LANGUAGES`."""
    babel = Babel(app, default_locale=DEFAULT, locale_selector=choose_language)
    babel.domain_instance = _Catalogues()
    app.jinja_env.globals.update(languages=LANGUAGES, current_language=current_language, with_point=with_point)
