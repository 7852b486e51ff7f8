"""Every page is loaded anew, in whatever state the conference is: each must show again what it showed."""

from __future__ import annotations

import re
from difflib import ndiff

from playwright.sync_api import Page, expect

from tests.e2e.two_days.hall import Days

#: state -> what stands on the screens and on the phones in it: so long is waited before the first look
SAID = {
    "draft": ("Konferensen har inte börjat", "Konferensen har inte börjat|has not begun"),
    "lobby": ("är här", "Låt sidan vara öppen|Keep this page open"),
    "discussion": ("Inför röstningen", "Inför röstningen|Before the vote"),
    "voting": ("Rösta nu", "Ja|Yes"),
    "closed": ("Av alla", "Röstningen är stängd|The vote is closed"),
    "review": ("Omgången är klar", "Omgången är klar|The round is done"),
    "sealed": ("Omgången är förseglad", "Omgången är förseglad|The round is sealed"),
    "finished": ("Konferensen är avslutad", "Konferensen är avslutad|The conference is finished"),
    "evaluation": ("Svara på frågorna i din telefon", "Hur nöjd är du|How satisfied are you"),
}
#: What a person can read, with all folds opened for the look, and what is ticked and written. Left out: clocks that
#: run, what tells of the last press alone, and how many pages the screen has: its pictures come when they are drawn.
READ = """() => {
  const folds = [...document.querySelectorAll('details')].map((fold) => [fold, fold.open]);
  for (const [fold] of folds) fold.open = true;
  const fleeting = '.countdown, [role=alert], .typed-done, .argue-told, .paging, .unseen';
  const passing = [...document.querySelectorAll(fleeting)];
  for (const one of passing) one.style.display = 'none';
  const read = document.body.innerText.replace(/\\s+/g, ' ');
  for (const one of passing) one.style.display = '';
  for (const [fold, open] of folds) fold.open = open;
  const all = (selector, tell) => [...document.querySelectorAll(selector)].map(tell);
  const filled = all('.phone :checked:not(option), .phone textarea', (one) => `${one.name}=${one.value}`);
  const pressed = all('[aria-pressed=true], [aria-checked=true]', (one) => one.innerText);
  return [read, ...filled, ...pressed].join('\\n');
}"""

#: who is here, and who votes on paper, is told to the facilitators in its own time: until a page has stood still
STILL = f"""() => {{
  const read = {READ};
  let [last, since] = [null, 0];
  const look = (done) => {{
    const now = read();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > 2500) return done();
    setTimeout(() => look(done), 100);
  }};
  window.still = new Promise(look);
}}"""

SHOWN_AGAIN = f"(before) => !window.isOld && document.body && ({READ})() === before"


def reload_all(days: Days, state: str, said: str | None = None) -> None:
    """Load every page anew at once. said: what screens and phones say, where the state alone does not tell it."""
    on_screen, on_phone = (said, said) if said else SAID[state]
    for desk in days.desks:
        expect(desk.page.locator("body")).to_have_attribute("data-state", state.replace("evaluation", "finished"))
    for screen in days.screens:
        _first_page(screen)
        expect(screen.locator("body")).to_contain_text(re.compile(on_screen))
    for phone in days.phones:
        expect(phone.page.locator("body")).to_contain_text(re.compile(on_phone))
    for page in days.pages:
        if page.locator(".turnout-track").count():  # it is counted anew in its own time; by now all have voted
            expect(page.locator(".turnout-count")).to_have_text(re.compile(r"^(\d+) (av|of) \1 "))
    for desk in days.desks:
        desk.page.evaluate(STILL)
    for desk in days.desks:
        desk.page.evaluate("window.still")
    before = [(page, page.evaluate(READ)) for page in days.pages]
    for page, _ in before:
        page.evaluate("window.isOld = true; setTimeout(() => location.reload())")
    for page, text in before:
        _shows_again(page, text)


def _first_page(screen: Page) -> None:
    """What does not fit on one page of the screen turns by itself: begin at the beginning."""
    paging = screen.locator(".paging")
    while paging.count() and "Sida 1 av" not in paging.inner_text():
        screen.keyboard.press("ArrowRight")


def _shows_again(page: Page, text: str) -> None:
    """Wait until a page that was loaded anew shows what it showed; else fail with what differs."""
    try:
        page.wait_for_function(SHOWN_AGAIN, arg=text, polling=100)
    except Exception as problem:
        differing = [one for one in ndiff(text.split(), page.evaluate(READ).split()) if one[0] in "+-"]
        raise AssertionError(f"{page.url} after a reload: {' '.join(differing)}") from problem
