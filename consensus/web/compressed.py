"""Pages and files compressed for the way to the phone, where that tells nothing.

A page that holds a secret and something that a stranger chose must not be compressed: its length would tell the secret
letter by letter (BREACH, 2013). So only what is the same for everybody is: static files, the phones' empty pages, the
screen's shell. gzip alone: every browser of the last twenty years has it, and the standard library.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache

from flask import Flask, Response, request

#: bytes under which nothing is won
SHORT = 500
TEXTS = frozenset(
    {"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"}
)
#: lines that hold a comment and nothing else
_COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE | re.DOTALL)
#: endpoints whose answers hold no secret
OPEN = frozenset(
    {
        "static",
        "panellist.home",
        "panellist.join",
        "panellist.vote",
        "panellist.other_words",
        "screen.show",
        "screen.join_square",
        "venue.try_out",
    }
)


def init_compression(app: Flask) -> None:
    """Compress what may be compressed, for whoever takes it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.endpoint not in OPEN or response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings.quality("gzip") or request.method == "HEAD":
        return response
    response.direct_passthrough = False
    body = without_comments(response.get_data()) if _is_own_script() else response.get_data()
    if len(body) < SHORT:
        return response
    response.set_data(_gzipped(body))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:  # another representation needs another tag: RFC 9110, 8.8.3.3
        response.set_etag(f"{tag}-gzip")
        response.make_conditional(request)
    return response


def _is_own_script() -> bool:
    return request.endpoint == "static" and request.path.endswith(".js") and "/vendor/" not in request.path


@lru_cache(maxsize=128)
def without_comments(script: bytes) -> bytes:
    """A script of ours as a phone needs it: comments that fill lines are a tenth of it. Every line keeps its number."""
    return _COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), script)


@lru_cache(maxsize=128)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
