"""What the eye needs: contrast themes, stillness where it is asked for, and nothing that jumps at a vote."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import Hall
from tests.e2e.tour import Tour

pytestmark = pytest.mark.browser

STYLE = """
(one) => {
  const style = getComputedStyle(one);
  const ring = `${style.outlineStyle} ${style.outlineWidth}`;
  return { fill: style.backgroundColor, ink: style.color, ring };
}
"""
MOVING = """
() => [
  ...document.getAnimations().map((one) => `runs: ${one.constructor.name}`),
  ...[...document.querySelectorAll("*")]
    .map((one) => [one, getComputedStyle(one)])
    .filter(([, { transitionDuration: time, animationName: name, scrollBehavior: way }]) =>
      parseFloat(time) > 0 || name !== "none" || way === "smooth")
    .map(([one]) => `moves: ${one.outerHTML.slice(0, 90)}`),
]
"""
#: adds up what jumps without anybody having touched the page: https://web.dev/articles/cls
SHIFTS = """
() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (one.hadRecentInput) continue;
      const moved = one.sources.map(({ node }) => (node && node.outerHTML ? node.outerHTML.slice(0, 70) : "?"));
      window.shifts.push({ value: one.value, moved });
    }
  }).observe({ type: "layout-shift" });
}
"""
#: what is drawn after this has been looked for shifts
TWO_FRAMES = "() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(then))))"
STILL = 0.1


def style(one: Locator) -> dict[str, str]:
    found: dict[str, str] = one.evaluate(STYLE)
    return found


# --- contrast themes


def test_states_differ_in_a_contrast_theme(hall: Hall) -> None:
    """Pressed, focused and disabled, with the few colours that a theme leaves; and where more contrast is asked for."""
    with Tour(hall, "en", small.plan(small.round("yes-no"), small.round("pick 2")), small.items(3)) as tour:
        for page in tour.pages.values():
            page.emulate_media(forced_colors="active")
        tour.act("start", round="A")
        tour.act("open", item=1)
        choices(tour)
        on_the_desk(tour)
        bars(tour)
        more_contrast(tour.phone.page)


def choices(tour: Tour) -> None:
    page = tour.phone.page
    yes, no = tour.phone.button("Yes"), tour.phone.button("No")
    tour.phone.vote("Yes")
    assert style(yes)["fill"] != style(no)["fill"]
    page.keyboard.press("Tab")
    for pressed in (yes, no):
        calm = style(pressed)
        pressed.focus()
        page.keyboard.press("Shift")
        ringed = style(pressed)
        assert ringed["ring"].startswith("solid")
        assert ringed["ring"] != calm["ring"]
        assert ringed["fill"] == calm["fill"]
        page.evaluate("() => document.activeElement.blur()")
    tour.hall.picture(page, "phone-contrast")


def on_the_desk(tour: Tour) -> None:
    page = tour.desk.page
    blank, freeze = page.locator('[data-do="blank"]'), page.locator('[data-do="freeze"]')
    tour.act("display", blank=True)
    expect(blank).to_have_attribute("aria-pressed", "true")
    assert style(blank)["fill"] != style(freeze)["fill"]
    chips = page.locator(".chip")
    assert style(chips.nth(0))["fill"] != style(chips.nth(1))["fill"]
    off = page.locator('[data-do="withdraw"]')
    tour.unfold(page)
    expect(off).to_have_attribute("aria-disabled", "true")
    assert style(off)["ink"] != style(page.locator('[data-do="on-paper"]'))["ink"]
    tour.hall.picture(page, "desk-contrast", whole=True)
    tour.act("display", blank=False)


def bars(tour: Tour) -> None:
    tour.vote("A", 1, ["yes", "no", "no"])
    tour.act("close")
    for page in tour.pages.values():
        fill = page.locator(".bar-fill").first
        expect(fill).to_be_visible()
        assert style(fill)["fill"] != style(page.locator(".bar-track").first)["fill"]
        assert style(page.locator(".bar-track").first)["ring"].startswith("solid")
    tour.hall.picture(tour.pages["screen"], "screen-contrast")


def more_contrast(page: Page) -> None:
    """Quiet words are as dark as the others, quiet edges as strong."""
    page.emulate_media(forced_colors="none", contrast="more")
    assert style(page.locator(".base").first)["ink"] == style(page.locator("h1"))["ink"]
    edge = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name)"
    assert page.evaluate(edge, "--edge") == page.evaluate(edge, "--edge-strong")


# --- stillness


def test_nothing_moves_for_whoever_asks_for_stillness(hall: Hall) -> None:
    """Every page of these tests asks for it; one that does not sees a bar grow."""
    with Tour(hall, "en", small.plan(small.round("yes-no")), small.items(1)) as tour:
        tour.act("timer", do="start", seconds=600)
        tour.act("start", round="A")
        tour.act("open", item=1)
        tour.vote("A", 1, ["yes", "no", "no"])
        tour.act("close")
        for name, page in tour.pages.items():
            expect(page.locator(".bar-fill").first).to_be_visible()
            assert page.evaluate(MOVING) == [], name
        tour.phone.page.emulate_media(reduced_motion="no-preference")
        assert tour.phone.page.evaluate(MOVING) != []


# --- what stays where it is


def test_nothing_jumps_when_a_vote_opens_and_closes(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    """What moves by itself on the phone from item to item; and where the buttons and the item stand."""
    with Tour(hall, "sv", small.plan(small.round("yes-no", "yes > 50%")), small.items(3)) as tour:
        told = []
        tour.act("start", round="A")
        for name, selector in {"phone": ".rule", "screen": ".rule-box", "desk": ".agenda-round_now"}.items():
            expect(tour.pages[name].locator(selector).first).to_be_visible()
            tour.pages[name].evaluate(SHIFTS)
        for number in (1, 2, 3):
            an_item(tour, number)
        for name, page in tour.pages.items():
            page.evaluate(TWO_FRAMES)
            shifts: list[dict[str, Any]] = page.evaluate("() => window.shifts")
            told.append(f"{name} {sum(one['value'] for one in shifts):.3f}")
        with capsys.disabled():
            print(f"\nlayout shift over three items: {', '.join(told)}")
        assert all(float(one.split()[1]) < STILL for one in told)


def where(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def an_item(tour: Tour, number: int) -> None:
    page = tour.phone.page
    tour.act("open", item=number)
    yes, heading = tour.phone.button("Ja"), page.locator("h1")
    expect(heading).to_have_text(small.TEXTS[number - 1])
    expect(yes).to_be_enabled()
    page.evaluate(TWO_FRAMES)
    before = where(yes), where(heading)
    tour.vote("A", number, ["yes", "no", "no"])
    tour.phone.vote("Ja")
    expect(tour.desk.page.locator(".turnout")).to_be_visible()
    page.evaluate(TWO_FRAMES)
    assert (where(yes), where(heading)) == before
    tour.act("close")
    expect(page.locator(".bars")).to_be_visible()
    page.evaluate(TWO_FRAMES)
    assert where(heading) == before[1]
