"""The panel's part of a conference in a browser as old as was given, and in the one of today: the same story."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import find_browser
from tests.e2e.old_browser import OldBrowser, old_browser
from tests.e2e.process import ServerProcess
from tests.e2e.test_ballots import items, plan
from tests.e2e.test_ballots import round as a_round

PICTURES = os.environ.get("CONSENSUS_PICTURES")
ROUNDS = (
    a_round("yes-no", "yes >= 90%", otherwise="hold"),
    a_round("scale 1-9", "median >= 5", vote_on="held in A"),
    a_round("pick 2", "top 2", pace="paper"),
)


@pytest.fixture(
    params=[
        pytest.param(find_browser, marks=pytest.mark.browser, id="today"),
        pytest.param(old_browser, marks=pytest.mark.old_browser, id="old"),
    ]
)
def any_browser(request: pytest.FixtureRequest) -> Iterator[OldBrowser]:
    with OldBrowser(request.param()) as browser:
        print(browser.version)
        yield browser


class Leader:
    """Leads without a page."""

    def __init__(self, url: str, made: dict[str, Any]) -> None:
        self.address, self.token = f"{url}api/c/{made['conference']}/", made["facilitator_token"]

    def act(self, action: str, **details: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}{action}", json.dumps(details).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                state: dict[str, Any] = json.load(answer)["state"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{action}: {refused.read().decode()}") from None
        return state


class Phone:
    """A panellist's phone in that browser."""

    def __init__(self, browser: OldBrowser, url: str) -> None:
        self.url, self.page, self.pictures = url, browser.page(360, 640), 0
        self.browser = browser

    def vote(self, choice: str) -> None:
        self.page.press(".zone .choice", choice)
        self.page.sees(f"Din röst är inne: {choice}")

    def picture(self, name: str) -> None:
        if PICTURES:
            self.pictures += 1
            version = self.browser.version.partition("/")[2].partition(".")[0]
            self.page.picture(Path(PICTURES) / f"old-{version}-{self.pictures:02}-{name}.png")


def test_a_panellist_takes_part_from_the_first_page_to_the_last(
    own_server: ServerProcess, any_browser: OldBrowser
) -> None:
    made = own_server.create(plan(*ROUNDS), items(3), 3, "sv")
    leader, phone = Leader(own_server.url, made), Phone(any_browser, own_server.url)
    comes_in(phone, made["seats"][0])
    votes(phone, leader)
    own_server.kill()
    phone.page.sees("Ingen kontakt")
    phone.page.press(".zone .choice", "Nej")
    phone.page.sees("Rösten finns kvar här")
    own_server.start()
    phone.page.sees("Din röst är inne: Nej")
    argues(phone, leader)
    rates_anew(phone, leader)
    picks(phone, leader)
    evaluates(phone, leader)
    assert phone.page.problems == []


def comes_in(phone: Phone, secret: str) -> None:
    phone.page.goto(phone.url)
    phone.page.sees("Skriv koden")
    phone.picture("join")
    phone.page.type("#code", secret)
    phone.page.press("button[type=submit]")
    phone.page.sees("Du är med")
    phone.picture("in")


def votes(phone: Phone, leader: Leader) -> None:
    leader.act("start", round="A")
    leader.act("open", item=1)
    phone.page.sees("A first talk")
    phone.picture("item")
    phone.vote("Ja")
    phone.vote("Nej")
    phone.picture("voted")
    phone.page.reload()
    phone.page.sees("Din röst är inne: Nej")
    leader.act("close")
    phone.page.sees("Min röst: Nej")
    phone.picture("result")
    leader.act("open", item=2)
    phone.page.sees("One named contact")


def argues(phone: Phone, leader: Leader) -> None:
    leader.act("close")
    close_each(leader, 3)
    phone.page.sees("Omgången är klar")
    phone.picture("review")
    leader.act("seal")
    leader.act("arguments", open=True)
    phone.page.press("summary", "Skriv ett argument")
    phone.page.press(".argue-side", "För")
    phone.page.type("#argument-text", "Det ber de unga själva om.")
    phone.picture("argument")
    phone.page.press("button", "Lämna in argumentet")
    phone.page.sees("Ditt argument är mottaget")
    state = leader.act("arguments", open=False)
    (argument,) = [one["argument"] for one in state["queue"]]
    leader.act("moderate", argument=argument, verdict="show")


def close_each(leader: Leader, *numbers: int) -> None:
    """Nobody votes on these; then the round's result is shown."""
    for item in numbers:
        leader.act("open", item=item)
        leader.act("close")
    leader.act("next")


def rates_anew(phone: Phone, leader: Leader) -> None:
    """A second vote beside the first, with the arguments."""
    leader.act("start", round="B")
    leader.act("open", item=1)
    phone.page.sees("Det ber de unga själva om.")
    phone.page.sees("Förra gången")
    phone.picture("second-vote")
    phone.vote("9")
    leader.act("close")
    phone.page.sees("Min röst: 9")
    phone.picture("second-result")
    close_each(leader, 2, 3)
    leader.act("seal")


def picks(phone: Phone, leader: Leader) -> None:
    leader.act("start", round="C")
    leader.act("open")
    for text in ("A first talk", "A shared written plan"):
        phone.page.press(".paper-row", text)
    phone.picture("picked")
    phone.page.press(".hand-in")
    phone.page.sees("Ditt papper är inlämnat")
    phone.page.reload()
    phone.page.sees("Ditt papper är inlämnat")
    for action in ("close", "next", "seal", "finish"):
        leader.act(action)
    phone.page.sees("Konferensen är avslutad")
    phone.picture("finished")


def evaluates(phone: Phone, leader: Leader) -> None:
    leader.act("open-evaluation")
    phone.page.sees("Hur nöjd är du med")
    for number in range(1, 7):
        phone.page.press(f".question[data-key=question-{number - 1}] .answer", "Nöjd")
    phone.picture("evaluation")
    phone.page.press(".hand-in")
    phone.page.sees("Dina svar är inlämnade")
