"""Browsers that are too old for a page, and those that lack something the facilitator's page makes up for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hall import Desk, Hall
from tests.e2e.test_ballots import Room, plan
from tests.e2e.test_ballots import round as a_round

pytestmark = pytest.mark.browser

#: as before 2022: no modal dialogs, and nobody tells which button a form is sent with
AS_IN_2021 = """
for (const name of ['showModal', 'show', 'close']) delete HTMLDialogElement.prototype[name];
delete SubmitEvent.prototype.submitter;
"""


def broken(hall: Hall) -> Page:
    """A page in a browser that does not understand our scripts."""
    context = hall.browser.new_context(viewport={"width": 360, "height": 640}, locale="sv-SE")
    hall.contexts.append(context)
    context.route(
        "**/static/js/**", lambda route: route.fulfill(content_type="text/javascript", body="let new syntax;")
    )
    return context.new_page()


def let_time_pass(page: Page) -> None:
    page.evaluate("document.getAnimations().forEach((one) => one.finish())")


@pytest.mark.parametrize("path", ["", "vote", "shared", "try", "j/some-card"])
def test_a_phone_that_is_too_old_is_told_what_to_ask_for(hall: Hall, path: str) -> None:
    page = broken(hall)
    page.goto(f"{hall.server.url}{path}")
    advice = page.get_by_text("be konferensledaren om en platta, eller om att rösta på papper")
    expect(advice).to_be_hidden()
    let_time_pass(page)
    expect(advice).to_be_visible()
    hall.picture(page, "too-old")


def test_desk_and_screen_say_that_the_browser_is_too_old(hall: Hall) -> None:
    made = hall.server.create(plan(a_round("yes-no")), "number,text\n1,One\n2,Two\n", 2, "sv")
    page = broken(hall)
    for path in (f"facilitate/{made['conference']}?token={made['facilitator_token']}", f"screen/{made['conference']}"):
        page.goto(f"{hall.server.url}{path}")
        let_time_pass(page)
        expect(page.get_by_text("öppna sidan i en nyare")).to_be_visible()


def test_nothing_of_it_stands_on_a_page_that_has_started(hall: Hall) -> None:
    room = Room(hall, plan(a_round("yes-no")), phones=1)
    for page in (room.phones[0].page, room.desk.page, room.screen):
        expect(page.locator(".not-started")).to_have_count(0)


def test_a_desk_without_dialogs_of_the_browsers_own(hall: Hall) -> None:
    room = Room(hall, plan(a_round("yes-no", "yes > 50%")), phones=2, count=1)
    desk = Desk(hall, hall.page(1280, 800, "en"))
    desk.page.add_init_script(AS_IN_2021)
    desk.page.goto(f"{hall.server.url}facilitate/{room.made['conference']}?token={room.made['facilitator_token']}")
    desk.go("Start round A", "Open item 1")
    room.vote("YY")
    desk.go("Close the vote", "Show the result")
    desk.ask("Seal the round")
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.picture("drawn-dialog")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#dialog")).to_be_hidden()
    desk.ask("Seal the round")
    for _ in range(3):
        desk.page.keyboard.press("Tab")
        assert desk.page.evaluate("document.getElementById('dialog').contains(document.activeElement)")
    desk.answer("Seal the round")
    desk.ready("Finish the conference")
    the_keys_are_shown_and_a_card_signs_out(desk, room)


def the_keys_are_shown_and_a_card_signs_out(desk: Desk, room: Room) -> None:
    desk.page.keyboard.press("?")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(desk.page.locator("#dialog")).to_be_hidden()
    part = desk.page.locator('#seats details[data-key="seats_leaving"]')
    part.locator("summary").click()
    part.get_by_label("Code of the card").fill(room.made["seats"][0])
    part.get_by_role("button", name="Leaves for good").click()
    desk.answer("Leaves for good")
    expect(desk.page.locator("#seats .here")).to_have_text("1 of 2 are here")
