"""What the pages, the live channel and the commands share in one process: the database, the keys, the ballot box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from consensus import ballot_box, facilitation
from consensus.ballot_box import BallotBox
from consensus.config import Config
from consensus.database import connect, readers, sessions, storage, upgrade
from consensus.keys import KeyStore

EXTENSION = "consensus"


@dataclass
class Services:
    """One server's parts. secret signs tokens; published are called with a conference's id after every commit."""

    config: Config
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    keys: KeyStore
    box: BallotBox
    secret: str
    published: list[Callable[[str], None]] = field(default_factory=list)

    @classmethod
    def open(cls, config: Config) -> Services:
        """Connect to the database, bring it up to date and finish what a crash interrupted. Raises BadInput."""
        engine = connect(config.database)
        upgrade(engine)
        made = sessions(engine)
        keys = config.keys
        ballot_box.recover(made, keys)
        return cls(config, engine, made, readers(engine), keys, BallotBox(made, keys), config.secret_key)

    def act(self, conference_id: str, action: str, details: dict[str, Any]) -> bool:
        """Do a facilitator's action: commit it, destroy the links it ended, then tell everyone. Raises Refusal.

        Returns whether it changed anything.
        """
        with storage(), self.sessions.begin() as session:
            outcome = facilitation.act(session, self.keys, conference_id, action, details)
        if outcome.unlink:
            ballot_box.unlink(self.sessions, self.keys)
        if outcome.changed:
            self.publish(conference_id)
        return outcome.changed

    def publish(self, conference_id: str) -> None:
        """Tell everyone that a conference has changed. To be called after the commit, never before."""
        for tell in self.published:
            tell(conference_id)


def services() -> Services:
    """The services of the running application."""
    found: Services = current_app.extensions[EXTENSION]
    return found
