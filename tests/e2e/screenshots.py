"""Pictures of the three screens for the README: `python -m tests.e2e.screenshots docs/images`.

Runs the demo with simulated phones and one real phone page, leads it through two items of the first round, and takes
the phone and the facilitator's page while the third is open, the screen when it is closed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.browser import ARGUMENTS, find_browser

PHONES = 22
PATIENCE = 60
Json = dict[str, Any]


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """The demo on a free port; what it printed, by the first word of each line."""
    command = [sys.executable, "-m", "consensus", "demo", "--host", "127.0.0.1", "--port", "0", "--phones", str(PHONES)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline() for _ in range(4)]
            printed = {line[:12].strip(): line[12:].split()[0] for line in lines}
            yield printed
        finally:
            process.terminate()


class Lead:
    """The facilitator's actions over HTTP."""

    def __init__(self, address: str) -> None:
        page, self.token = address.split("?token=")
        root, self.conference = page.split("/facilitate/")
        self.api = f"{root}/api/c/{self.conference}"

    def ask(self, path: str, body: Json | None = None) -> Json:
        request = urllib.request.Request(
            f"{self.api}/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            found: Json = json.load(answer)
        return found

    def until(self, holds: Callable[[Json], bool]) -> None:
        """Ask for the state until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds(self.ask("state")):
            if time.monotonic() > end:
                raise SystemExit("the demo did not get there in a minute")
            time.sleep(0.1)


def voted(least: int) -> Callable[[Json], bool]:
    return lambda state: bool(state["turnout"]) and (state["turnout"]["voted"] or 0) >= least


def take(folder: Path) -> None:
    """Take the three pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as printed, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        lead = Lead(printed["facilitator"])
        phone = _page(browser, printed["a seat"], 390, 760, scale=1.5)
        screen = _page(browser, printed["screen"], 1280, 720)
        desk = _page(browser, printed["facilitator"], 1280, 880)
        lead.until(lambda state: state["present"] == PHONES + 1)
        lead.ask("start", {"round": "P1"})
        lead.ask("next", {})
        for _ in range(2):
            lead.until(voted(PHONES))
            lead.ask("close", {})
            lead.ask("next", {})
        for page in (phone, desk):
            expect(page.locator("body")).to_contain_text(_third(lead))
        lead.until(voted(PHONES - 5))
        _shoot(phone, folder / "phone.png")
        _shoot(desk, folder / "facilitator.png")
        lead.until(voted(PHONES))
        lead.ask("close", {})
        expect(screen.locator("[class*=bar]").first).to_be_visible()
        _shoot(screen, folder / "screen.png")
        browser.close()


def _third(lead: Lead) -> str:
    text: str = lead.ask("state")["item"]["text"]
    return text


def _page(browser: Browser, address: str, width: int, height: int, scale: float = 1) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale, locale="sv-SE", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    return page


def _shoot(page: Page, file: Path) -> None:
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.screenshot(path=file, animations="disabled")
    print(f"wrote {file}", file=sys.stderr)


if __name__ == "__main__":
    take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
