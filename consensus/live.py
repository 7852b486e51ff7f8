"""The live channel: Socket.IO rooms, votes in, snapshots out.

Snapshots are made after the commit, one for each audience, and sent whole: a client that shows the newest one is
right, whatever it missed. All phones of a conference share one room and get the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import gevent
from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, join_room
from gevent.event import AsyncResult
from gevent.queue import Empty, SimpleQueue

from consensus import seats, tokens
from consensus.ballot_box import Submission
from consensus.database import storage
from consensus.errors import Refusal
from consensus.models import Conference
from consensus.services import Services
from consensus.snapshots import Audience, Snapshots, audience_of, seat_message
from consensus.tokens import Phone, Token

AUDIENCES: tuple[Audience, ...] = ("phone", "screen", "facilitator")
#: seconds between two pushes of a turnout or an attendance that moves
BREATH = 0.25
MAX_MESSAGE = 64_000
MAX_BATCH = 500

logger = logging.getLogger(__name__)


class Live:
    """The sockets of one process."""

    def __init__(self, app: Flask, parts: Services, url: str) -> None:
        self.app, self.parts, self.url = app, parts, url
        self.socketio = SocketIO(
            app,
            async_mode="gevent",
            message_queue=parts.config.redis,
            cors_allowed_origins=None,
            max_http_buffer_size=MAX_MESSAGE,
            ping_interval=20,
            ping_timeout=20,
            logger=False,
            engineio_logger=False,
            manage_session=False,
        )
        self._votes: SimpleQueue[tuple[Submission, AsyncResult[Refusal | None]]] = SimpleQueue()
        self._moving: set[str] = set()
        self._newest: dict[str, dict[str, Any] | None] = {}
        self._greenlets = [gevent.spawn(self._commit_votes), gevent.spawn(self._push_movements)]
        self._phones: dict[str, Phone] = {}
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("vote", self._vote)
        parts.published.append(self.push)

    def push(self, conference_id: str) -> None:
        """Send every audience of a conference its snapshot, as it is stored now."""
        self._push(conference_id, AUDIENCES)

    def newest(self, conference_id: str) -> dict[str, Any] | None:
        """The facilitator's snapshot that was sent last, for the answer to the action that caused it."""
        return self._newest.get(conference_id)

    def push_soon(self, conference_id: str) -> None:
        """Send screen and facilitator a new turnout or attendance, at most a few times a second."""
        self._moving.add(conference_id)

    def move_seat(self, conference_id: str, seat_id: str, generation: int) -> None:
        """Tell phones that hold an older token of a seat that it has moved, and let them go."""
        for sid, token in list(self._phones.items()):
            if token.seat == seat_id and token.generation < generation:
                self.socketio.emit("seat", {"seat": "own", "voted": [], "moved": True}, to=sid)
                self._phones.pop(sid, None)
                gevent.spawn_later(1, self.socketio.server.disconnect, sid)

    def _push(self, conference_id: str, audiences: Sequence[Audience]) -> None:
        try:
            with storage(), self.parts.readers() as session:
                conference = session.get(Conference, conference_id)
                if conference is None:
                    return
                snapshots = Snapshots(session, self.parts.keys, conference, self.url)
                found = {audience: snapshots.of(audience) for audience in audiences}
        except Refusal as refusal:
            logger.warning("No snapshot of %s: %s", conference_id, refusal.message)
            return
        self._newest[conference_id] = found.get("facilitator")
        for audience, snapshot in found.items():
            self.socketio.emit("state", snapshot, to=_room(conference_id, audience))

    def _connect(self, auth: object = None) -> None:
        """Let a client in by its token and send it the newest snapshot."""
        try:
            self._welcome(tokens.read(self.parts.secret, auth.get("token") if isinstance(auth, dict) else None))
        except Refusal as refusal:
            raise Refused(refusal.message, refusal.code) from None

    def _welcome(self, token: Token) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        own: dict[str, Any] | None = None
        with storage(), self.parts.readers() as session:
            conference = session.get(Conference, token.conference)
            if conference is None:
                raise Refusal("not-allowed", "There is no such conference.")
            if isinstance(token, Phone):
                seat = seats.authenticate(session, token.seat, token.generation)
                own = seat_message(session, self.parts.keys, conference, seat.id, seat.group)
            elif token.version != conference.token_version:
                raise Refusal("not-allowed", "This address is not valid any more.")
            snapshot = Snapshots(session, self.parts.keys, conference, self.url).of(audience_of(token))
        join_room(_room(conference.id, audience_of(token)))
        self.socketio.emit("state", snapshot, to=sid)
        if own is not None:
            assert isinstance(token, Phone)
            self._phones[sid] = token
            self.socketio.emit("seat", own, to=sid)

    def _disconnect(self, *reason: object) -> None:
        self._phones.pop(request.sid, None)  # type: ignore[attr-defined]

    def _vote(self, message: object = None, *rest: object) -> dict[str, object]:
        """Take a phone's votes; the answer goes out once they are stored durably."""
        token = self._phones.get(request.sid)  # type: ignore[attr-defined]
        try:
            if token is None:
                raise Refusal("not-allowed", "Only a phone with a seat can vote.")
            answer: AsyncResult[Refusal | None] = AsyncResult()
            self._votes.put((_submission(token, message), answer))
            refusal = answer.get()
            if refusal is not None:
                raise refusal
        except Refusal as refusal:
            return refusal.as_json()
        self.push_soon(token.conference)
        return {"ok": True}

    def _commit_votes(self) -> None:
        """Take what has arrived into one transaction, answer, and begin again."""
        while True:
            waiting = [self._votes.get()]
            while len(waiting) < MAX_BATCH:
                try:
                    waiting.append(self._votes.get_nowait())
                except Empty:
                    break
            try:
                answers = self.parts.box.record([submission for submission, _ in waiting])
            except Exception:
                logger.exception("A batch of votes was not stored")
                answers = [Refusal("storage", "The vote could not be stored. It is sent again.")] * len(waiting)
            for (_, answer), refusal in zip(waiting, answers, strict=True):
                answer.set(refusal)

    def _push_movements(self) -> None:
        while True:
            gevent.sleep(BREATH)
            moving, self._moving = self._moving, set()
            for conference_id in moving:
                self._push(conference_id, ("screen", "facilitator"))


def _room(conference_id: str, audience: str) -> str:
    return f"{conference_id}/{audience}"


def _submission(token: Phone, message: object) -> Submission:
    """Read a `vote` message. Raises Refusal for one that is no such message."""
    if not isinstance(message, dict) or not isinstance(message.get("round"), str):
        raise Refusal("bad-choice", "This is not a vote: it needs a round and votes.")
    votes = message.get("votes")
    if not isinstance(votes, list) or not all(isinstance(vote, dict) for vote in votes):
        raise Refusal("bad-choice", "This is not a vote: votes must be a list of item and choice.")
    pairs = [(vote.get("item"), vote.get("choice")) for vote in votes]
    return Submission(token.conference, token.seat, token.generation, message["round"], pairs)
