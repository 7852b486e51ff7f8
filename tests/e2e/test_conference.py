"""A whole conference in a real browser: from the list in a file to the protocol in a file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from consensus.web import qr
from tests.e2e.hall import Desk, Hall, Phone

pytestmark = pytest.mark.browser

TITLE = "Konsensuskonferens om samordnat stöd till unga"
PLAN = f"""
title = "{TITLE}"
kinds = ["process"]
protocols = ["extended", "core"]

[[rounds]]
id = "P1"
title = "Omröstning 1: processindikatorer"
vote_on = "process"
ballot = "yes-no"
advance = "top 2"
to = "extended"
otherwise = "cut"
ties = "ask"

[[rounds]]
id = "C"
title = "Omröstning 2: kärnan"
vote_on = "extended"
ballot = "yes-no"
advance = "top 1"
to = "core"
otherwise = "stay"
ties = "ask"
"""
TEXTS = {
    1: "Den unge har haft ett första samtal inom fem arbetsdagar",
    2: "Den unge har en namngiven person som håller ihop stödet",
    3: "Det finns en gemensam skriftlig plan som den unge har varit med om att göra",
    4: "Planen följs upp minst var tredje månad tillsammans med den unge och det nätverk som hen själv har valt",
    5: "Närstående har tillfrågats om vad de behöver",
    6: "Kontakten med skola eller arbetsgivare är dokumenterad",
}
ITEMS = "nummer;slag;text;perspektiv\n" + "".join(f"{n};process;{text};Den unge\n" for n, text in TEXTS.items())
BROKEN = "nummer;slag;text\n1;process;Ett första samtal\n1;process;\n3;ovanlig;En plan\n"
#: item -> what the three phones vote in the first round: 2 and 3 are tied for the second place
FIRST = {1: "JJJ", 2: "JJN", 3: "NJJ", 4: "JNN", 5: "NNN", 6: "NNN"}
CORE = {1: "JNN", 2: "JJJ"}
ANSWERS = {"J": "Ja", "N": "Nej"}


def test_a_whole_conference(own_hall: Hall) -> None:
    desk = prepare(own_hall)
    codes = look_at_the_cards(desk)
    desk.go("Öppna dörrarna")
    screen = desk.screen()
    phones = panel_comes_in(desk, screen, codes)
    first_round(desk, phones, screen)
    tie_is_decided(desk, phones, screen)
    core_round(desk, phones, screen)
    documents_hold_what_was_decided(desk)


def prepare(hall: Hall) -> Desk:
    """Sign in once, bring a broken list, a good one, look at it and agree."""
    desk = Desk(hall, hall.page(1280, 800))
    page = desk.page
    begin(desk, TITLE, 4, PLAN)
    desk.picture("new", whole=True)
    bring(page, BROKEN)
    rows = page.locator("tr.row-error")
    expect(rows).to_have_count(2)
    expect(rows.first.locator(".row-problem").first).to_be_visible()
    expect(page.get_by_role("button", name="Godkänn och skapa konferensen")).to_have_count(0)
    desk.picture("broken-list", whole=True)
    expect(page.get_by_text(f"Planen du valde är kvar: {TITLE}")).to_be_visible()
    bring(page, ITEMS)
    agree(desk, TEXTS.values())
    desk.picture("draft")
    return desk


def agree(desk: Desk, texts: Iterable[str]) -> None:
    """Find every item in the preview, which has no problems, and make the conference."""
    expect(desk.page.get_by_text("Inga problem.")).to_be_visible()
    for text in texts:
        expect(desk.page.get_by_role("cell", name=text)).to_be_visible()
    desk.picture("good-list", whole=True)
    desk.page.get_by_role("button", name="Godkänn och skapa konferensen").click()
    desk.ready("Öppna dörrarna")


def begin(desk: Desk, title: str, seats: int, plan: str) -> None:
    """Sign in with the server's first link, and fill in the form for a conference with a plan from a file."""
    page = desk.page
    page.goto(desk.hall.server.sign_in)
    page.get_by_role("link", name="Ny konferens").click()
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Antal platser").fill(str(seats))
    page.get_by_label("En egen plan").check()
    page.set_input_files("#plan-file", {"name": "plan.toml", "mimeType": "text/plain", "buffer": plan.encode()})


def bring(page: Page, items: str) -> None:
    page.set_input_files("#items-file", {"name": "lista.csv", "mimeType": "text/csv", "buffer": items.encode()})
    page.get_by_role("button", name="Se vad som läses in").click()


def look_at_the_cards(desk: Desk, seats: int = 4) -> list[str]:
    desk.page.get_by_role("link", name="Kort att skriva ut").click()
    codes = desk.page.locator(".card-code").all_inner_texts()
    assert len(set(codes)) == seats
    desk.picture("cards")
    desk.page.go_back()
    return codes


def panel_comes_in(desk: Desk, screen: Page, codes: list[str]) -> list[Phone]:
    """One scans a card, one types the code from the screen, one scans the screen's square."""
    hall = desk.hall
    first, second, third = (Phone(hall) for _ in range(3))
    hall.expect_messages("status of 401")  # the mistyped code
    first.open(f"{hall.server.url}j/{codes[0]}")
    code = "".join(screen.locator(".code").inner_text().split())
    second.page.goto(hall.server.url)
    second.picture("join")
    second.page.get_by_label("Skriv koden").fill("7777 77")
    second.button("Gå med").click()
    expect(second.page.get_by_role("alert")).to_contain_text("Ingen plats")
    second.picture("refused")
    second.page.get_by_label("Skriv koden").fill(f"{code[:3]} {code[3:]}")
    second.button("Gå med").click()
    second.is_in()
    third.open(scanned(screen, f"{hall.server.url}?code={code}"))
    for phone in (first, second, third):
        expect(phone.page.get_by_role("heading", name="Du är med")).to_be_visible()
        assert codes[0] not in phone.page.content()
    expect(screen.locator(".here")).to_contain_text("3 av 4 är här")
    expect(desk.page.locator(".here")).to_contain_text("3 av 4 är här")
    first.picture("in")
    hall.picture(screen, "screen-lobby")
    desk.picture("lobby")
    return [first, second, third]


def scanned(screen: Page, address: str) -> str:
    """Check that the square on the screen is the one that leads to the address."""
    source = screen.locator("img.square").get_attribute("src")
    drawn = screen.request.get(f"{address.partition('?')[0].rstrip('/')}{source}").text()
    assert drawn == qr.svg(address)
    return address


def vote(phones: list[Phone], choices: str) -> None:
    for phone, choice in zip(phones, choices, strict=True):
        phone.vote(ANSWERS[choice])


def first_round(desk: Desk, phones: list[Phone], screen: Page) -> None:
    desk.go("Starta omgång P1")
    expect(screen.locator(".rule-text")).to_contain_text("2 med flest ja-röster")
    expect(phones[0].page.locator(".rule").first).to_contain_text("2 med flest ja-röster")
    phones[0].picture("discussion")
    desk.hall.picture(screen, "screen-discussion")
    desk.picture("discussion")
    desk.go("Öppna indikator 1")
    expect(screen.locator(".item-text")).to_have_text(TEXTS[1])
    vote_with_a_reload(desk, phones, screen)
    desk.go("Stäng")
    result_is_shown_at_once(desk, phones, screen)
    desk.go("Nästa: indikator 2")
    vote(phones, "NNN")
    void_the_second(desk, phones)
    desk.go("Nästa: indikator 2")
    expect(phones[0].state).to_contain_text("Röstningen görs om")
    phones[0].picture("anew")
    vote(phones, FIRST[2])
    for number in range(3, 7):
        desk.go("Stäng", f"Nästa: indikator {number}")
        expect(screen.locator(".item-text")).to_have_text(TEXTS[number])
        vote(phones, FIRST[number])
        if number == 4:
            phones[0].picture("long-item")
            desk.hall.picture(screen, "screen-item")
    desk.go("Stäng", "Visa omgångens resultat")


def vote_with_a_reload(desk: Desk, phones: list[Phone], screen: Page) -> None:
    first, second, third = phones
    expect(first.page.get_by_role("heading", name=TEXTS[1])).to_be_visible()
    first.picture("vote")
    first.vote("Nej")
    first.picture("in")
    desk.hall.picture(screen, "screen-vote")
    desk.picture("vote")
    second.vote("Ja")
    second.page.reload()
    expect(second.state).to_contain_text("Din röst är inne: Ja")
    expect(second.button("Ja")).to_have_attribute("aria-pressed", "true")
    first.vote("Ja")  # changed before it closes
    third.vote("Ja")
    assert screen.locator(".bars").count() == 0
    assert desk.page.locator(".bars").count() == 0


def result_is_shown_at_once(desk: Desk, phones: list[Phone], screen: Page) -> None:
    for page in (screen, desk.page, *(phone.page for phone in phones)):
        yes, no = page.locator(".bar-row.choice-yes"), page.locator(".bar-row.choice-no")
        expect(yes.locator(".bar-count")).to_have_text("3")
        expect(yes.locator(".bar-share")).to_have_text("100\u00a0%")
        expect(no.locator(".bar-count")).to_have_text("0")
        expect(page.locator(".base")).to_have_text("Av 3 avgivna röster")
    expect(phones[1].page.locator(".my-vote")).to_contain_text("Min röst: Ja")
    phones[1].picture("result")
    desk.hall.picture(screen, "screen-result")
    desk.picture("result")


def void_the_second(desk: Desk, phones: list[Phone]) -> None:
    """Opened by mistake: the votes are thrown away, and the log says why."""
    desk.page.get_by_role("button", name="Ogiltigförklara rösterna om indikator 2").first.click()
    desk.picture("void")
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Ogiltigförklara").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Skriv ett skäl")
    desk.answer("Ogiltigförklara rösterna om indikator 2", "Öppnades av misstag")
    expect(desk.page.locator(".log")).to_contain_text("Öppnades av misstag")
    expect(phones[0].page.locator(".choice")).to_have_count(0)
    phones[0].picture("voided")
    desk.picture("voided")


def tie_is_decided(desk: Desk, phones: list[Phone], screen: Page) -> None:
    """2 and 3 share the second place; the room chooses 2, and the seal takes it in."""
    desk.ready("Avgör")
    for page in (screen, phones[0].page, desk.page):
        expect(page.get_by_text("2 och 3")).to_be_visible()
    phones[0].picture("tie", whole=True)
    desk.hall.picture(screen, "screen-tie")
    desk.ask("Avgör")
    desk.picture("tie")
    desk.page.get_by_role("checkbox").first.check()
    desk.page.get_by_role("button", name="Spara beslutet").click()
    expect(desk.page.locator(".tie .problem")).to_contain_text("Skriv ett skäl")
    desk.page.get_by_label("Skäl").fill("Rummet var enigt")
    with desk.step_taken():
        desk.page.get_by_role("button", name="Spara beslutet").click()
    desk.ask("Försegla omgången")
    desk.picture("seal")
    desk.answer_by_key()
    expect(screen.locator(".protocol-list")).to_contain_text(TEXTS[2])
    expect(screen.locator(".protocol-list")).not_to_contain_text(TEXTS[3])
    phones[0].picture("sealed", whole=True)
    desk.hall.picture(screen, "screen-sealed")
    desk.picture("sealed", whole=True)


def core_round(desk: Desk, phones: list[Phone], screen: Page) -> None:
    desk.go("Starta omgång C")
    for step, (number, choices) in zip(("Öppna indikator", "Nästa: indikator"), CORE.items(), strict=True):
        desk.go(f"{step} {number}")
        vote(phones, choices)
        desk.go("Stäng")
    desk.go("Visa omgångens resultat")
    desk.ask("Försegla omgången")
    desk.answer("Försegla omgången")
    desk.ask("Avsluta konferensen")
    desk.answer("Avsluta konferensen")
    expect(desk.next).to_have_attribute("aria-disabled", "true")
    expect(screen.get_by_role("heading", name="Kärnprotokoll")).to_be_visible()
    for phone in phones:
        expect(phone.page.get_by_role("heading", name="Konferensen är avslutad")).to_be_visible()
        expect(phone.page.get_by_text(TEXTS[2]).first).to_be_visible()
    phones[0].picture("finished", whole=True)
    desk.hall.picture(screen, "screen-finished")
    desk.picture("finished", whole=True)


def documents_hold_what_was_decided(desk: Desk) -> None:
    word = Document(str(desk.download("Word")))
    said = "\n".join([p.text for p in word.paragraphs] + [c.text for t in word.tables for r in t.rows for c in r.cells])
    assert TITLE in said
    assert "Rummet var enigt" in said
    assert all(text in said for text in TEXTS.values())
    book = load_workbook(desk.download("Excel"), read_only=True)
    cells = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    book.close()
    assert any(TEXTS[2] in row for rows in cells.values() for row in rows)
    pages = PdfReader(desk.download("PDF")).pages
    assert " ".join(TEXTS[2].split()) in " ".join(" ".join(page.extract_text() for page in pages).split())
    archive = desk.download("zip")
    with zipfile.ZipFile(archive) as found:
        assert any("Öppnades av misstag" in found.read(name).decode("utf-8", "replace") for name in found.namelist())
    table = json.loads(desk.download("JSON").read_text("utf-8"))
    assert "protocols" in table
    desk.hall.server.command("verify", str(archive))
