"""What may work in a plan but looks wrong: a sentence in English that knows its place and what it is in Swedish."""

from __future__ import annotations


class Remark(str):
    """A remark on a plan. round: the id of the round that it is about, None for the plan as a whole."""

    __slots__ = ("round", "swedish")

    swedish: str
    round: str | None

    def __new__(cls, english: str, swedish: str, round: str | None = None) -> Remark:
        made = super().__new__(cls, english)
        made.swedish, made.round = swedish, round
        return made

    def said(self, lang: str) -> str:
        """The remark in "sv" or "en", as a sentence."""
        text = self.swedish if lang == "sv" else str(self)
        return f"{text[:1].upper()}{text[1:]}."
