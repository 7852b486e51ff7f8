"""The report as PDF, tagged, declared as PDF/A-2a and PDF/UA-1, set by typst with the typefaces it brings along."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst

from consensus.protocol.drawing import Drawing, draw
from consensus.protocol.glyphs import BOX, shown_in_pdf
from consensus.protocol.pictures import Picture
from consensus.protocol.record import Record
from consensus.protocol.report import Block, Bullets, Heading, Paragraph, date_line, report, title
from consensus.protocol.text import one_line, printable
from consensus.protocol.words import say

TEMPLATE = Path(__file__).parent / "report.typ"
FONT = "Libertinus Serif"
PAGE = (16.8, 21.0)  # cm: what a picture may take
WHOLE_ROW = 1200  # characters; a longer cell may be cut by the end of a page, which it might not fit on


def pdf_of(record: Record) -> bytes:
    """Set the report. Text goes in as data: nothing in an item's wording is read as markup."""
    try:
        return _compiled(record, latin_only=False)
    except typst.TypstError:
        return _compiled(record, latin_only=True)


def _compiled(record: Record, *, latin_only: bool) -> bytes:
    blocks = report(record)
    drawn = _drawn([block for block in blocks if isinstance(block, Picture)])
    meant = _data(record, [block for block in blocks if not isinstance(block, Picture) or block.name in drawn])
    for block in meant["blocks"]:
        if block["what"] == "picture":
            block["width"] = _width(drawn[block["name"]])
    data = shown(meant, latin_only)
    if boxes(data) > boxes(meant):
        data["blocks"].append(_block(Paragraph(say(record.language, "glyphs"))))
    return typeset(TEMPLATE, data, record.day, drawn)


def typeset(template: Path, data: object, day: date, drawn: Mapping[str, Drawing] | None = None) -> bytes:
    """Set a template with its data and pictures as PDF/A-2a and PDF/UA-1, dated a day. Raises typst.TypstError."""
    with tempfile.TemporaryDirectory(prefix="consensus-pdf-") as place:
        main = Path(place) / template.name
        shutil.copyfile(template, main)
        (Path(place) / "data.json").write_text(json.dumps(data), encoding="utf-8")
        for name, drawing in (drawn or {}).items():
            (Path(place) / f"{name}.svg").write_text(_set_in(FONT, drawing.svg), encoding="utf-8")
        moment = datetime(day.year, day.month, day.day)
        compiled = typst.compile(
            str(main),
            root=place,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int((moment - datetime(1970, 1, 1)).total_seconds()),
        )
    assert isinstance(compiled, bytes)
    return compiled


def _drawn(pictures: Sequence[Picture]) -> dict[str, Drawing]:
    return {one.name: drawing for one, drawing in zip(pictures, draw(pictures), strict=True) if drawing}


def _set_in(font: str, svg: str) -> str:
    """A picture with its words in the report's own typeface: no other one is there."""
    return re.sub(r'font-family="[^"]*"', f'font-family="{font}"', svg)


def _width(drawing: Drawing) -> float:
    """Centimetres, so that a picture and its heading fit on a page."""
    return round(min(PAGE[0], PAGE[1] * drawing.width / drawing.height), 2)


def boxes(data: object) -> int:
    """How many characters without a glyph stand in the data, as boxes."""
    return json.dumps(data, ensure_ascii=False).count(BOX)


def shown(data: Any, latin_only: bool) -> Any:
    """The data with every text as it can be set."""
    if isinstance(data, str):
        return shown_in_pdf(printable(data), latin_only=latin_only)
    if isinstance(data, list):
        return [shown(part, latin_only) for part in data]
    return {key: shown(part, latin_only) for key, part in data.items()} if isinstance(data, dict) else data


def _data(record: Record, blocks: Sequence[Block]) -> dict[str, Any]:
    return {
        "title": one_line(title(record), 2000),
        "name": one_line(title(record), 80),
        "subject": one_line(record.plan.title),
        "lang": record.language,
        "page": say(record.language, "page"),
        "date": date_line(record),
        "day": [record.day.year, record.day.month, record.day.day],
        "blocks": [_block(block) for block in blocks],
    }


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Heading):
        return {"what": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {"what": "paragraph", "text": block.text, "lead": block.lead, "keep": block.keep}
    if isinstance(block, Bullets):
        return {"what": "bullets", "texts": list(block.texts)}
    if isinstance(block, Picture):
        return {"what": "picture", "name": block.name, "alt": block.alt}
    return {
        "what": "table",
        "header": list(block.header),
        "rows": [{"cells": list(row), "whole": max(map(len, row)) <= WHOLE_ROW} for row in block.rows],
        "widths": list(block.widths),
        "numeric": sorted(block.numeric),
        "explained": block.explained,
    }
