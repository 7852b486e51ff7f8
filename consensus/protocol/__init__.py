"""The protocol as documents: one record, one table model, seven formats; and the recount of an archive."""

from __future__ import annotations

from consensus.protocol.archive import archive
from consensus.protocol.flat import csv_of, json_of
from consensus.protocol.pdf import pdf_of
from consensus.protocol.record import LogRow, Record
from consensus.protocol.slides import pptx_of
from consensus.protocol.verify import verify
from consensus.protocol.word import docx_of
from consensus.protocol.workbook import xlsx_of

FORMATS = {
    ".docx": docx_of,
    ".xlsx": xlsx_of,
    ".pdf": pdf_of,
    ".pptx": pptx_of,
    ".csv": csv_of,
    ".json": json_of,
    ".zip": archive,
}


def export(record: Record, ending: str) -> bytes:
    """Write a record in the format of a file's ending. KeyError for an ending that is none of FORMATS."""
    return FORMATS[ending](record)


__all__ = ["FORMATS", "LogRow", "Record", "export", "verify"]
