"""The morning: the panel comes in, each in its own way. Two have no phone, and one fell ill."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.hall import Phone
from tests.e2e.test_conference import scanned
from tests.e2e.test_seats import fold, press
from tests.e2e.two_days.hall import Days

CODE = {"sv": ("Skriv koden", "Gå med"), "en": ("Type the code", "Join")}


def first_cards_are_scanned(days: Days) -> None:
    """Two were eager: their cards let them in before the doors are open."""
    days.phones = [Phone.with_card(days.hall, code) for code in days.codes[:2]]


def doors_open(days: Days) -> None:
    days.desk.go("Öppna dörrarna")
    code = "".join(days.screens[0].locator(".code").inner_text().split())
    square = scanned(days.screens[1], f"{days.hall.server.url}?code={code}")
    days.phones += [
        typing(days, f"{code[:3]} {code[3:]}"),  # what stands on the screen
        Phone.with_card(days.hall, days.codes[3]),
        typing(days, days.codes[4].lower().replace("-", " "), "en"),  # what stands on the card
        following(days, square),
        Phone.with_card(days.hall, days.codes[6], "en"),
    ]
    for phone in days.phones:
        if phone.language == "en":  # of the person: the conference is in Swedish
            phone.button("English").click()
            expect(phone.page.get_by_role("heading", name="You are in")).to_be_visible()
    here(days, 7, 10)
    two_vote_on_paper(days)
    one_fell_ill(days)
    days.picture("lobby", whole=True)


def typing(days: Days, code: str, language: str = "sv") -> Phone:
    phone = Phone(days.hall, language)
    field, button = CODE[language]
    phone.page.goto(days.hall.server.url)
    phone.page.get_by_label(field).fill(code)
    phone.button(button).click()
    phone.is_in()
    return phone


def following(days: Days, address: str) -> Phone:
    phone = Phone(days.hall)
    phone.open(address)
    return phone


def two_vote_on_paper(days: Days) -> None:
    for paper in (1, 2):
        press(days.desk, fold(days.desk, "seats_on_paper"), "Någon röstar på papper")
        expect(days.desk.page.locator(".paper-seats > li")).to_have_count(paper)
    here(days, 9, 10)


def one_fell_ill(days: Days) -> None:
    press(days.desk, fold(days.desk, "seats_unused"), "Ta ut de tomma platserna")
    here(days, 9, 9)


def here(days: Days, present: int, entitled: int) -> None:
    expect(days.desk.page.locator("#seats .here")).to_have_text(f"{present} av {entitled} är här")
    expect(days.other.page.locator("#seats .here")).to_have_text(f"{present} of {entitled} are here")
    if days.desk.page.locator("body").get_attribute("data-state") == "lobby":
        for screen in days.screens:
            expect(screen.locator("main")).to_contain_text(f"{present} av {entitled} är här")
