"""The end: the core on the wall, six minutes of evaluation, the result for everyone, the documents, and the recount."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pptx import Presentation
from pypdf import PdfReader

from tests.e2e.two_days.hall import Days, sent
from tests.e2e.two_days.reloads import reload_all
from tests.e2e.two_days.script import (
    COMMENT,
    CORE,
    EVALUATED,
    EXPECTED,
    EXTENDED,
    FOR,
    OPINIONS,
    PICKS,
    QUESTIONS,
    REASONS,
    TEXTS,
    TITLE,
    UNFIT,
    VOTES,
)

ANSWERS = {"+": "satisfied", "0": "neither", "-": "dissatisfied"}
VERDICTS = {"in": "advance", "kvar": "hold", "ut": "cut", "stannar": "stay"}


def conference_is_finished(days: Days) -> None:
    days.desk.ask("Avsluta konferensen")
    days.desk.answer("Avsluta konferensen")
    for page in days.audience:
        for item in CORE:
            expect(page.get_by_text(TEXTS[item]).first).to_be_visible()
        expect(page.locator("main")).to_contain_text(re.compile("Konferensen är avslutad|The conference is finished"))
    days.picture("finished", whole=True)
    reload_all(days, "finished")


def panel_says_what_it_thinks(days: Days) -> None:
    page = days.desk.page
    page.get_by_text("Fråga vad panelen tycker").click()
    page.locator("#evaluation-questions").fill("\n".join(QUESTIONS))
    page.get_by_role("button", name="Öppna utvärderingen").click()
    for phone, opinions in zip(days.phones, OPINIONS, strict=True):
        for number, opinion in enumerate(opinions, start=1):
            if opinion in ANSWERS:
                phone.page.locator(f".question:nth-of-type({number}) input[value={ANSWERS[opinion]}]").check()
    days.phones[0].page.locator("#comment").fill(COMMENT)
    days.picture("evaluation", whole=True)
    reload_all(days, "evaluation")
    for phone in days.phones:
        phone.button("Lämna in svaren" if phone.language == "sv" else "Hand in the answers").click()
    for phone in days.phones:
        expect(phone.page.locator("#main")).to_contain_text(re.compile("Dina svar är inlämnade|Your answers are in"))


def evaluation_is_shown(days: Days) -> None:
    page = days.desk.page
    page.get_by_role("button", name="Stäng utvärderingen").click()
    days.desk.answer("Stäng utvärderingen")
    for place, figures in enumerate(EVALUATED):
        expect(page.locator(".evaluated dd").nth(place)).to_contain_text(figures)
    page.get_by_role("button", name="Visa på storbilden").click()
    for screen in days.screens:
        for place, figures in enumerate(EVALUATED):
            expect(screen.locator(".evaluated-list dd").nth(place)).to_contain_text(figures)
    days.picture("evaluated", whole=True)


def result_is_read_by_others(days: Days) -> None:
    """Published, and read by somebody who has never signed in; looked at by the facilitator beforehand."""
    desk = days.desk
    with desk.page.context.expect_page() as waiting:
        desk.page.get_by_role("link", name="Se på protokollet").click()
    preview = days.hall.watch(waiting.value)
    expect(preview.get_by_role("heading", name="Kärnprotokoll").first).to_be_visible()
    days.hall.picture(preview, "preview", whole=True)
    preview.close()
    desk.page.get_by_role("button", name="Publicera resultatet").click()
    link = desk.page.locator(".address a")
    expect(link).to_be_visible()
    reader = days.hall.page(360, 640)
    reader.goto(f"{days.hall.server.url.rstrip('/')}{link.get_attribute('href')}")
    result_says_what_was_decided(reader)
    days.hall.picture(reader, "published", whole=True)


def result_says_what_was_decided(page: Page) -> None:
    said = page.locator("main").inner_text()
    for item in EXTENDED:
        assert TEXTS[item] in said
    assert COMMENT not in said
    assert UNFIT not in said


def documents_hold_what_the_phones_gave(days: Days) -> None:
    word = said_in_word(days.desk.download("Word"))
    slides = said_on_slides(days.desk.download("PowerPoint"))
    pdf = "".join(page.extract_text() for page in PdfReader(days.desk.download("PDF")).pages)
    for said in map(unbroken, (word, pdf)):
        for text in (TITLE, *TEXTS.values(), FOR, COMMENT, *REASONS.values(), "skrev in det som stod på papperet"):
            assert unbroken(text) in said, text
        assert unbroken(UNFIT) not in said
    assert all(TEXTS[item] in slides for item in EXTENDED)
    figures_are_those_of_the_script(days.desk.download("Excel"))


def unbroken(text: str) -> str:
    """Without what the ends of lines put into a text."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def said_in_word(file: Path) -> str:
    found = Document(str(file))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in found.paragraphs] + cells)


def said_on_slides(file: Path) -> str:
    shapes = [shape for slide in Presentation(str(file)).slides for shape in slide.shapes]
    return "\n".join([shape.text_frame.text for shape in shapes if shape.has_text_frame] + list(_cells(shapes)))


def _cells(shapes: list) -> Iterator[str]:  # type: ignore[type-arg]
    for shape in shapes:
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def figures_are_those_of_the_script(file: Path) -> None:
    book = load_workbook(file, read_only=True)
    sheets = {sheet.title: _rows(list(sheet.iter_rows(values_only=True))) for sheet in book}
    book.close()
    found = {
        (round, row["Urspr. nr"]): (_counted(row), row["Bas"], VERDICTS[str(row["Utfall"])])
        for round in dict(EXPECTED)
        for row in sheets[round]
    }
    assert found == {(round, item): expected for round, items in EXPECTED.items() for item, expected in items.items()}
    assert [row["Urspr. nr"] for row in sheets["Kärnprotokoll"]] == list(CORE)
    assert {row["Urspr. nr"] for row in sheets["Omfattande protokoll"]} == set(EXTENDED)
    assert [row["Varav på papper"] for row in sheets["Närvaro"]] == [2, 2, 2, 2]
    given = [tuple(row[answer] for answer in ("Nöjd", "Varken eller", "Missnöjd")) for row in sheets["Utvärdering"]]
    assert given == [(7, 1, 0), (6, 2, 0), (5, 1, 1)]


def _rows(lines: list[tuple[object, ...]]) -> list[dict[str, object]]:
    head = [str(name) for name in lines[0]]
    return [dict(zip(head, line, strict=True)) for line in lines[1:]]


def _counted(row: dict[str, object]) -> int:
    """What counts for the item: yes votes, ratings of 4 and 5, or papers that pick it."""
    return sum(int(str(row[name])) for name in ("Ja", "Betyg 4", "Betyg 5", "Vald") if name in row)


def archive_is_recounted(days: Days) -> None:
    """Every sealed ballot is one that the script has, the log has what was put right, and a recount agrees."""
    archive = days.desk.download("zip")
    with zipfile.ZipFile(archive) as found:
        texts = {Path(name).name: found.read(name).decode() for name in found.namelist() if not name.endswith("/")}
    sealed = Counter((row["round"], int(row["number"]), row["choice"]) for row in _table(texts["ballots.csv"]))
    wanted = Counter((*at, sent(choice)) for at, choices in VOTES.items() for choice in choices if choice != "-")
    wanted += Counter(("C", item, "1") for picks in PICKS for item in picks)
    assert sealed == wanted
    assert {row["round"]: row["typed"] for row in _table(texts["attendance.csv"]) if row["typed"]} == dict.fromkeys(
        EXPECTED, "2"
    )
    logged = [(row["action"], row["details"]) for row in _table(texts["log.csv"])]
    for action, said in (("void", REASONS["void"]), ("undo", REASONS["unseal"]), ("decide", REASONS["tie"])):
        assert any(name == action and said in details for name, details in logged), action
    assert {"reopen", "admit", "new-card", "withdraw", "what-if", "tables"} <= {action for action, _ in logged}
    assert UNFIT not in "".join(texts.values())
    days.hall.server.command("verify", str(archive))


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
