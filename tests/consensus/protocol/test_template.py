"""The report in somebody's own Word template: filled in whole, and refused in one line where it cannot be."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from consensus.errors import BadInput
from consensus.evaluation import Evaluated, Question
from consensus.protocol import Record
from consensus.protocol.named import NAMES, named
from consensus.protocol.sample import NOTE, sample
from consensus.protocol.template import fill_in
from rounds.languages import say
from tests.commands import consensus
from tests.consensus.protocol import making

PAGE = (Path(__file__).parents[3] / "docs" / "word-template.md").read_text("utf-8")
EVALUATED = Evaluated(
    6,
    5,
    (Question({"sv": "Maten", "en": "The food"}, {"satisfied": 4, "neither": 1, "dissatisfied": 1}),),
    ("Mer kaffe & <kakor>",),
)


def template(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def texts(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", making.KINDS)
def test_the_sample_takes_every_kind_of_conference(name: str, language: str) -> None:
    record: Record = making.KINDS[name](language)
    filled = fill_in(record, sample(language), "sample.docx")
    told = texts(filled)
    for numbers in record.replayed.protocols.values():
        for number in numbers:
            assert record.item(number).text in told
    assert not [text for text in told if "{" in text or "}" in text]
    assert not [text for text in told if say(language, NOTE) in text]
    assert filled == fill_in(record, sample(language), "sample.docx")


def test_the_sample_shows_the_evaluation_and_sets_texts_as_they_were_written() -> None:
    told = texts(fill_in(replace(making.simple("sv"), evaluation=EVALUATED), sample("sv"), "mall.docx"))
    assert "Maten" in told
    assert "Mer kaffe & <kakor>" in told


def test_pictures_stand_in_the_template_with_a_text_in_their_place() -> None:
    document = docx.Document(io.BytesIO(fill_in(making.simple("en"), template("{{ funnel }}"), "t.docx")))
    (properties,) = document.element.iter(qn("wp:docPr"))
    assert "Candidates: 3" in properties.get("descr")


def test_every_name_is_described_and_no_other() -> None:
    table = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    record = making.simple("en")
    assert tuple(table) == NAMES == tuple(named(record, {}))


WRONG: Sequence[tuple[str, str]] = [
    ("{{ titel }}", 't.docx, tag {{ titel }}: there is no "titel"; what can be named: title, conference'),
    ("{%p for p in protocols %}|{{ p.titel }}|{%p endfor %}", "t.docx, tag {{ p.titel }}: "),
    ("{%p for p in protocols %}", "t.docx"),
    ("{{ title", "t.docx"),
    ("{% bad %}", "t.docx, tag {% bad %}: "),
    ("{{ ''.__class__.__mro__ }}", "t.docx"),
    ("{{ 1 / 0 }}", "t.docx: the template cannot be filled in: division by zero"),
    ("{{ title|nofilter }}", "t.docx, tag {{ title|nofilter }}: "),
    ("{% for x in range(10000000) %}x{% endfor %}", "t.docx: the template cannot be filled in: "),
]


@pytest.mark.parametrize(("paragraphs", "said"), WRONG, ids=[wrong for wrong, _ in WRONG])
def test_what_is_wrong_in_a_template_is_one_line_that_names_the_tag(paragraphs: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        fill_in(making.simple("en"), template(*paragraphs.split("|" if "%p" in paragraphs else "\x00")), "t.docx")
    told = str(refused.value)
    assert told.startswith(said)
    assert "\n" not in told


def test_what_is_no_word_document_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.txt", "x")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"\0" * (65 << 20))
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w") as made:
        made.writestr("word/document.xml", "<w:document>")
    for content in (b"", b"PK", b"text", packed.getvalue(), bomb.getvalue(), broken.getvalue()):
        with pytest.raises(BadInput):
            fill_in(making.simple("en"), content, "t.docx")


def test_the_sample_is_the_same_bytes_each_time() -> None:
    assert sample("sv") == sample("sv") != sample("en")


def test_the_commands_write_a_template_and_fill_it_in(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(making.SIMPLE, "utf-8")
    (tmp_path / "items.csv").write_text("number,text\n1,One\n", "utf-8")
    files = ("--plan", tmp_path / "plan.toml", "--items", tmp_path / "items.csv")
    where = ("--data", tmp_path / "data")
    made = consensus("create", *files, "--seats", 1, "--language", "en", "--json", *where).json["conference"]
    mine, out = tmp_path / "mine.docx", tmp_path / "report.docx"
    assert consensus("template", "--language", "en", "--out", mine).code == 0
    assert consensus("export", made, "--template", mine, "--out", out, *where).code == 0
    assert "Protocol: A small plan" in texts(out.read_bytes())
    mine.write_bytes(template("{{ oops }}"))
    refused = consensus("export", made, "--template", mine, "--out", out, *where)
    assert (refused.code, len(refused.err.splitlines())) == (2, 1)
    assert 'mine.docx, tag {{ oops }}: there is no "oops"' in refused.err
    elsewhere = consensus("export", made, "--template", mine, "--out", tmp_path / "report.pdf", *where)
    assert elsewhere.code == 2
    assert "report.pdf" in elsewhere.err
