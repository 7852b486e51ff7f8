"""What may work in a plan but looks wrong."""

from __future__ import annotations

from typing import Any

from rounds.languages import ENGLISH, Sentence, capitalised


class Remark(Sentence):
    """A remark on a plan, said as a sentence. round: the id of the round that it is about, None for the whole plan."""

    __slots__ = ("round",)

    round: str | None

    def __new__(cls, template: str, /, about: str | None = None, **values: object) -> Remark:
        made = super().__new__(cls, template, **values)
        assert isinstance(made, Remark)
        made.round = about
        return made

    def said(self, lang: str) -> str:
        """The remark as a sentence: "No round fills the protocol …."."""
        text = str(self) if lang == ENGLISH else super().said(lang)
        return f"{capitalised(text)}."

    def __reduce__(self) -> tuple[Any, ...]:
        return _remark, (self.template, self.round, self.values)


def _remark(template: str, about: str | None, values: dict[str, Any]) -> Remark:
    return Remark(template, about, **values)
