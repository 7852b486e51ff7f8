"""Small conferences in a real browser: every ballot form, every way to settle a tie, and a line that breaks."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hall import LOST_CONTACT, Desk, Hall, Phone, withhold_news

pytestmark = pytest.mark.browser

#: within this time, in milliseconds, two presses are one
TWICE = 510
TEXTS = (
    "A first talk within five days",
    "One named contact",
    "A shared written plan",
    "A follow-up after three months",
)


def items(count: int = 4) -> str:
    return "number,text\n" + "".join(f"{n},{text}\n" for n, text in enumerate(TEXTS[:count], start=1))


def plan(*rounds: dict[str, str], anonymity: str = "paper") -> str:
    """A plan into one protocol; its rounds are called A, B, … and vote on every item unless told otherwise."""
    told = f'title = "Small conference"\nprotocols = ["chosen"]\nanonymity = "{anonymity}"\n'
    for id, given in zip("ABC", rounds, strict=False):
        keys = {"id": id, "title": f"Vote {id}", "vote_on": "all", "to": "chosen", "otherwise": "cut", **given}
        told += "[[rounds]]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    return told


def round(ballot: str, advance: str = "top 1", **keys: str) -> dict[str, str]:
    return {"ballot": ballot, "advance": advance, **keys}


class Room:
    """A conference in its lobby, with a desk, a screen and phones."""

    def __init__(self, hall: Hall, plan: str, *, phones: int = 2, count: int = 4, language: str = "en") -> None:
        self.hall = hall
        self.made: dict[str, Any] = hall.server.create(plan, items(count), phones + 1, language)
        self.desk = Desk.of(hall, self.made, language)
        self.phones = [Phone.with_card(hall, secret, language) for secret in self.made["seats"][:phones]]

    @cached_property
    def screen(self) -> Page:
        return self.desk.screen()

    def seal(self) -> None:
        self.desk.ask("Seal the round")
        self.desk.answer("Seal the round")

    def picture(self, name: str) -> None:
        self.phones[0].picture(name)
        self.hall.picture(self.screen, f"screen-{name}")
        self.desk.picture(name)

    def vote(self, choices: str) -> None:
        """Vote on the open item, a letter for each phone."""
        for phone, choice in zip(self.phones, choices, strict=True):
            phone.vote({"Y": "Yes", "N": "No", "A": "Abstain"}[choice])

    def vote_on_all(self, *choices: str) -> None:
        """Open and close item after item, then go to the result."""
        for number, given in enumerate(choices, start=1):
            self.desk.go(f"Open item {number}" if number == 1 else f"Next: item {number}")
            self.vote(given)
            self.desk.go("Close the vote")
        self.desk.go("Show the result")


def test_ratings_at_ones_own_pace(hall: Hall) -> None:
    scale = round("scale 1-9", "share(7..9) >= 50%", pace="paper")
    room = Room(hall, plan(scale, anonymity="panel"), count=3, language="sv")
    expect(room.phones[0].page.locator(".anonymity")).to_contain_text("ett nummer som ingen kan knyta till dig")
    expect(room.screen.locator(".promise")).to_contain_text("ett nummer som ingen kan knyta till en person")
    room.desk.go("Starta omgång A", "Öppna röstningen om alla")
    for phone, ratings in zip(room.phones, ((9, 2, 7), (8, 3, "Kan inte bedöma")), strict=True):
        cards = phone.page.locator(".cards > .card")
        for at, rating in enumerate(ratings):
            cards.nth(at).get_by_role("button", name=str(rating), exact=True).click()
            expect(cards.nth(at).locator(".state-in")).to_contain_text(f"Din röst är inne: {rating}")
        expect(phone.zone).to_contain_text("3 av 3 besvarade")
    phone.page.reload()
    expect(phone.zone).to_contain_text("3 av 3 besvarade")
    phone.picture("scale", whole=True)
    room.picture("scale")
    room.desk.go("Stäng röstningen")
    expect(phone.page.locator("main")).to_contain_text("3 av 3 besvarade")
    room.picture("scale-closed")
    room.desk.go("Visa omgångens resultat")
    expect(room.screen.locator(".rank-row.verdict-advance")).to_have_count(2)
    expect(phone.page.locator(".rank-row.verdict-cut")).to_contain_text("Min röst: 3")
    room.picture("scale-review")


@pytest.mark.parametrize("level", ["paper", "panel"])
def test_what_the_end_cannot_give_back_is_said_before_it_and_before_it_is_taken_back(hall: Hall, level: str) -> None:
    room = Room(hall, plan(round("yes-no"), anonymity=level), phones=1, count=1)
    room.desk.go("Start round A")
    room.vote_on_all("Y")
    room.seal()
    dialog, of_panel = room.desk.page.get_by_role("dialog"), int(level == "panel")
    room.desk.ask("Finish the conference")
    expect(dialog).to_contain_text("an undo does not bring them back.")
    expect(dialog.get_by_text("Nor could votes of a later round be joined")).to_have_count(of_panel)
    room.desk.answer("Finish the conference")
    room.desk.page.locator('[data-do="undo"]').click()
    expect(dialog).to_contain_text("no card that was dealt can be printed again or replaced")
    expect(dialog.get_by_text("Votes carry new numbers from now on")).to_have_count(of_panel)


def test_ratings_abstentions_and_how_much_is_shown(hall: Hall) -> None:
    rounds = (
        round("scale 1-9", "median >= 7", otherwise="cut"),
        round("yes-no-abstain", "yes >= 50%", feedback="outcome"),
        round("yes-no", "yes > 50%", feedback="none"),
    )
    room = Room(hall, plan(*rounds, anonymity="vote"), count=1)
    expect(room.phones[0].page.locator(".anonymity")).to_contain_text("or that two votes are yours")
    room.desk.go("Start round A", "Open item 1")
    rated(room)
    room.seal()
    room.desk.go("Start round B", "Open item 1")
    only_the_outcome_is_shown(room)
    room.seal()
    room.desk.go("Start round C", "Open item 1")
    nothing_is_shown(room)


def rated(room: Room) -> None:
    room.picture("scale")
    for phone, rating in zip(room.phones, "79", strict=True):
        phone.vote(rating)
    room.picture("scale-in")
    room.desk.go("Close the vote")
    for page in (room.screen, *(phone.page for phone in room.phones)):
        expect(page.locator(".column.is-median .column-name")).to_have_text("8")
        expect(page.locator(".base")).to_contain_text("Of 2 votes cast")
    room.picture("scale-result")
    room.desk.go("Show the result")


def only_the_outcome_is_shown(room: Room) -> None:
    room.picture("three-choices")
    room.vote("YA")
    room.desk.go("Close the vote")
    for page in (room.screen.locator(".outcome"), room.phones[0].page.locator(".result-title")):
        expect(page).to_contain_text("goes in")
    for page in (room.screen, room.phones[0].page):
        expect(page.locator(".bars")).to_have_count(0)
    room.picture("outcome")
    room.desk.go("Show the result")
    expect(room.phones[0].page.locator(".verdict-advance .rank-text")).to_have_text(TEXTS[0])
    assert "100" not in room.screen.locator(".review-body").inner_text()
    room.picture("outcome-review")


def nothing_is_shown(room: Room) -> None:
    room.vote("YN")
    room.desk.go("Close the vote")
    for place in (room.screen.locator(".outcome"), room.phones[0].page.locator(".result-title")):
        expect(place).to_contain_text("The result is shown when the whole round is done.")
    for page in (room.screen, room.phones[0].page):
        expect(page.locator(".bars")).to_have_count(0)
    room.picture("no-feedback")


def test_whole_papers(hall: Hall) -> None:
    ballots = ("pick 2", "points 5 max 3", "rank 3")
    room = Room(hall, plan(*(round(ballot, "top 2", pace="paper") for ballot in ballots)))
    room.desk.go("Start round A", "Open the vote on all")
    picked(room)
    room.seal()
    room.desk.go("Start round B", "Open the vote on all")
    shared_out(room)
    room.seal()
    room.desk.go("Start round C", "Open the vote on all")
    ranked(room)
    room.seal()
    room.desk.ready("Finish the conference")


def press_rows(phone: Phone, *numbers: int) -> None:
    for number in numbers:
        phone.page.locator(".paper-row").nth(number - 1).click()


def hand_in(phone: Phone) -> None:
    phone.zone.get_by_role("button", name=re.compile("Hand in")).click()
    expect(phone.state).to_contain_text("Your paper is in.")


def picked(room: Room) -> None:
    first, second = room.phones
    press_rows(first, 1, 3)
    expect(first.zone).to_contain_text("All picked.")
    expect(first.page.locator(".paper-row").nth(3)).to_have_attribute("aria-disabled", "true")
    first.page.reload()
    expect(first.page.get_by_role("checkbox", checked=True)).to_have_count(2)
    hand_in(first)
    room.picture("picked")
    press_rows(first, 3, 2)
    expect(first.state).to_contain_text("You have changed something")
    hand_in(first)
    hand_in_nothing(second)
    room.desk.go("Close the vote")
    expect(first.page.locator("main")).to_contain_text("Your paper is in.")
    room.desk.go("Show the result")
    expect(room.screen.locator(".rank-row.verdict-advance .rank-figure")).to_have_text(["50%", "50%"])
    room.picture("picks-review")


def hand_in_nothing(phone: Phone) -> None:
    """An empty paper may be meant, and a thumb may slip: it is asked for twice, and not with one double press."""
    press = phone.page.locator(".hand-in")
    press.dblclick()
    expect(phone.state).to_have_text("Nothing is chosen.")
    phone.picture("nothing-chosen")
    press_rows(phone, 2, 2)
    expect(phone.state).to_have_text("Not handed in yet.")
    press.click()
    expect(press).to_have_text("Hand in an empty paper")
    phone.page.wait_for_timeout(TWICE)
    hand_in(phone)


def shared_out(room: Room) -> None:
    first, second = room.phones
    for _ in range(3):
        first.button("One point more: item 1").click()
    expect(first.button("One point more: item 1")).to_have_attribute("aria-disabled", "true")
    first.button("One point more: item 2").click()
    expect(first.zone).to_contain_text("1 point left")
    hand_in(first)
    room.picture("shared-out")
    room.desk.go("Close the vote")
    expect(second.page.locator("main")).to_contain_text("No paper was handed in from this phone.")
    room.desk.go("Show the result")
    expect(room.screen.locator(".rank-row.verdict-advance .rank-figure")).to_have_text(["3", "1"])
    room.picture("points-review")


def ranked(room: Room) -> None:
    first, _ = room.phones
    press_rows(first, 2, 1, 4)
    press_rows(first, 2)  # away again: the others move up
    expect(first.page.locator(".paper-box")).to_have_text(["1", "", "", "2"])
    hand_in(first)
    room.picture("ranked")
    room.desk.go("Close the vote", "Show the result")
    expect(room.screen.locator(".rank-row.verdict-advance .rank-figure")).to_have_text(["3", "2"])
    room.picture("ranks-review")


def test_a_run_off(hall: Hall) -> None:
    room = Room(hall, plan(round("yes-no", ties="run-off")), phones=2, count=3)
    room.desk.go("Start round A")
    room.vote_on_all("YY", "YY", "NN")
    expect(room.screen.locator(".tie")).to_contain_text("A run-off between them decides.")
    expect(room.desk.page.locator("#next-detail")).to_contain_text("share the last places: 1 and 2")
    room.picture("tie")
    room.desk.go("Start the run-off of A")
    expect(room.screen.locator("h1")).to_contain_text("Run-off")
    expect(room.phones[0].page.locator("h1")).to_contain_text("Run-off")
    room.picture("run-off")
    room.vote_on_all("YN", "YY")
    expect(room.screen.locator("h1")).to_contain_text("Run-off")
    room.picture("run-off-review")
    room.seal()
    expect(room.screen.locator(".protocol-list")).to_contain_text(TEXTS[1])
    expect(room.screen.locator(".protocol-list")).not_to_contain_text(TEXTS[0])
    room.desk.ready("Finish the conference")
    room.picture("sealed")


def test_a_lot_whose_seed_is_seen_before_it_is_drawn(hall: Hall) -> None:
    room = Room(hall, plan(round("yes-no", ties="lot", pace="paper")), phones=1, count=3)
    room.desk.go("Start round A", "Open the vote on all")
    cards = room.phones[0].page.locator(".cards > .card")
    for at, choice in enumerate(("Yes", "Yes", "No")):
        cards.nth(at).get_by_role("button", name=choice, exact=True).click()
        expect(cards.nth(at).locator(".state-in")).to_be_visible()
    room.picture("own-pace")
    room.desk.go("Close the vote", "Show the result")
    shown = room.screen.locator(".lot")
    expect(shown).to_have_text(re.compile(r"A lot will be drawn\. Its seed, shown beforehand: \d{6}"))
    seed = shown.inner_text()[-6:]
    expect(room.phones[0].page.get_by_text(seed)).to_be_visible()
    room.picture("lot")
    room.desk.ask("Draw the lot")
    expect(room.desk.page.get_by_role("dialog")).to_contain_text(f"Its seed, shown beforehand: {seed}")
    room.desk.answer("Draw the lot")
    room.desk.ready("Seal the round")
    expect(room.desk.page.locator(".log")).to_contain_text(f"Seed for a lot: {seed} (A)")
    for page in (room.screen, room.phones[0].page, room.desk.page):
        expect(page.get_by_text(f"The lot was drawn with the seed {seed}.")).to_be_visible()
    room.picture("drawn")


def test_the_server_is_killed_in_mid_vote(own_hall: Hall) -> None:
    own_hall.expect_messages(*LOST_CONTACT)
    room = Room(own_hall, plan(round("yes-no")), count=2)
    room.desk.go("Start round A", "Open item 1")
    first, second = room.phones
    first.vote("Yes")
    expect(second.page.get_by_role("heading", name=TEXTS[0])).to_be_visible()
    expect(room.screen.locator(".item-text")).to_have_text(TEXTS[0])
    own_hall.server.kill()
    expect(second.line).to_have_class(re.compile("line-reconnecting"))
    second.press("No")
    expect(second.state).to_have_text("No contact. Your vote is kept here and sent as soon as possible.")
    room.picture("no-contact")
    second.picture("kept")
    own_hall.server.start()
    expect(second.zone.locator(".state-in")).to_contain_text(": No.")
    expect(first.line).to_have_class("line line-connected")
    expect(room.desk.page.locator(".desk-bar .line")).to_have_text("Connected")
    room.desk.go("Close the vote")
    expect(room.screen.locator(".bar-count")).to_have_text(["1", "1"])


def test_a_phone_is_offline_in_mid_vote(hall: Hall) -> None:
    hall.expect_messages(*LOST_CONTACT)
    room = Room(hall, plan(round("yes-no", "yes > 50%")), count=2)
    room.desk.go("Start round A", "Open item 1")
    first, second = room.phones
    expect(second.page.get_by_role("heading", name=TEXTS[0])).to_be_visible()
    second.page.context.set_offline(True)
    expect(second.line).to_have_class(re.compile("line-reconnecting"))
    second.press("Yes")
    expect(second.state).to_have_text("No contact. Your vote is kept here and sent as soon as possible.")
    second.page.context.set_offline(False)
    expect(second.zone.locator(".state-in")).to_contain_text(": Yes.")
    first.vote("No")
    first.page.context.set_offline(True)
    first.press("Yes")  # too late: it closes before the phone is back
    room.desk.go("Close the vote")
    expect(room.screen.locator(".bar-count")).to_have_text(["1", "1"])
    first.page.context.set_offline(False)
    expect(first.page.locator(".my-vote.is-lost")).to_be_visible()
    first.picture("too-late")


def test_two_facilitators_at_once(hall: Hall) -> None:
    hall.expect_messages("status of 409")  # the refusal that the page explains
    room = Room(hall, plan(round("yes-no")), count=3)
    other = Desk(hall, hall.page(1280, 800, "en"))
    late = withhold_news(other.page)
    other.page.goto(f"{hall.server.url}facilitate/{room.made['conference']}?token={room.made['facilitator_token']}")
    room.desk.go("Start round A")
    other.go("Open item 1")
    room.desk.ready("Close the vote")
    other.ready("Close the vote")
    late.append(True)
    room.desk.go("Close the vote", "Next: item 2")
    room.desk.ready("Close the vote")
    expect(other.page.locator(".now-text")).to_have_text(TEXTS[0])
    other.go("Close the vote")
    expect(other.page.locator("#message")).to_contain_text("The conference had already moved on, so nothing was done.")
    expect(other.page.locator(".now-text")).to_have_text(TEXTS[1])
    other.picture("stale")
    expect(room.screen.locator(".item-text")).to_have_text(TEXTS[1])
    expect(room.screen.locator(".turnout-open")).to_be_visible()
