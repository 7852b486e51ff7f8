"""The handout: a coming round's items, what became of each so far, and room for notes; an A4 sheet to talk by.

What it tells of the last vote is what the panel may know by the feedback of that round: all figures, the outcome alone,
or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import typst

from consensus.intake import ItemRow
from consensus.protocol.pdf import boxes, shown, typeset
from consensus.protocol.tables import figure_of
from consensus.protocol.text import one_line
from consensus.protocol.words import count, day_in_words, kind_title, round_title, say
from rounds import ItemResult, Round

TEMPLATE = Path(__file__).parent / "handout.typ"
WHOLE = 1500  # characters; what is longer may be cut by the end of a page, which it might not fit on


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that comes up, its last result with the round it is of, and the arguments shown: side -> texts."""

    item: ItemRow
    last: tuple[ItemResult, Round] | None = None
    arguments: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handout:
    """The items of one coming round. day: of the last step, so that printing again gives the same bytes."""

    title: str
    language: str
    day: date
    round: Round
    entries: tuple[Entry, ...]


def pdf_of(handout: Handout) -> bytes:
    """Set the handout as tagged PDF. Text goes in as data."""
    try:
        return _compiled(handout, latin_only=False)
    except typst.TypstError:
        return _compiled(handout, latin_only=True)


def last_vote(entry: Entry, lang: str) -> str:
    """What the panel may know of the last vote on an item, in a line; empty where that is nothing."""
    if entry.last is None or entry.last[1].feedback == "none":
        return ""
    item, round = entry.last
    outcome = say(lang, item.verdict or "unresolved")
    told = f"{figure_of(item, round, lang)} – {outcome}" if round.feedback == "full" else outcome
    return say(lang, "last_vote", round.id, told)


def _compiled(handout: Handout, *, latin_only: bool) -> bytes:
    meant = _data(handout)
    data = shown(meant, latin_only)
    data["glyphs"] = say(handout.language, "glyphs") if boxes(data) > boxes(meant) else ""
    return typeset(TEMPLATE, data, handout.day)


def _data(handout: Handout) -> dict[str, object]:
    lang, round = handout.language, handout.round
    title = say(lang, "handout", round_title(lang, round))
    intro = say(lang, "handout_intro", count(lang, len(handout.entries), "items"), round_title(lang, round))
    return {
        "title": one_line(title, 2000),
        "name": one_line(handout.title, 90),
        "conference": handout.title,
        "lang": lang,
        "page": say(lang, "page"),
        "date": day_in_words(lang, handout.day),
        "day": [handout.day.year, handout.day.month, handout.day.day],
        "intro": intro,
        "rule": round.sentence(lang),
        "instruction": round.instruction,
        "notes": say(lang, "own_notes"),
        "glyphs": "",
        "entries": [_entry(entry, lang) for entry in handout.entries],
    }


def _entry(entry: Entry, lang: str) -> dict[str, object]:
    item = entry.item
    parts = [kind_title(lang, item.kind), item.perspective]
    said = [text for texts in entry.arguments.values() for text in texts]
    return {
        "number": str(item.number),
        "text": item.text,
        "explanation": item.explanation,
        "about": " · ".join(part for part in parts if part),
        "last": last_vote(entry, lang),
        "long": sum(map(len, (item.text, item.explanation, *said))) > WHOLE or len(said) > WHOLE // 100,
        "sides": [
            {"name": say(lang, f"argument_{side}"), "texts": sorted(texts)}
            for side, texts in entry.arguments.items()
            if texts
        ],
    }
