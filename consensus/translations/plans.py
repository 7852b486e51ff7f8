"""Finds the texts of the ready plans for translators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from rounds.ready import texts_of


def texts(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """The texts of one plan's file, as Babel asks for them: line, function, message, comments."""
    for text in texts_of(file.read().decode("utf-8")):
        yield 0, "", text, []
