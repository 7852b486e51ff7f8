"""`replay` and `verify`: from files alone, without server or database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from consensus.cli.options import FILE, items_option, json_option, plan_at, plan_option


@click.command()
@plan_option
@items_option
@click.option("--ballots", "ballots_path", type=FILE, required=True, help="The ballots, CSV or XLSX.")
@click.option("--decisions", "decisions_path", type=FILE, help="Decisions on ties, and lots.")
@click.option("--attendance", "attendance_path", type=FILE, help="Seats entitled and present, per round.")
@json_option
def replay(
    plan_path: Path,
    items_path: Path,
    ballots_path: Path,
    decisions_path: Path | None,
    attendance_path: Path | None,
    as_json: bool,
) -> None:
    """Recompute rounds and protocols from files alone."""
    from consensus import replay as replaying
    from consensus.ballot_file import read_attendance, read_ballots, read_decisions
    from consensus.intake import read_items

    plan = plan_at(plan_path)
    items = read_items(items_path, plan.kinds)
    ballots = read_ballots(ballots_path, plan, [item.number for item in items])
    decisions, lots = read_decisions(decisions_path, plan) if decisions_path else ([], {})
    attendance = read_attendance(attendance_path, plan) if attendance_path else {}
    replayed = replaying.replay(plan, items, ballots, decisions, lots, attendance)
    if as_json:
        click.echo(json.dumps(replayed.as_json(), ensure_ascii=False))
        return
    for result in replayed.rounds:
        counts = ", ".join(f"{n} {name}" for name, n in result.counts.items() if n)
        click.echo(f"{result.round.id}: {len(result.items)} items, {result.papers} papers: {counts or 'nothing'}")
        for tie in result.unresolved:
            click.echo(f"  unresolved: items {', '.join(map(str, tie.open))} for {tie.open_places} places")
    for name, numbers in replayed.protocols.items():
        click.echo(f"{name} ({len(numbers)}): {' '.join(map(str, numbers))}")


@click.command()
@click.argument("archive", type=FILE)
def verify(archive: Path) -> None:
    """Recount an archive from its ballots and its plan; name every difference."""
    from consensus.errors import BadInput
    from consensus.protocol import verify as verified

    differences = verified(archive)
    for difference in differences:
        click.echo(difference)
    if differences:
        more = "" if len(differences) == 1 else f" and {len(differences) - 1} more, listed above"
        raise BadInput(archive.name, None, f"the recount differs: {differences[0]}{more}")
    click.echo(f"{archive.name}: the recount agrees")
