"""The questions: six that suit any conference, or the facilitator's own."""

from __future__ import annotations

from consensus.errors import Refusal
from consensus.intake.cells import clean
from consensus.languages import LANGUAGES
from rounds.languages import N_, say

MOST, LONGEST = 12, 200

#: asked where the facilitator has none of their own: how satisfied are you with …?
STANDARD = (
    N_("How clear the purpose of the conference was"),
    N_("The time we had to discuss"),
    N_("My freedom to vote as I think"),
    N_("How clear the rules for the outcome were"),
    N_("How the technology worked"),
    N_("The result, as one that I can stand behind"),
)


def standard_questions(lang: str) -> list[str]:
    return [say(lang, question) for question in STANDARD]


def read_questions(given: object) -> dict[str, list[str]]:
    """The questions in each language: the standard ones for None, else a list of the facilitator's own, as it is.

    Raises Refusal("bad-choice") for what is no list of questions.
    """
    if given is None:
        return {language: standard_questions(language) for language in LANGUAGES}
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise Refusal("bad-choice", "The questions must be a list of texts.")
    texts = [text for text in (clean(text)[0] for text in given) if text]
    if not texts or len(texts) > MOST:
        raise Refusal(
            "bad-choice", "An evaluation has 1 to %(most)s questions, not %(count)s.", most=MOST, count=len(texts)
        )
    if any(len(text) > LONGEST for text in texts):
        raise Refusal("bad-choice", "A question has at most %(most)s characters: it is read on a phone.", most=LONGEST)
    for language in LANGUAGES:
        if texts == standard_questions(language):  # seen and left as they were: then the other languages are there too
            return {**read_questions(None), language: texts}
    return dict.fromkeys(LANGUAGES, texts)
