"""The report in an organisation's own Word template.

A template is somebody's upload: it is opened within limits, its expressions run in a sandbox, and what is wrong with it
is said in one line that names the tag. docs/word-template.md describes the tags.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from html import escape
from typing import Any

from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from consensus.errors import BadInput
from consensus.protocol.drawing import draw
from consensus.protocol.named import NAMES, named
from consensus.protocol.pictures import Picture, pictures
from consensus.protocol.record import Record
from consensus.protocol.report import title
from consensus.protocol.steady import steady_zip
from consensus.protocol.text import one_line, printable
from rounds.languages import Sentence

LARGEST, UNPACKED, FILES = 8 << 20, 64 << 20, 2000  # bytes, bytes, files inside
PICTURE_WIDTH = 16.0  # cm
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def fill_in(record: Record, template: bytes, name: str) -> bytes:
    """The template with the record's texts, tables and pictures in the places of its tags.

    Raises BadInput that names the file and the tag.
    """
    _check(template, name)
    try:
        document = DocxTemplate(io.BytesIO(template))
        environment = SandboxedEnvironment(undefined=StrictUndefined)
        document.render(named(record, _pictures(record, document)), environment, autoescape=True)
        _properties(document, record)
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise BadInput(name, _place(error, template), _problem(error)) from None
    except (KeyError, ValueError, TypeError, ArithmeticError, OSError, SyntaxError) as error:
        why = one_line(str(error) or type(error).__name__, 200)
        raise BadInput(name, None, Sentence("the template cannot be filled in: {why}", why=why)) from None
    return steady_zip(out.getvalue())


def _pictures(record: Record, document: Any) -> dict[str, object]:
    """Name -> the picture as it stands in the document; nothing for one that could not be drawn."""
    known = list(pictures(record).values())
    return {
        one.name: _Drawn(document, one, drawing.png, drawing.width / drawing.height) if drawing else ""
        for one, drawing in zip(known, draw(known), strict=True)
    }


class _Drawn(InlineImage):  # type: ignore[misc]
    """A picture in the place of its tag, with the text that is read out."""

    def __init__(self, document: Any, picture: Picture, png: bytes, shape: float) -> None:
        super().__init__(document, io.BytesIO(png), width=Cm(min(PICTURE_WIDTH, 20 * shape)))
        self._alt = picture.alt

    def _insert_image(self) -> str:
        xml: str = super()._insert_image()
        return xml.replace("<wp:docPr ", f'<wp:docPr descr="{escape(printable(self._alt))}" ', 1)


def _check(template: bytes, name: str) -> None:
    """Refuse what is no Word document, or one built to fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            inside = packed.infolist()
    except zipfile.BadZipFile:
        raise BadInput(name, None, Sentence("this is no Word document (.docx)")) from None
    if len(template) > LARGEST or len(inside) > FILES or sum(entry.file_size for entry in inside) > UNPACKED:
        raise BadInput(
            name, None, Sentence("the file is larger than a template may be ({most} MB)", most=LARGEST >> 20)
        )
    if "word/document.xml" not in {entry.filename for entry in inside}:
        raise BadInput(name, None, Sentence("this is no Word document (.docx)"))


def _properties(document: Any, record: Record) -> None:
    properties = document.docx.core_properties
    properties.title, properties.subject = one_line(title(record)), one_line(record.plan.title)
    moment = datetime(record.day.year, record.day.month, record.day.day)
    properties.created = properties.modified = moment


def _place(error: TemplateError, template: bytes) -> Sentence | None:
    """The tag that is wrong: the one with the name that is not known, else what stands in the paragraph."""
    if isinstance(error, UndefinedError):
        missing = re.findall(r"'([^']+)'", str(error))
        tags = [tag for tag in _tags(template) if missing and re.search(rf"\b{re.escape(missing[-1])}\b", tag)]
        return Sentence("tag {tag}", tag=one_line(tags[0], 80)) if tags else None
    around = list(getattr(error, "docx_context", []))
    line = around[min(3, max(0, (error.lineno or 1) - 1))] if around and hasattr(error, "lineno") else ""
    found = _TAG.findall(line)
    return Sentence("tag {tag}", tag=one_line(found[-1] if found else line, 80)) if line.strip() else None


def _tags(template: bytes) -> list[str]:
    """Every tag of a template as it is read: Word cuts what is typed into runs."""
    with zipfile.ZipFile(io.BytesIO(template)) as packed:
        parts = [n for n in packed.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)]
        texts = [re.sub(r"<[^>]+>", "", packed.read(name).decode("utf-8", "replace")) for name in parts]
    return [tag for text in texts for tag in _TAG.findall(text)]


def _problem(error: TemplateError) -> Sentence:
    """What is wrong with a tag. What Jinja says of it is English, and stands within a sentence of our own."""
    told = one_line(str(error.message or error), 200)
    if isinstance(error, UndefinedError):
        missing = re.findall(r"'([^']+)'", told)
        known = ", ".join(NAMES)
        return Sentence(
            'there is no "{name}"; what can be named: {known}', name=missing[-1] if missing else told, known=known
        )
    return Sentence("the tag cannot be read: {why}", why=told)
