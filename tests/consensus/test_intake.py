"""Items that facilitators bring: everything that is wrong is told, beside its row; all is loaded or nothing."""

from __future__ import annotations

import csv
import io
import random
import string
import time
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consensus.errors import BadInput
from consensus.intake import ItemRow, Preview, Problem, preview_file, preview_text, read_items
from consensus.intake.cells import clean, find_kind
from consensus.intake.checks import LONG_TEXT, MOST_CHARS, MOST_NUMBER, MOST_SIMILAR
from consensus.intake.similar import find_similar
from consensus.intake.words import some_rows
from consensus.languages import LANGUAGES
from consensus.sheets.header import TITLES, meaning
from tests.bad_input import build

CHECKOUT = Path(__file__).resolve().parents[2]
SUNDBYHOLM = CHECKOUT.parent / "shared" / "sundbyholm" / "items.csv"
KINDS = ("process", "effect")
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def csv_of(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def preview(*rows: Sequence[str], head: Sequence[str] = ("number", "text"), kinds: Sequence[str] = ()) -> Preview:
    return preview_file(csv_of(head, *rows), "items.csv", kinds)


def found(preview: Preview) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in preview.problems]


def texts(preview: Preview) -> list[tuple[int, str]]:
    return [(item.number, item.text) for item in preview.items]


# Bad files.

#: file -> where the error must say that it is.
BAD = {
    "archive.xlsx": None,
    "binary.xlsx": None,
    "blank-lines.csv": None,
    "broken-utf-8.csv": "row 4, column B",
    "broken-xml.xlsx": None,
    "cut-in-the-middle.xlsx": None,
    "cut-off.xlsx": None,
    "doctype.xlsx": None,
    "document.csv": None,
    "double-column.csv": "row 1",
    "empty.csv": None,
    "far-cell.xlsx": "row 3",
    "far-column.xlsx": "row 2",
    "far-row.xlsx": "row 1048576",
    "formula-at.csv": "row 3, column text",
    "formula-command.csv": "row 3, column text",
    "formula-numbers.xlsx": "row 3, column number",
    "formula.csv": "row 3, column text",
    "formula.ods": "row 2, column text",
    "formula.xlsx": "row 3, column text",
    "kind-unknown.csv": "row 3, column kind",
    "less-than-no-rows.ods": "row 2",
    "locked.ods": None,
    "locked.xlsx": None,
    "long-cell.xlsx": "row 2, column B",
    "lying-size.xlsx": None,
    "many-rows.ods": "row 5000",
    "many-spaces.ods": "row 2, column B",
    "merged.xlsx": "row 2, column kind",
    "no-cells.xlsx": None,
    "no-header.csv": "row 1",
    "no-items.csv": None,
    "no-kind-column.csv": "row 1",
    "no-kind.csv": "row 3, column kind",
    "no-number-column.csv": "row 1",
    "no-number.csv": "row 3, column number",
    "no-sheet.xlsx": None,
    "no-such-string.xlsx": "row 1, column A",
    "no-table.ods": None,
    "no-text-column.csv": "row 1",
    "no-text.csv": "row 3, column text",
    "noise.xlsx": None,
    "not-windows-1252.csv": "row 3, column B",
    "nul.csv": "row 3, column B",
    "number-eastern.csv": "row 3, column number",
    "number-fraction.csv": "row 3, column number",
    "number-huge.csv": "row 3, column number",
    "number-negative.csv": "row 3, column number",
    "number-twice.csv": "row 4, column number",
    "number-word.csv": "row 3, column number",
    "number-zero.csv": "row 3, column number",
    "old.xls": None,
    "password-on-parts.xlsx": None,
    "picture.csv": None,
    "quote-open.csv": "row 3",
    "quote-then-text.csv": "row 3",
    "too-long-text.csv": "row 3, column text",
    "unknown-encoding.xlsx": None,
    "unquoted-comma.csv": "row 3",
    "utf-16-cut-off.csv": "row 2",
    "utf-16-without-mark.csv": "row 1, column A",
    "web-page.xls": None,
    "word.xlsx": None,
}


def test_the_bad_files_are_the_ones_that_are_built() -> None:
    assert {path.name: path.read_bytes() for path in build.ITEMS.iterdir()} == build.small()
    assert set(BAD) == set(build.small())


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_line_that_names_the_place(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_items(build.ITEMS / name, KINDS)
    said = str(caught.value)
    assert said.startswith(f"{name}, {BAD[name]}: " if BAD[name] else f"{name}: ")
    assert len(said.splitlines()) == 1
    assert ":" in caught.value.problem  # what is wrong: what to do


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_previews_as_bad_and_loads_nothing(name: str) -> None:
    shown = preview_file((build.ITEMS / name).read_bytes(), name, KINDS)
    assert not shown.ok
    assert shown.items == ()
    assert all(problem.message("en") != problem.message("sv") for problem in shown.problems)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^none\.csv: the file cannot be opened"):
        read_items(tmp_path / "none.csv", KINDS)


@given(st.binary(max_size=200), st.sampled_from([b"", b"number,text\n", b"nr;text;slag\n1;", b"number\ttext\n1\t"]))
@CALM
def test_any_bytes_preview(content: bytes, before: bytes) -> None:
    shown = preview_file(before + content, "items.csv", KINDS)
    assert shown.ok == bool(shown.items)


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["1", ". ", "\t", "\n", '"', "nr", "text", "=", ";", "a"])).map("".join)
)
@CALM
def test_any_paste_previews(pasted: str) -> None:
    shown = preview_text(pasted, ())
    assert shown.ok == bool(shown.items)


# Good files.

WORD = st.text(st.sampled_from(string.ascii_letters + "åäöÅÄÖé,;:'\"!?()"), min_size=1, max_size=12).filter(
    lambda word: not word.startswith(("'", '"'))
)
SENTENCE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
ITEM = st.builds(
    ItemRow, st.integers(1, MOST_NUMBER), SENTENCE, st.sampled_from(KINDS), SENTENCE | st.just(""), SENTENCE
)
ITEMS = st.lists(ITEM, min_size=1, max_size=8, unique_by=lambda item: item.number).map(tuple)
HEAD = ("Nummer", "Indikator", "Slag", "Förklaring", "Perspektiv")


def as_rows(items: Sequence[ItemRow]) -> list[list[str]]:
    return [[str(item.number), item.text, item.kind or "", item.explanation, item.perspective] for item in items]


@given(ITEMS, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))
@CALM
def test_items_load_the_same_from_every_dialect(items: tuple[ItemRow, ...], delimiter: str, encoding: str) -> None:
    content = csv_of(HEAD, *as_rows(items), delimiter=delimiter, encoding=encoding)
    assert preview_file(content, "items.csv", KINDS).items == items


@given(ITEMS)
@CALM
def test_items_load_the_same_from_xlsx(items: tuple[ItemRow, ...]) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEAD)
    for item in items:
        book.worksheets[0].append([item.number, item.text, item.kind, item.explanation, item.perspective])
    stream = io.BytesIO()
    book.save(stream)
    assert preview_file(stream.getvalue(), "items.xlsx", KINDS).items == items


@given(ITEMS)
@CALM
def test_items_load_the_same_from_ods_and_from_a_paste(items: tuple[ItemRow, ...]) -> None:
    rows = [list(HEAD), *as_rows(items)]
    assert preview_file(build.ods_table(rows), "items.ods", KINDS).items == items
    assert preview_text(csv_of(*rows, delimiter="\t").decode(), KINDS).items == items


@pytest.mark.sundbyholm
@pytest.mark.skipif(not SUNDBYHOLM.exists(), reason="the data of 2014 is not beside the checkout")
def test_the_list_of_2014_previews_without_a_flood() -> None:
    shown = preview_file(SUNDBYHOLM.read_bytes(), "items.csv", KINDS)
    assert len(shown.items) == 137
    assert [problem.code for problem in shown.problems] == ["differ-in-digits"]
    assert shown.problems[0].text().startswith("96 texts differ only in their digits (rows 3, 5–7, 9")
    assert read_items(SUNDBYHOLM, KINDS) == shown.items


def test_the_demo_list_previews_without_a_word() -> None:
    shown = preview_file((CHECKOUT / "consensus" / "demo" / "items.csv").read_bytes(), "items.csv", KINDS)
    assert (len(shown.items), found(shown)) == (137, [])


# One problem at a time.


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1", None),
        (" 007 ", None),
        ("+7", None),
        ("7.0", None),
        (str(MOST_NUMBER), None),
        (str(MOST_NUMBER + 1), "bad-number"),
        ("0", "bad-number"),
        ("-1", "bad-number"),
        ("1.5", "bad-number"),
        ("1.000", "bad-number"),
        ("1e3", "bad-number"),
        ("12 b", "bad-number"),
        ("", "no-number"),
        ("=A1+1", "looks-like-formula"),
    ],
)
def test_a_number_is_whole_and_from_1(number: str, code: str | None) -> None:
    assert found(preview((number, "Tillit"))) == ([(code, 2, "number")] if code else [])


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (LONG_TEXT, None),
        (LONG_TEXT + 1, "long-text"),
        (MOST_CHARS["text"], "long-text"),
        (MOST_CHARS["text"] + 1, "too-long-text"),
    ],
)
def test_a_text_has_its_length(length: int, code: str | None) -> None:
    assert found(preview(("1", "x" * length))) == ([(code, 2, "text")] if code else [])


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("=A1", True),
        ("= SUM(A1:A3)", True),
        ('="a"', True),
        ("+A1+B2", True),
        ("-SUM(A1)", True),
        ("@IF(A1)", True),
        ("+cmd|'/C calc'!A0", True),
        ("- Tillit till andra", False),
        ("+46 70 123 45 67", False),
        ("-10 % sjukfrånvaro (mätt per år)", False),
        ("@hemma efter skolan", False),
        ("=> se nummer 4", False),
        ("== rubrik ==", False),
    ],
)
def test_a_text_that_begins_like_a_formula_is_refused(text: str, formula: bool) -> None:
    assert found(preview(("1", text))) == ([("looks-like-formula", 2, "text")] if formula else [])


@pytest.mark.parametrize(
    ("cell", "kinds", "expected"),
    [
        ("process", KINDS, "process"),
        ("  PROCESS ", KINDS, "process"),
        ("Processindikator", KINDS, "process"),
        ("effekt", KINDS, "effect"),
        ("Effektindikator", KINDS, "effect"),
        ("effect", ("Effekt", "Process"), "Effekt"),
        ("utfall", ("process", "outcome"), "outcome"),
        ("effekt", ("effect", "effekt"), "effekt"),
        ("effekter", ("effect", "effekt"), None),
        ("struktur", KINDS, None),
        ("", KINDS, None),
    ],
)
def test_a_kind_is_known_by_its_names(cell: str, kinds: tuple[str, ...], expected: str | None) -> None:
    assert find_kind(cell, kinds) == expected


@pytest.mark.parametrize(
    ("head", "rows", "kinds", "expected"),
    [
        (("nr", "text", "typ"), [("1", "a", "x")], (), [("kind-ignored", 1, "typ")]),
        (("nr", "text", "Ansvarig"), [("1", "a", "x")], (), [("extra-column", 1, "Ansvarig")]),
        (("nr", "text"), [("1", "a"), (), ("2", "b")], (), [("blank-rows", None, None)]),
        (("nr", "text"), [("1", "a\x07b")], (), [("control-characters", 2, "text")]),
        (("nr", "text"), [("1", "a\u202eb")], (), [("control-characters", 2, "text")]),
        (("nr", "text"), [("1", "FÃ¶rtroende")], (), [("garbled", 2, "text")]),
        (("nr", "text"), [("1", "F\ufffdrtroende")], (), [("garbled", 2, "text")]),
        (("nr", "text"), [("1", "Tillit!"), ("2", " tillit")], (), [("same-text", 3, "text")]),
        (("nr", "text"), [("1", "Under 18 år"), ("2", "Under 65 år")], (), [("differ-in-digits", None, None)]),
    ],
)
def test_a_warning_does_not_stop_the_load(
    head: Sequence[str], rows: list[Sequence[str]], kinds: Sequence[str], expected: list[object]
) -> None:
    shown = preview(*rows, head=head, kinds=kinds)
    assert found(shown) == expected
    assert len(shown.items) == len([row for row in rows if row])


def test_a_merge_across_columns_and_a_hidden_row_and_a_second_sheet_are_warned_of() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (("number", "text", "explanation"), (1, "Tillit", ""), (2, "Trygghet", "")):
        sheet.append(row)
    sheet.merge_cells("B2:C2")
    sheet.row_dimensions[3].hidden = True
    sheet["F3"] = "a note"
    book.create_sheet("Svar")
    stream = io.BytesIO()
    book.save(stream)
    shown = preview_file(stream.getvalue(), "items.xlsx", ())
    assert [problem.code for problem in shown.problems] == [
        "other-sheets",
        "hidden-rows",
        "merged-columns",
        "stray-cells",
    ]
    assert len(shown.items) == 2


def test_a_merge_in_a_column_that_is_not_used_is_nobodys_business() -> None:
    merged = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
    rows = [("number", "text", "Ansvarig"), ("1", "Tillit", "Eva"), ("2", "Trygghet")]
    assert [problem.code for problem in preview_file(build.xlsx_table(rows, merged), "a.xlsx", ()).problems] == [
        "extra-column"
    ]


def test_everything_that_is_wrong_is_told_at_once_beside_its_row() -> None:
    shown = preview(
        ("1", "Tillit", "process"),
        ("1", "", "effekt"),
        ("x", "Trygghet", "?"),
        head=("number", "text", "kind"),
        kinds=KINDS,
    )
    assert [[problem.code for problem in row.problems] for row in shown.rows] == [
        [],
        ["double-number", "no-text"],
        ["bad-number", "unknown-kind"],
    ]
    assert [row.row for row in shown.rows] == [2, 3, 4]
    assert [problem.row for problem in shown.problems] == [3, 3, 4, 4]
    assert not shown.items


def test_a_missing_column_is_told_once_and_not_for_each_row() -> None:
    assert found(preview(("1", "Tillit"), ("2", "Trygghet"), kinds=KINDS)) == [("missing-column", 1, None)]


def test_messages_name_row_and_column_in_both_languages() -> None:
    problem = preview(("1", "Tillit"), ("1", "Trygghet")).problems[0]
    assert problem.message("en") == "Row 3, column number: number 1 is already in row 2: give each item its own"
    assert problem.message("sv").startswith("Rad 3, kolumn number: nummer 1 finns redan på rad 2")


def test_a_cell_cannot_put_words_in_the_messages_mouth() -> None:
    problem = preview(("{0.__class__}\n%s", "Tillit")).problems[0]
    assert '"{0.__class__} %s"' in problem.text()


def test_text_is_one_line_in_nfc_and_an_explanation_keeps_its_lines() -> None:
    assert clean(" a\u0308\xa0 b\r\nc\v") == ("ä b c", False)
    assert clean("rad 1 \r\n  rad 2", lines=True) == ("rad 1\nrad 2", False)
    assert clean("a\0b\u200bc\uffff") == ("abc", True)
    assert clean("👩\u200d⚕") == ("👩\u200d⚕", False)


def test_rows_are_listed_in_runs() -> None:
    assert some_rows([3]) == "3"
    assert some_rows([9, 3, 4, 5]) == "3–5, 9"
    assert some_rows(list(range(1, 40, 2)), most=3) == "1, 3, 5 …"


# Wording that is nearly the same.


def test_a_word_that_is_bent_is_nearly_the_same() -> None:
    similar = find_similar(
        ["Deltagarna känner ökad tillit till rehabilitering", "Deltagare känner en ökad tillit till rehabilitering"]
    )
    assert similar.near == {1: 0}


def test_another_subject_is_another_text() -> None:
    similar = find_similar(["Deltagarnas hälsa har förbättrats", "Deltagarnas ekonomi har förbättrats"])
    assert similar == ({}, {}, [])


def test_warnings_of_similar_texts_end_in_a_count() -> None:
    rows = [(str(number), "Tillit") for number in range(1, MOST_SIMILAR + 7)]
    codes = [problem.code for problem in preview(*rows).problems]
    assert codes == ["more-similar"] + ["same-text"] * MOST_SIMILAR


@pytest.mark.parametrize("common", [0, 8, 40])
def test_two_thousand_items_are_compared_in_a_moment(common: int) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvyåäö", k=chance.randint(2, 9))) for _ in range(400)]
    beginning = " ".join(chance.choices(words, k=common))
    texts = [f"{beginning} {' '.join(chance.choices(words, k=8))}" for _ in range(2_000)]
    begun = time.process_time()
    find_similar(texts)
    assert time.process_time() - begun < 5


# Pasted.


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("1. Tillit\n2) Trygghet\n\n10\tMakt", [(1, "Tillit"), (2, "Trygghet"), (10, "Makt")]),
        ("  Tillit\r\nTrygghet\r\n\r\n", [(1, "Tillit"), (2, "Trygghet")]),
        ("24 timmars väntan\n3.5 procent fler", [(1, "24 timmars väntan"), (2, "3.5 procent fler")]),
        ('Sa "nej", fick ja\n"Hej', [(1, 'Sa "nej", fick ja'), (2, '"Hej')]),
        ("Indikator\nTillit\nTrygghet", [(1, "Tillit"), (2, "Trygghet")]),
        ("nr\ttext\n7\tTillit\n", [(7, "Tillit")]),
        ("Nummer;Lydelse\n7;Tillit, med mera", [(7, "Tillit, med mera")]),
        ('\ufeffnr\ttext\r\n1\t"Hej" sa hon\r\n2\tTillit', [(1, '"Hej" sa hon'), (2, "Tillit")]),
    ],
)
def test_a_paste_is_read_as_it_was_meant(pasted: str, expected: list[tuple[int, str]]) -> None:
    assert texts(preview_text(pasted, ())) == expected


@pytest.mark.parametrize(
    ("pasted", "kinds", "expected"),
    [
        ("", (), [("no-items", None, None)]),
        (" \n\t\n\f\xa0", KINDS, [("no-items", None, None)]),
        ("Indikator", (), [("no-items", None, None)]),
        ("1. Tillit\nTrygghet", (), [("no-number", 2, "number")]),
        ("1. Tillit\n\n1. Trygghet", (), [("double-number", 3, "number")]),
        ("Tillit\nTrygghet", KINDS, [("kinds-in-paste", None, None)]),
        ("nr\ttext\tslag\n1\tTillit\t", KINDS, [("no-kind", 2, "slag")]),
    ],
)
def test_a_paste_says_what_is_wrong_with_its_lines(
    pasted: str, kinds: Sequence[str], expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert found(preview_text(pasted, kinds)) == expected


def test_a_paste_without_its_column_names_asks_for_them() -> None:
    problems: tuple[Problem, ...] = preview_text("1\tprocess\tTillit\n2\teffect\tMakt", KINDS).errors
    assert {problem.code for problem in problems} >= {"missing-column"}


def test_a_column_is_called_by_its_name_in_the_readers_language() -> None:
    """What the message says to write is a name that is read."""
    (bare,) = preview_text("Tillit\nTrygghet", KINDS).errors
    assert "number;kind;text" in bare.text("en")
    assert "nummer;slag;text" in bare.text("sv")
    (missing,) = preview_file(b"nummer,lydelse\n1,Tillit\n", "list.csv", KINDS).errors
    assert "ingen kolumn som heter slag:" in missing.text("sv")
    assert preview_text("nummer;slag;text\n1;process;Tillit\n2;effekt;Makt", KINDS).ok


@pytest.mark.parametrize("column", TITLES)
def test_every_name_of_a_column_in_a_message_is_read(column: str) -> None:
    assert {meaning(TITLES[column].said(language)) for language in LANGUAGES} == {column}


def test_a_paste_of_a_novel_is_refused() -> None:
    assert found(preview_text("Tillit\n" * 300_000, ())) == [("too-big", None, None)]
    assert found(preview_text("Tillit\n" * 6_000, ())) == [("many-rows", 5_000, None)]
