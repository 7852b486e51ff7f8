"""`create` and `export`: a conference into the database, and its documents out of it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from consensus.cli.options import FILE, items_option, json_option, place_options, plan_at, plan_option
from consensus.config import Config
from consensus.errors import BadInput
from consensus.languages import DEFAULT, LANGUAGES

ENDINGS = (".docx", ".xlsx", ".pdf", ".pptx", ".csv", ".json", ".zip")


@click.command()
@plan_option
@items_option
@click.option("--seats", type=click.IntRange(1, 10_000), help="How many seats the panel has.")
@click.option(
    "--seats-file", type=FILE, help="The seats by organisation and role: CSV, XLSX or ODS, instead of --seats."
)
@click.option(
    "--group-by",
    type=click.Choice(["organisation", "role"]),
    default="organisation",
    show_default=True,
    help="What is a group, where the plan's rules count by groups.",
)
@click.option("--title", help="The plan's title unless told otherwise.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
@json_option
@place_options
def create(
    plan_path: Path,
    items_path: Path,
    seats: int | None,
    seats_file: Path | None,
    group_by: str,
    title: str | None,
    language: str,
    as_json: bool,
    config: Config,
) -> None:
    """Make a conference with its items and seats."""
    from consensus import facilitation, tokens
    from consensus.database import storage
    from consensus.intake import read_items, read_seats
    from consensus.services import Services
    from rounds.checks import warnings_for

    plan = plan_at(plan_path)
    items = read_items(items_path, plan.kinds)
    for warning in warnings_for(plan, [item.kind for item in items]):
        click.echo(f"{plan_path.name}: {warning}", err=True)
    if (seats is None) == (seats_file is None):
        raise BadInput("--seats", None, "say how many seats there are, or name a file with --seats-file")
    rows = read_seats(seats_file) if seats_file else ()
    parts = Services.open(config)
    with storage(), parts.sessions.begin() as session:
        conference, secrets = facilitation.create(
            session,
            parts.keys,
            plan=plan,
            items=items,
            seats=seats or sum(row.seats for row in rows),
            title=title,
            language=language,
            stacks=facilitation.stacks_of(rows, group_by if plan.uses_groups else None),
        )
    token = tokens.issue(parts.secret, tokens.Facilitator(conference.id, conference.token_version))
    if as_json:
        found = {
            "conference": conference.id,
            "join_code": conference.join_code,
            "facilitator_token": token,
            "seats": secrets,
        }
        click.echo(json.dumps(found))
        return
    click.echo(f"conference  {conference.id}")
    click.echo(f"facilitator /facilitate/{conference.id}?token={token}")
    click.echo(f"join code   {conference.join_code}")
    for secret in secrets:
        click.echo(f"seat        {secret}")


@click.command()
@click.argument("conference_id", metavar="CONFERENCE")
@click.option("--out", type=FILE, required=True, help=f"The file to write: {' '.join(ENDINGS)}")
@click.option("--template", "template_path", type=FILE, help="A Word template of your own that is filled in.")
@place_options
def export(conference_id: str, out: Path, template_path: Path | None, config: Config) -> None:
    """Write a conference's protocol as a document; the file's ending says which."""
    from consensus import protocol
    from consensus.database import storage
    from consensus.records import find, record_of
    from consensus.services import Services

    if out.suffix.lower() not in ENDINGS:
        raise BadInput(out.name, None, f"the file must end in one of {' '.join(ENDINGS)}")
    template = _template(template_path, out) if template_path is not None else None
    parts = Services.open(config)
    with storage(), parts.readers() as session:
        record = record_of(session, find(session, conference_id))
    if template is None or template_path is None:
        out.write_bytes(protocol.export(record, out.suffix.lower()))
    else:
        from consensus.protocol.template import fill_in

        out.write_bytes(fill_in(record, template, template_path.name))
    click.echo(str(out))


def _template(path: Path, out: Path) -> bytes:
    if out.suffix.lower() != ".docx":
        raise BadInput(out.name, None, "a Word template gives a Word document: the file must end in .docx")
    return path.read_bytes()


@click.command()
@click.option("--out", type=FILE, required=True, help="The file to write, ending in .docx")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
def template(out: Path, language: str) -> None:
    """Write a Word template to begin with: every tag there is, in a plain layout."""
    from consensus.protocol.sample import sample

    out.write_bytes(sample(language))
    click.echo(str(out))
