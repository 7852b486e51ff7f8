"""Tables that people bring as files: CSV in its dialects, XLSX, ODS, or pasted from a spreadsheet.

`read_sheet` and `read_text` give a header and rows with bounded memory, or raise `BadSheet` (a `BadInput`) with one
line that names file, row and cell. What the rows mean is for the caller: intake, replay.
"""

from consensus.sheets.csv_file import Dialect, read_csv_dialect, read_text
from consensus.sheets.header import NAMES, Header, columns, match, records
from consensus.sheets.problem import BadSheet, Judged, Problem, Wording, shown, state
from consensus.sheets.reading import read_sheet
from consensus.sheets.sheet import Limits, Merged, Row, Sheet

__all__ = [
    "NAMES",
    "BadSheet",
    "Dialect",
    "Header",
    "Judged",
    "Limits",
    "Merged",
    "Problem",
    "Row",
    "Sheet",
    "Wording",
    "columns",
    "match",
    "read_csv_dialect",
    "read_sheet",
    "read_text",
    "records",
    "shown",
    "state",
]
