"""The slides: readable from afar, complete, with titles for those who hear them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from consensus.intake import ItemRow
from consensus.protocol import Record, export
from consensus.protocol.tables import published_order
from tests.consensus.protocol import making


def slides(record: Record) -> list[Any]:
    return list(Presentation(io.BytesIO(export(record, ".pptx"))).slides)


def rows(slide: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for s in slide.shapes if s.has_table for row in list(s.table.rows)[1:]]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", making.KINDS)
def test_every_slide_has_a_title_and_every_item_of_a_protocol_stands_on_one(name: str, language: str) -> None:
    record: Record = making.KINDS[name](language)
    found = slides(record)
    assert found[0].shapes.title.text == record.title
    assert all(slide.shapes.title.text for slide in found)
    texts = [row[1] for slide in found for row in rows(slide)]
    assert texts == [record.item(number).text for number in published_order(record)]


def test_the_letters_are_large_enough_for_the_back_of_the_room() -> None:
    for slide in slides(making.two_kinds("sv"))[1:]:
        for shape in slide.shapes:
            for row in list(shape.table.rows)[1:] if shape.has_table else ():
                for cell in row.cells:
                    assert cell.text_frame.paragraphs[0].runs[0].font.size >= Pt(24)


def test_a_long_protocol_is_cut_into_slides_that_hold_what_stands_on_them() -> None:
    items = [ItemRow(n, f"{n} " + "word " * (5 + n % 30), None, "", "") for n in range(1, 31)]
    text = making.plan(
        'id = "V"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes >= 0%"\nto = "list"\notherwise = "cut"'
    )
    record = making.record(text, items, {"V": making.yes_no(*[3] * 30)})
    show = Presentation(io.BytesIO(export(record, ".pptx")))
    for slide in show.slides:
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.top + sum(row.height for row in shape.table.rows) <= show.slide_height
    assert sum(len(rows(slide)) for slide in show.slides) == 30


def test_the_funnel_has_a_text_in_its_place() -> None:
    (_, funnel, *_) = slides(making.two_kinds("en"))
    (picture,) = (shape for shape in funnel.shapes if shape.shape_type == 13)
    assert "Candidates" in picture._element.nvPicPr.cNvPr.get("descr")


def test_what_is_not_settled_is_said_on_the_first_slide() -> None:
    first = slides(making.unresolved("en"))[0]
    assert any("not final" in shape.text_frame.text for shape in first.placeholders)
