"""The protocol of the 2014 conference comes out as it was published."""

from __future__ import annotations

import csv
import io
import json

import docx
import openpyxl
import pypdf
import pytest

from consensus.protocol import export, verify
from consensus.protocol.record import Record
from tests.consensus.protocol import making

pytestmark = pytest.mark.sundbyholm


@pytest.fixture(scope="module")
def record() -> Record:
    return making.sundbyholm()


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    """The published rows: 15 of the core, then 26 more, with their final and their original numbers."""
    making.sundbyholm()
    rows = []
    for name in ("core.csv", "extended.csv"):
        with (making.SUNDBYHOLM / name).open(encoding="utf-8-sig", newline="") as stream:
            rows += list(csv.DictReader(stream))
    return rows


def test_the_csv_has_the_published_order_texts_and_per_cents(record: Record, published: list[dict[str, str]]) -> None:
    rows = list(csv.DictReader(io.StringIO(export(record, ".csv").decode("utf-8-sig"))))
    assert [row["final"] for row in rows] == [row["final_number"] for row in published]
    assert [row["number"] for row in rows] == [row["original_number"] for row in published]
    assert [row["text"] for row in rows] == [row["text"] for row in published]
    assert [row["explanation"] for row in rows] == [row["explanation"] for row in published]
    for row, known in zip(rows[:15], published[:15], strict=True):
        assert row["count"] == known["implied_yes_of_23"]
        assert f"{float(row['share']):.0%}" == f"{known['yes_percent']}%"
        assert row["admitted"] == "Omröstning 5: kärnan"
    assert {row["in_protocol"] for row in rows[:15]} == {"Kärnprotokoll"}
    assert {row["in_protocol"] for row in rows[15:]} == {"Omfattande protokoll"}


def test_the_json_has_the_published_order(record: Record, published: list[dict[str, str]]) -> None:
    found = json.loads(export(record, ".json"))["published"]
    assert [(row["final"], row["number"]) for row in found] == [
        (int(row["final_number"]), int(row["original_number"])) for row in published
    ]


def test_word_has_the_published_order_and_per_cents(record: Record, published: list[dict[str, str]]) -> None:
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    rows = [
        [cell.text for cell in row.cells]
        for table in document.tables
        if table.rows[0].cells[0].text == "Nr"
        for row in table.rows[1:]
    ]
    assert [(row[0], row[3]) for row in rows] == [(row["final_number"], row["original_number"]) for row in published]
    for row, known in zip(rows[:15], published[:15], strict=True):
        assert row[2] == f"{known['implied_yes_of_23']} av 23 ja ({known['yes_percent']}\u00a0%)"


def test_excel_has_the_published_order_and_shares(record: Record, published: list[dict[str, str]]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    assert book.sheetnames[:7] == ["Kärnprotokoll", "Omfattande protokoll", "P1", "P2", "E1", "E2", "C"]
    core, extended = ([[cell.value for cell in row] for row in book[name].rows] for name in book.sheetnames[:2])
    assert [row[1] for row in core[1:]] == [int(row["original_number"]) for row in published[:15]]
    assert [row[1] for row in extended[1:]] == [int(row["original_number"]) for row in published]
    share = core[0].index("Andel")
    assert [round(row[share] * 100) for row in core[1:]] == [int(row["yes_percent"]) for row in published[:15]]
    assert [len(list(book[name].rows)) - 1 for name in book.sheetnames[2:7]] == [97, 37, 40, 19, 41]


def test_the_pdf_has_the_published_order(record: Record, published: list[dict[str, str]]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(export(record, ".pdf")))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    at = 0
    for row in published:
        at = text.find(row["text"].split()[0], at)
        assert at >= 0, row["text"]
    assert "Från kandidater till protokoll" in text
    assert len(reader.pages) < 20


def test_the_archive_is_recounted(record: Record, tmp_path: making.Path) -> None:
    path = tmp_path / "sundbyholm.zip"
    path.write_bytes(export(record, ".zip"))
    assert verify(path) == []
