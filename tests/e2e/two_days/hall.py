"""Everybody who is there: two facilitators, two screens, eight phones, two who vote on paper; what they do together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.e2e.hall import Desk, Hall, Phone
from tests.e2e.two_days.script import VOTES

CHOICES = {"J": ("yes", "Ja", "Yes"), "N": ("no", "Nej", "No"), "K": ("abstain", "Kan inte bedöma", "Cannot judge")}


def spoken(choice: str, language: str) -> str:
    """What a choice of the script is called on a page in a language."""
    return CHOICES.get(choice, (choice, choice, choice))[1 if language == "sv" else 2]


def sent(choice: str) -> str:
    return CHOICES.get(choice, (choice,))[0]


@dataclass
class Days:
    """The pages, as they come to be there."""

    hall: Hall
    desk: Desk  # the facilitator's, in Swedish
    other: Desk  # a colleague's, in English
    codes: list[str] = field(default_factory=list)  # on the cards
    screens: list[Page] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)

    @property
    def desks(self) -> tuple[Desk, Desk]:
        return self.desk, self.other

    @property
    def pages(self) -> list[Page]:
        return [*(desk.page for desk in self.desks), *self.screens, *(phone.page for phone in self.phones)]

    @property
    def audience(self) -> list[Page]:
        """Screens and phones: those who see what the facilitators do."""
        return self.pages[2:]

    def picture(self, name: str, *, whole: bool = False) -> None:
        """The desk, a screen and the first and the last phone at one moment."""
        self.desk.picture(name, whole)
        self.hall.picture(self.screens[0], f"screen-{name}")
        self.phones[0].picture(name, whole)

    # --- votes

    def vote(self, round: str, item: int) -> None:
        """All phones vote on the one open item as the script says, then what is on paper is typed in."""
        choices = VOTES[round, item]
        self.press(choices[: len(self.phones)])
        self.type_in(self.desk, choices[len(self.phones) :])

    def press(self, choices: str) -> None:
        """A choice for each phone, all under way at once; then every phone says that its vote is in."""
        voting = [(phone, choice) for phone, choice in zip(self.phones, choices, strict=False) if choice != "-"]
        for phone, choice in voting:
            phone.press(spoken(choice, phone.language))
        for phone, choice in voting:
            expect(phone.zone.locator(".state-in")).to_contain_text(f": {spoken(choice, phone.language)}.")

    @staticmethod
    def type_in(desk: Desk, choices: Sequence[str]) -> None:
        """Type in what is on the papers about the one open item, one after the other."""
        form = desk.page.locator('[data-form="paper"]')
        for paper, choice in enumerate(choices, start=1):
            form.locator('[name="paper"]').select_option(str(paper))
            form.locator(f'input[value="{sent(choice)}"]').check()
            hand_in(form, paper)
        desk.rest()

    # --- what all see

    def all_see(self, where: str, text: str | re.Pattern[str] | list[str], pages: Iterable[Page] | None = None) -> None:
        """Each page, or each of those given, has this at a place of it."""
        for page in self.pages if pages is None else pages:
            expect(page.locator(where)).to_have_text(text)

    def screens_are_alike(self) -> None:
        first, second = (screen.locator("main").inner_text() for screen in self.screens)
        assert first == second


def hand_in(form: Locator, paper: int) -> None:
    """Press the button of the form for papers, and wait until the page says that it is in."""
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("status")).to_have_text(re.compile(f"(Papper|Paper) {paper}"))
