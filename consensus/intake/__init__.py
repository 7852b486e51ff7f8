"""Items that a facilitator brings: read from a file or a paste, previewed with what is wrong, loaded whole or not."""

from consensus.intake.items import ItemRow, Preview, PreviewRow
from consensus.intake.reading import preview_file, preview_text, read_items
from consensus.sheets.problem import Problem

__all__ = ["ItemRow", "Preview", "PreviewRow", "Problem", "preview_file", "preview_text", "read_items"]
