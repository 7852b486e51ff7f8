"""Databases to test on, and a conference that votes."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from consensus import ballot_box as box
from consensus import database, sign_in
from consensus.app import create_app
from consensus.config import Config
from consensus.errors import BadInput, Refusal
from consensus.keys import FileKeyStore
from consensus.models import Base, Conference, PoolItem, Run, RunChoice, Seat
from consensus.scrub import scrub
from rounds.ballot import parse_ballot
from rounds.tally import Tally
from tests.consensus.room import Room, plan_text, round_keys

POSTGRES = "postgresql://127.0.0.1:5432/test"


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table: every test that uses it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield from _closed(database.connect(f"sqlite:///{tmp_path}/consensus.db"))
    else:
        with _postgres_schema() as engine:
            yield engine


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with the tables of today and nothing in them, SQLite and PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "consensus.db")
        yield from _closed(database.connect(f"sqlite:///{tmp_path}/consensus.db"))
    else:
        engine = request.getfixturevalue("postgres_tables")
        yield engine
        with engine.begin() as connection:
            # Few rows: deleting them takes a tenth of the time of a TRUNCATE of every table.
            connection.execute(text("UPDATE conference SET run_id = NULL"))
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "consensus.db"
    engine = database.connect(f"sqlite:///{path}")
    database.upgrade(engine)
    scrub(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_tables() -> Iterator[Engine]:
    with _postgres_schema() as engine:
        database.upgrade(engine)
        yield engine


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return database.sessions(engine)


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


@pytest.fixture
def hall(sessions: sessionmaker[Session], keys: FileKeyStore) -> Hall:
    return Hall(sessions, keys)


@pytest.fixture
def room(sessions: sessionmaker[Session], keys: FileKeyStore, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room that does not wait for the disk: what survives a power cut is tried elsewhere."""
    engine: Engine = sessions.kw["bind"]
    monkeypatch.setattr("consensus.ballot_box.links.scrub", lambda engine: True)
    event.listen(engine, "connect", _carelessly)
    engine.dispose()
    return Room(sessions, keys)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database."""
    app = create_app(Config.from_environment({}, data_dir=tmp_path), url="http://192.168.1.5:5000/")
    yield app
    app.extensions["consensus"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """A browser that has followed a sign-in link."""
    client = app.test_client()
    with app.extensions["consensus"].sessions.begin() as session:
        secret = sign_in.new_secret(session)
    assert client.get(f"/sign-in/{secret}").status_code == 303
    return client


def _carelessly(connection: Any, record: object) -> None:
    if type(connection).__module__ == "sqlite3":
        connection.execute("PRAGMA synchronous = OFF")
    else:
        connection.execute("SET synchronous_commit = off")
        connection.commit()


def _closed(engine: Engine) -> Iterator[Engine]:
    yield engine
    engine.dispose()


@contextmanager
def _postgres_schema() -> Iterator[Engine]:
    with postgres_schema() as schema:
        engine = database.connect(f"{POSTGRES}?options=-csearch_path%3D{schema}")
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def postgres_schema() -> Iterator[str]:
    """A schema of its own on the server, dropped afterwards. Skips where there is no server, but not under CI."""
    try:
        server = database.connect(POSTGRES)
    except BadInput as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL to test on: {error}")
    schema = f"test_{secrets.token_hex(6)}"
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield schema
    finally:
        with server.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        server.dispose()


class Hall:
    """A conference in the middle of a round, for tests: each method is one committed step."""

    def __init__(self, sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
        self.sessions, self.keys = sessions, keys
        self.box = box.BallotBox(sessions, keys)
        self.conference, self.run, self.round = "", 0, "P1"
        self.seats: list[str] = []

    def begin(
        self,
        ballot: str = "yes-no",
        *,
        level: str = "paper",
        seats: int = 3,
        groups: Sequence[str | None] = (),
        min_group: int = 5,
        items: Sequence[int] = (1, 2, 3),
    ) -> Hall:
        """Seat a panel and start round P1; all seats are present, all items wait."""
        with self.sessions.begin() as session:
            conference = Conference(
                title="Test",
                plan_text=plan_text(round_keys(advance="yes > 50% in every group")) if groups else "",
                anonymity=level,
                min_group=min_group,
                join_code=f"{secrets.randbelow(10**6):06}",
                state="voting",
            )
            session.add(conference)
            session.flush()
            self.conference = conference.id
            for place in range(seats):
                group = groups[place] if groups else None
                seat = Seat(
                    conference_id=conference.id,
                    secret_hash=secrets.token_hex(32),
                    generation=1,
                    present=True,
                    group=group,
                )
                session.add(seat)
                session.flush()
                self.seats.append(seat.id)
        self.start("P1", ballot, items)
        return self

    def start(self, round_id: str, ballot: str, items: Sequence[int]) -> None:
        with self.sessions.begin() as session:
            run = Run(conference_id=self.conference, round_id=round_id, ballot=ballot, state="voting", ordinal=1)
            session.add(run)
            session.flush()
            session.add_all(PoolItem(run_id=run.id, number=number) for number in items)
            session.add_all(RunChoice(run_id=run.id, choice=choice) for choice in parse_ballot(ballot).choices)
            session.get_one(Conference, self.conference).run_id = run.id
            self.run, self.round = run.id, round_id

    def open(self, *numbers: int) -> Hall:
        with self.sessions.begin() as session:
            box.open_items(session, self.keys, session.get_one(Run, self.run), numbers)
        return self

    def close(self, *numbers: int) -> None:
        with self.sessions.begin() as session:
            box.close(session, self.keys, session.get_one(Run, self.run), numbers)

    def reopen(self, number: int, *, seen: bool = False) -> bool:
        with self.sessions.begin() as session:
            session.get_one(Run, self.run).state = "voting"
            return box.reopen(session, self.keys, session.get_one(Run, self.run), number, seen=seen)

    def discard(self, number: int) -> None:
        with self.sessions.begin() as session:
            box.discard(session, session.get_one(Run, self.run), number)

    def seal(self) -> None:
        with self.sessions.begin() as session:
            box.seal(session, self.keys, session.get_one(Run, self.run))
        box.unlink(self.sessions, self.keys)

    def unseal(self) -> None:
        """Go on with a sealed round, as after undoing its seal."""
        with self.sessions.begin() as session:
            run = session.get_one(Run, self.run)
            run.state, run.entitled, run.present = "voting", None, None

    def vote(self, place: int, *votes: tuple[int, str]) -> str | None:
        """Vote from the seat at a place; the code of the refusal, None for stored."""
        (answer,) = self.box.record([self.submission(place, *votes)])
        return _code(answer)

    def submission(self, place: int, *votes: tuple[int, str]) -> box.Submission:
        return box.Submission(self.conference, self.seats[place], 1, self.round, list(votes))

    def record(self, *submissions: box.Submission) -> list[str | None]:
        return [_code(answer) for answer in self.box.record(submissions)]

    def counts(self, number: int = 1) -> dict[str, int]:
        return dict(self.tally(number).counts)

    def tally(self, number: int = 1) -> Tally:
        with self.sessions() as session:
            return box.tally(session, self.keys, session.get_one(Run, self.run))[number]

    def voted(self, place: int) -> list[int]:
        with self.sessions() as session:
            return box.voted(session, self.keys, session.get_one(Run, self.run), [self.seats[place]])[self.seats[place]]

    def papers(self) -> list[tuple[int | None, str, str, str]]:
        with self.sessions() as session:
            rows = box.papers(session, session.get_one(Run, self.run))
        return [(row.number, row.paper, row.choice, row.group) for row in rows]


def _code(answer: Refusal | None) -> str | None:
    return None if answer is None else answer.code
