"""Ballots, decisions and attendance from files (CSV or XLSX), checked row by row.

The ballots of a large conference are millions of rows, so plain CSV goes through pandas in chunks; anything else
(quotes, workbooks) goes through `consensus.sheets`, which is slower and has its own limits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from consensus.errors import BadInput
from consensus.papers import COLUMNS, Ints, Papers
from consensus.replay import Attendance, DecisionRow
from consensus.sheets import Dialect, columns, read_csv_dialect, read_sheet, records
from consensus.sheets.header import match
from rounds import Plan
from rounds.plan import VERDICTS

CHUNK_ROWS = 1 << 18
BLOCK = 1 << 20
MAX_LINE = 1 << 16  # bytes; a row of ballots has five short cells


def read_ballots(path: str | os.PathLike[str], plan: Plan, numbers: Sequence[int]) -> Papers:
    """Read the ballots of a conference; `numbers` are its item numbers in item order. Raises BadInput."""
    path = Path(path)
    papers = Papers(path.name, plan, numbers)
    for frame, rows in _plain_chunks(path) if _is_plain(path) else _sheet_chunks(path):
        papers.add(frame, rows)
    return papers


def read_decisions(path: str | os.PathLike[str], plan: Plan) -> tuple[list[DecisionRow], dict[str, str]]:
    """Read decisions on ties, and lots: (decisions, round id -> seed). Raises BadInput naming the row."""
    sheet = read_sheet(path)
    decisions: list[DecisionRow] = []
    lots: dict[str, str] = {}
    for row, cell in records(sheet, ("round", "number", "verdict", "reason", "seed"), ("round",)):
        where = (sheet.name, f"row {row}")
        _check_round(where, cell["round"], plan)
        if cell["seed"]:
            if cell["round"] in lots or cell["number"] or cell["verdict"]:
                raise BadInput(*where, "a lot is one row with a round and a seed, once for each round")
            lots[cell["round"]] = cell["seed"]
            continue
        if cell["verdict"] not in VERDICTS:
            raise BadInput(*where, f'the verdict "{cell["verdict"]}" is not one of {", ".join(VERDICTS)}')
        number = _whole(where, "number", cell["number"])
        if any(d.round == cell["round"] and d.number == number for d in decisions):
            raise BadInput(*where, f"item {number} is decided on twice in round {cell['round']}")
        decisions.append(DecisionRow(cell["round"], number, cell["verdict"], cell["reason"], row))
    return decisions, lots


def read_attendance(path: str | os.PathLike[str], plan: Plan) -> dict[str, Attendance]:
    """Read attendance: round id -> seats entitled and present. Raises BadInput naming the row.

    A row with a number too tells how many there were when that item closed.
    """
    sheet = read_sheet(path)
    rounds: dict[str, tuple[int, int]] = {}
    items: dict[str, dict[int, tuple[int, int]]] = {}
    for row, cell in records(sheet, ("round", "entitled", "present", "number"), ("round", "entitled", "present")):
        where = (sheet.name, f"row {row}")
        _check_round(where, cell["round"], plan)
        entitled = _whole(where, "entitled", cell["entitled"])
        present = _whole(where, "present", cell["present"])
        if present > entitled:
            raise BadInput(*where, f"{present} are present but only {entitled} are entitled")
        if cell["number"]:
            items.setdefault(cell["round"], {})[_whole(where, "number", cell["number"])] = (entitled, present)
        elif cell["round"] in rounds:
            raise BadInput(*where, f"round {cell['round']} has a row already")
        else:
            rounds[cell["round"]] = (entitled, present)
    for id in items:
        if id not in rounds:
            raise BadInput(sheet.name, f"round {id}", "a row without a number is missing: it holds for the whole round")
    return {id: Attendance(*numbers, items.get(id, {})) for id, numbers in rounds.items()}


def _check_round(where: tuple[str, str], id: str, plan: Plan) -> None:
    try:
        plan.round(id)
    except KeyError:
        known = ", ".join(round.id for round in plan.rounds)
        raise BadInput(*where, f'"{id}" is not a round of the plan; there are {known}') from None


def _whole(where: tuple[str, str], column: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(*where, f'{column} must be a whole number, not "{text[:40]}"')
    return int(text)


def _is_plain(path: Path) -> bool:
    """Whether a file is CSV without quotes and without over-long lines, which pandas reads in bounded memory."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            if head.startswith((b"PK", b"\xd0\xcf", b"\xff\xfe", b"\xfe\xff")):
                return False
            stream.seek(0)
            return all(_is_plain_block(block) for block in iter(lambda: stream.read(BLOCK), b""))
    except OSError as error:
        raise BadInput(path.name, None, f"cannot be read: {error.strerror}") from None


def _is_plain_block(block: bytes) -> bool:
    """Whether a block has no quote, no lone carriage return, and a line end at least every MAX_LINE bytes."""
    if b'"' in block or b"\0" in block or block.count(b"\r") != block.count(b"\r\n") + block.endswith(b"\r"):
        return False
    return all(block.find(b"\n", at, at + MAX_LINE) >= 0 for at in range(0, max(len(block) - MAX_LINE, 0), MAX_LINE))


def _plain_chunks(path: Path) -> Iterator[tuple[pd.DataFrame, Ints]]:
    dialect = read_csv_dialect(path)
    names = _header(path, dialect)
    row = 1 + dialect.skip
    try:
        with pd.read_csv(
            path,
            sep=dialect.delimiter,
            encoding=dialect.encoding,
            skiprows=dialect.skip + 1,
            header=None,
            names=[name or f"column {index}" for index, name in enumerate(names)],
            usecols=[name for name in names if name],
            index_col=False,
            dtype="category",
            na_filter=False,
            skip_blank_lines=False,
            quoting=3,
            chunksize=CHUNK_ROWS,
            on_bad_lines="error",
        ) as chunks:
            for frame in chunks:
                rows = np.arange(row + 1, row + len(frame) + 1, dtype=np.int32)
                row += len(frame)
                yield _without_blank(frame, rows)
    except pd.errors.ParserError as error:
        raise BadInput(path.name, None, f"a row has more cells than the header: {error}") from None
    except pd.errors.EmptyDataError:
        return
    except UnicodeDecodeError:
        raise BadInput(path.name, None, "is not UTF-8 throughout; save it as UTF-8") from None


def _header(path: Path, dialect: Dialect) -> list[str]:
    """The meaning of each column of the header, "" for one that is not ours."""
    with path.open(encoding=dialect.encoding, newline="") as stream:
        for _ in range(dialect.skip):
            stream.readline(MAX_LINE)
        cells = stream.readline(MAX_LINE).rstrip("\r\n").split(dialect.delimiter)
    header = match(cells, COLUMNS)
    if header.double:
        raise BadInput(path.name, "row 1", f'two columns are called "{header.double[0]}"')
    for needed in COLUMNS[:4]:
        if needed not in header.found:
            raise BadInput(
                path.name, "row 1", f'the column "{needed}" is missing; there must be {", ".join(COLUMNS[:4])}'
            )
    places = {index: name for name, index in header.found.items()}
    return [places.get(index, "") for index in range(len(cells))]


def _without_blank(frame: pd.DataFrame, rows: Ints) -> tuple[pd.DataFrame, Ints]:
    blank = np.logical_and.reduce([_empty(frame[name]) for name in frame])
    return (frame[~blank], rows[~blank]) if blank.any() else (frame, rows)


def _empty(series: pd.Series) -> NDArray[np.bool_]:
    codes = series.cat.codes.to_numpy()
    empty = [place for place, value in enumerate(series.cat.categories) if value == ""]
    return np.isin(codes, [-1, *empty])


def _sheet_chunks(path: Path) -> Iterator[tuple[pd.DataFrame, Ints]]:
    sheet = read_sheet(path)
    columns(sheet, COLUMNS, COLUMNS[:4])
    batch: list[Mapping[str, str]] = []
    rows: list[int] = []
    for row, cells in records(sheet, COLUMNS, COLUMNS[:4]):
        batch.append(cells)
        rows.append(row)
    if batch:
        yield pd.DataFrame(batch, columns=list(COLUMNS), dtype="category"), np.array(rows, np.int32)
