"""The questions: six that suit any conference, or the facilitator's own."""

from __future__ import annotations

from collections.abc import Mapping

from consensus.errors import Refusal

MOST, LONGEST = 12, 200

#: asked where the facilitator has none of their own: how satisfied are you with …?
STANDARD: Mapping[str, tuple[str, ...]] = {
    "sv": (
        "Hur tydligt syftet med konferensen var",
        "Tiden vi fick till att diskutera",
        "Friheten att rösta som jag själv tycker",
        "Hur tydliga reglerna för utfallet var",
        "Hur tekniken fungerade",
        "Resultatet, som något jag kan stå bakom",
    ),
    "en": (
        "How clear the purpose of the conference was",
        "The time we had to discuss",
        "My freedom to vote as I think",
        "How clear the rules for the outcome were",
        "How the technique worked",
        "The result, as one that I can stand behind",
    ),
}


def read_questions(given: object) -> dict[str, list[str]]:
    """The questions in each language: the standard ones for None, else a list of the facilitator's own, as it is.

    Raises Refusal("bad-choice") for what is no list of questions.
    """
    if given is None:
        return {language: list(texts) for language, texts in STANDARD.items()}
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise Refusal("bad-choice", "The questions must be a list of texts.")
    texts = [" ".join(text.split()) for text in given]
    texts = [text for text in texts if text]
    if not texts or len(texts) > MOST:
        raise Refusal(
            "bad-choice", "An evaluation has 1 to %(most)s questions, not %(count)s.", most=MOST, count=len(texts)
        )
    if any(len(text) > LONGEST for text in texts):
        raise Refusal("bad-choice", "A question has at most %(most)s characters: it is read on a phone.", most=LONGEST)
    for language, standard in STANDARD.items():
        if tuple(texts) == standard:  # seen and left as they were: then the other language is there too
            return {**read_questions(None), language: texts}
    return dict.fromkeys(STANDARD, texts)
