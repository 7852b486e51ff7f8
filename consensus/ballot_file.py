"""Ballots, decisions and attendance from files (CSV or XLSX), checked row by row.

The ballots of a large conference are millions of rows: CSV of any length is read block by block, workbooks within the
limits of `consensus.sheets`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from consensus.errors import BadInput
from consensus.papers import COLUMNS, Papers
from consensus.replay import Attendance, DecisionRow
from consensus.sheets import read_sheet, records, shown
from consensus.sheets.long_csv import LongCsv
from rounds import Plan
from rounds.plan import RUN_OFF, VERDICTS

SEATS = ("round", "entitled", "present", "number", "typed")


def read_ballots(path: str | os.PathLike[str], plan: Plan, numbers: Sequence[int]) -> Papers:
    """Read the ballots of a conference; `numbers` are its item numbers in item order. Raises BadInput."""
    path = Path(path)
    papers = Papers(path.name, plan, numbers)
    table = LongCsv.opened(path, COLUMNS, COLUMNS[:4])
    if table is None:
        _of_sheet(path, papers)
    else:
        for cells, rows in table.chunks(papers.texts):
            papers.add(cells, rows)
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
        if cell["round"].endswith(RUN_OFF):
            raise BadInput(*where, "a run-off is settled by its votes or by a lot, not by a decision")
        if cell["verdict"] not in VERDICTS:
            raise BadInput(*where, f'the verdict "{shown(cell["verdict"])}" is not one of {", ".join(VERDICTS)}')
        number = _whole(where, "number", cell["number"])
        if any(d.round == cell["round"] and d.number == number for d in decisions):
            raise BadInput(*where, f"item {number} is decided on twice in round {cell['round']}")
        decisions.append(DecisionRow(cell["round"], number, cell["verdict"], cell["reason"], row, sheet.name))
    return decisions, lots


def read_attendance(path: str | os.PathLike[str], plan: Plan) -> dict[str, Attendance]:
    """Read attendance: round id -> seats entitled and present. Raises BadInput naming the row.

    A row with a number too tells how many there were when that item closed.
    """
    sheet = read_sheet(path)
    rounds: dict[str, tuple[int, int, int, int]] = {}
    items: dict[str, dict[int, tuple[int, int]]] = {}
    for row, cell in records(sheet, SEATS, SEATS[:3]):
        where = (sheet.name, f"row {row}")
        _check_round(where, cell["round"], plan)
        entitled = _whole(where, "entitled", cell["entitled"])
        present = _whole(where, "present", cell["present"])
        if present > entitled:
            raise BadInput(*where, f"{present} are present but only {entitled} are entitled")
        if cell["number"]:
            number, own = _whole(where, "number", cell["number"]), items.setdefault(cell["round"], {})
            if number in own:
                raise BadInput(*where, f"item {number} has a row already in round {cell['round']}")
            own[number] = (entitled, present)
        elif cell["round"] in rounds:
            raise BadInput(*where, f"round {cell['round']} has a row already")
        else:
            rounds[cell["round"]] = (entitled, present, _typed(where, cell["typed"], present), row)
    for id in items:
        if id not in rounds:
            raise BadInput(sheet.name, f"round {id}", "a row without a number is missing: it holds for the whole round")
    return {
        id: Attendance(entitled, present, items.get(id, {}), row, sheet.name, typed)
        for id, (entitled, present, typed, row) in rounds.items()
    }


def _typed(where: tuple[str, str], text: str, present: int) -> int:
    typed = _whole(where, "typed", text) if text else 0
    if typed > present:
        raise BadInput(*where, f"{typed} voted on paper but only {present} are present")
    return typed


def _check_round(where: tuple[str, str], id: str, plan: Plan) -> None:
    try:
        plan.round(id)
    except KeyError:
        known = ", ".join(round.id for round in plan.rounds)
        raise BadInput(*where, f'"{shown(id)}" is not a round of the plan; there are {known}') from None


def _whole(where: tuple[str, str], column: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(*where, f'{column} must be a whole number, not "{shown(text)}"')
    return int(text)


def _of_sheet(path: Path, papers: Papers) -> None:
    """Read a workbook, or CSV that is not plain text in lines."""
    rows = list(records(read_sheet(path), COLUMNS, COLUMNS[:4]))
    if rows:
        cells = {column: papers.texts[column].of_strings(cell[column] for _, cell in rows) for column in COLUMNS}
        papers.add(cells, np.array([row for row, _ in rows], np.int32))
