"""The server in process: gevent's own, so that it runs on a facilitator's laptop without anything around it."""

from __future__ import annotations

import signal
import socket
from typing import Any

import gevent
from flask import Flask
from gevent.pywsgi import WSGIHandler, WSGIServer

from consensus.errors import BadInput

BACKLOG = 4096


class _Handler(WSGIHandler):
    """Answers at once: without TCP_NODELAY a small answer on a kept connection waits for the client's next packet."""

    def handle(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle()

    def handle_one_response(self) -> None:
        """Let go of a connection whose WebSocket has ended: what still comes on it is no HTTP request."""
        super().handle_one_response()
        if (self.environ or {}).get("HTTP_UPGRADE", "").lower() == "websocket":
            self.close_connection = True


class Server:
    """Serves an application until it is told to stop.

    There is no access log: a line with address and time could be aligned with a vote.
    """

    def __init__(self, app: Flask, host: str, port: int) -> None:
        """Listen on a port, 0 for a free one. Raises BadInput if it cannot be had."""
        self._wsgi = WSGIServer((host, port), app, log=None, handler_class=_Handler, backlog=BACKLOG)
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
            gevent.signal_handler(name, self._wsgi.stop, 1)
        self._wsgi.serve_forever(stop_timeout=1)
