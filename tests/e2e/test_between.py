"""Between two rounds, in a real browser: arguments, tables, the handout; then the second vote beside the first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.hall import Desk, Hall, Phone

pytestmark = pytest.mark.browser

PLAN = """
title = "Mellan omgångarna"
protocols = ["extended"]

[[rounds]]
id = "P1"
title = "Omröstning 1"
vote_on = "all"
ballot = "yes-no"
advance = "yes >= 90%"
to = "extended"
otherwise = "hold"

[[rounds]]
id = "P2"
title = "Omröstning 2"
vote_on = "held in P1"
ballot = "yes-no"
advance = "yes > 50%"
to = "extended"
otherwise = "cut"
"""
ITEMS = "nummer;text\n1;Den unge har en namngiven person som håller ihop stödet\n2;Planen följs upp var tredje månad\n"
FOR = "Det är detta som de unga själva ber om när man frågar dem."


def test_between_two_rounds(hall: Hall) -> None:
    made = hall.server.create(PLAN, ITEMS, 4, "sv")
    desk, screen, phones = come_in(hall, made["seats"], Desk.of(hall, made))
    first_round(desk, phones)
    arguments_are_written(desk, phones)
    tables_are_drawn(desk, phones, screen)
    handout_is_printed(desk)
    second_vote_beside_the_first(desk, phones, screen)
    a_borrowed_phone_knows_nothing_of_the_seat_before(hall, phones[0], made["seats"][3])


def come_in(hall: Hall, secrets: list[str], desk: Desk) -> tuple[Desk, Page, list[Phone]]:
    return desk, desk.screen(), [Phone.with_card(hall, secret) for secret in secrets[:3]]


def first_round(desk: Desk, phones: list[Phone]) -> None:
    desk.go("Starta omgång P1", "Öppna indikator 1")
    for phone, choice in zip(phones, ("Ja", "Nej", "Ja"), strict=True):
        phone.vote(choice)
    desk.go("Stäng", "Nästa: indikator 2")
    for phone in phones:
        phone.vote("Ja")
    desk.go("Stäng", "Visa omgångens resultat")
    desk.ask("Försegla omgången")
    desk.answer("Försegla omgången")


def arguments_are_written(desk: Desk, phones: list[Phone]) -> None:
    """Three phones write; the facilitator sees them all at once, shows two and hides one."""
    with desk.step_taken():
        desk.page.get_by_role("button", name="Samla in argument på telefonerna").click()
    for phone, text, side in zip(
        phones, (FOR, "Det kostar mer än det ger.", "Oläsligt"), ("För", "Emot", "För"), strict=True
    ):
        write(phone, text, side)
    waiting = desk.page.locator(".argument-list > li")
    expect(waiting).to_have_count(3)
    desk.picture("arguments", whole=True)
    for text, verdict in ((FOR, "Visa"), ("Det kostar mer än det ger.", "Visa"), ("Oläsligt", "Dölj")):
        with desk.step_taken():
            waiting.filter(has_text=text).get_by_role("button", name=verdict, exact=True).click()
    with desk.step_taken():
        desk.page.get_by_role("button", name="Sluta samla in").click()
    expect(phones[0].page.locator(".argue")).to_have_count(0)


def write(phone: Phone, text: str, side: str) -> None:
    page = phone.page
    page.get_by_text("Skriv ett argument").click()
    page.get_by_label(side, exact=True).check()
    page.get_by_label("Argument", exact=True).fill(text)
    phone.picture("argument", whole=True)
    phone.button("Lämna in argumentet").click()
    expect(page.locator(".argue-told")).to_have_text("Ditt argument är mottaget. Du kan skriva ett till.")
    expect(page.get_by_label("Argument", exact=True)).to_have_value("")


def tables_are_drawn(desk: Desk, phones: list[Phone], screen: Page) -> None:
    page = desk.page
    page.get_by_label("Antal bord").fill("2")
    page.get_by_label("Namn eller platser").fill("vid fönstret\nvid dörren")
    with desk.step_taken():
        page.get_by_role("button", name="Lotta borden").click()
    expect(page.locator(".table-list > li")).to_have_count(2)
    expect(phones[0].page.locator(".own-table")).to_have_count(0)
    desk.picture("tables", whole=True)
    with desk.step_taken():
        page.get_by_role("button", name="Visa borden").click()
    for phone in phones:
        expect(phone.page.locator(".own-table-number")).to_contain_text("Bord")
        expect(phone.page.locator(".own-table-number")).to_be_in_viewport()  # also where somebody had read on
    phones[0].picture("table")
    expect(screen.locator(".seating-table")).to_have_count(2)
    expect(screen.locator(".seating-number")).to_have_text(["Bord 1", "Bord 2"])
    desk.hall.picture(screen, "screen-tables")


def handout_is_printed(desk: Desk) -> None:
    sheet = desk.download("Indikatorerna i omgång P2")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(sheet).pages).split())
    for said in (FOR, "Senaste omröstningen (P1): 2 av 3 ja (67 %) – kvar", "Anteckningar"):
        assert said in text
    assert "Oläsligt" not in text


def second_vote_beside_the_first(desk: Desk, phones: list[Phone], screen: Page) -> None:
    desk.go("Starta omgång P2")
    expect(screen.locator(".rule-text")).to_be_visible()
    expect(screen.locator(".paging")).to_have_count(0)
    expect(phones[0].page.locator(".own-table")).to_be_visible()
    desk.go("Öppna indikator 1")
    for phone, own in zip(phones, ("ja", "nej", "ja"), strict=True):
        last = phone.page.locator(".last-time")
        expect(last).to_contain_text("Förra gången: panelen 2 av 3 ja")
        expect(last).to_contain_text(f"du: {own}", ignore_case=True)
        expect(phone.page.locator(".arguments-for li")).to_have_text(FOR)
    phones[0].picture("second-vote")
    with desk.step_taken():
        desk.page.get_by_role("button", name="Visa argumenten på storbilden").click()
    expect(screen.locator(".argued-against li")).to_have_text("Det kostar mer än det ger.")
    desk.hall.picture(screen, "screen-arguments")
    desk.picture("second-vote")


def a_borrowed_phone_knows_nothing_of_the_seat_before(hall: Hall, phone: Phone, secret: str) -> None:
    phone.open(f"{hall.server.url}j/{secret}")
    last = phone.page.locator(".last-time")
    expect(last).to_have_text("Förra gången: panelen 2 av 3 ja")
    expect(phone.state).to_have_text("Välj ditt svar.")
