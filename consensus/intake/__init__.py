"""Items and seats that a facilitator brings: from a file or a paste, previewed with what is wrong, loaded whole."""

from consensus.intake.items import ItemRow, Preview, PreviewRow, numbers_of
from consensus.intake.reading import preview_file, preview_text, read_items
from consensus.intake.seat_list import SeatPreview, SeatRow, preview_seats, read_seats
from consensus.sheets.problem import Problem

__all__ = [
    "ItemRow",
    "Preview",
    "PreviewRow",
    "Problem",
    "SeatPreview",
    "SeatRow",
    "numbers_of",
    "preview_file",
    "preview_seats",
    "preview_text",
    "read_items",
    "read_seats",
]
