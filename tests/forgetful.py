"""A Redis that writes nothing to a disk, as the keys of open votes need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from consensus.redis_keys import FORGETFUL

REDIS = "redis://127.0.0.1:6379"


#: how many tests hold it now, and what it was set to before: several run at a time
HOLDERS, BEFORE = "consensus:test:holders", "consensus:test:before"


@contextmanager
def forgetful_redis() -> Iterator[Redis]:
    """The tests' server, told to write nothing until the last test that needs it so has ended."""
    with Redis.from_url(REDIS) as server:
        if server.incr(HOLDERS) == 1:
            server.hset(BEFORE, mapping={name: server.config_get(name)[name] for name in FORGETFUL})
        for name, wanted in FORGETFUL.items():
            server.config_set(name, wanted)
        try:
            yield server
        finally:
            if server.decr(HOLDERS) == 0:
                for name, value in server.hgetall(BEFORE).items():
                    server.config_set(name.decode(), value)
                server.delete(HOLDERS, BEFORE)
