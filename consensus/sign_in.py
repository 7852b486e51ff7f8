"""One-time sign-in links for those who may make and lead every conference of a server.

The database knows a link by the SHA-256 of its secret only, so that a copy of it signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from consensus.models import SignIn


def new_secret(session: Session) -> str:
    """Make the secret of a new link."""
    secret = secrets.token_urlsafe(24)
    session.add(SignIn(token_hash=_hash(secret)))
    session.flush()
    return secret


def redeem(session: Session, secret: str) -> bool:
    """Use a link up. False if there is no such link, or it has been used: of two at once, one succeeds."""
    unused = update(SignIn).where(SignIn.token_hash == _hash(secret), SignIn.used_at.is_(None))
    used = session.execute(unused.values(used_at=datetime.now(UTC)).returning(SignIn.token_hash)).all()
    return len(used) == 1


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
