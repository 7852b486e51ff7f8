"""`backup`, `doctor` and `db`: looking after a server."""

from __future__ import annotations

from pathlib import Path

import click

from consensus.cli.options import FILE, place_options
from consensus.config import Config


@click.command()
@click.argument("file", type=FILE)
@place_options
def backup(file: Path, config: Config) -> None:
    """Copy the database, consistent while serving, into one SQLite FILE. No key and no open vote is in it."""
    from consensus.backup import write_backup
    from consensus.database import connect

    for left_out in write_backup(connect(config.database), file):
        missing = f"{left_out.items} items of round {left_out.round} (conference {left_out.conference})"
        click.echo(f"not in the backup: votes on {missing}, which are not sealed yet", err=True)
    click.echo(str(file))


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="The server's port.")
@place_options
def doctor(port: int, config: Config) -> None:
    """Say what would stop phones from reaching this machine, and what else would go wrong."""
    from consensus.doctor import examine

    for finding in examine(config, port):
        click.echo(f"{'ok     ' if finding.well else 'problem'} {finding.text}")


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@place_options
def upgrade(config: Config) -> None:
    """Bring the schema up to date."""
    from consensus import database as storing

    engine = storing.connect(config.database)
    storing.upgrade(engine)
    click.echo(storing.current_revision(engine))


@db.command()
@place_options
def current(config: Config) -> None:
    """Print the schema's revision."""
    from consensus import database as storing

    click.echo(storing.current_revision(storing.connect(config.database)) or "none")
