"""Builds workbooks byte by byte, good and bad, and writes the small bad ones into items/.

Run `python -m tests.bad_input.build` after changing it. The files do not depend on the clock.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ITEMS = Path(__file__).parent / "items"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def worksheet(rows: str, after: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsx_parts(sheet: str, strings: str | None = None, **more: str) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet; `strings`: the inside of the shared strings."""
    kind = f"{_OFFICE}/"
    relations = f'<Relationship Id="r1" Type="{kind}worksheet" Target="worksheets/sheet1.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings is not None:
        relations += f'<Relationship Id="r2" Type="{kind}sharedStrings" Target="sharedStrings.xml"/>'
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
    return parts | more


def xlsx(sheet: str, strings: str | None = None) -> bytes:
    return zipped(xlsx_parts(sheet, strings))


def cells(row: int, *values: str) -> str:
    """A row of text cells; a value that begins with "<c " is taken as the cell's own XML."""
    made = "".join(
        value
        if value.startswith("<c ")
        else f'<c r="{chr(65 + at)}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        for at, value in enumerate(values)
    )
    return f'<row r="{row}">{made}</row>'


def xlsx_table(rows: Sequence[Sequence[str]], after: str = "") -> bytes:
    return xlsx(worksheet("".join(cells(at, *row) for at, row in enumerate(rows, 1)), after))


def ods(table: str, manifest: str = "", invisible: str = "") -> bytes:
    """A LibreOffice workbook; `table`: the inside of office:spreadsheet."""
    names = "".join(f' xmlns:{name}="{_OPEN}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            "content.xml": f"<office:document-content{names}>{invisible}<office:body><office:spreadsheet>{table}"
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def ods_row(*values: str, repeat: int = 1) -> str:
    made = "".join(
        value
        if value.startswith("<table:")
        else f"<table:table-cell><text:p>{escape(value)}</text:p></table:table-cell>"
        for value in values
    )
    return f'<table:table-row table:number-rows-repeated="{repeat}">{made}</table:table-row>'


def ods_table(rows: Sequence[Sequence[str]]) -> bytes:
    return ods(f'<table:table table:name="A">{"".join(ods_row(*row) for row in rows)}</table:table>')


def claiming(archive: bytes, part: str, size: int) -> bytes:
    """Let an archive's headers claim another unpacked size for a part."""
    name = part.encode()
    local, central = archive.index(name) - 30, archive.rindex(name) - 46
    changed = bytearray(archive)
    changed[local + 22 : local + 26] = changed[central + 24 : central + 28] = struct.pack("<L", size)
    return bytes(changed)


def with_password_flag(archive: bytes) -> bytes:
    changed = bytearray(archive)
    at = changed.index(b"PK\x01\x02")
    changed[at + 8] |= 1
    return bytes(changed)


HEAD = ("number", "text", "kind")
GOOD = ("1", "Delaktighet", "process")


def small() -> dict[str, bytes]:
    """Every small bad items file, for a plan with the kinds process and effect."""
    return _text_files() | _impostors() | _workbooks()


def _csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "".join(f"{line}\r\n" for line in ("number,text,kind", *lines)).encode(encoding)


def _text_files() -> dict[str, bytes]:
    first = "1,Delaktighet,process"
    swedish = "number,text,kind\r\n1,Självständig,process\r\n"
    return {
        "empty.csv": b"",
        "blank-lines.csv": b"\r\n \r\n;;\r\n".replace(b";;", b",,"),
        "no-items.csv": _csv(),
        "no-header.csv": b"1,Delaktighet,process\r\n2,Tillit,effect\r\n",
        "no-number-column.csv": b"text,kind\r\nTillit,process\r\n",
        "no-text-column.csv": b"number,kind\r\n1,process\r\n",
        "no-kind-column.csv": b"number,text\r\n1,Tillit\r\n",
        "double-column.csv": b"number,text,Text,kind\r\n1,a,b,process\r\n",
        "no-text.csv": _csv(first, "2,,effect"),
        "no-number.csv": _csv(first, ",Tillit,effect"),
        "number-zero.csv": _csv(first, "0,Tillit,effect"),
        "number-negative.csv": _csv(first, "-2,Tillit,effect"),
        "number-fraction.csv": _csv(first, '"2,5",Tillit,effect'),
        "number-word.csv": _csv(first, "två,Tillit,effect"),
        "number-huge.csv": _csv(first, "20000000000000000000,Tillit,effect"),
        "number-eastern.csv": _csv(first, "٢,Tillit,effect"),
        "number-twice.csv": _csv(first, "2,Tillit,effect", "1,Trygghet,effect"),
        "kind-unknown.csv": _csv(first, "2,Tillit,struktur"),
        "no-kind.csv": _csv(first, "2,Tillit,"),
        "unquoted-comma.csv": _csv(first, "2,Tillit, trygghet,effect"),
        "quote-open.csv": _csv(first, '2,"Tillit,effect', "3,Trygghet,effect"),
        "quote-then-text.csv": _csv(first, '2,"Tillit" till andra,effect'),
        "formula.csv": _csv(first, '2,"=HYPERLINK(""http://example.org"",""Tillit"")",effect'),
        "formula-command.csv": _csv(first, "2,=cmd|' /C calc'!A0,effect"),
        "formula-at.csv": _csv(first, "2,@SUM(A1:A9),effect"),
        "too-long-text.csv": _csv(first, f"2,{'Tillit ' * 750},effect"),
        "nul.csv": _csv(first, "2,Til\0lit,effect"),
        "utf-16-without-mark.csv": _csv(first, encoding="utf-16-le"),
        "utf-16-cut-off.csv": _csv(first, encoding="utf-16")[:-1],
        "broken-utf-8.csv": (swedish + "2,Förtroende,effect\r\n3,Tr").encode() + b"\xe5ng,effect\r\n",
        "not-windows-1252.csv": (swedish + "2,Fört").encode("cp1252") + b"\x8fr,effect\r\n",
    }


def _impostors() -> dict[str, bytes]:
    document = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}
    return {
        "picture.csv": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "document.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "web-page.xls": b"<html><table><tr><td>number</td></tr></table></html>",
        "old.xls": OLE + b"\x00" * 504 + "Workbook".encode("utf-16-le"),
        "locked.xlsx": OLE + b"\x00" * 504 + "EncryptedPackage".encode("utf-16-le"),
        "word.xlsx": zipped(document),
        "archive.xlsx": zipped({"items.csv": "number,text\n1,a\n"}),
        "binary.xlsx": zipped({"xl/workbook.bin": b"\x00"}),
        "noise.xlsx": bytes(range(256)) * 4,
    }


def _workbooks() -> dict[str, bytes]:
    good = xlsx_table([HEAD, GOOD])
    formula = '<c r="B3" t="str"><f>B2&amp;"!"</f><v>Delaktighet!</v></c>'
    far = '<c r="ZZZZZZZZZZZZ99999999999999"><v>1</v></c>'
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    merged = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
    spaces = '<table:table-cell><text:p><text:s text:c="400000000"/>x</text:p></table:table-cell>'
    start = '<table:table table:name="A">' + ods_row(*HEAD)
    return {
        "cut-off.xlsx": good[: len(good) * 2 // 3],
        "cut-in-the-middle.xlsx": good[:200] + good[400:],
        "password-on-parts.xlsx": with_password_flag(good),
        "lying-size.xlsx": claiming(good, "xl/worksheets/sheet1.xml", 40),
        "no-cells.xlsx": xlsx(worksheet("")),
        "no-sheet.xlsx": zipped(xlsx_parts(worksheet("")) | {"xl/workbook.xml": "<workbook/>"}),
        "broken-xml.xlsx": xlsx("<worksheet><sheetData><row>"),
        "unknown-encoding.xlsx": xlsx('<?xml version="1.0" encoding="HTF-8"?>' + worksheet("")),
        "doctype.xlsx": xlsx(laughs + worksheet(cells(1, *HEAD))),
        "formula.xlsx": xlsx_table([HEAD, GOOD, ("2", formula, "effect")]),
        "formula-numbers.xlsx": xlsx_table([HEAD, GOOD, ('<c r="A3"><f>A2+1</f><v>2</v></c>', "Tillit", "effect")]),
        "merged.xlsx": xlsx_table([HEAD, GOOD, ("2", "Tillit")], merged),
        "far-cell.xlsx": xlsx_table([HEAD, GOOD, (far,)]),
        "far-row.xlsx": xlsx(worksheet(cells(1, *HEAD) + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
        "far-column.xlsx": xlsx(worksheet(cells(1, *HEAD) + '<row r="2"><c r="XFD2"><v>1</v></c></row>')),
        "no-such-string.xlsx": xlsx(worksheet(cells(1, '<c r="A1" t="s"><v>7</v></c>')), "<si><t>a</t></si>"),
        "long-cell.xlsx": xlsx_table([HEAD, ("1", "x" * 40_000, "process")]),
        "locked.ods": ods("", '<file-entry><encryption-data checksum="x"/></file-entry>'),
        "no-table.ods": ods(""),
        "many-spaces.ods": ods(start + ods_row("1", spaces) + "</table:table>"),
        "many-rows.ods": ods(start + ods_row(*GOOD, repeat=1_048_000) + "</table:table>"),
        "less-than-no-rows.ods": ods(start + ods_row(*GOOD, repeat=-1) + "</table:table>"),
        "formula.ods": ods(
            start + ods_row("1", '<table:table-cell table:formula="of:=[.A1]"/>', "effect") + "</table:table>"
        ),
    }


def main() -> None:
    ITEMS.mkdir(exist_ok=True)
    for name, content in small().items():
        (ITEMS / name).write_bytes(content)


if __name__ == "__main__":
    main()
