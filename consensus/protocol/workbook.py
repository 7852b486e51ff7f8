"""The figures as Excel: a sheet for each protocol and each round, and one each for history, rules and attendance."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from consensus.protocol import tables
from consensus.protocol.lines import lines
from consensus.protocol.record import Record
from consensus.protocol.report import title
from consensus.protocol.steady import steady_zip, zip_of
from consensus.protocol.text import looks_like_formula, one_line, printable
from consensus.protocol.words import protocol_title, say
from rounds import Round
from rounds.languages import per_cent

SIZE = 10
BODY = Font(name="Arial", size=SIZE)  # on every machine, or one as wide: so rows are as high as they must be
HEADER = Font(name="Arial", size=SIZE, bold=True)
TEXT = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
NUMBER = Alignment(wrap_text=True, vertical="top", horizontal="right")
SHADE = PatternFill("solid", fgColor="EEF2F5")
LINE_BELOW = Border(bottom=Side("thin", color="1B2733"))
#: of the columns, in letters; what is not named holds numbers. Together they are to fit on a page that can be read
WIDTHS = {
    "text": 46,
    "explanation": 34,
    "reason": 34,
    "rules": 64,
    "notes": 56,
    "figure": 23,
    "round": 28,
    "question": 56,
    "comment": 100,
    "argument": 70,
    "side": 12,
}
WIDTHS |= {"admitted": 26, "perspective": 18, "in_protocol": 20, "kind": 19, "final": 7, "rank": 7, "number": 9}
WIDTHS |= {"base_name": 16, "verdict": 11, "merged": 12}
OTHERS = 10
LETTER, SIDES = 5.25, 9.0  # points: of a letter in a column's width, and of what a cell keeps free
LINE, HIGHEST = 12.8, 409.0  # points: of one line of text, and the most that Excel takes
LONGEST = 32_767  # characters, the most that a cell of Excel holds


def xlsx_of(record: Record) -> bytes:
    """Write the workbook: real numbers, shares as per cents, headers frozen, text that is never a formula."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    names: set[str] = set()
    for id in reversed(record.plan.protocols):
        frame = tables.protocol_table(record, record.replayed.protocols[id])
        _sheet(book, names, protocol_title(record.language, id), _filled(frame), record)
    for result in record.replayed.rounds:
        _sheet(book, names, _round_name(record, result.round), tables.round_table(record, result), record, result.round)
    for key, frame in (
        ("perspectives", tables.perspective_table(record)),
        ("history", tables.history_table(record)),
        ("rules", _rules(record)),
        ("attendance", tables.shown_attendance(record)),
        *_arguments(record),
        *_evaluation(record),
    ):
        _sheet(book, names, say(record.language, key), frame, record)
    moment = datetime(record.day.year, record.day.month, record.day.day)
    book.properties.title, book.properties.creator = one_line(title(record)), "Consensus"
    book.properties.subject, book.properties.language = one_line(record.plan.title), record.language
    book.properties.lastModifiedBy = "Consensus"
    book.properties.created = book.properties.modified = moment
    out = io.BytesIO()
    book.save(out)
    return _without_clock(steady_zip(out.getvalue()), moment)


def _arguments(record: Record) -> list[tuple[str, pd.DataFrame]]:
    """What was said for and against items, of what the panel was shown."""
    return [("arguments", tables.argument_table(record))] if record.arguments else []


def _evaluation(record: Record) -> list[tuple[str, pd.DataFrame]]:
    """What the panel thought, and what it wrote, where there was an evaluation that may be shown."""
    held = record.evaluation
    if held is None or held.sheets is None:
        return []
    comments = [("comments", pd.DataFrame({"comment": list(held.comments)}, dtype=object))] if held.comments else []
    return [("evaluation", tables.evaluation_table(record)), *comments]


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without columns that nothing stands in, such as perspectives where no item has one."""
    return frame[[name for name in frame.columns if not len(frame) or any(v not in (None, "") for v in frame[name])]]


def _rules(record: Record) -> pd.DataFrame:
    """The rules, and beside them which votes can be joined, which every export says."""
    lang, frame = record.language, tables.rule_table(record)
    frame.loc[len(frame)] = [say(lang, "anonymity"), say(lang, f"anonymity_{record.plan.anonymity}"), ""]
    return frame


def _round_name(record: Record, round: Round) -> str:
    id = round.id.partition("/")[0]
    return say(record.language, "run_off", id) if round.is_run_off else id


def _sheet(
    book: Workbook, names: set[str], name: str, frame: pd.DataFrame, record: Record, round: Round | None = None
) -> None:
    sheet = book.create_sheet(_sheet_name(name, names))
    columns = [str(column) for column in frame.columns]
    heads = [tables.heading(record, column, round) for column in columns]
    widths = [_width(column, head) for column, head in zip(columns, heads, strict=True)]
    for place, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        is_text = all(value is None or isinstance(value, str) for value in frame.iloc[:, place - 1])
        _head(sheet, place, head, TEXT if is_text else NUMBER)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[1].height = _height(heads, widths, bold=True)
    for row, values in enumerate(frame.itertuples(index=False), start=2):
        for place, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            _write(sheet, row, place, _format(column, record.language), value)
        sheet.row_dimensions[row].height = _height(values, widths)
    sheet.freeze_panes = "A2"
    if len(frame):
        sheet.auto_filter.ref = sheet.dimensions
    _print(sheet, one_line(record.title, 80))


def _print(sheet: Any, name: str) -> None:
    """On paper: A4 across, as wide as the page, the headings on each, and which page of which sheet it is."""
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.oddFooter.left.text = name.replace("&", "&&")
    sheet.oddFooter.center.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def _head(sheet: Worksheet, place: int, text: str, alignment: Alignment) -> None:
    _write(sheet, 1, place, "", text)
    cell = sheet.cell(1, place)
    cell.font, cell.fill, cell.border, cell.alignment = HEADER, SHADE, LINE_BELOW, alignment


def _width(column: str, head: str) -> float:
    """A column's width, in letters: no word of its heading is broken."""
    return max(WIDTHS.get(column, OTHERS), 3 + max(map(len, head.split()), default=0))


def _format(column: str, lang: str) -> str:
    """How the fractions of a column are shown; whole numbers are shown as they are."""
    return per_cent("0.0", lang).replace("\u00a0", " ") if tables.is_share(column) else "0.00"


def _write(sheet: Worksheet, row: int, place: int, shown: str, value: object) -> None:
    """A cell; `shown` is the number format of fractions."""
    if value is None or value == "":
        return
    cell = sheet.cell(row, place)
    cell.font, cell.alignment = BODY, TEXT if isinstance(value, str) else NUMBER
    if isinstance(value, str):
        cell.value = printable(value)[:LONGEST]
        cell.data_type = "s"  # whatever it begins with: openpyxl takes "=" for a formula
        cell.quotePrefix = looks_like_formula(cell.value)  # and Excel would, once somebody edits the cell
        return
    assert isinstance(value, bool | int | float)
    cell.value = value
    if isinstance(value, float) or shown != "0.00":
        cell.number_format = shown


def _height(values: Iterable[object], widths: Sequence[float], *, bold: bool = False) -> float:
    """Points that a row needs: not every program makes rows as high as their wrapped text."""
    taken = [
        lines(value, width * LETTER - SIDES, SIZE, bold=bold)
        for value, width in zip(values, widths, strict=True)
        if isinstance(value, str)
    ]
    return min(LINE * max(taken, default=1) + 3, HIGHEST)


def _sheet_name(name: str, names: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, and no two alike."""
    plain = re.sub(r"[\[\]:*?/\\\s]+", " ", printable(name)).strip("' ")[:31].strip("' ") or "Sheet"
    found, n = plain, 2
    while found.lower() in names or found.lower() == "history":  # Excel keeps that name for itself
        found, n = f"{plain[:27].strip()} {n}", n + 1
    names.add(found.lower())
    return found


def _without_clock(content: bytes, moment: datetime) -> bytes:
    """Set the moment of saving, which openpyxl reads from the clock."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    core = files["docProps/core.xml"]
    files["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, core)
    return zip_of(files)
