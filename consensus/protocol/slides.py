"""The result as slides: for the closing of the day and for those who were not there. Large enough for 15 metres."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from consensus.languages import tag
from consensus.protocol import tables
from consensus.protocol.drawing import draw
from consensus.protocol.pictures import Picture, pictures
from consensus.protocol.record import Record
from consensus.protocol.report import date_line, title
from consensus.protocol.steady import steady_zip
from consensus.protocol.text import one_line, printable
from consensus.protocol.words import count, kind_title, protocol_title, round_title, say
from rounds.plan import Round

WIDTH, HEIGHT, EDGE = Inches(13.333), Inches(7.5), Inches(0.6)
TOP = Inches(1.45)  # where a slide's title ends
INK, QUIET, ACCENT = map(RGBColor.from_string, ("14202B", "43505C", "0B4A6F"))
FONT = "Calibri"
TITLE_LAYOUT, TITLE_ONLY = 0, 5  # of python-pptx's own template
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
#: points; characters that a line then holds; lines that a slide then holds
TEXT_SIZE, LINE, LINES = 24, 74, 11
LONGEST = 3 * LINE  # characters of an item that a slide shows
COLUMNS = (Inches(1.0), Inches(9.4), Inches(1.7))


class Row(NamedTuple):
    """An item on a slide: its number in the protocol, its text, the share or figure of its last vote."""

    final: str
    text: str
    figure: str

    @property
    def lines(self) -> int:
        return -(-len(self.text) // LINE)


def pptx_of(record: Record) -> bytes:
    """Write the slides: title, funnel, the protocols from the narrowest on, how it was decided."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDTH, HEIGHT
    _properties(show, record)
    _title(show, record)
    _funnel(show, record)
    for id in reversed(record.plan.protocols):
        _protocol(show, record, id)
    _method(show, record)
    out = io.BytesIO()
    show.save(out)
    return steady_zip(out.getvalue())


def _properties(show: Any, record: Record) -> None:
    properties = show.core_properties
    properties.title, properties.author = one_line(title(record)), "Consensus"
    properties.subject, properties.language = one_line(record.plan.title), record.language
    properties.last_modified_by, properties.comments, properties.keywords = "Consensus", "", ""
    properties.created = properties.modified = datetime(record.day.year, record.day.month, record.day.day)


def _title(show: Any, record: Record) -> None:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_LAYOUT])
    heading, under = slide.placeholders[0], slide.placeholders[1]
    _place(heading, EDGE, Inches(2.0), WIDTH - 2 * EDGE, Inches(2.0))
    _place(under, EDGE, Inches(4.2), WIDTH - 2 * EDGE, Inches(2.4))
    _write(heading.text_frame, [one_line(record.title, 200)], 44, record, bold=True)
    lang, replayed = record.language, record.replayed
    sizes = [f"{protocol_title(lang, id)}: {len(replayed.protocols[id])}" for id in reversed(record.plan.protocols)]
    held = sum(not result.round.is_run_off for result in replayed.rounds)
    first = say(lang, "summary", count(lang, len(record.items), "items"), count(lang, held, "rounds"))
    _write(under.text_frame, [first, " · ".join(sizes), *filter(None, [date_line(record)]), *_open(record)], 26, record)


def _open(record: Record) -> list[str]:
    """What is not settled yet: a slide must not show it as the result."""
    lang = record.language
    return [
        say(lang, "not_settled", say(lang, "unresolved_round", round_title(lang, result.round)))
        for result in record.replayed.rounds
        if result.unresolved
    ]


def _funnel(show: Any, record: Record) -> None:
    picture = pictures(record).get("funnel")
    drawing = draw([picture])[0] if picture else None
    if picture is None or drawing is None:
        return
    slide = _slide(show, record, picture.title)
    room = (WIDTH - 2 * EDGE, HEIGHT - TOP - Inches(0.35))
    scale = min(room[0] / drawing.width, room[1] / drawing.height)
    size = (Emu(int(drawing.width * scale)), Emu(int(drawing.height * scale)))
    shape = slide.shapes.add_picture(io.BytesIO(drawing.png), (WIDTH - size[0]) // 2, TOP, *size)
    _describe(shape, picture)


def _describe(shape: Any, picture: Picture) -> None:
    properties = shape._element.nvPicPr.cNvPr
    properties.set("name", picture.name)
    properties.set("descr", printable(picture.alt))


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
        pages = _pages(rows)
        for place, page in enumerate(pages, start=1):
            parts = [heading, kind_title(lang, kind)] if kind else [heading]
            parts += [f"{place}/{len(pages)}"] if len(pages) > 1 else []
            _table(_slide(show, record, " · ".join(parts)), page, record)


def _rows(record: Record, numbers: Sequence[int]) -> list[Row]:
    frame = tables.protocol_table(record, numbers)
    return [
        Row(str(row.final), one_line(str(row.text), LONGEST), _short(str(row.figure)))
        for row in frame.itertuples(index=False)
    ]


def _short(figure: str) -> str:
    """The per cent of "20 of 23 yes (87 %)", else the first figure."""
    _, bracket, rest = figure.partition(" (")
    return rest.partition(")")[0] if bracket else figure.partition(",")[0]


def _pages(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows in slides of about the same length."""
    most = max(1, -(-sum(row.lines for row in rows) // LINES))
    fair = max(-(-sum(row.lines for row in rows) // most), max((row.lines for row in rows), default=1))
    pages: list[list[Row]] = []
    used = 0
    for row in rows:
        if not pages or used + row.lines > min(LINES, fair + 1):
            pages.append([])
            used = 0
        pages[-1].append(row)
        used += row.lines
    return pages


def _table(slide: Any, rows: Sequence[Row], record: Record) -> None:
    lang = record.language
    shape = slide.shapes.add_table(len(rows) + 1, len(COLUMNS), EDGE, TOP, sum(COLUMNS), Inches(0.4))
    table = shape.table
    table.horz_banding = False
    shape._element.graphic.graphicData.tbl.tblPr.find(f"{{{_MAIN}}}tableStyleId").text = NO_STYLE
    for column, width in zip(table.columns, COLUMNS, strict=True):
        column.width = width
    header = Row(say(lang, "final"), say(lang, "item"), say(lang, "figure"))
    for place, row in enumerate([header, *rows]):
        head = place == 0
        table.rows[place].height = Inches(0.36) if head else Inches(0.08 + 0.4 * row.lines)
        for at, text in enumerate(row):
            _cell(table.cell(place, at), text, record, head=head, right=at == 2, strong=at != 1)


_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _cell(cell: Any, text: str, record: Record, *, head: bool, right: bool, strong: bool) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.vertical_anchor = MSO_ANCHOR.TOP
    _write(
        cell.text_frame, [text], 14 if head else TEXT_SIZE, record, bold=head or strong, colour=QUIET if head else INK
    )
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
    pages = list(_of_about(texts, 620))
    for place, page in enumerate(pages, start=1):
        more = f" · {place}/{len(pages)}" if len(pages) > 1 else ""
        slide = _slide(show, record, heading + more)
        box = slide.shapes.add_textbox(EDGE, TOP, WIDTH - 2 * EDGE, HEIGHT - TOP - EDGE)
        box.text_frame.word_wrap = True
        _write(box.text_frame, page, TEXT_SIZE, record)


def _of_about(texts: Sequence[str], most: int) -> Iterator[list[str]]:
    page: list[str] = []
    for text in texts:
        if page and sum(map(len, page)) + len(text) > most:
            yield page
            page = []
        page.append(text)
    yield page


def _slide(show: Any, record: Record, heading: str) -> Any:
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    _place(slide.shapes.title, EDGE, Inches(0.4), WIDTH - 2 * EDGE, Inches(0.95))
    _write(slide.shapes.title.text_frame, [one_line(heading, 120)], 34, record, bold=True, colour=ACCENT)
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    return slide


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _write(
    frame: Any, texts: Sequence[str], size: int, record: Record, *, bold: bool = False, colour: RGBColor = INK
) -> None:
    """Paragraphs, flush left, in the conference's language."""
    for place, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(size / 2 if len(texts) > 1 else 0)
        run = paragraph.add_run()
        run.text = printable(text)
        run.font.name, run.font.size, run.font.bold, run.font.color.rgb = FONT, Pt(size), bold, colour
        run.font._element.set("lang", tag(record.language))
