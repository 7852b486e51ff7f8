"""The one table model: what every document shows, as data frames.

Each function gives a frame with the same columns whatever the record holds; texts are in the record's language.
Shares are floats here, for spreadsheets; what was decided was decided on exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pandas as pd

from consensus.protocol.record import Record
from consensus.protocol.words import figure, kind_title, percent, protocol_title, say
from rounds import ItemResult, Round, RoundResult
from rounds.measure import Measure, Number, Root, Share, Value

PROTOCOL = (
    "final", "number", "in_protocol", "kind", "text", "explanation", "perspective", "figure", "share", "count", "base",
    "base_name", "admitted",
)  # fmt: skip


def published_order(record: Record) -> list[int]:
    """Item numbers as they are published: the narrowest protocol first, within it by kind, then in item order."""
    return [number for id in reversed(record.plan.protocols) for number in rest_of(record, id)]


def rest_of(record: Record, id: str) -> list[int]:
    """The items of a protocol that no narrower one has, by kind, then in item order."""
    protocols = record.plan.protocols
    narrower = {n for other in protocols[protocols.index(id) + 1 :] for n in record.replayed.protocols[other]}
    kinds = {kind: place for place, kind in enumerate(record.plan.kinds)}
    place = {item.number: (kinds.get(item.kind or "", 0), index) for index, item in enumerate(record.items)}
    return sorted((n for n in record.replayed.protocols[id] if n not in narrower), key=lambda n: place[n])


def protocol_table(record: Record, numbers: Iterable[int] | None = None) -> pd.DataFrame:
    """The items of all protocols in published order, numbered from 1; or those of `numbers`, keeping their number."""
    order = published_order(record)
    wanted = set(order if numbers is None else numbers)
    rows = [_protocol_row(record, final, n) for final, n in enumerate(order, start=1) if n in wanted]
    return pd.DataFrame(rows, columns=list(PROTOCOL))


def perspective_table(record: Record) -> pd.DataFrame:
    """How many items of each perspective stand in each protocol: columns in_protocol, kind, perspective, total."""
    lang, rows = record.language, []
    for id in reversed(record.plan.protocols):
        items = [record.item(number) for number in record.replayed.protocols[id]]
        pairs = sorted({(_kind_place(record, i.kind), i.kind or "", i.perspective) for i in items})
        for _, kind, perspective in pairs:
            n = sum(1 for i in items if (i.kind or "") == kind and i.perspective == perspective)
            rows.append((protocol_title(lang, id), kind_title(lang, kind), perspective or say(lang, "none"), n))
    return pd.DataFrame(rows, columns=["in_protocol", "kind", "perspective", "total"])


def round_table(record: Record, result: RoundResult) -> pd.DataFrame:
    """A round's items as ranked, with counts, the measures its rules use, verdict and reason."""
    lang = record.language
    rows = []
    for item in sorted(result.items, key=lambda i: (_kind_place(record, i.kind), i.rank is None, i.rank or 0)):
        row: dict[str, object] = {"rank": item.rank, "number": item.number, "kind": kind_title(lang, item.kind)}
        row["text"] = record.item(item.number).text
        row |= {choice_title(lang, result.round, c): item.votes.get(c, 0) for c in shown_choices(result)}
        row |= {"base": base_of(item, result.round), "base_name": say(lang, f"base_{base_name(result.round)}")}
        row |= {name: _number(value) for name, value in item.measures.items()}
        row["verdict"] = say(lang, item.verdict or "unresolved")
        row["reason"] = item.reason(lang)
        rows.append(row)
    return pd.DataFrame(rows)


def history_table(record: Record) -> pd.DataFrame:
    """Each item's life, a row for each vote on it: number, text, round, figure, verdict, reason."""
    rows = [
        (
            item.number,
            record.item(item.number).text,
            result.round.id,
            figure_of(item, result.round, record.language),
            say(record.language, item.verdict or "unresolved"),
            item.reason(record.language),
        )
        for item in (i for one in record.items for i in _life(record, one.number))
        for result in [_round_of(record, item)]
    ]
    return pd.DataFrame(rows, columns=["number", "text", "round", "figure", "verdict", "reason"])


def attendance_table(record: Record) -> pd.DataFrame:
    """Seats and papers per round: round, entitled, present, papers."""
    rows = [(f"{r.round.id}: {r.round.title}", r.entitled, r.present, r.papers) for r in record.replayed.rounds]
    return pd.DataFrame(rows, columns=["round", "entitled", "present", "papers"])


def rule_table(record: Record) -> pd.DataFrame:
    """The rules in words: round, rule, what else decides."""
    lang = record.language
    rows = [(f"{r.id}: {r.title}", r.sentence(lang), " ".join(r.notes(lang))) for r in record.plan.rounds]
    return pd.DataFrame(rows, columns=["round", "rules", "measure"])


def last_result(record: Record, number: int) -> tuple[ItemResult, Round] | None:
    """The item's result in the last round that voted on it."""
    found = [(r.item(number), r.round) for r in record.replayed.rounds if any(i.number == number for i in r.items)]
    return found[-1] if found else None


def admitted_in(record: Record, number: int) -> str:
    """The title of the round that put the item into the protocol where it stands."""
    narrowest = [id for id in record.plan.protocols if number in record.replayed.protocols[id]][-1]
    for result in record.replayed.rounds:
        joined = result.round.to is not None and narrowest in record.plan.widened(result.round.to)
        if joined and number in result.having("advance"):
            return result.round.title
    return ""


def figure_of(item: ItemResult, round: Round, lang: str) -> str:
    """What the ranking of a round rests on, for people: "13 of 23 yes (57 %)", "median 7.5"."""
    measure = round.ranking(item.kind)[0]
    return value_text(measure, measure.of(item.tally, round.ballot, round.base), lang)


def value_text(measure: Measure, value: Value | None, lang: str) -> str:
    if value is None or (isinstance(value, Share) and not value.base):
        return "–"
    if isinstance(value, Share):
        share = Fraction(value.count, value.base)
        return f"{say(lang, f'of_{measure.name}', value.count, value.base)} ({percent(share)})"
    if isinstance(value, Root):
        return str(value)
    named = say(lang, measure.name) if measure.name in ("median", "mean", "points", "borda") else str(measure)
    text = figure(value.value, lang)
    return f"{text} {named}" if measure.name == "points" else f"{named} {text}"


def shown_choices(result: RoundResult) -> list[str]:
    """The choices that get a column of their own; of points and places only those that were used."""
    choices = list(result.round.ballot.choices)
    if len(choices) <= 12:
        return choices
    used = {choice for item in result.items for choice, n in item.votes.items() if n}
    return [choice for choice in choices if choice in used]


def choice_title(lang: str, round: Round, choice: str) -> str:
    if choice in ("yes", "no", "abstain"):
        return say(lang, choice)
    if round.ballot.form == "pick":
        return say(lang, "picked")
    return say(lang, {"scale": "rating", "rank": "place", "points": "given"}[round.ballot.form], choice)


def base_name(round: Round) -> str:
    return "papers" if round.ballot.whole_paper else round.base


def base_of(item: ItemResult, round: Round) -> int:
    return item.tally.papers if round.ballot.whole_paper else item.tally.base(round.base)


def _protocol_row(record: Record, final: int, number: int) -> tuple[object, ...]:
    lang, item = record.language, record.item(number)
    narrowest = [id for id in record.plan.protocols if number in record.replayed.protocols[id]][-1]
    last = last_result(record, number)
    assert last is not None
    result, round = last
    value = round.ranking(item.kind)[0].of(result.tally, round.ballot, round.base)
    return (
        final,
        number,
        protocol_title(lang, narrowest),
        kind_title(lang, item.kind),
        item.text,
        item.explanation,
        item.perspective,
        figure_of(result, round, lang),
        _number(value),
        value.count if isinstance(value, Share) else None,
        base_of(result, round),
        say(lang, f"base_{base_name(round)}"),
        admitted_in(record, number),
    )


def _life(record: Record, number: int) -> list[ItemResult]:
    return [item for result in record.replayed.rounds for item in result.items if item.number == number]


def _round_of(record: Record, item: ItemResult) -> RoundResult:
    return next(result for result in record.replayed.rounds if any(i is item for i in result.items))


def _kind_place(record: Record, kind: str | None) -> int:
    return record.plan.kinds.index(kind) if kind in record.plan.kinds else 0


def _number(value: Value | bool | None) -> float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Share):
        return value.count / value.base if value.base else None
    return float(value.value) if isinstance(value, Number) else float(value.square) ** 0.5
