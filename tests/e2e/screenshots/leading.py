"""The two days: doors, votes, what the rule does, what happens between the rounds."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.hall import Phone
from tests.e2e.screenshots.album import Stage

ARGUMENTS = (
    ("För", "Det är detta som de unga själva frågar efter."),
    ("Emot", "Svårt att mäta utan att läsa varje journal."),
    ("För", "Då vet vi om det vi lovar också blir av."),
)
TABLES = "vid fönstret\nvid dörren\nvid scenen\ni biblioteket\ni salongen"


def doors(stage: Stage) -> None:
    """The phone that types the code, the tablet that is shared, and the lobby."""
    stage.lead.act("lobby")
    guest = Phone(stage.hall)
    guest.page.goto(stage.hall.server.url)
    stage.album.take(guest.page, "phone-join")
    guest.page.context.close()
    tablet = stage.hall.page(800, 1100, has_touch=True)
    tablet.goto(f"{stage.hall.server.url}shared")
    expect(tablet.get_by_label("Skanna ditt kort")).to_be_focused()
    stage.album.take(tablet, "tablet")
    tablet.context.close()
    stage.come_in()
    expect(stage.desk.page.locator("#seats .here")).to_contain_text("23 av 24")
    expect(stage.screen.locator(".here")).to_contain_text("23 av 24")
    stage.all("lobby")


def first_vote(stage: Stage) -> None:
    stage.desk.go("Starta omgång P1")
    expect(stage.screen.locator(".rule-text")).to_be_visible()
    stage.all("discussion")
    for number in range(1, 13):
        stage.lead.act("open", item=number)
        stage.vote("P1", number)
        stage.lead.act("close")
    stage.desk.go("Nästa: indikator 13")
    expect(stage.phone.zone.get_by_role("button").first).to_be_enabled()
    stage.album.take(stage.phone.page, "phone-vote")
    stage.phone.vote("Ja")
    stage.vote("P1", 13, 17)
    stage.second.vote("Nej")
    for page in (stage.desk.page, stage.screen):
        expect(page.get_by_text("19 av 23").first).to_be_visible()
    stage.all("voting")
    stage.desk.go("Stäng")
    expect(stage.screen.locator(".bars")).to_be_visible()
    expect(stage.phone.page.locator(".my-vote")).to_be_visible()
    stage.all("result")
    stage.play("review")


def review(stage: Stage) -> None:
    desk = stage.desk.page
    expect(desk.locator(".what-if")).to_be_visible()
    stage.all("review")
    desk.locator(".what-if summary").click()
    desk.get_by_label("Regel").select_option(index=1)
    desk.get_by_label("Gräns eller antal").fill("60")
    desk.get_by_role("button", name="Pröva och logga").click()
    expect(desk.locator(".what-if tbody tr")).to_have_count(2)
    desk.locator(".what-if").scroll_into_view_if_needed()
    stage.album.take(desk, "desk-what-if")
    stage.desk.ask("Försegla omgången")
    expect(desk.get_by_role("dialog")).to_be_visible()
    stage.album.take(desk, "desk-seal")
    stage.desk.answer("Försegla omgången")
    expect(stage.screen.locator(".protocol-list").first).to_be_visible()
    stage.all("sealed")


def between(stage: Stage) -> None:
    """Arguments, tables, a countdown."""
    desk, album = stage.desk.page, stage.album
    with stage.desk.step_taken():
        desk.get_by_role("button", name="Samla in argument på telefonerna").click()
    *shown, (_, last) = ARGUMENTS
    for phone, (side, text) in zip((stage.phone, stage.second), shown, strict=True):
        phone.page.get_by_text("Skriv ett argument").click()
        phone.page.get_by_label(side, exact=True).check()
        phone.page.get_by_label("Argument", exact=True).fill(text)
        album.take(phone.page, "phone-argument", whole=True)
        phone.button("Lämna in argumentet").click()
        expect(phone.page.get_by_label("Argument", exact=True)).to_have_value("")
    stage.panel.write(stage.lead.state["arguments"]["items"][0]["number"], ("for", last))
    waiting = desk.locator(".argument-list > li")
    expect(waiting).to_have_count(len(ARGUMENTS))
    desk.locator("#arguments-title").scroll_into_view_if_needed()
    album.take(desk, "desk-arguments")
    for _, text in ARGUMENTS:
        with stage.desk.step_taken():
            waiting.filter(has_text=text).get_by_role("button", name="Visa", exact=True).click()
    tables(stage)


def tables(stage: Stage) -> None:
    desk = stage.desk.page
    desk.get_by_label("Antal bord").fill("5")
    desk.get_by_label("Namn eller platser").fill(TABLES)
    with stage.desk.step_taken():
        desk.get_by_role("button", name="Lotta borden").click()
    desk.locator("#tables-title").scroll_into_view_if_needed()
    stage.album.take(desk, "desk-tables")
    with stage.desk.step_taken():
        desk.get_by_role("button", name="Visa borden").click()
    with desk.expect_response("**/timer"):
        desk.get_by_role("button", name="20:00").click()
    expect(stage.screen.locator(".seating-table")).to_have_count(5)
    expect(stage.phone.page.locator(".own-table")).to_be_visible()
    stage.album.take(stage.screen, "screen-tables")
    stage.album.take(stage.phone.page, "phone-table")
    with desk.expect_response("**/timer"):
        desk.get_by_role("button", name="Ta bort", exact=True).click()


def second_vote(stage: Stage) -> None:
    """The item that arguments were written on, beside what the panel thought of it."""
    desk = stage.desk.page
    stage.desk.go("Starta omgång P2")
    number = stage.lead.state["arguments"]["items"][0]["number"]
    stage.lead.act("open", item=number)
    with stage.desk.step_taken():
        desk.get_by_role("button", name="Visa argumenten på storbilden").click()
    expect(stage.screen.locator(".argued-against li")).to_be_visible()
    expect(stage.phone.zone.get_by_role("button").first).to_be_enabled()
    desk.evaluate("window.scrollTo(0, 0)")
    stage.all("second-vote")
