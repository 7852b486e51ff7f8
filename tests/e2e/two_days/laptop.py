"""The facilitator's laptop is closed for a minute while item 3 is open; the colleague and the automatic pace go on."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.hall import withhold_news
from tests.e2e.two_days.hall import Days
from tests.e2e.two_days.script import TEXTS, VOTES

MINUTE = "01:00"


def laptop_is_closed(days: Days) -> None:
    page = days.desk.page
    page.clock.install()
    asleep = withhold_news(page)
    page.reload()
    days.desk.ready("Nästa: indikator 3")
    expect(page.locator("#line")).to_have_class("line line-connected")
    the_pace_begins(days)
    days.desk.ready("Stäng röstningen")
    asleep.append(True)  # the lid goes down: no clock runs, nothing comes in
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    the_others_go_on(days)
    page.clock.fast_forward(MINUTE)  # and up again, a minute later
    expect(page.locator("#line")).to_have_class("line line-reconnecting")
    a_press_on_the_old_page_does_nothing(days)
    asleep.clear()  # only now: so the page cannot have been told anything before the press
    page.clock.resume()
    expect(page.locator("#line")).to_have_class("line line-connected")
    page_is_in_step(days)


def the_pace_begins(days: Days) -> None:
    """Item 3 opens by itself, and would close by itself once all ten have voted."""
    page = days.other.page
    page.locator(".pace summary").click()
    page.get_by_label("Seconds from a result to the next item").fill("1")
    page.get_by_label("Close when all who are present have voted").check()
    page.get_by_role("button", name="Start the pace").click()
    for screen in days.screens:
        expect(screen.locator(".item-text")).to_have_text(TEXTS[3])


def the_others_go_on(days: Days) -> None:
    """Ten votes, two of them on paper; the vote closes by itself and the next one opens. Then the pace is paused."""
    days.press(VOTES["P1", 3][:8])
    days.type_in(days.other, VOTES["P1", 3][8:])
    for screen in days.screens:
        expect(screen.locator(".item-text")).to_have_text(TEXTS[4])
    page = days.other.page
    with page.expect_response("**/pace"):
        page.keyboard.press("Escape")
    expect(page.locator(".pace .badge")).to_have_text("off")


def a_press_on_the_old_page_does_nothing(days: Days) -> None:
    """The page still shows item 3 as open. Whoever presses at once is told so, and closes nothing."""
    days.hall.expect_messages("status of 409")
    expect(days.desk.page.locator(".now-text")).to_have_text(TEXTS[3])
    days.desk.picture("laptop-opened")
    days.desk.go("Stäng röstningen")
    expect(days.desk.page.locator("#message")).to_contain_text("Konferensen hade redan gått vidare")
    days.desk.picture("laptop-in-step")


def page_is_in_step(days: Days) -> None:
    for desk in days.desks:
        expect(desk.page.locator(".now-text")).to_have_text(TEXTS[4])
    for screen in days.screens:
        expect(screen.locator(".item-text")).to_have_text(TEXTS[4])
        expect(screen.locator(".turnout-open")).to_be_visible()
