"""What the panel thought of the conference, in the documents: told where enough answered, and never in the archive."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest

from consensus.evaluation import Evaluated, Question
from consensus.protocol import Record, export, verify
from tests.consensus.protocol import making

FOOD = Question({"sv": "Maten", "en": "The food"}, {"satisfied": 4, "neither": 1, "dissatisfied": 1})
CHAIRS = Question({"sv": "Stolarna", "en": "The chairs"}, None)
TOLD = Evaluated(6, 5, (FOOD, CHAIRS), ("=Mer kaffe", "två\nrader"))
HIDDEN = Evaluated(None, 5, (replace(FOOD, counts=None), CHAIRS), ())


@pytest.fixture(scope="module")
def record() -> Record:
    return replace(making.simple("sv"), evaluation=TOLD)


def test_word_has_a_table_of_the_answers_and_what_was_written(record: Record) -> None:
    document = docx.Document(io.BytesIO(export(record, ".docx")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "Utvärdering" in texts
    assert "=Mer kaffe" in texts
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["Maten", "4", "1", "1"] in rows
    assert ["Stolarna", "–", "–", "–"] in rows


def test_excel_has_a_sheet_of_each_and_no_formula(record: Record) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(record, ".xlsx")))
    answers = [[cell.value for cell in row] for row in book["Utvärdering"].rows]
    assert answers == [
        ["Fråga", "Nöjd", "Varken eller", "Missnöjd"],
        ["Maten", 4, 1, 1],
        ["Stolarna", None, None, None],
    ]
    assert book["Med egna ord"]["A2"].data_type == "s"


def test_json_tells_it_and_csv_does_not(record: Record) -> None:
    told = json.loads(export(record, ".json"))["evaluation"]
    assert told["sheets"] == 6
    assert told["questions"][0] == {"text": "Maten", "answers": {"satisfied": 4, "neither": 1, "dissatisfied": 1}}
    assert told["questions"][1]["answers"] is None
    assert b"kaffe" not in export(record, ".csv")


def test_an_archive_goes_without_and_agrees_with_its_recount(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(export(record, ".zip"))
    assert verify(path) == []
    with zipfile.ZipFile(path) as packed:
        assert not any(b"kaffe" in packed.read(name) or b"Maten" in packed.read(name) for name in packed.namelist())


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".pdf", ".json"])
def test_of_few_sheets_no_document_tells_anything(ending: str) -> None:
    record = replace(making.simple("en"), evaluation=HIDDEN)
    content = export(record, ending)
    if ending == ".docx":
        texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]
        assert "Fewer than 5 sheets were handed in. They are not shown, so that nobody can be singled out." in texts
        assert "The food" not in " ".join(texts)
    if ending == ".xlsx":
        assert "Evaluation" not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    if ending == ".json":
        assert json.loads(content)["evaluation"]["sheets"] is None


def test_the_pdf_is_set_with_it_whatever_was_written(record: Record) -> None:
    hard = replace(TOLD, comments=("#panic() $x$ *b*", "😀 سلام", "x" * 2000))
    assert export(replace(record, evaluation=hard), ".pdf").startswith(b"%PDF")
