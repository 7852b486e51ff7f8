"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from consensus.config import Config
from rounds import Plan, read_plan

Command = Callable[..., Any]

FILE = click.Path(path_type=Path, dir_okay=False)

plan_option = click.option("--plan", "plan_path", type=FILE, required=True, help="The plan, a TOML file.")
items_option = click.option("--items", "items_path", type=FILE, required=True, help="The items, CSV, XLSX or ODS.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def place_options(command: Command) -> Command:
    """Where things are: --data, --database and --keys, else the environment, else this user's own directory.

    The command gets them as `config`.
    """

    @functools.wraps(command)
    def placed(*, data_dir: Path | None, database: str | None, keys: str | None, **rest: Any) -> Any:
        return command(config=Config.from_environment(data_dir=data_dir, database=database, keys=keys), **rest)

    for option in (
        click.option("--keys", metavar="URL", help="A Redis that holds the keys, with several hosts."),
        click.option("--database", metavar="URL", help="SQLite in the data directory unless told otherwise."),
        click.option(
            "--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help="The data directory."
        ),
    ):
        placed = option(placed)
    return placed


def plan_at(path: Path) -> Plan:
    """Read a plan and print its warnings. Raises PlanError, OSError."""
    with path.open("rb") as stream:
        plan = read_plan(stream.read(2_000_000), path.name)
    for warning in plan.warnings:
        click.echo(f"{path.name}: {warning}", err=True)
    return plan
