"""What would stop phones from reaching this machine, and what else would spoil the day."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile

from consensus import redis
from consensus.app import local_address
from consensus.config import Config
from consensus.database import STORAGE_ERRORS, connect, current_revision, reason_of
from consensus.errors import BadInput
from consensus.scrub import keeps_votes

MIN_FREE = 500 << 20
#: no clock that runs can stand before this version was written
BUILT = datetime(2026, 1, 1).timestamp()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and a sentence that says what to do if not."""

    well: bool
    text: str


def examine(config: Config, port: int) -> Iterator[Finding]:
    """Look at address, port, database, disk and clock, one finding each. Changes nothing."""
    for look in (_address, _port, _data, _queue, _database, _kept, _disk, _clock):
        yield look(config, port)


def _address(config: Config, port: int) -> Finding:
    if config.public_url:
        return Finding(True, f"phones are sent to {config.public_url}")
    address = local_address()
    if address.startswith("127."):
        return Finding(False, "this machine is on no network: join the venue's Wi-Fi, or start an access point")
    return Finding(True, f"phones on the same network reach this machine at http://{address}:{port}/")


def _port(config: Config, port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104
        except OSError as error:
            if _answers(port):
                return Finding(True, f"port {port} answers: a server runs already")
            return Finding(False, f"port {port} cannot be used ({error.strerror}): choose another with --port")
    return Finding(True, f"port {port} is free; the firewall of this machine must let it in")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _data(config: Config, port: int) -> Finding:
    def look() -> str:
        config.keys.scopes()
        if config.keys_in:
            return "the Redis for the keys answers and, as far as it tells, writes nothing to a disk"
        with TemporaryFile(dir=config.data_dir) as probe:
            probe.write(bytes(4096))
        return f"the data directory {config.data_dir} can be written to"

    return _tried(look)


def _queue(config: Config, port: int) -> Finding:
    def look() -> str:
        if config.redis is None:
            return "one process serves; for several set CONSENSUS_REDIS"
        redis.ping(config.redis, "redis")
        return "the message queue answers"

    return _tried(look)


def _database(config: Config, port: int) -> Finding:
    def look() -> str:
        revision = current_revision(connect(config.database))
        return f"the database answers, its schema is {revision or 'not made yet (serve makes it)'}"

    return _tried(look)


def _kept(config: Config, port: int) -> Finding:
    try:
        found = keeps_votes(connect(config.database))
    except (BadInput, *STORAGE_ERRORS):
        return Finding(False, "what the database keeps of votes cannot be seen")
    if found:
        return Finding(False, f"PostgreSQL keeps votes with their time ({', '.join(found)}): see docs/postgresql.md")
    return Finding(True, "after a seal the database keeps no vote but the sealed ones")


def _disk(config: Config, port: int) -> Finding:
    free = shutil.disk_usage(config.data_dir).free if config.data_dir.exists() else MIN_FREE
    return Finding(free >= MIN_FREE, f"{free >> 20} MB are free where the data is, {MIN_FREE >> 20} are needed")


def _clock(config: Config, port: int) -> Finding:
    now = time.time()
    text = f"this machine's clock says {datetime.fromtimestamp(now):%Y-%m-%d %H:%M}"
    return Finding(now > BUILT, text if now > BUILT else f"{text}, which is wrong: set it")


def _tried(look: Callable[[], str]) -> Finding:
    try:
        return Finding(True, str(look()))
    except BadInput as problem:
        return Finding(False, str(problem))
    except STORAGE_ERRORS as problem:
        return Finding(False, f"what is stored cannot be read or written: {reason_of(problem)}")
