"""A language that nobody speaks: every text of the code within marks. What is without them was not translated."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from consensus.translations import catalogue

CODE = "eo"
OPEN, CLOSE = "«", "»"
#: what people read or hear of a tag
READ = {"title", "aria-label", "aria-description", "aria-valuetext", "placeholder", "alt", "data-label"}
#: names, addresses, codes and ids, that are the same in every language
SAME = re.compile(
    r"Consensus|Esperanto|https?://\S+|\b[0-9A-Z]{4}(?:-[0-9A-Z]{4})+\b|\b[A-Z]\d{0,2}\b|\.?\b(?:docx|xlsx|pptx|pdf|csv|json|zip|svg|toml)\b"
    rf"|\b(?:{'|'.join(Locale.parse(CODE).months['format']['wide'].values())})\b"  # a date's month, which Babel names
    r"|SHA-256|\b[0-9a-f]{32,64}\b|\bs\b"
)


def write(folder: Path) -> Path:
    """Write the catalogue of this language as a translator's work would lie in `folder`."""
    path = folder / CODE / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(_catalogue())
    return path


@cache
def _catalogue() -> bytes:
    made = Catalog(locale=CODE, charset="utf-8")
    for message in catalogue.collect():
        if message.id:
            texts = message.id if isinstance(message.id, tuple | list) else (message.id,)
            marked = tuple(f"{OPEN}{text}{CLOSE}" for text in texts)
            made.add(message.id, marked if len(marked) > 1 else marked[0], context=message.context)
    out = io.BytesIO()
    write_po(out, made)
    return out.getvalue()


def unmarked(text: str) -> list[str]:
    """What has letters and stands within no marks."""
    found: list[str] = []
    depth, run = 0, ""
    for char in text:
        if char == OPEN:
            depth += 1
        elif char == CLOSE:
            depth -= 1
        elif depth == 0:
            run += char
            continue
        found.append(run)
        run = ""
    return [" ".join(part.split()) for part in [*found, run] if re.search(r"[^\W\d_]", SAME.sub("", part))]


class _Page(HTMLParser):
    """The text of a page that is in this language, as one string; what is marked as another language is left out."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr", "rect", "source", "path"})

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.stack, self.parts, self.heard = language, [("", "")], [""], [""]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        here = told.get("lang") or self.stack[-1][1]
        if here == self.language:
            self.heard += [value or "" for name, value in attributes if name in READ]
        if tag not in self.VOID:
            self.stack.append((tag, here))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.stack) - 1, 0, -1):
            if self.stack[at][0] == tag:
                del self.stack[at:]
                return

    def handle_data(self, data: str) -> None:
        tag, language = self.stack[-1]
        if tag == "title":  # has no parts: the conference's name in it cannot be marked
            data = data.rpartition(" – ")[0]
        if language == self.language and tag not in ("script", "style", "textarea"):
            self.parts.append(data)


def untranslated(page: str, *, heard: bool = True) -> list[str]:
    """What a page in this language says that is not in it, and is not marked as another language.

    heard: with attributes too. They have no parts that could be marked as the conference's own words.
    """
    reader = _Page(CODE)
    reader.feed(page)
    reader.close()
    attributes = reader.heard if heard else []
    return unmarked("\n".join(reader.parts)) + [said for text in attributes for said in unmarked(text)]


def texts_of(value: object) -> Iterator[str]:
    """Every text in what is sent as JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)
