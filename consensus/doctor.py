"""What would stop phones from reaching this machine, and what else would spoil the day.

Said in the reader's language on the facilitator's page, and in English by the command.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import TemporaryFile

from flask_babel import get_locale, gettext
from sqlalchemy import Engine

from consensus import redis
from consensus.addresses import ALONE, answers, is_alone, local_address, served_address
from consensus.config import Config
from consensus.database import STORAGE_ERRORS, connect, current_revision, reason_of
from consensus.errors import BadInput
from consensus.scrub import keeps_votes
from rounds.languages import ENGLISH

MIN_FREE = 500 << 20
#: no clock that runs can stand before this version was written
BUILT = datetime(2026, 1, 1).timestamp()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and a sentence that says what to do if not.

    technical: what only whoever installed the server makes anything of, as long as it is well.
    """

    well: bool
    text: str
    technical: bool = False

    @property
    def folded(self) -> bool:
        """Whether it can be left out of what is read first."""
        return self.technical and self.well


def examine(config: Config, port: int, address: str | None = None) -> Iterator[Finding]:
    """Look at address, port, database, disk and clock, one finding each. Changes nothing.

    address: where the server sends phones, if that is known; else it is asked which address answers.
    """
    yield _address(config, port, address)
    for look in (_port, _disk, _clock):
        yield look(config, port)
    for look in (_data, _queue, _database, _kept):
        yield replace(look(config, port), technical=True)


def _address(config: Config, port: int, known: str | None) -> Finding:
    if local_address() == ALONE and not config.public_url:
        hint = gettext("this machine is on no network: join the venue's Wi-Fi, or start an access point")
        return Finding(False, hint)
    address = config.public_url or known or f"http://{served_address(port)}:{port}/"
    if is_alone(address):
        text = gettext(
            "phones are sent to %(address)s, which only this machine reaches: start the server with --host 0.0.0.0"
        )
        return Finding(False, text % {"address": address})
    if config.public_url or known:
        return Finding(True, gettext("phones are sent to %(address)s", address=address))
    return Finding(True, gettext("phones on the same network reach this machine at %(address)s", address=address))


def _port(config: Config, port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104
        except OSError as error:
            if answers(ALONE, port) or answers(local_address(), port):
                return Finding(True, gettext("port %(port)s answers: a server runs already", port=port))
            hint = gettext("port %(port)s cannot be used (%(why)s): choose another", port=port, why=error.strerror)
            return Finding(False, hint)
    return Finding(True, gettext("port %(port)s is free; the firewall of this machine must let it in", port=port))


def _data(config: Config, port: int) -> Finding:
    def look() -> object:
        config.keys.scopes()
        if config.keys_in:
            return gettext("the Redis for the keys answers and, as far as it tells, writes nothing to a disk")
        with TemporaryFile(dir=config.data_dir) as probe:
            probe.write(bytes(4096))
        return gettext("the data directory %(place)s can be written to", place=config.data_dir)

    return _tried(look)


def _queue(config: Config, port: int) -> Finding:
    def look() -> object:
        if config.redis is None:
            return gettext("one process serves; for several set CONSENSUS_REDIS")
        redis.ping(config.redis, "redis")
        return gettext("the message queue answers")

    return _tried(look)


def _database(config: Config, port: int) -> Finding:
    def look() -> object:
        with _database_of(config) as engine:
            revision = current_revision(engine)
        if revision is None:
            return gettext("the database answers; its schema is made when the server starts")
        return gettext("the database answers, its schema is %(revision)s", revision=revision)

    return _tried(look)


def _kept(config: Config, port: int) -> Finding:
    try:
        with _database_of(config) as engine:
            found = keeps_votes(engine)
    except (BadInput, *STORAGE_ERRORS):
        return Finding(False, gettext("what the database keeps of votes cannot be seen"))
    if found:
        text = gettext("PostgreSQL keeps votes with their time (%(settings)s): see docs/postgresql.md")
        return Finding(False, text % {"settings": ", ".join(found)})
    return Finding(True, gettext("after a seal the database keeps no vote but the sealed ones"))


@contextlib.contextmanager
def _database_of(config: Config) -> Iterator[Engine]:
    engine = connect(config.database)
    try:
        yield engine
    finally:
        engine.dispose()


def _disk(config: Config, port: int) -> Finding:
    free = shutil.disk_usage(config.data_dir).free if config.data_dir.exists() else MIN_FREE
    text = gettext("%(free)s MB are free where the data is, %(needed)s are needed")
    return Finding(free >= MIN_FREE, text % {"free": free >> 20, "needed": MIN_FREE >> 20})


def _clock(config: Config, port: int) -> Finding:
    now = time.time()
    shown = f"{datetime.fromtimestamp(now):%Y-%m-%d %H:%M}"
    if now > BUILT:
        return Finding(True, gettext("this machine's clock says %(time)s", time=shown))
    return Finding(False, gettext("this machine's clock says %(time)s, which is wrong: set it", time=shown))


def _tried(look: Callable[[], object]) -> Finding:
    try:
        return Finding(True, str(look()))
    except BadInput as problem:
        locale = get_locale()  # none for the command, which speaks English
        return Finding(False, problem.said(locale.language if locale is not None else ENGLISH))
    except STORAGE_ERRORS as problem:
        text = gettext("what is stored cannot be read or written: %(why)s", why=reason_of(problem))
        return Finding(False, text)
