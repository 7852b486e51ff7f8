"""Who may open a facilitator's page: whoever followed a sign-in link, or has the conference's own token."""

from __future__ import annotations

from flask import session as browser
from sqlalchemy.orm import Session

from consensus import sign_in, tokens
from consensus.database import storage
from consensus.errors import Refusal
from consensus.models import Conference
from consensus.services import services

ADMINISTRATOR = "administrator"
LEADS = "leads"  # conference -> the token_version that this browser was let in with


def enter_with_link(secret: str) -> bool:
    """Use up a one-time sign-in link for this browser."""
    with storage(), services().sessions.begin() as session:
        let_in = sign_in.redeem(session, secret)
    if let_in:
        browser[ADMINISTRATOR] = True
        browser.permanent = True
    return let_in


def enter_with_token(conference_id: str, text: str) -> None:
    """Let this browser lead one conference. Raises Refusal("not-allowed")."""
    token = tokens.read(services().secret, text)
    if not isinstance(token, tokens.Facilitator) or token.conference != conference_id:
        raise _refusal()
    browser[LEADS] = {**browser.get(LEADS, {}), conference_id: token.version}
    browser.permanent = True


def is_administrator() -> bool:
    return bool(browser.get(ADMINISTRATOR))


def is_facilitator() -> bool:
    """Whether this browser may make conferences or has been let in to one."""
    return is_administrator() or bool(browser.get(LEADS))


def check_administrator() -> None:
    """Raise Refusal("not-allowed") unless this browser may make conferences."""
    if not is_administrator():
        raise _refusal()


def check_preparer() -> None:
    """Raise Refusal("not-allowed") unless this browser may make conferences or lead one."""
    if not is_facilitator():
        raise _refusal()


def led_conference(session: Session, conference_id: str) -> Conference:
    """The conference, if this browser may lead it. Raises Refusal("not-allowed")."""
    # A database does not take every text: what is no id is not looked up.
    conference = session.get(Conference, conference_id) if conference_id.isalnum() else None
    if conference is None or not may_lead(conference):
        raise _refusal()
    return conference


def may_lead(conference: Conference) -> bool:
    return is_administrator() or browser.get(LEADS, {}).get(conference.id) == conference.token_version


def _refusal() -> Refusal:
    return Refusal(
        "not-allowed",
        "This page is for the facilitator. Follow the sign-in link that the server printed when it started.",
    )
