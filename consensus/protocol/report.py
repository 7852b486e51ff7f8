"""The report that Word and PDF both are: headings, paragraphs and tables in one order.

The published order: the narrowest protocol first, then the rest of the wider ones; then how it came about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from consensus.protocol import tables
from consensus.protocol.pictures import Picture, pictures
from consensus.protocol.record import LogRow, Record
from consensus.protocol.words import TEXTS, count, day_in_words, figure, kind_title, protocol_title, round_title, say
from rounds import Round, RoundResult, Tie
from rounds.languages import per_cent, with_point
from rounds.measure import Number
from rounds.plan import RUN_OFF


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `lead` is set a little larger, `keep` stays on the page of what follows."""

    text: str
    lead: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. widths: parts of the page; numeric: columns set flush right.

    explained: what follows the first line of a cell explains it, and is set smaller.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()
    explained: bool = False


Block = Heading | Paragraph | Bullets | Table | Picture

#: what the log has that should not have been needed, and what was looked at when the votes were known
DEVIATIONS = ("void", "reopen", "undo", "restore", "what-if")


def report(record: Record) -> list[Block]:
    """All blocks of the report, after the title."""
    return [
        *_summary(record),
        *_protocols(record),
        *_perspectives(record),
        *_rules(record),
        *ties(record),
        *_deviations(record),
        *_merged(record),
        *_attendance(record),
        *_agreement(record),
        *_evaluation(record),
        *_pictures(record),
        *_history(record),
        *_arguments(record),
    ]


def title(record: Record) -> str:
    return say(record.language, "protocol_of", record.title)


def date_line(record: Record) -> str:
    """The day of the last step, in words; nothing where no log tells it."""
    return day_in_words(record.language, record.day) if record.log else ""


def _summary(record: Record) -> Iterator[Block]:
    lang, replayed = record.language, record.replayed
    held = [result for result in replayed.rounds if not result.round.is_run_off]
    if record.plan.description:
        yield Paragraph(record.plan.description, lead=True)
    yield Paragraph(say(lang, "summary", count(lang, len(record.items), "items"), count(lang, len(held), "rounds")))
    for result in replayed.rounds:
        if result.unresolved:
            yield Paragraph(say(lang, "not_settled", say(lang, "unresolved_round", round_title(lang, result.round))))
    sizes = [(id, count(lang, len(replayed.protocols[id]), "items")) for id in record.plan.protocols]
    yield Bullets(tuple(say(lang, "sizes", protocol_title(lang, id), items) for id, items in sizes))
    frame = tables.funnel_table(record)
    if len(frame):
        yield Heading(1, say(lang, "funnel"))
        yield pictures(record)["funnel"]
        yield _table(record, "funnel", frame, (5.0, 2.2, *(1.5 for _ in frame.columns[2:])))


def _table(record: Record, key: str, frame: pd.DataFrame, widths: tuple[float, ...]) -> Table:
    """A frame as it stands: numbers flush right."""
    rows = tuple(tuple(map(str, row)) for row in frame.itertuples(index=False, name=None))
    numeric = frozenset(p for p, column in enumerate(frame.columns) if all(isinstance(v, int) for v in frame[column]))
    header = tuple(tables.heading(record, column) for column in frame.columns)
    return Table(say(record.language, key), header, rows, widths, numeric)


def _protocols(record: Record) -> Iterator[Block]:
    lang = record.language
    for id in reversed(record.plan.protocols):
        numbers, every = tables.rest_of(record, id), record.replayed.protocols[id]
        name = protocol_title(lang, id)
        yield Heading(1, name if len(numbers) == len(every) else say(lang, "rest", name))
        if not numbers:
            yield Paragraph(say(lang, "no_rest" if every else "empty"))
        kinds = {item.number: item.kind for item in record.items}
        for kind in record.plan.kinds or (None,):
            of_kind = [n for n in numbers if kinds[n] == kind]
            if of_kind and kind:
                yield Heading(2, kind_title(lang, kind))
            if of_kind:
                yield _protocol(record, of_kind, f"{name}: {kind_title(lang, kind)}" if kind else name)


def _protocol(record: Record, numbers: Sequence[int], name: str) -> Table:
    lang, frame = record.language, tables.protocol_table(record, numbers)
    widths = {"final": 1.0, "item": 6.4, "perspective": 2.6, "figure": 2.8, "number": 1.8, "admitted": 3.5}
    if not any(item.perspective for item in record.items):
        del widths["perspective"]
    frame["item"] = [
        f"{text}\n{more}" if more else text for text, more in zip(frame["text"], frame["explanation"], strict=True)
    ]
    rows = tuple(tuple(map(str, row)) for row in frame[list(widths)].itertuples(index=False, name=None))
    numeric = frozenset(place for place, key in enumerate(widths) if key in ("final", "number"))
    header = tuple(say(lang, key) for key in widths)
    return Table(name, header, rows, tuple(widths.values()), numeric, explained=True)


def _perspectives(record: Record) -> Iterator[Block]:
    frame = tables.perspective_table(record)
    if not any(item.perspective for item in record.items):
        return
    if not record.plan.kinds:
        del frame["kind"]
    yield Heading(1, say(record.language, "perspectives"))
    yield _table(record, "perspectives", frame, (3.0,) * (len(frame.columns) - 1) + (1.2,))


def _rules(record: Record) -> Iterator[Block]:
    lang, plan = record.language, record.plan
    yield Heading(1, say(lang, "rules"))
    yield Paragraph(say(lang, "rules_intro"), keep=True)
    for round in plan.rounds:
        yield Heading(2, round_title(lang, round))
        yield Paragraph(" ".join([round.sentence(lang), *round.notes(lang)]))
    yield Heading(2, say(lang, "anonymity"))
    yield Paragraph(f"{say(lang, f'anonymity_{plan.anonymity}')} {say(lang, 'unanimous')}")
    yield Paragraph(say(lang, "method", plan.sha256))


def ties(record: Record) -> Iterator[Block]:
    """Ties, lots, decisions, and what was inquorate, a sentence each."""
    lang = record.language
    yield Heading(1, say(lang, "ties"))
    found = [text for result in record.replayed.rounds for text in _ties_of(record, result)]
    found += [say(lang, "lot", _round(record, round_id), seed) for round_id, seed in record.lots.items()]
    for d in record.decisions:
        found.append(say(lang, "decision", _round(record, d.round), d.number, say(lang, d.verdict), d.reason))
    if found:
        yield Bullets(tuple(found))
    else:
        yield Paragraph(say(lang, "no_ties"))


def _ties_of(record: Record, result: RoundResult) -> Iterator[str]:
    lang, name = record.language, round_title(record.language, result.round)
    for tie in result.ties if not result.round.is_run_off else ():
        numbers = ", ".join(map(str, tie.items))
        yield f"{say(lang, 'tie', name, numbers, count(lang, tie.places, 'places'))} {_how(tie, lang)}"
    inquorate = [str(item.number) for item in result.items if item.inquorate]
    if inquorate:
        yield say(lang, "inquorate", name, ", ".join(inquorate))


def _how(tie: Tie, lang: str) -> str:
    """How a tie was settled."""
    if not tie.settled:
        return say(lang, "tie_open")
    cut = "cut_" if tie.which == "cut" and tie.policy in ("advance all", "hold all") else ""
    return say(lang, f"tie_{cut}{tie.policy}")


def _round(record: Record, id: str) -> str:
    return round_title(record.language, record.plan.round(id))


def _deviations(record: Record) -> Iterator[Block]:
    lang = record.language
    yield Heading(1, say(lang, "deviations"))
    rows = [
        (entry.at[:16].replace("T", " "), _deviation(entry, lang), str(entry.details.get("reason") or ""))
        for entry in record.log
        if entry.action in DEVIATIONS
    ]
    if not rows:
        yield Paragraph(say(lang, "no_deviations"))
        return
    header = tuple(say(lang, key) for key in ("at", "what", "why"))
    yield Table(say(lang, "deviations"), header, tuple(rows), (2.6, 5, 5))


def deviations(record: Record) -> list[str]:
    """What should not have been needed, a line each: when, what, why."""
    found = [entry for entry in record.log if entry.action in DEVIATIONS]
    told = [(e.at[:16].replace("T", " "), _deviation(e, record.language), e.details.get("reason") or "") for e in found]
    return [": ".join(filter(None, parts)) for parts in told]


def _deviation(entry: LogRow, lang: str) -> str:
    """ "Step taken back: the vote was closed, round P1, item 7"."""
    parts, details = [], entry.details
    if f"step_{details.get('step')}" in TEXTS:
        parts.append(say(lang, f"step_{details['step']}"))
    if details.get("round"):
        parts.append(say(lang, "in_round", details["round"]))
    if details.get("item"):
        parts.append(say(lang, "on_item", details["item"]))
    if isinstance(details.get("at"), list):
        tried = [_tried(number, details, lang) for number in details["at"] if number != details.get("number")]
        parts.append(say(lang, "instead_of", ", ".join(tried), _tried(details.get("number"), details, lang)))
    return f"{say(lang, entry.action)}: {', '.join(parts)}" if parts else say(lang, entry.action)


def _tried(number: object, details: Mapping[str, object], lang: str) -> str:
    """A number of a rule as it was looked at, "45%" or "6.5"."""
    text = with_point(str(number), lang)
    return per_cent(text, lang) if details.get("unit") == "percent" else text


def _merged(record: Record) -> Iterator[Block]:
    """The items that were made of others before the first vote, with the wording of those as the log has it."""
    lang, wordings = record.language, _wordings(record.log)
    rows = [
        (
            str(item.number),
            item.text,
            "\n".join(f"{n}: {wordings[n]}" if n in wordings else str(n) for n in item.merged),
        )
        for item in record.items
        if item.merged
    ]
    if rows:
        yield Heading(1, say(lang, "merged_items"))
        yield Paragraph(say(lang, "merged_intro"), keep=True)
        header = tuple(say(lang, key) for key in ("number", "item", "merged"))
        yield Table(say(lang, "merged_items"), header, tuple(rows), (1.7, 5.5, 5.5), frozenset({0}))


def _wordings(log: Sequence[LogRow]) -> dict[int, str]:
    """Number -> the last wording of an item that was merged into another."""
    parts = [part for entry in log if entry.action == "merge" for part in entry.details.get("of") or ()]
    return {part["number"]: str(part["text"]) for part in parts}


def _attendance(record: Record) -> Iterator[Block]:
    frame = tables.shown_attendance(record)
    if not len(frame):
        return
    yield Heading(1, say(record.language, "attendance"))
    yield _table(record, "attendance", frame, (5.0, 2.5, 2.1, 1.6, 2.4)[: len(frame.columns)])
    if "typed" in frame:
        yield Paragraph(say(record.language, "typed_note"))


def _agreement(record: Record) -> Iterator[Block]:
    """How far panellists agreed and changed their minds, or which level of anonymity would have told it."""
    lang, replayed, told = record.language, record.replayed, []
    for id, found in replayed.agreement.items():
        if not found.needs:
            w = "–" if found.w is None else figure(Number(found.w), lang)
            told.append(say(lang, "w", _round(record, id), w, found.papers, found.of))
        for shift in replayed.shifts[id]:
            if shift.changed:
                changed, of = (sum(getattr(one, part) for one in shift.changed.values()) for part in ("changed", "of"))
                told.append(say(lang, "change", _round(record, id), shift.since, changed, of))
    needed = {found.needs for found in replayed.agreement.values()}
    needed |= {shift.needs for shifts in replayed.shifts.values() for shift in shifts}
    if told or needed - {None}:
        yield Heading(1, say(lang, "agreement"))
    if told:
        yield Bullets(tuple(told))
    for level in ("paper", "panel"):
        if level in needed:
            yield Paragraph(say(lang, f"needs_{level}"))


def _evaluation(record: Record) -> Iterator[Block]:
    """What the panel thought of the conference, where enough of it answered."""
    lang, held = record.language, record.evaluation
    if held is None:
        return
    yield Heading(1, say(lang, "evaluation"))
    if held.sheets is None:
        yield Paragraph(say(lang, "evaluation_hidden", held.least))
        return
    yield Paragraph(say(lang, "evaluation_intro", held.sheets, held.least), keep=True)
    frame = tables.evaluation_table(record)
    rows = tuple(tuple("–" if value is None else str(value) for value in row) for row in frame.values.tolist())
    header = tuple(tables.heading(record, column) for column in frame.columns)
    yield Table(say(lang, "evaluation"), header, rows, (7.0, 2.0, 2.4, 2.6), frozenset({1, 2, 3}))
    if held.comments:
        yield Heading(2, say(lang, "comments"))
        yield Bullets(held.comments)


def _pictures(record: Record) -> Iterator[Block]:
    """Each round as ranked. The funnel stands at the beginning."""
    of_rounds = [picture for name, picture in pictures(record).items() if name != "funnel"]
    if of_rounds:
        yield Heading(1, say(record.language, "pictures"))
        yield Paragraph(say(record.language, "pictures_intro"), keep=True)
    for picture in of_rounds:
        yield Heading(2, picture.title)
        yield picture


def _history(record: Record) -> Iterator[Block]:
    lang = record.language
    rows = []
    for number, life in tables.lives(record).items():
        told = (
            f"{_short_name(r, lang)}: {tables.figure_of(item, r, lang)} – {tables.became(item, lang)}"
            for item, r in life
        )
        rows.append((str(number), record.item(number).text, "\n".join(told)))
    yield Heading(1, say(lang, "history"))
    yield Paragraph(say(lang, "history_intro"), keep=True)
    header = tuple(say(lang, key) for key in ("number", "item", "became"))
    yield Table(say(lang, "history"), header, tuple(rows), (1.7, 6, 5), frozenset({0}))


def _arguments(record: Record) -> Iterator[Block]:
    """What was said for and against items, of what the panel was shown."""
    if not record.arguments:
        return
    lang, rows = record.language, []
    for number in dict.fromkeys(row.number for row in record.arguments):
        told = [f"{say(lang, f'argument_{r.side}')}: {r.text}" for r in record.arguments if r.number == number]
        rows.append((str(number), record.item(number).text, "\n".join(told)))
    yield Heading(1, say(lang, "arguments"))
    yield Paragraph(say(lang, "arguments_intro"), keep=True)
    header = tuple(say(lang, key) for key in ("number", "item", "arguments"))
    yield Table(say(lang, "arguments"), header, tuple(rows), (1.7, 5, 6), frozenset({0}))


def _short_name(round: Round, lang: str) -> str:
    id = round.id.removesuffix(RUN_OFF)
    return say(lang, "run_off", id) if round.is_run_off else id
