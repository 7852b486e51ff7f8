"""What the pages, the live channel and the commands share in one process: the database, the keys, the ballot box."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from consensus import ballot_box, facilitation
from consensus.allowance import Allowance
from consensus.ballot_box import BallotBox, Recovery
from consensus.config import Config
from consensus.database import connect, readers, sessions, storage, upgrade
from consensus.errors import Refusal
from consensus.facilitation import Outcome
from consensus.keys import KeyStore

EXTENSION = "consensus"
#: seconds until links that could not be destroyed are tried again, and until then at the most, the longer it takes
AGAIN, AT_LAST = 10.0, 600.0

logger = logging.getLogger(__name__)


@dataclass
class Services:
    """One server's parts.

    secret signs tokens; recovery is what was found at the start; published are called with a conference's id after
    every commit; allowance counts what each seat writes in a discussion.
    """

    config: Config
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    keys: KeyStore
    box: BallotBox
    secret: str
    recovery: Recovery
    published: list[Callable[[str], None]] = field(default_factory=list)
    allowance: Allowance = field(default_factory=Allowance)

    @classmethod
    def open(cls, config: Config) -> Services:
        """Connect to the database, bring it up to date and finish what a crash interrupted.

        Raises BadInput, Refusal, and what the database raises.
        """
        engine = connect(config.database)
        upgrade(engine)
        made = sessions(engine)
        keys = config.keys
        found = ballot_box.recover(made, keys)
        parts = cls(config, engine, made, readers(engine), keys, BallotBox(made, keys), config.secret_key, found)
        if not found.clean:
            parts._unlink_later(AGAIN)
        return parts

    def act(self, conference_id: str, action: str, details: dict[str, Any]) -> bool:
        """Do a facilitator's action: commit it, tell everyone, destroy the links it ended. Raises Refusal.

        Returns whether it changed anything.
        """
        return self.ask(conference_id, action, details).changed

    def ask(
        self, conference_id: str, action: str, details: dict[str, Any], connected: Collection[str] | None = None
    ) -> Outcome:
        """Like `act`, but return all that came of it. connected: the seats that have a phone on the line, if known."""

        def work(session: Session) -> Outcome:
            return facilitation.act(session, self.keys, conference_id, action, details, connected=connected)

        return self.change(conference_id, work)

    def change(self, conference_id: str, work: Callable[[Session], Outcome]) -> Outcome:
        """Do work on a conference in a transaction of its own: commit it, tell everyone, destroy the links it ended.

        Returns what came of it. Raises Refusal.
        """
        with storage(), self.sessions.begin() as session:
            outcome = work(session)
        if outcome.changed:
            self.publish(conference_id)
        if outcome.unlink:
            self._unlink()
        return outcome

    def _unlink(self, again: float | None = None) -> None:
        """Destroy links that have ended. The action is stored: what fails here is no refusal, but tried again."""
        try:
            if ballot_box.unlink(self.sessions, self.keys).clean:
                return
            logger.warning("Deleted votes, whose keys are destroyed, may still stand in the database's files")
        except Refusal as refusal:
            logger.warning("Links of sealed votes are still there: %s", refusal.message)
        self._unlink_later(AGAIN if again is None else again)

    def _unlink_later(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._unlink, [min(2 * seconds, AT_LAST)])
        timer.daemon = True
        timer.start()

    def publish(self, conference_id: str) -> None:
        """Tell everyone that a conference has changed. To be called after the commit, never before."""
        for tell in self.published:
            tell(conference_id)


def services() -> Services:
    """The services of the running application."""
    found: Services = current_app.extensions[EXTENSION]
    return found
