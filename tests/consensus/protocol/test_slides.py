"""The slides: readable from afar, complete, with titles for those who hear them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from consensus.intake import ItemRow
from consensus.protocol import Record, export
from consensus.protocol.deck import height
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


def test_the_figure_of_a_rating_is_a_word_and_a_number() -> None:
    rule = (
        'id = "R"\nvote_on = "all"\nballot = "scale 1-9"\nadvance = "median >= 6.5 and not disagreement"\n'
        'to = "list"\notherwise = "cut"'
    )
    votes = {f"p{paper}": dict.fromkeys(range(1, 4), "7") for paper in range(9)}
    record = making.record(making.plan(rule), making.some_items(3), {"R": votes})
    assert [row[2] for slide in slides(record) for row in rows(slide)] == ["median 7"] * 3
    assert [row[2] for slide in slides(making.simple("sv")) for row in rows(slide)] == ["100\u00a0%", "50\u00a0%"]
    assert [row[2] for slide in slides(making.simple("en")) for row in rows(slide)] == ["100%", "50%"]


def test_titles_and_rules_of_any_length_fit_where_they_stand() -> None:
    ids = [f"a protocol with a name that goes on and on, number {n}" for n in range(3)]
    rounds = [
        f'id = "R{n}"\ntitle = "{"A long title " * 12}"\nvote_on = "all"\nballot = "yes-no"\n'
        f'advance = "yes >= 50% and not (no >= 30% and yes <= 60%)"\nto = "{id}"\notherwise = "cut"'
        for n, id in enumerate(ids)
    ]
    text = making.plan(*rounds, protocols=str(ids).replace("'", '"'))
    votes = {f"R{n}": making.yes_no(4, 4) for n in range(len(ids))}
    record = making.record(text, making.some_items(2), votes, title="A very long title of a conference " * 12)
    for slide in slides(record):
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text:
                texts = [paragraph.text for paragraph in shape.text_frame.paragraphs]
                run = shape.text_frame.paragraphs[0].runs[0]
                taken = height(texts, int(run.font.size.pt), shape.width, bold=bool(run.font.bold))
                assert taken <= shape.height.pt, texts


def test_a_funnel_of_many_bars_goes_on_on_another_slide() -> None:
    pools = ["all", *(f"held in R{n}" for n in range(13))]
    rounds = [
        f'id = "R{n}"\nvote_on = "{pool}"\nballot = "yes-no"\nadvance = "yes >= 100%"\nto = "list"'
        for n, pool in enumerate(pools)
    ]
    rounds[-1] += '\notherwise = "cut"'
    votes = {f"R{n}": making.yes_no(2, 2) for n in range(14)}
    found = slides(making.record(making.plan(*rounds), making.some_items(2), votes))
    titles = [slide.shapes.title.text for slide in found if any(shape.shape_type == 13 for shape in slide.shapes)]
    assert titles == ["From candidates to protocols ·\u00a01/2", "From candidates to protocols ·\u00a02/2"]
