"""`rehearse`: the whole plan with simulated phones."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from pathlib import Path

import click

from consensus.cli.options import items_option, json_option, plan_at, plan_option
from consensus.languages import DEFAULT, LANGUAGES


@click.command()
@plan_option
@items_option
@click.option("--phones", type=click.IntRange(1, 1000), required=True, help="How many simulated phones.")
@click.option("--seed", default="1", show_default=True, help="What the phones think, and the lots.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where the documents go.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
@json_option
def rehearse(
    plan_path: Path, items_path: Path, phones: int, seed: str, out: Path | None, language: str, as_json: bool
) -> None:
    """Run a plan with simulated phones over real sockets, on a private server, and export everything."""
    # Asked to end, it tidies up: the private server goes, and its directory with the keys.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    from consensus.cli.conferences import ENDINGS
    from consensus.intake import read_items
    from consensus.protocol import export
    from consensus.rehearsal.run import rehearse as run

    plan = plan_at(plan_path)
    items = read_items(items_path, plan.kinds)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="consensus-rehearsal-") as place:
        record = run(plan, items, phones, seed, Path(place), language)
    click.echo(f"{len(record.ballots)} votes in {time.perf_counter() - begun:.1f} s", err=True)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for ending in ENDINGS:
            name = "archive.zip" if ending == ".zip" else f"protocol{ending}"
            (out / name).write_bytes(export(record, ending))
            click.echo(f"wrote {out / name}", err=True)
    if as_json:
        click.echo(json.dumps(record.replayed.as_json(), ensure_ascii=False))
        return
    for result in record.replayed.rounds:
        click.echo(f"{result.round.id}: " + ", ".join(f"{n} {name}" for name, n in result.counts.items() if n))
    for name, numbers in record.replayed.protocols.items():
        click.echo(f"{name} ({len(numbers)}): {' '.join(map(str, numbers))}")
