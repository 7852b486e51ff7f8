"""A real server with one conference and its phones, led from outside over HTTP and Socket.IO."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import socketio

from consensus import database
from consensus.models import Conference
from consensus.protocol import FORMATS, export
from consensus.records import record_of
from tests.consensus.test_channel import hang_up
from tests.e2e.process import ServerProcess

PATIENCE = 20
ITEMS = "number,text\n1,One\n2,Two\n3,Three\n"


class Venue:
    """A conference on a server of its own. tokens: those of its phones, by place."""

    def __init__(self, server: ServerProcess, plan: str, seats: int) -> None:
        self.server = server
        self.made = server.create(plan, ITEMS, seats, "en")
        self.id: str = self.made["conference"]
        self.tokens: list[str] = []
        self.phones: list[socketio.Client] = []

    def seat_all(self) -> Venue:
        """Let every card be joined."""
        for secret in self.made["seats"]:
            self.tokens.append(self.post("api/join", {"seat": secret})["token"])
        return self.connect()

    def connect(self) -> Venue:
        """Let every phone connect, anew if it was connected before."""
        self.leave()
        for token in self.tokens:
            phone = socketio.Client(reconnection=False)
            phone.connect(self.server.url, auth={"token": token}, transports=["websocket"], wait_timeout=PATIENCE)
            self.phones.append(phone)
        return self

    def leave(self) -> None:
        for phone in self.phones:
            hang_up(phone)
        self.phones = []

    def vote(self, place: int, round_id: str, votes: Mapping[int, str]) -> dict[str, Any]:
        """Vote from the phone at a place; the server's answer."""
        message = {"round": round_id, "votes": [{"item": item, "choice": choice} for item, choice in votes.items()]}
        answer: dict[str, Any] = self.phones[place].call("vote", message, timeout=PATIENCE)
        return answer

    def act(self, action: str, **body: Any) -> dict[str, Any]:
        """Lead; the facilitator's snapshot afterwards."""
        state: dict[str, Any] = self.post(f"api/c/{self.id}/{action}", body, self.made["facilitator_token"])["state"]
        return state

    def post(self, path: str, body: object, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(self.server.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def documents(self) -> dict[str, bytes]:
        """Everything that can be exported: ending -> the file."""
        engine = database.connect(f"sqlite:///{self.server.data}/consensus.db")
        try:
            with database.readers(engine)() as session:
                record = record_of(session, session.get_one(Conference, self.id))
        finally:
            engine.dispose()
        return {ending: export(record, ending) for ending in FORMATS}

    def backup(self, file: Path) -> Path:
        self.server.command("backup", str(file), "--data", str(self.server.data))
        return file

    def keys(self) -> dict[str, bytes]:
        """The keys that link votes, by name; not the one that cards are derived from."""
        found = {path.stem: path.read_bytes() for path in (self.server.data / "keys").glob("*.key")}
        return {name: key for name, key in found.items() if not name.endswith(".cards")}

    def rows(self, query: str, file: Path | None = None) -> list[tuple[Any, ...]]:
        """What a query finds in the database, or in a backup of it."""
        path = file or self.server.data / "consensus.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
