"""Seats and people without phones, in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.hall import Desk, Hall, Phone
from tests.e2e.test_ballots import items, plan
from tests.e2e.test_ballots import round as a_round

pytestmark = pytest.mark.browser

KEPT = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state, location.href])"


def fold(desk: Desk, name: str) -> Locator:
    """Open one of the folded parts about seats."""
    part = desk.page.locator(f'#seats details[data-key="{name}"]')
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    return part


def press(desk: Desk, part: Locator, name: str) -> None:
    with desk.page.expect_response("**/api/c/**"):
        part.get_by_role("button", name=name, exact=True).click()
    expect(desk.page.locator("#seats [role=status]")).to_have_text("Klart. Talen ovan gäller från och med nu.")


def test_people_without_phones_come_late_and_leave(hall: Hall) -> None:
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 4, "sv")
    desk = Desk.of(hall, made)
    first, second = (Phone.with_card(hall, secret) for secret in made["seats"][:2])
    expect(desk.page.locator("#seats .here")).to_have_text("2 av 4 är här")
    one_votes_on_paper(desk, (first, second))
    the_others_come_and_go(hall, desk, made)


def one_votes_on_paper(desk: Desk, phones: tuple[Phone, Phone]) -> None:
    press(desk, fold(desk, "seats_on_paper"), "Någon röstar på papper")
    expect(desk.page.locator("#seats .here")).to_have_text("3 av 4 är här")
    desk.picture("seats", whole=True)
    desk.go("Starta omgång A", "Öppna indikator 1")
    for phone, choice in zip(phones, ("Ja", "Nej"), strict=True):
        phone.vote(choice)
    form = desk.page.locator('[data-form="paper"]')
    form.get_by_role("button", name="Skriv in rösten").click()
    expect(form.get_by_role("alert")).to_have_text("Välj vad papperet säger.")
    for choice in ("Nej", "Ja"):  # the first was mistyped
        form.get_by_label(choice, exact=True).check()
        desk.picture("typing")
        form.get_by_role("button", name="Skriv in rösten").click()
        expect(form.get_by_role("status")).to_have_text("Rösten från Papper 1 är inne.")
        desk.rest()
        expect(form.get_by_label(choice, exact=True)).not_to_be_checked()
    expect(desk.page.get_by_text("1 röst har kommit på papper.")).to_be_visible()
    desk.picture("typed")
    desk.go("Stäng")
    expect(desk.page.locator(".bar-count")).to_have_text(["2", "1"])


def the_others_come_and_go(hall: Hall, desk: Desk, made: dict[str, Any]) -> None:
    press(desk, fold(desk, "seats_unused"), "Öppna en plats till")
    card = desk.page.get_by_role("dialog")
    code = card.locator(".new-card-code").inner_text()
    desk.picture("card")
    card.get_by_role("button", name="Skannat: ta bort det").click()
    expect(desk.page.locator("#dialog")).to_be_empty()
    assert code not in desk.page.content()
    late = Phone.with_card(hall, code)
    expect(desk.page.locator("#seats .here")).to_have_text("4 av 5 är här")
    part = fold(desk, "seats_leaving")
    part.get_by_label("Kortets kod").fill(code.lower())
    press(desk, part, "Ute en stund")
    expect(desk.page.locator("#seats .here")).to_have_text("3 av 5 är här")
    late.page.close()
    hall.expect_messages("status of 409")  # the first phone and the paper's seat: who is it that has none?
    lost_and_found(hall, desk, made)


def lost_and_found(hall: Hall, desk: Desk, made: dict[str, Any]) -> None:
    """One phone and its card are gone: the seat that has no phone gets a new card."""
    gone = hall.contexts[1].pages[0]
    gone.close()
    part = fold(desk, "seats_lost")
    card = desk.page.get_by_role("dialog")
    with desk.page.expect_response("**/api/c/**/new-card") as answer:
        part.get_by_role("button", name="Gör ett nytt kort").click()
        card.get_by_role("button", name="Gör ett nytt kort").click()
    assert answer.value.ok, answer.value.text()
    found = Phone.with_card(hall, card.locator(".new-card-code").inner_text())
    card.get_by_role("button", name="Skannat: ta bort det").click()
    desk.go("Nästa: indikator 2")
    found.vote("Ja")
    hall.expect_messages("status of 401")
    found.page.goto(f"{hall.server.url}j/{made['seats'][0]}")
    expect(found.page.get_by_role("alert")).to_contain_text("Ingen plats har den koden")


def test_a_phone_whose_seat_has_left_says_so_until_it_is_signed_in_again(hall: Hall) -> None:
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 3, "sv")
    desk = Desk.of(hall, made)
    phone, stays = (Phone.with_card(hall, secret) for secret in made["seats"][:2])
    desk.go("Starta omgång A", "Öppna indikator 1")
    phone.vote("Ja")
    part = fold(desk, "seats_leaving")
    part.get_by_label("Kortets kod").fill(made["seats"][0])
    part.get_by_role("button", name="Går för gott").click()
    desk.answer("Går för gott")
    for _ in ("told", "asks anew"):
        expect(phone.page.get_by_role("heading")).to_have_text("Du har lämnat konferensen.")
        expect(phone.page.get_by_role("main")).to_contain_text("visa ditt kort för konferensledaren")
        expect(phone.page.locator("main button, .zone button")).to_have_count(0)
        phone.page.reload()
    phone.picture("left")
    expect(stays.button("Ja")).to_be_enabled()
    part.get_by_label("Kortets kod").fill(made["seats"][0])
    press(desk, part, "Tillbaka")
    phone.vote("Nej")


def test_where_nobody_can_tell_whose_card_is_lost_a_new_seat_is_opened(hall: Hall) -> None:
    hall.expect_messages("status of 409", "status of 401")
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 3, "sv")
    desk = Desk.of(hall, made)
    asleep, lost, awake = (Phone.with_card(hall, secret) for secret in made["seats"])
    for phone in (asleep, lost):
        phone.page.close()
    part = fold(desk, "seats_lost")
    dialog = desk.page.get_by_role("dialog")
    part.get_by_role("button", name="Gör ett nytt kort").click()
    dialog.get_by_role("button", name="Gör ett nytt kort").click()
    expect(desk.page.locator("#seats .problem")).to_contain_text("eller öppna en ny plats i stället")
    desk.picture("lost", whole=True)
    part.get_by_role("button", name="Öppna en ny plats i stället").click()
    with desk.page.expect_response("**/api/c/**/new-card") as answer:
        dialog.get_by_role("button", name="Öppna en ny plats i stället").click()
    assert answer.value.ok, answer.value.text()
    found = Phone.with_card(hall, dialog.locator(".new-card-code").inner_text())
    dialog.get_by_role("button", name="Skannat: ta bort det").click()
    back = Phone.with_card(hall, made["seats"][0])
    expect(desk.page.locator("#seats .here")).to_have_text("3 av 4 är här")
    out = fold(desk, "seats_unused")
    expect(out).to_contain_text("1 plats är ute.")
    out.get_by_role("button", name="Ta bort platserna som är ute").click()
    with desk.page.expect_response("**/api/c/**/withdraw"):
        dialog.get_by_role("button", name="Ta bort platserna som är ute").click()
    expect(desk.page.locator("#seats .here")).to_have_text("3 av 3 är här")
    desk.go("Starta omgång A", "Öppna indikator 1")
    for phone in (found, back, awake):
        phone.vote("Ja")
    desk.go("Stäng")
    expect(desk.page.locator(".bar-count")).to_have_text(["3", "0"])


def test_a_shared_tablet_forgets_whoever_voted_on_it(hall: Hall) -> None:
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 3, "sv")
    desk = Desk.of(hall, made)
    tablet = hall.page(800, 1200, has_touch=True)
    tablet.goto(hall.server.url)
    tablet.get_by_role("link", name="Gör den till en delad enhet").click()
    expect(tablet.get_by_label("Skanna ditt kort")).to_be_focused()
    before = tablet.evaluate(KEPT)
    hall.picture(tablet, "tablet-asks")
    desk.go("Starta omgång A", "Öppna indikator 1")
    type_code(tablet, "123 456")
    expect(tablet.get_by_role("alert")).to_contain_text("koden på ditt eget kort")
    vote(hall, tablet, made["seats"][0], "Ja")
    tablet.goto(f"{hall.server.url}j/{made['seats'][1]}")  # scanned with the tablet's own camera
    press_choice(tablet, "Nej")
    kept = tablet.evaluate(KEPT)
    assert json.loads(kept)[:3] == json.loads(before)[:3]
    assert not any(secret in kept + tablet.content() for secret in made["seats"])
    hall.picture(tablet, "tablet-done")
    desk.go("Stäng")
    expect(desk.page.locator(".bar-count")).to_have_text(["1", "1"])
    tablet.get_by_role("button", name="Sluta dela enheten").click()
    tablet.wait_for_url(hall.server.url)
    assert json.loads(tablet.evaluate(KEPT))[:2] == [{}, {}]


def test_a_phone_that_opens_the_screens_link_again_keeps_its_seat_and_its_one_vote(hall: Hall) -> None:
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 4, "sv")
    desk, link = Desk.of(hall, made), f"{hall.server.url}?code={made['join_code']}"
    by_code, with_card = Phone(hall), Phone.with_card(hall, made["seats"][0])
    for phone in (by_code, with_card, by_code):
        phone.open(link)
    expect(desk.page.locator("#seats .here")).to_have_text("2 av 4 är här")
    desk.go("Starta omgång A", "Öppna indikator 1")
    by_code.vote("Nej")
    by_code.open(link)
    expect(by_code.page.locator(".zone .state-in")).to_contain_text(": Nej.")
    by_code.vote("Ja")
    by_code.page.goto(hall.server.url)
    by_code.page.get_by_label("Skriv koden").fill(made["join_code"])
    by_code.button("Gå med").click()
    by_code.is_in()
    expect(by_code.page.locator(".zone .state-in")).to_contain_text(": Ja.")
    desk.go("Stäng")
    expect(desk.page.locator(".bar-count")).to_have_text(["1", "0"])
    expect(desk.page.locator("#seats .here")).to_have_text("2 av 4 är här")


def test_the_facilitator_stops_joining_by_the_code(hall: Hall) -> None:
    hall.expect_messages("status of 409")  # the code that is refused
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 4, "sv")
    desk, link = Desk.of(hall, made), f"{hall.server.url}?code={made['join_code']}"
    screen, early = desk.screen(), Phone(hall)
    early.open(link)
    expect(screen.locator(".code")).to_be_visible()
    desk_sets(desk, "Sluta släppa in med koden")
    expect(screen.get_by_text("och skriv koden på ditt kort")).to_be_visible()
    hall.picture(screen, "screen-cards-only")
    desk.picture("cards-only", whole=True)
    late = Phone(hall)
    late.page.goto(link)
    expect(late.page.get_by_role("alert")).to_contain_text("släpper inte in någon nu")
    early.open(link)  # it has a seat
    late.open(f"{hall.server.url}j/{made['seats'][0]}")
    for page in (screen, desk.page):
        expect(page.locator(".square, .code")).to_have_count(0)
        assert made["join_code"] not in "".join(page.content().split())
    desk.go("Starta omgång A")
    expect(screen.locator(".join-line")).to_contain_text("skanna ditt kort eller skriv dess kod")
    hall.picture(screen, "screen-cards-only-line")
    desk_sets(desk, "Släpp in med koden igen")
    expect(screen.locator(".join-line")).to_contain_text(re.compile(r"\d{3}\s\d{3}"))
    Phone(hall).open(link)
    expect(desk.page.locator("#seats .here")).to_have_text("3 av 4 är här")


def desk_sets(desk: Desk, name: str) -> None:
    with desk.page.expect_response("**/api/c/**/join-code"):
        fold(desk, "seats_code").get_by_role("button", name=name).click()
    expect(desk.page.locator("#seats [role=status]")).to_contain_text("Det gäller på storbild och telefoner")


def test_a_shared_tablet_takes_no_seat_by_the_screens_link(hall: Hall) -> None:
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 3, "sv")
    desk = Desk.of(hall, made)
    tablet = hall.page(800, 1200, has_touch=True)
    tablet.goto(f"{hall.server.url}shared")
    before = tablet.evaluate(KEPT)
    tablet.goto(f"{hall.server.url}?code={made['join_code']}")
    expect(tablet.get_by_role("alert")).to_contain_text("koden på ditt eget kort")
    tablet.goto(hall.server.url)
    expect(tablet.get_by_label("Skanna ditt kort")).to_be_focused()
    assert tablet.evaluate(KEPT) == before
    expect(desk.page.locator("#seats .here")).to_have_text("0 av 3 är här")


def test_a_shared_tablet_takes_the_evaluation_of_one_after_the_other(hall: Hall) -> None:
    """Each is asked for the card, answers, and is forgotten; who answers again replaces what the same card said."""
    made = hall.server.create(plan(a_round("yes-no", "yes > 50%")), items(2), 5, "sv")
    desk = Desk.of(hall, made)
    tablet = hall.page(800, 1200, has_touch=True)
    tablet.goto(f"{hall.server.url}shared")
    before = tablet.evaluate(KEPT)
    desk.page.get_by_text("Fråga vad panelen tycker").click()
    with desk.step_taken():
        desk.page.get_by_role("button", name="Öppna utvärderingen").click()
    for secret, answer in zip(made["seats"], ("Missnöjd", "Nöjd", "Nöjd", "Nöjd", "Nöjd"), strict=True):
        evaluate(hall, tablet, secret, answer)
    evaluate(hall, tablet, made["seats"][0], "Nöjd")
    kept = tablet.evaluate(KEPT)
    assert json.loads(kept)[:3] == json.loads(before)[:3]
    assert not any(secret in kept + tablet.content() for secret in made["seats"])
    desk.page.get_by_role("button", name="Stäng utvärderingen").click()
    desk.answer("Stäng utvärderingen")
    expect(desk.page.locator(".evaluated")).to_contain_text("Nöjd 5 (100")


def evaluate(hall: Hall, tablet: Page, code: str, answer: str) -> None:
    type_code(tablet, code)
    expect(tablet.get_by_role("heading", name="Hur nöjd är du med …")).to_be_visible()
    expect(tablet.get_by_role("radio", checked=True)).to_have_count(0)
    expect(tablet.get_by_label("Med egna ord, om du vill")).to_have_value("")
    for number in range(1, 7):
        tablet.locator(f".question:nth-of-type({number})").get_by_text(answer, exact=True).click()
    tablet.get_by_label("Med egna ord, om du vill").fill(f"Kort: {code[:4]}")
    hall.picture(tablet, "tablet-evaluates")
    tablet.get_by_role("button", name="Lämna in svaren").click()
    expect(tablet.locator(".notice")).to_have_text("Svaren är inne. Lämna över till nästa.")
    expect(tablet.get_by_label("Skanna ditt kort")).to_have_value("")


def type_code(tablet: Page, code: str) -> None:
    tablet.get_by_label("Skanna ditt kort").fill(code)
    tablet.get_by_role("button", name="Till omröstningen").click()


def vote(hall: Hall, tablet: Page, code: str, choice: str) -> None:
    type_code(tablet, code)
    expect(tablet.get_by_role("button", name=choice, exact=True)).to_be_enabled()
    hall.picture(tablet, "tablet-votes")
    press_choice(tablet, choice)


def press_choice(tablet: Page, choice: str) -> None:
    tablet.get_by_role("button", name=choice, exact=True).click()
    expect(tablet.locator(".notice")).to_have_text("Rösten är inne. Lämna över till nästa.")
    expect(tablet.get_by_role("button", name=choice, exact=True)).to_have_count(0)
    expect(tablet.get_by_label("Skanna ditt kort")).to_have_value("")
