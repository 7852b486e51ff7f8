"""Tables from files: every dialect reads the same, and no file costs more than its limits."""

from __future__ import annotations

import codecs
import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consensus.errors import BadInput
from consensus.sheets import (
    BadSheet,
    Dialect,
    Limits,
    Merged,
    Sheet,
    columns,
    read_csv_dialect,
    read_sheet,
    read_text,
    records,
)
from consensus.sheets.csv_file import RECORD_CHARS
from consensus.sheets.header import NAMES, meaning
from consensus.sheets.problem import letter
from tests.bad_input.build import (
    cells,
    claiming,
    ods,
    ods_row,
    ods_table,
    worksheet,
    xlsx,
    xlsx_parts,
    xlsx_table,
    zipped,
)

Rows = list[list[str]]
HEADER = ["number", "text", "kind"]


def cells_of(sheet: Sheet) -> Rows:
    """Header and rows, each as wide as the header."""
    rows = [list(sheet.columns), *(row.cells for row in sheet.rows)]
    return [row + [""] * (len(sheet.columns) - len(row)) for row in rows]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    text = io.StringIO()
    # The writer leaves "\n" unquoted where the line ends are "\r".
    always = end == "\r"
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    )
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def refusal(source: bytes | Path, limits: Limits | None = None, name: str = "items.csv") -> BadSheet:
    with pytest.raises(BadSheet) as caught:
        read_sheet(source, name, limits)
    assert "\n" not in str(caught.value)
    return caught.value


def place(source: bytes | Path, limits: Limits | None = None) -> tuple[str, int | None, str | None]:
    finding = refusal(source, limits).finding
    return finding.code, finding.row, finding.column


# How long an example takes depends on the machine and what else it does.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Every dialect.

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n,;\t\"'å"), min_size=1)
WINDOWS = st.text(st.sampled_from("abc åäöÅÄÖé,;\t\"'\n0123"), min_size=1)


def table(cell: st.SearchStrategy[str]) -> st.SearchStrategy[Rows]:
    filled = cell.filter(lambda text: bool(text.strip()))
    row = st.tuples(st.integers(1, 999).map(str), cell | st.just(""), filled).map(list)
    return st.lists(row, min_size=1, max_size=6).map(lambda rows: [HEADER, *rows])


ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])


@given(table(TEXT), st.sampled_from(",;\t"), ENCODINGS, st.sampled_from(["\r\n", "\n", "\r"]))
@CALM
@example([HEADER, ["1", "\ufeff", "a"]], ",", "utf-8", "\n")
def test_csv_reads_back_in_every_dialect(rows: Rows, delimiter: str, encoding: str, end: str) -> None:
    assert cells_of(read_sheet(written(rows, delimiter, encoding, end))) == rows


@given(table(WINDOWS), st.sampled_from(",;\t"))
@CALM
def test_csv_reads_back_from_windows_1252(rows: Rows, delimiter: str) -> None:
    assert cells_of(read_sheet(written(rows, delimiter, "cp1252"))) == rows


@given(table(TEXT))
@CALM
def test_xlsx_reads_back_and_as_another_library_reads_it(rows: Rows) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, line in enumerate(rows, 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(row, column, "x")
            cell.value, cell.data_type = text, "s"  # text, even where it begins with "="
    stream = io.BytesIO()
    book.save(stream)
    read = cells_of(read_sheet(stream.getvalue()))
    other = python_calamine.load_workbook(io.BytesIO(stream.getvalue())).get_sheet_by_index(0)
    assert read == other.to_python(skip_empty_area=False)
    assert read == rows


@given(table(TEXT.filter(lambda text: text == " ".join(text.split()))))
@CALM
def test_ods_reads_back(rows: Rows) -> None:
    assert cells_of(read_sheet(ods_table(rows))) == rows


def test_excels_line_that_names_the_separator_is_no_row() -> None:
    sheet = read_sheet(b"sep=;\r\nnr;text\r\n1;a,b\r\n")
    assert (sheet.header_row, cells_of(sheet)) == (1, [["nr", "text"], ["1", "a,b"]])


def test_the_separator_is_the_one_that_gives_known_columns() -> None:
    assert read_sheet(b"nr;text, long, longer\n1;a").columns == ("nr", "text, long, longer")


def test_rows_count_as_in_a_spreadsheet() -> None:
    sheet = read_sheet(b'number,text\r\n1,"two\r\nlines"\r\n\r\n,,\r\n2,b\r\n\r\n')
    assert [row.number for row in sheet.rows] == [2, 5]
    assert sheet.blank == (3, 4)


def test_the_header_is_the_first_row_with_anything_in_it() -> None:
    sheet = read_sheet(b"\r\n\r\nnumber,text\r\n1,a\r\n")
    assert (sheet.header_row, sheet.columns, sheet.rows[0].number) == (3, ("number", "text"), 4)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("number,text\n1,å\n".encode(), Dialect("utf-8", ",")),
        ("number;text\n1;å\n".encode("cp1252"), Dialect("cp1252", ";")),
        (codecs.BOM_UTF8 + b"number\ttext\n", Dialect("utf-8-sig", "\t")),
        ("number;text\n".encode("utf-16"), Dialect("utf-16", ";")),
        (b"sep=;\nnumber;text\n", Dialect("utf-8", ";", 1)),
    ],
)
def test_a_dialect_is_found_without_reading_rows(tmp_path: Path, content: bytes, expected: Dialect) -> None:
    path = tmp_path / "ballots.csv"
    path.write_bytes(content)
    assert read_csv_dialect(path) == expected


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"", None),
        (b"number,text\n1,a\n2,\0\n", 3),
        ("number,text\n1,å\n2,ä\n3,".encode() + b"\xe5\n", 4),
        ("number,text\n1,å\n2,".encode("cp1252") + b"\x81\n", 3),
    ],
)
def test_a_dialect_that_cannot_be_read_names_the_line(tmp_path: Path, content: bytes, row: int | None) -> None:
    path = tmp_path / "ballots.csv"
    path.write_bytes(content)
    with pytest.raises(BadSheet) as caught:
        read_csv_dialect(path)
    assert caught.value.finding.row == row


@given(st.lists(st.sampled_from("aå€𝄞\n"), max_size=12).map("".join), st.integers(1, 9))
@CALM
def test_encoding_does_not_depend_on_where_chunks_end(text: str, size: int) -> None:
    from consensus.sheets import csv_file

    content = text.encode()
    counts = csv_file._Bytes()
    for at in range(0, len(content), size):
        counts.take(content[at : at + size])
    counts.end()
    assert counts.broken == 0
    assert counts.well_formed == sum(1 for char in text if not char.isascii())


# Workbooks.


def book(fill: Callable[[openpyxl.Workbook], None]) -> Sheet:
    made = openpyxl.Workbook()
    fill(made)
    stream = io.BytesIO()
    made.save(stream)
    return read_sheet(stream.getvalue(), "items.xlsx")


def test_numbers_dates_and_truth_are_shown_as_people_write_them() -> None:
    import datetime

    def fill(made: openpyxl.Workbook) -> None:
        made.worksheets[0].append(["a", "b", "c", "d", "e", "f"])
        moment = datetime.datetime(2014, 4, 10, 9, 30)
        made.worksheets[0].append([3, 2.5, 1e20, True, datetime.date(2014, 4, 10), moment])

    assert book(fill).rows[0].cells == ["3", "2.5", "1e+20", "TRUE", "2014-04-10", "2014-04-10 09:30:00"]


def test_a_formula_is_told_from_its_cached_value() -> None:
    made = '<c r="B2" t="str"><f>A2</f><v>cached</v></c>'
    sheet = read_sheet(xlsx_table([HEADER, ["1", made]]))
    assert sheet.rows[0].cells == ["1", "cached"]
    assert sheet.formulas == {(2, 1): "=A2"}


def test_merges_hidden_rows_and_further_sheets_are_told() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.worksheets[0]
        for row in (HEADER, ["1", "a", "x"], ["2", "b", ""]):
            sheet.append(row)
        sheet.merge_cells("C2:C3")
        sheet.row_dimensions[3].hidden = True
        made.create_sheet("Svar")

    sheet = book(fill)
    assert (sheet.merged, sheet.hidden, sheet.others) == ((Merged(2, 2, 3, 2),), (3,), ("Svar",))


def test_the_first_visible_sheet_is_read() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.worksheets[0].append(["hidden"])
        made.worksheets[0].sheet_state = "hidden"
        made.create_sheet("Visible").append(["shown"])

    assert book(fill).columns == ("shown",)


def test_rich_text_is_joined_and_reading_aids_are_left_out() -> None:
    strings = "<si><r><t>fet</t></r><r><t xml:space='preserve'> text</t></r><rPh><t>aid</t></rPh></si>"
    assert read_sheet(xlsx(worksheet('<row><c t="s"><v>0</v></c></row>'), strings)).columns == ("fet text",)


def test_cells_without_a_place_follow_each_other() -> None:
    sheet = read_sheet(xlsx(worksheet("<row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c><v>3</v></c></row>")))
    assert (sheet.columns, sheet.rows[0]) == (("1", "2"), (4, ["3"]))


def test_repeated_and_empty_cells_of_libreoffice_stand_where_they_stand() -> None:
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    twice = '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
    last = ods_row('<table:table-cell table:number-columns-repeated="16384"/>', repeat=1_048_570)
    rows = ods_row("a", "b", "c", "d") + ods_row(empty, repeat=2) + ods_row(empty, twice, repeat=2) + last
    sheet = read_sheet(ods(f'<table:table table:name="A">{rows}</table:table>'))
    assert [tuple(row) for row in sheet.rows] == [(4, ["", "", "x", "x"]), (5, ["", "", "x", "x"])]
    assert sheet.blank == (2, 3)


def test_notes_of_libreoffice_are_not_text() -> None:
    cell = (
        "<table:table-cell><office:annotation><text:p>note</text:p></office:annotation>"
        '<text:p>one<text:s text:c="2"/><text:span>two</text:span></text:p><text:p>three</text:p></table:table-cell>'
    )
    assert read_sheet(ods(f"<table:table>{ods_row(cell)}</table:table>")).columns == ("one  two\nthree",)


# Columns.


@pytest.mark.parametrize("column", NAMES)
def test_every_name_of_a_column_is_known_whatever_its_case_and_spaces(column: str) -> None:
    assert all(meaning(f"  {name.upper()} ") == column for name in NAMES[column])


def test_no_name_means_two_columns() -> None:
    names = [name for names in NAMES.values() for name in names]
    assert len(names) == len(set(names))


def test_columns_are_found_in_swedish() -> None:
    sheet = read_sheet("Omröstning;Nr.;Valsedel;Röst\nP1;1;a;yes\n".encode("cp1252"))
    wanted = ("round", "number", "paper", "choice", "group")
    assert columns(sheet, wanted, wanted[:4]) == {"round": 0, "number": 1, "paper": 2, "choice": 3}
    assert list(records(sheet, wanted)) == [
        (2, {"round": "P1", "number": "1", "paper": "a", "choice": "yes", "group": ""})
    ]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"round,seed\n", "missing-column", 1),
        (b"round,number,nr\n", "double-column", 1),
        (b"round,number\nP1,1\nP1,2,3\n", "extra-cells", 3),
        (xlsx_table([["round", "number"], ["P1", '<c r="B2"><f>1</f></c>']]), "formula", 2),
    ],
)
def test_records_refuse_what_does_not_fit(content: bytes, code: str, row: int) -> None:
    with pytest.raises(BadSheet) as caught:
        list(records(read_sheet(content, "lots.csv"), ("round", "number"), ("round", "number")))
    assert (caught.value.finding.code, caught.value.finding.row) == (code, row)


def test_columns_have_the_letters_of_spreadsheets() -> None:
    assert [letter(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


# Pasted.


def test_a_paste_with_bare_quotation_marks_is_read_as_it_stands() -> None:
    assert cells_of(read_text('nr\ttext\n1\t"Hej" sa hon\n2\tb')) == [["nr", "text"], ["1", '"Hej" sa hon'], ["2", "b"]]


def test_a_paste_with_a_line_break_in_a_cell_is_read() -> None:
    assert cells_of(read_text('nr\ttext\r\n1\t"rad 1\nrad 2"\r\n')) == [["nr", "text"], ["1", "rad 1\nrad 2"]]


# Refusals.


def test_a_refusal_says_the_same_in_swedish() -> None:
    finding = refusal(b'number,text\n1,"a').finding
    assert finding.message("en").startswith("Row 2: a quotation mark is opened")
    assert finding.message("sv").startswith("Rad 2: ett citattecken öppnas")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").finding.code == "no-file"
    assert refusal(tmp_path).finding.code == "no-file"
    assert refusal(Path("a\0b")).finding.code == "no-file"


def test_a_name_cannot_break_the_line() -> None:
    assert str(refusal(b"", name="a\nb\x1b[31m.csv")).startswith("a b\N{REPLACEMENT CHARACTER}[31m.csv: the file")


SMALL = Limits(file_bytes=10_000, rows=5, columns=4, cells=8, cell_chars=20, text_chars=60)


def rows_of(count: int, *values: str) -> Rows:
    return [list(values) for _ in range(count)]


@pytest.mark.parametrize("write", [written, xlsx_table, ods_table])
@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (rows_of(5, "a"), None),
        (rows_of(6, "a"), "many-rows"),
        (rows_of(1, *"abcd"), None),
        (rows_of(1, *"abcde"), "many-columns"),
        (rows_of(2, *"abcd"), None),
        (rows_of(3, *"abcd"), "many-cells"),
        ([["a" * 20]], None),
        ([["a" * 21]], "long-cell"),
    ],
)
def test_limits_hold_in_every_form(write: Callable[[Rows], bytes], rows: Rows, code: str | None) -> None:
    if code is None:
        assert cells_of(read_sheet(write(rows), limits=SMALL)) == rows
    else:
        assert refusal(write(rows), SMALL).finding.code == code


def test_text_that_a_workbook_repeats_is_counted_each_time() -> None:
    repeated = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 5))
    assert place(xlsx(worksheet(repeated), f"<si><t>{'a' * 20}</t></si>"), SMALL) == ("much-text", 4, None)
    table = f'<table:table table:name="A">{ods_row("a" * 20, repeat=4)}</table:table>'
    assert place(ods(table), SMALL) == ("much-text", 1, None)


def test_a_row_without_an_end_is_refused_where_it_begins() -> None:
    endless = b'number,text\n1,a\n2,"' + b"line\n" * RECORD_CHARS
    assert place(endless)[:2] == ("long-cell", 3)


def test_the_process_wide_limit_of_csv_is_left_alone() -> None:
    before = csv.field_size_limit()
    refusal(b'number,text\n1,"' + b"a" * 200_000)
    assert csv.field_size_limit() == before


def test_another_process_wide_limit_of_csv_does_no_harm() -> None:
    before = csv.field_size_limit(1 << 40)
    try:
        assert place(b'number,text\n1,"' + b"a" * 2_000_000)[:2] == ("long-cell", 2)
        csv.field_size_limit(3)
        assert place(b"a,b\n1,12345\n")[:2] == ("long-cell", 2)
    finally:
        csv.field_size_limit(before)


def test_a_bomb_is_refused_from_its_directory() -> None:
    parts = xlsx_parts(worksheet(cells(1, *HEADER)) + " " * (20 << 20))
    assert place(zipped(parts))[0] == "unpacks-too-big"


def test_a_second_end_record_that_would_overrule_the_checked_one_is_refused() -> None:
    content = xlsx_table([HEADER, ["1", "One", "process"]])
    end = content.rfind(b"PK\x05\x06")
    assert place(content[:end] + b"PK\x06\x07" + bytes(16) + content[end:])[0] == "unpacks-too-big"


def test_a_bomb_that_claims_to_be_small_is_stopped_while_it_unpacks() -> None:
    parts = xlsx_parts(worksheet(cells(1, *HEADER)) + " " * (20 << 20))
    lying = claiming(zipped(parts), "xl/worksheets/sheet1.xml", 100)
    assert place(lying)[0] == "damaged"
    stored = xlsx_parts(worksheet(cells(1, *HEADER)) + " " * 5_000)
    assert place(zipped(stored), Limits(unpacked_bytes=3_000, ratio=10_000))[0] == "unpacks-too-big"


def test_an_archive_of_very_many_parts_is_refused() -> None:
    many = zipped({f"{number:06}": "" for number in range(3_000)}, zipfile.ZIP_STORED)
    assert place(many)[0] == "unpacks-too-big"
    assert place(many, Limits(entries=100))[0] == "unpacks-too-big"


# Nothing else is ever raised.


def read_or_refuse(content: bytes) -> None:
    said = "items.csv"
    try:
        read_sheet(content, "items.csv", Limits(unpacked_bytes=1 << 20))
    except BadInput as refused:
        said = str(refused)
    assert said.startswith("items.csv")
    assert len(said.splitlines()) == 1


MARKS = [
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06",
    codecs.BOM_UTF8,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
    codecs.BOM_UTF32_LE,
]


@given(st.sampled_from(MARKS), st.binary(max_size=300))
@settings(CALM, max_examples=500)
def test_any_bytes_are_read_or_refused(mark: bytes, rest: bytes) -> None:
    read_or_refuse(mark + rest)


@given(st.lists(st.sampled_from([b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", "å".encode(), b"=", b"a", b" "])))
@CALM
def test_any_mess_of_quotes_and_separators_is_read_or_refused(pieces: list[bytes]) -> None:
    read_or_refuse(b"number,text\n" + b"".join(pieces))


WORKBOOKS = {
    "xlsx": xlsx_parts(
        worksheet(
            cells(1, *HEADER) + cells(2, "1", '<c r="B2" t="s"><f>A1</f><v>0</v></c>'), '<mergeCell ref="A1:B2"/>'
        ),
        "<si><t>text</t></si>",
    )
}


def changed(content: bytes, changes: Sequence[tuple[int, int, bytes]]) -> bytes:
    for at, cut, put in changes:
        at %= len(content) + 1
        content = content[:at] + put + content[at + cut :]
    return content


CHANGES = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 4), st.binary(max_size=3)), min_size=1, max_size=3)
PIECES = st.sampled_from(
    [b"<", b">", b"&", b'"', b"-1", b"0", b"99999999999", b"ZZZZ", b"</c>", b"</row>", b"\xff", b"&#0;"]
)
XML_CHANGES = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 4), PIECES), min_size=1, max_size=3)


@pytest.mark.parametrize("good", [zipped(WORKBOOKS["xlsx"]), ods_table([HEADER, ["1", "a", "b"]])], ids=["xlsx", "ods"])
@given(changes=CHANGES)
@settings(CALM, max_examples=300)
def test_any_damage_to_a_workbook_is_read_or_refused(good: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    read_or_refuse(changed(good, changes))


@pytest.mark.parametrize("part", [*WORKBOOKS["xlsx"], "content.xml"])
@given(changes=XML_CHANGES)
@settings(CALM, max_examples=150)
def test_any_damage_inside_a_workbook_is_read_or_refused(part: str, changes: list[tuple[int, int, bytes]]) -> None:
    parts = dict(WORKBOOKS["xlsx"])
    if part == "content.xml":
        with zipfile.ZipFile(io.BytesIO(ods_table([HEADER, ["1", "a", "b"]]))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts[part]
    parts[part] = changed(content.encode() if isinstance(content, str) else content, changes)
    read_or_refuse(zipped(parts))


# Memory.

MEASURE = """
import resource, sys
from consensus.sheets import BadSheet, Limits, read_sheet
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_sheet(sys.argv[1], "items", Limits(file_bytes=1 << 40, unpacked_bytes=int(sys.argv[2])))
except BadSheet as refused:
    print(refused.finding.code, refused.finding.row)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def measured(path: Path, unpacked: int = 1 << 40) -> tuple[str, int]:
    """Read a file in a process of its own: what it was refused for, and how many KiB that took."""
    command = [sys.executable, "-c", MEASURE, str(path), str(unpacked)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    refused, spent = done.stdout.splitlines()
    return refused, int(spent)


def sparse(path: Path, beginning: bytes, size: int) -> Path:
    """A file of `size` bytes that is mostly a hole and takes no room."""
    with path.open("wb") as stream:
        stream.write(beginning)
        stream.truncate(size)
    return path


def pieces(count: int) -> Iterator[bytes]:
    return (b"a" * (1 << 20) for _ in range(count))


def test_a_cell_of_a_gigabyte_is_refused_for_a_few_megabytes(tmp_path: Path) -> None:
    path = sparse(tmp_path / "huge.csv", b'number,text\n1,a\n2,"', 1 << 30)
    refused, spent = measured(path)
    assert refused == "long-cell 3"
    assert spent < 40_000


def test_a_line_of_100_megabytes_is_refused_for_a_few_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.write(b"number,text\n1,")
        stream.writelines(pieces(100))
    refused, spent = measured(path)
    assert refused == "long-cell 2"
    assert spent < 40_000


def test_a_bomb_is_refused_for_a_few_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    long = cells(1, *HEADER) + cells(2, "1", "a" * (60 << 20))
    path.write_bytes(zipped(xlsx_parts(worksheet(long))))
    assert path.stat().st_size < 1 << 20
    refused, spent = measured(path)
    assert refused.startswith("unpacks-too-big")
    assert spent < 40_000


def test_a_long_cell_in_a_workbook_is_refused_for_a_few_megabytes(tmp_path: Path) -> None:
    noise = "".join(f"{number:x}" for number in range(3_000_000))  # packs badly, so that it is no bomb
    path = tmp_path / "long.xlsx"
    path.write_bytes(zipped(xlsx_parts(worksheet(cells(1, *HEADER) + cells(2, "1", noise)))))
    refused, spent = measured(path)
    assert refused == "long-cell 2"
    assert spent < 40_000
