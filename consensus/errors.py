"""The two ways in which the application says no.

`Refusal` is an expected no to a person or program that asked for something now; `BadInput` is a file that
cannot be used. Each is turned into an answer in one place: web/errors.py, live.py and cli.py.
"""

from __future__ import annotations

from collections.abc import Callable

#: Every code a refusal may carry, with its HTTP status. The codes are part of docs/interfaces.md.
CODES = {
    "unknown-seat": 401,
    "not-allowed": 403,
    "closed": 409,
    "not-now": 409,
    "stale": 409,
    "not-on-ballot": 422,
    "bad-choice": 422,
    "too-many": 422,
    "storage": 503,
}


class Refusal(Exception):
    """An expected no, with a stable code for programs and one sentence for people.

    The sentence is English, with `%(name)s` for each of the values, so that it can be said in other languages.
    """

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        self.code, self.sentence, self.values = code, sentence, values
        self.status = CODES[code]
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """The sentence in another language. translate: a sentence of the code -> its translation."""
        sentence = translate(self.sentence) if self.sentence else ""
        return sentence % self.values if self.values else sentence

    def as_json(self, translate: Callable[[str], str] = str) -> dict[str, object]:
        return {"ok": False, "error": self.code, "message": self.said(translate)}


class BadInput(ValueError):
    """A file that cannot be used: `str()` is one line that names file, place and what to do about it."""

    def __init__(self, name: str, place: str | None, problem: str) -> None:
        self.name = name
        self.place = place
        self.problem = " ".join(problem.split())
        where = f"{name}, {place}" if place else name
        super().__init__(f"{where}: {self.problem}")
