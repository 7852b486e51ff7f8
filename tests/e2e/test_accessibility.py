"""Every page in every state, in both languages, light and dark, narrow and enlarged: WCAG 2.2 AA, and a little more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e import test_ballots as small
from tests.e2e.hall import Desk, Hall, Phone

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
#: WCAG 1.4.10 asks for 320 pixels; a page at 200 % has half of its pixels left
NARROW = 320
WORDS = {
    "sv": {
        "start": "Starta omgång {}",
        "open": "Öppna indikator 1",
        "all": "Öppna röstningen om alla indikatorer",
        "close": "Stäng röstningen",
        "next": "Nästa: indikator 2",
        "result": "Visa omgångens resultat",
        "seal": "Försegla omgången",
        "finish": "Avsluta konferensen",
        "yes": "Ja",
    },
    "en": {
        "start": "Start round {}",
        "open": "Open item 1",
        "all": "Open the vote on all items",
        "close": "Close the vote",
        "next": "Next: item 2",
        "result": "Show the result of the round",
        "seal": "Seal the round",
        "finish": "Finish the conference",
        "yes": "Yes",
    },
}


class Inspection:
    """Three pages of one conference, looked at in each state."""

    def __init__(self, hall: Hall, language: str, held_in: str = "") -> None:
        self.hall, self.said = hall, WORDS[language]
        ratings = small.round("scale 1-9", "median >= 5", pace="paper")
        rounds = small.plan(small.round("yes-no", "top 1", ties="ask"), ratings)
        self.made = hall.server.create(rounds, small.items(2), 3, held_in or language)
        self.desk = Desk.of(hall, self.made, language)
        self.screen = self.desk.screen()
        self.screen.context.add_cookies([{"name": "language", "value": language, "url": hall.server.url}])
        self.phones = [Phone.with_card(hall, secret, language) for secret in self.made["seats"][:2]]
        self.found: list[str] = []

    @property
    def pages(self) -> dict[str, Page]:
        return {"desk": self.desk.page, "screen": self.screen, "phone": self.phones[0].page}

    def look(self, state: str) -> None:
        """Look at every page in the state that it is in now."""
        for name, page in self.pages.items():
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                also = [axe.AAA] if name == "phone" and state.startswith("voting") else []
                self.note(f"{state}, {name}, {scheme}", axe.faults(page, also))
            if name == "screen":
                continue  # nothing is pressed on it, and it is as wide as the wall
            self.note(f"{state}, {name}: targets", axe.small_targets(page))
            for width in self._narrow(page):
                with narrowed(page, width):
                    self.note(f"{state}, {name}, {width} wide", axe.too_wide(page))

    @staticmethod
    def _narrow(page: Page) -> list[int]:
        size = page.viewport_size
        assert size is not None
        return sorted({NARROW, max(NARROW, size["width"] // 2)})

    def note(self, where: str, faults: list[str]) -> None:
        self.found += [f"{where}: {fault}" for fault in faults]

    def seal(self) -> None:
        self.desk.ask(self.said["seal"])
        self.note("the dialog", axe.faults(self.desk.page))
        self.desk.answer(self.said["seal"])

    def play(self) -> None:
        """Both rounds from the lobby to the end."""
        self.look("lobby")
        self.desk.go(self.said["start"].format("A"))
        self.look("discussion")
        for step in ("open", "next"):
            self.desk.go(self.said[step])
            expect(self.phones[0].zone.get_by_role("button").first).to_be_enabled()
            self.look(f"voting {step}")
            for phone in self.phones:
                phone.vote(self.said["yes"])
            self.look(f"voting {step}, voted")
            self.desk.go(self.said["close"])
            self.look(f"closed {step}")
        self.desk.go(self.said["result"])
        self.look("review with a tie")

    def decide(self) -> None:
        form = self.desk.page.locator('[data-form="decide"]')
        form.get_by_role("checkbox").first.check()
        form.locator('[name="reason"]').fill("The room said so")
        with self.desk.step_taken():
            form.get_by_role("button").last.click()
        self.look("review")
        self.seal()
        self.look("sealed")

    def second_round(self) -> None:
        self.desk.go(self.said["start"].format("B"), self.said["all"])
        phone = self.phones[0]
        phone.page.locator(".cards > .card").first.get_by_role("button", name="7", exact=True).click()
        expect(phone.page.locator(".cards > .card").first.locator(".state-in")).to_be_visible()
        self.look("voting on a paper")
        self.desk.go(self.said["close"], self.said["result"])
        self.look("review of ratings")
        self.seal()
        self.desk.ask(self.said["finish"])
        self.desk.answer(self.said["finish"])
        self.look("finished")


@contextmanager
def narrowed(page: Page, width: int) -> Iterator[None]:
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": width, "height": before["height"]})
    yield
    page.set_viewport_size(before)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_state_of_a_conference(hall: Hall, language: str) -> None:
    inspection = Inspection(hall, language)
    inspection.play()
    inspection.decide()
    inspection.second_round()
    assert inspection.found == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_around_a_conference(own_hall: Hall, language: str) -> None:
    """Preparing, cards, joining, and what is said to whom has no business here."""
    made = own_hall.server.create(small.plan(small.round("yes-no")), small.items(2), 2, language)
    page = own_hall.page(1280, 800, language)
    page.goto(own_hall.server.sign_in)
    found = []
    own_hall.expect_messages("404", "401")
    own = f"facilitate/{made['conference']}"
    paths = ["facilitate", "facilitate/new", "facilitate/venue", f"{own}/cards", f"{own}/rehearsal"]
    paths += ["", "j/ABCD-EFGH", "try", "nowhere"]
    for path in paths:
        page.goto(f"{own_hall.server.url}{path}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"/{path}, {scheme}: {fault}" for fault in axe.faults(page)]
        found += [f"/{path}: {small}" for small in axe.small_targets(page)]
        for width in (NARROW, 640):
            with narrowed(page, width):
                found += [f"/{path}, {width} wide: {wide}" for wide in axe.too_wide(page)]
    assert found == []
