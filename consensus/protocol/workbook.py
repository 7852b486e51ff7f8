"""The figures as Excel: a sheet for each protocol and each round, and one each for history, rules and attendance."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from consensus.protocol import tables
from consensus.protocol.record import Record
from consensus.protocol.report import title
from consensus.protocol.steady import steady_zip, zip_of
from consensus.protocol.text import looks_like_formula, one_line, printable
from consensus.protocol.words import protocol_title, say
from rounds import Round

HEADER = Font(bold=True)
TEXT = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
NUMBER = Alignment(vertical="top")
SHADE = PatternFill("solid", fgColor="EEF2F5")
WIDTHS = {
    "text": 70,
    "explanation": 50,
    "reason": 45,
    "rules": 80,
    "notes": 60,
    "figure": 26,
    "round": 34,
    "question": 60,
    "comment": 100,
}
WIDTHS |= {"admitted": 30, "perspective": 24, "in_protocol": 24, "kind": 20, "final": 8, "rank": 8, "number": 10}
LINE, HIGHEST = 15.0, 409.0  # points: of one line of text, and the most that Excel takes
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
        *_evaluation(record),
    ):
        _sheet(book, names, say(record.language, key), frame, record)
    moment = datetime(record.day.year, record.day.month, record.day.day)
    book.properties.title, book.properties.creator = one_line(title(record)), "Consensus"
    book.properties.created = book.properties.modified = moment
    out = io.BytesIO()
    book.save(out)
    return _without_clock(steady_zip(out.getvalue()), moment)


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
    for place, column in enumerate(frame.columns, start=1):
        _write(sheet, 1, place, "", tables.heading(record, str(column), round))
        cell = sheet.cell(1, place)
        cell.font, cell.fill = HEADER, SHADE
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(str(column), 14)
    for row, values in enumerate(frame.itertuples(index=False), start=2):
        for place, (column, value) in enumerate(zip(frame.columns, values, strict=True), start=1):
            _write(sheet, row, place, str(column), value)
        sheet.row_dimensions[row].height = _height(dict(zip(map(str, frame.columns), values, strict=True)))
    sheet.freeze_panes = "A2"
    if len(frame):
        sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _write(sheet: Worksheet, row: int, place: int, column: str, value: object) -> None:
    if value is None or value == "":
        return
    cell = sheet.cell(row, place)
    cell.alignment = TEXT if isinstance(value, str) else NUMBER
    if isinstance(value, str):
        cell.value = printable(value)[:LONGEST]
        cell.data_type = "s"  # whatever it begins with: openpyxl takes "=" for a formula
        cell.quotePrefix = looks_like_formula(cell.value)  # and Excel would, once somebody edits the cell
        return
    assert isinstance(value, bool | int | float)
    cell.value = value
    if isinstance(value, float):
        cell.number_format = "0.0 %" if tables.is_share(column) else "0.00"


def _height(cells: dict[str, object]) -> float:
    """Points that a row needs: not every program makes rows as high as their wrapped text."""
    lines = [
        sum(1 + len(line) // (WIDTHS.get(column, 14) - 3) for line in cell.split("\n"))
        for column, cell in cells.items()
        if isinstance(cell, str)
    ]
    return min(LINE * max(lines, default=1), HIGHEST)


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
