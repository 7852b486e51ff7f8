"""Every page in every state, in both languages, light and dark, narrow and enlarged: WCAG 2.2 AA, and a little more."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import LOST_CONTACT, Hall, Phone
from tests.e2e.inspection import Inspection
from tests.e2e.test_afterwards import SHEET
from tests.e2e.tour import PROGRAMS, Tour

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["sv", "en"])]

LONG = "Samverkansöverenskommelsens uppföljningsansvariga huvudman är känd av den unge"
ITEMS = f"""number,kind,text,explanation,perspective,plain
1,process,{LONG},Namnet står i planen och är inte äldre än ett år,Brukare,Du vet vem som ansvarar.
2,process,A first talk within five days,Counted from the first contact,,
3,effect,More young people are in work,,,
"""
KINDS = """
title = "Accessible"
kinds = ["process", "effect"]
protocols = ["extended", "core"]
anonymity = "panel"
[[rounds]]
id = "A"
title = "Vote A"
instruction = "Think of the young first"
vote_on = "all"
ballot = "yes-no"
advance = { process = "top 1", effect = "yes >= 50%" }
to = "extended"
otherwise = "hold"
ties = "ask"
[[rounds]]
id = "B"
title = "Vote B"
vote_on = "held in A"
ballot = "scale 1-9"
advance = "median >= 7"
to = "extended"
otherwise = "cut"
"""


def test_item_by_item(hall: Hall, language: str) -> None:
    """Lobby, discussion, votes, screens and timer, a tie, and every dialog on the way."""
    with Tour(hall, language, KINDS, ITEMS) as tour:
        come_in(tour)
        first_items(tour)
        the_room(tour)
        review(tour)
        dialogs(tour)
    tour.is_clean()


def come_in(tour: Tour) -> None:
    tour.look("lobby", desk="#next", screen=".code", phone=".anonymity")
    tour.act("on-paper")
    expect(tour.desk.page.locator(".paper-seats > li")).to_have_count(1)
    tour.unfold(tour.desk.page)
    tour.look("lobby, folds open", desk=".paper-seats > li")
    tour.act("start", round="A")
    tour.look("discussion", desk=".agenda-round_now", screen=".rule-box", phone=".rule")


def first_items(tour: Tour) -> None:
    tour.act("open", item=1)
    tour.press(".chip >> nth=0")
    tour.unfold(tour.phone.page)
    tour.look("vote", desk=".typed-form", screen=".turnout", phone=".choice:enabled")
    tour.press(".typed-form button")
    tour.look("nothing typed in", desk=".typed-form .problem:not(:empty)")
    tour.vote("A", 1, ["yes", "yes", "no"])
    tour.phone.page.locator(".choice-yes").click()
    tour.look("vote, voted", phone=".state-in")
    tour.act("close")
    tour.look("closed", desk=".bars", screen=".bars", phone=".result")
    for item, choices in ((2, ["yes", "yes", "no"]), (3, ["no", "no", "no"])):
        tour.act("next")
        tour.vote("A", item, choices)
        if item == 2:
            expect(tour.phone.state).not_to_be_empty()
            tour.phone.page.locator(".choice-yes:enabled").click()
            expect(tour.phone.page.locator(".state-in")).to_be_visible()
        tour.act("close")
    expect(tour.desk.page.locator(".now-text")).to_contain_text("More young")


def the_room(tour: Tour) -> None:
    """Screens and timer."""
    tour.act("timer", do="start", seconds=600)
    tour.look("timer", desk=".timer-box .countdown", screen=".timer .countdown", phone=".timer .countdown")
    tour.act("display", frozen=True, zoom=150)
    tour.look("frozen", desk=".room-notice", screen=".frozen")
    tour.act("display", frozen=False, blank=True)
    tour.look("blank", screen=".blank-mark")
    tour.act("display", blank=False, zoom=100)
    tour.act("timer", do="stop")


def review(tour: Tour) -> None:
    tour.act("next")
    tour.look("review with a tie", desk='[data-form="decide"]', screen=".tie", phone=".notice")
    tour.unfold(tour.desk.page)
    tour.press('[data-form="decide"] button')
    tour.look("nothing decided", desk='[data-form="decide"] .problem:not(:empty)')
    tour.press('[data-form="what-if"] button')
    tour.look("what if", desk=".what-if tbody tr")
    tour.act("decide", items=[1], verdict="advance", reason="The room said so")
    expect(tour.desk.page.locator('[data-form="decide"]')).to_have_count(0)
    tour.look("review", desk=".table-box", screen=".tie-settled, .review", phone=".tiles")


def dialogs(tour: Tour) -> None:
    tour.dialog("keys", '[data-do="keys"]')
    tour.dialog("undo", '[data-do="undo"]')
    tour.press('[data-do="undo"]')
    tour.press('dialog [data-answer="yes"]')
    expect(tour.desk.page.locator("#reason-problem")).to_be_visible()
    tour.look("undo without a reason", desk="#reason-problem:not(:empty)")
    tour.desk.page.keyboard.press("Escape")
    tour.press(".chip >> nth=0")
    tour.press(".chip >> nth=0")
    tour.dialog("seal", "#next")
    tour.dialog("leave", '[data-do="leave"]')
    tour.dialog("lost card", '[data-do="new-card"]:not([data-paper])')
    tour.act("seal")
    tour.look("sealed", desk=".protocol", screen=".protocol", phone=".tiles")
    tour.press('[data-do="admit"]')
    tour.look("a new card", desk=".new-card-code")
    tour.press(".new-card button")


HELD = """
title = "Held"
protocols = ["chosen"]
[[rounds]]
id = "A"
title = "Vote A"
vote_on = "all"
ballot = "yes-no-abstain"
advance = "yes >= 90%"
to = "chosen"
otherwise = "hold"
feedback = "outcome"
[[rounds]]
id = "B"
title = "Vote B"
vote_on = "held in A"
ballot = "scale 1-9"
advance = "median >= 7"
to = "chosen"
otherwise = "cut"
[[rounds]]
id = "C"
title = "Vote C"
vote_on = "held in A"
ballot = "yes-no"
advance = "top 1"
to = "chosen"
otherwise = "cut"
feedback = "none"
ties = "lot"
"""
ARGUMENTS = ("Sammanhållningsansvaret kostar mer än det ger", "Nobody reads it", "A third one")


def test_between_rounds_and_at_the_second_vote(hall: Hall, language: str) -> None:
    """Arguments, tables, the pace; ratings; what is shown of a result, and a lot."""
    with Tour(hall, language, HELD, small.items(2)) as tour:
        outcomes_alone(tour)
        arguments_and_tables(tour)
        ratings(tour)
        nothing_shown_and_a_lot(tour)
    tour.is_clean()


def outcomes_alone(tour: Tour) -> None:
    tour.act("start", round="A")
    tour.act("open", item=1)
    tour.look("vote with three choices", phone=".choice-abstain:enabled")
    tour.vote("A", 1, ["yes", "no", "abstain"])
    tour.act("close")
    tour.look("outcome alone", desk=".outcome", screen=".outcome", phone=".result")
    tour.act("open", item=2)
    tour.act("close")
    tour.act("next")
    tour.look("review of outcomes", screen=".review", phone=".rank-row")
    tour.act("seal")


def arguments_and_tables(tour: Tour) -> None:
    tour.act("arguments", open=True)
    page = tour.phone.page
    page.locator(".argue summary").click()
    own, *others = ARGUMENTS
    page.locator('.argue [value="for"]').check()
    page.locator("#argument-text").fill(own)
    page.locator('.argue [type="submit"]').click()
    expect(page.locator("#argument-text")).to_have_value("")
    tour.programs.write(1, *[("for", text) for text in others])
    tour.look("arguments", desk=".argument-list > li", phone=".argue-told:not(:empty)")
    tour.press('[data-do="moderate"][data-verdict="show"]')
    expect(tour.desk.page.locator('[data-key="seen"] li')).to_have_count(1)
    tour.act("arguments", open=False)
    tour.act("tables", tables=2, names=["vid samverkansöverenskommelsebordet", "by the door"])
    tour.unfold(tour.desk.page)
    tour.look("tables drawn", desk=".table-list")
    tour.act("show-tables")
    tour.look("tables", desk=".table-list", screen=".seating-table", phone=".own-table-number")


def ratings(tour: Tour) -> None:
    tour.act("start", round="B")
    tour.act("open", item=1)
    tour.look("vote on a scale", desk=".turnout", phone=".ratings .choice:enabled")
    tour.press('[data-do="show-arguments"]')
    tour.look(
        "arguments at the vote",
        desk='[data-do="show-arguments"]:not([data-item])',
        screen=".argued li",
        phone=".arguments-for",
    )
    tour.vote("B", 1, ["7", "9", "abstain"])
    tour.phone.page.locator(".choice-7").click()
    tour.look("vote on a scale, voted", phone=".state-in")
    tour.act("close")
    tour.look("ratings", desk=".columns", screen=".columns", phone=".columns")
    tour.act("pace", on=True, open_after=3600, close_after=3600, close_when_all=False)
    tour.look("pace", desk=".automatic", screen=".automatic", phone=".timer .countdown")
    tour.act("pace", on=False)
    tour.act("open", item=2)
    tour.act("void", item=2, reason="Opened by mistake")
    tour.look("thrown away", desk="#next", phone=".headline", screen="h1")
    tour.act("open", item=2)
    tour.act("close")
    tour.act("next")
    tour.look("review of ratings", desk=".table-box", screen=".review", phone=".rank-row")
    tour.act("seal")


def nothing_shown_and_a_lot(tour: Tour) -> None:
    tour.act("start", round="C")
    tour.act("open", item=1)
    tour.vote("C", 1, ["yes", "no", "no"])
    tour.act("close")
    tour.look("nothing shown", desk=".outcome", screen=".outcome", phone=".result")
    tour.act("open", item=2)
    tour.vote("C", 2, ["yes", "no", "no"])
    tour.act("close")
    tour.act("next")
    tour.look("a lot", desk=".seed", screen=".lot", phone=".notice")


PAPERS = """
title = "Papers"
protocols = ["chosen"]
""" + "".join(
    f"""
[[rounds]]
id = "{id}"
title = "Vote {id}"
vote_on = "all"
ballot = "{ballot}"
advance = "{advance}"
to = "chosen"
otherwise = "cut"
pace = "paper"
ties = "advance all"
"""
    for id, ballot, advance in (
        ("A", "pick 2", "top 1"),
        ("B", "points 5 max 3", "top 1"),
        ("C", "rank 3", "top 1"),
        ("D", "scale 1-9", "median >= 7"),
    )
)


def test_whole_papers(hall: Hall, language: str) -> None:
    """Every ballot that is filled in at one's own pace, on the phone and typed in on the desk."""
    with Tour(hall, language, PAPERS, small.items(4)) as tour:
        tour.act("on-paper")
        picked(tour)
        for round, press in (("B", ".step:not([aria-disabled=true])"), ("C", ".paper-row")):
            paper(tour, round, press)
        at_ones_own_pace(tour)
    tour.is_clean()


def picked(tour: Tour) -> None:
    page = tour.phone.page
    tour.act("start", round="A")
    tour.act("open")
    tour.look("vote by picking", desk=".typed-list", screen=".turnout", phone=".paper-row")
    for at in (0, 1):
        page.locator(".paper-row").nth(at).click()
    tour.look("vote by picking, all picked", phone=".paper-row[aria-disabled=true]")
    page.locator(".hand-in").click()
    tour.look("vote by picking, handed in", phone=".hand-in[aria-disabled=true]")
    page.locator(".paper-row").nth(1).click()
    tour.look("vote by picking, changed", phone=".state-draft")
    tour.act("close")
    tour.look("papers closed", desk="#next", screen="h1", phone=".lead")
    tour.act("next")
    tour.look("review of picks", phone=".rank-row")
    tour.act("seal")


def paper(tour: Tour, round: str, press: str) -> None:
    tour.act("start", round=round)
    tour.act("open")
    tour.phone.page.locator(press).last.click()
    tour.look(f"vote {round}", desk=".typed-list", phone=".hand-in:not([aria-disabled=true])")
    tour.act("close")
    tour.act("next")
    tour.act("seal")


def at_ones_own_pace(tour: Tour) -> None:
    tour.act("start", round="D")
    tour.act("open")
    tour.phone.page.locator(".card .choice-7").first.click()
    tour.look("vote at one's own pace", desk=".typed-list", phone=".card .state-in")


def test_a_run_off(hall: Hall, language: str) -> None:
    """A tie across the line that the panel votes on once more."""
    with Tour(hall, language, small.plan(small.round("yes-no", ties="run-off")), small.items(2)) as tour:
        tour.act("start", round="A")
        for item in (1, 2):
            tour.act("open", item=item)
            tour.vote("A", item, ["yes", "yes", "no"])
            tour.act("close")
        tour.act("next")
        tour.look("review, before a run-off", desk=".tie", screen=".tie", phone=".notice")
        tour.act("start", round=tour.lead.state["steps"]["next"]["round"])
        tour.look("discussion of a run-off", desk=".agenda-round_now", screen=".rule-box", phone=".rule")
        tour.act("open", item=1)
        tour.look("vote of a run-off", desk=".turnout", screen=".turnout", phone=".choice:enabled")
        tour.vote(tour.lead.state["round"]["id"], 1, ["yes", "yes", "yes"])
        tour.act("close")
        tour.act("next")
        tour.act("close")
        tour.act("next")
        tour.look("review of a run-off", desk=".table-box", screen=".review", phone=".tiles")
    tour.is_clean()


ONE = small.plan(small.round("yes-no", "yes > 50%"))


def test_the_end_and_what_comes_after(hall: Hall, language: str) -> None:
    """Evaluation, protocol, published result; a phone that was moved, one without contact, one without a seat."""
    hall.expect_messages(*LOST_CONTACT, "status of 401")
    with Tour(hall, language, ONE, small.items(2)) as tour:
        without_contact(tour)
        evaluated(tour)
        published(tour)
        moved(tour)
    tour.is_clean()


def without_contact(tour: Tour) -> None:
    tour.act("start", round="A")
    tour.act("open", item=1)
    phone = tour.phone.page
    expect(phone.locator(".choice-yes")).to_be_enabled()
    phone.context.set_offline(True)
    expect(tour.phone.line).to_have_class("line line-reconnecting")
    phone.locator(".choice-yes").click()
    tour.look("vote without contact", phone=".state-kept")
    tour.act("close")
    phone.context.set_offline(False)
    tour.look("vote too late", phone=".my-vote.is-lost")
    for page in (tour.pages["screen"], tour.desk.page):
        page.context.set_offline(True)
    tour.look("no contact", screen=".lost:not(:empty)", desk=".line-reconnecting")
    for page in (tour.pages["screen"], tour.desk.page):
        page.context.set_offline(False)
    expect(tour.desk.page.locator(".line-connected")).to_be_visible()


def evaluated(tour: Tour) -> None:
    tour.act("open", item=2)
    tour.vote("A", 2, ["yes", "yes", "no"])
    for action in ("close", "next", "seal"):
        tour.act(action)
    tour.dialog("finish", "#next")
    tour.act("finish")
    tour.unfold(tour.desk.page)
    tour.look("finished", desk='[data-form="open-evaluation"]', screen=".protocol", phone=".protocol-list")
    expect(tour.pages["screen"].locator(".paging")).to_be_visible()
    tour.pages["screen"].keyboard.press("ArrowRight")
    tour.look("funnel", screen=".drawn-picture")
    tour.act("open-evaluation")
    tour.look("evaluation", desk='[data-do="close-evaluation"]', screen=".centre", phone=".question")
    fill_in(tour.phone)
    tour.look("evaluation, handed in", phone='[data-do="change-sheet"]')
    tour.programs.evaluate([SHEET] * PROGRAMS)
    tour.dialog("close the evaluation", '[data-do="close-evaluation"]')
    tour.act("close-evaluation")
    tour.act("show-evaluation", show=True)
    tour.unfold(tour.desk.page)
    tour.look("evaluated", desk=".evaluated", screen=".evaluated")


def fill_in(phone: Phone) -> None:
    phone.page.locator('.question [value="satisfied"]').first.check()
    phone.page.locator("#comment").fill("More coffee")
    phone.page.locator(".hand-in").click()


def published(tour: Tour) -> None:
    """What others read: the protocol as the facilitator sees it, and the result at its address."""
    tour.act("publish", files=True)
    tour.look("published", desk=".address a")
    tour.dialog("unpublish", '[data-do="unpublish"]')
    path = tour.desk.page.locator(".address a").get_attribute("href")
    reader = tour.hall.page(1280, 800, tour.language)
    reader.goto(f"{tour.hall.server.url.rstrip('/')}{path}")
    tour.inspect("result", reader)
    desk = tour.desk.page
    desk.goto(f"{desk.url.split('?')[0]}/protocol")
    tour.inspect("protocol", desk)


def moved(tour: Tour) -> None:
    secrets = tour.made["seats"]
    Phone.with_card(tour.hall, secrets[PROGRAMS], tour.language)
    tour.look("moved", phone='a[href="/"]')
    tour.inspect("the screen without its token", nobody(tour, f"screen/{tour.made['conference']}"), on_wall=True)


def nobody(tour: Tour, path: str) -> Page:
    page = tour.hall.page(1920, 1080, tour.language)
    page.goto(f"{tour.hall.server.url}{path}")
    return page


class Around(Inspection):
    """The pages around a conference, on one page that goes from address to address."""

    def __init__(self, hall: Hall, language: str) -> None:
        super().__init__(language)
        self.hall = hall
        self.page = hall.page(1280, 800, language)
        self.pages = {"page": self.page}

    def go(self, path: str, state: str = "") -> None:
        """Look at the page at an address."""
        self.page.goto(f"{self.hall.server.url}{path}")
        self.look(state or f"/{path}", page="main")

    def press(self, selector: str) -> None:
        self.page.locator(selector).locator("visible=true").first.click()


def test_every_page_around_a_conference(own_hall: Hall, language: str) -> None:
    """Joining, what is said to whom has no business here, the venue, and a conference that is prepared."""
    own_hall.expect_messages("status of 4", "status of 422")
    around = Around(own_hall, language)
    for path in ("", "j/ABCD-EFGH", "nowhere", "facilitate", "sign-in/used-up"):
        around.go(path)
    around.page.goto(own_hall.server.sign_in)
    around.look("no conference yet", page="main .lead")
    around.go("facilitate/venue")
    around.page.goto(f"{own_hall.server.url}try")
    around.look("try", page="[data-found^=reached]")
    a_new_one(around)
    the_plan(around)
    the_list(around)
    printed(around)
    made = own_hall.server.create(ONE, small.items(1), 2, language)
    rehearsed(around, made)
    a_shared_tablet(around, made)
    around.is_clean()


def a_new_one(around: Around) -> None:
    page = around.page
    around.go("facilitate/new")
    page.locator("summary").first.click()
    page.locator("#seats-text").fill("organisation,role,seats\nKommunalförbundet,,many\n")
    around.press('.button-main[value="preview"]')
    around.look("new, with problems", page=".problem")
    page.locator("#seats-text").fill("organisation,role,seats\nKommunalförbundet,Verksamhetsutvecklare,3\nRegion,,2\n")
    page.locator("#title").fill("Samråd om samverkansöverenskommelser")
    page.locator("#items-text").fill(f"{ITEMS}3,process,The number three again,,,\n")
    around.press('.button-main[value="preview"]')
    around.look("preview, with problems", page=".row-error")
    page.locator("#items-text").fill(f"{ITEMS}4,process,{LONG},,,\n")
    around.press('button[value="plan"]')


def the_plan(around: Around) -> None:
    page = around.page
    around.unfold(page)
    around.look("plan", page=".funnel-stage")
    field = page.locator(".sentence input").first
    field.fill("many")
    expect(page.locator("[data-problem]:not(:empty)")).to_be_visible()
    around.look("plan, with a problem", page="[data-problem]:not(:empty)")
    field.fill("2")
    expect(page.locator("#plan-undo")).to_have_attribute("aria-disabled", "false")
    around.press("#keep .button-main")
    around.press('.button-main[value="preview"]')
    around.look("preview", page='[value="create"]')
    around.press('[value="create"]')
    expect(page.locator("#next")).to_be_visible()
    around.look("draft", page="#next")


def the_list(around: Around) -> None:
    page = around.page
    own = page.url.split("?")[0]
    page.goto(f"{own}/items")
    around.look("items", page=".near .button")
    for name, selector in (
        ("change", '[data-do="change"]'),
        ("merge", ".near .button"),
        ("remove", '[data-do="remove"]'),
    ):
        around.press(selector)
        around.look(f"{name} an item", page="dialog[open] h2")
        if name == "change":
            page.locator("#item-text").fill("")
            around.press("#item-go")
            around.look("an item without a text", page="#item-problem:not(:empty)")
        page.keyboard.press("Escape")
    page.goto(f"{own}/plan")
    around.look("plan of a conference", page=".funnel-stage")
    page.goto(own)
    page.locator('.before-only a[href*="/read/"]').click()
    around.look("reading", page=".reading-address")
    page.goto(own)


def printed(around: Around) -> None:
    page = around.page
    own = page.url.split("?")[0]
    page.goto(f"{own}/cards")
    page.locator("#wifi-name").fill("Sammanträdesrum")
    page.locator("#wifi-password").fill("short")
    around.press(".wifi button")
    around.look("cards, a wrong password", page="#wifi-problem")
    expect(page.locator("#wifi-name")).to_have_value("Sammanträdesrum")
    page.locator("#wifi-password").fill("long enough")
    around.press(".wifi button")
    expect(page.locator("#wifi-problem")).to_have_count(0)
    around.look("cards", page=".card-square")
    page.goto(own)
    around.press("#next")
    expect(page.locator("body")).to_have_attribute("data-state", "lobby")
    with page.context.expect_page() as opened:
        page.locator(".desk-links a").click()
    screen = opened.value
    screen.set_viewport_size({"width": 1920, "height": 1080})
    expect(screen.locator(".lobby-two .square").nth(1)).to_be_visible()
    around.inspect("lobby with Wi-Fi, screen", screen, on_wall=True)
    screen.close()
    around.go("facilitate", "conferences")


def rehearsed(around: Around, made: dict[str, Any]) -> None:
    page = around.page
    page.goto(f"{around.hall.server.url}facilitate/{made['conference']}/rehearsal?token={made['facilitator_token']}")
    around.look("rehearsal", page="#phones")
    page.locator("#phones").fill("2")
    around.press("form .button-main")
    around.look("rehearsal, running", page="#seconds")
    expect(page.locator(".downloads")).to_be_visible(timeout=60_000)
    around.look("rehearsed", page=".downloads")
    around.press("form .button-main")
    expect(page.locator("#seconds")).to_be_visible()
    around.hall.server.end_command("rehearse")
    around.look("rehearsal, ended by the machine", page=".notice")


def a_shared_tablet(around: Around, made: dict[str, Any]) -> None:
    page = around.page
    page.goto(f"{around.hall.server.url}shared")
    around.look("shared, asks", page="#code")
    page.locator("#code").fill("123456")
    page.keyboard.press("Enter")
    around.look("shared, refuses", page="#problem:not(:empty)")
    page.locator("#code").fill(made["seats"][0])
    page.keyboard.press("Enter")
    around.look("shared, waiting", page='[data-do="done"]')
    around.press('[data-do="done"]')
    around.look("shared, done", page=".notice")
