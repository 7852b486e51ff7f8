"""Seats by organisation and role: what a list makes of a panel, and what is wrong with one."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from consensus import facilitation, seats
from consensus.cli.main import cli
from consensus.errors import BadInput, Refusal
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


def make(sessions: sessionmaker[Session], keys: FileKeyStore, plan: str, rows: list[SeatRow], by: str | None) -> str:
    """A conference with nine seats in these stacks; its id."""
    with sessions.begin() as session:
        stacks, items = facilitation.stacks_of(rows, by), [ItemRow(1, "One", None)]
        made, _ = facilitation.create(session, keys, plan=read_plan(plan), items=items, seats=9, stacks=stacks)
        return made.id


def change_plan(sessions: sessionmaker[Session], id: str, plan: str) -> set[str | None]:
    """Give a conference another plan; the groups that its seats have then."""
    with sessions.begin() as session:
        conference = session.get_one(Conference, id)
        before = read_plan(conference.plan_text).sha256
        assert facilitation.change_plan(session, conference, read_plan(plan), instead_of=before)
        return set(session.scalars(select(Seat.group)))


TOWN_AND_COUNTY = [SeatRow("Town", "chair", 5), SeatRow("County", "clerk", 3)]


@pytest.mark.parametrize(
    ("rows", "by", "groups"),
    [
        (TOWN_AND_COUNTY, None, {"Town", "County", None}),
        ([SeatRow("", "chair", 9)], None, {"chair"}),
        (TOWN_AND_COUNTY, "role", {"chair", "clerk", None}),
    ],
)
def test_a_plan_that_comes_to_count_by_groups_takes_them_from_the_seats(
    sessions: sessionmaker[Session], keys: FileKeyStore, rows: list[SeatRow], by: str | None, groups: set[str | None]
) -> None:
    """By organisation, else by role, unless they have groups from the beginning."""
    id = make(sessions, keys, GROUPED if by else UNGROUPED, rows, by)
    if by:
        change_plan(sessions, id, UNGROUPED)
    assert change_plan(sessions, id, GROUPED) == groups


def test_a_plan_that_counts_by_groups_is_refused_where_no_seat_can_have_one(
    sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    """Nothing would meet its rules, however many say yes."""
    with pytest.raises(Refusal, match="counts by groups"):
        make(sessions, keys, GROUPED, [], None)
    id = make(sessions, keys, UNGROUPED, [], None)
    with pytest.raises(Refusal, match="counts by groups"):
        change_plan(sessions, id, GROUPED)


def test_a_list_with_one_column_is_grouped_by_that_whatever_was_chosen() -> None:
    (stack,) = facilitation.stacks_of([SeatRow("", "chair", 4)], "organisation")
    assert stack == seats.Stack(4, "chair", None, "chair")


@pytest.mark.parametrize(("list", "status"), [("", 200), ("role,seats\nchair,6\nclerk,6\n", 303)])
def test_the_form_says_at_once_that_the_plan_needs_a_list_of_seats(
    administrator: FlaskClient, list: str, status: int
) -> None:
    administrator.set_cookie("language", "en")
    form = {
        "plan": "own",
        "plan_text": GROUPED,
        "seats": "12",
        "seats_text": list,
        "items_text": "number,text\n1,One\n",
    }
    answer = administrator.post("/facilitate/new", data={**form, "step": "create"})
    assert answer.status_code == status
    assert ("This plan counts by groups." in answer.text) == (status == 200)


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
