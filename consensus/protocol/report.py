"""The report that Word and PDF both are: headings, paragraphs and tables in one order.

The published order: the narrowest protocol first, then the rest of the wider ones; then how it came about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consensus.protocol import tables
from consensus.protocol.record import Record
from consensus.protocol.words import kind_title, protocol_title, say
from rounds import RoundResult


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `lead` is set a little larger."""

    text: str
    lead: bool = False


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


Block = Heading | Paragraph | Bullets | Table


def report(record: Record) -> list[Block]:
    """All blocks of the report, after the title."""
    return [
        *_summary(record),
        *_protocols(record),
        *_perspectives(record),
        *_rules(record),
        *_ties(record),
        *_deviations(record),
        *_attendance(record),
        *_history(record),
    ]


def title(record: Record) -> str:
    return say(record.language, "protocol_of", record.title)


def _summary(record: Record) -> Iterator[Block]:
    lang, replayed = record.language, record.replayed
    held = [result for result in replayed.rounds if not result.round.is_run_off]
    if record.plan.description:
        yield Paragraph(record.plan.description, lead=True)
    yield Paragraph(say(lang, "summary", len(record.items), len(held)), lead=True)
    sizes = [(id, len(replayed.protocols[id])) for id in record.plan.protocols]
    yield Bullets(tuple(say(lang, "sizes", protocol_title(lang, id), n) for id, n in sizes))
    yield Heading(1, say(lang, "funnel"))
    rows = [(r.round.title, str(len(r.items)), *(str(r.counts[v]) for v in _VERDICTS)) for r in replayed.rounds]
    header = (say(lang, "round"), say(lang, "candidates"), *(say(lang, verdict).capitalize() for verdict in _VERDICTS))
    yield Table(say(lang, "funnel"), header, tuple(rows), (5, 1.4, 1, 1, 1, 1), frozenset(range(1, 6)))


_VERDICTS = ("advance", "hold", "cut", "stay")


def _protocols(record: Record) -> Iterator[Block]:
    lang = record.language
    for id in reversed(record.plan.protocols):
        numbers = tables.rest_of(record, id)
        whole = len(numbers) == len(record.replayed.protocols[id])
        name = protocol_title(lang, id)
        yield Heading(1, name if whole else say(lang, "rest", name))
        if not numbers:
            yield Paragraph(say(lang, "empty"))
        for kind in record.plan.kinds or (None,):
            of_kind = [n for n in numbers if record.item(n).kind == kind]
            if of_kind and kind:
                yield Heading(2, kind_title(lang, kind))
            if of_kind:
                yield _protocol(record, of_kind, kind_title(lang, kind) or name)


def _protocol(record: Record, numbers: Sequence[int], name: str) -> Table:
    lang, frame = record.language, tables.protocol_table(record, numbers)
    widths = {"final": 0.8, "item": 6.6, "perspective": 1.9, "figure": 2.0, "number": 1.3, "admitted": 2.4}
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
    frame, lang = tables.perspective_table(record), record.language
    if not any(item.perspective for item in record.items):
        return
    yield Heading(1, say(lang, "perspectives"))
    rows = tuple(tuple(map(str, row)) for row in frame.itertuples(index=False, name=None))
    header = tuple(say(lang, key) for key in ("in_protocol", "kind", "perspective", "total"))
    yield Table(say(lang, "perspectives"), header, rows, (3, 3, 3, 1), frozenset({3}))


def _rules(record: Record) -> Iterator[Block]:
    lang, plan = record.language, record.plan
    yield Heading(1, say(lang, "rules"))
    yield Paragraph(say(lang, "rules_intro"))
    for round in plan.rounds:
        yield Heading(2, f"{round.id}. {round.title}")
        yield Paragraph(" ".join([round.sentence(lang), *round.notes(lang)]))
    yield Heading(2, say(lang, "anonymity"))
    yield Paragraph(f"{say(lang, f'anonymity_{plan.anonymity}')} {say(lang, 'unanimous')}")
    yield Paragraph(say(lang, "method", plan.sha256))


def _ties(record: Record) -> Iterator[Block]:
    lang = record.language
    yield Heading(1, say(lang, "ties"))
    found = [text for result in record.replayed.rounds for text in _ties_of(record, result)]
    found += [say(lang, "lot", round_id, seed) for round_id, seed in record.lots.items()]
    for d in record.decisions:
        found.append(say(lang, "decision", d.round, d.number, say(lang, d.verdict), d.reason))
    if found:
        yield Bullets(tuple(found))
    else:
        yield Paragraph(say(lang, "no_ties"))


def _ties_of(record: Record, result: RoundResult) -> Iterator[str]:
    lang = record.language
    for tie in result.ties if not result.round.is_run_off else ():
        numbers = ", ".join(map(str, tie.items))
        how = say(lang, f"tie_{tie.policy}") if tie.settled else say(lang, "tie_open")
        yield f"{say(lang, 'tie', result.round.title, numbers, tie.places)} {how}"
    inquorate = [str(item.number) for item in result.items if item.inquorate]
    if inquorate:
        yield say(lang, "inquorate", result.round.title, ", ".join(inquorate))


def _deviations(record: Record) -> Iterator[Block]:
    lang = record.language
    yield Heading(1, say(lang, "deviations"))
    rows = []
    for entry in record.log:
        if entry.action in ("void", "reopen", "undo"):
            what = ", ".join(f"{entry.details[key]}" for key in ("step", "round", "item") if entry.details.get(key))
            rows.append(
                (
                    entry.at[:16].replace("T", " "),
                    f"{say(lang, entry.action)}: {what}",
                    str(entry.details.get("reason", "")),
                )
            )
    if not rows:
        yield Paragraph(say(lang, "no_deviations"))
        return
    header = tuple(say(lang, key) for key in ("at", "what", "why"))
    yield Table(say(lang, "deviations"), header, tuple(rows), (2, 4, 6))


def _attendance(record: Record) -> Iterator[Block]:
    lang, frame = record.language, tables.attendance_table(record)
    yield Heading(1, say(lang, "attendance"))
    rows = tuple(tuple(map(str, row)) for row in frame.itertuples(index=False, name=None))
    header = tuple(say(lang, key) for key in ("round", "entitled", "present", "papers"))
    yield Table(say(lang, "attendance"), header, rows, (5, 2, 2, 2), frozenset({1, 2, 3}))


def _history(record: Record) -> Iterator[Block]:
    lang, frame = record.language, tables.history_table(record)
    yield Heading(1, say(lang, "history"))
    yield Paragraph(say(lang, "history_intro"))
    life: dict[tuple[int, str], list[str]] = {}
    for number, text, round_id, figure, verdict, _ in frame.itertuples(index=False, name=None):
        life.setdefault((number, text), []).append(f"{round_id}: {figure} – {verdict}")
    rows = [(str(number), text, "\n".join(lines)) for (number, text), lines in life.items()]
    header = tuple(say(lang, key) for key in ("number", "item", "history"))
    yield Table(say(lang, "history"), header, tuple(rows), (1.2, 6, 5), frozenset({0}))
