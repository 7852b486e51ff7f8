"""What a Word template may name, with the values that a record gives it. docs/word-template.md describes the names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from consensus.protocol import tables
from consensus.protocol.record import Record
from consensus.protocol.report import Bullets, Paragraph, date_line, deviations, ties, title
from consensus.protocol.words import count, kind_title, protocol_title, round_title, say


@dataclass(frozen=True, slots=True)
class Row:
    """An item in a protocol. final: its number there; number: in the list that was voted on."""

    final: int
    number: int
    text: str
    explanation: str
    perspective: str
    kind: str
    figure: str
    admitted: str


@dataclass(frozen=True, slots=True)
class Kind:
    """The items of one kind; all together, without a title, where the plan has no kinds."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol: `rows` has all its items, `kinds` the same by kind."""

    title: str
    count: int
    rows: tuple[Row, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A round that was held, or stands in the plan: then its numbers are 0 and it has no picture."""

    title: str
    rule: str
    candidates: int
    advance: int
    hold: int
    cut: int
    stay: int
    entitled: int
    present: int
    papers: int
    typed: int
    picture: object


@dataclass(frozen=True, slots=True)
class Life:
    """What became of an item, a sentence for each vote on it."""

    number: int
    text: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Argued:
    """An argument that the panel was shown, on the item with this number and text."""

    number: int
    text: str
    side: str
    argument: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the evaluation; "–" where too few answered it."""

    question: str
    satisfied: object
    neither: object
    dissatisfied: object


ROUND_NUMBERS = ("candidates", "advance", "hold", "cut", "stay", "entitled", "present", "papers", "typed")
ROW = tuple(field.name for field in fields(Row))

#: every name that a template may use at the top, in the order of the documentation
NAMES = (
    "title", "conference", "date", "summary", "plan", "checksum", "protocols", "rounds", "anonymity", "ties",
    "deviations", "items", "arguments", "funnel", "answers", "comments",
)  # fmt: skip


def named(record: Record, drawn: Mapping[str, object]) -> dict[str, object]:
    """NAMES, each with its value. drawn: name of a picture -> what stands in its place."""
    lang, replayed = record.language, record.replayed
    held = [result for result in replayed.rounds if not result.round.is_run_off]
    told = [text for block in ties(record) for text in _texts(block)]
    evaluated = record.evaluation
    return {
        "title": title(record),
        "conference": record.title,
        "date": date_line(record),
        "summary": say(lang, "summary", count(lang, len(record.items), "items"), count(lang, len(held), "rounds")),
        "plan": record.plan.title,
        "checksum": record.plan.sha256,
        "protocols": [_protocol(record, id) for id in reversed(record.plan.protocols)],
        "rounds": list(_rounds(record, drawn)),
        "anonymity": say(lang, f"anonymity_{record.plan.anonymity}"),
        "ties": told,
        "deviations": deviations(record),
        "items": list(_lives(record)),
        "arguments": [Argued(*row) for row in tables.argument_table(record).values.tolist()],
        "funnel": drawn.get("funnel", ""),
        "answers": list(_answers(record)),
        "comments": list(evaluated.comments) if evaluated else [],
    }


def _texts(block: object) -> tuple[str, ...]:
    if isinstance(block, Bullets):
        return block.texts
    return (block.text,) if isinstance(block, Paragraph) else ()


def _protocol(record: Record, id: str) -> Protocol:
    lang, numbers = record.language, record.replayed.protocols[id]
    kinds = {item.number: item.kind for item in record.items}
    frame = tables.protocol_table(record, numbers)
    rows = tuple(Row(**{name: row[name] for name in ROW}) for row in frame.to_dict("records"))
    parts = tuple(
        Kind(kind_title(lang, kind), tuple(row for row in rows if kind is None or kinds[row.number] == kind))
        for kind in record.plan.kinds or (None,)
    )
    return Protocol(protocol_title(lang, id), len(numbers), rows, tuple(part for part in parts if part.rows))


def _rounds(record: Record, drawn: Mapping[str, object]) -> Iterator[Round]:
    lang = record.language
    places = {result.round.id: place for place, result in enumerate(record.replayed.rounds, start=1)}
    results = {result.round.id: result for result in record.replayed.rounds}
    for round in record.plan.rounds:
        rule = " ".join([round.sentence(lang), *round.notes(lang)])
        result = results.get(round.id)
        numbers = dict.fromkeys(ROUND_NUMBERS, 0)
        if result is not None:
            there = {"entitled": result.entitled, "present": result.present, "papers": result.papers}
            there["typed"] = record.attendance[round.id].typed if round.id in record.attendance else 0
            numbers = {"candidates": len(result.items), **there}
            numbers |= {verdict: result.counts[verdict] for verdict in ("advance", "hold", "cut", "stay")}
        picture = drawn.get(f"round-{places[round.id]}", "") if result is not None else ""
        yield Round(title=round_title(lang, round), rule=rule, picture=picture, **numbers)


def _lives(record: Record) -> Iterator[Life]:
    lang = record.language
    for number, life in tables.lives(record).items():
        told = tuple(
            f"{round_title(lang, r)}: {tables.figure_of(item, r, lang)} – {tables.became(item, lang)}"
            for item, r in life
        )
        yield Life(number, record.item(number).text, told)


def _answers(record: Record) -> Iterator[Answered]:
    for question, *counts in tables.evaluation_table(record).values.tolist():
        yield Answered(question, *("–" if n is None else n for n in counts))
