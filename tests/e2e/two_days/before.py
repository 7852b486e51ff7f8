"""Weeks before: the plan in the editor, the items from a file, the cards; and a colleague who is to help."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.hall import Desk, Hall
from tests.e2e.test_conference import agree, begin, bring, look_at_the_cards
from tests.e2e.two_days.hall import Days
from tests.e2e.two_days.script import ITEMS, PLAN, SEATS, TEXTS, TITLE


def prepare(hall: Hall) -> Days:
    desk = Desk(hall, hall.page(1280, 800))
    make_the_conference(desk)
    codes = look_at_the_cards(desk, SEATS)
    days = Days(hall, desk, a_colleague(hall), codes)
    days.screens = [one.screen() for one in days.desks]
    for screen in days.screens:
        expect(screen.locator("main")).to_contain_text("Konferensen har inte börjat")
    return days


def make_the_conference(desk: Desk) -> None:
    page = desk.page
    begin(desk, TITLE, SEATS, PLAN)
    page.get_by_role("button", name="Ändra den valda planen").click()
    number_is_put_right(desk)
    bring(page, ITEMS)
    agree(desk, TEXTS.values())


def number_is_put_right(desk: Desk) -> None:
    """Two places in the first round, not three."""
    page = desk.page
    field = page.locator("[data-key='r-P1'] .sentence input").first
    expect(field).to_have_value("3")
    field.fill("2")
    field.press("Tab")
    expect(page.locator("#plan-text")).not_to_have_value(re.compile('"top 3"'))
    desk.picture("plan", whole=True)
    page.get_by_role("button", name="Använd planen").click()
    expect(page.get_by_text("De 2 med flest ja-röster går in i det omfattande protokollet").first).to_be_visible()


def a_colleague(hall: Hall) -> Desk:
    """A second facilitator signs in with a link of her own, and finds the conference in her list."""
    desk = Desk(hall, hall.page(1280, 800, "en"))
    port = hall.server.url.rstrip("/").rpartition(":")[2]
    said = hall.server.command("sign-in", "--port", port, *hall.server.where)
    secret = said.strip().rpartition("/")[2]
    desk.page.goto(f"{hall.server.url}sign-in/{secret}")
    desk.page.get_by_role("link", name=TITLE).click()
    desk.ready("Open the doors")
    return desk
