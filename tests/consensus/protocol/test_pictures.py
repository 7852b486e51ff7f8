"""The pictures: the same wherever they stand, told in words too, and drawn without any network."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from xml.etree import ElementTree

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from consensus.protocol import Record, export
from consensus.protocol.drawing import draw
from consensus.protocol.pictures import Funnel, Ranking, pictures
from tests.consensus.protocol import making

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=list(making.KINDS))
def record(request: pytest.FixtureRequest) -> Record:
    made: Record = making.KINDS[request.param]("sv")
    return made


def texts(svg: str) -> str:
    return " ".join("".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def test_the_funnel_tells_how_many_came_up_and_what_became_of_them() -> None:
    funnel = pictures(making.two_kinds("sv"))["funnel"]
    assert isinstance(funnel.drawn, Funnel)
    assert [(bar.label, bar.told) for bar in funnel.drawn.bars] == [
        ("Kandidater · Processindikatorer", "3"),
        ("Kandidater · Effektindikatorer", "3"),
        ("V: The vote · Processindikatorer", "3: 2 in, 1 ut"),
        ("V: The vote · Effektindikatorer", "3: 2 in, 1 ut"),
        ("C: The vote · Processindikatorer", "2: 1 in, 1 stannar"),
        ("C: The vote · Effektindikatorer", "2: 1 in, 1 stannar"),
        ("Omfattande protokoll", "4 (2 processindikatorer, 2 effektindikatorer)"),
        ("Kärnprotokoll", "2 (1 processindikatorer, 1 effektindikatorer)"),
    ]
    for bar in funnel.drawn.bars:
        assert f"{bar.label}: {bar.told}." in funnel.alt


def test_what_is_tied_across_the_line_is_marked_and_told() -> None:
    picture = pictures(making.unresolved("en"))["round-1"]
    assert isinstance(picture.drawn, Ranking)
    (section,) = picture.drawn.sections
    assert [entry.number for entry in section if entry.tied] == [2, 3]
    assert [entry.text for entry in section if entry.number is None] == ["in (1)", "unresolved, tied (2)"]
    assert "tied across the line: 2, 3" in picture.alt


def test_the_line_lies_below_what_went_in() -> None:
    (section,) = pictures(making.simple("en"))["round-1"].drawn.sections  # type: ignore[union-attr]
    assert [(entry.text, entry.line) for entry in section if entry.number is None] == [
        ("in (2)", False),
        ("out (1)", True),
    ]


def test_every_picture_of_every_kind_of_conference_is_drawn_with_its_words(record: Record) -> None:
    found = list(pictures(record).values())
    for picture, drawing in zip(found, draw(found), strict=True):
        assert drawing is not None, picture.name
        assert picture.alt
        assert drawing.png.startswith(b"\x89PNG")
        shown = texts(drawing.svg)
        if isinstance(picture.drawn, Funnel):
            for bar in picture.drawn.bars:
                assert bar.told[:30] in shown
        else:
            for entry in (entry for section in picture.drawn.sections for entry in section):
                assert (entry.text if entry.number is None else str(entry.number)) in shown


def test_the_same_picture_is_the_same_bytes_in_another_process() -> None:
    program = """
import hashlib
from consensus.protocol.drawing import draw
from consensus.protocol.pictures import pictures
from tests.consensus.protocol import making
(one,) = draw([pictures(making.two_kinds("sv"))["funnel"]])
print(hashlib.sha256(one.png + one.svg.encode()).hexdigest())
"""
    said = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in (1, 2)
    }
    assert len(said) == 1


def test_word_and_pdf_carry_the_pictures_with_a_text_in_their_place() -> None:
    record = making.two_kinds("sv")
    alts = [picture.alt for picture in pictures(record).values()]
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    found = [properties.get("descr") for properties in document.element.iter(qn("wp:docPr"))]
    assert sorted(found) == sorted(alts)
    reader = pypdf.PdfReader(io.BytesIO(export(record, ".pdf")))
    tagged = re.findall(r"'/Alt': '([^']*)'", str(list(_nodes(reader.trailer["/Root"]["/StructTreeRoot"]))))
    assert {alt[:40] for alt in alts} <= {alt[:40] for alt in tagged}


def _nodes(node: object) -> list[object]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for part in node for found in _nodes(part)]
    if not isinstance(node, dict):
        return []
    own = [{"/Alt": str(node["/Alt"])}] if "/Alt" in node else []
    return [*own, *_nodes(node.get("/K", []))]


def test_a_document_goes_without_pictures_where_none_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    record = making.simple("en", title="Not drawn")
    monkeypatch.setattr("consensus.protocol.drawing._drawn", lambda specs: [])
    monkeypatch.setattr("consensus.protocol.drawing._known", {})
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    assert list(document.element.iter(qn("wp:docPr"))) == []
    assert export(record, ".pdf").startswith(b"%PDF")
    assert export(record, ".pptx").startswith(b"PK")


def test_the_engine_is_loaded_by_nothing_that_votes() -> None:
    program = "import consensus.server, consensus.app, sys; print({'altair', 'vl_convert'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
