"""The venue's Wi-Fi, for cards and screen: kept with the conference, and meant for everybody in the room."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.creation import log
from consensus.intake.cells import clean
from consensus.models import Conference

#: what a network takes (IEEE 802.11): bytes of its name, characters of a WPA password
LONGEST_NAME = 32
PASSWORD = range(8, 64)


def keep_wifi(session: Session, conference: Conference, name: str, password: str) -> bool:
    """Keep the venue's network, without a name none; return whether that is a change. The log has no password.

    Raises Refusal("not-now") for what no network is called or let in by.
    """
    session.refresh(conference, with_for_update=True)
    name = clean(name)[0]
    if len(name.encode()) > LONGEST_NAME:
        raise Refusal("not-now", "The name of a network has at most %(most)s bytes.", most=LONGEST_NAME)
    if password and (not name or len(password) not in PASSWORD or not password.isprintable()):
        raise Refusal("not-now", "A network has a name, and its password 8 to 63 characters.")
    before = conference.wifi_name, conference.wifi_password
    conference.wifi_name, conference.wifi_password = name or None, password or None
    if before == (conference.wifi_name, conference.wifi_password):
        return False
    conference.revision += 1
    log(session, conference, "wifi", name=name)
    return True
