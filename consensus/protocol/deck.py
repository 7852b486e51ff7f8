"""What slides are made of: the empty presentation, a slide with its title, texts that fit where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Length, Pt

from consensus.languages import tag
from consensus.protocol.lines import lines
from consensus.protocol.record import Record
from consensus.protocol.report import title
from consensus.protocol.text import one_line, printable

WIDTH, HEIGHT, EDGE = Inches(13.333), Inches(7.5), Inches(0.6)
ACROSS = Length(WIDTH - 2 * EDGE)
TOP, BOTTOM = Inches(1.5), Inches(7.2)  # what stands under a slide's title lies between
INK, QUIET, ACCENT = map(RGBColor.from_string, ("14202B", "43505C", "0B4A6F"))
FONT = "Arial"  # on every machine, or Liberation Sans in its place, which is as wide
LEADING, MARGIN = 1.2, 14.4  # of a line's height; points at the two sides of a box or cell
TITLE_LAYOUT, TITLE_ONLY = 0, 5  # of python-pptx's own template


def new_deck(record: Record) -> Any:
    """A presentation without slides, wide, with its properties."""
    show = Presentation()
    _widen(show)
    properties = show.core_properties
    properties.title, properties.author = one_line(title(record)), "Consensus"
    properties.subject, properties.language = one_line(record.plan.title), record.language
    properties.last_modified_by, properties.comments, properties.keywords = "Consensus", "", ""
    properties.created = properties.modified = datetime(record.day.year, record.day.month, record.day.day)
    return show


def _widen(show: Any) -> None:
    """python-pptx's template is four to three: what its layouts hold is laid out for the wide slide too."""
    across = WIDTH / show.slide_width
    show.slide_width, show.slide_height = WIDTH, HEIGHT
    for sheet in (show.slide_master, *show.slide_layouts):
        for shape in sheet.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)


def title_slide(show: Any, record: Record, heading: str, texts: Sequence[str]) -> None:
    """The first slide: the title above the middle, what it is about below."""
    slide = show.slides.add_slide(show.slide_layouts[TITLE_LAYOUT])
    above, under = slide.placeholders[0], slide.placeholders[1]
    place(above, EDGE, Inches(1.0), ACROSS, Inches(2.6))
    place(under, EDGE, Inches(3.8), ACROSS, Inches(3.3))
    size = fitting([heading], (44, 38, 32, 26), ACROSS, Inches(2.6), bold=True)
    write(above.text_frame, [heading], size, record, bold=True)
    write(under.text_frame, texts, fitting(texts, (26, 22, 18, 14), ACROSS, Inches(3.3)), record)
    above.text_frame.vertical_anchor, under.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM, MSO_ANCHOR.TOP


def titled(show: Any, record: Record, heading: str) -> Any:
    """A new slide with a title of at most 120 characters, which are two lines."""
    slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
    high = Inches(1.05)
    place(slide.shapes.title, EDGE, Inches(0.35), ACROSS, high)
    in_one = (size for size in (34, 30, 27) if lines(heading, ACROSS.pt - MARGIN, size, bold=True) == 1)
    size = next(in_one, fitting([heading], (28, 24), ACROSS, high, bold=True))
    write(slide.shapes.title.text_frame, [heading], size, record, bold=True, colour=ACCENT)
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    return slide


def fitting(texts: Sequence[str], sizes: Sequence[int], room: Length, high: Length, *, bold: bool = False) -> int:
    """The largest size in which texts fit into a box; the last one if none does."""
    fits = (size for size in sizes if height(texts, size, room, bold=bold) + MARGIN / 2 <= high.pt)
    return next(fits, sizes[-1])


def height(texts: Sequence[str], size: int, room: Length, *, bold: bool = False) -> float:
    """Points that paragraphs take in a box so wide, as `write` sets them."""
    high = sum(lines(text, room.pt - MARGIN, size, bold=bold) for text in texts) * size * LEADING
    return high + (len(texts) - 1) * size / 2


def place(shape: Any, left: int, top: int, width: int, high: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, high


def describe(shape: Any, name: str, text: str) -> None:
    """What is read out in the place of a picture, or before a table."""
    (properties,) = shape._element.xpath("./*/p:cNvPr")
    properties.set("name", printable(name))
    properties.set("descr", printable(text))


def write(
    frame: Any, texts: Sequence[str], size: int, record: Record, *, bold: bool = False, colour: RGBColor = INK
) -> None:
    """Paragraphs, flush left, in the conference's language."""
    frame.word_wrap = True
    for at, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.line_spacing = PP_ALIGN.LEFT, 1.0
        paragraph.space_before = Pt(0)
        paragraph.space_after = Pt(size / 2 if at + 1 < len(texts) else 0)
        run = paragraph.add_run()
        run.text = printable(text)
        run.font.name, run.font.size, run.font.bold, run.font.color.rgb = FONT, Pt(size), bold, colour
        run.font._element.set("lang", tag(record.language))
