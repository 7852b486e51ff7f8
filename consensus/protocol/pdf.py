"""The report as PDF, tagged, declared as PDF/A-2a and PDF/UA-1, set by typst with the fonts it brings along."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import typst

from consensus.protocol.record import Record
from consensus.protocol.report import Block, Bullets, Heading, Paragraph, report, title
from consensus.protocol.text import printable
from consensus.protocol.words import say

TEMPLATE = Path(__file__).parent / "report.typ"


def pdf_of(record: Record) -> bytes:
    """Set the report. Text goes in as data: nothing in an item's wording is read as markup."""
    with tempfile.TemporaryDirectory(prefix="consensus-pdf-") as place:
        main = Path(place) / "report.typ"
        shutil.copyfile(TEMPLATE, main)
        (Path(place) / "data.json").write_text(json.dumps(_data(record)), encoding="utf-8")
        moment = datetime(record.day.year, record.day.month, record.day.day)
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


def _data(record: Record) -> dict[str, object]:
    return {
        "title": printable(title(record)),
        "subject": printable(record.plan.title),
        "lang": record.language,
        "page": say(record.language, "page"),
        "date": record.day.isoformat(),
        "day": [record.day.year, record.day.month, record.day.day],
        "blocks": [_block(block) for block in report(record)],
    }


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Heading):
        return {"what": "heading", "level": block.level, "text": printable(block.text)}
    if isinstance(block, Paragraph):
        return {"what": "paragraph", "text": printable(block.text), "lead": block.lead}
    if isinstance(block, Bullets):
        return {"what": "bullets", "texts": [printable(text) for text in block.texts]}
    return {
        "what": "table",
        "header": [printable(text) for text in block.header],
        "rows": [[printable(text) for text in row] for row in block.rows],
        "widths": list(block.widths),
        "numeric": sorted(block.numeric),
        "explained": block.explained,
    }
