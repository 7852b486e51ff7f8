"""Options that several commands share."""

from __future__ import annotations

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
    """Where the database is: --data and --database, else the environment, else this user's own directory."""
    command = click.option("--database", metavar="URL", help="SQLite in the data directory unless told otherwise.")(
        command
    )
    return click.option(
        "--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help="The data directory."
    )(command)


def config_of(data_dir: Path | None, database: str | None, redis: str | None = None) -> Config:
    return Config.from_environment(data_dir=data_dir, database=database, redis=redis)


def plan_at(path: Path) -> Plan:
    """Read a plan and print its warnings. Raises PlanError, OSError."""
    with path.open("rb") as stream:
        plan = read_plan(stream.read(2_000_000), path.name)
    for warning in plan.warnings:
        click.echo(f"{path.name}: {warning}", err=True)
    return plan
