"""How much a page weighs on its way, everything counted: headers, files, the live line."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e import test_ballots as small
from tests.e2e.hall import Desk, Hall, Phone

pytestmark = pytest.mark.browser

KB = 1000
#: in kB: a phone up to its first vote; a screen and a facilitator's page with a result on them
PHONE, OTHERS = 60, 400


class Scales:
    """Adds up what a page's network brings in, as it comes over the wire."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda told: self._add(told["encodedDataLength"]))
        session.on("Network.webSocketFrameReceived", lambda told: self._add(len(told["response"]["payloadData"])))

    def _add(self, size: float) -> None:
        self.bytes += int(size)

    @property
    def kilobytes(self) -> float:
        return self.bytes / KB


def test_what_pages_weigh(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    made = hall.server.create(small.plan(small.round("yes-no")), small.items(), 3, "sv")
    desk = Desk(hall, hall.page(1280, 800))
    on_desk = Scales(desk.page)
    desk.page.goto(f"{hall.server.url}facilitate/{made['conference']}?token={made['facilitator_token']}")
    desk.go("Starta omgång A", "Öppna indikator 1")
    phone = Phone(hall)
    on_phone = Scales(phone.page)
    phone.open(f"{hall.server.url}j/{made['seats'][0]}")
    phone.vote("Ja")
    first_vote = on_phone.kilobytes
    screen = hall.page(1920, 1080)
    on_screen = Scales(screen)
    link = desk.page.locator(".desk-links a").get_attribute("href")
    screen.goto(f"{hall.server.url.rstrip('/')}{link}")
    desk.go("Stäng röstningen")
    expect(screen.locator(".figures")).to_be_visible()
    with capsys.disabled():
        found = f"phone's first vote {first_vote:.1f}, screen {on_screen.kilobytes:.1f}, desk {on_desk.kilobytes:.1f}"
        print(f"\nover the wire, kB: {found}")
    assert 10 < first_vote <= PHONE
    assert 10 < on_screen.kilobytes <= OTHERS
    assert 10 < on_desk.kilobytes <= OTHERS
