"""Everything by keyboard alone: the facilitator's pages and a phone, with no mouse and no finger anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import BEFORE_A_KEY_CONFIRMS, BETWEEN_STEPS, Desk, Hall, Phone
from tests.e2e.panel import Lead

pytestmark = pytest.mark.browser

FAR = 120
#: where the focus is: what it is on, whether it can be seen there, and whether something lies over it
FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return { where: "nowhere", seen: false, covered: false, by: "" };
  const look = getComputedStyle(at);
  const read = at.matches("h1[tabindex='-1']"); // where a new page begins: nothing is pressed there
  const ring = read || (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2);
  const box = at.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const top = document.elementFromPoint(x, y);
  const own = [at, ...(at.labels || [])];
  const reached = !top || top.contains(at) || own.some((one) => one.contains(top));
  const by = reached ? `the edge of the window, at ${Math.round(x)}, ${Math.round(y)}` : top.outerHTML.slice(0, 120);
  return { where: at.outerHTML.slice(0, 120), seen: ring, covered: !reached || x < 0 || y < 0 || y > innerHeight, by };
}
"""


class Keys:
    """A keyboard on a page. At each stop the focus is somewhere, can be seen, and lies under nothing."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def check(self) -> None:
        focus = self.page.evaluate(FOCUS)
        assert focus["seen"], f"the focus is not seen: {focus['where']}"
        assert not focus["covered"], f"{focus['where']} has the focus and lies under {focus['by']}"

    def to(self, wanted: Locator, key: str = "Tab") -> None:
        """Go on with Tab until something has the focus."""
        expect(wanted).to_have_count(1)
        for _ in range(FAR):
            if wanted.evaluate("(one) => one === document.activeElement"):
                return
            self.press(key)
            if self.page.evaluate("() => document.activeElement !== document.body"):  # else it is on its way around
                self.check()
        raise AssertionError(f"{wanted} is not reached with {key}")

    def use(self, wanted: Locator, with_key: str = "Enter") -> None:
        """Go to something and press it."""
        self.to(wanted)
        self.press(with_key)

    def write(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.press("Control+A")
        self.page.keyboard.insert_text(text)

    def is_on(self, wanted: Locator) -> None:
        expect(wanted).to_be_focused()
        self.check()

    def is_somewhere(self) -> None:
        """The focus was not lost."""
        self.page.wait_for_function("() => document.activeElement && document.activeElement !== document.body")
        self.check()


def named(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


# --- the facilitator


def test_a_facilitator_without_a_mouse(own_hall: Hall) -> None:
    """From the first page to a sealed round with a tie."""
    page = own_hall.page(1280, 800, "en")
    page.goto(own_hall.server.sign_in)
    keys, desk = Keys(page), Desk(own_hall, page)
    the_skip_link_skips(keys)
    a_conference_is_made(keys)
    desk.ready("Open the doors")
    the_list_is_changed(keys)
    secrets = cards(own_hall, page)
    phones = [Phone.with_card(own_hall, secret, "en") for secret in secrets[:2]]
    a_round_is_led(keys, desk, phones)
    the_tie_is_decided(keys, desk)
    dialogs_hold_the_focus(keys, desk)


def the_skip_link_skips(keys: Keys) -> None:
    keys.press("Tab")
    keys.is_on(keys.page.locator(".skip"))
    keys.press("Enter", "Tab")
    keys.is_on(keys.page.get_by_role("link", name="New conference"))


def a_conference_is_made(keys: Keys) -> None:
    page = keys.page
    keys.press("Enter")
    keys.write(page.get_by_label("Title"), "By keyboard")
    keys.write(page.get_by_label("Number of seats"), "3")
    keys.use(page.locator("details.fold > summary"), "Space")
    keys.to(page.locator('[name="plan"]:checked'))
    keys.press("ArrowDown", "ArrowUp")
    keys.write(page.locator("#items-text"), LIST)
    keys.to(page.get_by_role("button", name="Change the chosen plan …"), "Shift+Tab")
    keys.press("Enter")
    the_plan_is_changed(keys)
    keys.to(page.locator('.button-main[value="preview"]'))
    keys.press("Enter")
    keys.use(page.locator('[value="create"]'))


#: the fourth says nearly the same as the first
LIST = """number,kind,text
1,process,The young person has had a first talk within five working days
2,process,One named contact
3,effect,More young people are in work
4,process,The young person has a first talk within five working days
"""


def the_plan_is_changed(keys: Keys) -> None:
    page = keys.page
    first = page.locator("[data-key='r-P1'] .sentence input").first
    keys.write(first, "1")
    expect(page.locator("#plan-undo")).to_have_attribute("aria-disabled", "false")
    keys.is_on(first)
    ties = page.locator("[data-key='r-P1-ties']")
    keys.to(ties)
    ties.select_option("ask")
    keys.use(page.locator("[data-key='r-P1'] summary"))
    keys.use(page.locator("[data-key='r-P1-again']"))
    expect(page.locator("section.round")).to_have_count(6)
    keys.is_somewhere()
    keys.use(page.locator("#plan-undo"), "Space")
    expect(page.locator("section.round")).to_have_count(5)
    keys.is_on(page.locator("#plan-undo"))
    keys.use(page.get_by_role("button", name="Use this plan"))


def the_list_is_changed(keys: Keys) -> None:
    page = keys.page
    keys.use(page.get_by_role("link", name="Go through the items"))
    keys.use(named(page, "Merge items 1 and 4 …"))
    keys.is_on(page.locator("#item-text"))
    keys.press("Shift+Tab", "Shift+Tab")
    assert page.evaluate(
        "() => document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
    )
    keys.use(page.locator("#item-go"))
    expect(page.locator("dialog[open]")).to_have_count(0)
    keys.is_on(named(page, "Change item 5"))
    keys.press("Alt+ArrowDown")
    expect(page.locator(".item-number")).to_have_text(["2", "5", "3"])
    keys.is_on(named(page, "Change item 5"))
    keys.use(named(page, "Move item 5 down"))
    expect(page.locator(".item-number")).to_have_text(["2", "3", "5"])
    keys.is_on(named(page, "Move item 5 down"))
    keys.to(named(page, "Remove item 3"), "Shift+Tab")
    keys.press("Enter")
    keys.is_on(page.locator("#item-cancel"))
    keys.press("Escape")
    keys.is_on(named(page, "Remove item 3"))
    keys.use(page.get_by_role("button", name="Add an item …"))
    keys.write(page.locator("#item-text"), "A shared written plan")
    keys.press("Control+Home")
    keys.use(page.locator("#item-go"))
    expect(page.locator(".item")).to_have_count(4)
    keys.is_somewhere()
    keys.use(page.get_by_role("link", name="Done"))
    expect(page.locator("#next")).to_be_visible()


def cards(hall: Hall, page: Page) -> list[str]:
    """The codes on the conference's cards, read on another page."""
    other = hall.watch(page.context.new_page())
    other.goto(f"{page.url.split('?')[0]}/cards")
    codes = other.locator(".card-code").all_inner_texts()
    other.close()
    return codes


def step(keys: Keys, desk: Desk, name: str) -> None:
    """Take the next step from its button."""
    desk.ready(name)
    keys.to(desk.next, "Shift+Tab" if keys.page.evaluate("() => scrollY > 0") else "Tab")
    keys.page.wait_for_timeout(BETWEEN_STEPS)
    with desk.step_taken():
        keys.press("Space")
    keys.is_on(desk.next)


def a_round_is_led(keys: Keys, desk: Desk, phones: list[Phone]) -> None:
    """The big button, then the remote's key; two items that nobody can tell apart. What is pressed may go."""
    page = keys.page
    step(keys, desk, "Open the doors")
    desk.go("Start round P1")
    keys.is_on(desk.next)
    keys.use(page.locator('[data-do="timer-start"][data-seconds="600"]'))
    expect(page.locator('[data-do="timer-stop"]')).to_be_visible()
    keys.is_somewhere()
    keys.use(page.locator('[data-do="timer-stop"]'))
    expect(page.locator('[data-do="timer-stop"]')).to_have_count(0)
    keys.is_somewhere()
    keys.to(desk.next, "Shift+Tab")
    desk.go("Open item 2")
    for choices in ("Yes", "Yes"), ("Yes", "Yes"), ("No", "No"):
        for phone, choice in zip(phones, choices, strict=True):
            phone.vote(choice)
        following = desk_next(desk)
        desk.go("Close the vote", following)
        keys.is_somewhere()


def desk_next(desk: Desk) -> str:
    """The step after the one that is taken now: it stands on the button by then."""
    desk.ready("Close the vote")
    last = desk.page.locator(".chip-waiting").count() == 0
    return "Show the result" if last else "Next: item"


def the_tie_is_decided(keys: Keys, desk: Desk) -> None:
    page = keys.page
    desk.page.wait_for_timeout(BETWEEN_STEPS)
    keys.press("PageDown")
    form = page.locator('[data-form="decide"]')
    keys.is_on(form.get_by_role("checkbox").first)
    keys.press("Space")
    keys.to(form.get_by_role("radio").first)
    keys.press("ArrowDown", "ArrowUp")
    keys.write(form.get_by_label("Reason"), "The room said so")
    keys.to(form.get_by_role("button"))
    with desk.step_taken():
        keys.press("Enter")
    expect(form).to_have_count(0)
    keys.is_somewhere()
    desk.page.wait_for_timeout(BETWEEN_STEPS)
    keys.press("Space")  # what had the focus is gone: the key leads on as before
    keys.is_on(page.get_by_role("dialog").get_by_role("button", name="Seal the round"))
    keys.press("Escape")


def dialogs_hold_the_focus(keys: Keys, desk: Desk) -> None:
    page = keys.page
    undo, dialog = page.locator('[data-do="undo"]'), page.get_by_role("dialog")
    keys.use(undo)
    keys.is_on(dialog.get_by_role("textbox"))
    for _ in range(7):
        keys.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )
    keys.press("Escape")
    keys.is_on(undo)
    keys.use(page.locator('[data-do="keys"]'), "Space")
    keys.is_on(dialog.get_by_role("button", name="Close"))
    keys.press("Enter")
    keys.is_on(page.locator('[data-do="keys"]'))
    keys.use(undo)
    page.keyboard.insert_text("Another item was meant")
    page.wait_for_timeout(BEFORE_A_KEY_CONFIRMS)
    keys.to(dialog.get_by_role("button", name="Undo"))
    with desk.step_taken():
        keys.press("Enter")
    expect(page.locator('[data-form="decide"]')).to_be_visible()
    keys.is_somewhere()


# --- a phone


def test_a_phone_without_a_finger(hall: Hall) -> None:
    """Join, vote, change the vote, three whole papers, and the evaluation."""
    ballots = ("yes-no", "pick 2", "rank 2", "points 3")
    rounds = "".join(ROUND.format(id=id, ballot=ballot) for id, ballot in zip("ABCD", ballots, strict=True))
    made = hall.server.create(f'title = "Keys"\nprotocols = ["chosen"]\n{rounds}', small.items(3), 2, "en")
    leader, phone = Lead.of(hall.server.url, made), Phone(hall, "en")
    keys = Keys(phone.page)
    phone.page.goto(hall.server.url)
    keys.is_on(phone.page.locator("#code"))
    phone.page.keyboard.type(made["seats"][0])
    keys.press("Enter")
    phone.is_in()
    one_item(keys, leader, phone)
    for round, fill in (("B", picked), ("C", ranked), ("D", shared_out)):
        leader.act("start", round=round)
        leader.act("open")
        a_paper(keys, leader, phone, fill)
    leader.act("finish")
    leader.act("open-evaluation")
    the_evaluation(keys, phone)


ROUND = """
[[rounds]]
id = "{id}"
title = "Vote {id}"
vote_on = "all"
ballot = "{ballot}"
advance = "top 1"
to = "chosen"
otherwise = "cut"
ties = "advance all"
"""


def one_item(keys: Keys, leader: Lead, phone: Phone) -> None:
    leader.act("start", round="A")
    for number in (1, 2, 3):
        leader.act("open", item=number)
        expect(phone.zone.get_by_role("button").first).to_be_enabled()
        keys.use(phone.button("Yes"), "Space")
        expect(phone.page.locator(".zone .state-in")).to_contain_text("Yes")
        keys.is_on(phone.button("Yes"))
        keys.use(phone.button("No"))
        expect(phone.page.locator(".zone .state-in")).to_contain_text("No")
        leader.act("close")
        expect(phone.page.locator(".my-vote")).to_be_visible()
        keys.is_somewhere()
    leader.act("next")
    leader.act("seal")


def a_paper(keys: Keys, leader: Lead, phone: Phone, fill: Callable[[Keys, Phone], None]) -> None:
    expect(phone.page.locator(".paper-row").first).to_be_visible()
    fill(keys, phone)
    keys.use(phone.page.locator(".hand-in"))
    expect(phone.state).to_contain_text("Your paper is in.")
    keys.is_on(phone.page.locator(".hand-in"))
    for action in ("close", "next", "seal"):
        leader.act(action)


def picked(keys: Keys, phone: Phone) -> None:
    for at in (0, 2):
        row = phone.page.locator(".paper-row").nth(at)
        keys.use(row, "Space")
        expect(row).to_have_attribute("aria-checked", "true")
        keys.is_on(row)


def ranked(keys: Keys, phone: Phone) -> None:
    for at, place in ((1, "place 1"), (2, "place 2")):
        row = phone.page.locator(".paper-row").nth(at)
        keys.use(row)
        expect(row).to_contain_text(place)
        keys.is_on(row)


def shared_out(keys: Keys, phone: Phone) -> None:
    more = phone.button("One point more: item 2")
    keys.use(more)
    keys.press("Space", "Enter")
    expect(phone.page.locator(".points").nth(1)).to_have_text("3")
    keys.is_on(more)
    keys.to(phone.button("One point less: item 2"), "Shift+Tab")
    keys.press("Enter")
    expect(phone.page.locator(".points").nth(1)).to_have_text("2")


def the_evaluation(keys: Keys, phone: Phone) -> None:
    page = phone.page
    expect(page.locator(".question").first).to_be_visible()
    for at in range(page.locator(".question").count()):
        first = page.locator(".question").nth(at).get_by_role("radio").first
        keys.to(first)
        keys.press("ArrowRight")
        expect(page.locator(".question").nth(at).get_by_role("radio").nth(1)).to_be_checked()
    keys.write(page.get_by_label("In your own words"), "More coffee")
    keys.use(page.locator(".hand-in"))
    expect(page.locator("[data-do=change-sheet]")).to_be_visible()
    keys.is_somewhere()
    keys.use(page.locator("[data-do=change-sheet]"), "Space")
    expect(page.locator(".question").first).to_be_visible()
    keys.is_somewhere()
