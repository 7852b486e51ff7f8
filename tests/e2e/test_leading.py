"""Leading the room: screens, timer, pace and keys, on two facilitators' pages at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hall import Desk, Hall, Phone, press_together
from tests.e2e.panel import Lead
from tests.e2e.test_ballots import Room, plan
from tests.e2e.test_ballots import round as round_of

pytestmark = pytest.mark.browser


def second_desk(room: Room) -> Desk:
    return Desk.of(room.hall, room.made, "en")


def set_by_key(page: Page, key: str) -> None:
    """Press a key that sets something for the room, and wait for the answer."""
    with page.expect_response("**/api/c/**"):
        page.keyboard.press(key)


def test_screens_and_timer_are_led_from_two_pages_in_step(hall: Hall) -> None:
    room = Room(hall, plan(round_of("yes-no")), phones=2, count=3)
    other = second_desk(room)
    wrong = a_phone_with_a_wrong_clock(room)
    screens_are_blanked_and_frozen(room, other)
    the_timer_is_right_everywhere(room, other, wrong)
    both_press_at_once(room, other)


def a_phone_with_a_wrong_clock(room: Room) -> Phone:
    phone = Phone(room.hall, "en")
    phone.page.clock.install(time="2001-01-01T08:00:00")
    phone.open(f"{room.hall.server.url}j/{room.made['seats'][2]}")
    return phone


def screens_are_blanked_and_frozen(room: Room, other: Desk) -> None:
    desk, screen = room.desk.page, room.screen
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_contain_text("Blanks the screens")
    room.desk.picture("keys")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_be_hidden()
    set_by_key(desk, ".")
    expect(screen.locator(".blank-mark")).to_be_visible()
    expect(screen.locator(".code")).to_have_count(0)
    room.hall.picture(screen, "screen-blank")
    expect(other.page.get_by_text("The screens are blank.")).to_be_visible()
    screen.reload()
    expect(screen.locator(".blank-mark")).to_be_visible()
    expect(room.phones[0].page.get_by_role("heading", name="You are in")).to_be_visible()
    other.page.get_by_role("button", name="Blank", exact=True).click()
    expect(screen.locator(".code")).to_be_visible()
    room.desk.go("Start round A")
    set_by_key(other.page, "f")
    expect(room.desk.page.get_by_text("The screens are frozen")).to_be_visible()
    room.desk.go("Open item 1")
    another = room.desk.screen()  # on a second projector
    for page in (screen, another):
        expect(page.locator(".rule-text")).to_be_visible()
        expect(page.locator(".frozen")).to_be_visible()
    set_by_key(desk, "F5")
    set_by_key(desk, "+")
    for page in (screen, another):
        expect(page.locator(".item-text")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("style", re.compile(r"--zoom: 1\.1"))
    another.context.close()


def the_timer_is_right_everywhere(room: Room, other: Desk, wrong: Phone) -> None:
    with other.page.expect_response("**/timer"):
        other.page.get_by_role("button", name="10:00").click()
    pages = (room.screen, room.desk.page, other.page, wrong.page, room.phones[0].page)
    for page in pages:
        expect(page.locator(".timer .countdown")).to_have_text(re.compile(r"^9:5\d$"))
    expect(room.screen.locator(".timer-word")).to_have_text("Time left")
    room.picture("timer")
    one_that_is_long_over_goes(room.screen)
    set_by_key(room.desk.page, "t")
    for page in pages:
        expect(page.locator(".timer-word")).to_have_text("Paused")
    shown = {page.locator(".timer .countdown").inner_text() for page in pages}
    assert len(shown) == 1
    room.desk.page.get_by_role("button", name="One minute more").click()
    for page in (wrong.page, room.desk.page):
        expect(page.locator(".timer .countdown")).to_have_text(re.compile(r"^10:5\d$"))
    room.desk.page.get_by_role("button", name="Remove").click()
    for page in pages:
        expect(page.locator(".timer")).to_have_count(0)


LONG_OVER = """
async () => {
  const { timerView } = await import("/static/js/clock.js");
  const ended = (ago) => ({ seconds: 60, left: null, ends: Date.now() / 1000 - ago });
  const shown = timerView(ended(29));
  shown.id = "ended";
  document.body.append(shown, timerView(ended(40), "", true));
  return [timerView(ended(40)) === null, shown.textContent];
}
"""


def one_that_is_long_over_goes(screen: Page) -> None:
    """Half a minute after its end, with nobody touching anything; what the facilitator has to do with stays."""
    assert screen.evaluate(LONG_OVER) == [True, "0:00Time is up"]
    expect(screen.locator("#ended")).to_have_count(0)
    assert screen.evaluate("() => { const [one] = document.querySelectorAll('[data-stays]'); one.remove(); return 1; }")


def both_press_at_once(room: Room, other: Desk) -> None:
    """The same step from both pages in the same moment is one step."""
    room.hall.expect_messages("status of 409")  # where the second is refused, and not harmless
    for desk in (room.desk, other):
        desk.ready("Close the vote")
    press_together(room.desk, other)
    for desk in (room.desk, other):
        desk.ready("Next: item 2")
    expect(room.desk.page.locator(".log li").first).to_contain_text("Close the vote")
    expect(room.desk.page.locator(".log")).to_contain_text(re.compile("Close the vote"))
    assert room.desk.page.locator(".log li", has_text="Close the vote").count() == 1


def test_a_press_right_after_another_pages_step_is_not_taken_for_the_next(hall: Hall) -> None:
    room = Room(hall, plan(round_of("yes-no")), phones=1, count=3)
    other = second_desk(room)
    room.desk.go("Start round A", "Open item 1")
    other.ready("Close the vote")
    press_as_soon_as = "() => { if (next.textContent === 'Next: item 2') next.click(); }"
    watched = "{ childList: true, characterData: true, subtree: true }"
    other.page.evaluate(f"""const next = document.getElementById('next');
        new MutationObserver({press_as_soon_as}).observe(next, {watched})""")
    room.desk.go("Close the vote")
    for desk in (other, room.desk):
        desk.ready("Next: item 2")
        expect(desk.page.locator(".log li", has_text="Open item 2")).to_have_count(0)
    other.go("Next: item 2")


def test_a_question_is_answered_for_the_step_that_it_was_asked_of(hall: Hall) -> None:
    hall.expect_messages("status of 409")  # the refusal that the page explains
    room = Room(hall, plan(round_of("yes-no")), phones=2, count=3)
    lead, desk = Lead.of(hall.server.url, room.made), room.desk
    desk.go("Start round A", "Open item 1", "Close the vote")
    ask_to_take_back(desk, "closing the vote on item 1")
    lead.next()
    room.vote("YN")
    desk.answer("Undo", "Closed too soon")
    expect(desk.page.locator("#message")).to_contain_text("had already moved on, so nothing was done")
    desk.ready("Close the vote")
    desk.picture("stale-answer")
    ask_to_take_back(desk, "item 2")
    lead.act("display", blank=True)
    room.phones[1].vote("Yes")  # neither is a step
    desk.answer("Undo", "Opened too soon")
    expect(desk.page.locator("#message")).to_have_text("")
    desk.ready("Next: item 2")


def ask_to_take_back(desk: Desk, step: str) -> None:
    desk.page.keyboard.press("u")
    expect(desk.page.get_by_role("dialog")).to_contain_text(step)


def test_the_pace_goes_on_by_itself_until_escape_and_what_if_is_looked_at(hall: Hall) -> None:
    room = Room(hall, plan(round_of("yes-no", "top 1", cut="yes < 50%")), phones=2, count=3)
    desk = room.desk.page
    room.desk.go("Start round A", "Open item 1")
    room.vote("YY")
    desk.locator(".pace summary").click()
    desk.get_by_label("Seconds from a result to the next item").fill("1")
    desk.get_by_label("Seconds that an item is open").fill("2")
    desk.get_by_role("button", name="Start the pace").click()
    expect(room.phones[0].page.locator(".countdown")).to_be_visible()
    room.picture("pace")
    expect(room.screen.locator(".kicker")).to_contain_text("No. 2")
    set_by_key(desk, "Escape")
    expect(desk.locator(".pace .badge")).to_have_text("off")
    expect(desk.locator(".log")).to_contain_text("(by itself)")
    while room.desk.next.inner_text() != "Show the result of the round":
        room.desk.go(room.desk.next.inner_text())
    room.desk.go("Show the result")
    look_at_what_if(room)


def look_at_what_if(room: Room) -> None:
    look_at_sixty_per_cent(room.desk.page)
    expect(room.desk.page.locator(".log")).to_contain_text("Looked at what if: 50 and 60")
    room.picture("what-if")
    for page in (room.screen, room.phones[0].page):
        expect(page.get_by_text("exploration")).to_have_count(0)


def look_at_sixty_per_cent(page: Page) -> None:
    """On a facilitator's page in any language: the second rule of the round at 60 %, beside the plan's own number."""
    page.locator(".what-if summary").click()
    page.locator("#what-if-rule").select_option(index=1)
    page.locator("#what-if-at").fill("60")
    page.locator('[data-form="what-if"] button').click()
    expect(page.locator(".what-if tbody tr")).to_have_count(2)
