"""The languages that there are: English, which is in the code, and one for each catalogue in `translations/`.

Adding a language is one file, `translations/<code>/LC_MESSAGES/messages.po`. Everything asks here: pages, snapshots,
documents, the commands' choices, and the rules, which are told of each language.
"""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_percent, get_decimal_symbol
from babel.support import Translations

from rounds.languages import ENGLISH, add_language

DEFAULT = "sv"
TRANSLATIONS = Path(__file__).parent / "translations"
#: Language code -> its own name for itself, in the order in which people choose: the default first.
LANGUAGES: dict[str, str] = {}


def add(code: str, catalogue: Path) -> None:
    """Add a language. catalogue: its .po file; the compiled .mo beside it is read instead where there is one."""
    add_language(code, lambda: _read(code, catalogue), lambda: _point(code), lambda: _per_cent(code))
    name = Locale.parse(code).get_display_name() or code
    LANGUAGES[code] = name[:1].upper() + name[1:]
    _CATALOGUES[code] = catalogue


def translations(code: str) -> Translations:
    """The catalogue of a language; an empty one for English and for a language that is not there."""
    return _read(code, _CATALOGUES[code]) if code in _CATALOGUES else _none()


def date_in(lang: str, day: date) -> str:
    """A day as people write it: "10 April 2014", "10 april 2014"."""
    return format_date(day, "long", locale=_locale(lang))


def tag(lang: str) -> str:
    """A language as documents mark it: "sv-SE", "en-GB"."""
    locale = _locale(lang)
    likely = str(get_global("likely_subtags").get(lang, "")).split("_")
    territory = locale.territory or (likely[-1] if len(likely) > 1 else "")
    return f"{locale.language}-{territory}" if territory else locale.language


_CATALOGUES: dict[str, Path] = {}


@cache
def _read(code: str, catalogue: Path) -> Translations:
    compiled = catalogue.with_suffix(".mo")
    if compiled.exists():
        with compiled.open("rb") as file:
            return Translations(file)
    out = io.BytesIO()
    with catalogue.open("rb") as file:
        write_mo(out, read_po(file, locale=code))
    out.seek(0)
    return Translations(out)


@cache
def _none() -> Translations:
    return Translations()


@cache
def _point(code: str) -> str:
    return get_decimal_symbol(_locale(code))


@cache
def _per_cent(code: str) -> str:
    return format_percent(0, locale=_locale(code)).replace("0", "{0}")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code) if code in _CATALOGUES else Locale("en", "GB")


def _find() -> None:
    found = {path.parents[1].name: path for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")}
    for code in sorted({*found, ENGLISH}, key=lambda code: (code != DEFAULT, code)):
        if code in found:
            add(code, found[code])
        else:
            LANGUAGES[code] = "English"


_find()
