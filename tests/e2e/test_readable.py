"""What is to be read can be read: nothing is cut off, crushed or drowned, however long the texts are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import Hall
from tests.e2e.tour import Tour

pytestmark = pytest.mark.browser

LONG = (
    "Share of people aged 65 and over who live at home with both municipal home care and regional home nursing and who "
    "have a jointly written individual plan, followed up during the last twelve months, in which the goals are put in "
    "the words of the person concerned and in which it is told who answers for each measure, when it is to be carried "
    "out, and how the outcome is to be followed up by municipality and region together, at least once every year."
)
CUT = """
() => [...document.querySelectorAll("[data-fit]")]
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.className}: ${one.scrollHeight} > ${one.clientHeight}, ${one.scrollWidth} > ${one.clientWidth}`)
"""


def cut_off(page: Page) -> list[str]:
    """What does not fit its box on the big screen."""
    found: list[str] = page.evaluate(CUT)
    return found


@pytest.mark.parametrize(
    ("ballot", "instruction", "times"),
    [
        ("pick 2", "Pick the two that mean most.", 0),
        ("points 5", "", 1),
        ("scale 1-9", "1 is lowest, 9 highest.", 0),
    ],
)
def test_the_first_item_of_a_paper_is_seen_at_once(hall: Hall, ballot: str, instruction: str, times: int) -> None:
    """On the smallest phone, with the way to vote on it; and how to vote is said once."""
    told = {"pace": "paper", **({"instruction": instruction} if instruction else {})}
    with Tour(hall, "en", small.plan(small.round(ballot, **told)), small.items(4)) as tour:
        tour.act("start", round="A")
        tour.act("open")
        page = tour.phone.page
        expect(page.locator(".paper-row, .card").first).to_be_visible()
        tour.phone.picture(ballot.split()[0])
        top, fold = (page.locator(one).first.bounding_box() for one in (".paper-row, .ratings", ".zone"))
        assert top is not None
        assert fold is not None
        assert top["y"] + top["height"] < fold["y"]
        expect(page.locator("p.lead")).to_have_count(times)
        page.get_by_text("Rule and anonymity").click()
        expect(page.locator("details .rule")).to_be_visible()


@pytest.mark.parametrize("times", [1, 3])
def test_a_long_item_is_whole_on_the_screen(hall: Hall, times: int) -> None:
    items = f'number,text\n1,"{" ".join([LONG] * times)}"\n'
    with Tour(hall, "en", small.plan(small.round("yes-no", "yes > 50%")), items) as tour:
        screen = tour.pages["screen"]
        tour.act("start", round="A")
        tour.act("open", item=1)
        expect(screen.locator(".turnout-open")).to_be_visible()
        assert cut_off(screen) == []
        tour.hall.picture(screen, f"long-{times}")
        tour.vote("A", 1, ["yes", "no", "no"])
        tour.act("close")
        expect(screen.locator(".figures")).to_be_visible()
        assert cut_off(screen) == []


def test_the_room_is_told_that_votes_were_thrown_away(hall: Hall) -> None:
    with Tour(hall, "sv", small.plan(small.round("yes-no")), small.items(2)) as tour:
        tour.act("start", round="A")
        tour.act("open", item=1)
        tour.act("void", item=1, reason="Fel indikator")
        told = "Rösterna om nr 1 gäller inte. Den tas om."
        expect(tour.pages["screen"].locator(".centre p")).to_have_text(told)
        expect(tour.phone.page.locator("h1")).to_have_text(told)
        tour.act("next")
        expect(tour.phone.page.locator("h1")).to_have_text(small.TEXTS[0])


BY_KIND = """
title = "Two kinds"
kinds = ["process", "effect"]
protocols = ["chosen"]
[[rounds]]
id = "A"
title = "Vote A"
vote_on = "all"
ballot = "yes-no"
advance = { process = "top 1", effect = "top 1" }
to = "chosen"
otherwise = "cut"
ties = "run-off"
"""
KINDS = "number,text,kind\n" + "".join(
    f"{n},{text},{kind}\n"
    for n, (text, kind) in enumerate(
        [(text, "process") for text in small.TEXTS] + [("Self-rated health", "effect"), ("Trust", "effect")], start=1
    )
)
SIZES = "() => [...document.querySelectorAll('.rank-list')].map((one) => getComputedStyle(one).fontSize)"


def test_lists_side_by_side_have_one_size_and_an_empty_one_is_left_out(hall: Hall) -> None:
    with Tour(hall, "en", BY_KIND, KINDS) as tour:
        screen = tour.pages["screen"]
        tour.act("start", round="A")
        for number in range(1, 7):
            tour.act("open", item=number)
            tour.vote("A", number, ["yes", "yes"] if number in (1, 2, 5) else ["no", "no"])
            tour.act("close")
        tour.act("next")
        expect(screen.locator(".rank-list")).to_have_count(2)
        assert len(set(screen.evaluate(SIZES))) == 1
        tour.hall.picture(screen, "two-kinds")
        tour.act("start", round="A/run-off")
        for number in (1, 2):
            tour.act("open", item=number)
            tour.vote("A/run-off", number, ["yes", "yes" if number == 1 else "no"])
            tour.act("close")
        tour.act("next")
        expect(screen.locator(".review-head")).to_contain_text("Run-off")
        expect(screen.locator(".ranked h2")).to_have_text("Process")
        expect(screen.locator(".numbers")).to_be_visible()
        tour.hall.picture(screen, "one-kind")


WORDS = """
(selector) => [...document.querySelectorAll(`${selector} td`)]
  .filter((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const words = (cell.textContent.match(/\\S+/g) || []).length;
    return words === 1 && range.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(cell).lineHeight);
  })
  .map((cell) => cell.textContent)
"""
OUT = """
(selector) => [...document.querySelectorAll(selector)]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.scrollWidth} in ${box.clientWidth}`)
"""
SEATS = """organisation;role;seats
City of Aberystwyth;politician;2
City of Aberystwyth;relative;1
Service users' organisation of Ceredigion – for all who are concerned;service user;2
"""


def test_the_preview_of_a_conference_breaks_no_word_and_runs_out_of_no_box(own_hall: Hall) -> None:
    page = own_hall.page(1280, 800, "en")
    page.goto(own_hall.server.sign_in)
    page.get_by_role("link", name="New conference").click()
    page.get_by_label("Title").fill("Two kinds")
    page.locator("[name=items_text]").fill(KINDS + f'7,"{LONG}",process\n')
    for fold in page.locator("details:not([open]) > summary").all():
        fold.click()
    page.locator("[name=seats_text]").fill(SEATS)
    page.get_by_role("button", name="Look at what will be loaded").click()
    expect(page.locator(".row-problem").first).to_be_visible()
    own_hall.picture(page, "preview", whole=True)
    assert page.evaluate(WORDS, ".table-box") == []
    assert page.evaluate(OUT, ".table-box, .table-box td") == []


def test_the_review_on_the_desk_is_read_without_a_box_to_scroll_in(hall: Hall) -> None:
    with Tour(hall, "en", small.plan(small.round("yes-no", "top 1", ties="ask")), small.items(4)) as tour:
        desk = tour.desk.page
        tour.act("start", round="A")
        for number in range(1, 5):
            tour.act("open", item=number)
            tour.vote("A", number, ["yes", "yes", "no"])
            tour.act("close")
        tour.act("next")
        box = desk.locator(".table-whole")
        expect(box).to_be_visible()
        tour.desk.picture("review", whole=True)
        assert box.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")
        for verdict in desk.locator(".table-whole tbody tr:not(.the-line) td:last-child").all():
            found = verdict.bounding_box()
            assert found is not None
            assert found["width"] >= 200


TABLES = """
async () => {
  const { tablesPage } = await import("/static/js/screen/tables.js");
  const { fitAll } = await import("/static/js/screen/fit.js");
  const organisations = ["Brukarföreningen Ärnäs – för alla", "Region Värmland"].map((name) => ({ name, sit: 1 }));
  const tables = [1, 2, 3].map((number) => ({ number, name: "", sit: 2, organisations }));
  document.querySelector("main").replaceChildren(tablesPage({ tables: { tables } }));
  fitAll(document.getElementById("screen"), 1);
  const range = document.createRange();
  const broken = [];
  for (const { firstChild: text } of document.querySelectorAll(".seating-table span")) {
    for (const { index, 0: word } of text.data.matchAll(/\\S+/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (range.getClientRects().length > 1) broken.push(word);
    }
  }
  return [broken, document.querySelectorAll(".seating-table span").length];
}
"""


def test_no_name_is_broken_on_the_page_of_tables(hall: Hall) -> None:
    with Tour(hall, "sv", small.plan(small.round("yes-no")), small.items(1)) as tour:
        screen = tour.pages["screen"]
        expect(screen.locator(".lobby")).to_be_visible()
        assert screen.evaluate(TABLES) == [[], 6]
        tour.hall.picture(screen, "tables")
