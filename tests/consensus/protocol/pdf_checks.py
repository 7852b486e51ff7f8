"""What PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) ask of a file, as far as pypdf can look: `faults` names each.

No validator can be installed here, so these are the checks that stand in for one; docs/decisions/pdf.md lists them, and
what only a validator would find.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, StreamObject

SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdfa": "http://www.aiim.org/pdfa/ns/id/",
    "pdfua": "http://www.aiim.org/pdfua/ns/id/",
}
ELEMENTS = """
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
Figure Formula Form
"""
STANDARD = frozenset(ELEMENTS.split())
#: an element -> what may hold it
HOLDERS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "LBody": {"LI"},
}
#: and what it may hold, where that is not everything
HELD = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
}
FORBIDDEN_KEYS = {"/JavaScript", "/JS", "/AA", "/OPI", "/PS", "/TR", "/HTP", "/Alternates", "/NeedsRendering", "/XFA"}
ACTIONS = "/Launch /Sound /Movie /ResetForm /ImportData /Hide /SetOCGState /Rendition /Trans /GoTo3DView /JavaScript"
OPERATORS = "Tj TJ ' \" f F f* B B* b b* S s sh Do EI"
PAINTING = frozenset(OPERATORS.split()) | {"INLINE IMAGE"}
SHOWING = {"Tj", "TJ", "'", '"'}
DEEPEST = 28  # q within q


def faults(content: bytes) -> list[str]:
    """Every fault found, a sentence each; nothing for a file that both standards take."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    root = reader.trailer["/Root"].get_object()
    return [
        *_file(content, reader),
        *_metadata(reader, root),
        *_colour(root),
        *_catalog(root),
        *_objects(reader),
        *_fonts(reader),
        *_pages(reader, root),
        *_structure(root),
    ]


def _file(content: bytes, reader: PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7][\r\n]+%[\x80-\xff]{4}", content):
        yield "the file does not begin with a version of PDF 1 and a comment of four high bytes"
    if not re.search(rb"%%EOF[\r\n]*$", content):
        yield "something follows the end of the file"
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        yield "the file is encrypted"
    if len(reader.trailer.get("/ID", ())) != 2:
        yield "the file has no identifier"


def _metadata(reader: PdfReader, root: Any) -> Iterator[str]:
    if "/Metadata" not in root:
        yield "there is no XMP"
        return
    tree = ElementTree.fromstring(root["/Metadata"].get_data())
    said = {
        "pdfa:part": "2",
        "pdfa:conformance": "A",
        "pdfua:part": "1",
    }
    for name, wanted in said.items():
        if _xmp(tree, name) != wanted:
            yield f"XMP says {name} {_xmp(tree, name)}, not {wanted}"
    title = " ".join("".join(one.itertext()) for one in tree.iter(f"{{{SPACES['dc']}}}title")).strip()
    if not title:
        yield "XMP has no title"
    if title != str((reader.metadata or {}).get("/Title", "")).strip():
        yield "the title in XMP is another than the document's"


def _xmp(tree: ElementTree.Element, name: str) -> str | None:
    """A property of the XMP, as an element or an attribute."""
    space, _, local = name.partition(":")
    tag = f"{{{SPACES[space]}}}{local}"
    for element in tree.iter():
        if element.tag == tag:
            return (element.text or "").strip()
        if tag in element.attrib:
            return element.attrib[tag]
    return None


def _colour(root: Any) -> Iterator[str]:
    intents = [one.get_object() for one in root.get("/OutputIntents", ())]
    intents = [one for one in intents if one.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield f"there are {len(intents)} output intents for PDF/A, not one"
    for intent in intents:
        profile = intent["/DestOutputProfile"].get_object()
        content = profile.get_data()
        if content[36:40] != b"acsp" or content[8] > 4:
            yield "the output intent's profile is no ICC profile of version 2 to 4"
        if profile["/N"] != {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}.get(content[16:20]):
            yield "the output intent's profile has another number of colours than it says"


def _catalog(root: Any) -> Iterator[str]:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", str(root.get("/Lang", ""))):
        yield "no language is set"
    marks = root.get("/MarkInfo", {})
    if str(marks.get("/Marked")) != "True" or str(marks.get("/Suspects", False)) == "True":
        yield "the document is not marked as tagged"
    if "/StructTreeRoot" not in root:
        yield "there is no structure"
    if str(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")) != "True":
        yield "the title is not to be shown"
    for key in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/Requirements", "/Collection"):
        if key in root:
            yield f"the catalog has {key}"
    names = root.get("/Names", {})
    for key in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations"):
        if key in names:
            yield f"the names have {key}"


def _every(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file, and what stands in it directly."""
    waiting = [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [part for part in one.values() if isinstance(part, DictionaryObject | ArrayObject)]
        elif isinstance(one, ArrayObject):
            waiting += [part for part in one if isinstance(part, DictionaryObject | ArrayObject)]


def _objects(reader: PdfReader) -> Iterator[str]:
    for one in _every(reader):
        for key in FORBIDDEN_KEYS & one.keys():
            yield f"an object has {key}"
        if one.get("/S") in ACTIONS.split():
            yield f"there is an action {one['/S']}"
        if isinstance(one, StreamObject):
            filters = one.get("/Filter", [])
            if "/LZWDecode" in (filters if isinstance(filters, list) else [filters]):
                yield "a stream is packed with LZW"
            if {"/F", "/FFilter", "/FDecodeParms"} & one.keys():
                yield "a stream lies outside the file"
        if one.get("/Subtype") == "/Image" and str(one.get("/Interpolate")) == "True":
            yield "a picture is to be smoothed"


def _fonts(reader: PdfReader) -> Iterator[str]:
    for font in _every(reader):
        if font.get("/Type") != "/Font" or str(font.get("/Subtype")).startswith("/CIDFont"):
            continue
        name = font.get("/BaseFont", "a font")
        if "/ToUnicode" not in font:
            yield f"{name} does not tell which letters its glyphs are"
        for code, text in unicode_of(font).items():
            if not text or set(text) & set("\0\ufeff\ufffe") or any("\ue000" <= letter <= "\uf8ff" for letter in text):
                yield f"{name}: glyph {code} is no letter"
        if font["/Subtype"] == "/Type3":
            continue
        inner = font["/DescendantFonts"][0].get_object() if font["/Subtype"] == "/Type0" else font
        described = inner.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & described.keys():
            yield f"{name} is not embedded"
        if font["/Subtype"] == "/Type0":
            if font["/Encoding"] not in ("/Identity-H", "/Identity-V"):
                yield f"{name} has an encoding of its own"
            if inner["/Subtype"] == "/CIDFontType2" and "/CIDToGIDMap" not in inner:
                yield f"{name} does not tell which glyph a letter has"


def unicode_of(font: Any) -> dict[int, str]:
    """Code of a glyph -> the letters that it is, as a font's ToUnicode has it."""
    if "/ToUnicode" not in font:
        return {}
    text = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            found[int(code, 16)] = _letters(letters)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        for low, high, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            first = _letters(letters)
            for place, code in enumerate(range(int(low, 16), int(high, 16) + 1)):
                found[code] = first[:-1] + chr(ord(first[-1]) + place)
        for low, _, several in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*\[(.*?)\]", block, re.DOTALL):
            for place, letters in enumerate(re.findall(r"<([0-9A-Fa-f]*)>", several)):
                found[int(low, 16) + place] = _letters(letters)
    return found


def _letters(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be", "surrogatepass")


def _pages(reader: PdfReader, root: Any) -> Iterator[str]:
    parents = dict(_numbers(root.get("/StructTreeRoot", {}).get("/ParentTree", {})))
    for place, page in enumerate(reader.pages, start=1):
        if page.get("/Tabs") != "/S":
            yield f"page {place}: the order of links is not the structure's"
        for annotation in (one.get_object() for one in page.get("/Annots", ())):
            yield from _annotation(annotation, place)
        marked = yield from _painted(page, reader, f"page {place}")
        held = parents.get(int(page.get("/StructParents", -1)), [])
        for mark in marked:
            if mark >= len(held) or held[mark].get_object() is None:
                yield f"page {place}: what is marked {mark} is not in the structure"


def _annotation(one: Any, place: int) -> Iterator[str]:
    if "/StructParent" not in one and one.get("/Subtype") != "/Popup":
        yield f"page {place}: an annotation is not in the structure"
    if one.get("/Subtype") == "/Link" and not one.get("/Contents"):
        yield f"page {place}: a link does not say where it leads"
    if int(one.get("/F", 0)) & 0b100011 or not int(one.get("/F", 0)) & 0b100:
        yield f"page {place}: an annotation is hidden or is not printed"


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    """A tree of numbers, flat."""
    numbers = tree.get("/Nums", [])
    for at in range(0, len(numbers), 2):
        yield int(numbers[at]), numbers[at + 1].get_object()
    for kid in tree.get("/Kids", ()):
        yield from _numbers(kid.get_object())


def _painted(page: Any, reader: PdfReader, name: str) -> Iterator[str]:
    """Whether all that is painted is content of the structure or an artifact; returns the marks of the structure."""
    fonts = {key: unicode_of(font.get_object()) for key, font in page["/Resources"].get("/Font", {}).items()}
    contents = page.get_contents()
    open_marks: list[tuple[str, int | None]] = []
    marks: list[int] = []
    depth, font = 0, ""
    for operands, operator in ContentStream(contents, reader).operations if contents is not None else ():
        op = operator.decode("latin-1")
        depth += {"q": 1, "Q": -1}.get(op, 0)
        if depth > DEEPEST:
            yield f"{name}: states are nested deeper than {DEEPEST}"
        if op in ("BDC", "BMC"):
            mark = _mark(operands, page)
            open_marks.append((str(operands[0]), mark))
            marks += [mark] if mark is not None else []
        elif op == "EMC":
            open_marks.pop()
        elif op == "Tf":
            font = str(operands[0])
        elif op in ("k", "K"):
            yield f"{name}: a colour is in CMYK"
        if op in PAINTING and not any(tag == "/Artifact" or mark is not None for tag, mark in open_marks):
            yield f"{name}: {op} paints what is neither content nor artifact"
        if op in SHOWING:
            yield from _shown(operands, fonts.get(font, {}), f"{name}, {font}")
    if open_marks:
        yield f"{name}: a mark is not closed"
    if len(set(marks)) != len(marks):
        yield f"{name}: a mark stands twice"
    return marks


def _mark(operands: Any, page: Any) -> int | None:
    """The number that ties marked content to the structure."""
    if len(operands) < 2:
        return None
    about = operands[1]
    if not isinstance(about, dict):
        about = page["/Resources"].get("/Properties", {}).get(about, {}).get_object()
    return int(about["/MCID"]) if "/MCID" in about else None


def _shown(operands: Any, known: dict[int, str], name: str) -> Iterator[str]:
    """Whether each glyph that is shown is there, and is a letter."""
    parts = operands[-1] if isinstance(operands[-1], list) else [operands[-1]]
    for part in parts:
        if isinstance(part, int | float):
            continue
        content = getattr(part, "original_bytes", part)
        for at in range(0, len(content) - 1, 2):
            code = int.from_bytes(content[at : at + 2], "big")
            if code == 0 or code not in known:
                yield f"{name}: glyph {code} is shown and is no letter"


def _structure(root: Any) -> Iterator[str]:
    if "/StructTreeRoot" not in root:
        return
    tree = root["/StructTreeRoot"].get_object()
    roles = {key[1:]: str(value)[1:] for key, value in tree.get("/RoleMap", {}).items()}
    nodes = list(walk(tree, roles))
    for name, holder, node in nodes:
        yield from _element(name, holder, node, roles)
    levels = [int(name[1:]) for name, _, _ in nodes if re.fullmatch("H[1-6]", name)]
    if not levels or levels[0] != 1:
        yield "the first heading is not of level 1"
    for before, level in pairwise(levels):
        if level > before + 1:
            yield f"a heading of level {level} follows one of level {before}"


def walk(tree: Any, roles: dict[str, str]) -> Iterator[tuple[str, str, Any]]:
    """Each element in its order: its standard name, that of what holds it, itself."""

    def inner(node: Any, holder: str) -> Iterator[tuple[str, str, Any]]:
        node = node.get_object()
        for kid in node if isinstance(node, list) else [node]:
            kid = kid.get_object()
            if not isinstance(kid, dict):
                continue
            name = str(kid.get("/S", ""))[1:]
            name = roles.get(name, name)
            if name:
                yield name, holder, kid
            if "/K" in kid and (name or kid is tree):
                yield from inner(kid["/K"], name or holder)

    yield from inner(tree["/K"], "")


def _element(name: str, holder: str, node: Any, roles: dict[str, str]) -> Iterator[str]:
    if name not in STANDARD:
        yield f"{name} is no element that a reader knows"
    if name in HOLDERS and holder not in HOLDERS[name]:
        yield f"{name} stands in {holder or 'nothing'}"
    if name in ("Figure", "Formula") and not str(node.get("/Alt", node.get("/ActualText", ""))).strip():
        yield f"a {name} has no text in its place"
    kids = [
        kid for kid, within, _ in walk(DictionaryObject({"/K": node.get("/K", ArrayObject())}), roles) if not within
    ]
    if name in HELD:
        for kid in set(kids) - HELD[name]:
            yield f"{name} holds {kid}"
    if name == "TH" and _attribute(node, "/Scope") not in ("/Column", "/Row", "/Both"):
        yield "a TH does not say what it heads"
    if name == "Table":
        yield from _table(node, roles)


def _table(node: Any, roles: dict[str, str]) -> Iterator[str]:
    rows: list[int] = []
    headed = False
    for name, _, cell in walk(DictionaryObject({"/K": node["/K"]}), roles):
        if name == "TR":
            rows.append(0)
        if name in ("TH", "TD") and rows:
            rows[-1] += int(_attribute(cell, "/ColSpan") or 1)
            headed = headed or name == "TH"
    if not headed:
        yield "a table has no TH"
    if len(set(rows)) > 1:
        yield f"the rows of a table are of {sorted(set(rows))} cells"


def _attribute(node: Any, name: str) -> Any:
    found = node.get("/A", DictionaryObject()).get_object()
    for part in found if isinstance(found, list) else [found]:
        part = part.get_object()
        if isinstance(part, dict) and name in part:
            return part[name]
    return None
