"""Redis, for several processes: the message queue between them, and a place for keys on several hosts."""

from __future__ import annotations

from typing import Any

from consensus.errors import BadInput

#: seconds that Redis may take to answer, or to be connected to
PATIENCE = 5.0


def client(url: str, name: str) -> Any:
    """Make a client of the server at a URL; nothing is sent yet. It may be used by any thread, and blocks it.

    name: of the setting, for what is said of a wrong one. What a connection that has died in its sleep did not get
    through is tried once more on a new one. Raises BadInput where the URL is none, or the driver is missing.
    """
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ModuleNotFoundError:
        hint = 'Redis needs its driver: pip install "consensus-conference[hosted]"'
        raise BadInput(name, None, hint) from None
    try:
        return Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 1),
            health_check_interval=15,
            socket_keepalive=True,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        )
    except ValueError:
        raise BadInput(name, None, "write redis://HOST:6379/0") from None


def ping(url: str, name: str) -> Any:
    """Make a client, and try whether the server answers. Raises BadInput where it does not."""
    server = client(url, name)
    from redis.exceptions import RedisError, ResponseError

    try:
        server.ping()
    except ResponseError as error:
        raise BadInput(name, None, f"Redis lets nobody in: {error}") from None
    except RedisError as error:
        raise BadInput(name, None, f"Redis does not answer ({type(error).__name__}); is it running?") from None
    return server
