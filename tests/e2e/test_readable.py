"""What is to be read can be read: nothing is cut off, crushed or drowned, however long the texts are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import Hall
from tests.e2e.tour import Tour

pytestmark = pytest.mark.browser

LONG = (
    "Share of people aged 65 and over who live at home with both municipal home care and regional home nursing and who "
    "have a jointly written individual plan, followed up during the last twelve months, in which the goals are put in "
    "the words of the person concerned and in which it is told who answers for each measure, when it is to be carried "
    "out, and how the outcome is to be followed up by municipality and region together, at least once every year."
)
CUT = """
() => [...document.querySelectorAll("[data-fit]")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.className}: ${one.scrollWidth}×${one.scrollHeight} in ${one.clientWidth}×${one.clientHeight}`)
"""


def cut_off(page: Page) -> list[str]:
    """What does not fit its box on the big screen."""
    found: list[str] = page.evaluate(CUT)
    return found


@pytest.mark.parametrize("times", [1, 3])
def test_a_long_item_is_whole_on_the_screen(hall: Hall, times: int) -> None:
    items = f'number,text\n1,"{" ".join([LONG] * times)}"\n'
    with Tour(hall, "en", small.plan(small.round("yes-no", "yes > 50%")), items) as tour:
        screen = tour.pages["screen"]
        tour.act("start", round="A")
        tour.act("open", item=1)
        expect(screen.locator(".turnout-open")).to_be_visible()
        assert cut_off(screen) == []
        tour.hall.picture(screen, f"long-{times}")
        tour.vote("A", 1, ["yes", "no", "no"])
        tour.act("close")
        expect(screen.locator(".figures")).to_be_visible()
        assert cut_off(screen) == []
