"""The live channel: who is let in, votes in, snapshots out.

Snapshots are made after the commit, one for each audience, and sent whole: a client that shows the newest one is
right, whatever it missed. All phones of a conference share one room and get the same bytes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

import gevent
from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, join_room
from gevent.event import AsyncResult
from sqlalchemy import select

from consensus import evaluation, tokens
from consensus.database import storage
from consensus.errors import Refusal
from consensus.live.committer import Committer
from consensus.live.door import Admission, Door
from consensus.live.line import MAX_MESSAGE, Line
from consensus.live.lines import HEARTBEAT, Lines
from consensus.live.roll import RollCall
from consensus.live.rooms import Rooms, SharedRooms
from consensus.models import Conference
from consensus.seats import joined
from consensus.services import Services
from consensus.snapshots import Audience, Snapshots, audience_of, seat_messages
from consensus.submissions import submission_of
from consensus.threads import Threads
from consensus.tokens import Phone, Token

AUDIENCES: tuple[Audience, ...] = ("phone", "screen", "facilitator")
#: seconds between two pushes of a turnout or an attendance that moves
BREATH = 0.25
#: seconds between two looks for a change that nobody told us of
LOOK = 2.0
#: where turnout and attendance change within a revision, and who is told: of two processes that count at the same time
#: the message of the one that counted first may come last
MOVING = frozenset({"draft", "lobby", "discussion", "voting", "closed"})
COUNTING: tuple[Audience, ...] = ("screen", "facilitator")
#: what the room of one seat begins with
SEAT = "seat/"
#: to every process, not to clients: a seat has moved to another phone, or its phone to another connection
MOVED = ("@processes", "moved")

Json = dict[str, Any]
logger = logging.getLogger(__name__)
#: python-engineio tells the world of every bad packet that a client sends, with a traceback
_QUIET = logging.getLogger(f"{__name__}.engineio")
_QUIET.setLevel(logging.CRITICAL + 1)


class Live:
    """The clients of one process, whatever they are connected by."""

    def __init__(self, app: Flask, parts: Services, threads: Threads, url: str) -> None:
        self.app, self.parts, self.threads, self.url = app, parts, threads, url
        self.lines = Lines(self)
        redis = parts.config.redis
        self._shared = redis is not None
        self._rooms = SharedRooms(self._deliver, redis, threads) if redis else Rooms(self._deliver)
        self.socketio = _socketio(app, self._rooms)
        self._roll = RollCall(self._here, self._tell_processes)
        self._door = Door(parts, lambda: self.url, threads)
        self._committer = Committer(parts.box.record, threads, self._stored)
        self._moving: set[str] = set()
        self._troubled: set[str] = set()
        self._newest: dict[str, Json] = {}  # room -> the snapshot sent last
        self._order: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._polling: dict[str, Token | None] = {}  # None: let go, and not gone yet
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("vote", self._vote)
        self.socketio.on_event("clock", _clock)
        self.socketio.on_event("evaluation", self._evaluation)
        self._greenlets = [gevent.spawn(self._push_movements), gevent.spawn(self._look_for_changes)]
        parts.published.append(self.push)

    # From any thread

    def push(self, conference_id: str) -> None:
        """Send every audience of a conference its snapshot, as it is stored now. To be called in a thread."""
        self._push(conference_id, AUDIENCES)

    def newest(self, conference_id: str) -> Json | None:
        """The facilitator's snapshot that was sent last, for the answer to the action that caused it."""
        return self._newest.get(_room(conference_id, "facilitator"))

    def push_soon(self, conference_id: str) -> None:
        """Send screen and facilitator a new turnout or attendance, at most a few times a second."""
        self._moving.add(conference_id)

    def connected(self, conference_id: str) -> set[str] | None:
        """The seats of a conference that have a phone on the line, in any process; None where one does not say."""
        if isinstance(self._rooms, SharedRooms):
            processes = self._rooms.processes()
            return self._roll.ask(conference_id, processes, self.threads.on_loop) if processes else None
        return self._here(conference_id)

    def move_seat(self, seat_id: str, generation: int) -> None:
        """Tell phones that hold an older token of a seat that it has moved, and let them go."""
        self.threads.on_loop(self._move, seat_id, generation - 1, None)

    def tell_seats(self, conference_id: str, seats: Collection[str]) -> None:
        """Send phones what is their own, as it is stored now. To be called in a thread, after the commit."""
        with storage(), self.parts.readers() as session:
            groups = {seat: group for seat, (_, group) in joined(session, seats).items()}
            own = seat_messages(session, self.parts.keys, session.get_one(Conference, conference_id), groups)
        for seat, message in own.items():
            self.threads.on_loop(self._rooms.emit, "seat", message, "/", _seat_room(seat))

    def _push(self, conference_id: str, audiences: Iterable[Audience], *, everywhere: bool = True) -> None:
        """Read and send in one order, so that an older snapshot never comes after a newer one."""
        try:
            with self._order[conference_id], storage(), self.parts.readers() as session:
                conference = session.get(Conference, conference_id)
                if conference is None:
                    return
                snapshots = Snapshots(session, self.parts.keys, conference, self.url)
                for audience in audiences:
                    found = snapshots.of(audience)
                    room = _room(conference_id, audience)
                    if not everywhere and found == self._newest.get(room):
                        continue
                    self._remember(room, found)
                    self.threads.on_loop(self._emit, room, found, everywhere)
        except Refusal as refusal:
            logger.warning("No snapshot of %s: %s", conference_id, refusal.message)
        except Exception:
            logger.exception("No snapshot of %s", conference_id)

    # On the event loop

    def _here(self, conference_id: str) -> set[str]:
        lines = self.lines.rooms.get(_room(conference_id, "phone"), ())
        guests = [*list(self._polling.values()), *(line.guest for line in list(lines))]
        return {guest.seat for guest in guests if isinstance(guest, Phone) and guest.conference == conference_id}

    def _tell_processes(self, what: tuple[str, str], data: Json) -> None:
        room, event = what
        self._rooms.emit(event, data, "/", room)

    def _emit(self, room: str, snapshot: Json, everywhere: bool) -> None:
        self._rooms.emit("state", snapshot, "/", room, ignore_queue=not everywhere)

    def _deliver(self, room: str, event: str, data: Any) -> bool:
        """Take what this process or another one sends to a room; False for what is not to be sent to anyone else."""
        if self._roll.hear(room, event, data):
            return False
        if (room, event) == MOVED:
            self._let_go(data["seat"], data["generation"], data["but"])
            return False
        conference, _, audience = room.partition("/")
        if event == "state" and audience and not self._remember(room, data):
            return False
        if event == "trouble":  # whichever process stores the next vote tells that it is over
            (self._troubled.discard if data["message"] is None else self._troubled.add)(conference)
        self.lines.emit(room, event, data)
        return True

    def _remember(self, room: str, snapshot: Json) -> bool:
        """Keep the newest snapshot of a room; False for one that another process's has overtaken."""
        known = self._newest.get(room)
        if known is not None and known["revision"] > snapshot["revision"]:
            return False
        self._newest[room] = snapshot
        if not (snapshot.get("arguments") or {}).get("open"):  # the discussion is over, whichever process ended it
            self.parts.allowance.forget(room.partition("/")[0])
        return True

    def _move(self, seat: str, generation: int, but: str | None) -> None:
        """In every process, let connections of a seat go: those up to a generation, but one."""
        self._rooms.emit(MOVED[1], {"seat": seat, "generation": generation, "but": but}, "/", MOVED[0])

    def _take_seat(self, token: Token, sid: str) -> None:
        """Let this be a phone's one connection.

        From one that was cut, but not for us yet, votes may still come that are older than those on the new one.
        """
        if isinstance(token, Phone):
            self._move(token.seat, token.generation, sid)

    def _let_go(self, seat: str, generation: int, but: str | None) -> None:
        gone = {"seat": "own", "voted": [], "moved": True}
        for line in list(self.lines.rooms.get(_seat_room(seat), ())):
            if line.guest.generation <= generation and line.sid != but:
                line.say("seat", gone)
                line.let_go()
        for sid, _ in list(self._rooms.get_participants("/", _seat_room(seat))):
            token = self._polling.get(sid)
            if isinstance(token, Phone) and token.generation <= generation and sid != but:
                self.socketio.emit("seat", gone, to=sid, ignore_queue=True)
                self._polling[sid] = None
                gevent.spawn_later(1, self.socketio.server.disconnect, sid)

    def _stored(self, stored: set[str], failed: dict[str, Refusal]) -> None:
        """After a batch of votes: move the turnout, and tell facilitators whether votes can be stored."""
        self._moving |= stored
        for conference, refusal in failed.items():
            self._troubled.add(conference)
            self._tell_trouble(conference, refusal.message)
        for conference in stored & self._troubled - failed.keys():
            self._troubled.discard(conference)
            self._tell_trouble(conference, None)

    def _tell_trouble(self, conference: str, message: str | None) -> None:
        self._rooms.emit("trouble", {"message": message}, "/", _room(conference, "facilitator"))

    # Clients on lines

    def asks_in(self, line: Line, auth: object) -> None:
        def answer(found: Admission | Refusal) -> None:
            if isinstance(found, Refusal):
                line.refuse(found.message, found.code)
            else:
                self._take_seat(found.token, line.sid)
                line.let_in(found.token, _rooms_of(found.token), *self._first(found))

        try:
            self._door.ask(_token(self.parts.secret, auth), answer)
        except Refusal as refusal:
            answer(refusal)

    def event(self, line: Line, name: str, data: object, answer: Callable[[object], None]) -> None:
        if name == "vote":
            self._take_vote(line.guest, data, lambda refusal: answer(_told(refusal)))
        elif name == "clock":
            answer(_clock())
        elif name == "evaluation":
            gevent.spawn(lambda: answer(_told(self._take_sheet(line.guest, data))))
        else:
            answer(Refusal("not-allowed", "There is no such event.").as_json())

    def _first(self, admission: Admission) -> list[tuple[str, object]]:
        """What a client is sent first. What its room was sent while it was looked up is newer than what was found."""
        snapshot = admission.snapshot
        sent = self._newest.get(_room(admission.token.conference, audience_of(admission.token)))
        if sent is not None and sent["revision"] > snapshot["revision"]:
            snapshot = sent
        own = [("seat", admission.seat)] if admission.seat is not None else []
        return [("state", snapshot), *own]

    def _take_vote(self, token: Token, message: object, answer: Callable[[Refusal | None], None]) -> None:
        try:
            if not isinstance(token, Phone):
                raise Refusal("not-allowed", "Only a phone with a seat can vote.")
            self._committer.put(submission_of(token, message), answer)
        except Refusal as refusal:
            answer(refusal)

    def _take_sheet(self, token: Token | None, message: object) -> Refusal | None:
        """Store what a phone thinks of the conference; None once it is stored. In a greenlet: it waits for the disk."""
        if not isinstance(token, Phone):
            return Refusal("not-allowed", "Only a phone with a seat can answer.")
        told = message if isinstance(message, dict) else {}
        sheet = evaluation.Sheet(
            token.conference, token.seat, token.generation, told.get("answers"), told.get("comment", "")
        )
        try:
            self.threads.run(evaluation.record, self.parts.sessions, self.parts.keys, sheet)
        except Refusal as refusal:
            return refusal
        except Exception:
            logger.exception("A sheet was not stored")
            return Refusal("storage", "The answers could not be stored. Send them again.")
        self._moving.add(token.conference)
        return None

    # Clients of python-socketio: polling, and what began as polling

    def _connect(self, auth: object = None) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        if sid in self._polling:
            return  # an event that a client has called so
        try:
            found: AsyncResult[Admission | Refusal] = AsyncResult()
            self._door.ask(_token(self.parts.secret, auth), found.set)
            admission: Any = found.get()
            if isinstance(admission, Refusal):
                raise admission
        except Refusal as refusal:
            raise Refused(refusal.message, refusal.code) from None
        self._take_seat(admission.token, sid)
        self._polling[sid] = admission.token
        for room in _rooms_of(admission.token):
            join_room(room)
        for event, data in self._first(admission):
            self.socketio.emit(event, data, to=sid, ignore_queue=True)  # nobody else's

    def _disconnect(self, *reason: object) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        if not self._rooms.is_connected(sid, "/"):  # else it is an event that a client has called so
            self._polling.pop(sid, None)

    def _vote(self, message: object = None, *rest: object) -> object:
        token = self._polling.get(request.sid)  # type: ignore[attr-defined]
        if token is None:
            return Refusal("not-allowed", "Only a phone with a seat can vote.").as_json()
        answer: AsyncResult[Refusal | None] = AsyncResult()
        self._take_vote(token, message, answer.set)
        return _told(answer.get())

    def _evaluation(self, message: object = None, *rest: object) -> object:
        return _told(self._take_sheet(self._polling.get(request.sid), message))  # type: ignore[attr-defined]

    # Greenlets

    def _push_movements(self) -> None:
        while True:
            gevent.sleep(BREATH)
            moving, self._moving = self._moving, set()
            for conference_id in moving:
                self.threads.run(self._push, conference_id, COUNTING)

    def _look_for_changes(self) -> None:
        """Make up for what another process could not tell, or what could not be read when it was to be sent."""
        while True:
            gevent.sleep(LOOK)
            if rooms := self._watched():
                self.threads.run(self._send_changes, rooms)

    def _watched(self) -> set[str]:
        """The rooms that somebody is in here, and of conferences of which it is known here who has written."""
        rooms = set(self.lines.rooms)
        polling = [token for token in self._polling.values() if token is not None]
        rooms |= {_room(token.conference, audience_of(token)) for token in polling}
        return rooms | {_room(conference, "phone") for conference in self.parts.allowance.conferences()}

    def _send_changes(self, rooms: Collection[str]) -> None:
        try:
            with storage(), self.parts.readers() as session:
                query = select(Conference.id, Conference.revision)
                known = {room.partition("/")[0] for room in rooms}
                revisions = dict(session.execute(query.where(Conference.id.in_(known))).all())
        except Refusal:
            return
        for conference, revision in revisions.items():
            behind = [a for a in AUDIENCES if self._shown(_room(conference, a))["revision"] < revision]
            if behind:  # one by one: of the messages about one step the first may be lost and the last one not
                self._push(conference, behind, everywhere=False)
            elif self._shared and self._counts(conference):
                self._push(conference, [a for a in COUNTING if _room(conference, a) in rooms], everywhere=False)

    def _counts(self, conference: str) -> bool:
        """Whether turnout or attendance may change within the revision that was shown last."""
        shown = self._shown(_room(conference, "facilitator"))
        evaluated = shown.get("evaluation") or {}
        return shown.get("state") in MOVING or evaluated.get("state") == "open"

    def _shown(self, room: str) -> Json:
        return self._newest.get(room, {"revision": -1})


def _socketio(app: Flask, rooms: Rooms) -> SocketIO:
    return SocketIO(
        app,
        async_mode="gevent",
        client_manager=rooms,
        cors_allowed_origins=None,
        max_http_buffer_size=MAX_MESSAGE,
        ping_interval=HEARTBEAT,
        ping_timeout=HEARTBEAT,
        logger=False,
        engineio_logger=_QUIET,
        manage_session=False,
    )


def _room(conference_id: str, audience: str) -> str:
    return f"{conference_id}/{audience}"


def _seat_room(seat_id: str) -> str:
    return f"{SEAT}{seat_id}"


def _rooms_of(token: Token) -> tuple[str, ...]:
    room = _room(token.conference, audience_of(token))
    return (room, _seat_room(token.seat)) if isinstance(token, Phone) else (room,)


def _token(secret: str, auth: object) -> Token:
    return tokens.read(secret, auth.get("token") if isinstance(auth, dict) else None)


def _told(refusal: Refusal | None) -> dict[str, object]:
    return {"ok": True} if refusal is None else refusal.as_json()


def _clock(*asked: object) -> dict[str, float]:
    """What time it is here: a timer ends at a moment of this clock, whatever the clients' own say."""
    return {"now": round(time.time(), 3)}
