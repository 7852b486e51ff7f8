"""Threads beside the event loop: everything that reads or writes the database, or takes long, is done in one.

The loop carries thousands of phones and must never wait for a disk. Nothing is monkey-patched: these are threads of the
operating system, and `threading` and `queue` are the standard library's own.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from queue import Empty
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol, TypeVar

import gevent
from gevent.threadpool import ThreadPool

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
#: bytes of a body that are kept in memory; longer ones go to a temporary file
IN_MEMORY = 1 << 20
BLOCK = 1 << 16

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Threads:
    """The way from the event loop into a thread and back. To be made on the event loop."""

    def __init__(self, at_once: int) -> None:
        """at_once: how much is worked on at the same time; more waits."""
        self._loop = gevent.get_hub().loop
        self._pool = ThreadPool(at_once)

    def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Do work in a thread; the greenlet that calls waits, the loop goes on. Raises what the work raises."""
        found: T = self._pool.apply(work, arguments)
        return found

    def on_loop(self, work: Callable[..., object], *arguments: object) -> None:
        """From any thread: have the loop do something soon, in the order of the calls. It must not block or raise."""
        self._loop.run_callback_threadsafe(work, *arguments)


def start(work: Callable[[], None], name: str) -> None:
    """Start a thread that ends with the process."""
    threading.Thread(target=work, name=name, daemon=True).start()


class Waiting(Protocol[T_co]):
    """A queue, of threads or of greenlets."""

    def get(self) -> T_co: ...

    def get_nowait(self) -> T_co: ...


def all_waiting(queue: Waiting[T], most: int) -> list[T]:
    """Wait for something to come, and take what else is there by then."""
    found = [queue.get()]
    with contextlib.suppress(Empty):
        while len(found) < most:
            found.append(queue.get_nowait())
    return found


class InThreads:
    """A WSGI application, run in threads: on the loop the body is read and the answer written, nothing else."""

    def __init__(self, application: Wsgi, threads: Threads, longest_body: int) -> None:
        """longest_body: bytes; of what is longer only so much is read as lets the application refuse it."""
        self._application, self._threads, self._longest = application, threads, longest_body

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with SpooledTemporaryFile(IN_MEMORY) as body:
            if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
                try:
                    self._read(environ["wsgi.input"], body)
                except OSError:
                    start_response("400 Bad Request", [("Connection", "close"), ("Content-Length", "0")])
                    return []  # the client has hung up in the middle, or does not keep to its own length
            environ["wsgi.input"] = body
            begin, answer = self._threads.run(_answer, self._application, environ)
        start_response(*begin)
        return [answer]

    def _read(self, stream: Any, body: IO[bytes]) -> None:
        left = self._longest + 1
        while left > 0 and (block := stream.read(min(BLOCK, left))):
            left -= len(block)
            body.write(block)
        body.seek(0)


def _answer(application: Wsgi, environ: dict[str, Any]) -> tuple[tuple[Any, ...], bytes]:
    """Run the application to its end: (what it began its answer with, the body)."""
    begun: list[tuple[Any, ...]] = []

    def start_response(*begin: Any) -> None:
        begun.append(begin)

    blocks = application(environ, start_response)
    try:
        body = b"".join(blocks)
    finally:
        close = getattr(blocks, "close", None)
        if close is not None:
            close()
    return begun[-1], body
