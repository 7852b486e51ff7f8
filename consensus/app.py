"""The application: one Flask app with its pages, its live channel and its services."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from consensus.config import Config
from consensus.i18n import init_languages
from consensus.live import Live
from consensus.live.pacer import Pacer
from consensus.rehearsals import Rehearsals
from consensus.services import EXTENSION, Services
from consensus.threads import InThreads, Threads
from consensus.web.api import bp as api
from consensus.web.errors import init_errors
from consensus.web.pages import init_pages

PACKAGE = Path(__file__).parent
MAX_UPLOAD = 64 << 20
#: seconds for which a browser takes a script that it has for current: from the join page to the vote, no longer
FRESH = 60
#: threads for pages and actions, and others for the live channel: a slow export keeps no phone at the door
REQUESTS_AT_ONCE = 8
LOOKS_AT_ONCE = 4


def create_app(config: Config | None = None, *, url: str | None = None) -> Flask:
    """Make the application.

    url: the address that the panel's phones reach it at; PUBLIC_URL in the environment otherwise. Raises BadInput if
    the database cannot be used.
    """
    config = config or Config.from_environment()
    app = Flask("consensus", template_folder=folder("templates"), static_folder=folder("static"))
    parts = Services.open(config)
    public = url or config.public_url
    app.config.update(
        SECRET_KEY=parts.secret,
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        SEND_FILE_MAX_AGE_DEFAULT=FRESH,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=(public or "").startswith("https:"),
        PUBLIC_URL=public,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # choices stand in the ballot's order, as on the live channel
    app.extensions[EXTENSION] = parts
    app.extensions["rehearsals"] = Rehearsals(config.data_dir / "rehearsals")
    init_languages(app)
    init_errors(app)
    app.register_blueprint(api)
    init_pages(app)
    app.wsgi_app = InThreads(app.wsgi_app, Threads(REQUESTS_AT_ONCE), MAX_UPLOAD)  # type: ignore[method-assign]
    looks = Threads(LOOKS_AT_ONCE)
    app.extensions["live"] = Live(app, parts, looks, app.config["PUBLIC_URL"] or "")
    app.extensions["pacer"] = Pacer(parts, looks)
    return app


def folder(name: str) -> str:
    """Where templates or static files are: in the installed package, else beside it in the checkout."""
    inside = PACKAGE / name
    return str(inside if inside.is_dir() else PACKAGE.parent / name)
