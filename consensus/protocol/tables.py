"""The one table model: what every document shows, as data frames.

Each function gives a frame with the same columns whatever the record holds; texts are in the record's language, and
`heading` names a column. Shares are floats here, for spreadsheets; what was decided was decided on exact fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import pandas as pd

from consensus.intake import ItemRow
from consensus.models import ANSWERS
from consensus.protocol.record import Record
from consensus.protocol.words import figure, kind_title, measure_title, percent, protocol_title, round_title, say
from rounds import ItemResult, Round, RoundResult
from rounds.measure import SHARES, Measure, Number, Root, Share, Value
from rounds.rule import Disagreement

PROTOCOL = (
    "final", "number", "in_protocol", "kind", "text", "explanation", "perspective", "figure", "share", "count", "base",
    "base_name", "admitted",
)  # fmt: skip
VOTES, MEASURE = "votes ", "measure "  # beginnings of the columns that a round's ballot and rules give it

#: an item's results, in the order in which it was voted on
Life = list[tuple[ItemResult, Round]]


def published_order(record: Record) -> list[int]:
    """Item numbers as they are published: the narrowest protocol first, within it by kind, then in item order."""
    return [number for id in reversed(record.plan.protocols) for number in rest_of(record, id)]


def rest_of(record: Record, id: str) -> list[int]:
    """The items of a protocol that no narrower one has, by kind, then in item order."""
    protocols = record.plan.protocols
    narrower = {n for other in protocols[protocols.index(id) + 1 :] for n in record.replayed.protocols[other]}
    place = {item.number: (_kind_place(record, item.kind), index) for index, item in enumerate(record.items)}
    return sorted((n for n in record.replayed.protocols[id] if n not in narrower), key=lambda n: place[n])


def protocol_table(record: Record, numbers: Iterable[int] | None = None) -> pd.DataFrame:
    """The items of all protocols in published order, numbered from 1; or those of `numbers`, keeping their number.

    share and count are of the last vote on the item, None where its ranking is no share.
    """
    order = published_order(record)
    wanted = set(order if numbers is None else numbers)
    items, lived, admitted = _items(record), lives(record), admissions(record)
    rows = [
        _protocol_row(record, final, items[n], lived[n], admitted[n])
        for final, n in enumerate(order, start=1)
        if n in wanted
    ]
    return _frame(rows, PROTOCOL)


def perspective_table(record: Record) -> pd.DataFrame:
    """How many items of each perspective stand in each protocol: columns in_protocol, kind, perspective, total."""
    lang, rows, numbered = record.language, [], _items(record)
    for id in reversed(record.plan.protocols):
        items = [numbered[number] for number in record.replayed.protocols[id]]
        pairs = sorted({(_kind_place(record, i.kind), i.kind or "", i.perspective) for i in items})
        for _, kind, perspective in pairs:
            n = sum(1 for i in items if (i.kind or "") == kind and i.perspective == perspective)
            rows.append((protocol_title(lang, id), kind_title(lang, kind), perspective or say(lang, "none"), n))
    return _frame(rows, ("in_protocol", "kind", "perspective", "total"))


def round_table(record: Record, result: RoundResult) -> pd.DataFrame:
    """A round's items as ranked, with counts, the measures its rules use, verdict and reason."""
    lang, items, rows = record.language, _items(record), []
    choices = shown_choices(result)
    for item in sorted(result.items, key=lambda i: (_kind_place(record, i.kind), i.rank is None, i.rank or 0)):
        row: dict[str, object] = {"rank": item.rank, "number": item.number}
        row |= {"kind": kind_title(lang, item.kind)} if record.plan.kinds else {}
        row |= {"text": items[item.number].text}
        row |= {VOTES + choice: item.votes.get(choice, 0) for choice in choices}
        row |= {"base": base_of(item, result.round), "base_name": say(lang, f"base_{base_name(result.round)}")}
        row |= {MEASURE + name: _number(value) for name, value in item.measures.items()}
        row |= {"verdict": say(lang, item.verdict or "unresolved"), "reason": item.reason(lang)}
        rows.append(row)
    return pd.DataFrame(rows, dtype=object)


def history_table(record: Record) -> pd.DataFrame:
    """Each item's life, a row for each vote on it: number, text, round, figure, verdict, reason.

    Where items were merged beforehand, a column `merged` tells which numbers an item came from.
    """
    lang, lived = record.language, lives(record)
    merged = any(item.merged for item in record.items)
    rows = [
        (
            one.number,
            one.text,
            *([" ".join(map(str, one.merged))] if merged else []),
            round_title(lang, round),
            figure_of(item, round, lang),
            say(lang, item.verdict or "unresolved"),
            item.reason(lang),
        )
        for one in record.items
        for item, round in lived[one.number]
    ]
    columns = ("number", "text", *(["merged"] if merged else []), "round", "figure", "verdict", "reason")
    return _frame(rows, columns)


def funnel_table(record: Record) -> pd.DataFrame:
    """How each round narrowed the list: round, candidates, and how many got each verdict."""
    lang, results = record.language, record.replayed.rounds
    verdicts = ["advance", "hold", "cut", "stay"]
    if any(result.unresolved for result in results):
        verdicts.append("unresolved")
    rows = [(round_title(lang, r.round), len(r.items), *(r.counts[verdict] for verdict in verdicts)) for r in results]
    return _frame(rows, ("round", "candidates", *verdicts))


def attendance_table(record: Record) -> pd.DataFrame:
    """Seats and papers per round: round, entitled, present, papers, typed (seats that voted on paper)."""
    there = record.attendance
    rows = [
        (
            round_title(record.language, r.round),
            r.entitled,
            r.present,
            r.papers,
            there[r.round.id].typed if r.round.id in there else 0,
        )
        for r in record.replayed.rounds
    ]
    return _frame(rows, ("round", "entitled", "present", "papers", "typed"))


def shown_attendance(record: Record) -> pd.DataFrame:
    """The same, without `typed` where nobody voted on paper."""
    frame = attendance_table(record)
    return frame if frame["typed"].any() else frame.drop(columns="typed")


def rule_table(record: Record) -> pd.DataFrame:
    """The rules in words: round, rule, what else decides."""
    lang = record.language
    rows = [(round_title(lang, r), r.sentence(lang), " ".join(r.notes(lang))) for r in record.plan.rounds]
    return _frame(rows, ("round", "rules", "notes"))


def evaluation_table(record: Record) -> pd.DataFrame:
    """What the panel thought of the conference: question, how many gave each answer; None where too few answered."""
    lang, held = record.language, record.evaluation
    rows = [
        (question.said(lang), *((question.counts or {}).get(answer) for answer in ANSWERS))
        for question in (held.questions if held else ())
    ]
    return _frame(rows, ("question", *ANSWERS))


def argument_table(record: Record) -> pd.DataFrame:
    """What was said for and against items, of what the panel was shown: number, text, side, argument."""
    lang, items = record.language, _items(record)
    rows = [
        (row.number, items[row.number].text, say(lang, f"argument_{row.side}"), row.text) for row in record.arguments
    ]
    return _frame(rows, ("number", "text", "side", "argument"))


def heading(record: Record, column: str, round: Round | None = None) -> str:
    """What a column is called; `round` for those of `round_table`."""
    lang = record.language
    if round is not None and column.startswith(VOTES):
        return choice_title(lang, round, column.removeprefix(VOTES))
    if column.startswith(MEASURE):
        return measure_title(lang, column.removeprefix(MEASURE))
    text = say(lang, column)
    return text[:1].upper() + text[1:]


def is_share(column: str) -> bool:
    """Whether the numbers of a column are shares, to be shown as per cents."""
    return column == "share" or column.removeprefix(MEASURE).partition("(")[0] in SHARES


def became(item: ItemResult, lang: str) -> str:
    """What became of an item in a round, and that a decision or a lot settled it where the votes did not."""
    verdict = say(lang, item.verdict or "unresolved")
    if item.verdict is None:
        return verdict
    if item.why.code == "decided":
        return say(lang, "by_decision", verdict)
    return say(lang, "by_lot", verdict) if item.why.parts.get("policy") == "lot" else verdict


def lives(record: Record) -> dict[int, Life]:
    """Item number -> its results, in the order in which it was voted on."""
    found: dict[int, Life] = {item.number: [] for item in record.items}
    for result in record.replayed.rounds:
        for item in result.items:
            found[item.number].append((item, result.round))
    return found


def admissions(record: Record) -> dict[int, str]:
    """Item number -> the title of the round that put it into the narrowest protocol where it stands."""
    found: dict[int, str] = {}
    for id in record.plan.protocols:
        numbers = set(record.replayed.protocols[id])
        for result in reversed(record.replayed.rounds):
            if result.round.to is not None and id in record.plan.widened(result.round.to):
                found |= {n: result.round.title for n in result.having("advance") if n in numbers}
    return found


def figure_of(item: ItemResult, round: Round, lang: str, between: str = ", ") -> str:
    """What the outcome of an item rests on, for people: "13 of 23 yes (57 %)".

    On a scale what the rules compare comes first: "15 of 20 rated 7–9 (75 %), median 7.5".
    """
    ranking = round.ranking(item.kind)
    compared = [m for m in round.measures(item.kind) if m not in ranking] if round.ballot.form == "scale" else []
    return between.join(_measured(measure, item, round, lang) for measure in [*compared, ranking[0]])


def _measured(measure: Measure | Disagreement, item: ItemResult, round: Round, lang: str) -> str:
    if isinstance(measure, Measure):
        return value_text(measure, measure.of(item.tally, round.ballot, round.base), lang)
    return say(lang, "disagreement" if item.measures["disagreement"] else "no_disagreement")


def short_figures(record: Record) -> dict[int, str]:
    """Item number -> what its last vote came to in a word or two: "87 %", "median 7"."""
    found = {}
    for number, life in lives(record).items():
        if any(not round.is_run_off for _, round in life):
            item, round = _last(life)
            measure = round.ranking(item.kind)[0]
            value = measure.of(item.tally, round.ballot, round.base)
            if isinstance(value, Share) and value.base:
                found[number] = percent(Fraction(value.count, value.base), record.language)
            else:
                found[number] = value_text(measure, value, record.language)
    return found


def value_text(measure: Measure, value: Value | None, lang: str) -> str:
    if value is None or (isinstance(value, Share) and not value.base):
        return "–"
    if isinstance(value, Share):
        ratings = f"{measure.low}–{measure.high}" if measure.low != measure.high else str(measure.low)
        shared = say(lang, f"of_{measure.name}", value.count, value.base, ratings)
        return f"{shared} ({percent(Fraction(value.count, value.base), lang)})"
    number = figure(value, lang)
    return f"{number} {say(lang, measure.name)}" if measure.name == "points" else f"{say(lang, measure.name)} {number}"


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


def _frame(rows: Sequence[Sequence[object]], columns: Sequence[str]) -> pd.DataFrame:
    """A frame that keeps whole numbers whole beside empty cells."""
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _items(record: Record) -> dict[int, ItemRow]:
    return {item.number: item for item in record.items}


def _protocol_row(record: Record, final: int, item: ItemRow, life: Life, admitted: str) -> tuple[object, ...]:
    lang = record.language
    narrowest = [id for id in record.plan.protocols if item.number in record.replayed.protocols[id]][-1]
    result, round = _last(life)
    value = round.ranking(item.kind)[0].of(result.tally, round.ballot, round.base)
    return (
        final,
        item.number,
        protocol_title(lang, narrowest),
        kind_title(lang, item.kind),
        item.text,
        item.explanation,
        item.perspective,
        figure_of(result, round, lang),
        _number(value) if isinstance(value, Share) else None,
        value.count if isinstance(value, Share) else None,
        base_of(result, round),
        say(lang, f"base_{base_name(round)}"),
        admitted,
    )


def _last(life: Life) -> tuple[ItemResult, Round]:
    """The last vote of the whole pool on an item: a run-off only broke a tie in it."""
    return [(result, round) for result, round in life if not round.is_run_off][-1]


def _kind_place(record: Record, kind: str | None) -> int:
    return record.plan.kinds.index(kind) if kind in record.plan.kinds else 0


def _number(value: Value | bool | None) -> float | int | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Share):
        return value.count / value.base if value.base else None
    if isinstance(value, Root):
        return math.sqrt(value.square)
    assert isinstance(value, Number)
    return int(value.value) if value.value.denominator == 1 else float(value.value)
