"""What Word, Excel and PowerPoint ask of a file beyond what the libraries look at that read it: `faults` names each."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as etree

TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CORE = {
    "title": "{http://purl.org/dc/elements/1.1/}title",
    "author": "{http://purl.org/dc/elements/1.1/}creator",
    "language": "{http://purl.org/dc/elements/1.1/}language",
}

Parts = Mapping[str, bytes]


def faults(content: bytes) -> list[str]:
    """Every fault found, a sentence each."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        parts = {name: packed.read(name) for name in names}
    found = [f"{name} stands twice" for name in set(names) if names.count(name) > 1]
    trees = {name: etree.fromstring(part) for name, part in parts.items() if name.endswith((".xml", ".rels"))}
    return [
        *found,
        *_types(parts, trees["[Content_Types].xml"]),
        *_relations(parts, trees),
        *_properties(trees["docProps/core.xml"]),
        *(fault for name, tree in trees.items() for fault in _part(name, tree)),
    ]


def _types(parts: Parts, types: etree.Element) -> Iterator[str]:
    endings = {str(one.get("Extension")).lower() for one in types.iter(f"{TYPES}Default")}
    named = {str(one.get("PartName")).lstrip("/") for one in types.iter(f"{TYPES}Override")}
    yield from (f"{name} is named and not there" for name in named - parts.keys())
    for name in parts.keys() - named - {"[Content_Types].xml"}:
        if name.rpartition(".")[2].lower() not in endings:
            yield f"nothing says what {name} is"


def _relations(parts: Parts, trees: Mapping[str, etree.Element]) -> Iterator[str]:
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        source, known = folder + file.removesuffix(".rels"), set()
        for one in tree.iter(RELATIONS):
            target = str(one.get("Target") or "")
            if one.get("Id") in known:
                yield f"{name}: {one.get('Id')} stands twice"
            known.add(one.get("Id"))
            if one.get("TargetMode") == "External":
                yield f"{name}: {target} lies outside the file"
            elif not parts.get(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")):
                yield f"{name}: {one.get('Id')} leads to {target or 'nothing'}, which is not there or empty"
        if source in trees:
            used = {v for e in trees[source].iter() for k, v in e.attrib.items() if str(k).startswith(REFERENCE) and v}
            yield from (f"{source}: {id} leads nowhere" for id in used - known)


def _properties(core: etree.Element) -> Iterator[str]:
    for name, tag in CORE.items():
        if not core.findtext(tag):
            yield f"the document has no {name}"


def _part(name: str, tree: etree.Element) -> Iterator[str]:
    if name.startswith("word/"):
        yield from _word(name, tree)
    if re.fullmatch(r"ppt/slides/slide[0-9]+\.xml", name):
        yield from _slide(name, tree)
    if name.startswith("xl/worksheets/"):
        yield from _sheet(name, tree)


def _word(name: str, tree: etree.Element) -> Iterator[str]:
    drawn = [one.get("id") for one in tree.iter(DRAWN)]
    if len(set(drawn)) != len(drawn):
        yield f"{name}: two pictures have one number"
    yield from (f"{name}: a picture has no text in its place" for one in tree.iter(DRAWN) if not one.get("descr"))
    for cell in tree.iter(f"{WORD}tc"):
        if len(cell) == 0 or cell[-1].tag != f"{WORD}p":
            yield f"{name}: a cell does not end with a paragraph"
    for table in tree.iter(f"{WORD}tbl"):
        first = table.find(f"{WORD}tr")
        if first is None or first.find(f"{WORD}trPr/{WORD}tblHeader") is None:
            yield f"{name}: the first row of a table is not marked as its header"
        columns = len(table.findall(f"{WORD}tblGrid/{WORD}gridCol"))
        if any(len(row.findall(f"{WORD}tc")) != columns for row in table.iter(f"{WORD}tr")):
            yield f"{name}: a row has another number of cells than its table"


def _slide(name: str, tree: etree.Element) -> Iterator[str]:
    shapes = list(tree.iter(f"{SLIDE}cNvPr"))
    ids = [one.get("id") for one in shapes]
    if len(set(ids)) != len(ids):
        yield f"{name}: two shapes have one number"
    for kind in ("nvPicPr", "nvGraphicFramePr"):
        for one in tree.iter(f"{SLIDE}{kind}"):
            described = one.find(f"{SLIDE}cNvPr")
            if described is None or not described.get("descr"):
                yield f"{name}: a picture or table has no text in its place"


def _sheet(name: str, tree: etree.Element) -> Iterator[str]:
    if tree.find(f"{SHEET}sheetPr/{SHEET}pageSetUpPr") is None or tree.find(f"{SHEET}pageSetup") is None:
        yield f"{name}: nothing says how it is printed"
    elif tree.find(f"{SHEET}pageSetup").get("orientation") != "landscape":
        yield f"{name}: it is not printed across"
    rows = [int(row.get("r", 0)) for row in tree.iter(f"{SHEET}row")]
    if rows != sorted(set(rows)):
        yield f"{name}: rows are out of order"
    for row in tree.iter(f"{SHEET}row"):
        cells = [re.sub("[0-9]", "", str(cell.get("r"))) for cell in row]
        if cells != sorted(set(cells), key=lambda letters: (len(letters), letters)):
            yield f"{name}: cells are out of order"
    if tree.find(f".//{SHEET}f") is not None:
        yield f"{name}: there is a formula"
