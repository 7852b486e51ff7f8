"""The committer: one thread that takes all votes that have arrived into one transaction, and begins again.

There is no waiting window: a vote that comes alone is committed alone, and while that commit waits for the disk the
next batch comes together. So a burst on a slow disk costs a few commits, not one for each vote, and the event loop
waits for none of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import NamedTuple

from consensus.ballot_box import Submission
from consensus.errors import Refusal
from consensus.threads import Threads, all_waiting, start

MOST_IN_A_BATCH = 1000
Record = Callable[[Sequence[Submission]], list[Refusal | None]]

logger = logging.getLogger(__name__)


class Waiting(NamedTuple):
    """A submission and what is called with its answer, on the event loop: None once it is stored."""

    submission: Submission
    answer: Callable[[Refusal | None], None]


class Committer:
    """Takes votes from the event loop, answers them there."""

    def __init__(self, record: Record, threads: Threads, after: Callable[[set[str], dict[str, Refusal]], None]) -> None:
        """after: called on the loop after each batch, with the conferences that votes were stored of, and those of
        which storage failed, with what it said."""
        self._record, self._threads, self._after = record, threads, after
        self._waiting: SimpleQueue[Waiting] = SimpleQueue()
        start(self._run, "committer")

    def put(self, submission: Submission, answer: Callable[[Refusal | None], None]) -> None:
        self._waiting.put(Waiting(submission, answer))

    def _run(self) -> None:
        while True:
            batch = all_waiting(self._waiting, MOST_IN_A_BATCH)
            self._threads.on_loop(self._tell, batch, self._commit(batch))

    def _commit(self, batch: Sequence[Waiting]) -> list[Refusal | None]:
        try:
            return self._record([waiting.submission for waiting in batch])
        except Exception:
            logger.exception("A batch of votes was not stored")
            return [Refusal("storage", "The vote could not be stored. It is sent again.")] * len(batch)

    def _tell(self, batch: Sequence[Waiting], refusals: Sequence[Refusal | None]) -> None:
        stored: set[str] = set()
        failed: dict[str, Refusal] = {}
        for waiting, refusal in zip(batch, refusals, strict=True):
            waiting.answer(refusal)
            if refusal is None:
                stored.add(waiting.submission.conference)
            elif refusal.code == "storage":
                failed[waiting.submission.conference] = refusal
        self._after(stored, failed)
