"""Keys in a Redis that keeps nothing on a disk: for servers on several hosts, which share no directory.

What Redis forgets when it is restarted is forgotten for good: the votes are counted and sealed all the same, but can
be changed no more (docs/deployment.md).
"""

from __future__ import annotations

import contextlib
import errno
import logging
import secrets
from collections.abc import Iterator
from typing import Any

from consensus import redis
from consensus.errors import BadInput
from consensus.keys import KEY_BYTES, check_scope

PREFIX = "consensus:key:"
#: what a Redis without persistence answers to CONFIG GET
FORGETFUL = {"save": "", "appendonly": "no"}

logger = logging.getLogger(__name__)


class RedisKeyStore:
    """Keys in the memory of a Redis server.

    Each stands in 64 hexadecimal digits: Redis copies what is shorter than 45 bytes before it changes it, and then the
    key would not be overwritten where it lies.
    """

    def __init__(self, url: str, prefix: str = PREFIX) -> None:
        """prefix: of the names under which keys stand.

        Raises BadInput where Redis does not answer, or writes what it holds to a disk.
        """
        self._prefix = prefix
        self._redis = redis.ping(url, "keys")
        _check_forgetful(self._redis)

    def get(self, scope: str) -> bytes | None:
        with _answering():
            return _read(self._redis.get(self._name(scope)), scope)

    def create_if_missing(self, scope: str) -> bytes:
        while True:
            fresh = secrets.token_bytes(KEY_BYTES)
            with _answering():
                self._redis.set(self._name(scope), fresh.hex(), nx=True)
            if (key := self.get(scope)) is not None:
                return key

    def destroy(self, scope: str) -> None:
        """Overwrite and remove a key. The slow log, which holds what commands were given, is emptied as well."""
        name = self._name(scope)
        with _answering():
            if not self._redis.exists(name):
                return
            self._redis.setrange(name, 0, secrets.token_hex(KEY_BYTES))
            self._redis.delete(name)
            with contextlib.suppress(_not_allowed()):
                self._redis.slowlog_reset()

    def scopes(self) -> list[str]:
        with _answering():
            names = {name.decode() for name in self._redis.scan_iter(f"{self._prefix}*", count=1000)}
        return sorted(name.removeprefix(self._prefix) for name in names)

    def _name(self, scope: str) -> str:
        check_scope(scope)
        return self._prefix + scope


def _read(held: bytes | None, scope: str) -> bytes | None:
    if held is None:
        return None
    try:
        key = bytes.fromhex(held.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise OSError(errno.EIO, f"Redis does not hold a key under {scope}")
    return key


def _check_forgetful(server: Any) -> None:
    try:
        found = {name: server.config_get(name).get(name) for name in FORGETFUL}
    except _not_allowed():
        logger.warning("Redis does not tell whether it writes keys to a disk: see to it that it does not")
        return
    if kept := [name for name, wanted in FORGETFUL.items() if found[name] != wanted]:
        problem = f"this Redis writes keys to a disk ({', '.join(kept)}): start one with --save '' --appendonly no"
        raise BadInput("keys", None, problem)


def _not_allowed() -> type[Exception]:
    """What is raised where the server refuses a command: CONFIG is switched off at many providers."""
    from redis.exceptions import ResponseError

    return ResponseError


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Turn what a lost Redis raises into what a lost disk does. The text names no key."""
    from redis.exceptions import RedisError

    try:
        yield
    except RedisError as error:
        raise OSError(errno.EIO, f"the keys' Redis: {type(error).__name__}") from None
