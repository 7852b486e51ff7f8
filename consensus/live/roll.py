"""Who has a phone on the line, asked of every process that phones may be connected to."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection
from typing import Any

#: to every process, not to clients: the question, and what each answers
ASKED, ANSWERED = ("@processes", "who-is-here"), ("@processes", "here")
#: seconds that the processes may take
PATIENCE = 2.0


class RollCall:
    """One process's part: it asks, and it answers.

    here: the seats of a conference that have a phone on the line in this process; tell: sends to every process, this
    one included. Both are called on the event loop.
    """

    def __init__(
        self, here: Callable[[str], Collection[str]], tell: Callable[[tuple[str, str], dict[str, Any]], None]
    ) -> None:
        self._here, self._tell = here, tell
        self._own = secrets.token_hex(8)
        self._answers: dict[str, dict[str, Collection[str]]] = {}
        self._more = threading.Condition()

    def ask(self, conference: str, processes: int, on_loop: Callable[..., None]) -> set[str] | None:
        """Ask from a thread, and wait until so many processes have answered; None if they do not all."""
        question = secrets.token_hex(8)
        with self._more:
            answers = self._answers[question] = {}
            on_loop(self._tell, ASKED, {"question": question, "conference": conference})
            complete = self._more.wait_for(lambda: len(answers) >= processes, PATIENCE)
            del self._answers[question]
        return {seat for seats in answers.values() for seat in seats} if complete else None

    def hear(self, room: str, event: str, data: Any) -> bool:
        """On the event loop, take what a process sends; whether it was for here."""
        if (room, event) == ASKED:
            seats = sorted(self._here(data["conference"]))
            self._tell(ANSWERED, {"question": data["question"], "process": self._own, "seats": seats})
        elif (room, event) == ANSWERED:
            with self._more:
                if (answers := self._answers.get(data["question"])) is not None:
                    answers[data["process"]] = data["seats"]
                    self._more.notify_all()
        else:
            return False
        return True
