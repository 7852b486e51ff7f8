"""Ballots from files: blocks, quotes and blank rows change nothing; decisions and attendance row by row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consensus.ballot_file import read_attendance, read_ballots, read_decisions
from consensus.errors import BadInput
from consensus.papers import COLUMNS, BallotRow
from consensus.replay import Attendance, DecisionRow
from consensus.sheets import long_csv
from consensus.sheets.long_csv import LongCsv
from consensus.texts import MOST_WORDS, Texts
from rounds import read_plan
from tests.consensus.conference_files import plan_of

PLAN = read_plan(plan_of('cut = "yes < 50%"'))
HEAD = "round,number,paper,choice\n"
SMALL_BLOCKS = [1, 7, 64, 1 << 20]

CELLS = st.one_of(
    st.sampled_from(["", "a", "b", "yes", "12345678", "123456789", "ö", "Å" * 5, "x" * 63, "x" * 64, "x" * 65]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cc", "Cs"]), max_size=12),
)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=30)


def cells_of(path: Path) -> list[tuple[int, list[str]]]:
    """Every row as LongCsv reads it: its number and its cells."""
    table = LongCsv.opened(path, COLUMNS, COLUMNS[:4])
    assert table is not None
    texts = {column: Texts() for column in COLUMNS}
    found = []
    for cells, rows in table.chunks(texts):
        for at, row in enumerate(rows.tolist()):
            found.append((row, [texts[column].names[cells[column][at]] for column in COLUMNS[:4]]))
    return found


@pytest.mark.parametrize("block", SMALL_BLOCKS)
@pytest.mark.parametrize(("end", "quoting"), [("\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_MINIMAL),
                                              ("\n", csv.QUOTE_ALL)])  # fmt: skip
@given(table=TABLES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_read_as_csv_reader_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, end: str, quoting: int, table: list[tuple[str, ...]]
) -> None:
    monkeypatch.setattr(long_csv, "BLOCK", block)
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=quoting).writerows([COLUMNS[:4], *table])
    path = tmp_path / "table.csv"
    path.write_bytes(out.getvalue().encode())
    expected = [
        (row, [cell.strip() for cell in cells])
        for row, cells in enumerate(csv.reader(io.StringIO(out.getvalue(), newline="")), 1)
        if any(cell.strip() for cell in cells)
    ]
    assert cells_of(path) == expected[1:]


@given(
    batches=st.lists(
        st.lists(st.binary(max_size=8 * MOST_WORDS).map(lambda b: b.replace(b"\0", b"0")), min_size=1, max_size=40),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_texts_are_found_as_bytes_and_as_strings(batches: list[list[bytes]]) -> None:
    texts, plain = Texts(), Texts()
    for batch in batches:
        lengths = np.array([len(cell) for cell in batch], np.int32)
        count = max(1, -(-int(lengths.max()) // 8))
        words = [
            np.array([int.from_bytes(cell[8 * at : 8 * at + 8], "little") for cell in batch], np.uint64)
            for at in range(count)
        ]
        codes = texts.of_words(words, lengths, lambda place, batch=batch: batch[place].decode("latin-1"))
        expected = plain.of_strings(cell.decode("latin-1") for cell in batch)
        assert [texts.names[code] for code in codes] == [plain.names[code] for code in expected]
    assert sorted(texts.names) == sorted(plain.names)


def test_many_texts_find_their_own_numbers() -> None:
    texts = Texts()
    words = [np.arange(1, 200_001, dtype=np.uint64)]
    lengths = np.full(200_000, 8, np.int32)
    for _ in range(2):
        codes = texts.of_words(words, lengths, str)
        assert [texts.names[code] for code in codes] == list(map(str, range(200_000)))


def ballots(tmp_path: Path, rows: str, name: str = "ballots.csv") -> list[BallotRow]:
    path = tmp_path / name
    path.write_bytes((HEAD + rows).encode())
    return list(read_ballots(path, PLAN, [1, 2, 3]).rows())


GOOD_ROWS = "R1,1,a,yes\nR1,2,a,no\nR1,,b,\n"
GOOD = [BallotRow("R1", 1, "a", "yes"), BallotRow("R1", 2, "a", "no"), BallotRow("R1", None, "b", "")]


@pytest.mark.parametrize(
    "rows",
    [
        GOOD_ROWS,
        GOOD_ROWS + "\n\n,,,\n , , ,\n",
        "\n" + GOOD_ROWS.replace("\n", "\n\n"),
        GOOD_ROWS.replace("a,no", "a,NO"),
        GOOD_ROWS.replace("R1,,b,", 'R1,,"b",'),
        GOOD_ROWS.replace("R1,,b,\n", "R1,,b\n"),
        GOOD_ROWS.replace("R1,,b,", "R1,,b,,,"),
        GOOD_ROWS.replace("1,a", "01,a"),
        GOOD_ROWS.rstrip("\n"),
    ],
)
def test_ways_to_write_the_same_rows(tmp_path: Path, rows: str) -> None:
    assert ballots(tmp_path, rows) == GOOD


@pytest.mark.parametrize("block", SMALL_BLOCKS)
@pytest.mark.parametrize(
    ("before", "row"),
    [
        (GOOD_ROWS, 5),
        (GOOD_ROWS + "\n\n", 7),
        (GOOD_ROWS + ",,,\n", 6),
        (GOOD_ROWS.replace("b,", '"b",'), 5),
        (GOOD_ROWS.replace("R1,,b,", 'R1,,"b\nb",'), 5),
        (GOOD_ROWS * 0 + "R1,1,a,yes\n" + "R1,2,a,no,\n", 4),
    ],
)
def test_the_row_named_is_the_one_that_a_spreadsheet_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, before: str, row: int
) -> None:
    monkeypatch.setattr(long_csv, "BLOCK", block)
    with pytest.raises(BadInput, match=f"ballots.csv, row {row}: "):
        ballots(tmp_path, before + "R1,1,c,maybe\nR1,1,d,yes\n")


def test_the_line_for_excel_is_not_a_row(tmp_path: Path) -> None:
    path = tmp_path / "ballots.csv"
    path.write_text("sep=;\nround;number;paper;choice\nR1;1;a;yes\nR1;1;a;yes\n")
    with pytest.raises(BadInput, match="row 3: "):
        read_ballots(path, PLAN, [1]).of_round(PLAN.rounds[0], [1])


def test_a_pipe_is_read(tmp_path: Path) -> None:
    import os
    import threading

    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(HEAD + GOOD_ROWS,))
    writer.start()
    try:
        assert list(read_ballots(path, PLAN, [1, 2]).rows()) == GOOD
    finally:
        writer.join()


# Decisions and attendance


def test_decisions_and_lots_lie_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("round,number,verdict,reason,seed\nR1,2,advance,Why,\nR1,,,,a\nR1/run-off,,,,b\n")
    decisions, lots = read_decisions(path, PLAN)
    assert decisions == [DecisionRow("R1", 2, "advance", "Why", 2, "decisions.csv")]
    assert lots == {"R1": "a", "R1/run-off": "b"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("round,number,verdict,reason\nR1,2,cut,\n", (1, 0)), ("round,seed\nR1,a\n", (0, 1)), ("round\n", (0, 0))],
)
def test_a_decisions_file_may_have_one_of_the_two(tmp_path: Path, text: str, found: tuple[int, int]) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(text)
    decisions, lots = read_decisions(path, PLAN)
    assert (len(decisions), len(lots)) == found


def test_attendance_is_per_round_and_where_it_differs_per_item(tmp_path: Path) -> None:
    path = tmp_path / "attendance.csv"
    path.write_text("round,entitled,present,number\nR1,9,8,3\nR1,9,7,\nR1/run-off,9,6,\n")
    found = read_attendance(path, PLAN)
    assert found == {
        "R1": Attendance(9, 7, {3: (9, 8)}, 3, "attendance.csv"),
        "R1/run-off": Attendance(9, 6, {}, 4, "attendance.csv"),
    }
    assert (found["R1"].seats(3), found["R1"].seats(1)) == ((9, 8), (9, 7))
