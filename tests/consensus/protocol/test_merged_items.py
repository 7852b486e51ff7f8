"""Items that were merged beforehand, or said in plain words, in the documents and in the archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from consensus.protocol import Record, export, verify
from consensus.protocol.report import Heading, Table, report
from tests.bad_input.archives import files_of
from tests.consensus.protocol import making


def test_the_report_tells_what_an_item_was_made_of() -> None:
    blocks = report(making.merged())
    assert Heading(1, "Merged items") in blocks
    (table,) = [block for block in blocks if isinstance(block, Table) and block.title == "Merged items"]
    assert table.rows == (("4", "Both", "2: Text 2\n3: Text 3"),)
    assert Heading(1, "Merged items") not in report(making.simple())


def test_programs_are_told_too() -> None:
    items = json.loads(export(making.merged(), ".json"))["items"]
    assert (items[0]["plain"], items[1]["merged"]) == ("Said\nsimply", [2, 3])
    assert "merged" not in items[0]
    assert "plain" not in items[1]


@pytest.mark.parametrize("record", [making.merged, making.simple])
def test_an_archive_with_and_without_such_items_agrees(tmp_path: Path, record: Callable[[], Record]) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(export(record(), ".zip"))
    assert verify(path) == []


def test_an_archive_has_the_columns_that_something_stands_in() -> None:
    def header(archive: bytes) -> str:
        return files_of(archive)["items.csv"].decode().splitlines()[0]

    assert header(export(making.merged(), ".zip")) == "number,text,explanation,perspective,plain,merged"
    assert header(export(making.simple(), ".zip")) == "number,text,explanation,perspective"
