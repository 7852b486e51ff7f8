"""A third language is one file: a checkout with nothing more than that speaks it, on every page that scripts draw."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import pseudo
from tests.e2e import test_ballots as small
from tests.e2e.hall import Desk, Hall, Phone
from tests.e2e.panel import Lead
from tests.e2e.process import ServerProcess

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
#: what a page shows or tells in a language, in order; a mark where something in another language stands
READ = """
(language) => {
  const spoken = (node) => node.closest("[lang]").lang === language;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const place = node.parentElement;
    if (place.closest("script, style, textarea, noscript, dialog:not([open])")) continue;
    if (spoken(place)) texts.push(node.data);
  }
  const names = ["aria-label", "title", "alt", "placeholder"];
  const heard = [...document.querySelectorAll(names.map((name) => `[${name}]`).join(","))]
    .filter((one) => spoken(one) && !one.matches("dialog:not([open]) *"))
    .flatMap((one) => names.map((name) => one.getAttribute(name)).filter(Boolean));
  return [texts.join(" "), ...heard];
}
"""


class Hearing:
    """A conference in Swedish on pages in the third language: each state is listened to for what is neither."""

    def __init__(self, hall: Hall) -> None:
        ratings = small.round("scale 1-9", "median >= 5", pace="paper")
        rounds = small.plan(small.round("yes-no", "top 1", ties="ask"), ratings)
        made = hall.server.create(rounds, small.items(2), 3, "sv")
        self.lead = Lead.of(hall.server.url, made)
        self.desk = Desk.of(hall, made, pseudo.CODE)
        self.phone = Phone.with_card(hall, made["seats"][0], pseudo.CODE)
        choose(self.phone)  # of itself a phone speaks the conference's language
        self.found: list[str] = []

    def look(self, state: str, on_phone: str) -> None:
        """Listen to both pages, once they are in a state. on_phone: what is to be seen on the phone then."""
        expect(self.desk.page.locator("body")).to_have_attribute("data-state", state)
        expect(self.phone.page.locator(on_phone).first).to_be_visible()
        for name, page in (("desk", self.desk.page), ("phone", self.phone.page)):
            expect(page.locator("html")).to_have_attribute("lang", pseudo.CODE)
            self.found += [f"{state}, {name}: {fault}" for fault in untranslated(page)]

    def items_are_voted_on(self) -> None:
        self.look("lobby", ".anonymity")
        self.lead.act("start", round="A")
        self.look("discussion", ".rule")
        for item in (1, 2):
            self.lead.act("open", item=item)
            self.look("voting", ".choice:enabled")
            self.phone.page.locator(".choice-yes").click()
            self.look("voting", ".state-in")
            self.lead.act("close")
            self.look("closed", ".bars")
        self.lead.act("next")

    def the_tie_is_decided(self) -> None:
        self.look("review", ".rank-row .tied")
        self.lead.act("decide", items=[1], verdict="advance", reason="Rummet var enigt")
        self.look("review", ".the-line")
        self.lead.act("seal")
        self.look("sealed", ".rank-row")

    def ratings_are_given(self) -> None:
        self.lead.act("start", round="B")
        self.lead.act("open")
        self.phone.page.locator(".cards > .card").first.get_by_role("button", name="7", exact=True).click()
        self.look("voting", ".cards .state-in")
        for action, state in (("close", "closed"), ("next", "review"), ("seal", "sealed"), ("finish", "finished")):
            self.lead.act(action)
            self.look(state, "h1")


def choose(phone: Phone) -> None:
    phone.page.locator(f'[data-language="{pseudo.CODE}"]').click()
    expect(phone.page.locator("html")).to_have_attribute("lang", pseudo.CODE)


def untranslated(page: Page) -> list[str]:
    return [fault for text in page.evaluate(READ, pseudo.CODE) for fault in pseudo.unmarked(text)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The product as it is with one more catalogue in its place."""
    checkout = tmp_path_factory.mktemp("checkout")
    for folder in ("consensus", "rounds", "templates", "static"):
        shutil.copytree(ROOT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__"))
    pseudo.write(checkout / "consensus" / "translations")
    where = {"PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}
    with ServerProcess(tmp_path_factory.mktemp("third"), environment=where) as server:
        yield server


@pytest.fixture
def hall(browser: Browser, server: ServerProcess, request: pytest.FixtureRequest) -> Iterator[Hall]:
    with Hall(browser, server, request.node.name.removeprefix("test_")) as hall:
        yield hall


def test_every_state_of_a_conference(hall: Hall) -> None:
    hearing = Hearing(hall)
    hearing.items_are_voted_on()
    hearing.the_tie_is_decided()
    hearing.ratings_are_given()
    assert hearing.found == [], "\n".join(hearing.found)


def test_the_conference_and_its_screen_can_be_held_in_it(hall: Hall) -> None:
    made = hall.server.create(small.plan(small.round("yes-no")), small.items(2), 2, pseudo.CODE)
    screen = Desk.of(hall, made, pseudo.CODE).screen()
    expect(screen.locator("html")).to_have_attribute("lang", pseudo.CODE)
    expect(screen.locator("body")).to_contain_text(pseudo.OPEN)


def test_the_phone_offers_it(hall: Hall) -> None:
    made = hall.server.create(small.plan(small.round("yes-no")), small.items(2), 2, "sv")
    phone = Phone.with_card(hall, made["seats"][0])
    choose(phone)
    assert untranslated(phone.page) == []


def test_a_command_takes_it(hall: Hall) -> None:
    assert os.environ.get("PYTHONSAFEPATH") is None  # only the server's own environment leads to the other checkout
    hall.server.command("template", "--language", pseudo.CODE, "--out", str(hall.server.place / "mall.docx"))
