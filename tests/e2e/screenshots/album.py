"""Where pictures go, how large they are, and the conference that they are taken of."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.hall import Desk, Hall, Phone
from tests.e2e.panel import Json, Lead, Panel

#: of a page that is longer, in CSS pixels, the rest is left away
LONGEST = 1500
COLOURS = 128


class Album:
    """A folder of pictures. What is in it and was not taken anew goes when it is closed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.taken = folder, set[str]()
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str, whole: bool = False) -> None:
        """Take a picture of what a page shows, or of the whole page."""
        page.wait_for_function("document.fonts.status === 'loaded'")
        with as_high_as(page, self._height(page) if whole else None):
            shot = page.screenshot(animations="disabled")
        file = self.folder / f"{name}.png"
        picture = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        picture.save(file, optimize=True)
        self.taken.add(file.name)
        print(f"wrote {file}", file=sys.stderr)

    @staticmethod
    def _height(page: Page) -> int:
        height: int = page.evaluate("document.documentElement.scrollHeight")
        return min(height, LONGEST)

    def close(self) -> None:
        for file in self.folder.glob("*.png"):
            if file.name not in self.taken:
                file.unlink()


@contextmanager
def as_high_as(page: Page, height: int | None) -> Iterator[None]:
    """Make the window so high for a while: what keeps to its lower edge is then not in the middle."""
    size = page.viewport_size
    if height is None or size is None:
        yield
        return
    page.set_viewport_size({"width": size["width"], "height": height})
    yield
    page.set_viewport_size(size)


class Stage:
    """A conference with its desk, its screen, two phones in a browser and twenty-one that are programs."""

    def __init__(self, hall: Hall, album: Album, made: Json) -> None:
        self.hall, self.album, self.made = hall, album, made
        self.lead = Lead(hall.server.url, made["conference"], made["facilitator_token"])
        self.desk = Desk.of(hall, made)
        self.own = f"{hall.server.url}facilitate/{made['conference']}"

    def come_in(self) -> None:
        """All but one of the panel come in."""
        *programs, first, second, _ = self.made["seats"]
        self.panel = Panel(self.hall.server.url, programs)
        self.screen = self.desk.screen()
        self.screen.set_viewport_size({"width": 1280, "height": 720})
        self.phone, self.second = (Phone.with_card(self.hall, secret) for secret in (first, second))

    def all(self, name: str) -> None:
        """Take what desk, screen and phone show at this moment; the step's button rests a moment after a step."""
        expect(self.desk.page.locator("[data-state=finished] #next, #next[aria-disabled=false]")).to_be_visible()
        self.album.take(self.desk.page, f"desk-{name}")
        self.album.take(self.screen, f"screen-{name}")
        self.album.take(self.phone.page, f"phone-{name}")

    def vote(self, round: str, item: int, voters: int | None = None) -> None:
        """Let the programs vote: what they think of an item is the same each time."""
        yes = round_of_opinions(item, len(self.panel.phones))
        choices = ["yes" if at < yes else "no" for at in range(len(self.panel.phones))]
        Random(item).shuffle(choices)
        self.panel.vote(round, item, choices[:voters])

    def play(self, until: str) -> None:
        """Go on, without pages, until the conference is in a state."""
        state = self.lead.state
        while state["state"] != until:
            if state["steps"]["next"]["action"] == "close":
                self.vote(state["round"]["id"], state["item"]["number"])
            state = self.decide(state) if state["steps"]["next"]["action"] == "decide" else self.lead.next()

    def decide(self, state: Json) -> Json:
        """The room decides for those that stand first in the list."""
        tie = next(tie for tie in state["review"]["ties"] if not tie["settled"])
        chosen = tie["items"][: tie["places"]]
        return self.lead.act("decide", items=chosen, verdict="advance", reason="Rummet var enigt")


def round_of_opinions(item: int, voters: int) -> int:
    """How many say yes to an item."""
    return round(voters * Random(f"opinion {item}").betavariate(1.7, 1.6))
