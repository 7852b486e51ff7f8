"""The phone's line: what is lost, doubled or blocked between a phone and the server, and what the phone says of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from tests.e2e.hall import LOST_CONTACT, Hall, Phone
from tests.e2e.test_ballots import Room, plan
from tests.e2e.test_ballots import round as voted_in

pytestmark = pytest.mark.browser

#: milliseconds: what patience a phone has with a line that says nothing, several times over
LONG = 90_000
SENDING = "Sending your vote …"


class Wire:
    """Stands between one phone and the server, and loses or doubles what it is told to."""

    def __init__(self, phone: Phone) -> None:
        self.lose_votes = self.lose_answers = self.double_votes = False
        self.votes = self.sheets = self.answers = 0
        phone.page.route_web_socket(re.compile("/socket.io/"), self._connect)

    def _connect(self, here: WebSocketRoute) -> None:
        there = here.connect_to_server()

        def to_server(message: str | bytes) -> None:
            vote = isinstance(message, str) and '["vote"' in message
            self.votes += vote
            self.sheets += isinstance(message, str) and '["evaluation"' in message
            if vote and self.lose_votes:
                return
            there.send(message)
            if vote and self.double_votes:
                there.send(message)

        def to_phone(message: str | bytes) -> None:
            answer = isinstance(message, str) and message.startswith("43")
            self.answers += answer
            if not (answer and self.lose_answers):
                here.send(message)

        here.on_message(to_server)
        there.on_message(to_phone)


def wired(room: Room, place: int) -> tuple[Phone, Wire]:
    """A phone of the room with a wire to its line, which it takes anew."""
    phone = room.phones[place]
    wire = Wire(phone)
    phone.page.reload()
    phone.is_in()
    return phone, wire


def closed_with(room: Room, *counts: str) -> None:
    room.desk.go("Close the vote")
    expect(room.screen.locator(".bar-count")).to_have_text(list(counts))


def test_a_vote_that_was_lost_on_the_way_is_sent_again_after_a_reload(hall: Hall) -> None:
    room = Room(hall, plan(voted_in("yes-no")), phones=2)
    phone, wire = wired(room, 0)
    room.desk.go("Start round A", "Open item 1")
    wire.lose_votes = True
    phone.press("Yes")
    expect(phone.state).to_have_text(SENDING)
    wire.lose_votes = False
    phone.page.reload()
    expect(phone.zone.locator(".state-in")).to_contain_text(": Yes.")
    assert wire.votes == 2
    room.phones[1].vote("No")
    closed_with(room, "1", "1")


def test_a_vote_whose_answer_was_lost_is_not_in_until_it_is_answered_and_counts_once(hall: Hall) -> None:
    room = Room(hall, plan(voted_in("yes-no")), phones=2)
    phone, wire = wired(room, 0)
    room.desk.go("Start round A", "Open item 1")
    wire.lose_answers = True
    phone.press("Yes")
    expect(phone.state).to_have_text(SENDING)
    room.phones[1].vote("No")
    expect(phone.state).to_have_text(SENDING)
    wire.lose_answers = False
    expect(phone.zone.locator(".state-in")).to_contain_text(": Yes.")
    assert wire.votes >= 2
    closed_with(room, "1", "1")


def test_a_vote_that_comes_twice_counts_once(hall: Hall) -> None:
    room = Room(hall, plan(voted_in("yes-no")), phones=2)
    phone, wire = wired(room, 0)
    room.desk.go("Start round A", "Open item 1")
    wire.double_votes = True
    phone.vote("Yes")
    phone.vote("No")
    room.phones[1].vote("Yes")
    closed_with(room, "1", "1")
    assert wire.answers == 4


def refused(page: Page) -> None:
    """WebSockets go where the server refuses them, as with a proxy that knows none."""
    page.add_init_script("const Real = WebSocket; WebSocket = function (url) { return new Real(url + '/none'); };")


def swallowed(page: Page) -> None:
    """WebSockets open, and then nothing comes."""
    page.route_web_socket(re.compile("/socket.io/"), lambda socket: None)


def voted_by_polling(hall: Hall, block: Callable[[Page], None]) -> tuple[Room, Phone]:
    """A room with an item open, and a phone that has voted on it without WebSockets."""
    hall.expect_messages(*LOST_CONTACT)
    room = Room(hall, plan(voted_in("yes-no")), phones=1)
    phone = Phone(hall, "en")
    block(phone.page)
    phone.open(f"{hall.server.url}j/{room.made['seats'][1]}")
    room.desk.go("Start round A", "Open item 1")
    phone.vote("Yes")
    return room, phone


@pytest.mark.parametrize("block", [refused, swallowed])
def test_where_websockets_are_blocked_a_phone_polls(hall: Hall, block: Callable[[Page], None]) -> None:
    room, phone = voted_by_polling(hall, block)
    room.phones[0].vote("No")
    closed_with(room, "1", "1")
    expect(phone.page.locator(".bar-count").first).to_have_text("1")


@pytest.mark.parametrize("block", [refused, swallowed])
def test_a_phone_that_polls_comes_back_when_the_server_does(own_hall: Hall, block: Callable[[Page], None]) -> None:
    room, phone = voted_by_polling(own_hall, block)
    own_hall.server.kill()
    expect(phone.line).to_have_class(re.compile("line-reconnecting"))
    phone.press("No")
    own_hall.server.start()
    expect(phone.zone.locator(".state-in")).to_contain_text(": No.", timeout=LONG)
    room.phones[0].vote("No")
    expect(room.desk.page.locator(".desk-bar .line")).to_have_text("Connected")
    closed_with(room, "0", "2")


class Middlebox:
    """Lets WebSockets through until it hangs: then it holds what is open, opens what is asked for, and is silent."""

    def __init__(self, phone: Phone) -> None:
        self.hangs = False
        phone.page.route_web_socket(re.compile("/socket.io/"), self._connect)

    def _connect(self, here: WebSocketRoute) -> None:
        if self.hangs:
            return
        there = here.connect_to_server()
        here.on_message(lambda message: None if self.hangs else there.send(message))
        there.on_message(lambda message: None if self.hangs else here.send(message))


def test_a_line_that_hangs_in_mid_vote_is_replaced_by_polling(hall: Hall) -> None:
    hall.expect_messages(*LOST_CONTACT)
    room = Room(hall, plan(voted_in("yes-no")), phones=1)
    phone = Phone(hall, "en")
    box = Middlebox(phone)
    phone.open(f"{hall.server.url}j/{room.made['seats'][1]}")
    room.desk.go("Start round A", "Open item 1")
    phone.vote("Yes")
    box.hangs = True
    phone.press("No")
    expect(phone.zone.locator(".state-in")).to_contain_text(": No.", timeout=LONG)
    room.phones[0].vote("No")
    closed_with(room, "0", "2")
    expect(phone.page.locator(".bar-count").last).to_have_text("2")


def test_a_line_that_hangs_while_nothing_is_pressed_is_noticed_by_its_heartbeat(hall: Hall) -> None:
    hall.expect_messages(*LOST_CONTACT)
    room = Room(hall, plan(voted_in("yes-no")), phones=1)
    phone = Phone(hall, "en")
    box = Middlebox(phone)
    phone.open(f"{hall.server.url}j/{room.made['seats'][1]}")
    box.hangs = True
    room.desk.go("Start round A", "Open item 1")
    expect(phone.zone.get_by_role("button", name="Yes", exact=True)).to_be_visible(timeout=LONG)
    phone.vote("Yes")
    room.phones[0].vote("No")
    closed_with(room, "1", "1")


def test_each_line_takes_another_lane_and_keeps_it(hall: Hall) -> None:
    """So that a proxy brings all polls of a session to one worker, and the next line perhaps to another."""
    hall.expect_messages(*LOST_CONTACT)
    room = Room(hall, plan(voted_in("yes-no")), phones=1)
    phone = Phone(hall, "en")
    swallowed_lines: list[str] = []
    polls: list[str] = []
    phone.page.route_web_socket(re.compile("/socket.io/"), lambda socket: swallowed_lines.append(socket.url))
    phone.page.on("request", lambda asked: polls.append(asked.url) if "transport=polling" in asked.url else None)
    phone.open(f"{hall.server.url}j/{room.made['seats'][1]}")
    phone.is_in()
    assert len(polls) > 2
    (lane,) = {parse_qs(urlsplit(url).query)["lane"][0] for url in polls}
    assert lane not in {parse_qs(urlsplit(url).query)["lane"][0] for url in swallowed_lines}
    assert swallowed_lines


def test_no_phone_asks_for_anything_when_an_item_closes(hall: Hall) -> None:
    room = Room(hall, plan(voted_in("yes-no")), phones=2)
    room.desk.go("Start round A", "Open item 1")
    room.vote("YN")
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    for phone in room.phones:
        phone.page.on("request", note)
    room.desk.go("Close the vote")
    for phone in room.phones:
        expect(phone.page.locator(".bar-count").first).to_have_text("1")
    room.desk.go("Next: item 2")
    for phone in room.phones:
        expect(phone.state).to_be_visible()
    assert asked == []


def test_a_vote_that_cannot_be_stored_is_kept_and_the_facilitator_is_told(hall: Hall) -> None:
    room = Room(hall, plan(voted_in("yes-no")), phones=2)
    room.desk.go("Start round A", "Open item 1")
    first, second = room.phones
    expect(first.page.get_by_role("heading", name="A first talk within five days")).to_be_visible()
    other = sqlite3.connect(hall.server.data / "consensus.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    first.press("Yes")
    expect(room.desk.page.locator("#message")).to_contain_text("Votes cannot be stored now.")
    expect(first.state).to_have_text(SENDING)
    room.picture("not-stored")
    other.execute("ROLLBACK")
    other.close()
    expect(first.zone.locator(".state-in")).to_contain_text(": Yes.")
    expect(room.desk.page.locator("#message")).to_have_text("")
    second.vote("No")
    closed_with(room, "1", "1")


def test_the_facilitators_clock_is_put_back_and_the_next_step_is_taken(hall: Hall) -> None:
    room = Room(hall, plan(voted_in("yes-no")), phones=1)
    room.desk.go("Start round A")
    room.desk.page.evaluate("const now = Date.now; Date.now = () => now() - 3600 * 1000")
    room.desk.go("Open item 1", "Close the vote")
    expect(room.screen.locator(".bar-count")).to_have_text(["0", "0"])
