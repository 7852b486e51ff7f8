"""After the votes: the panel answers, the room sees it, and the result is read by others. In a real browser."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hall import Desk, Hall, Phone
from tests.e2e.panel import Lead, Panel
from tests.e2e.test_line import Wire

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
#: milliseconds after which a phone waits for the answer to a sheet no longer, and a little more
GIVEN_UP = 6_500
SHEET = {
    "answers": ["satisfied", "neither", "satisfied", "satisfied", "dissatisfied", "satisfied"],
    "comment": "Bra dag",
}


def hold_the_round(lead: Lead, panel: Panel) -> None:
    """Five phones vote on three items: 5, 4 and 3 of them say yes."""
    lead.act("start", round="V")
    for number in (1, 2, 3):
        lead.act("open", item=number)
        panel.vote("V", number, ["yes"] * (6 - number) + ["no"] * (number - 1))
        lead.act("close")
    for action in ("next", "seal", "finish"):
        lead.act(action)


def test_the_panel_evaluates_and_others_read_the_result(hall: Hall) -> None:
    made = hall.server.create(PLAN, ITEMS, 6, "sv")
    panel = Panel(hall.server.url, made["seats"][:5])
    hold_the_round(Lead.of(hall.server.url, made), panel)
    desk, phone = Desk.of(hall, made), Phone.with_card(hall, made["seats"][5])
    screen = desk.screen()
    expect(phone.page.get_by_role("heading", name="Konferensen är avslutad")).to_be_visible()
    look_at_the_funnel(screen)
    desk.page.get_by_text("Fråga vad panelen tycker").click()
    desk.page.get_by_role("button", name="Öppna utvärderingen").click()
    answer_on_the_phone(phone)
    panel.evaluate([SHEET] * 5)
    close_and_show(desk)
    expect(screen.locator(".evaluated-list")).to_contain_text("Varken eller 5")
    hall.picture(screen, "screen-evaluated")
    read_elsewhere(hall, desk)
    panel.leave()


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


def asked(hall: Hall) -> tuple[str, Phone, Wire]:
    """A conference that asks its panel before the first round, with one phone on a wire of its own."""
    made = hall.server.create(PLAN, ITEMS, 6, "sv")
    phone = Phone(hall)
    wire = Wire(phone)
    phone.open(f"{hall.server.url}j/{made['seats'][0]}")
    Lead.of(hall.server.url, made).act("open-evaluation")
    phone.page.locator(".question:nth-of-type(1)").get_by_text("Nöjd", exact=True).click()
    phone.page.get_by_label("Med egna ord, om du vill").fill("Mer kaffe")
    return made["conference"], phone, wire


def hand_in(phone: Phone) -> None:
    phone.page.get_by_role("button", name="Lämna in svaren").click()


def test_a_sheet_that_was_on_its_way_when_the_page_went_away_is_sent_again(hall: Hall) -> None:
    conference, phone, wire = asked(hall)
    wire.lose_answers = True
    hand_in(phone)
    expect(phone.state).to_have_text("Lämnar in svaren …")
    phone.page.reload()
    expect(phone.state).to_have_text("Lämnar in svaren …")
    wire.lose_answers = False
    phone.page.reload()
    expect(phone.page.locator("#main")).to_contain_text("Dina svar är inlämnade")
    assert wire.sheets == 3
    with closing(sqlite3.connect(hall.server.data / "consensus.db")) as stored:
        sheets = stored.execute("SELECT count(*) FROM open_sheet WHERE conference_id = ?", (conference,)).fetchone()
    assert sheets == (1,)


def test_what_somebody_goes_on_writing_is_not_handed_in_by_itself(hall: Hall) -> None:
    _, phone, wire = asked(hall)
    wire.lose_answers = True
    hand_in(phone)
    expect(phone.state).to_have_text("Lämnar in svaren …")
    phone.page.get_by_label("Med egna ord, om du vill").fill("Mer kaffe, men")
    phone.page.wait_for_timeout(GIVEN_UP)
    expect(phone.state).to_contain_text("5 frågor kvar")
    wire.lose_answers = False
    phone.page.reload()
    expect(phone.line).to_have_class("line line-connected")
    expect(phone.page.get_by_label("Med egna ord, om du vill")).to_have_value("Mer kaffe, men")
    expect(phone.state).to_contain_text("5 frågor kvar")
    assert wire.sheets == 1
    hand_in(phone)
    expect(phone.page.locator("#main")).to_contain_text("Dina svar är inlämnade")
