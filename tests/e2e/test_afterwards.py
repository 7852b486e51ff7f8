"""After the votes: the panel answers, the room sees it, and the result is read by others. In a real browser."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

import pytest
import socketio
from playwright.sync_api import Page, expect

from tests.consensus.test_channel import hang_up
from tests.e2e.hall import Desk, Hall, Phone

pytestmark = pytest.mark.browser

PLAN = """
title = "Prov"
protocols = ["list"]
[[rounds]]
id = "V"
title = "Omröstningen"
vote_on = "all"
ballot = "yes-no"
advance = "top 1"
to = "list"
otherwise = "cut"
ties = "advance all"
"""
ITEMS = "number,text\n1,Ett första samtal inom fem dagar\n2,En gemensam plan\n3,Närstående tillfrågas\n"
SHEET = {
    "answers": ["satisfied", "neither", "satisfied", "satisfied", "dissatisfied", "satisfied"],
    "comment": "Bra dag",
}


class Room:
    """Programs that take part beside the browser's one phone."""

    def __init__(self, hall: Hall, made: dict[str, Any], cards: int) -> None:
        self.url, self.made = hall.server.url, made
        tokens = [self.post("api/join", {"seat": secret})["token"] for secret in made["seats"][:cards]]
        self.phones = [socketio.Client(reconnection=False) for _ in tokens]
        for phone, token in zip(self.phones, tokens, strict=True):
            phone.connect(self.url, auth={"token": token}, transports=["websocket"], wait_timeout=20)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.made['facilitator_token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def hold_the_round(self) -> None:
        self.act("start", round="V")
        for number in (1, 2, 3):
            self.act("open", item=number)
            for place, phone in enumerate(self.phones):
                choice = "yes" if place < 6 - number else "no"
                assert phone.call("vote", {"round": "V", "votes": [{"item": number, "choice": choice}]}) == {"ok": True}
            self.act("close")
        for action in ("next", "seal", "finish"):
            self.act(action)

    def act(self, action: str, **details: Any) -> None:
        self.post(f"api/c/{self.made['conference']}/{action}", details)

    def answer(self) -> None:
        for phone in self.phones:
            assert phone.call("evaluation", SHEET) == {"ok": True}

    def leave(self) -> None:
        for phone in self.phones:
            hang_up(phone)


def test_the_panel_evaluates_and_others_read_the_result(hall: Hall) -> None:
    made = hall.server.create(PLAN, ITEMS, 6, "sv")
    room = Room(hall, made, 5)
    room.hold_the_round()
    desk, phone = Desk.of(hall, made), Phone.with_card(hall, made["seats"][5])
    screen = desk.screen()
    expect(phone.page.get_by_role("heading", name="Konferensen är avslutad")).to_be_visible()
    look_at_the_funnel(screen)
    desk.page.get_by_text("Fråga vad panelen tycker").click()
    desk.page.get_by_role("button", name="Öppna utvärderingen").click()
    answer_on_the_phone(phone)
    room.answer()
    close_and_show(desk)
    expect(screen.locator(".evaluated-list")).to_contain_text("Varken eller 5")
    hall.picture(screen, "screen-evaluated")
    read_elsewhere(hall, desk)
    room.leave()


def look_at_the_funnel(screen: Page) -> None:
    """The picture comes from the server by the screen's own token, as a page after the protocols."""
    expect(screen.locator(".paging")).to_contain_text("Sida 1 av 2")
    screen.keyboard.press("ArrowRight")
    expect(screen.get_by_role("heading", name="Från kandidater till protokoll")).to_be_visible()
    expect(screen.locator(".drawn-picture")).to_have_js_property("complete", True)


def answer_on_the_phone(phone: Phone) -> None:
    """Choose, write, hand in, think again, hand in anew; what is written stays while the page is drawn anew."""
    page = phone.page
    expect(page.get_by_role("heading", name="Hur nöjd är du med …")).to_be_visible()
    phone.picture("evaluation", whole=True)
    expect(page.get_by_role("button", name="Lämna in svaren")).to_have_attribute("aria-disabled", "true")
    for number, answer in enumerate(["Nöjd"] * 5, start=1):
        page.locator(f".question:nth-of-type({number})").get_by_text(answer, exact=True).click()
    expect(phone.zone).to_contain_text("1 fråga kvar")
    page.get_by_label("Med egna ord, om du vill").fill("Mer kaffe")
    page.get_by_role("button", name="Lämna in svaren").click()
    expect(page.locator("#main")).to_contain_text("Dina svar är inlämnade")
    phone.picture("handed-in")
    page.get_by_role("button", name="Ändra mina svar").click()
    expect(page.get_by_label("Med egna ord, om du vill")).to_have_value("Mer kaffe")
    page.locator(".question:nth-of-type(6)").get_by_text("Missnöjd", exact=True).click()
    page.get_by_role("button", name="Lämna in svaren").click()
    expect(page.locator("#main")).to_contain_text("Dina svar är inlämnade")


def close_and_show(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Stäng utvärderingen").click()
    desk.answer("Stäng utvärderingen")
    expect(desk.page.locator(".evaluated")).to_contain_text("Nöjd 5 (83")
    desk.page.get_by_text("Med egna ord (6)").click()
    expect(desk.page.locator(".comments")).to_contain_text("Mer kaffe")
    desk.picture("evaluated", whole=True)
    desk.page.get_by_role("button", name="Visa på storbilden").click()


def read_elsewhere(hall: Hall, desk: Desk) -> None:
    """Publish, and read the result on a phone that belongs to nobody here."""
    desk.page.get_by_label("Med rapporten (PDF) och arkivet att hämta").check()
    desk.page.get_by_role("button", name="Publicera resultatet").click()
    link = desk.page.locator(".address a")
    expect(link).to_have_attribute("href", re.compile(r"^/result/\w+/[\w-]{32}$"))
    reader = hall.page(360, 640, "en")
    reader.goto(f"{hall.server.url.rstrip('/')}{link.get_attribute('href')}")
    expect(reader.get_by_role("heading", name="How it was decided")).to_be_visible()
    expect(reader.locator(".picture img").first).to_have_js_property("complete", True)
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360
    hall.picture(reader, "result", whole=True)
