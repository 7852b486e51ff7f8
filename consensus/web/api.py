"""What programs use: joining, a facilitator's actions, a snapshot on demand. docs/interfaces.md describes it."""

from __future__ import annotations

import contextlib
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from consensus import facilitation, paper_seats, seats, tokens
from consensus.database import storage
from consensus.errors import Refusal
from consensus.facilitation import ACTIONS, SEATING, Standing, arguments
from consensus.models import Conference, Seat
from consensus.services import services
from consensus.snapshots import Audience, Snapshots, audience_of, seat_messages, wifi_of
from consensus.submissions import submission_of
from consensus.tokens import Facilitator, Phone, Screen, Token
from consensus.web import qr
from consensus.web.result import picture_name, picture_of, record_now

bp = Blueprint("api", __name__, url_prefix="/api")
MAX_BODY = 64_000


@bp.before_request
def limit_body() -> None:
    """Refuse a body that no request of ours has."""
    request.max_content_length = MAX_BODY


@bp.post("/join")
def join() -> Response:
    """Give a phone its seat, by the seat's secret or by the conference's code; with that, the one it has already."""
    body = _body()
    secret, code = body.get("seat"), body.get("code")
    parts = services()
    with storage(), parts.sessions.begin() as session:
        if isinstance(secret, str):
            seat = seats.join(session, secret)
        elif isinstance(code, str):
            seat = seats.join_by_code(session, code, _held(parts.secret, body.get("token")))
        else:
            raise Refusal("unknown-seat", "Send a seat's secret or the conference's code.")
    current_app.extensions["live"].move_seat(seat.id, seat.generation)
    _find_table(seat.conference_id, seat.id)
    current_app.extensions["live"].push_soon(seat.conference_id)
    token = tokens.issue(parts.secret, Phone(seat.conference_id, seat.id, seat.generation))
    return jsonify(token=token, conference=seat.conference_id)


def _held(secret_key: str, text: object) -> tuple[str, int] | None:
    """The seat and generation of the token that a phone has from before, if it sends one."""
    with contextlib.suppress(Refusal):
        token = tokens.read(secret_key, text)
        if isinstance(token, Phone):
            return token.seat, token.generation
    return None


def _find_table(conference_id: str, seat_id: str) -> None:
    """Give a seat that comes after the tables were drawn a place at one."""
    parts = services()
    with contextlib.suppress(Refusal):  # the seat is taken, and stays so
        with storage(), parts.readers() as session:
            late = facilitation.lacks_table(session, conference_id, seat_id)
        if late:
            with storage(), parts.sessions.begin() as session:
                facilitation.seat_late(session, conference_id, seat_id)


@bp.get("/c/<conference>/seat")
def own_seat(conference: str) -> Response:
    """Answer with what is the phone's own: the event `seat`, on demand."""
    token = _token(conference)
    if not isinstance(token, Phone):
        raise Refusal("not-allowed", "Only a phone has a seat.")
    parts = services()
    with storage(), parts.readers() as session:
        (_, group) = seats.joined(session, [token.seat])[token.seat]
        found = seat_messages(session, parts.keys, session.get_one(Conference, conference), {token.seat: group})
    return jsonify(found[token.seat])


@bp.post("/c/<conference>/argument")
def write(conference: str) -> Response:
    """Take an argument from a phone. Nothing of the phone is stored with it."""
    token = _token(conference)
    if not isinstance(token, Phone):
        raise Refusal("not-allowed", "Only a phone with a seat can write an argument.")
    body, parts = _body(), services()
    with storage(), parts.sessions.begin() as session:
        led = session.get_one(Conference, conference, with_for_update=True)
        if session.get_one(Seat, token.seat).withdrawn:
            raise Refusal("unknown-seat", "This seat has been withdrawn. Ask the facilitator.")
        number = arguments.check_writable(Standing(session, parts.keys, led), body.get("item"))
        before = arguments.handed_on(session, led)
        writers = parts.allowance.writers(conference, number, token.seat, before)
        handed_on = arguments.hand_in(session, led, body["item"], body.get("side"), body.get("text"), writers=writers)
        if not parts.allowance.take(conference, number, token.seat, body["item"]):
            raise Refusal("too-many", "This phone has written as many arguments as it may, on this item or in all.")
    if handed_on:
        parts.publish(conference)
    else:
        parts.allowance.wrote(conference, number, token.seat, before)
    return jsonify(ok=True)


@bp.get("/c/<conference>/state")
def state(conference: str) -> Response:
    """Answer with the snapshot of the token's audience."""
    token = _token(conference)
    return jsonify(_snapshot(conference, audience_of(token)))


@bp.get("/c/<conference>/wifi.svg")
def wifi_square(conference: str) -> Response:
    """Draw the square that joins the room's network, for the large pages. The password stands in no address."""
    if isinstance(_token(conference), Phone):
        raise Refusal("not-allowed", "A phone is in the network already.")
    with storage(), services().readers() as session:
        wifi = wifi_of(session.get_one(Conference, conference))
    if wifi is None:
        abort(404)
    response = Response(qr.svg(qr.wifi_text(wifi["name"], wifi["password"])), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/c/<conference>/picture/<name>.svg")
def picture(conference: str, name: str) -> Response:
    """Give a picture of what is sealed, to screen and facilitator."""
    token = _token(conference)
    if isinstance(token, Phone):
        raise Refusal("not-allowed", "Pictures are for the screen and the facilitator.")
    with storage(), services().readers() as session:
        record = record_now(session, session.get_one(Conference, conference))
    if name == "round":
        name = picture_name(record, request.args.get("id", ""))
    return picture_of(record, name, as_fed_back=isinstance(token, Screen))


@bp.post("/c/<conference>/<action>")
def act(conference: str, action: str) -> Response:
    """Do a facilitator's action and answer with the new state."""
    if action not in ACTIONS and action not in SEATING:
        abort(404)
    body = led_body(conference)
    live = current_app.extensions["live"]
    connected = live.connected(conference) if action == "new-card" else None
    outcome = services().ask(conference, action, body, connected)
    if outcome.moved is not None:
        live.move_seat(*outcome.moved)
    if outcome.told:
        live.tell_seats(conference, outcome.told)
    card = {} if outcome.secret is None else {"card": qr.card(outcome.secret)}
    return answer(conference, outcome.changed, **card)


@bp.post("/c/<conference>/paper-vote")
def type_in(conference: str) -> Response:
    """Take what the facilitator has read on a paper: the vote of a seat on paper, durable once this is answered."""
    body, parts = led_body(conference), services()
    with storage(), parts.readers() as session:
        seat = paper_seats.find(session, conference, body.get("paper"))
        submission = submission_of(Phone(conference, seat.id, seat.generation), body)
    (refusal,) = parts.box.record([submission])
    if refusal is not None:
        raise refusal
    current_app.extensions["live"].push_soon(conference)
    return answer(conference, False)


def led_body(conference: str) -> dict[str, Any]:
    """The body of a request that only a facilitator of the conference may make. Raises Refusal."""
    if not isinstance(_token(conference), Facilitator):
        raise Refusal("not-allowed", "Only a facilitator can do this.")
    return _body()


def answer(conference: str, changed: bool, **more: object) -> Response:
    """Answer a facilitator with the new state."""
    pushed = current_app.extensions["live"].newest(conference) if changed else None
    return jsonify(ok=True, state=pushed or _snapshot(conference, "facilitator"), **more)


def _body() -> dict[str, Any]:
    try:
        body = request.get_json(force=True, silent=True) if request.get_data() else {}
    except RecursionError:  # [[[[…
        body = None
    if not isinstance(body, dict):
        raise Refusal("not-now", "The body must be a JSON object.")
    return body


def _token(conference_id: str) -> Token:
    """The token of the request, which must be of this conference and still valid."""
    header = request.headers.get("Authorization", "")
    parts = services()
    token = tokens.read(parts.secret, header.removeprefix("Bearer ").strip())
    if token.conference != conference_id:
        raise Refusal("not-allowed", "This token is for another conference.")
    with storage(), parts.readers() as session:
        conference = session.get(Conference, conference_id)
        if conference is None:
            raise Refusal("not-allowed", "There is no such conference.")
        if isinstance(token, Phone):
            seats.authenticate(session, token.seat, token.generation)
        elif token.version != conference.token_version:
            raise Refusal("not-allowed", "This address is not valid any more.")
    return token


def _snapshot(conference_id: str, audience: Audience) -> dict[str, Any]:
    parts = services()
    with storage(), parts.readers() as session:
        conference = session.get_one(Conference, conference_id)
        return Snapshots(session, parts.keys, conference, current_app.extensions["live"].url).of(audience)
