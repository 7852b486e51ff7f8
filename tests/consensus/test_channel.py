"""The live channel as any program meets it: a real server, HTTP and Socket.IO from outside."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest
import socketio

from tests.e2e.process import ServerProcess

PLAN = (
    'title = "T"\nprotocols = ["in"]\n'
    '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 1"\nto = "in"\notherwise = "cut"\n'
)
ITEMS = "number,text\n1,One\n2,Two\n3,Three\n"
PATIENCE = 20


class Hall:
    """A server with one conference."""

    def __init__(self, server: ServerProcess, plan: str = PLAN, items: str = ITEMS, seats: int = 12) -> None:
        self.server = server
        self.made = server.create(plan, items, seats, "en")

    def post(self, path: str, body: object, token: str = "") -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self.server.url + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def act(self, action: str, **body: Any) -> dict[str, Any]:
        status, answer = self.post(f"api/c/{self.made['conference']}/{action}", body, self.made["facilitator_token"])
        assert status == 200, answer
        return answer["state"]  # type: ignore[no-any-return]

    def join(self, seat: int) -> str:
        status, answer = self.post("api/join", {"seat": self.made["seats"][seat]})
        assert status == 200
        return str(answer["token"])


class Client:
    """A Socket.IO client that keeps what it is sent."""

    def __init__(self, url: str, token: object) -> None:
        self.states: Queue[dict[str, Any]] = Queue()
        self.seats: Queue[dict[str, Any]] = Queue()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("state", self.states.put)
        self.socket.on("seat", self.seats.put)
        auth = {"token": token} if token is not None else None
        try:
            self.socket.connect(url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE)
        except socketio.exceptions.ConnectionError:
            hang_up(self.socket)
            raise

    def vote(self, message: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.socket.call("vote", message, timeout=PATIENCE)
        return answer

    def until(self, state: str) -> dict[str, Any]:
        """The first snapshot in a state."""
        while (snapshot := self.states.get(timeout=PATIENCE))["state"] != state:
            pass
        return snapshot

    def close(self) -> None:
        hang_up(self.socket)


def hang_up(client: socketio.Client) -> None:
    """Disconnect. Where the server went first, python-engineio leaves the WebSocket's own socket open."""
    client.disconnect()
    if client.eio.ws is not None:
        client.eio.ws.shutdown()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def hall(server: ServerProcess) -> Hall:
    return Hall(server)


@pytest.fixture(scope="module")
def lobby(server: ServerProcess) -> Hall:
    """A conference for tests that leave it as it is."""
    return Hall(server)


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    opened: list[Client] = []
    yield opened
    for client in opened:
        client.close()


def test_a_vote_is_acknowledged_replaced_and_counted_once(hall: Hall, clients: list[Client]) -> None:
    phone = Client(hall.server.url, hall.join(0))
    clients.append(phone)
    assert phone.until("lobby")["audience"] == "phone"
    assert phone.seats.get(timeout=PATIENCE)["voted"] == []
    hall.act("start", round="A")
    hall.act("open", item=1)
    assert phone.until("voting")["item"]["number"] == 1
    for choice in ("yes", "yes", "no"):
        assert phone.vote({"round": "A", "votes": [{"item": 1, "choice": choice}]}) == {"ok": True}
    hall.act("close")
    assert phone.until("closed")["result"]["counts"] == {"yes": 0, "no": 1}


def test_a_phone_that_comes_back_is_told_what_it_has_voted_on(hall: Hall, clients: list[Client]) -> None:
    token = hall.join(0)
    clients.append(Client(hall.server.url, token))
    hall.act("start", round="A")
    hall.act("open", item=2)
    assert clients[0].vote({"round": "A", "votes": [{"item": 2, "choice": "yes"}]})["ok"]
    clients.append(Client(hall.server.url, token))
    assert clients[1].states.get(timeout=PATIENCE)["item"]["number"] == 2
    assert clients[1].seats.get(timeout=PATIENCE)["voted"] == [2]


def test_a_seat_that_is_joined_again_moves(hall: Hall, clients: list[Client]) -> None:
    clients.append(Client(hall.server.url, hall.join(0)))
    clients[0].seats.get(timeout=PATIENCE)
    clients.append(Client(hall.server.url, hall.join(0)))
    assert clients[0].seats.get(timeout=PATIENCE)["moved"] is True
    hall.act("start", round="A")
    hall.act("open", item=1)
    assert clients[1].vote({"round": "A", "votes": [{"item": 1, "choice": "yes"}]})["ok"]


def test_a_phone_is_told_that_its_seat_has_left_and_that_it_is_back(hall: Hall, clients: list[Client]) -> None:
    token = hall.join(0)
    clients.append(Client(hall.server.url, token))
    assert clients[0].seats.get(timeout=PATIENCE)["left"] is False
    hall.join(1)
    hall.act("leave", card=hall.made["seats"][0])
    assert clients[0].seats.get(timeout=PATIENCE)["left"] is True
    clients.append(Client(hall.server.url, token))
    assert clients[1].seats.get(timeout=PATIENCE)["left"] is True
    hall.act("sign-in", card=hall.made["seats"][0])
    assert clients[1].seats.get(timeout=PATIENCE)["left"] is False
    hall.act("sign-out", card=hall.made["seats"][0])
    hall.act("withdraw", signed_out=True)
    assert clients[1].seats.get(timeout=PATIENCE)["left"] is True


def test_a_phone_that_connects_again_has_one_connection(hall: Hall, clients: list[Client]) -> None:
    token = hall.join(0)
    clients += [Client(hall.server.url, token)]
    clients[0].until("lobby")
    clients[0].seats.get(timeout=PATIENCE)
    ended = Event()
    clients[0].socket.on("disconnect", lambda *reason: ended.set())
    clients += [Client(hall.server.url, token)]
    assert clients[0].seats.get(timeout=PATIENCE)["moved"] is True
    assert ended.wait(PATIENCE)
    hall.act("start", round="A")
    hall.act("open", item=1)
    assert clients[1].vote({"round": "A", "votes": [{**VOTE, "take": 1}]}) == {"ok": True}
    assert clients[1].vote({"round": "A", "votes": [{**VOTE, "take": 2}]})["error"] == "stale"


VOTE = {"item": 1, "choice": "yes"}
REFUSED = [
    ({"round": "A", "votes": [{"item": 2, "choice": "yes"}]}, "closed"),
    ({"round": "A", "votes": [{"item": 9, "choice": "yes"}]}, "not-on-ballot"),
    ({"round": "A", "votes": [{"item": "1", "choice": "yes"}]}, "not-on-ballot"),
    ({"round": "A", "votes": [{"item": True, "choice": "yes"}]}, "not-on-ballot"),
    ({"round": "A", "votes": [{"item": 1, "choice": "perhaps"}]}, "bad-choice"),
    ({"round": "A", "votes": [{"item": 1, "choice": 1}]}, "bad-choice"),
    ({"round": "A", "votes": [{"item": 1}]}, "bad-choice"),
    ({"round": "A", "votes": [VOTE, {"item": 1, "choice": "no"}]}, "too-many"),
    ({"round": "A", "votes": []}, "bad-choice"),
    ({"round": "A", "votes": "yes"}, "bad-choice"),
    ({"round": "A", "votes": [1]}, "bad-choice"),
    ({"round": "B", "votes": [VOTE]}, "closed"),
    ({"round": 1, "votes": [VOTE]}, "bad-choice"),
    ({"votes": [VOTE]}, "bad-choice"),
    ("yes", "bad-choice"),
    (None, "bad-choice"),
    ([], "bad-choice"),
    (17, "bad-choice"),
    (b"\x00\xff", "bad-choice"),
]


def test_rubbish_is_refused_by_its_code_and_stores_nothing(hall: Hall, clients: list[Client]) -> None:
    clients.append(Client(hall.server.url, hall.join(0)))
    hall.act("start", round="A")
    hall.act("open", item=1)
    for message, code in REFUSED:
        answer = clients[0].vote(message)
        assert (answer["ok"], answer["error"]) == (False, code), message
        assert answer["message"]
    assert hall.act("close")["result"]["counts"] == {"yes": 0, "no": 0}


def test_screens_and_facilitators_cannot_vote(hall: Hall, clients: list[Client]) -> None:
    hall.act("start", round="A")
    hall.act("open", item=1)
    clients.append(Client(hall.server.url, hall.made["facilitator_token"]))
    assert clients[0].vote({"round": "A", "votes": [VOTE]})["error"] == "not-allowed"


@pytest.mark.parametrize("token", [None, "", "rubbish", 7, ["a"], "x" * 10_000])
def test_nobody_comes_in_without_a_token(lobby: Hall, token: object) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        Client(lobby.server.url, token)


def test_a_client_may_poll(lobby: Hall) -> None:
    with urllib.request.urlopen(f"{lobby.server.url}socket.io/?EIO=4&transport=polling", timeout=PATIENCE) as answer:
        assert answer.read().startswith(b"0{")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("api/join", {"seat": "AAAA-BBBB-CCCC-DDDD"}, 401, "unknown-seat"),
        ("api/join", {"seat": 7}, 401, "unknown-seat"),
        ("api/join", {"code": "000000x"}, 401, "unknown-seat"),
        ("api/join", {}, 401, "unknown-seat"),
        ("api/join", [], 409, "not-now"),
        ("api/c/{c}/start", {"round": "A"}, 403, "not-allowed"),
        ("api/c/nobody/start", {"round": "A"}, 403, "not-allowed"),
        ("api/c/{c}/dance", {}, 404, "http"),
    ],
)
def test_http_refusals_have_their_code(lobby: Hall, path: str, body: object, status: int, code: str) -> None:
    answered, answer = lobby.post(path.format(c=lobby.made["conference"]), body)
    assert (answered, answer["error"]) == (status, code)


def test_a_phones_token_leads_no_conference(lobby: Hall) -> None:
    status, answer = lobby.post(f"api/c/{lobby.made['conference']}/start", {"round": "A"}, lobby.join(0))
    assert (status, answer["error"]) == (403, "not-allowed")


def test_the_code_gives_a_seat_until_all_are_taken(hall: Hall) -> None:
    tokens = set()
    for _ in hall.made["seats"]:
        status, answer = hall.post("api/join", {"code": hall.made["join_code"]})
        assert (status, answer["conference"]) == (200, hall.made["conference"])
        tokens.add(answer["token"])
    assert len(tokens) == len(hall.made["seats"])
    assert hall.post("api/join", {"code": hall.made["join_code"]})[0] == 401


def test_a_phone_that_sends_its_token_with_the_code_keeps_its_seat(hall: Hall) -> None:
    body = {"code": hall.made["join_code"], "token": hall.join(0)}
    assert hall.post("api/join", body) == (200, {"token": body["token"], "conference": hall.made["conference"]})
    for token in (hall.made["facilitator_token"], "nonsense", 7, None):
        status, answer = hall.post("api/join", {**body, "token": token})
        assert status == 200
        assert answer["token"] not in (body["token"], token)


def test_all_phones_get_the_same_and_the_answer_is_what_was_pushed(hall: Hall, clients: list[Client]) -> None:
    clients += [Client(hall.server.url, hall.join(place)) for place in (0, 1)]
    clients.append(Client(hall.server.url, hall.made["facilitator_token"]))
    answered = hall.act("start", round="A")
    one, other, leader = (client.until("discussion") for client in clients)
    assert one == other
    assert leader == answered


def test_a_backup_made_while_serving_holds_the_conference_and_no_key(hall: Hall, tmp_path: Path) -> None:
    import sqlite3

    hall.join(0)
    hall.act("start", round="A")
    hall.act("open", item=1)
    hall.server.command("backup", str(tmp_path / "copy.db"), "--data", str(hall.server.data))
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT count(*) FROM conference WHERE id = ?", (hall.made["conference"],)).fetchone() == (1,)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    copy.close()
    content = (tmp_path / "copy.db").read_bytes()
    keys = [path.read_bytes() for path in (hall.server.data / "keys").glob("*.key")]
    assert keys
    assert not any(key in content for key in keys)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_what_was_acknowledged_survives_a_kill_and_the_item_is_still_open(tmp_path: Path) -> None:
    with ServerProcess(tmp_path) as server:
        hall = Hall(server)
        hall.act("start", round="A")
        hall.act("open", item=1)
        tokens = [hall.join(place) for place in range(12)]
        phones = [Client(server.url, token) for token in tokens]
        for place, phone in enumerate(phones):
            choice = "yes" if place < 7 else "no"
            assert phone.vote({"round": "A", "votes": [{"item": 1, "choice": choice}]})["ok"]
        server.kill()
        for phone in phones:
            phone.close()
        server.start()
        again = [Client(server.url, token) for token in tokens]
        assert again[0].states.get(timeout=PATIENCE)["state"] == "voting"
        assert again[0].seats.get(timeout=PATIENCE)["voted"] == [1]
        assert again[0].vote({"round": "A", "votes": [{"item": 1, "choice": "yes"}]})["ok"]
        assert hall.act("close")["result"]["counts"] == {"yes": 7, "no": 5}
        for phone in again:
            phone.close()
    told = f'"T" ({hall.made["conference"]}), round A: item 1 is open, 12 votes not sealed yet are kept'
    assert [line.split(maxsplit=1)[1].strip() for line in server.printed if line.startswith("found")] == [told]
