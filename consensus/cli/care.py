"""`backup`, `doctor` and `db`: looking after a server."""

from __future__ import annotations

from pathlib import Path

import click

from consensus.cli.options import FILE, config_of, place_options


@click.command()
@click.argument("file", type=FILE)
@place_options
def backup(file: Path, data_dir: Path | None, database: str | None) -> None:
    """Copy the database, consistent while serving, into one SQLite FILE. No key is in it."""
    from consensus.backup import write_backup
    from consensus.database import connect

    write_backup(connect(config_of(data_dir, database).database), file)
    click.echo(str(file))


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="The server's port.")
@place_options
def doctor(port: int, data_dir: Path | None, database: str | None) -> None:
    """Say what would stop phones from reaching this machine, and what else would go wrong."""
    from consensus.doctor import examine

    for finding in examine(config_of(data_dir, database), port):
        click.echo(f"{'ok     ' if finding.well else 'problem'} {finding.text}")


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@place_options
def upgrade(data_dir: Path | None, database: str | None) -> None:
    """Bring the schema up to date."""
    from consensus import database as storing

    engine = storing.connect(config_of(data_dir, database).database)
    storing.upgrade(engine)
    click.echo(storing.current_revision(engine))


@db.command()
@place_options
def current(data_dir: Path | None, database: str | None) -> None:
    """Print the schema's revision."""
    from consensus import database as storing

    click.echo(storing.current_revision(storing.connect(config_of(data_dir, database).database)) or "none")
