from __future__ import annotations

import hashlib
import hmac
import os
import stat
import threading
from pathlib import Path

import pytest

from consensus.config import Config, default_data_dir
from consensus.errors import BadInput
from consensus.keys import FileKeyStore, voter, write_once

posix = pytest.mark.skipif(os.name == "nt", reason="rights of files as POSIX has them")


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


def test_a_key_is_32_random_bytes_and_stays_the_same(keys: FileKeyStore) -> None:
    key = keys.create_if_missing("k3f9x2.r1")
    assert len(key) == 32
    assert keys.create_if_missing("k3f9x2.r1") == keys.get("k3f9x2.r1") == key
    assert keys.create_if_missing("k3f9x2.r2") != key
    assert keys.scopes() == ["k3f9x2.r1", "k3f9x2.r2"]


def test_a_destroyed_key_is_gone_and_its_file_was_overwritten(keys: FileKeyStore, tmp_path: Path) -> None:
    key = keys.create_if_missing("k3f9x2.r1")
    (file,) = (tmp_path / "keys").iterdir()
    os.link(file, tmp_path / "same-blocks")
    keys.destroy("k3f9x2.r1")
    assert (keys.get("k3f9x2.r1"), keys.scopes(), list((tmp_path / "keys").iterdir())) == (None, [], [])
    assert key not in (tmp_path / "same-blocks").read_bytes()


def test_destroying_what_is_not_there_is_harmless(keys: FileKeyStore) -> None:
    keys.destroy("k3f9x2.r1")
    keys.create_if_missing("k3f9x2.r1")
    keys.destroy("k3f9x2.r1")
    keys.destroy("k3f9x2.r1")


def test_a_draft_that_a_crash_left_goes_with_its_key(keys: FileKeyStore, tmp_path: Path) -> None:
    keys.create_if_missing("k3f9x2.r1")
    (tmp_path / "keys" / ".k3f9x2.r1.key.0123").write_bytes(b"k" * 32)
    assert keys.scopes() == ["k3f9x2.r1"]
    keys.destroy("k3f9x2.r1")
    assert list((tmp_path / "keys").iterdir()) == []


@posix
def test_only_the_owner_reads_keys(keys: FileKeyStore, tmp_path: Path) -> None:
    keys.create_if_missing("k3f9x2.r1")
    directory = tmp_path / "keys"
    rights = [stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.iterdir())]
    assert rights == [0o700, 0o600]


@pytest.mark.parametrize("scope", ["", "../secret", "a/b", "A", "a..b", ".a", "a\0", "ä"])
def test_a_scope_cannot_leave_the_directory(keys: FileKeyStore, scope: str) -> None:
    with pytest.raises(ValueError, match="not the name of a key"):
        keys.create_if_missing(scope)


def test_of_many_threads_at_once_all_get_one_key(keys: FileKeyStore) -> None:
    found: list[bytes] = []
    start = threading.Barrier(8)

    def create() -> None:
        start.wait()
        found.append(keys.create_if_missing("k3f9x2.r1"))

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", no_links)
    assert write_once(tmp_path / "key", b"one") == b"one"
    assert write_once(tmp_path / "key", b"two") == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_damaged_key_is_not_taken_for_a_key(keys: FileKeyStore, tmp_path: Path) -> None:
    keys.create_if_missing("k3f9x2.r1")
    (tmp_path / "keys" / "k3f9x2.r1.key").write_bytes(b"short")
    with pytest.raises(OSError, match="does not hold a key"):
        keys.get("k3f9x2.r1")


def test_a_voter_is_the_hmac_of_the_seat() -> None:
    assert voter(b"k" * 32, "seat") == hmac.new(b"k" * 32, b"seat", hashlib.sha256).digest()


# Settings


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    config = Config.from_environment(
        {
            "CONSENSUS_DATA": str(tmp_path),
            "CONSENSUS_DATABASE": "postgresql://db/consensus",
            "CONSENSUS_REDIS": "redis://cache",
            "CONSENSUS_SECRET_KEY": "s3cret",
        }
    )
    assert (config.data_dir, config.database, config.redis, config.secret_key) == (
        tmp_path,
        "postgresql://db/consensus",
        "redis://cache",
        "s3cret",
    )
    assert "s3cret" not in repr(config)


def test_without_settings_the_data_lies_together(tmp_path: Path) -> None:
    config = Config.from_environment({}, data_dir=tmp_path / "new")
    assert config.database == f"sqlite:///{(tmp_path / 'new' / 'consensus.db').as_posix()}"
    assert config.redis is None


def test_what_is_given_wins_over_the_environment(tmp_path: Path) -> None:
    environment = {"CONSENSUS_DATABASE": "postgresql://db/consensus"}
    assert Config.from_environment(environment, data_dir=tmp_path, database="sqlite:///x").database == "sqlite:///x"


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    config = Config.from_environment({}, data_dir=tmp_path)
    assert len(config.secret_key) == 64
    assert Config.from_environment({}, data_dir=tmp_path).secret_key == config.secret_key


@posix
def test_only_the_owner_reads_the_secret(tmp_path: Path) -> None:
    config = Config.from_environment({}, data_dir=tmp_path / "new")
    assert config.secret_key
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_data_directory_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="CONSENSUS_DATA"):
        _ = Config.from_environment({}, data_dir=tmp_path / "file" / "data").secret_key


@pytest.mark.parametrize(
    ("platform", "environment", "end"),
    [
        ("linux", {}, ".local/share/consensus"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/consensus"),
        ("darwin", {}, "Library/Application Support/consensus"),
        ("win32", {"APPDATA": "/Users/a/AppData/Roaming"}, "/Users/a/AppData/Roaming/consensus"),
    ],
)
def test_each_platform_has_its_place(platform: str, environment: dict[str, str], end: str) -> None:
    assert default_data_dir(environment, platform).as_posix().endswith(end)
