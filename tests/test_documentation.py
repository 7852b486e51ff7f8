"""The documents tell what there is, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from inspect import getsource
from pathlib import Path
from typing import Any

import click
import pytest

from consensus import config as settings
from consensus import facilitation, live, seats
from consensus.app import create_app
from consensus.ballot_box import Submission
from consensus.cli.main import COMMANDS, cli
from consensus.config import Config
from consensus.errors import CODES
from consensus.facilitation import ACTIONS, SEATING
from consensus.intake import ItemRow
from consensus.live import AUDIENCES
from consensus.models import Conference
from consensus.protocol import FORMATS, export
from consensus.records import record_of
from consensus.services import Services
from consensus.sheets.header import NAMES
from consensus.snapshots import Snapshots, seat_messages
from consensus.translations.catalogue import catalogues, collect, read
from rounds import parse_ballot, read_plan
from rounds.measure import FORMS
from rounds.reading import PLAN_KEYS, ROUND_KEYS
from tests.consensus.protocol.making import whole

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
INTERFACES = (DOCS / "interfaces.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
PLANS = (DOCS / "plan-language.md").read_text("utf-8")

#: addresses that answer with a file, with data, or by going elsewhere at once
NO_PAGE = re.compile(r"^/(api|static|words)/|\.(svg|pdf|<ending>)$|/(state|template)$")


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
    places = {"--data", "--database", "--keys"}
    told = set(re.findall(r"--[a-z-]+", row))
    there = {flag for option in command.params for flag in option.opts if flag.startswith("--")}
    assert told - places == there - places


def test_every_action_and_code_is_described_and_no_other() -> None:
    http = section(INTERFACES, "## HTTP")
    assert first_cells(section(http, "### Actions")) == list(ACTIONS)
    assert first_cells(section(http, "### Seats")) == list(SEATING)
    assert set(first_cells(section(INTERFACES, "### Codes"))) == set(CODES)


def test_pages_link_to_what_is_there() -> None:
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_page_is_pictured_and_no_other(tmp_path: Path) -> None:
    """`make screenshots` takes the pictures; what it takes is what the page shows."""
    pages = (DOCS / "pages.md").read_text("utf-8")
    app = create_app(Config.from_environment({}, data_dir=tmp_path))
    routes = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert set(first_cells(pages)) == {route for route in routes if not NO_PAGE.search(route)}
    shown = set(re.findall(r"\(images/([\w-]+\.png)\)", pages))
    assert shown == {file.name for file in (DOCS / "images").iterdir()}
    assert set(re.findall(r"\(docs/images/([\w-]+\.png)\)", README)) <= shown


class Told:
    """A small conference led to its end, and every snapshot on the way: a lot, a scale, a round at one's own pace."""

    PLAN = """
title = "T"
protocols = ["wide", "core"]
[[rounds]]
id = "A"
vote_on = "all"
ballot = "yes-no"
advance = "top 1"
to = "wide"
cut = "yes < 50%"
ties = "lot"
[[rounds]]
id = "B"
vote_on = "held in A"
ballot = "scale 1-9"
pace = "paper"
advance = "median >= 7"
to = "core"
otherwise = "cut"
"""

    def __init__(self, place: Path) -> None:
        self.parts = Services.open(Config.from_environment({}, data_dir=place))
        self.snapshots: list[dict[str, Any]] = []
        rows = [ItemRow(number, f"Item {number}", None, "", "") for number in (1, 2)]
        with self.parts.sessions.begin() as session:
            made, secrets = facilitation.create(
                session, self.parts.keys, plan=read_plan(self.PLAN), items=rows, seats=1, state="draft"
            )
            seat = seats.join(session, secrets[0])
        self.id, self.seat = made.id, seat.id
        self.look()
        while (step := self.snapshots[-1]["steps"]["next"]) is not None:
            self.parts.act(self.id, step["action"], step)
            if step["action"] != "close":
                self.vote()
            self.look()
        with self.parts.sessions() as session:
            self.record = record_of(session, session.get_one(Conference, self.id))
        self.parts.engine.dispose()

    def vote(self) -> None:
        """Say yes to the item that is open, if one is: so that both are tied."""
        with self.parts.readers() as session:
            number = session.get_one(Conference, self.id).open_item
        if number is not None:
            self.parts.box.record([Submission(self.id, self.seat, 1, "A", [(number, "yes")])])

    def look(self) -> None:
        with self.parts.readers() as session:
            found = Snapshots(session, self.parts.keys, session.get_one(Conference, self.id), "")
            self.snapshots += [found.of(audience) for audience in AUDIENCES]
            conference = session.get_one(Conference, self.id)
            (self.own,) = seat_messages(session, self.parts.keys, conference, {self.seat: None}).values()

    def values(self, key: str) -> Iterator[Any]:
        """What stands under a key, wherever it is not empty."""
        return (snapshot[key] for snapshot in self.snapshots if snapshot.get(key))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("told"))


def keys(values: Iterable[dict[str, Any]]) -> set[str]:
    return {key for value in values for key in value}


def json_of(text: str) -> dict[str, Any]:
    (block,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


def names_in_row(key: str) -> set[str]:
    """The keys that the table of a snapshot's keys names in one row."""
    (row,) = re.findall(rf"^\| `{key}` \| (.*) \|$", section(INTERFACES, STATE), re.MULTILINE)
    return set(re.findall(r'"([a-z_]+)"(?=[:,}])', row))


STATE = "### `state`, server → client"


def test_every_key_of_a_snapshot_is_described_and_no_other(told: Told) -> None:
    described = section(INTERFACES, STATE)
    assert set(first_cells(described)) == keys(told.snapshots)
    assert set(json_of(described)) == keys(told.snapshots)


def test_every_key_inside_a_snapshot_is_in_the_example(told: Told) -> None:
    example = json_of(section(INTERFACES, STATE))
    for key in ("plan", "round", "item", "turnout", "join", "steps"):
        assert set(example[key]) == keys(told.values(key)), key
    for key in ("items", "log"):
        assert set(example[key][0]) == keys(one for some in told.values(key) for one in some), key
    assert set(example["item"]) == keys(item for paper in told.values("paper") for item in paper)
    assert set(example["round"]["ballot"]) == keys(round["ballot"] for round in told.values("round"))
    assert set(example["plan"]["rounds"][0]) == keys(r for p in told.values("plan") for r in p.get("rounds", []))


def test_every_key_of_results_is_named(told: Told) -> None:
    line = {"measure", "at", "yes"}
    assert names_in_row("result") | {"counts"} == keys(told.values("result")) | line
    reviews = list(told.values("review"))
    groups = [group for review in reviews for group in review["groups"]]
    inside = [item for group in groups for item in group["items"]]
    ties = [tie for review in reviews for tie in review["ties"]]
    lots = [review["lot"] for review in reviews if review["lot"]]
    assert ties
    assert lots
    there = set.union(*map(keys, (reviews, groups, inside, ties, lots)))
    assert names_in_row("review") == there | {"advance", "sv", "en"}
    listed = [item for protocols in told.values("protocols") for items in protocols.values() for item in items]
    assert names_in_row("protocols") - {"extended", "core"} == keys(listed)


def test_only_the_facilitator_and_the_screen_get_what_is_marked(told: Told) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([FS])\. ", section(INTERFACES, STATE), re.MULTILINE))
    got = {audience: keys(s for s in told.snapshots if s["audience"] == audience) for audience in AUDIENCES}
    assert {key for key, mark in rows.items() if mark == "S"} == got["screen"] - got["phone"]
    assert {key for key, mark in rows.items() if mark == "F"} == got["facilitator"] - got["screen"]


def test_protocols_are_told_when_the_page_says(told: Told) -> None:
    seen = {(s["audience"], s["state"]) for s in told.snapshots if s["protocols"] is not None}
    large = {(audience, state) for audience in ("screen", "facilitator") for state in ("sealed", "finished")}
    assert seen == large | {("phone", "finished")}


def test_every_state_is_named(told: Told) -> None:
    (row,) = re.findall(r"^\| `state` \| `(.*)` \|$", section(INTERFACES, STATE), re.MULTILINE)
    assert set(row.split()) == {snapshot["state"] for snapshot in told.snapshots}


def test_every_event_is_described_and_no_other(told: Told) -> None:
    headings = re.findall(r"^### `(\w+)`, ", section(INTERFACES, "## The live interface"), re.MULTILINE)
    source = "".join(path.read_text("utf-8") for path in Path(live.__file__).parent.glob("*.py"))
    there = set(re.findall(r'(?:emit|on_event|say)\(\s*"(\w+)"', source)) - {"connect", "disconnect"}
    assert set(headings) == there
    own = section(INTERFACES, "### `seat`, server → one phone")
    assert set(re.findall(r'"(\w+)":', own)) == set(told.own)


def test_replay_prints_what_the_example_shows(told: Told) -> None:
    example = json_of(section(INTERFACES, "## What `replay --json` prints"))
    printed: Any = told.record.replayed.as_json()
    assert set(printed) == set(example)
    assert set(printed["plan"]) == set(example["plan"])
    assert keys(printed["rounds"]) == set(example["rounds"][0])
    assert keys(i for r in printed["rounds"] for i in r["items"]) == set(example["rounds"][0]["items"][0])
    assert set(printed["rounds"][0]["counts"]) == set(example["rounds"][0]["counts"])


def test_every_column_of_a_file_is_described_and_no_other() -> None:
    files = re.findall(r"^\* \*\*\w+\*\*: (.*?)(?=^\*|^$)", section(INTERFACES, "## Files"), re.MULTILINE | re.DOTALL)
    told = set(re.findall(r"`([a-z]+)`", " ".join(files))) - {"yes", "no", "abstain"}
    assert told == set(NAMES)


def test_every_address_is_described_and_no_other(tmp_path: Path) -> None:
    app = create_app(Config.from_environment({}, data_dir=tmp_path))
    there = {
        re.sub(r"<\w+:", "<", rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/static", "/socket.io"))
    }
    told = set(re.findall(r"`(?:GET |POST )?(/[^`\s]*)`", section(INTERFACES, "## HTTP")))
    assert told == there


def test_every_variable_of_the_environment_is_described_and_no_other() -> None:
    deployment = (DOCS / "deployment.md").read_text("utf-8")
    told = set(first_cells(section(deployment, "## Settings")))
    assert told == set(re.findall(r"CONSENSUS_[A-Z_]+", getsource(settings)))
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        assert set(re.findall(r"CONSENSUS_[A-Z_]+", page.read_text("utf-8"))) <= told, page.name


PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_of_a_page_can_be_run(page: Path) -> None:
    there = dict(commands())
    lines = re.findall(r"(?:`|^    )consensus ([a-z][^`\n]*)", page.read_text("utf-8"), re.MULTILINE)
    for line in lines:
        words = line.split()
        name = " ".join(words[:2]) if words[0] == "db" and words[1:] else words[0]
        assert name in {*there, "db"}, line
        flags = {flag for option in there[name].params for flag in option.opts} if name in there else set()
        assert set(re.findall(r"--[a-z-]+", line)) <= {*flags, "--help"}, line


@pytest.mark.parametrize(("page", "quoted"), [("en", "“([^”]+)”"), ("sv", "”([^”]+)”")])
def test_the_guide_quotes_what_the_pages_say(page: str, quoted: str) -> None:
    """A text with blanks is quoted filled in; one that ends in dots may be cut short."""
    if page == "en":
        known = [m.id for m in collect() if isinstance(m.id, str)]
    else:
        known = [m.string for m in read(catalogues()[page]) if isinstance(m.string, str)]
    # What has blanks and no words, such as {op} {n} {what}, would match everything.
    known = [text for text in known if re.search(r"[^\W\d_]", re.sub(r"\{\w+\}|%\(\w+\)[sd]", "", text))]
    patterns = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)) for text in known]
    guide = " ".join((DOCS / f"facilitator-guide.{page}.md").read_text("utf-8").split())
    for label in re.findall(quoted, guide):
        if label in ("quotation marks", "citattecken"):
            continue
        begun = label.removesuffix(" …")
        assert any(re.fullmatch(p, label) for p in patterns) or any(
            text.startswith(begun) for text in known if begun != label
        ), label


def test_the_readme_quotes_figures_that_were_measured() -> None:
    measured = (DOCS / "load.md").read_text("utf-8").splitlines()
    quoted = [
        row for row in section(README, "## How many phones").splitlines() if re.match(r"\| [a-z].* \| [\d,]+ \|", row)
    ]
    assert len(quoted) > 10
    assert [row for row in quoted if row not in measured] == []


def test_the_keys_of_the_json_export_are_described() -> None:
    told = section(INTERFACES, "## What an export has")
    keys = set(json.loads(export(whole("two kinds", "en"), ".json")))
    replayed = {"plan", "rounds", "protocols", "unresolved"}
    assert set(first_cells(told.partition("| key of")[2])) == keys - replayed
    assert set(re.findall(r"`(\.\w+)`", told.partition("| key of")[0])) == set(FORMATS)
