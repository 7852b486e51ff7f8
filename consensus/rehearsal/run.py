"""Run a rehearsal: a server of its own in a directory of its own, phones in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from consensus import facilitation, tokens
from consensus.config import Config
from consensus.errors import BadInput
from consensus.intake import ItemRow
from consensus.protocol.record import Record
from consensus.records import find, record_of
from consensus.services import Services
from rounds import Plan


def rehearse(plan: Plan, items: Sequence[ItemRow], phones: int, seed: str, place: Path, language: str) -> Record:
    """Run the whole plan in `place`, a directory of its own; return the record of what the phones voted.

    language: what the conference is held in. Where the plan counts by groups the phones are in made-up ones. Raises
    BadInput if server or phones fail.
    """
    config = Config.from_environment({}, data_dir=place)
    parts = Services.open(config)
    with parts.sessions.begin() as session:
        conference, secrets = facilitation.create(
            session,
            parts.keys,
            plan=plan,
            items=items,
            seats=phones,
            language=language,
            groups=groups_for(plan, phones),
        )
    token = tokens.issue(parts.secret, tokens.Facilitator(conference.id, conference.token_version))
    with server(config) as url:
        _lead(url, token, secrets, seed)
    with parts.readers() as session:
        record = record_of(session, find(session, conference.id))
    parts.engine.dispose()
    return record


def groups_for(plan: Plan, phones: int) -> dict[str, int]:
    """Groups for simulated phones, where the plan counts by them: up to three, each large enough to be counted."""
    count = max(1, min(3, phones // plan.min_group)) if plan.uses_groups else 0
    return {f"{place + 1}": len(range(place, phones, count)) for place in range(count)}


@contextmanager
def server(config: Config) -> Iterator[str]:
    """A server on a free port in a process of its own; gives its address.

    What the environment says of the real server is kept from it: a rehearsal has an address, secret, keys of its own.
    """
    command = [sys.executable, "-m", "consensus", "serve", "--host", "127.0.0.1", "--port", "0"]
    command += ["--data", str(config.data_dir), "--database", config.database]
    own = {name: value for name, value in os.environ.items() if not name.startswith("CONSENSUS_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=own) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline().split()
            if len(first) != 2:
                raise BadInput("rehearse", None, "the server did not start")
            yield first[1]
        finally:
            process.terminate()


def _lead(url: str, token: str, secrets: Sequence[str], seed: str) -> None:
    command = [sys.executable, "-m", "consensus.rehearsal.phones", url, "--lead", "--seed", seed]
    done = subprocess.run(command, input="\n".join([token, *secrets]), text=True, check=False)
    if done.returncode != 0:
        raise BadInput("rehearse", None, "the phones did not get through the plan; what they said stands above")
