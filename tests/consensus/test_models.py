"""What the schema refuses by itself when somebody bypasses the code, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Table, exc, select
from sqlalchemy.orm import Session, sessionmaker

from consensus.models import (
    Base,
    Conference,
    DecisionRecord,
    Item,
    LogEntry,
    OpenPaper,
    Participation,
    PoolItem,
    Pseudonym,
    Run,
    Seat,
    Verdict,
    new_slug,
)

AT = datetime(2014, 9, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def stored(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """One conference with an item, a seat, a run and its pool."""
    with sessions.begin() as session:
        session.add(Conference(id="k3f9x2", title="T", plan_text="", join_code="482913"))
        session.flush()
        session.add(Item(conference_id="k3f9x2", number=1, position=1, text="A"))
        session.add(Seat(id="s1", conference_id="k3f9x2", secret_hash="h1"))
        session.add(Run(id=1, conference_id="k3f9x2", round_id="P1", ballot="yes-no", ordinal=1))
        session.flush()
        session.add(PoolItem(run_id=1, number=1))
    return sessions


def _conference(**change: Any) -> dict[str, Any]:
    return {
        "id": "other1",
        "title": "T",
        "plan_text": "",
        "language": "sv",
        "state": "draft",
        "anonymity": "paper",
        "min_group": 5,
        "join_code": "000000",
        "join_by_code": False,
        "revision": 0,
        "token_version": 0,
        **change,
    }


def _run(**change: Any) -> dict[str, Any]:
    return {
        "conference_id": "k3f9x2",
        "round_id": "P2",
        "ballot": "yes-no",
        "state": "voting",
        "ordinal": 2,
        "seed_drawn": False,
        **change,
    }


def _seat(**change: Any) -> dict[str, Any]:
    return {
        "id": "s2",
        "conference_id": "k3f9x2",
        "secret_hash": "h2",
        "generation": 0,
        "by_code": False,
        "present": False,
        "withdrawn": False,
        **change,
    }


REFUSED: list[tuple[str, type[Base], dict[str, Any]]] = [
    ("state of a conference", Conference, _conference(state="asleep")),
    ("language", Conference, _conference(language="svenska")),
    ("anonymity", Conference, _conference(anonymity="none")),
    ("min_group", Conference, _conference(min_group=0)),
    ("short join code", Conference, _conference(join_code="123")),
    ("join code twice", Conference, _conference(join_code="482913")),
    ("unknown run", Conference, _conference(run_id=99)),
    ("item twice", Item, {"conference_id": "k3f9x2", "number": 1, "position": 2, "text": "B"}),
    ("item number", Item, {"conference_id": "k3f9x2", "number": 0, "position": 2, "text": "B"}),
    ("item of no conference", Item, {"conference_id": "nowhere", "number": 2, "position": 2, "text": "B"}),
    ("state of a run", Run, _run(state="draft")),
    ("round run twice", Run, _run(round_id="P1")),
    ("attendance", Run, _run(entitled=-1)),
    ("state of an item", PoolItem, {"run_id": 1, "number": 2, "state": "half open"}),
    ("item in the pool twice", PoolItem, {"run_id": 1, "number": 1, "state": "open"}),
    ("secret twice", Seat, _seat(secret_hash="h1")),
    ("generation", Seat, _seat(generation=-1)),
    ("verdict", Verdict, {"run_id": 1, "number": 1, "verdict": "maybe", "reason": {}}),
    ("verdict outside the pool", Verdict, {"run_id": 1, "number": 9, "verdict": "cut", "reason": {}}),
    ("decision", DecisionRecord, {"run_id": 1, "number": 1, "verdict": "maybe", "reason": ""}),
    ("part of no seat", Participation, {"run_id": 1, "seat_id": "s9"}),
    ("a voter that is no hash", OpenPaper, {"run_id": 1, "voter": b"s1"}),
    ("a pseudonym of no hash", Pseudonym, {"conference_id": "k3f9x2", "voter": b"s1", "pseudonym": "p"}),
]


@pytest.mark.parametrize(("model", "row"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_the_schema_refuses(stored: sessionmaker[Session], model: type[Base], row: dict[str, Any]) -> None:
    table = model.__table__
    assert isinstance(table, Table)
    with pytest.raises(exc.IntegrityError), stored.begin() as session:
        session.execute(table.insert(), row)


@pytest.mark.parametrize("verdict", ["advance", "hold", "cut", "stay"])
def test_there_are_four_verdicts(stored: sessionmaker[Session], verdict: str) -> None:
    reason = {"sv": "Plats 1", "en": "place 1"}
    with stored.begin() as session:
        session.add(Verdict(run_id=1, number=1, verdict=verdict, reason=reason))
    with stored() as session:
        assert session.get_one(Verdict, (1, 1)).reason == reason


def test_a_run_with_papers_is_not_deleted(stored: sessionmaker[Session]) -> None:
    with stored.begin() as session:
        session.add(OpenPaper(run_id=1, voter=b"v" * 32))
    with pytest.raises(exc.IntegrityError), stored.begin() as session:
        session.delete(session.get_one(Run, 1))


def test_the_id_of_a_deleted_run_is_not_given_out_again(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.add(Conference(**_conference()))
    ids = []
    for _ in range(2):
        with sessions.begin() as session:
            run = Run(**_run(conference_id="other1"))
            session.add(run)
            session.flush()
            ids.append(run.id)
        with sessions.begin() as session:
            session.delete(session.get_one(Run, run.id))
    assert ids[0] != ids[1]


def test_times_come_back_in_utc(stored: sessionmaker[Session]) -> None:
    stockholm = timezone(timedelta(hours=2))
    with stored.begin() as session:
        session.add(LogEntry(conference_id="k3f9x2", at=AT.astimezone(stockholm), actor="f", action="open"))
    with stored() as session:
        entry = session.scalars(select(LogEntry)).one()
    assert (entry.at, entry.at.tzinfo, entry.details) == (AT, UTC, {})


def test_nothing_of_a_ballot_has_a_time_or_a_sequence() -> None:
    for name in ("open_paper", "open_vote", "sealed_paper", "sealed_vote", "participation", "pseudonym"):
        table = Base.metadata.tables[name]
        assert not table.dialect_options["sqlite"]["with_rowid"], name
        assert {column.name for column in table.columns} <= {
            "run_id",
            "conference_id",
            "number",
            "choice",
            "voter",
            "paper",
            "group",
            "seat_id",
            "pseudonym",
        }


def test_a_slug_can_be_read_aloud_and_names_a_key() -> None:
    slugs = {new_slug() for _ in range(100)}
    assert len(slugs) == 100
    assert not set("".join(slugs)) & set("il1o0")
