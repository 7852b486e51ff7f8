"""What PostgreSQL keeps in its own files once votes are sealed; reads the server's data directory, where it may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from consensus import database
from consensus.ballot_box import unlink
from consensus.keys import FileKeyStore, voter
from consensus.scrub import keeps_votes
from tests.consensus.cluster import cluster, programs
from tests.consensus.conftest import Hall
from tests.consensus.traces import found_in

pytestmark = pytest.mark.postgres
of_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
SEATS, ITEMS = 12, range(1, 6)


@pytest.fixture
def server(engine: Engine) -> Path:
    """The data directory of the server."""
    with engine.connect() as connection:
        place = Path(connection.scalar(text("SELECT current_setting('data_directory')")) or "")
    try:
        list((place / "base").iterdir())
    except OSError:
        pytest.skip("the files of the server cannot be read here")
    return place


def on_disk(engine: Engine, server: Path) -> dict[str, bytes]:
    """Every file of every table and index of ours, as it lies on the disk now."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        query = (
            "SELECT c.relname, pg_relation_filepath(c.oid) FROM pg_class c"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'i', 't')"
        )
        places = {name: server / path for name, path in connection.execute(text(query)) if path}
    return {
        f"{name} {file.name}": file.read_bytes()
        for name, path in places.items()
        for file in path.parent.glob(f"{path.name}*")
    }


def vote_and_change(hall: Any) -> dict[str, bytes | str]:
    """Everybody votes on every item in turn, every third seat twice. Returns the links that there are then."""
    hall.begin(seats=SEATS, items=ITEMS).open(*ITEMS)
    for number in ITEMS:
        for place in range(SEATS):
            assert hall.vote(place, (number, "no")) is None
            if place % 3 == 0:
                assert hall.vote(place, (number, "yes")) is None
    key = hall.keys.get(f"{hall.conference}.r{hall.run}")
    hashes = {f"hash of seat {place}": voter(key, seat) for place, seat in enumerate(hall.seats)}
    return {"key": key, **hashes}


@of_postgres
def test_after_the_seal_no_table_or_index_holds_a_link_or_a_dead_row(hall: Any, engine: Engine, server: Path) -> None:
    links = vote_and_change(hall)
    before = on_disk(engine, server)
    assert len({found.split(" in ")[0] for found in found_in(before, links)}) == SEATS
    hall.close(*ITEMS)
    hall.seal()
    after = on_disk(engine, server)
    assert found_in(after, links) == []
    for name in ("open_vote", "open_paper"):
        assert [content for place, content in after.items() if place.split()[0] == name] == [b""]


@of_postgres
def test_a_reader_who_still_sees_the_votes_is_waited_for_and_told_of(
    hall: Any, engine: Engine, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL keeps in a table written anew what anybody may still read, in this database."""
    monkeypatch.setattr("consensus.scrub.BUSY_SECONDS", 0)
    links = vote_and_change(hall)
    with database.readers(engine)() as reading:
        reading.execute(text("SELECT 1"))
        hall.close(*ITEMS)
        hall.seal()
        assert not unlink(hall.sessions, hall.keys).clean
        assert found_in(on_disk(engine, server), links) != []
    monkeypatch.undo()
    with database.readers(engine)() as other:
        other.execute(text("SELECT 1"))  # whoever came after the seal does no harm
        assert unlink(hall.sessions, hall.keys).clean
    assert found_in(on_disk(engine, server), links) == []


@of_postgres
def test_sealed_rows_lie_in_the_order_of_their_random_ids(hall: Any, engine: Engine) -> None:
    """One transaction wrote them all, sorted: neither place nor transaction tells who voted, or when."""
    vote_and_change(hall)
    hall.close(*ITEMS)
    hall.seal()
    with engine.connect() as connection:
        for columns, table in (("paper", "sealed_paper"), ("number, paper", "sealed_vote")):
            rows = connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY ctid")).all()
            assert rows == sorted(rows)
            assert len(rows) >= SEATS
            written = connection.scalars(text(f"SELECT DISTINCT xmin::text FROM {table}")).all()
            assert len(written) == 1


def test_set_as_the_page_says_no_segment_of_the_log_holds_a_vote_after_the_seal(tmp_path: Path) -> None:
    bin = programs()
    if bin is None:
        pytest.skip("PostgreSQL is not installed here")
    with cluster(bin) as (url, data):
        engine = database.connect(url)
        database.upgrade(engine)
        assert keeps_votes(engine) == []
        hall = Hall(database.sessions(engine), FileKeyStore(tmp_path / "keys"))
        links = vote_and_change(hall)
        assert found_in(log_of(data), links)
        hall.close(*ITEMS)
        hall.seal()
        assert found_in(log_of(data), links) == []
        assert found_in(on_disk(engine, data), links) == []
        engine.dispose()


def log_of(data: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (data / "pg_wal").iterdir() if file.is_file()}


@of_postgres
def test_settings_that_keep_votes_are_named(engine: Engine) -> None:
    with engine.connect() as connection:
        recycled = connection.scalar(text("SELECT current_setting('wal_recycle')"))
    assert (f"wal_recycle = {recycled}" in keeps_votes(engine)) == (recycled == "on")
