"""The committer: everything that has come goes into one transaction, and a transaction that fails harms no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event, Thread
from typing import Any

import gevent
import pytest
from gevent.event import AsyncResult

from consensus.ballot_box import Submission
from consensus.errors import Refusal
from consensus.live import committer as committing
from consensus.live.committer import Committer
from consensus.threads import Threads

PATIENCE = 10
FULL = Refusal("storage", "full")
BAD = Refusal("bad-choice", "bad")


class Box:
    """A ballot box that commits when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun, self.go = Event(), Event()
        self.answers: list[Any] = []

    def record(self, submissions: Sequence[Submission]) -> list[Refusal | None]:
        self.batches.append([one.seat for one in submissions])
        self.begun.set()
        assert self.go.wait(PATIENCE)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception) and not isinstance(answer, Refusal):
                raise answer
            return list(answer)
        return [None] * len(submissions)


class Desk:
    """A committer with such a box, and what it told."""

    def __init__(self) -> None:
        self.box, self.after = Box(), []
        self.committer = Committer(self.box.record, Threads(1), lambda *told: self.after.append(told))

    def put(self, seat: str, conference: str = "c") -> AsyncResult[Refusal | None]:
        answer: AsyncResult[Refusal | None] = AsyncResult()
        self.committer.put(Submission(conference, seat, 1, "A", [(1, "yes")]), answer.set)
        return answer


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    started: list[Thread] = []
    monkeypatch.setattr(committing, "start", lambda work, name: started.append(Thread(target=work, daemon=True)))
    desk = Desk()
    started[0].start()
    yield desk
    desk.box.go.set()


def test_what_comes_while_a_commit_waits_for_the_disk_goes_into_the_next_one_together(desk: Desk) -> None:
    first = desk.put("1")
    assert desk.box.begun.wait(PATIENCE)
    rest = [desk.put(seat) for seat in "234"]
    desk.box.go.set()
    assert [answer.get(timeout=PATIENCE) for answer in [first, *rest]] == [None] * 4
    assert desk.box.batches == [["1"], ["2", "3", "4"]]


def test_a_batch_has_an_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "MOST_IN_A_BATCH", 2)
    answers = [desk.put("1")]
    assert desk.box.begun.wait(PATIENCE)
    answers += [desk.put(seat) for seat in "2345"]
    desk.box.go.set()
    gevent.wait(answers, timeout=PATIENCE)
    assert max(map(len, desk.box.batches[1:])) == 2


def test_everyone_gets_their_own_answer_and_the_loop_hears_what_was_stored(desk: Desk) -> None:
    desk.box.answers = [[None], [BAD, None, FULL]]
    first = desk.put("1", "a")
    assert desk.box.begun.wait(PATIENCE)
    rest = [desk.put("2", "a"), desk.put("3", "b"), desk.put("4", "c")]
    desk.box.go.set()
    assert [answer.get(timeout=PATIENCE) for answer in [first, *rest]] == [None, BAD, None, FULL]
    gevent.sleep(0)
    assert desk.after == [({"a"}, {}), ({"b"}, {"c": FULL})]


def test_after_a_mistake_of_ours_the_votes_may_be_sent_again_and_the_box_goes_on(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.box.go.set()
    desk.box.answers = [ZeroDivisionError("mistake")]
    refusal = desk.put("1").get(timeout=PATIENCE)
    assert refusal is not None
    assert refusal.code == "storage"
    assert "yes" not in caplog.text
    assert desk.put("1").get(timeout=PATIENCE) is None
