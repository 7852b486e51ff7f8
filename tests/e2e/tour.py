"""A conference that is led by program from state to state, with real pages that are looked at in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from playwright.sync_api import Locator, expect

from tests.e2e.hall import Desk, Hall, Phone
from tests.e2e.inspection import Inspection
from tests.e2e.panel import Lead, Panel

PROGRAMS = 4


class Tour(Inspection):
    """Seats: four programs, one phone with a page, and what is left. Steps are asked for over HTTP: nothing waits."""

    def __init__(self, hall: Hall, language: str, plan: str, items: str, seats: int = 7) -> None:
        super().__init__(language)
        self.hall = hall
        self.made: dict[str, Any] = hall.server.create(plan, items, seats, language)
        self.lead = Lead.of(hall.server.url, self.made)
        self.programs = Panel(hall.server.url, self.made["seats"][:PROGRAMS])
        self.desk = Desk.of(hall, self.made, language)
        self.phone = Phone.with_card(hall, self.made["seats"][PROGRAMS], language)
        self.pages = {"desk": self.desk.page, "screen": self.desk.screen(), "phone": self.phone.page}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.programs.leave()

    def act(self, action: str, **details: Any) -> None:
        self.lead.act(action, **details)

    def vote(self, round: str, item: int, choices: Sequence[str]) -> None:
        """One choice for each program."""
        self.programs.vote(round, item, choices)

    def hand_in(self, round: str, *papers: list[dict[str, Any]]) -> None:
        self.programs.hand_in(round, papers)

    def press(self, selector: str) -> None:
        """Press something on the desk."""
        self.desk.page.locator(selector).locator("visible=true").first.click()

    def dialog(self, state: str, selector: str) -> None:
        """Open a dialog on the desk, look at it, and close it again."""
        self.press(selector)
        self.look(state, desk="dialog[open] h2")
        self.desk.page.keyboard.press("Escape")
        expect(self.dialogs).to_have_count(0)

    @property
    def dialogs(self) -> Locator:
        return self.desk.page.locator("dialog[open]")
