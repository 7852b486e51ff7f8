"""The pictures of a report, as values: what is drawn, and what is said to those who do not see it.

The funnel shows how many items came up in each round and what became of them; a round's picture shows its items as
ranked, with the line. Verdicts are told by words and places; colours only repeat them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from consensus.protocol.glyphs import shown_in_pdf
from consensus.protocol.record import Record
from consensus.protocol.text import one_line
from consensus.protocol.words import figure, kind_title, measure_title, percent, protocol_title, round_title, say
from rounds import ItemResult, Round, RoundResult
from rounds.measure import Number, Root, Share, Value

VERDICTS = ("advance", "stay", "hold", "unresolved", "cut")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the funnel. parts: verdict -> how many; a protocol's bar is all `advance`."""

    label: str
    told: str
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Bars from the candidates down to the narrowest protocol.

    most: what the longest bar would count, where these are not all; large: as a slide needs it.
    """

    bars: tuple[Bar, ...]
    most: int | None = None
    large: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a round's picture: an item, or a heading where `number` is None.

    tied: across the line; line: it lies above this heading.
    """

    number: int | None
    text: str
    verdict: str = ""
    value: float | None = None
    figure: str = ""
    tied: bool = False
    line: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """A round as ranked: a list of entries for each kind that is ranked by itself. ends: of the bars' scale."""

    sections: tuple[tuple[Entry, ...], ...]
    ends: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a report. name: of its address, lower-case letters, digits and hyphens; alt: what it tells."""

    name: str
    title: str
    alt: str
    drawn: Funnel | Ranking = field(repr=False)


def pictures(record: Record) -> Mapping[str, Picture]:
    """Every picture of a record by its name: "funnel", then "round-1", … in the order of the rounds held."""
    if not record.replayed.rounds:
        return {}
    found = {"funnel": funnel(record)}
    for place, result in enumerate(record.replayed.rounds, start=1):
        if result.items:
            found[f"round-{place}"] = ranking(record, result, f"round-{place}")
    return found


def funnel(record: Record) -> Picture:
    """How each round narrowed the list, per kind: 97 + 40 → 41 → 15."""
    bars = (*_candidates(record), *_rounds(record), *_protocols(record))
    return Picture("funnel", say(record.language, "funnel"), told(bars), Funnel(bars))


def told(bars: Sequence[Bar]) -> str:
    """What bars say to those who do not see them."""
    return " ".join(f"{bar.label}: {bar.told}." for bar in bars)


def _candidates(record: Record) -> Iterator[Bar]:
    for kind in record.plan.kinds or (None,):
        n = sum(1 for item in record.items if item.kind == kind or kind is None)
        yield Bar(_label(say(record.language, "candidates"), kind, record), str(n), (("stay", n),))


def _rounds(record: Record) -> Iterator[Bar]:
    lang = record.language
    for result in record.replayed.rounds:
        for kind in record.plan.kinds or (None,):
            items = [item for item in result.items if kind is None or item.kind == kind]
            if not items:
                continue
            several = kind if len(items) < len(result.items) else None
            verdicts = [item.verdict or "unresolved" for item in items]
            parts = tuple((v, verdicts.count(v)) for v in VERDICTS if v in verdicts)
            told = ", ".join(f"{n} {say(lang, verdict)}" for verdict, n in parts)
            yield Bar(_label(round_title(lang, result.round), several, record), f"{len(items)}: {told}", parts)


def _protocols(record: Record) -> Iterator[Bar]:
    lang, kinds = record.language, record.plan.kinds
    of = {item.number: item.kind for item in record.items}
    for id in record.plan.protocols:
        numbers = record.replayed.protocols[id]
        each = [f"{sum(of[n] == kind for n in numbers)} {kind_title(lang, kind).lower()}" for kind in kinds]
        told = f"{len(numbers)} ({', '.join(each)})" if len(kinds) > 1 else str(len(numbers))
        yield Bar(_shown(protocol_title(lang, id)), told, (("advance", len(numbers)),))


def _label(text: str, kind: str | None, record: Record) -> str:
    return _shown(f"{text} · {kind_title(record.language, kind)}" if kind and len(record.plan.kinds) > 1 else text)


def ranking(record: Record, result: RoundResult, name: str) -> Picture:
    """A round's items as ranked, what goes in first, and the line below it; ties across the line are marked."""
    lang, kinds = record.language, _sections(result.round)
    sections, told = [], []
    for kind in kinds:
        items = sorted((i for i in result.items if kind is None or i.kind == kind), key=_as_ranked(result.round))
        if not items:
            continue
        heading = kind_title(lang, kind) if kind else ""
        sections.append(tuple(_entries(record, result.round, items, heading)))
        told.append(_told(result.round, items, heading, lang))
    title = round_title(lang, result.round)
    return Picture(name, title, " ".join([f"{title}.", *told]), Ranking(tuple(sections), _ends(result)))


def _entries(record: Record, round: Round, items: Sequence[ItemResult], heading: str) -> Iterator[Entry]:
    lang, texts = record.language, {item.number: item.text for item in record.items}
    if heading:
        yield Entry(None, _shown(heading))
    before = ""
    for (verdict, tied), part in groupby(items, lambda item: (item.verdict or "unresolved", item.tied)):
        alike = list(part)
        name = f"{say(lang, verdict)}, {say(lang, 'tied')}" if tied else say(lang, verdict)
        yield Entry(None, f"{name} ({len(alike)})", verdict, line=before == "advance" and verdict != before)
        before = verdict
        for item in alike:
            value, text = _value(item, round), _shown(texts[item.number])
            yield Entry(item.number, text, verdict, _height(value), _figure(value, lang), item.tied)


def _told(round: Round, items: Sequence[ItemResult], heading: str, lang: str) -> str:
    """ "Ranked by share yes. in (14): from 91 % to 74 %; held (37): …; tied across the line: 8, 9." """
    parts = []
    for verdict in dict.fromkeys(item.verdict or "unresolved" for item in items):
        of = [item for item in items if (item.verdict or "unresolved") == verdict]
        first, last = (_figure(_value(item, round), lang) for item in (of[0], of[-1]))
        reach = first if first == last else say(lang, "from_to", first, last)
        parts.append(f"{say(lang, verdict)} ({len(of)}): {reach}")
    if tied := [str(item.number) for item in items if item.tied]:
        parts.append(say(lang, "tied_across", ", ".join(tied)))
    ranked = say(lang, "ranked_by", measure_title(lang, str(round.ranking(items[0].kind)[0])).lower())
    return " ".join(filter(None, [f"{heading}." if heading else "", ranked, f"{'; '.join(parts)}."]))


def _sections(round: Round) -> list[str | None]:
    """The kinds that a round's rules rank by themselves; else all together."""
    for rules in (round.advance, round.cut):
        if rules and rules.per_kind:
            return list(rules.rules)
    return [None]


def _as_ranked(round: Round) -> Callable[[ItemResult], tuple[int, float, float, int]]:
    """Sort key: what goes in first, then by rank; what has none by its value."""

    def key(item: ItemResult) -> tuple[int, float, float, int]:
        value = _height(_value(item, round))
        rank = float("inf") if item.rank is None else item.rank
        return VERDICTS.index(item.verdict or "unresolved"), rank, -(value or 0.0), item.number

    return key


def _value(item: ItemResult, round: Round) -> Value | None:
    return round.ranking(item.kind)[0].of(item.tally, round.ballot, round.base)


def _height(value: Value | None) -> float | None:
    """A value as a length: a picture decides nothing."""
    if isinstance(value, Share):
        return value.count / value.base if value.base else None
    if isinstance(value, Root):
        return math.sqrt(value.square)
    return float(value.value) if isinstance(value, Number) else None


def _figure(value: Value | None, lang: str) -> str:
    if isinstance(value, Share):
        return percent(value.key, lang) if value.key is not None else "–"
    return "–" if value is None else figure(value, lang)


def _ends(result: RoundResult) -> tuple[float, float]:
    """Where the bars' scale begins and ends: shares from none to all, ratings over the whole scale."""
    round, ballot = result.round, result.round.ballot
    values = [_value(item, round) for item in result.items]
    if any(isinstance(value, Share) for value in values):
        return 0.0, 1.0
    name = round.ranking(result.items[0].kind)[0].name
    if ballot.form == "scale" and name in ("median", "mean"):
        return float(ballot.low) - 1.0, float(ballot.high)
    return 0.0, max([1.0, *(_height(value) or 0.0 for value in values)])


def _shown(text: str) -> str:
    """A text as every medium can set it, in one line: typefaces differ in what else they have."""
    return shown_in_pdf(one_line(text, 120), latin_only=True)
