"""Looks at pages in each of their states, and keeps what is wrong with them.

Every state is looked at in both languages, light and dark, at the width of a small phone and at 200 %. What cannot
differ is not looked at twice: the structure of a page (names, roles, order, labels) is the same in both languages and
in both schemes, so the whole of axe-core runs once for each state, in Swedish and light; what is dark has other
colours, so contrast is measured again; what is English has other words, so it is looked at for its language, its
sizes, and for what no longer fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.e2e import axe

#: the language that the structure is looked at in
WHOLE = "sv"
#: WCAG 1.4.10 asks for 320 pixels; a page at 200 % has half of its pixels left
NARROW = 320
DOUBLE = "(size) => { document.documentElement.style.fontSize = size; }"


class Inspection:
    """Pages by name, looked at state by state. `found` is what was wrong, a line for each."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.pages: dict[str, Page] = {}
        self.found: list[str] = []
        self.seen: list[str] = []

    def look(self, state: str, **shown: str) -> None:
        """Look at the pages named, each once what tells of the state is visible on it."""
        for name, selector in shown.items():
            page = self.pages[name]
            expect(page.locator(selector).locator("visible=true").first, f"{state}, {name}").to_be_visible()
            modal = (
                "dialog[open]" if selector.startswith("dialog") else "html"
            )  # what lies behind a dialog is out of reach
            self.inspect(f"{state}, {name}", page, on_wall=name == "screen", within=modal)

    @staticmethod
    def unfold(page: Page, selector: str = "details") -> None:
        """Open every fold: what is folded away is a state too."""
        page.locator(selector).evaluate_all("(all) => all.forEach((one) => { one.open = true; })")

    def inspect(self, where: str, page: Page, *, on_wall: bool = False, within: str = "html") -> None:
        """Look at one page as it is now."""
        self.seen.append(where)
        if self.language == WHOLE:
            enhanced = [axe.AAA] if "vote" in where and ", phone" in where else []
            self._note(where, axe.faults(page, enhanced, within))
            page.emulate_media(color_scheme="dark")
            self._note(f"{where}, dark", axe.faults_by(page, [axe.CONTRAST, *enhanced], within))
            page.emulate_media(color_scheme="light")
        else:
            self._note(where, axe.faults_by(page, axe.OF_LANGUAGE))
        if on_wall:  # nothing is pressed on it, and it is as wide as the wall
            self._note(f"{where}: cut off", axe.cut_off(page))
        else:
            self._note(f"{where}: targets", axe.small_targets(page))
            self._fits(where, page)

    def _fits(self, where: str, page: Page) -> None:
        size = page.viewport_size
        assert size is not None
        for width in sorted({NARROW, max(NARROW, size["width"] // 2)}):
            with narrowed(page, width):
                self._note(f"{where}, {width} wide", [*axe.too_wide(page), *axe.cut_off(page)])
        if size["width"] < 2 * NARROW:  # a phone is not zoomed to half of its width: its text is enlarged
            page.evaluate(DOUBLE, "200%")
            self._note(f"{where}, text at 200 %", axe.too_wide(page))
            page.evaluate(DOUBLE, "")

    def is_clean(self) -> None:
        """Ensures that nothing was wrong anywhere."""
        assert self.seen
        assert not self.found, "\n".join(self.found)

    def _note(self, where: str, faults: list[str]) -> None:
        self.found += [f"{where}: {fault}" for fault in faults]


@contextmanager
def narrowed(page: Page, width: int) -> Iterator[None]:
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": width, "height": before["height"]})
    yield
    page.set_viewport_size(before)
