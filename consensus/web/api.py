"""What programs use: joining, a facilitator's actions, a snapshot on demand. docs/interfaces.md describes it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from consensus import seats, tokens
from consensus.database import storage
from consensus.errors import Refusal
from consensus.facilitation import ACTIONS
from consensus.models import Conference
from consensus.services import services
from consensus.snapshots import Snapshots, audience_of
from consensus.tokens import Facilitator, Phone, Screen, Token
from consensus.web.result import picture_name, picture_of, record_now

bp = Blueprint("api", __name__, url_prefix="/api")
MAX_BODY = 64_000


@bp.before_request
def limit_body() -> None:
    """Refuse a body that no request of ours has."""
    request.max_content_length = MAX_BODY


@bp.post("/join")
def join() -> Response:
    """Give a phone its seat, by the seat's secret or by the conference's code."""
    body = _body()
    secret, code = body.get("seat"), body.get("code")
    parts = services()
    with storage(), parts.sessions.begin() as session:
        if isinstance(secret, str):
            seat = seats.join(session, secret)
        elif isinstance(code, str):
            seat = seats.join_by_code(session, code)
        else:
            raise Refusal("unknown-seat", "Send a seat's secret or the conference's code.")
    current_app.extensions["live"].move_seat(seat.id, seat.generation)
    current_app.extensions["live"].push_soon(seat.conference_id)
    token = tokens.issue(parts.secret, Phone(seat.conference_id, seat.id, seat.generation))
    return jsonify(token=token, conference=seat.conference_id)


@bp.get("/c/<conference>/state")
def state(conference: str) -> Response:
    """Answer with the snapshot of the token's audience."""
    token = _token(conference)
    return jsonify(_snapshot(conference, token))


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
    if action not in ACTIONS:
        abort(404)
    token = _token(conference)
    if not isinstance(token, Facilitator):
        raise Refusal("not-allowed", "Only a facilitator can do this.")
    changed = services().act(conference, action, _body())
    pushed = current_app.extensions["live"].newest(conference) if changed else None
    return jsonify(ok=True, state=pushed or _snapshot(conference, token))


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


def _snapshot(conference_id: str, token: Token) -> dict[str, Any]:
    parts = services()
    with storage(), parts.readers() as session:
        conference = session.get_one(Conference, conference_id)
        return Snapshots(session, parts.keys, conference, current_app.extensions["live"].url).of(audience_of(token))
