"""Every PDF that is made is one to keep (PDF/A-2a) and to listen to (PDF/UA-1); and the checks see a fault."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from consensus.protocol import export
from consensus.protocol.cards import Sheets, Wifi, cards_pdf
from consensus.protocol.handout import Entry, Handout, pdf_of
from tests.consensus.protocol import making
from tests.consensus.protocol.pdf_checks import faults, walk

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1h-1z"/></svg>'
WORDS = dict.fromkeys(("first", "second", "by-hand", "password", "scan", "type", "note"), "Words")
DAY = date(2026, 4, 14)


@cache
def report(name: str, language: str) -> bytes:
    return export(making.whole(name, language), ".pdf")


def handout(language: str) -> bytes:
    record = making.whole("simple", language)
    said = {"for": ["It can be measured."], "against": ["Not yet."]}
    (round,) = record.plan.rounds
    entries = tuple(Entry(item, (record.replayed.rounds[0].item(item.number), round), said) for item in record.items)
    return pdf_of(Handout(record.title, language, DAY, round, entries))


def cards(language: str, wifi: Wifi | None = None) -> bytes:
    stacks = [("Kommunen", [(f"ABCD-{n}", SQUARE) for n in range(11)]), ("", [("EFGH", SQUARE)])]
    return cards_pdf(Sheets("Ett samråd", language, "http://192.168.1.5:5000", stacks, WORDS, DAY, wifi))


MADE: dict[str, Callable[[str], bytes]] = {
    **{f"report, {name}": lambda lang, name=name: report(name, lang) for name in making.KINDS},
    "handout": handout,
    "cards": cards,
    "cards with Wi-Fi": lambda lang: cards(lang, Wifi("Gäst", "hemligt", SQUARE)),
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("what", MADE)
def test_no_pdf_has_a_fault(what: str, language: str) -> None:
    assert faults(MADE[what](language)) == []


def test_the_structure_tells_what_there_is_to_see() -> None:
    root = PdfReader(io.BytesIO(report("two kinds", "sv"))).trailer["/Root"]["/StructTreeRoot"]
    roles = {key[1:]: str(value)[1:] for key, value in root.get("/RoleMap", {}).items()}
    names = [name for name, _, _ in walk(root, roles)]
    assert names[0] == "Document"
    assert names.count("Figure") == 3
    assert names.count("Table") >= 6
    assert {"H1", "H2", "L", "LI", "LBody", "TH", "TD"} <= set(names)


def _root(writer: PdfWriter) -> Any:
    return writer._root_object


def _first(writer: PdfWriter, name: str) -> Any:
    root = _root(writer)["/StructTreeRoot"].get_object()
    roles = {key[1:]: str(value)[1:] for key, value in root.get("/RoleMap", {}).items()}
    return next(node for known, _, node in walk(root, roles) if known == name)


def _font(writer: PdfWriter) -> Any:
    return next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()


def _paint(writer: PdfWriter) -> None:
    """A line that is neither content nor artifact."""
    stray = DecodedStreamObject()
    stray.set_data(b"0 0 m 100 100 l S")
    page = writer.pages[0]
    before = page[NameObject("/Contents")]
    page[NameObject("/Contents")] = ArrayObject([before.indirect_reference, writer._add_object(stray)])


def _link(writer: PdfWriter) -> None:
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/F"): NumberObject(4)})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def _script(writer: PdfWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    _root(writer)[NameObject("/OpenAction")] = DictionaryObject(script)


def _heading(writer: PdfWriter) -> None:
    _first(writer, "H1")[NameObject("/S")] = NameObject("/H3")


def _cell(writer: PdfWriter) -> None:
    row = _first(writer, "TR")
    row[NameObject("/K")] = ArrayObject(list(row["/K"])[:-1])


def _scope(writer: PdfWriter) -> None:
    del _first(writer, "TH")["/A"]


def _unmarked(writer: PdfWriter) -> None:
    _root(writer)[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(False)})


#: what is done to a good report, and what is then found
SPOILT: dict[str, tuple[Callable[[PdfWriter], Any], str]] = {
    "no language": (lambda w: _root(w).pop("/Lang"), "no language is set"),
    "not tagged": (_unmarked, "the document is not marked as tagged"),
    "no structure": (lambda w: _root(w).pop("/StructTreeRoot"), "there is no structure"),
    "no title shown": (lambda w: _root(w).pop("/ViewerPreferences"), "the title is not to be shown"),
    "no colours": (lambda w: _root(w).pop("/OutputIntents"), "there are 0 output intents for PDF/A, not one"),
    "no metadata": (lambda w: _root(w).pop("/Metadata"), "there is no XMP"),
    "no letters": (lambda w: _font(w).pop("/ToUnicode"), "does not tell which letters its glyphs are"),
    "no font": (
        lambda w: _font(w)["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object().pop("/FontFile3"),
        "is not embedded",
    ),
    "stray line": (_paint, "page 1: S paints what is neither content nor artifact"),
    "mute picture": (lambda w: _first(w, "Figure").pop("/Alt"), "a Figure has no text in its place"),
    "mute link": (_link, "page 1: a link does not say where it leads"),
    "script": (_script, "there is an action /JavaScript"),
    "order": (lambda w: w.pages[0].pop("/Tabs"), "page 1: the order of links is not the structure's"),
    "heading": (_heading, "the first heading is not of level 1"),
    "cells": (_cell, "the rows of a table are of"),
    "scope": (_scope, "a TH does not say what it heads"),
    "marks": (lambda w: w.pages[0].pop("/StructParents"), "is not in the structure"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_spoilt_is_found(what: str) -> None:
    spoil, said = SPOILT[what]
    writer = PdfWriter(clone_from=io.BytesIO(report("two kinds", "en")))
    spoil(writer)
    out = io.BytesIO()
    writer.write(out)
    assert any(said in fault for fault in faults(out.getvalue())), faults(out.getvalue())
