"""Work beside the event loop."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

import gevent
import pytest
from gevent.event import Event

from consensus.database import InTurn, connect
from consensus.threads import InThreads, Threads

PATIENCE = 10
LIMIT = 100


def test_the_loop_goes_on_while_a_thread_works() -> None:
    threads, done, seen = Threads(1), threading.Event(), Event()
    gevent.spawn(lambda: (seen.set(), done.set()))
    assert threads.run(done.wait, PATIENCE)
    assert seen.is_set()


def test_what_a_thread_raises_reaches_who_waits() -> None:
    with pytest.raises(ZeroDivisionError):
        Threads(1).run(lambda: 1 // 0)


def test_the_loop_does_what_threads_ask_in_their_order() -> None:
    threads, heard, last = Threads(2), [], Event()

    def ask() -> None:
        for number in range(100):
            threads.on_loop(heard.append, number)
        threads.on_loop(last.set)

    threads.run(ask)
    assert last.wait(PATIENCE)
    assert heard == list(range(100))


def answer(application: Callable[..., Iterable[bytes]], body: bytes = b"", **environ: Any) -> tuple[Any, bytes]:
    begun: list[Any] = []
    given = {"wsgi.input": io.BytesIO(body), **environ}
    blocks = InThreads(application, Threads(1), LIMIT)(given, lambda *begin: begun.append(begin))
    return begun[-1], b"".join(blocks)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield threading.current_thread().name.encode() + b" "
    yield environ["wsgi.input"].read()


def test_an_application_runs_in_another_thread_and_has_the_body() -> None:
    begin, body = answer(echo, b"hello", CONTENT_LENGTH="5")
    assert begin == ("200 OK", [("Content-Type", "text/plain")])
    assert body.endswith(b" hello")
    assert not body.startswith(threading.current_thread().name.encode())


def test_a_body_without_a_length_is_not_waited_for() -> None:
    assert answer(echo, b"hello")[1].endswith(b" ")


def test_of_a_body_that_is_too_long_no_more_is_read_than_tells_that_it_is() -> None:
    body = answer(echo, b"x" * 10_000, CONTENT_LENGTH="10000")[1]
    assert body.count(b"x") == LIMIT + 1


def test_an_application_is_closed_and_its_mistakes_are_not_swallowed() -> None:
    closed = []

    class Blocks:
        def __iter__(self) -> Any:
            raise ZeroDivisionError

        def close(self) -> None:
            closed.append(True)

    with pytest.raises(ZeroDivisionError):
        answer(lambda environ, start_response: Blocks())
    assert closed == [True]


def test_writers_take_turns_in_the_order_they_came(tmp_path: Any) -> None:
    sessions, order = InTurn(connect(f"sqlite:///{tmp_path}/c.db")), []
    waiting = []
    with sessions.begin():
        for number in range(5):

            def write(number: int = number) -> None:
                with sessions.begin():
                    order.append(number)

            thread = threading.Thread(target=write)
            thread.start()
            waiting.append(thread)
            while sessions.waiting <= number:  # in the queue before the next one comes
                thread.join(0.001)
    for thread in waiting:
        thread.join(PATIENCE)
    assert order == [0, 1, 2, 3, 4]
    sessions.kw["bind"].dispose()


def test_a_writer_that_fails_lets_the_next_one_write(tmp_path: Any) -> None:
    sessions = InTurn(connect(f"sqlite:///{tmp_path}/c.db"))
    with pytest.raises(ZeroDivisionError), sessions.begin():
        raise ZeroDivisionError
    with sessions.begin() as session:
        assert session.connection()
    sessions.kw["bind"].dispose()
