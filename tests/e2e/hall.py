"""The hall with its pages: the facilitator's desk, the phones, the big screen; and what none of them may do.

With CONSENSUS_PICTURES=folder every `Page.picture` is written there, to be looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocketRoute, expect

from tests import pseudo
from tests.e2e.process import ServerProcess

PICTURES = os.environ.get("CONSENSUS_PICTURES")
PATIENCE = 15_000
#: what the pages guard themselves with against a nervous thumb, in milliseconds, and a little more
BETWEEN_STEPS = 720
BEFORE_A_KEY_CONFIRMS = 520
WORKING = re.compile("…$")
LOCALES = {"sv": "sv-SE", "en": "en-GB", pseudo.CODE: pseudo.CODE}
#: what Chromium itself writes when a server is gone
LOST_CONTACT = ("net::ERR_", "WebSocket connection to")

expect.set_options(timeout=PATIENCE)


class Hall:
    """Opens pages on one server, and knows everything that went wrong on any of them."""

    def __init__(self, browser: Browser, server: ServerProcess, name: str) -> None:
        self.browser, self.server, self.name = browser, server, name
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []
        self.expected: list[str] = []
        self.pictures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        for context in self.contexts:
            context.close()
        assert not self.problems, "\n".join(self.problems)

    def page(self, width: int, height: int, language: str = "sv", **how: Any) -> Page:
        """A page of its own in a browser of its own, as on a machine of its own."""
        size = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, locale=LOCALES[language], reduced_motion="reduce", **how)
        self.contexts.append(context)
        return self.watch(context.new_page())

    def watch(self, page: Page) -> Page:
        host = urlsplit(self.server.url).netloc
        page.set_default_timeout(PATIENCE)
        page.on(
            "console", lambda message: self._said(message.type, f"{message.text} {message.location.get('url', '')}")
        )
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", lambda request: self._asked(request.url, host))
        page.on("websocket", lambda socket: self._asked(socket.url, host))
        return page

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(part in text for part in self.expected):
            self.problems.append(f"console: {text}")

    def _asked(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            self.problems.append(f"request to elsewhere: {url}")

    def expect_messages(self, *parts: str) -> None:
        """From now on Chromium itself may write messages with these parts: a test has asked for them."""
        self.expected.extend(parts)

    def picture(self, page: Page, name: str, whole: bool = False) -> None:
        if PICTURES:
            self.pictures += 1
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{self.name}-{self.pictures:02}-{name}.png", full_page=whole)


class Desk:
    """The facilitator's page."""

    def __init__(self, hall: Hall, page: Page) -> None:
        self.hall, self.page = hall, page
        self.rested = 0.0

    @classmethod
    def of(cls, hall: Hall, made: dict[str, Any], language: str = "sv") -> Self:
        """The page of a conference that was made by command."""
        page = hall.page(1280, 800, language)
        page.goto(f"{hall.server.url}facilitate/{made['conference']}?token={made['facilitator_token']}")
        return cls(hall, page)

    @property
    def next(self) -> Locator:
        return self.page.locator("#next")

    def ready(self, step: str) -> None:
        """Wait until a step is the next one, and until the page takes it."""
        expect(self.next).to_contain_text(step)
        expect(self.next).to_have_attribute("aria-disabled", "false")

    def go(self, *steps: str) -> None:
        """Take the next steps with the presenter remote, each once it is there."""
        for step in steps:
            with self.step_taken():
                self.ask(step)

    def ask(self, step: str) -> None:
        """Press for a next step that is not taken at once: it asks something first."""
        self.ready(step)
        self.page.wait_for_timeout(max(0, BETWEEN_STEPS - 1000 * (monotonic() - self.rested)))
        self.page.keyboard.press("PageDown")
        self.rested = monotonic()

    @contextmanager
    def step_taken(self) -> Iterator[None]:
        """What is done inside takes a step: wait for the answer. The page rests for a moment from then on."""
        with self.page.expect_response("**/api/c/**"):
            yield
        expect(self.next).not_to_have_text(WORKING)
        self.rested = monotonic()

    def rest(self) -> None:
        """Something was handed in that the page rests after."""
        self.rested = monotonic()

    def answer(self, button: str, reason: str | None = None) -> None:
        """Confirm in the dialog, with the mouse."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        if reason is not None:
            dialog.get_by_role("textbox").fill(reason)
        with self.step_taken():
            dialog.get_by_role("button", name=button, exact=True).click()
        expect(dialog).to_be_hidden()

    def answer_by_key(self) -> None:
        """Confirm in the dialog from the keyboard, once it takes a key."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        self.page.wait_for_timeout(BEFORE_A_KEY_CONFIRMS)
        with self.step_taken():
            self.page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()

    def screen(self) -> Page:
        """Open the big screen from its link, on the projector."""
        page = self.hall.page(1920, 1080)
        link = self.page.locator(".desk-links a").get_attribute("href")
        page.goto(f"{self.hall.server.url.rstrip('/')}{link}")
        expect(page.locator("#screen header, .lobby")).to_be_visible()
        return page

    def download(self, name: str) -> Path:
        """Take a document from the page's downloads."""
        with self.page.expect_download() as waiting:
            self.page.locator(".downloads").get_by_role("link", name=name).click()
        file = self.hall.server.place / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file

    def picture(self, name: str, whole: bool = False) -> None:
        self.hall.picture(self.page, f"desk-{name}", whole)


def press_together(*desks: Desk) -> None:
    """Press the big button on several pages in the same moment, and wait until each has what came of it."""
    start = monotonic()
    for desk in desks:
        left = 300 - 1000 * (monotonic() - start)
        press = "document.getElementById('next').click(); window.isPressed = true"
        desk.page.evaluate(f"window.isPressed = false; setTimeout(() => {{ {press} }}, {left})")
    for desk in desks:
        desk.page.wait_for_function("() => window.isPressed")
    for desk in desks:
        expect(desk.next).not_to_have_text(WORKING)
        expect(desk.next).to_have_attribute("aria-disabled", "false")
        desk.rested = monotonic()


def withhold_news(page: Page) -> list[bool]:
    """Let nothing reach the page over its lines, those that it takes from now on, as long as the list is not empty."""
    withheld: list[bool] = []

    def route(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(lambda message: None if withheld else line.send(message))

    page.route_web_socket(re.compile("/socket.io/"), route)
    return withheld


class Phone:
    """A panellist's phone, of the smallest size."""

    def __init__(self, hall: Hall, language: str = "sv") -> None:
        self.hall, self.language = hall, language
        self.page = hall.page(360, 640, language, has_touch=True)

    @classmethod
    def with_card(cls, hall: Hall, secret: str, language: str = "sv") -> Self:
        """A phone that has scanned its card and is in."""
        phone = cls(hall, language)
        phone.open(f"{hall.server.url}j/{secret}")
        return phone

    def open(self, address: str) -> None:
        """Follow an address that lets the phone in."""
        self.page.goto(address)
        self.is_in()

    def is_in(self) -> None:
        self.page.wait_for_url("**/vote")
        expect(self.line).to_have_class("line line-connected")

    @property
    def line(self) -> Locator:
        return self.page.locator(".line")

    @property
    def state(self) -> Locator:
        """Where the vote stands, in words."""
        return self.page.locator(".zone .vote-state")

    @property
    def zone(self) -> Locator:
        return self.page.locator(".zone")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, choice: str) -> None:
        """Press a choice on the one item that is open."""
        self.zone.get_by_role("button", name=choice, exact=True).click()

    def vote(self, choice: str) -> None:
        """Vote, and wait until the server has the vote."""
        self.press(choice)
        expect(self.page.locator(".zone .state-in")).to_contain_text(f": {choice}.")

    def picture(self, name: str, whole: bool = False) -> None:
        self.hall.picture(self.page, f"phone-{name}", whole)
