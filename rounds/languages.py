"""The languages that plans, rules and reasons are said in.

The code speaks English. Whoever uses the rules adds further languages, each as a catalogue that gettext knows: what it
has no translation of stays in English. A `Sentence` is English text that can still be said in another language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class _Language:
    """catalogue: asked for when the language is first spoken; point: between a number's units and its decimals;
    per_cent: a number of per cent with its sign, "{0}%"."""

    catalogue: Callable[[], NullTranslations]
    point: Callable[[], str]
    per_cent: Callable[[], str]


_LANGUAGES = {ENGLISH: _Language(NullTranslations, lambda: ".", lambda: "{0}%")}


def add_language(
    code: str, catalogue: Callable[[], NullTranslations], point: Callable[[], str], per_cent: Callable[[], str]
) -> None:
    """Let everything be said in one more language. The rest: see `_Language`; each is called often."""
    _LANGUAGES[code] = _Language(catalogue, point, per_cent)


def spoken() -> tuple[str, ...]:
    """The codes of the languages that there are."""
    return tuple(_LANGUAGES)


def N_(text: str) -> str:
    """Mark a text of a table for translators; it is translated where it is said."""
    return text


def say(lang: str, text: str, /, *parts: object, **values: object) -> str:
    """A text in a language, filled in. A `Sentence` among the values is said in it too."""
    return _filled(_catalogue(lang).gettext(text) if text else "", lang, parts, values)


def counted(lang: str, one: str, many: str, n: int, /, *parts: object, **values: object) -> str:
    """Like `say`, in the form that the language has for `n` of something."""
    return _filled(_catalogue(lang).ngettext(one, many, n), lang, parts, values)


def said(text: str, lang: str) -> str:
    """A sentence in a language; plain text, which is somebody's own words, as it is."""
    return text.said(lang) if isinstance(text, Sentence) else text


def with_point(number: str, lang: str) -> str:
    """The digits of a number as the language writes them: "7.5", in Swedish "7,5"."""
    return number.replace(".", _LANGUAGES.get(lang, _LANGUAGES[ENGLISH]).point())


def per_cent(number: str, lang: str) -> str:
    """A number with its sign as the language writes it: "87%", in Swedish "87 %" with a space that does not break."""
    return _LANGUAGES.get(lang, _LANGUAGES[ENGLISH]).per_cent().format(number)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


class Sentence(str):
    """What is said, in English, that knows how to be said in other languages.

    template: English with `{name}` for each of the values, which may be sentences themselves.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: object) -> Sentence:
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made

    def said(self, lang: str) -> str:
        return say(lang, self.template, **self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _sentence, (self.template, self.values)


def _sentence(template: str, values: dict[str, Any]) -> Sentence:
    return Sentence(template, **values)


def _catalogue(lang: str) -> NullTranslations:
    return _LANGUAGES.get(lang, _LANGUAGES[ENGLISH]).catalogue()


def _filled(text: str, lang: str, parts: tuple[object, ...], values: dict[str, object]) -> str:
    if not parts and not values:
        return text
    return text.format(*(_said(part, lang) for part in parts), **{key: _said(v, lang) for key, v in values.items()})


def _said(value: object, lang: str) -> object:
    return said(value, lang) if isinstance(value, str) else value
