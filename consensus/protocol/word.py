"""The report as Word."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from consensus.languages import tag
from consensus.protocol.drawing import Drawing, draw
from consensus.protocol.pictures import Picture
from consensus.protocol.record import Record
from consensus.protocol.report import Bullets, Heading, Paragraph, Table, date_line, report, title
from consensus.protocol.steady import steady_zip
from consensus.protocol.text import one_line, printable
from consensus.protocol.words import say

PAGE_WIDTH = 16.6  # cm between the margins
PICTURE_HEIGHT = 20.0  # cm, so that a picture and its heading fit on a page
INK = RGBColor(0x1B, 0x27, 0x33)
FONT = "Calibri"
WHOLE_TABLE = 8  # rows; a short table stays on one page
WHOLE_ROW = 1200  # characters; a longer cell may be cut by the end of a page


def docx_of(record: Record) -> bytes:
    """Write the report with Word's own headings, lists and tables, whose header rows repeat on every page."""
    document = new_document(record.language, one_line(title(record), 90))
    _properties(document, record)
    document.add_heading(one_line(title(record), 2000), 0)
    if record.log:
        document.add_paragraph(date_line(record))
    blocks = report(record)
    pictures = [block for block in blocks if isinstance(block, Picture)]
    drawn = {picture.name: drawing for picture, drawing in zip(pictures, draw(pictures), strict=True)}
    for block in blocks:
        if isinstance(block, Picture):
            add_picture(document, block, drawn[block.name])
        else:
            _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return steady_zip(out.getvalue())


def new_document(lang: str, name: str) -> Document:
    """An empty document on A4 in a language, its styles set, with its name and the page at the foot of each page."""
    document = docx.Document()
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Consensus"
    properties.comments, properties.language = "", tag(lang)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.3)
    for marked in document.styles.element.iter(qn("w:lang")):
        marked.set(qn("w:val"), tag(lang))
    for style, size in (("Normal", 10.5), ("Title", 24), ("Heading 1", 16), ("Heading 2", 12.5), ("List Bullet", 10.5)):
        _style(document.styles[style], size)
    stops = document.styles["Footer"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Cm(PAGE_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    _number_pages(section, say(lang, "page"), name)
    return document


def _properties(document: Document, record: Record) -> None:
    properties = document.core_properties
    properties.title, properties.subject = one_line(title(record)), one_line(record.plan.title)
    moment = datetime(record.day.year, record.day.month, record.day.day)
    properties.created = properties.modified = moment


def _style(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    if style.name.startswith("Heading"):
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16), Pt(6)
        style.paragraph_format.keep_with_next = True


def add_picture(document: Document, picture: Picture, drawing: Drawing | None) -> None:
    """A picture as wide as the page allows, with the text that is read out in its place."""
    if drawing is None:
        return
    width = min(PAGE_WIDTH, PICTURE_HEIGHT * drawing.width / drawing.height)
    shape = document.add_picture(io.BytesIO(drawing.png), Cm(width))
    shape._inline.docPr.set("name", picture.name)
    shape._inline.docPr.set("descr", printable(picture.alt))
    document.paragraphs[-1].paragraph_format.space_after = Pt(8)


def _add(document: Document, block: Heading | Paragraph | Bullets | Table) -> None:
    if isinstance(block, Heading):
        document.add_heading(printable(block.text), block.level)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        paragraph.add_run(printable(block.text)).font.size = Pt(12) if block.lead else None
        paragraph.paragraph_format.keep_with_next = block.keep
    elif isinstance(block, Bullets):
        for text in block.texts:
            document.add_paragraph(printable(text), style="List Bullet")
    else:
        add_table(document, block, whole=len(block.rows) <= WHOLE_TABLE)


def add_table(document: Document, block: Table, *, whole: bool) -> None:
    """A table with a row of headings that repeats on every page; `whole` keeps all its rows on one."""
    table = document.add_table(rows=1, cols=len(block.header))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.LEFT, False
    _describe(table, block.title)
    widths = [Cm(PAGE_WIDTH * part / sum(block.widths)) for part in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _fill(table.rows[0], block.header, block, widths, header=True, keep=True)
    for place, row in enumerate(block.rows, start=1):
        _fill(table.add_row(), row, block, widths, header=False, keep=whole and place < len(block.rows))
    document.add_paragraph().paragraph_format.space_after = Pt(4)


def _describe(table: Any, text: str) -> None:
    """Borders as thin lines between the rows, and the table's name for a screen reader."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for edge, size in (("top", 8), ("bottom", 8), ("insideH", 4), ("left", 0), ("right", 0), ("insideV", 0)):
        line = OxmlElement(f"w:{edge}")
        line.set(qn("w:val"), "single" if size else "nil")
        line.set(qn("w:sz"), str(size))
        line.set(qn("w:color"), "B9C2CB")
        borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), one_line(text))
    properties.append(caption)


def _fill(row: Any, texts: tuple[str, ...], block: Table, widths: list[Any], *, header: bool, keep: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    if max(map(len, texts)) <= WHOLE_ROW:
        properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = widths[place]
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2.5)
        paragraph.paragraph_format.keep_with_next = keep
        if place in block.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        first, *rest = printable(text).split("\n")
        run = paragraph.add_run(first)
        run.bold, run.font.size = header, Pt(9 if header else 10)
        for line in rest:
            run.add_break()
            run = paragraph.add_run(line)
            run.font.size = Pt(9 if block.explained else 10)
        if header:
            _shade(cell)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "EEF2F5")
    cell._tc.get_or_add_tcPr().append(shade)


def _number_pages(section: Any, word: str, name: str) -> None:
    """The document's name at the left, "Page 3 / 12" at the right."""
    paragraph = section.footer.paragraphs[0]
    _small(paragraph.add_run(f"{name}\t{word} "))
    _field(paragraph, "PAGE")
    _small(paragraph.add_run(" / "))
    _field(paragraph, "NUMPAGES")


def _small(run: Any) -> Any:
    run.font.size = Pt(8.5)
    return run


def _field(paragraph: Any, name: str) -> None:
    """What Word counts by itself."""
    for kind in ("begin", None, "end"):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = name
        _small(paragraph.add_run())._r.append(mark)
