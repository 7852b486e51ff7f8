"""Seats by organisation and role: what a list makes of a panel, and what is wrong with one."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from consensus import facilitation, seats
from consensus.cli.main import cli
from consensus.errors import BadInput
from consensus.intake import ItemRow, preview_seats, read_seats
from consensus.intake.seat_list import SeatRow
from consensus.keys import FileKeyStore
from consensus.models import Conference, Seat
from rounds import read_plan

LIST = "Organisation;Roll;Antal\nKommunen;politiker;3\nRegionen;chef;2\nKommunen;chef;2\n"
PLAN = (
    'title = "T"\nprotocols = ["in"]\n[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\n'
    'advance = "yes > 50%{scope}"\nto = "in"\notherwise = "cut"\n'
)
GROUPED = PLAN.format(scope=" in every group")
UNGROUPED = PLAN.format(scope="")


def codes(text: str) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.code) for problem in preview_seats(text, "list").problems]


def test_a_list_in_swedish_makes_stacks() -> None:
    preview = preview_seats(LIST.encode(), "platser.csv")
    assert preview.ok
    assert preview.seats == (
        SeatRow("Kommunen", "politiker", 3),
        SeatRow("Regionen", "chef", 2),
        SeatRow("Kommunen", "chef", 2),
    )
    assert preview.total == 7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("organisation,role,seats\n", [(None, "no-seats")]),
        ("role,number\nchair,2\n", [(1, "missing-column"), (1, "extra-column")]),
        ("seats\n2\n", [(1, "missing-column"), (2, "no-stack")]),
        ("role,seats\nchair,two\n", [(2, "bad-seats")]),
        ("role,seats\nchair,0\n", [(2, "bad-seats")]),
        ("role,seats\nchair,\n", [(2, "bad-seats")]),
        ("role,seats\nchair,600\nclerk,600\n", [(None, "too-many-seats")]),
        ("role,seats\n=SUM(A1),2\n", [(2, "looks-like-formula")]),
        ("role,seats\n" + "x" * 101 + ",2\n", [(2, "long-name")]),
        ("role,seats\nchair,2,3\n", [(2, "extra-cells")]),
        ("organisation,role,seats\n,,3\n", [(2, "no-stack")]),
    ],
)
def test_what_is_wrong_is_told_beside_its_row(text: str, expected: list[tuple[int | None, str]]) -> None:
    assert codes(text) == expected
    assert preview_seats(text, "list").seats == ()


def test_rows_that_are_alike_are_added_up_and_told() -> None:
    preview = preview_seats("role,seats\nchair,2\nclerk,4\nchair,3\n", "list")
    assert preview.ok
    assert preview.seats == (SeatRow("", "chair", 5), SeatRow("", "clerk", 4))
    assert codes("role,seats\nchair,2\nchair,3\n") == [(3, "same-stack")]


def test_a_stack_of_one_card_is_warned_of() -> None:
    assert codes("role,seats\nchair,1\nclerk,4\n") == [(2, "one-seat")]
    assert codes("role,seats\nchair,1\nchair,1\n") == [(3, "same-stack")]


def test_the_command_line_names_the_first_error(tmp_path: Path) -> None:
    file = tmp_path / "seats.csv"
    file.write_text("role,seats\nchair,two\n")
    with pytest.raises(BadInput, match=r'seats\.csv, row 2: the number of seats is "two"'):
        read_seats(file)


def test_a_file_that_is_no_table_is_told() -> None:
    (problem,) = preview_seats(b"%PDF-1.7", "seats.pdf").problems
    assert problem.code == "not-a-table"


@pytest.mark.parametrize(("plan", "by", "groups"), [(GROUPED, "role", {"chair", "clerk"}), (UNGROUPED, None, {None})])
def test_a_group_is_what_the_rules_count_by(
    sessions: sessionmaker[Session], keys: FileKeyStore, plan: str, by: str | None, groups: set[str | None]
) -> None:
    read = read_plan(plan)
    assert read.uses_groups == (by is not None)
    rows = [SeatRow("Town", "chair", 2), SeatRow("County", "chair", 2), SeatRow("Town", "clerk", 3)]
    with sessions.begin() as session:
        made, secrets = facilitation.create(
            session,
            keys,
            plan=read,
            items=[ItemRow(1, "One", None)],
            seats=7,
            stacks=facilitation.stacks_of(rows, by),
        )
        assert len(set(secrets)) == 7
        assert set(session.scalars(select(Seat.group))) == groups
        dealt = [card.stack for card in seats.cards(session, session.get_one(Conference, made.id), keys)]
    assert sorted(dealt) == ["County, chair"] * 2 + ["Town, chair"] * 2 + ["Town, clerk"] * 3
    assert len([1 for one, two in pairwise(dealt) if one != two]) == 2  # each stack in one piece


def test_seats_are_opened_and_put_on_paper_in_their_own_stack(
    sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    rows = [SeatRow("Town", "chair", 1), SeatRow("County", "", 1)]
    with sessions.begin() as session:
        made, _ = facilitation.create(
            session,
            keys,
            plan=read_plan(GROUPED),
            items=[ItemRow(1, "One", None)],
            seats=2,
            stacks=facilitation.stacks_of(rows, "organisation"),
        )
        county = {"organisation": "County"}
        facilitation.act(session, keys, made.id, "admit", county)
        for _ in range(2):
            facilitation.act(session, keys, made.id, "on-paper", county)
        query = select(Seat.group, Seat.organisation, Seat.role, Seat.paper).order_by(Seat.paper)
        found = session.execute(query.where(Seat.paper.is_not(None))).all()
        assert [tuple(row) for row in found] == [("County", "County", None, 1), ("County", "County", None, 2)]


def test_the_command_makes_seats_of_a_list(tmp_path: Path) -> None:
    for name, text in (("plan.toml", UNGROUPED), ("items.csv", "number,text\n1,One\n"), ("seats.csv", LIST)):
        (tmp_path / name).write_text(text, "utf-8")
    files = ["--plan", f"{tmp_path}/plan.toml", "--items", f"{tmp_path}/items.csv", "--data", f"{tmp_path}/data"]
    done = CliRunner().invoke(cli, ["create", *files, "--seats-file", f"{tmp_path}/seats.csv", "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["seats"]) == 7
    assert isinstance(CliRunner().invoke(cli, ["create", *files]).exception, BadInput)
