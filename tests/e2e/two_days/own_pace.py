"""At one's own pace: the effects are rated all at once, and the core is picked on whole papers."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.two_days.first_vote import seal
from tests.e2e.two_days.hall import Days, hand_in, sent, spoken
from tests.e2e.two_days.reloads import reload_all
from tests.e2e.two_days.script import CORE, EFFECTS, PICKS, TEXTS, VOTES


def effects_are_rated(days: Days) -> None:
    days.desk.go("Starta omgång E1", "Öppna röstningen om alla")
    for at, item in enumerate(EFFECTS):
        given = zip(VOTES["E1", item], days.phones, strict=False)
        choices = [spoken(choice, phone.language) for choice, phone in given]
        cards = [phone.page.locator(".cards > .card").nth(at) for phone in days.phones]
        for card, choice in zip(cards, choices, strict=True):
            card.get_by_role("button", name=choice, exact=True).click()
        for card, choice in zip(cards, choices, strict=True):
            expect(card.locator(".state-in")).to_contain_text(f": {choice}")
    form = days.desk.page.locator('[data-form="paper"]')
    for paper, place in ((1, 8), (2, 9)):
        form.locator('[name="paper"]').select_option(str(paper))
        for item in EFFECTS:
            form.locator(f'[name="item-{item}"]').select_option(sent(VOTES["E1", item][place]))
        days.desk.picture(f"papers-{paper}", whole=True)
        hand_in(form, paper)
    days.desk.rest()
    days.picture("ratings", whole=True)
    reload_all(days, "voting", "Omröstning 3")
    for phone in days.phones:
        expect(phone.zone).to_contain_text(re.compile("3 (av|of) 3"))
    days.desk.go("Stäng", "Visa omgångens resultat")
    for page in days.audience:
        expect(page.locator(".rank-row.verdict-advance")).to_have_count(2)
        expect(page.locator(".rank-row.verdict-cut")).to_have_count(1)
    days.picture("ratings-review", whole=True)
    seal(days)


def core_is_picked(days: Days) -> None:
    days.desk.go("Starta omgång C", "Öppna röstningen om alla")
    for phone, picks in zip(days.phones, PICKS, strict=False):
        for item in picks:
            row(phone.page.locator(".paper-row"), item).click()
        phone.zone.get_by_role("button", name=re.compile("Lämna in|Hand in")).click()
    for phone in days.phones:
        expect(phone.zone.locator(".state-in")).to_be_visible()
    form = days.desk.page.locator('[data-form="paper"]')
    for paper, picks in enumerate(PICKS[len(days.phones) :], start=1):
        form.locator('[name="paper"]').select_option(str(paper))
        for item in picks:
            form.locator(f'[name="item-{item}"]').check()
        hand_in(form, paper)
    days.desk.rest()
    days.picture("picks", whole=True)
    reload_all(days, "voting", "Omröstning 4")
    days.desk.go("Stäng", "Visa omgångens resultat")
    for page in days.audience:
        expect(page.locator(".rank-row.verdict-advance")).to_have_count(len(CORE))
    for phone, picks in zip(days.phones, PICKS, strict=False):
        expect(phone.page.locator(".mine")).to_have_count(len(picks))
    days.picture("picks-review", whole=True)
    seal(days)


def row(rows: Locator, item: int) -> Locator:
    return rows.filter(has_text=TEXTS[item])
