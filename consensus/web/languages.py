"""The visitor's own choice of language: remembered, and taken along by a form that is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, after_this_request, request
from flask_babel import force_locale

from consensus.i18n import COOKIE
from consensus.languages import LANGUAGES


def remember(response: Response, language: str) -> Response:
    """Let this browser be answered in a language from now on."""
    response.set_cookie(COOKIE, language, max_age=365 * 24 * 3600, samesite="Lax")
    return response


@contextmanager
def in_chosen_language() -> Iterator[bool]:
    """Answer in the language that was pressed above a form, so that what is filled in is not lost for it.

    Gives whether one was pressed.
    """
    language = request.form.get("speak", "")
    if language not in LANGUAGES:
        yield False
        return
    after_this_request(lambda response: remember(response, language))
    with force_locale(language):
        yield True
