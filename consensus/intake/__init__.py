"""Items that a facilitator brings: read from a file or a paste, previewed with what is wrong, loaded whole or not."""

from consensus.intake.items import ItemRow, Preview, PreviewRow, numbers_of
from consensus.intake.reading import preview_file, preview_text, read_items
from consensus.sheets.problem import Problem

__all__ = ["ItemRow", "Preview", "PreviewRow", "Problem", "numbers_of", "preview_file", "preview_text", "read_items"]
