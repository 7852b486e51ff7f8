"""The result as slides: for the closing of the day and for those who were not there. Large enough for 15 metres."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from consensus.protocol import tables
from consensus.protocol.deck import (
    ACROSS,
    BOTTOM,
    EDGE,
    INK,
    LEADING,
    MARGIN,
    QUIET,
    TOP,
    WIDTH,
    describe,
    height,
    new_deck,
    title_slide,
    titled,
    write,
)
from consensus.protocol.drawing import draw
from consensus.protocol.lines import lines
from consensus.protocol.pictures import Funnel, Picture, pictures, told
from consensus.protocol.record import Record
from consensus.protocol.report import date_line
from consensus.protocol.steady import steady_zip
from consensus.protocol.text import one_line, printable
from consensus.protocol.words import count, kind_title, protocol_title, round_title, say
from rounds.plan import Round

NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
SIZE, HEAD = 24, 16  # points: of texts, and of what stands above columns
COLUMNS = (Inches(0.9), Inches(8.9), Inches(2.33))
LONGEST = 5  # lines of an item that a slide shows
CELL, HEAD_HIGH = 5.0, 26.0  # points: above and below a text in its cell; of the row of headings
ROOM = Emu(BOTTOM - TOP).pt
BARS = 10  # of the funnel on a slide: more could not be read
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"


class Row(NamedTuple):
    """An item on a slide: its number in the protocol, its text, the share or figure of its last vote."""

    final: str
    text: str
    figure: str

    @property
    def high(self) -> float:
        """Points that the row takes."""
        columns = zip(self, COLUMNS, (True, False, True), strict=True)
        most = max(lines(text, column.pt - MARGIN, SIZE, bold=bold) for text, column, bold in columns)
        return most * SIZE * LEADING + CELL


def pptx_of(record: Record) -> bytes:
    """Write the slides: title, funnel, the protocols from the narrowest on, how it was decided."""
    show = new_deck(record)
    _title(show, record)
    _funnel(show, record)
    for id in reversed(record.plan.protocols):
        _protocol(show, record, id)
    _method(show, record)
    out = io.BytesIO()
    show.save(out)
    return steady_zip(out.getvalue())


def _title(show: Any, record: Record) -> None:
    lang, replayed = record.language, record.replayed
    sizes = [f"{protocol_title(lang, id)}: {len(replayed.protocols[id])}" for id in reversed(record.plan.protocols)]
    held = sum(not result.round.is_run_off for result in replayed.rounds)
    first = say(lang, "summary", count(lang, len(record.items), "items"), count(lang, held, "rounds"))
    texts = [first, " · ".join(sizes), *filter(None, [date_line(record)]), *_open(record)]
    title_slide(show, record, one_line(record.title, 200), texts)


def _open(record: Record) -> list[str]:
    """What is not settled yet: a slide must not show it as the result."""
    lang = record.language
    return [
        say(lang, "not_settled", say(lang, "unresolved_round", round_title(lang, result.round)))
        for result in record.replayed.rounds
        if result.unresolved
    ]


def _funnel(show: Any, record: Record) -> None:
    """The funnel, larger than on paper; where it has many bars, on several slides of the same scale."""
    picture = pictures(record).get("funnel")
    if picture is None or not isinstance(picture.drawn, Funnel):
        return
    every = picture.drawn.bars
    parts = [every[at : at + BARS] for at in range(0, len(every), BARS)]
    most = max(sum(n for _, n in bar.parts) for bar in every)
    shown = [replace(picture, alt=told(bars), drawn=Funnel(bars, most, large=True)) for bars in parts]
    for place, (part, drawing) in enumerate(zip(shown, draw(shown), strict=True), start=1):
        if drawing is not None:
            slide = titled(show, record, _numbered(picture.title, place, len(shown)))
            _picture(slide, part, drawing.png, drawing.width / drawing.height)


def _picture(slide: Any, picture: Picture, png: bytes, shape: float) -> None:
    wide = min(ACROSS, int((BOTTOM - TOP) * shape))
    drawn = slide.shapes.add_picture(io.BytesIO(png), (WIDTH - wide) // 2, TOP, wide, int(wide / shape))
    describe(drawn, picture.title, picture.alt)


def _protocol(show: Any, record: Record, id: str) -> None:
    """The items that no narrower protocol has, kind by kind, as many to a slide as can be read."""
    lang = record.language
    numbers, every = tables.rest_of(record, id), record.replayed.protocols[id]
    name = protocol_title(lang, id)
    heading = name if len(numbers) == len(every) else say(lang, "rest", name)
    if not every:
        _texts(show, record, name, [say(lang, "empty")])
    kinds = {item.number: item.kind for item in record.items}
    for kind in record.plan.kinds or (None,):
        rows = _rows(record, [n for n in numbers if kind is None or kinds[n] == kind])
        titled_so = f"{heading} · {kind_title(lang, kind)}" if kind else heading
        pages = _pages(rows)
        for place, page in enumerate(pages, start=1):
            _table(show, record, _numbered(titled_so, place, len(pages)), page)


def _numbered(heading: str, place: int, of: int) -> str:
    """A slide's title, as long as there is room for, with its place among those of the same title."""
    return f"{one_line(heading, 110)} ·\u00a0{place}/{of}" if of > 1 else one_line(heading, 120)


def _rows(record: Record, numbers: Sequence[int]) -> list[Row]:
    frame, short = tables.protocol_table(record, numbers), tables.short_figures(record)
    return [
        Row(str(row["final"]), _cut(str(row["text"])), printable(short[row["number"]]))
        for row in frame.to_dict("records")
    ]


def _cut(text: str) -> str:
    """An item's text in as many lines as a slide has for it."""
    text, most = one_line(text, 400), 400
    while lines(text, COLUMNS[1].pt - MARGIN, SIZE) > LONGEST:
        most -= 10
        text = one_line(text, most)
    return text


def _pages(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows in slides that are about as full."""
    room, whole = ROOM - HEAD_HIGH, sum(row.high for row in rows)
    fair = whole / max(1, -(-whole // room)) + SIZE
    pages: list[list[Row]] = []
    used = 0.0
    for row in rows:
        if not pages or used + row.high > min(room, fair):
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += row.high
    return pages


def _table(show: Any, record: Record, heading: str, rows: Sequence[Row]) -> None:
    lang = record.language
    slide = titled(show, record, heading)
    shape = slide.shapes.add_table(len(rows) + 1, len(COLUMNS), EDGE, TOP, ACROSS, Inches(0.4))
    describe(shape, heading, f"{heading}: {count(lang, len(rows), 'items')}")
    table = shape.table
    table.horz_banding = False
    shape._element.graphic.graphicData.tbl.tblPr.find(f"{{{_MAIN}}}tableStyleId").text = NO_STYLE
    for column, wide in zip(table.columns, COLUMNS, strict=True):
        column.width = wide
    header = Row(say(lang, "final"), say(lang, "item"), say(lang, "figure"))
    for place, row in enumerate([header, *rows]):
        head = place == 0
        table.rows[place].height = Pt(HEAD_HIGH if head else row.high)
        for at, text in enumerate(row):
            _cell(table.cell(place, at), text, record, head=head, right=at == 2, strong=at != 1)


def _cell(cell: Any, text: str, record: Record, *, head: bool, right: bool, strong: bool) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    size, colour = (HEAD, QUIET) if head else (SIZE, INK)
    write(cell.text_frame, [text], size, record, bold=head or strong, colour=colour)
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _method(show: Any, record: Record) -> None:
    """How it was decided, in the plan's own sentences; as many slides as it takes."""
    lang = record.language
    held = {result.round.id for result in record.replayed.rounds}
    texts = [f"{round_title(lang, r)}. {r.sentence(lang)}" for r in record.plan.rounds if _told(r, held)]
    texts.append(f"{say(lang, 'anonymity')}. {say(lang, f'anonymity_{record.plan.anonymity}')}")
    _texts(show, record, say(lang, "rules"), texts)


def _told(round: Round, held: set[str]) -> bool:
    return not held or round.id in held


def _texts(show: Any, record: Record, heading: str, texts: Sequence[str]) -> None:
    pages = list(_filling([part for text in texts for part in _parts(text)]))
    for place, page in enumerate(pages, start=1):
        slide = titled(show, record, _numbered(heading, place, len(pages)))
        box = slide.shapes.add_textbox(EDGE, TOP, ACROSS, BOTTOM - TOP)
        write(box.text_frame, page, SIZE, record)


def _filling(texts: Sequence[str]) -> Iterator[list[str]]:
    """Texts in pages that they fit on."""
    page: list[str] = []
    for text in texts:
        if page and height([*page, text], SIZE, ACROSS) > ROOM - CELL:
            yield page
            page = []
        page.append(text)
    yield page


def _parts(text: str) -> Iterator[str]:
    """A text in parts that each fit on a slide."""
    part = ""
    for word in text.split():
        longer = f"{part} {word}".strip()
        if part and height([longer], SIZE, ACROSS) > ROOM - CELL:
            yield part
            longer = word
        part = longer
    yield part
