"""A conference is prepared without a file of any language: the plan in its sentences, the list, the page to read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hall import Desk, Hall

pytestmark = pytest.mark.browser

PLAIN = "Du får prata med någon inom en vecka."
ITEMS = f"""nummer;slag;text;förklaring;lättläst
1;process;Den unge har haft ett första samtal inom fem arbetsdagar;Från första kontakten;{PLAIN}
2;process;Den unge har ett första samtal inom fem arbetsdagar;;
3;process;Det finns en gemensam skriftlig plan;;
4;effect;Fler unga är i arbete;;
5;effect;Fler unga trivs i skolan;;
"""


def test_a_conference_is_prepared_on_its_pages(own_hall: Hall) -> None:
    desk = Desk(own_hall, own_hall.page(1280, 800))
    page = desk.page
    page.goto(own_hall.server.sign_in)
    page.get_by_role("link", name="Ny konferens").click()
    page.get_by_label("Titel").fill("Samråd om unga")
    page.get_by_label("Eller klistra in indikatorerna").fill(ITEMS)
    page.get_by_role("button", name="Ändra den valda planen").click()
    plan_is_changed(desk)
    page.get_by_role("button", name="Använd planen").click()
    expect(page.get_by_text("De 2 med flest ja-röster går in i det omfattande protokollet")).to_be_visible()
    page.get_by_role("button", name="Se vad som läses in").click()
    page.get_by_role("button", name="Godkänn och skapa konferensen").click()
    desk.ready("Öppna dörrarna")
    list_is_gone_through(desk)
    page_is_read(desk)
    plan_is_changed_once_more(desk)


def number(page: Page, round: str, at: int = 0) -> str:
    return page.locator(f"[data-key='r-{round}'] .sentence input").nth(at).input_value()


def plan_is_changed(desk: Desk) -> None:
    """A number by keyboard, a choice, one that cannot work, a round more and back."""
    page = desk.page
    expect(page.locator(".funnel-headline")).to_have_text("3 + 2 → 5 → 5")
    desk.picture("plan", whole=True)
    field = page.locator("[data-key='r-P1'] .sentence input").first
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    expect(page.locator("[data-key='stage-P1'] [data-key='in-process'] .figure")).to_have_text("≤ 2*")
    expect(field).to_be_focused()
    page.get_by_label("Om flera är lika vid gränsen").first.select_option("lot")
    expect(page.get_by_text("avgör lotten; dess frö visas innan den dras").first).to_be_visible()
    field.fill("många")
    desk.hall.expect_messages("status of 422")
    expect(page.locator("#problem-P1")).to_have_text("Skriv ett heltal från 1 och uppåt.")
    expect(field).to_have_attribute("aria-invalid", "true")
    desk.picture("plan-problem")
    field.fill("2")
    expect(page.locator("#problem-P1")).to_be_empty()
    page.locator("[data-key='r-E2'] summary").click()
    page.get_by_role("button", name="Rösta en gång till").locator("visible=true").click()
    expect(page.locator("section.round")).to_have_count(6)
    page.get_by_role("button", name="Ångra senaste ändringen").click()
    expect(page.locator("section.round")).to_have_count(5)
    assert number(page, "P1") == "2"
    desk.picture("plan-changed", whole=True)


def list_is_gone_through(desk: Desk) -> None:
    """What says the same is merged, an item is moved by keyboard, one is reworded, one removed."""
    page = desk.page
    page.get_by_role("link", name="Gå igenom indikatorerna").click()
    desk.picture("items", whole=True)
    page.get_by_role("button", name="Slå ihop indikator 1 och 2").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Text")).to_be_focused()
    expect(dialog.get_by_label("Lättläst")).to_have_value(PLAIN)
    desk.picture("merging")
    dialog.get_by_role("button", name="Slå ihop").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#item-6")).to_contain_text("Hopslagen av 1, 2")
    expect(page.locator(".near")).to_be_hidden()
    page.get_by_role("button", name="Ändra indikator 5").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".item-number")).to_have_text(["6", "3", "5", "4"])
    expect(page.get_by_role("button", name="Ändra indikator 5")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_label("Text").fill("")
    dialog.get_by_role("button", name="Spara").click()
    expect(dialog.get_by_role("alert")).to_have_text("Indikatorn saknar text. Skriv den.")
    dialog.get_by_label("Text").fill("Fler unga mår bra i skolan")
    dialog.get_by_role("button", name="Spara").click()
    expect(page.locator("#item-5")).to_contain_text("mår bra i skolan")
    page.get_by_role("button", name="Ta bort indikator 4").click()
    dialog.get_by_role("button", name="Ta bort").click()
    expect(page.locator(".item")).to_have_count(3)
    desk.picture("items-done", whole=True)
    page.get_by_role("link", name="Klart").click()


def test_the_plan_editor_shows_whole_choices_and_the_funnel_of_the_round_that_is_changed(own_hall: Hall) -> None:
    page = own_hall.page(1280, 720)
    page.goto(own_hall.server.sign_in)
    page.goto(f"{own_hall.server.url}facilitate/plan")
    cut = """() => [...document.querySelectorAll(".plan-rounds select")].filter((select) => {
        const free = select.cloneNode(true);
        free.style.width = "auto";
        select.after(free);
        const wanted = free.getBoundingClientRect().width;
        free.remove();
        return select.checkVisibility() && wanted > select.getBoundingClientRect().width + 1;
    }).map((select) => select.id)"""
    assert page.evaluate(cut) == []
    last = page.locator(".funnel [data-key='stage-C']")
    expect(last).not_to_be_in_viewport(ratio=0.9)
    page.locator("[data-key='r-C'] .sentence input").first.focus()
    inside = """() => {
        const box = (name) => document.querySelector(name).getBoundingClientRect();
        const [stage, funnel] = [box("[data-key='stage-C']"), box(".funnel")];
        return stage.top >= funnel.top - 1 && stage.bottom <= funnel.bottom + 1;
    }"""
    page.wait_for_function(inside)
    page.locator("[data-key='r-P1'] .sentence input").first.focus()
    page.wait_for_function(inside.replace("stage-C", "stage-P1"))


def test_items_of_different_kinds_are_merged_into_one_whose_kind_is_chosen(own_hall: Hall) -> None:
    desk = Desk(own_hall, own_hall.page(1280, 800))
    page = desk.page
    page.goto(own_hall.server.sign_in)
    page.goto(f"{own_hall.server.url}facilitate/new")
    page.get_by_label("Eller klistra in indikatorerna").fill(ITEMS.replace("2;process", "2;effect"))
    page.get_by_role("button", name="Se vad som läses in").click()
    page.get_by_role("button", name="Godkänn och skapa konferensen").click()
    page.get_by_role("link", name="Gå igenom indikatorerna").click()
    page.get_by_role("button", name="Slå ihop indikator 1 och 2").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("De är av olika slag, Process och Effekt")
    own_hall.expect_messages("status of 422")
    dialog.get_by_role("button", name="Slå ihop").click()
    expect(dialog.get_by_role("alert")).to_have_text("Indikatorn saknar slag. Välj ett.")
    expect(dialog.get_by_label("Slag")).to_be_focused()
    dialog.get_by_label("Slag").select_option("effect")
    dialog.get_by_role("button", name="Slå ihop").click()
    expect(page.locator("#item-6")).to_contain_text("Effekt")
    page.get_by_role("button", name="Ändra indikator 6").click()
    expect(dialog.get_by_label("Slag").locator("option")).to_have_text(["Process", "Effekt"])


def page_is_read(desk: Desk) -> None:
    """Whoever got the address reads it on a phone, in the other language too."""
    page = desk.page
    page.get_by_role("link", name="Sidan att läsa i förväg").click()
    address = page.locator(".reading-address").inner_text()
    desk.picture("reading-facilitator")
    reader = desk.hall.page(360, 640, "en")
    reader.goto(address)
    expect(reader.get_by_role("heading", name="Så går det till")).to_be_visible()
    expect(reader.get_by_text(PLAIN)).to_be_visible()
    desk.hall.picture(reader, "reading", whole=True)
    reader.get_by_role("button", name="English").click()
    expect(reader.get_by_role("heading", name="How it will go")).to_be_visible()
    expect(reader.get_by_text("The 2 with most yes votes go into the extended protocol")).to_be_visible()
    page.go_back()


def plan_is_changed_once_more(desk: Desk) -> None:
    """The plan of a conference that is made already, until a round starts."""
    page = desk.page
    page.get_by_role("link", name="Ändra planen").click()
    expect(page.locator(".funnel-headline")).to_have_text("2 + 1 → 3 → 3")
    field = page.locator("[data-key='r-P1'] .sentence input").first
    field.fill("1")
    field.press("Tab")
    expect(page.locator("[data-key='r-P1'] .sentence")).to_be_visible()
    expect(page.locator("[data-key='stage-P1'] [data-key='in-process'] .figure")).to_have_text("≤ 1")
    page.get_by_role("button", name="Spara planen").click()
    desk.go("Öppna dörrarna")
    expect(page.locator("#next-detail")).to_contain_text("Den med flest ja-röster går in")
    expect(page.get_by_role("link", name="Ändra planen")).to_be_visible()
    desk.go("Starta omgång P1")
    expect(page.get_by_role("link", name="Ändra planen")).to_be_hidden()


def test_what_is_filled_in_is_not_lost_by_a_slip(own_hall: Hall) -> None:
    page = own_hall.page(1280, 800)
    page.goto(own_hall.server.sign_in)
    page.goto(own_hall.server.url)
    page.get_by_role("link", name="Till dina konferenser").click()
    page.get_by_role("link", name="Ny konferens").click()
    page.get_by_label("Titel").fill("Samråd om unga")
    page.get_by_label("Eller klistra in indikatorerna").fill(ITEMS)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Konferenser").click(no_wait_after=True)
    expect(page.get_by_label("Titel")).to_have_value("Samråd om unga")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Ändra den valda planen").click()
    page.locator("[data-key='r-P1'] .sentence input").first.click()
    page.get_by_role("link", name="Konferenser").click(no_wait_after=True)
    expect(page.get_by_role("heading", name="Planen", exact=True)).to_be_visible()
    assert asked == ["beforeunload", "beforeunload"]
    asked.clear()
    page.get_by_role("button", name="Lämna utan att spara").click()
    expect(page.get_by_label("Titel")).to_have_value("Samråd om unga")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Title")).to_have_value("Samråd om unga")
    page.get_by_label("Title").press("Enter")
    page.get_by_role("link", name="Start over").click()
    expect(page.get_by_role("button", name="Agree and make the conference")).to_be_visible()
    assert asked == ["confirm"]
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_label("Title")).to_have_value("Samråd om unga")
    expect(page.get_by_label("Or paste the items here")).to_have_value(ITEMS)
    page.get_by_role("button", name="Look at what will be loaded").click()
    page.get_by_role("button", name="Agree and make the conference").click()
    expect(page.get_by_role("button", name="Open the doors")).to_be_visible()
    assert asked == ["confirm"]
