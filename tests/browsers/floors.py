"""From which versions on the pages work. docs/deployment.md tells the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.browsers.reading import imported

ROOT = Path(__file__).parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
BROWSERS = ("chrome", "firefox", "safari")


class Floor(NamedTuple):
    """The oldest versions of Chrome (Edge, Android), Firefox and Safari, as iOS counts it."""

    chrome: float
    firefox: float
    safari: float


#: what the panel brings: phones of any age
PHONE = Floor(74, 79, 12.2)
#: what the facilitator brings: a laptop, and the screen
LAPTOP = Floor(90, 91, 14.5)

#: what the data has by other names -> since when
BY_HAND: Mapping[str, Floor] = {
    "syntax ??": Floor(80, 79, 13.4),
    "syntax ?.": Floor(80, 79, 13.4),
    "syntax ??=": Floor(85, 79, 14),
    "syntax ||=": Floor(85, 79, 14),
    "syntax &&=": Floor(85, 79, 14),
    "syntax class fields": Floor(74, 79, 15),
    "syntax #private": Floor(84, 90, 15),
    "syntax static blocks": Floor(94, 93, 16.4),
    "syntax export * as": Floor(72, 80, 14.1),
    "syntax import.meta": Floor(64, 62, 12),
    "syntax import attributes": Floor(123, 138, 17.2),
    "syntax numeric separators": Floor(75, 79, 13),
    "syntax BigInt": Floor(67, 68, 14),
    "syntax top-level await": Floor(89, 89, 15),
    "syntax lookbehind": Floor(62, 79, 16.4),
    "syntax named groups": Floor(64, 79, 11.3),
    "syntax unicode properties": Floor(64, 79, 11.3),
    "syntax regex flag s": Floor(62, 79, 11.3),
    "syntax regex flag d": Floor(90, 88, 15),
    "syntax regex flag v": Floor(112, 116, 17),
    "syntax css nesting": Floor(120, 117, 17.2),
    "unit dvh": Floor(108, 101, 15.4),
    "unit lvh": Floor(108, 101, 15.4),
    "unit svh": Floor(108, 101, 15.4),
    "unit cqi": Floor(105, 110, 16),
    "unit cqw": Floor(105, 110, 16),
}

#: what is newer than the floor and does no harm where it is not known -> what happens there
HARMLESS: Mapping[str, str] = {
    "at-rule page": "the browser's own margins on paper",
    "attribute autocapitalize": "capitals are typed; a code may be typed in small letters",
    "attribute inputmode": "the whole keyboard instead of digits",
    "css accent-color": "radio buttons in the browser's own colour",
    "css cursor": "the pointer does not change; phones have none",
    "css forced-color-adjust": "bars are drawn in the forced colours",
    "css hyphens": "words break where they must, not at syllables",
    "css outline": "the outline has square corners",
    "css overscroll-behavior": "the page may move with the list in it",
    "css scroll-margin-top": "what is jumped to stands at the very top",
    "css size": "paper as the printer has it",
    "css text-decoration-thickness": "a thinner line",
    "css text-size-adjust": "written twice, with the prefix that old browsers want",
    "css text-underline-offset": "the line stands nearer",
    "css text-wrap": "lines break as they come",
    "css touch-action": "a double tap may zoom",
    "css user-select": "what is not meant to be marked can be",
    "element dialog": "static/js/modal.js draws it over the page",
    "event beforeunload": "an iPad leaves the page without asking",
    "event visibilitychange": "not told when the page is left altogether; then `pageshow` tells of the return",
    "media forced-colors": "there are no forced colours to adjust to",
    "media prefers-color-scheme": "the light colours",
    "media prefers-contrast": "the usual contrast",
    "method print": "Firefox on a phone does not print",
    "static Intl.ListFormat": "static/js/words.js looks first, and joins with commas",
    "static Intl.PluralRules": "static/js/words.js looks first, and tells one from many",
    "selector backdrop": "static/js/modal.js: a shadow over the page instead",
    "selector focus-visible": "static/css/base.css: the browser's own outline",
    "selector has": "the radio button itself tells what is chosen",
}

#: members of what our server sends and our scripts keep, which new members of a browser's objects are called, too
OURS = frozenset({"at", "cap", "number", "role", "take"})


def files_of(floor: Floor) -> Iterator[Path]:
    """The files that are written for a floor: what the phones' pages fetch; the rest."""
    phones = set(phone_files())
    every = [*STATIC.rglob("*.js"), *STATIC.rglob("*.css"), *TEMPLATES.rglob("*.html")]
    yield from sorted(file for file in every if (file in phones) == (floor is PHONE))


def phone_files() -> Iterator[Path]:
    """Scripts with all that they import, styles and templates of the pages that a panellist sees."""
    yield from imported(STATIC / "js" / "phone" / f"{page}.js" for page in ("join", "vote", "shared", "try"))
    yield from (STATIC / "css" / f"{name}.css" for name in ("tokens", "base", "phone", "asked", "reading", "result"))
    yield from (*(TEMPLATES / "panellist").glob("*.html"), *(TEMPLATES / name for name in ("base.html", "error.html")))
