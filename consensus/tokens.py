"""Signed tokens: what a phone, a screen or a facilitator shows to be let in.

A token names its audience and conference and holds until what it was issued for is over: a phone's until its seat
is joined anew, the others' until the conference's token_version is raised. It carries no clock reading.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import astuple, dataclass
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from consensus.errors import Refusal

LONGEST_TOKEN = 500
READING_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Phone:
    conference: str
    seat: str
    generation: int


@dataclass(frozen=True, slots=True)
class Screen:
    conference: str
    version: int


@dataclass(frozen=True, slots=True)
class Facilitator:
    conference: str
    version: int


Token = Phone | Screen | Facilitator
AUDIENCES: dict[str, type[Token]] = {"phone": Phone, "screen": Screen, "facilitator": Facilitator}


def issue(secret_key: str, token: Token) -> str:
    """Sign a token."""
    return _signer(secret_key).dumps([type(token).__name__.lower(), *astuple(token)])


def read(secret_key: str, text: object) -> Token:
    """Return what a token says; the caller still checks generation or version. Raises Refusal("not-allowed")."""
    if not isinstance(text, str) or len(text) > LONGEST_TOKEN:
        raise _not_allowed()
    try:
        audience, *fields = _signer(secret_key).loads(text)
        return AUDIENCES[audience](*fields)
    except (BadSignature, KeyError, TypeError, ValueError):
        raise _not_allowed() from None


def reading_token(secret_key: str, conference: str, version: int) -> str:
    """What the address of the page to read beforehand ends with: 100 bits that nobody guesses, and no one's seat.

    It is none of the tokens above: it opens nothing but that page. Raising the conference's token_version ends it.
    """
    key = f"consensus-reading-1:{secret_key}".encode()
    digest = hmac.digest(key, f"{conference}:{version}".encode(), "sha256")
    return base64.b32encode(digest).decode().lower()[:READING_LETTERS]


def opens_reading(secret_key: str, conference: str, version: int, text: str) -> bool:
    """Whether a text is the reading token of a conference."""
    return hmac.compare_digest(reading_token(secret_key, conference, version).encode(), text.encode("utf-8", "replace"))


@lru_cache(maxsize=4)
def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="consensus-token-1")


def _not_allowed() -> Refusal:
    return Refusal("not-allowed", "This link or sign-in is not valid (any more).")
