"""Looks at a page as those see it who cannot see it, and measures what a finger has to hit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
#: contrast at level AAA, for the page that is voted on
AAA = "color-contrast-enhanced"
CONTRAST = "color-contrast"
#: what can be wrong in one language and right in another
OF_LANGUAGE = ("html-has-lang", "html-lang-valid", "html-xml-lang-mismatch", "valid-lang", "document-title")
#: CSS pixels of the side of a target: WCAG asks for 24, the panel's fingers for more
TARGET = 44
#: things to press that are smaller than a finger; links within a sentence are exempt, as in WCAG 2.5.8
SMALL = """
(least) => {
  const fits = (box) => box.height >= least - 0.5 && box.width >= least - 0.5;
  return [...document.querySelectorAll("button, summary, select, a[href], input:not([type=hidden])")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("p:not(.small):not(.lead)"))
    .filter((one) => !one.matches('.skip:not(:focus), [aria-hidden="true"]'))
    .filter((one) => ![one, ...(one.labels || [])].some((place) => fits(place.getBoundingClientRect())))
    .map((one) => [one, one.getBoundingClientRect()])
    .map(([one, box]) => `${one.outerHTML.slice(0, 90)} is ${Math.round(box.width)} x ${Math.round(box.height)}`);
}
"""
#: what sticks out at the side; what scrolls by itself, as a table does, may be wider than the page
WIDER = """
() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > page.clientWidth + 0.5)
    .map((one) => `${one.outerHTML.slice(0, 90)} ends at ${Math.round(one.getBoundingClientRect().right)}`)
    .slice(0, 5);
}
"""
#: what is cut off because its box neither grows nor scrolls; where three dots tell so, it is meant
CUT = """
() => [...document.body.querySelectorAll("*")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen, .bar-line-name"))
  .filter((one) => {
    const style = getComputedStyle(one);
    if (one.clientWidth < 2) return false; // for the ear alone
    if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return false;
    const down = style.overflowY === "hidden" && one.scrollHeight > one.clientHeight + 2;
    return down || (style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 2);
  })
  .map((one) => [one.outerHTML.slice(0, 90), [one.scrollWidth, one.scrollHeight], [one.clientWidth, one.clientHeight]])
  .map(([what, needs, has]) => `${what}: ${needs.join(" x ")} in ${has.join(" x ")}`)
"""
FIND = """
([within, options]) => axe.run(within, options).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`)))
"""


def faults(page: Page, also: Collection[str] = (), within: str = "html") -> list[str]:
    """What axe-core finds at WCAG 2.2 AA, and by the rules named besides."""
    enabled = {rule: {"enabled": True} for rule in also}
    return _find(page, within, {"runOnly": {"type": "tag", "values": list(WCAG)}, "rules": enabled})


def faults_by(page: Page, rules: Collection[str], within: str = "html") -> list[str]:
    """What axe-core finds by these rules alone."""
    return _find(page, within, {"runOnly": {"type": "rule", "values": list(rules)}})


def _find(page: Page, within: str, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):  # half of a run's time is bringing it into the page
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FIND, [within, {**options, "resultTypes": ["violations"]}])
    return found


def small_targets(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SMALL, TARGET)
    return found


def too_wide(page: Page) -> list[str]:
    """What makes a page scroll sideways."""
    found: list[str] = page.evaluate(WIDER)
    return found


def cut_off(page: Page) -> list[str]:
    """What nobody can read to its end."""
    found: list[str] = page.evaluate(CUT)
    return found
