"""The door: who comes in is looked up, many at once.

After a restart, or when a venue's Wi-Fi comes back, every phone stands here in the same second. One look into the
database serves all that have come by then; the phones' snapshot is worked out once for each revision.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import gevent
from gevent.queue import SimpleQueue
from sqlalchemy.orm import Session

from consensus import seats
from consensus.database import storage
from consensus.errors import Refusal
from consensus.models import Conference
from consensus.services import Services
from consensus.snapshots import Snapshots, audience_of, seat_messages
from consensus.threads import Threads, all_waiting
from consensus.tokens import Phone, Token

MOST_AT_ONCE = 1000
Json = dict[str, Any]

logger = logging.getLogger(__name__)


class Admission(NamedTuple):
    """Who is in: the token, the newest snapshot of its audience, and a phone's own message."""

    token: Token
    snapshot: Json
    seat: Json | None


Answer = Callable[[Admission | Refusal], object]


class Door:
    """Lets clients in."""

    def __init__(self, parts: Services, url: Callable[[], str], threads: Threads) -> None:
        self._parts, self._url, self._threads = parts, url, threads
        self._waiting: SimpleQueue[tuple[Token, Answer]] = SimpleQueue()
        self._phones: dict[str, Json] = {}
        self.letting_in = gevent.spawn(self._let_in)

    def ask(self, token: Token, answer: Answer) -> None:
        """Have a token looked up. answer is called on the event loop and must not block or raise."""
        self._waiting.put((token, answer))

    def _let_in(self) -> None:
        while True:
            waiting = all_waiting(self._waiting, MOST_AT_ONCE)
            found = self._threads.run(self._look_up, [token for token, _ in waiting])
            for (_, answer), admission in zip(waiting, found, strict=True):
                answer(admission)

    def _look_up(self, tokens: Sequence[Token]) -> list[Admission | Refusal]:
        found: list[Admission | Refusal] = [_no_conference()] * len(tokens)
        places = defaultdict(list)
        for place, token in enumerate(tokens):
            places[token.conference].append(place)
        for conference_id, own in places.items():
            try:
                with storage(), self._parts.readers() as session:
                    admitted = self._admit(session, conference_id, [tokens[place] for place in own])
            except Refusal as refusal:
                admitted = [refusal] * len(own)
            except Exception:
                logger.exception("Nobody could be let in")
                admitted = [Refusal("storage", "The server cannot look this up now.")] * len(own)
            for place, admission in zip(own, admitted, strict=True):
                found[place] = admission
        return found

    def _admit(self, session: Session, conference_id: str, tokens: Sequence[Token]) -> list[Admission | Refusal]:
        conference = session.get(Conference, conference_id)
        if conference is None:
            raise _no_conference()
        phones = {token.seat for token in tokens if isinstance(token, Phone)}
        joined = seats.joined(session, phones)
        groups = {seat: group for seat, (_, group) in joined.items()}
        own = seat_messages(session, self._parts.keys, conference, groups)
        snapshots = _Shown(self, session, conference)
        found: list[Admission | Refusal] = []
        for token in tokens:
            if isinstance(token, Phone) and joined.get(token.seat, (0, None))[0] != token.generation:
                found.append(Refusal("unknown-seat", "This seat is not known, or has moved to another phone."))
            elif not isinstance(token, Phone) and token.version != conference.token_version:
                found.append(Refusal("not-allowed", "This address is not valid any more."))
            else:
                found.append(Admission(token, snapshots[audience_of(token)], own.get(getattr(token, "seat", ""))))
        return found

    def phone_snapshot(self, conference: Conference, snapshots: Snapshots) -> Json:
        """The phones' snapshot; it depends on nothing but the revision."""
        known = self._phones.get(conference.id)
        if known is None or known["revision"] != conference.revision:
            self._phones[conference.id] = known = snapshots.of("phone")
        return known


class _Shown(dict[str, Json]):
    """Audience -> snapshot, worked out when it is asked for."""

    def __init__(self, door: Door, session: Session, conference: Conference) -> None:
        super().__init__()
        self._door, self._conference = door, conference
        self._snapshots = Snapshots(session, door._parts.keys, conference, door._url())

    def __missing__(self, audience: Any) -> Json:
        if audience == "phone":
            made = self._door.phone_snapshot(self._conference, self._snapshots)
        else:
            made = self._snapshots.of(audience)
        self[audience] = made
        return made


def _no_conference() -> Refusal:
    return Refusal("not-allowed", "There is no such conference.")
