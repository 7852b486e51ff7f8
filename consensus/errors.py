"""The two ways in which the application says no.

`Refusal` is an expected no to a person or program that asked for something now; `BadInput` is a file that
cannot be used. Each is turned into an answer in one place: web/errors.py, live.py and cli.py.
"""

from __future__ import annotations

from rounds.languages import ENGLISH, Sentence, said, say

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
    "bad-input": 422,
    "storage": 503,
}


class Refusal(Exception):
    """An expected no, with a stable code for programs and one sentence for people.

    The sentence is English, with `%(name)s` for each of the values, so that it can be said in other languages. A
    value may be a `Sentence` of the rules.
    """

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        self.code, self.sentence, self.values = code, sentence, values
        self.status = CODES[code]
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return self.said(ENGLISH)

    def said(self, lang: str) -> str:
        """The sentence in another language."""
        sentence = say(lang, self.sentence)
        values = {key: said(value, lang) if isinstance(value, str) else value for key, value in self.values.items()}
        return sentence % values if values else sentence

    def as_json(self, lang: str = ENGLISH) -> dict[str, object]:
        return {"ok": False, "error": self.code, "message": self.said(lang)}


class BadInput(ValueError):
    """A file that cannot be used: `str()` is one line that names file, place and what to do about it.

    place, problem: a `Sentence` each where a page may show it; what only commands print may be plain English.
    """

    def __init__(self, name: str, place: str | None, problem: str) -> None:
        self.name, self.place = name, place
        self.problem = problem if isinstance(problem, Sentence) else " ".join(problem.split())
        super().__init__(self.said(ENGLISH))

    def said(self, lang: str) -> str:
        """The line in another language."""
        where = f"{self.name}, {said(self.place, lang)}" if self.place else self.name
        return f"{where}: {' '.join(said(self.problem, lang).split())}"
