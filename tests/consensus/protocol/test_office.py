"""Word, Excel and slides as the programs that open them need them; and opened in LibreOffice, where there is one."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from consensus.intake import ItemRow
from consensus.protocol import Record, export
from consensus.protocol.sample import sample
from consensus.protocol.steady import zip_of
from consensus.protocol.template import fill_in
from tests.consensus.protocol import making
from tests.consensus.protocol.office_checks import faults

OPENED = (".docx", ".xlsx", ".pptx")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", making.KINDS)
def test_no_document_has_a_fault(name: str, language: str) -> None:
    record = making.whole(name, language)
    for ending in OPENED:
        assert faults(export(record, ending)) == [], ending
    assert faults(fill_in(record, sample(language), "t.docx")) == []
    assert faults(sample(language)) == ["the document has no title"]  # which whoever fills it in gives it


def spoilt(part: str, change: Callable[[bytes], bytes | None], ending: str = ".docx") -> list[str]:
    """The faults of a document one part of which was changed, or taken out."""
    with zipfile.ZipFile(io.BytesIO(export(making.simple("en"), ending))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    changed = change(parts.pop(part))
    return faults(zip_of({**parts, part: changed} if changed is not None else parts))


def test_what_is_spoilt_is_found() -> None:
    def changed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
        return lambda part: part.replace(old, new)

    assert any("not there or empty" in fault for fault in spoilt("word/styles.xml", lambda _: None))
    assert any("not there or empty" in fault for fault in spoilt("word/media/image1.png", lambda _: b""))
    assert any("leads nowhere" in fault for fault in spoilt("word/document.xml", changed(b'embed="rId', b'embed="rIx')))
    assert any("not marked" in fault for fault in spoilt("word/document.xml", changed(b"w:tblHeader", b"w:hidden")))
    assert any("no text in its" in fault for fault in spoilt("word/document.xml", changed(b"descr=", b"other=")))
    slide = "ppt/slides/slide3.xml"
    assert any("no text in its" in fault for fault in spoilt(slide, changed(b"descr=", b"other="), ".pptx"))
    sheet = "xl/worksheets/sheet1.xml"
    assert any("not printed across" in f for f in spoilt(sheet, changed(b"landscape", b"portrait"), ".xlsx"))


def long_list() -> Record:
    """Forty items of very different length, all of them in."""
    items = [
        ItemRow(n, f"Indikator {n:02}: " + " ".join(f"ord{n:02}x{place}" for place in range(3 + 5 * (n % 4))), None)
        for n in range(1, 41)
    ]
    record = making.record(making.SIMPLE, items, {"V": making.yes_no(*[3] * 40)}, language="sv")
    return replace(record, arguments=making.ARGUMENTS, evaluation=making.EVALUATED)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, dict[str, pypdf.PdfReader]]:
    """The documents of the long list as LibreOffice prints them."""
    place, record = tmp_path_factory.mktemp("opened"), long_list()
    files = [place / f"of{ending.replace('.', '-')}{ending}" for ending in OPENED]
    for file in files:
        file.write_bytes(export(record, file.suffix))
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(place), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return record, {file.suffix: pypdf.PdfReader(file.with_suffix(".pdf")) for file in files}


@pytest.mark.office
@pytest.mark.parametrize("ending", OPENED)
def test_the_text_of_every_item_comes_through(ending: str, opened: tuple[Record, dict[str, pypdf.PdfReader]]) -> None:
    record, read = opened
    text = "".join("".join(page.extract_text() for page in read[ending].pages).split())
    for item in record.items:
        assert "".join(item.text.split()) in text


@pytest.mark.office
def test_nothing_hangs_over_the_edge_of_a_slide(opened: tuple[Record, dict[str, pypdf.PdfReader]]) -> None:
    record, read = opened
    made = pypdf_slides(export(record, ".pptx"))
    assert len(read[".pptx"].pages) == made
    for place, page in enumerate(read[".pptx"].pages, start=1):
        heights: list[tuple[float, str]] = []

        def seen(
            text: str, _: object, matrix: list[float], *__: object, into: list[tuple[float, str]] = heights
        ) -> None:
            if text.strip():
                into.append((matrix[5], text))

        page.extract_text(visitor_text=seen)
        assert heights
        assert all(float(page.mediabox.height) * 0.03 < y < float(page.mediabox.height) for y, _ in heights), (
            place,
            heights,
        )


def pypdf_slides(content: bytes) -> int:
    """How many slides a presentation has."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return sum(Path(name).match("ppt/slides/slide*.xml") for name in packed.namelist())
