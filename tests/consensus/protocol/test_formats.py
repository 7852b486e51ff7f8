"""What every format must be, for every kind of conference, in both languages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from consensus.intake import ItemRow
from consensus.intake.cells import FORMULA
from consensus.protocol import FORMATS, Record, export, verify
from consensus.protocol.glyphs import RANGES
from consensus.protocol.words import TEXTS, percent
from consensus.replay import Attendance
from tests.consensus.protocol import making

EVERY = [(name, language) for name in making.KINDS for language in ("sv", "en")]


@pytest.fixture(scope="module", params=EVERY, ids=lambda kind: f"{kind[0]}-{kind[1]}")
def record(request: pytest.FixtureRequest) -> Record:
    name, language = request.param
    made: Record = making.KINDS[name](language)
    return made


#: (id of a record, ending) -> the record, so that its id stays its own, and what it was exported as
_EXPORTED: dict[tuple[int, str], tuple[Record, bytes]] = {}


def exported(record: Record, ending: str) -> bytes:
    """A record in a format, made once for all tests of the record."""
    if (id(record), ending) not in _EXPORTED:
        _EXPORTED[id(record), ending] = (record, export(record, ending))
    return _EXPORTED[id(record), ending][1]


def test_the_same_record_gives_the_same_bytes(record: Record) -> None:
    for ending in FORMATS:
        assert exported(record, ending) == export(record, ending), ending


def test_an_archive_of_every_kind_agrees_with_its_recount(record: Record, tmp_path: making.Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(exported(record, ".zip"))
    assert verify(path) == []


def test_word_opens_with_title_language_headings_and_repeated_headers(record: Record) -> None:
    document = docx.Document(io.BytesIO(exported(record, ".docx")))
    language = {"sv": "sv-SE", "en": "en-GB"}[record.language]
    assert record.title in document.core_properties.title
    assert document.core_properties.language == language
    assert {m.get(qn("w:val")) for m in document.styles.element.iter(qn("w:lang"))} == {language}
    assert sum(1 for paragraph in document.paragraphs if paragraph.style.name == "Heading 1") >= 4
    for table in document.tables:
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert [child.tag for child in table._tbl.tblPr] == sorted(
            (child.tag for child in table._tbl.tblPr), key=_TABLE_PROPERTIES.index
        )


#: the order that the format prescribes; Word calls a file damaged that keeps another
_TABLE_PROPERTIES = [
    qn(f"w:{name}")
    for name in (
        "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc",
        "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption",
        "tblDescription",
    )
]  # fmt: skip


def test_excel_has_a_sheet_for_each_protocol_and_round_with_frozen_headers(record: Record) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(record, ".xlsx")))
    sheets = len(record.plan.protocols) + len(record.replayed.rounds) + 4
    assert len(book.sheetnames) == sheets
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        header = [cell.value for cell in next(sheet.rows, ())]
        assert len(set(header)) == len(header), f"two columns of {sheet.title} are called the same"
    assert record.title in str(book.properties.title)


def test_excel_has_numbers_as_numbers_and_shares_as_per_cents(record: Record) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(record, ".xlsx")))
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                head = str(sheet.cell(1, cell.column).value)
                if (head.startswith(("Andel ", "Share ")) and not head.endswith((" av", " of"))) or head in _SHARE:
                    assert cell.value is None or "%" in cell.number_format
                    assert cell.value is None or 0 <= cell.value <= 1
                if isinstance(cell.value, str):
                    assert not re.fullmatch(r"[0-9]+([.,][0-9]+)?", cell.value), f"{sheet.title}!{cell.coordinate}"


_SHARE = ("Share", "Andel")


def test_the_pdf_declares_archival_and_accessible(record: Record) -> None:
    reader = pypdf.PdfReader(io.BytesIO(exported(record, ".pdf")))
    root = reader.trailer["/Root"]
    xmp = ElementTree.fromstring(root["/Metadata"].get_data())
    said = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in xmp.iter()}
    said |= {name.rpartition("}")[2]: v for element in xmp.iter() for name, v in element.attrib.items()}
    assert (said["conformance"], root["/Lang"]) == ("A", record.language)
    assert [element.text for element in xmp.iter("{http://www.aiim.org/pdfa/ns/id/}part")] == ["2"]
    assert [element.text for element in xmp.iter("{http://www.aiim.org/pdfua/ns/id/}part")] == ["1"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert record.title in reader.metadata.title
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert not {"/AA", "/OpenAction", "/AcroForm"} & root.keys()


def test_the_pdf_is_tagged_with_headings_and_table_headers_and_embeds_its_fonts(record: Record) -> None:
    reader = pypdf.PdfReader(io.BytesIO(exported(record, ".pdf")))
    tags = [str(node["/S"]) for node in _structure(reader.trailer["/Root"]["/StructTreeRoot"])]
    assert tags.count("/Title") + tags.count("/H1") >= 1
    assert tags.count("/Table") >= 1
    assert tags.count("/TH") >= tags.count("/Table")
    fonts = list(_fonts(reader))
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys(), font["/BaseFont"]
        assert "/ToUnicode" in font
    for page in reader.pages:
        assert page["/Tabs"] == "/S"
        assert "/StructParents" in page


def _structure(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for part in node:
            yield from _structure(part)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        yield from _structure(node.get("/K", []))


def _fonts(reader: pypdf.PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            yield font.get_object()


def test_no_document_carries_the_clock_of_the_export(record: Record) -> None:
    for ending in (".docx", ".xlsx", ".zip"):
        with zipfile.ZipFile(io.BytesIO(exported(record, ending))) as packed:
            assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            for name in packed.namelist():
                if name.startswith("docProps/"):
                    days = {
                        found[:10].decode() for found in re.findall(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T", packed.read(name))
                    }
                    assert days <= {record.day.isoformat()}, name
    metadata = pypdf.PdfReader(io.BytesIO(exported(record, ".pdf"))).metadata
    assert metadata.creation_date is None or metadata.creation_date.date() == record.day


@pytest.mark.parametrize("name", making.KINDS)
def test_no_english_word_stands_in_a_swedish_document(name: str) -> None:
    record: Record = making.KINDS[name]("sv")
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    texts += [str(cell.value) for sheet in book for row in sheet.rows for cell in row if cell.value] + book.sheetnames
    ours = {str(entry.details["reason"]) for entry in record.log if "reason" in entry.details}
    ours |= {decision.reason for decision in record.decisions}
    ours |= {record.title, record.plan.title, *(i.text for i in record.items), *(r.title for r in record.plan.rounds)}
    english = {"yes", "no", "abstain", "cast", "ballots", "papers", "median of", "picks", "held", "cut", "run-off"}
    english |= {"rating", "mean", "share", "round", "item", "items", "place", "places", "disagreement", "unresolved"}
    for text in texts:
        for known in ours:
            text = text.replace(known, "")
        words = set(re.findall(r"[a-zåäö-]+", text.lower()))
        assert not words & english, text


HOSTILE = [
    "=1+1",
    "+A1",
    "-cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "#let x = 1; #panic()",
    "$x^2$ *b* _i_ `r` @ref <l> //c",
    "<w:p>&amp;]]><![CDATA[",
    "| a | b |\n|---|---|",
    "\u202egnihtyna\u202c",
    "سلام عليكم",
    "שלום",
    "😀 👩\u200d👩\u200d👧 1\ufe0f\u20e3 ❤\ufe0f",
    "漢字 한국 नमस्ते",
    "a\x00b\x07c\x1b[31m",
    "lone \ud800 surrogate \udfff",
    "x" * 5000,
    "ord " * 1250,
    "one\ntwo\r\nthree\rfour\u2028five",
    "\ue000 private \ufdd0 non \U0001fffe",
    "e" + "\u0301" * 40,
    "漢\u0301 1\u20e3 क\u094dष",
    "{0} {title} %s \\u0041",
    "'quoted\" ; , \\",
    "_x0041_",
    "a\u00adb\u200bc\ufeffd",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_hostile_text_is_only_text(text: str, tmp_path: making.Path) -> None:
    perspective = text[:400]
    items = [ItemRow(1, text, None, text, perspective), ItemRow(2, text[:-1], None), ItemRow(3, "Plain", None)]
    record = making.record(
        making.top("ask"),
        items,
        {"V": making.yes_no(4, 2, 2)},
        title=text,
        decisions=[("V", 2, "advance", text), ("V", 3, "cut", text)],
        log=(*making.LOG, making.LogRow("2014-04-10T15:00:00+00:00", text, "undo", {"reason": text, "step": text})),
    )
    assert all(export(record, ending) for ending in (".csv", ".json"))
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    assert len(document.tables) >= 4
    _no_formula(export(record, ".xlsx"))
    pypdf.PdfReader(io.BytesIO(export(record, ".pdf"))).pages[0].extract_text()
    if FORMULA.match(text.strip()):  # no item that begins so is ever loaded; the title and the reasons may
        record = replace(record, items=making.some_items(3))
    path = tmp_path / "archive.zip"
    path.write_bytes(export(record, ".zip"))
    assert verify(path) == []


def _no_formula(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.rows:
            for cell in row:
                assert cell.data_type != "f", cell.value
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in packed.read(name)
                assert b"<f " not in packed.read(name)


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)"])
def test_a_cell_of_csv_that_looks_like_a_formula_is_guarded(text: str) -> None:
    record = making.record(making.SIMPLE, [ItemRow(1, text, None, text, text)], {"V": making.yes_no(3)})
    assert f"'{text},'{text},'{text}," in export(record, ".csv").decode("utf-8-sig")


def test_a_long_item_is_whole_in_the_pdf() -> None:
    words = [f"word{n:04}" for n in range(550)]
    record = making.record(making.SIMPLE, [ItemRow(1, "Short", None, " ".join(words))], {"V": making.yes_no(3)})
    reader = pypdf.PdfReader(io.BytesIO(export(record, ".pdf")))
    text = " ".join(page.extract_text() for page in reader.pages).replace("-\n", "")
    assert all(word in text for word in words)


def test_every_character_that_a_pdf_is_said_to_show_has_a_glyph() -> None:
    """Fails when a new version of typst brings other typefaces: then glyphs.txt is to be made anew."""
    from consensus.protocol import pdf

    ends = [part.partition("-")[::2] for part in RANGES]
    every = "".join(chr(code) for low, high in ends for code in range(int(low, 16), int(high or low, 16) + 1))
    parts = " ".join(every[at : at + 200] for at in range(0, len(every), 200))
    record = making.record(making.SIMPLE, [ItemRow(1, "Short", None, parts)], {"V": making.yes_no(3)})
    assert pdf._compiled(record, latin_only=False)


def test_characters_without_a_glyph_are_boxes_and_the_pdf_says_so() -> None:
    record = making.record(making.SIMPLE, [ItemRow(1, "漢字 och 😀", None)], {"V": making.yes_no(3)}, language="sv")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(export(record, ".pdf"))).pages)
    assert "□□ och □" in text
    assert "Tecken som dokumentets typsnitt saknar" in text
    assert "漢字 och 😀" in "".join(
        cell.text for table in docx.Document(io.BytesIO(export(record, ".docx"))).tables for cell in table._cells
    )


def test_two_rounds_of_the_same_title_keep_apart() -> None:
    record = making.two_kinds()
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    assert {"V", "C"} <= set(book.sheetnames)
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert {"V: The vote", "C: The vote"} <= set(headings)


def test_sheets_get_names_that_excel_takes() -> None:
    long = "the longest name of a protocol that anybody has written"
    ids = ["History", "history", "a-b", long]
    text = making.plan(
        *(
            f'id = "R{n}"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes >= 50%"\nto = "{id}"\notherwise = "cut"'
            for n, id in enumerate(ids)
        ),
        protocols=json.dumps(ids),
    )
    votes = {f"R{n}": making.yes_no(4, 1, 2) for n in range(len(ids))}
    book = openpyxl.load_workbook(io.BytesIO(export(making.record(text, making.some_items(3), votes), ".xlsx")))
    names = [name.lower() for name in book.sheetnames]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert "history" not in names


def test_the_figures_of_each_ballot_are_said_in_words() -> None:
    def figures(record: Record) -> list[str]:
        rows = [line.split(",") for line in export(record, ".csv").decode("utf-8-sig").splitlines()]
        book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
        assert rows
        sheet = next(iter(book))
        column = [cell.value for cell in sheet[1]].index("Senaste röstning")
        return [str(row[column].value) for row in sheet.iter_rows(min_row=2)]

    assert figures(making.simple("sv")) == ["4 av 4 ja (100\u00a0%)", "2 av 4 ja (50\u00a0%)"]
    assert figures(making.scale("sv")) == ["6 av 6 med betyg 7–9 (100\u00a0%), ingen oenighet, median 8"]
    assert figures(making.pick("sv")) == ["vald på 3 av 4 papper (75\u00a0%)"]
    assert figures(making.points("sv")) == ["160 poäng", "40 poäng"]
    assert figures(making.rank("sv")) == ["Bordapoäng 5"]


def test_an_unresolved_tie_is_said_first() -> None:
    document = docx.Document(io.BytesIO(export(making.unresolved("sv"), ".docx")))
    assert any("inte slutligt" in paragraph.text for paragraph in document.paragraphs[:5])
    assert any(
        "låg lika, och det fanns 1 plats. Detta är inte avgjort." in paragraph.text for paragraph in document.paragraphs
    )


def test_ties_lots_decisions_and_deviations_are_told() -> None:
    def text(record: Record) -> str:
        document = docx.Document(io.BytesIO(export(record, ".docx")))
        texts = [p.text for p in document.paragraphs]
        return "\n".join(texts + [cell.text for table in document.tables for row in table.rows for cell in row.cells])

    assert "V: items 2, 3 were tied for 1 place. The room decided." in text(making.decided())
    assert "V: item 2 was decided: in. Reason: It covers the other." in text(making.decided())
    assert "the lot was drawn with the seed 271828" in text(making.lot())
    assert "A run-off between them decided." in text(making.run_off())
    assert "V, run-off" in text(making.run_off())
    assert "items 2, 3 were inquorate and were held" in text(making.inquorate())
    assert "Vote voided: item 2" in text(making.simple())
    assert "Step taken back: the round was sealed, round V" in text(making.simple())
    assert "No item is in this protocol." in text(making.empty())


def test_attendance_per_round_is_told() -> None:
    record = making.record(
        making.SIMPLE, making.some_items(3), {"V": making.yes_no(4, 1, 2)}, attendance={"V": Attendance(9, 7)}
    )
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    assert [cell.value for cell in book["Attendance"][2]] == ["V", 9, 7, 4]


def test_how_many_voted_on_paper_is_told_where_somebody_did() -> None:
    votes, attendance = {"V": making.yes_no(4, 1, 2)}, {"V": Attendance(9, 7, typed=2)}
    record = making.record(making.SIMPLE, making.some_items(3), votes, attendance=attendance)
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    assert [cell.value for cell in book["Attendance"][2]] == ["V", 9, 7, 4, 2]
    told = [p.text for p in docx.Document(io.BytesIO(export(record, ".docx"))).paragraphs]
    assert TEXTS["typed_note"] in told


@pytest.mark.parametrize("level", ["vote", "paper", "panel"])
def test_word_pdf_excel_and_archive_say_the_level_of_anonymity(level: str) -> None:
    record = making.joined(level)
    said = TEXTS[f"anonymity_{level}"]
    assert any(said in p.text for p in docx.Document(io.BytesIO(export(record, ".docx"))).paragraphs)
    assert said in str(
        [
            c.value
            for row in openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))["How it was decided"].rows
            for c in row
        ]
    )
    pages = pypdf.PdfReader(io.BytesIO(export(record, ".pdf"))).pages
    assert said in " ".join(" ".join(page.extract_text() for page in pages).split())
    assert json.loads(export(record, ".json"))["anonymity"] == level
    with zipfile.ZipFile(io.BytesIO(export(record, ".zip"))) as packed:
        assert said in packed.read("README.txt").decode()


def test_the_arguments_that_were_shown_stand_in_every_document_and_not_in_the_archive(tmp_path: making.Path) -> None:
    record = making.whole("two kinds", "sv")
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    assert [[cell.value for cell in row] for row in book["Argument"].rows] == [
        ["Urspr. nr", "Text", "För eller emot", "Argument"],
        [1, "Text 1", "För", "It can be measured."],
        [1, "Text 1", "Emot", "It overlaps 漢."],
    ]
    told = json.loads(export(record, ".json"))
    assert told["arguments"][0] == {"number": 1, "side": "for", "text": "It can be measured."}
    assert told["on_paper"] == {"V": 1, "C": 1}
    path = tmp_path / "archive.zip"
    path.write_bytes(export(record, ".zip"))
    assert verify(path) == []
    with zipfile.ZipFile(path) as packed:
        assert not any(b"It can be measured" in packed.read(name) for name in packed.namelist())


def test_excel_is_printed_as_wide_as_the_page_and_shows_fractions_as_the_language_does() -> None:
    for language, shown in (("sv", "0.0 %"), ("en", "0.0%")):
        book = openpyxl.load_workbook(io.BytesIO(export(making.two_kinds(language), ".xlsx")))
        assert book.properties.language == language
        formats = {
            cell.number_format for sheet in book for row in sheet.rows for cell in row if "%" in cell.number_format
        }
        assert formats == {shown}
        for sheet in book:
            assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
            assert sheet.print_title_rows == "$1:$1"
            letters = sum(dimension.width for dimension in sheet.column_dimensions.values())
            assert letters < 260, f"{sheet.title} would be printed too small to read"
            for column, head in zip(sheet.columns, sheet[1], strict=True):
                width = sheet.column_dimensions[column[0].column_letter].width
                assert all(len(word) < width for word in str(head.value).split())


@pytest.mark.parametrize(
    ("share", "sv", "en"),
    [
        ("20/23", "87\u00a0%", "87%"),
        ("1", "100\u00a0%", "100%"),
        ("299/300", "99,7\u00a0%", "99.7%"),
        ("1/300", "0,3\u00a0%", "0.3%"),
        ("1/2", "50\u00a0%", "50%"),
        ("150/301", "49,8\u00a0%", "49.8%"),
        ("1999/2000", "99,95\u00a0%", "99.95%"),
        ("2501/5000", "50,02\u00a0%", "50.02%"),
        ("1/5000", "0,02\u00a0%", "0.02%"),
    ],
)
def test_a_share_is_written_as_the_language_does_and_never_rounded_to_all_none_or_half(
    share: str, sv: str, en: str
) -> None:
    assert (percent(Fraction(share), "sv"), percent(Fraction(share), "en")) == (sv, en)


@pytest.mark.parametrize(("made", "said"), [(making.decided, "in, by decision"), (making.lot, "in, by lot")])
def test_an_items_life_tells_what_a_decision_or_a_lot_settled(made: Any, said: str) -> None:
    document = docx.Document(io.BytesIO(exported(made("en"), ".docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(said in cell for cell in cells)
