"""Between the rounds: arguments from the phones, tables drawn and found; then the second vote beside the first."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.hall import Phone
from tests.e2e.test_between import write
from tests.e2e.two_days.first_vote import seal
from tests.e2e.two_days.hall import Days, spoken
from tests.e2e.two_days.reloads import reload_all
from tests.e2e.two_days.script import AGAINST, EXPECTED, FOR, TABLES, TEXTS, UNFIT, VOTES

#: phones c and d were replaced: what they voted before lies on the phones that are gone
REMEMBERED = {2: "ab--efg-", 4: "abc-efgh"}


def arguments_are_written_and_looked_at(days: Days) -> None:
    """Three phones write about item 2; one argument names somebody, and is not shown."""
    desk = days.desk
    with desk.step_taken():
        desk.page.get_by_role("button", name="Samla in argument på telefonerna").click()
    for at, (text, side) in zip((0, 5, 7), ((FOR, "För"), (AGAINST, "Emot"), (UNFIT, "För")), strict=True):
        write(days.phones[at], text, side)
    waiting = desk.page.locator(".argument-list > li")
    expect(waiting).to_have_count(3)
    for text, verdict in ((FOR, "Visa"), (AGAINST, "Visa"), (UNFIT, "Dölj")):
        with desk.step_taken():
            waiting.filter(has_text=text).get_by_role("button", name=verdict, exact=True).click()
    desk.picture("arguments", whole=True)
    with desk.step_taken():
        desk.page.get_by_role("button", name="Sluta samla in").click()
    for phone in days.phones:
        expect(phone.page.locator(".argue")).to_have_count(0)


def tables_are_drawn_and_found(days: Days) -> None:
    page = days.desk.page
    page.get_by_label("Antal bord").fill("2")
    page.get_by_label("Namn eller platser").fill("\n".join(TABLES))
    with days.desk.step_taken():
        page.get_by_role("button", name="Lotta borden").click()
    expect(page.locator(".table-list > li")).to_have_count(2)
    for seen in days.audience:
        expect(seen.locator(".own-table, .seating-table")).to_have_count(0)
    with days.desk.step_taken():
        page.get_by_role("button", name="Visa borden").click()
    found = [own_table(phone) for phone in days.phones]
    told = page.locator(".tables-panel ul > li").all_inner_texts()  # to those without a phone
    assert [line.split(":")[0] for line in told] == ["Papper 1", "Papper 2"]
    everybody = [*found, *(int(line[-1]) for line in told)]
    assert (everybody.count(1), everybody.count(2)) == (5, 5)
    for screen in days.screens:
        expect(screen.locator(".seating-table")).to_have_count(2)
    days.picture("tables", whole=True)
    reload_all(days, "sealed", said="[Bb]ord|Table")
    assert [own_table(phone) for phone in days.phones] == found


def own_table(phone: Phone) -> int:
    """The number of the phone's own table, which alone stands on it."""
    own = phone.page.locator(".own-table-number")
    expect(own).to_have_text(re.compile(r"(Bord|Table) [12], vid"))
    number = int(re.findall(r"\d", own.inner_text())[0])
    shown = phone.page.locator("body").inner_text()
    assert TABLES[number - 1] in shown
    assert TABLES[2 - number] not in shown
    return number


def second_vote(days: Days) -> None:
    days.desk.go("Starta omgång P2", "Öppna indikator 2")
    last_vote_is_remembered(days, 2)
    for phone in days.phones:
        expect(phone.page.locator(".arguments-for li")).to_have_text(FOR)
        expect(phone.page.get_by_text(UNFIT)).to_have_count(0)
    with days.desk.step_taken():
        days.desk.page.get_by_role("button", name="Visa argumenten på storbilden").click()
    for screen in days.screens:
        expect(screen.locator(".argued-against li")).to_have_text(AGAINST)
    days.picture("second-vote")
    days.vote("P2", 2)
    days.desk.go("Stäng", "Nästa: indikator 4")
    last_vote_is_remembered(days, 4)
    days.vote("P2", 4)
    days.desk.go("Stäng", "Visa omgångens resultat")
    for page in days.audience:
        expect(page.locator(".verdict-advance").get_by_text(TEXTS[2]).first).to_be_visible()
    days.screens_are_alike()
    seal(days)


def last_vote_is_remembered(days: Days, item: int) -> None:
    """The panel's last result on every phone, and beside it the own vote where this phone gave it."""
    yes, of, _ = EXPECTED["P1"][item]
    for name, phone, choice in zip("abcdefgh", days.phones, VOTES["P1", item], strict=False):
        last = phone.page.locator(".last-time")
        expect(last).to_contain_text(re.compile(rf"(panelen|the panel) {yes} (av|of) {of} (ja|yes)"))
        if name in REMEMBERED[item] and choice != "-":
            own = rf"(du|you): {spoken(choice, phone.language)}"
            expect(last).to_contain_text(re.compile(own, re.IGNORECASE))
        else:
            expect(last).not_to_contain_text(re.compile("du:|you:"))
