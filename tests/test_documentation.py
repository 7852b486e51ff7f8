"""The documents tell what there is, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from consensus.cli.main import COMMANDS, cli
from consensus.config import Config
from consensus.errors import CODES
from consensus.facilitation import ACTIONS, create
from consensus.intake import ItemRow
from consensus.live import AUDIENCES
from consensus.services import Services
from consensus.snapshots import Snapshots
from rounds import parse_ballot, read_plan
from rounds.measure import FORMS
from rounds.reading import PLAN_KEYS, ROUND_KEYS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
INTERFACES = (DOCS / "interfaces.md").read_text("utf-8")
PLANS = (DOCS / "plan-language.md").read_text("utf-8")


def section(text: str, heading: str) -> str:
    """The part of a page under a heading, up to the next of its level or above."""
    level, _, _ = heading.partition(" ")
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"the page has no heading {heading}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """What stands in code in the first cell of each row of the tables."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def commands(group: click.Group = cli, prefix: str = "") -> Iterable[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def test_every_plan_key_is_described_and_no_other() -> None:
    assert first_cells(section(PLANS, "## Keys of the plan")) == list(PLAN_KEYS)
    assert first_cells(section(PLANS, "## Keys of a round")) == list(ROUND_KEYS)


def test_every_measure_is_described_with_its_ballots() -> None:
    rows = re.findall(r"^\| `(\w+)[^`]*` \| ([^|]+) \|", section(PLANS, "## Rules"), re.MULTILINE)
    told = {name: set(FORMS["votes"]) if forms == "all" else set(forms.split(", ")) for name, forms in rows}
    assert told == {name: set(forms) for name, forms in FORMS.items()}


def test_the_example_is_a_plan_that_works() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PLANS, re.DOTALL)
    plan = read_plan(example)
    assert [round.id for round in plan.rounds] == ["P1", "P2", "E1", "C"]
    assert plan.warnings == ()


def test_every_ballot_of_the_page_can_be_read() -> None:
    (row,) = re.findall(r"^\| `ballot` \| (.*?) \|", PLANS, re.MULTILINE)
    for text in re.findall(r"`([^`]+)`", row):
        numbers = {"A-B": "1-9", "K": "3", "T max M": "10 max 4", "T": "10"}
        for letters, digits in numbers.items():
            text = re.sub(rf"\b{letters}\b", digits, text)
        assert parse_ballot(text).choices


def test_every_command_is_described_and_no_other() -> None:
    told = [
        cell.removeprefix("consensus ").split(" [")[0].split(" --")[0]
        for cell in first_cells(section(INTERFACES, "## Commands"))
    ]
    told = [re.sub(r" [A-Z]+.*", "", name) for name in told]
    assert told == [name for name, _ in commands()]
    assert set(COMMANDS) <= {name.split()[0] for name in told}


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_option_of_a_command_is_described(name: str, command: click.Command) -> None:
    (row,) = [
        line for line in section(INTERFACES, "## Commands").splitlines() if line.startswith(f"| `consensus {name}")
    ]
    told = set(re.findall(r"--[a-z]+", row))
    there = {flag for option in command.params for flag in option.opts if flag.startswith("--")} - {
        "--data",
        "--database",
    }
    assert told - {"--data", "--database"} == there


def test_every_action_and_code_is_described_and_no_other() -> None:
    http = section(INTERFACES, "## HTTP")
    assert first_cells(section(http, "### Actions")) == list(ACTIONS)
    assert set(first_cells(section(INTERFACES, "### Codes"))) == set(CODES)


def test_pages_link_to_what_is_there() -> None:
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_key_of_a_snapshot_is_described_and_no_other(tmp_path: Path) -> None:
    config = Config.from_environment({}, data_dir=tmp_path)
    parts = Services.open(config)
    plan = read_plan(
        'title = "T"\nprotocols = ["in"]\n[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\notherwise = "cut"'
    )
    with parts.sessions.begin() as session:
        conference, _ = create(session, parts.keys, plan=plan, items=[ItemRow(1, "One", None, "", "")], seats=3)
        there = {key for audience in AUDIENCES for key in Snapshots(session, parts.keys, conference, "").of(audience)}
    parts.engine.dispose()
    assert set(first_cells(section(INTERFACES, "### `state`, server → client"))) == there
