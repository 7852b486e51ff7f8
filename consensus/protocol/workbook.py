"""The figures as Excel: a sheet for each protocol and each round, and one each for history, rules and attendance."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from consensus.protocol import tables
from consensus.protocol.record import Record
from consensus.protocol.report import title
from consensus.protocol.steady import steady_zip
from consensus.protocol.text import printable
from consensus.protocol.words import TEXTS, protocol_title, say
from rounds.measure import SHARES

HEADER = Font(bold=True)
SHADE = PatternFill("solid", fgColor="EEF2F5")
WIDTHS = {"text": 70, "explanation": 50, "reason": 45, "rules": 80, "measure": 60, "figure": 24, "round": 30}
#: columns whose numbers are shares
PERCENT = re.compile(rf"share|({'|'.join(SHARES - {'share'})})|share\(.*\)")


def xlsx_of(record: Record) -> bytes:
    """Write the workbook: real numbers, shares as per cents, headers frozen, text that is never a formula."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    names: set[str] = set()
    for id in reversed(record.plan.protocols):
        frame = tables.protocol_table(record, record.replayed.protocols[id])
        _sheet(book, names, protocol_title(record.language, id), frame, record)
    for result in record.replayed.rounds:
        _sheet(book, names, result.round.id, tables.round_table(record, result), record)
    for key, frame in (
        ("perspectives", tables.perspective_table(record)),
        ("history", tables.history_table(record)),
        ("rules", tables.rule_table(record)),
        ("attendance", tables.attendance_table(record)),
    ):
        _sheet(book, names, say(record.language, key), frame, record)
    moment = datetime(record.day.year, record.day.month, record.day.day)
    book.properties.title, book.properties.creator = printable(title(record)), "Consensus"
    book.properties.created = book.properties.modified = moment
    out = io.BytesIO()
    book.save(out)
    return _without_clock(steady_zip(out.getvalue()), moment)


def _sheet(book: Workbook, names: set[str], name: str, frame: pd.DataFrame, record: Record) -> None:
    sheet = book.create_sheet(_sheet_name(name, names))
    for place, column in enumerate(frame.columns, start=1):
        cell = sheet.cell(1, place, printable(TEXTS[record.language].get(str(column), str(column))))
        cell.font, cell.fill, cell.alignment = HEADER, SHADE, Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(str(column), 14)
    for row, values in enumerate(frame.itertuples(index=False), start=2):
        for place, (column, value) in enumerate(zip(frame.columns, values, strict=True), start=1):
            _write(sheet, row, place, str(column), value)
    sheet.freeze_panes = "A2"
    if len(frame):
        sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _write(sheet: Worksheet, row: int, place: int, column: str, value: object) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return
    cell = sheet.cell(row, place)
    if isinstance(value, str):
        cell.value = printable(value)
        cell.data_type = "s"  # whatever it begins with: openpyxl takes "=" for a formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return
    cell.value = value if isinstance(value, bool | int | float) else value.item()  # type: ignore[attr-defined]
    cell.alignment = Alignment(vertical="top")
    if PERCENT.fullmatch(column) and isinstance(cell.value, float):
        cell.number_format = "0.0 %" if column != "points" else "General"


def _sheet_name(name: str, names: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, and no two alike."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", printable(name)).strip("' ")[:31] or "Sheet"
    found, n = plain, 2
    while found.lower() in names:
        found, n = f"{plain[:27]} {n}", n + 1
    names.add(found.lower())
    return found


def _without_clock(content: bytes, moment: datetime) -> bytes:
    """Set the moment of saving, which openpyxl reads from the clock."""
    import zipfile

    from consensus.protocol.steady import zip_of

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    core = files["docProps/core.xml"]
    files["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, core)
    return zip_of(files)
