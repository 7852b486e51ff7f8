"""The server in process: gevent's own, so that it runs on a facilitator's laptop without anything around it."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

import gevent
from flask import Flask
from gevent.pywsgi import WSGIHandler, WSGIServer

from consensus.errors import BadInput
from consensus.live.frames import is_key
from consensus.live.lines import Lines

BACKLOG = 4096
#: seconds that a connection may be silent in the middle of a request, or between two
PATIENCE = 30
#: a panel of thousands makes many small objects that stay: looked through as often as Python does by itself, they
#: hold up everyone who connects
GARBAGE = (50_000, 20, 50)
#: seconds after which a thread that computes gives way to the event loop
GIVE_WAY = 0.001

logger = logging.getLogger(__name__)


class _Handler(WSGIHandler):
    """Answers at once: without TCP_NODELAY a small answer on a kept connection waits for the client's next packet.

    Nothing that it logs has an address: with the time beside it, it could be aligned with a vote.
    """

    server: _Listener

    def handle(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(PATIENCE)
        super().handle()

    def read_request(self, raw_requestline: str) -> Any:
        """Read the head. Raises ValueError for one that is none: that is answered, and not told as a mistake."""
        try:
            return super().read_request(raw_requestline)
        except HTTPException as error:
            raise ValueError(str(error)) from None

    def handle_one_response(self) -> None:
        """Give a WebSocket to the lines, everything else to the application."""
        asked: dict[str, Any] = self.environ or {}
        if not _shakes_hands(asked):
            asked.pop("HTTP_UPGRADE", None)  # python-socketio would try all the same, and fail
        if self.server.lines.wants(asked):
            handle = self.socket.detach()
            self.socket: Any = None
            self.close_connection = True
            self.server.lines.take(handle, asked)
            return
        super().handle_one_response()
        # What still comes after a WebSocket of python-socketio's has ended is no HTTP request.
        if asked.get("HTTP_UPGRADE", "").lower() == "websocket":
            self.close_connection = True

    def log_error(self, msg: str, *args: object) -> None:
        """Keep quiet about bad requests: anybody can send them, and they come with the sender's address."""

    def _log_error(self, t: Any, v: Any, tb: Any) -> None:
        logger.error("A request was not answered", exc_info=(t, v, tb))


def _shakes_hands(asked: Mapping[str, Any]) -> bool:
    """Whether a request is a whole handshake for a WebSocket."""
    return (
        asked.get("REQUEST_METHOD") == "GET"
        and "upgrade" in asked.get("HTTP_CONNECTION", "").lower()
        and asked.get("HTTP_SEC_WEBSOCKET_VERSION") == "13"
        and is_key(asked.get("HTTP_SEC_WEBSOCKET_KEY", ""))
    )


class _Listener(WSGIServer):
    lines: Lines


class Server:
    """Serves an application until it is told to stop.

    There is no access log: a line with address and time could be aligned with a vote.
    """

    def __init__(self, app: Flask, host: str, port: int) -> None:
        """Listen on a port, 0 for a free one. Raises BadInput if it cannot be had."""
        self._wsgi = _Listener((host, port), app, log=None, handler_class=_Handler, backlog=BACKLOG)
        self._wsgi.lines = app.extensions["live"].lines
        try:
            self._wsgi.init_socket()
        except OSError as error:
            hint = f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port"
            raise BadInput("serve", None, hint) from None

    @property
    def port(self) -> int:
        address: Any = self._wsgi.socket.getsockname()
        return int(address[1])

    def serve(self) -> None:
        """Serve until SIGTERM or Ctrl-C."""
        for name in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(name, self._stop)
        _allow_many_connections()
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        sys.setswitchinterval(GIVE_WAY)
        self._wsgi.serve_forever(stop_timeout=1)

    def _stop(self) -> None:
        """Take no more connections, then hang up: phones that come back at once find nobody, and try again."""
        self._wsgi.close()
        self._wsgi.lines.close()
        self._wsgi.stop(1)


def _allow_many_connections() -> None:
    """Raise this process's limit of open files to what it is allowed. A phone is one; many systems begin with 1024."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
