"""What is said to those who do not see the page: once, and when it happens."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import Hall
from tests.e2e.tour import Tour

pytestmark = pytest.mark.browser

#: collects what a screen reader is given to say: every text that a live region takes on
LISTEN = """
() => {
  window.heard = [];
  const live = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"]';
  const last = new Map();
  new MutationObserver((changes) => {
    const regions = new Set();
    for (const { target, addedNodes } of changes) {
      const region = (target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest(live);
      if (region) regions.add(region);
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) last.set(node, node.textContent);
    }
    for (const region of regions) {
      const text = region.textContent.trim();
      if (text && last.get(region) !== text) window.heard.push(text);
      last.set(region, text);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""
SAID = {
    "sv": {
        "open": "Röstningen är öppen. A first talk within five days",
        "yes": "Din röst är inne: Ja. Du kan ändra dig tills röstningen stänger.",
        "no": "Din röst är inne: Nej. Du kan ändra dig tills röstningen stänger.",
        "closed": "Röstningen är stängd. Indikatorn går in. Ja 2, Nej 2",
        "desk open": "Röstning. Nästa steg: Stäng röstningen. Nr 1: A first talk within five days",
        "desk closed": "Stängd. Nästa steg: Nästa: indikator 2. Indikatorn går in. Ja 2, Nej 2",
        "screen open": "Rösta nu. A first talk within five days",
        "screen closed": "Röstningen är stängd. Indikatorn går in. Ja 2 Nej 2",
        "result": "Omgången är klar. In: 1. Ut: 1.",
        "picks": ["1 kvar att välja", "Alla valda. Ta bort en för att välja en annan."],
        "paper": "Ditt papper är inlämnat. Du kan ändra det tills röstningen stänger.",
    },
    "en": {
        "open": "The vote is open. A first talk within five days",
        "yes": "Your vote is in: Yes. You can change it until the vote closes.",
        "no": "Your vote is in: No. You can change it until the vote closes.",
        "closed": "The vote is closed. The item goes in. Yes 2, No 2",
        "desk open": "Voting. Next step: Close the vote. No. 1: A first talk within five days",
        "desk closed": "Closed. Next step: Next: item 2. The item goes in. Yes 2, No 2",
        "screen open": "Vote now. A first talk within five days",
        "screen closed": "The vote is closed. The item goes in. Yes 2 No 2",
        "result": "The round is done. In: 1. Out: 1.",
        "picks": ["1 left to pick", "All picked. Take one away to pick another."],
        "paper": "Your paper is in. You can change it until the vote closes.",
    },
}


def heard(page: Page) -> list[str]:
    found: list[str] = page.evaluate("() => window.heard")
    return [text.replace("\u00a0", " ") for text in found]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_vote_is_told_once(hall: Hall, language: str) -> None:
    """Item, open, one's own vote, closed and the result, as they come, whatever else is sent meanwhile."""
    said = SAID[language]
    rounds = small.plan(small.round("yes-no", "yes >= 50%"), small.round("pick 2", ties="advance all"))
    with Tour(hall, language, rounds, small.items(2)) as tour:
        tour.act("start", round="A")
        for name, selector in {"phone": ".rule", "screen": ".rule-box", "desk": ".agenda-round_now"}.items():
            expect(tour.pages[name].locator(selector).first).to_be_visible()
            tour.pages[name].evaluate(LISTEN)
        one_vote(tour, language)
        own = [said["open"], said["yes"], said["no"], said["closed"]]
        expect_heard(tour.phone.page, own)
        expect_heard(tour.desk.page, [said["desk open"], said["desk closed"]])
        expect_heard(tour.pages["screen"], [said["screen open"], said["screen closed"]])
        the_round(tour)
        for name in ("phone", "screen"):
            assert heard(tour.pages[name])[-1] == said["result"], name
        a_paper(tour)
        assert heard(tour.phone.page)[-3:] == [*said["picks"], said["paper"]]
        for name, page in tour.pages.items():
            assert [text for text, times in Counter(heard(page)).items() if times > 1] == [], name


def expect_heard(page: Page, wanted: list[str]) -> None:
    assert heard(page) == wanted


def one_vote(tour: Tour, language: str) -> None:
    """One vote, changed once, among others' and among snapshots that have nothing to say."""
    yes, no = ("Ja", "Nej") if language == "sv" else ("Yes", "No")
    tour.act("open", item=1)
    tour.phone.vote(yes)
    tour.vote("A", 1, ["yes", "yes", "no"])
    for _ in range(2):
        tour.act("display", frozen=False)
    tour.phone.vote(no)
    tour.act("on-paper")
    expect(tour.desk.page.locator(".paper-seats > li")).to_have_count(1)
    tour.act("close")
    for page in tour.pages.values():
        expect(page.locator(".bars")).to_be_visible()


def the_round(tour: Tour) -> None:
    tour.act("open", item=2)
    tour.vote("A", 2, ["no", "no", "no"])
    tour.act("close")
    tour.act("next")
    for selector, name in ((".tiles", "phone"), (".review", "screen")):
        expect(tour.pages[name].locator(selector)).to_be_visible()
    expect(tour.desk.page.locator(".table-box").first).to_be_visible()


def a_paper(tour: Tour) -> None:
    page = tour.phone.page
    tour.act("seal")
    tour.act("start", round="B")
    tour.act("open")
    for at in (0, 1):
        page.locator(".paper-row").nth(at).click()
    page.locator(".hand-in").click()
    expect(page.locator(".state-in")).to_be_visible()


def test_lost_contact_and_a_vote_that_came_too_late_are_told(hall: Hall) -> None:
    hall.expect_messages("net::ERR_", "WebSocket connection to")
    with Tour(hall, "en", small.plan(small.round("yes-no", "yes > 50%")), small.items(1)) as tour:
        page = tour.phone.page
        tour.act("start", round="A")
        tour.act("open", item=1)
        expect(tour.phone.button("Yes")).to_be_enabled()
        page.evaluate(LISTEN)
        page.context.set_offline(True)
        expect(tour.phone.line).to_have_class("line line-reconnecting")
        tour.phone.press("Yes")
        expect(page.locator(".state-kept")).to_be_visible()
        tour.act("close")
        page.context.set_offline(False)
        expect(page.locator(".my-vote.is-lost")).to_be_visible()
        told = heard(page)
        assert told[0] == "No contact. Trying again …"
        assert told[1] == "No contact. Your vote is kept here and sent as soon as possible."
        assert "Connected" in told
        assert told[-1].startswith("The vote is closed.")
        assert page.locator(".my-vote").inner_text() in told[-1]


# --- what the pages are to those who go from part to part


PHONE = """
- banner:
  - status: Connected
  - button "Svenska"
- main:
  - paragraph: Vote A, No. 1, 1 of 1
  - heading "A first talk within five days" [level=1]
  - paragraph: The rule
- region "Your vote":
  - paragraph: "Your vote is in: Yes. You can change it until the vote closes."
  - group "Your answer":
    - button "Yes" [pressed]
    - button "No"
"""
DESK = """
- link "To the content"
- banner:
  - heading "Small conference" [level=1]
- main:
  - region "Next step":
    - heading "Next step" [level=2]
    - button "Close the vote"
  - 'region "Now: Voting · Vote A"':
    - 'heading "Now: Voting · Vote A" [level=2]'
- complementary:
  - region "Seats":
    - heading "Seats" [level=2]
"""
HEADINGS = """
() => [...document.querySelectorAll("h1, h2, h3, h4")]
  .filter((one) => one.checkVisibility())
  .map((one) => Number(one.tagName[1]))
"""


def test_the_parts_of_the_pages_have_names_and_an_order(hall: Hall) -> None:
    with Tour(hall, "en", small.plan(small.round("yes-no", "yes > 50%")), small.items(1)) as tour:
        tour.act("start", round="A")
        tour.act("open", item=1)
        tour.phone.vote("Yes")
        expect(tour.phone.page.locator("body")).to_match_aria_snapshot(PHONE)
        expect(tour.desk.page.locator("body")).to_match_aria_snapshot(DESK)
        for name, page in tour.pages.items():
            levels: list[int] = page.evaluate(HEADINGS)
            assert levels[0] == 1, name
            assert levels.count(1) == 1, name
            assert all(after <= before + 1 for before, after in pairwise(levels)), (name, levels)
