"""Vote 1: a late arrival, a vote by mistake, a lost card, a seat that moves, a vote closed too soon, and a tie."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.hall import Phone, press_together
from tests.e2e.test_leading import look_at_sixty_per_cent
from tests.e2e.test_seats import fold, press
from tests.e2e.two_days.doors import here
from tests.e2e.two_days.hall import Days, spoken
from tests.e2e.two_days.laptop import laptop_is_closed
from tests.e2e.two_days.reloads import reload_all
from tests.e2e.two_days.script import BY_MISTAKE, EXPECTED, REASONS, TEXTS, TOO_SOON, VOTES


def round_begins(days: Days) -> None:
    days.desk.go("Starta omgång P1")
    for page in days.screens:
        expect(page.locator(".rule-text")).to_contain_text("De 2 med flest ja-röster går in")
    for phone in days.phones:
        expect(phone.page.locator(".rule-sentence").first).to_contain_text(re.compile("De 2 med flest|The 2 with most"))
    days.picture("discussion")
    reload_all(days, "discussion")


def first_item_with_reloads(days: Days) -> None:
    days.desk.go("Öppna indikator 1")
    days.vote("P1", 1)
    days.picture("voted")
    reload_all(days, "voting", TEXTS[1])
    for phone, choice in zip(days.phones, VOTES["P1", 1], strict=False):
        expect(phone.zone.locator(".state-in")).to_contain_text(f": {spoken(choice, phone.language)}.")
    for page in (*days.audience, days.desk.page):
        expect(page.locator(".bars")).to_have_count(0)
    days.desk.go("Stäng")
    result_is_seen(days, 1)
    days.picture("result")
    reload_all(days, "closed", TEXTS[1])
    result_is_seen(days, 1)


def result_is_seen(days: Days, item: int) -> None:
    """The same figures on every page, and on each phone how it voted itself."""
    yes, of, _ = EXPECTED["P1"][item]
    no = VOTES["P1", item].count("N")
    days.all_see(".bar-row.choice-yes .bar-count", str(yes))
    days.all_see(".bar-row.choice-no .bar-count", str(no))
    days.all_see(".base", re.compile(rf"(Av alla|Of all) {of} "))
    days.screens_are_alike()


def each_sees_its_own(days: Days, item: int) -> None:
    for phone, choice in zip(days.phones, VOTES["P1", item], strict=False):
        none = "Ingen röst från den här telefonen" if phone.language == "sv" else "No vote from this phone"
        own = none if choice == "-" else f": {spoken(choice, phone.language)} "
        expect(phone.page.locator(".my-vote")).to_have_text(re.compile(own))


def vote_by_mistake_is_voided(days: Days) -> None:
    days.desk.go("Nästa: indikator 2")
    days.press(BY_MISTAKE)
    days.desk.page.get_by_role("button", name="Ogiltigförklara rösterna om indikator 2").first.click()
    days.desk.picture("void")
    days.desk.answer("Ogiltigförklara rösterna om indikator 2", REASONS["void"])
    for phone in days.phones:
        expect(phone.page.locator(".choice")).to_have_count(0)
    days.desk.go("Nästa: indikator 2")
    for phone in days.phones[: len(BY_MISTAKE)]:
        expect(phone.state).to_contain_text(re.compile("Röstningen görs om|taken anew"))
    days.vote("P1", 2)
    days.desk.go("Stäng")
    result_is_seen(days, 2)
    each_sees_its_own(days, 2)


def somebody_comes_late(days: Days) -> None:
    """One more seat, and its card is shown once; from now on there are ten."""
    press(days.desk, fold(days.desk, "seats_unused"), "Öppna en plats till")
    card = days.desk.page.get_by_role("dialog")
    code = card.locator(".new-card-code").inner_text()
    days.desk.picture("late-card")
    card.get_by_role("button", name="Skannat: ta bort det").click()
    days.phones.append(Phone.with_card(days.hall, code))
    here(days, 10, 10)


def third_item_with_the_laptop_closed(days: Days) -> None:
    """The colleague's page and the automatic pace go on meanwhile; the log tells what was done by itself."""
    laptop_is_closed(days)
    expect(days.desk.page.locator(".log")).to_contain_text("(av sig självt)")


def fourth_item_with_a_lost_card(days: Days) -> None:
    """Phone c has no card, and its battery is empty: the one seat without a phone gets a new card."""
    days.phones[2].page.context.close()
    part = fold(days.desk, "seats_lost")
    dialog = days.desk.page.get_by_role("dialog")
    with days.desk.page.expect_response("**/api/c/**/new-card") as answer:
        part.get_by_role("button", name="Gör ett nytt kort").click()
        dialog.get_by_role("button", name="Gör ett nytt kort").click()
    assert answer.value.ok, answer.value.text()
    days.phones[2] = Phone.with_card(days.hall, dialog.locator(".new-card-code").inner_text())
    dialog.get_by_role("button", name="Skannat: ta bort det").click()
    days.vote("P1", 4)
    both_close_at_once(days)
    result_is_seen(days, 4)


def both_close_at_once(days: Days) -> None:
    """The same step from two pages in the same moment is one step, and both pages know the next."""
    days.desk.ready("Stäng röstningen")
    days.other.ready("Close the vote")
    press_together(*days.desks)
    days.desk.ready("Nästa: indikator 5")
    days.other.ready("Next: item 5")
    expect(days.desk.page.locator(".log li").first).to_contain_text("Stäng röstningen")
    known = re.compile("^(|Konferensen hade redan gått vidare.*|The conference had already moved on.*)$")
    for desk in days.desks:  # whoever comes second has asked for what is done, or is told that it is
        expect(desk.page.locator("#message")).to_have_text(known)


def fifth_item_closed_too_soon(days: Days) -> None:
    days.other.go("Next: item 5")
    days.press(TOO_SOON)
    days.desk.go("Stäng")
    days.desk.page.get_by_role("button", name="Öppna indikator 5 igen").first.click()
    days.desk.answer("Öppna indikator 5 igen", "Stängdes för tidigt")
    for phone in days.phones:
        expect(phone.zone.get_by_role("button").first).to_be_enabled()
    days.vote("P1", 5)
    a_seat_moves(days)
    days.desk.go("Stäng")
    result_is_seen(days, 5)


def a_seat_moves(days: Days) -> None:
    """Whoever scans the card has the seat, with the vote that it has given; the former phone says so."""
    former = days.phones[3]
    days.phones[3] = Phone.with_card(days.hall, days.codes[3])
    expect(former.page.get_by_role("heading", name="Din plats finns nu på en annan telefon")).to_be_visible()
    expect(days.phones[3].zone.locator(".state-in")).to_be_visible()
    former.picture("moved")
    former.page.context.close()


def tie_is_decided(days: Days) -> None:
    """3 and 4 share the second place. The room looks at what would be, and chooses 3."""
    days.desk.go("Visa omgångens resultat")
    for page in days.pages:
        expect(page.get_by_text(re.compile("3 (och|and) 4")).first).to_be_visible()
    for phone in days.phones:
        expect(phone.page.locator(".the-line")).to_have_count(0)  # it falls among those that are tied
    days.picture("tie", whole=True)
    reload_all(days, "review")
    look_at_what_if(days)
    days.desk.ask("Avgör")
    form = days.desk.page.locator('[data-form="decide"]')
    form.get_by_role("checkbox").first.check()
    form.get_by_label("Skäl").fill(REASONS["tie"])
    with days.desk.step_taken():
        form.get_by_role("button", name="Spara beslutet").click()
    for page in days.pages:
        expect(page.locator(".verdict-advance").get_by_text(TEXTS[3]).first).to_be_visible()


def look_at_what_if(days: Days) -> None:
    """At 60 % item 2 would be out. It decides nothing, and only the desk shows it."""
    look_at_sixty_per_cent(days.desk.page)
    expect(days.desk.page.locator(".log")).to_contain_text("50 och 60")
    days.desk.picture("what-if", whole=True)
    for seen in days.audience:
        expect(seen.get_by_text(re.compile("exploration|prövning"))).to_have_count(0)


def round_is_sealed_taken_back_and_sealed(days: Days) -> None:
    seal(days)
    for screen in days.screens:
        expect(screen.locator(".protocol-list")).to_contain_text(TEXTS[3])
    take_back_the_seal(days)
    seal(days)
    days.picture("sealed", whole=True)
    reload_all(days, "sealed")


def take_back_the_seal(days: Days) -> None:
    """The colleague does, from her page, with her reason; everybody is back at the review, with the decision."""
    days.other.ready("Start round P2")
    days.other.page.get_by_role("button", name="Undo …").click()
    days.other.picture("undo")
    days.other.answer("Undo", REASONS["unseal"])
    days.desk.ready("Försegla omgången")
    expect(days.desk.page.locator(".log")).to_contain_text(REASONS["unseal"])


def seal(days: Days) -> None:
    days.desk.ask("Försegla omgången")
    days.desk.answer("Försegla omgången")
