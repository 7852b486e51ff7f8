"""What all pages share: the blueprint, the shell's words, and the headers that keep a page to itself."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, redirect, request, url_for

from consensus.languages import LANGUAGES
from consensus.web.compressed import init_compression
from consensus.web.cookies import Cookies
from consensus.web.languages import remember

bp = Blueprint("pages", __name__)

#: Scripts, styles and pictures come from this server only, and nothing on a page runs inline.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "connect-src 'self' ws: wss:",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def guard_page(response: Response) -> Response:
    """Add the headers every answer carries. Addresses hold secrets, so that none is passed on as a referrer.

    Scripts and styles go without: a page's policy is the page's, and a phone fetches a dozen of them.
    """
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.endpoint == "static" and response.mimetype != "image/svg+xml":
        # its tag says more than its date, and how long it may be kept is said by Cache-Control
        for needless in ("Content-Disposition", "Accept-Ranges", "Last-Modified", "Expires"):
            response.headers.pop(needless, None)
        return response
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@bp.post("/language")
def choose() -> Response:
    """Remember the visitor's language and go back to the page they came from."""
    language = request.form.get("language", "")
    target = request.form.get("back", "")
    # browsers leave out tabs and line ends, and take \ for /
    if not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        target = url_for("panellist.home")
    response = make_response(redirect(target, 303))
    return remember(response, language) if language in LANGUAGES else response


def init_pages(app: Flask) -> None:
    """Register the pages on `app`."""
    from consensus.web import (
        cards,
        downloads,
        facilitator,
        item_list,
        leading,
        panellist,
        plan_editor,
        reading,
        rehearsal,
        result,
        screen,
        venue,
    )

    app.session_interface = Cookies()
    app.after_request(guard_page)
    init_compression(app)
    app.jinja_env.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    for blueprint in (
        bp,
        panellist.bp,
        screen.bp,
        venue.bp,
        facilitator.bp,
        plan_editor.bp,
        item_list.bp,
        reading.bp,
        leading.bp,
        rehearsal.bp,
        cards.bp,
        downloads.bp,
        result.bp,
    ):
        app.register_blueprint(blueprint)
