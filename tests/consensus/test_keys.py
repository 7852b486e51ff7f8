from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from consensus.config import Config, default_data_dir
from consensus.errors import BadInput
from consensus.keys import FileKeyStore, KeyStore, voter, write_once
from consensus.redis_keys import FORGETFUL, RedisKeyStore
from tests.forgetful import REDIS, forgetful_redis
from tests.wire import Wire

posix = pytest.mark.skipif(os.name == "nt", reason="rights of files as POSIX has them")


@pytest.fixture
def files(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


@pytest.fixture
def prefix() -> str:
    return f"consensus:test:{secrets.token_hex(6)}:"


@pytest.fixture
def redis(prefix: str) -> Iterator[Redis]:
    with forgetful_redis() as server:
        yield server
        for name in server.scan_iter(f"{prefix}*"):
            server.delete(name)


@pytest.fixture
def memory(redis: Redis, prefix: str) -> RedisKeyStore:
    return RedisKeyStore(REDIS, prefix)


@pytest.fixture(params=["files", pytest.param("memory", marks=pytest.mark.redis)])
def keys(request: pytest.FixtureRequest) -> KeyStore:
    """Every test that uses it runs on both stores."""
    store: KeyStore = request.getfixturevalue(request.param)
    return store


def test_a_key_is_32_random_bytes_and_stays_the_same(keys: KeyStore) -> None:
    key = keys.create_if_missing("k3f9x2.r1")
    assert len(key) == 32
    assert keys.create_if_missing("k3f9x2.r1") == keys.get("k3f9x2.r1") == key
    assert keys.create_if_missing("k3f9x2.r2") != key
    assert keys.scopes() == ["k3f9x2.r1", "k3f9x2.r2"]


def test_a_destroyed_key_is_gone_and_a_new_one_is_another(keys: KeyStore) -> None:
    key = keys.create_if_missing("k3f9x2.r1")
    keys.create_if_missing("k3f9x2.r12")
    keys.destroy("k3f9x2.r1")
    assert (keys.get("k3f9x2.r1"), keys.scopes()) == (None, ["k3f9x2.r12"])
    assert keys.create_if_missing("k3f9x2.r1") != key


def test_destroying_what_is_not_there_is_harmless(keys: KeyStore) -> None:
    keys.destroy("k3f9x2.r1")
    keys.create_if_missing("k3f9x2.r1")
    keys.destroy("k3f9x2.r1")
    keys.destroy("k3f9x2.r1")
    assert keys.scopes() == []


@pytest.mark.parametrize("scope", ["", "../secret", "a/b", "A", "a..b", ".a", "a\0", "ä", "a*"])
def test_a_scope_is_a_name_and_nothing_else(keys: KeyStore, scope: str) -> None:
    for do in (keys.create_if_missing, keys.get, keys.destroy):
        with pytest.raises(ValueError, match="not the name of a key"):
            do(scope)


def test_of_many_threads_at_once_all_get_one_key(keys: KeyStore) -> None:
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


def test_a_voter_is_the_hmac_of_the_seat() -> None:
    assert voter(b"k" * 32, "seat") == hmac.new(b"k" * 32, b"seat", hashlib.sha256).digest()


# Keys in files


def test_the_file_of_a_destroyed_key_was_overwritten(files: FileKeyStore, tmp_path: Path) -> None:
    key = files.create_if_missing("k3f9x2.r1")
    (file,) = (tmp_path / "keys").iterdir()
    os.link(file, tmp_path / "same-blocks")
    files.destroy("k3f9x2.r1")
    assert list((tmp_path / "keys").iterdir()) == []
    assert key not in (tmp_path / "same-blocks").read_bytes()


def test_a_draft_that_a_crash_left_goes_with_its_key(files: FileKeyStore, tmp_path: Path) -> None:
    files.create_if_missing("k3f9x2.r1")
    (tmp_path / "keys" / ".k3f9x2.r1.key.0123").write_bytes(b"k" * 32)
    assert files.scopes() == ["k3f9x2.r1"]
    files.destroy("k3f9x2.r1")
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_key_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    keys = FileKeyStore(tmp_path / "keys")
    keys.create_if_missing("k3f9x2.r1")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            keys.create_if_missing("k3f9x2.r2")
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["k3f9x2.r1.key"]
    assert keys.create_if_missing("k3f9x2.r2")


@posix
def test_only_the_owner_reads_keys(files: FileKeyStore, tmp_path: Path) -> None:
    files.create_if_missing("k3f9x2.r1")
    directory = tmp_path / "keys"
    rights = [stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.iterdir())]
    assert rights == [0o700, 0o600]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", no_links)
    assert write_once(tmp_path / "key", b"one") == b"one"
    assert write_once(tmp_path / "key", b"two") == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_damaged_key_is_not_taken_for_a_key(files: FileKeyStore, tmp_path: Path) -> None:
    files.create_if_missing("k3f9x2.r1")
    (tmp_path / "keys" / "k3f9x2.r1.key").write_bytes(b"short")
    with pytest.raises(OSError, match="does not hold a key"):
        files.get("k3f9x2.r1")


# Keys in Redis


@pytest.mark.redis
def test_the_memory_of_a_destroyed_key_was_overwritten(
    memory: RedisKeyStore, redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = memory.create_if_missing("k3f9x2.r1")
    assert redis.object("encoding", f"{prefix}k3f9x2.r1") == b"raw"  # what is shorter is copied before it is changed
    assert redis.get(f"{prefix}k3f9x2.r1") == key.hex().encode()
    monkeypatch.setattr(memory._redis, "delete", lambda name: None)
    memory.destroy("k3f9x2.r1")
    left = redis.get(f"{prefix}k3f9x2.r1")
    assert isinstance(left, bytes)
    assert len(left) == 64
    assert left != key.hex().encode()


@pytest.mark.redis
def test_no_key_is_left_in_the_slow_log(memory: RedisKeyStore, redis: Redis) -> None:
    name = "slowlog-log-slower-than"
    before = redis.config_get(name)[name]
    redis.config_set(name, 0)
    try:
        made = {number: memory.create_if_missing(f"k3f9x2.r{number}") for number in range(10)}
        seen = [number for number, key in made.items() if key.hex() in str(redis.slowlog_get(128))]
        assert seen  # other tests may empty it in between
        for number in seen:
            memory.destroy(f"k3f9x2.r{number}")
        assert not [number for number in seen if made[number].hex() in str(redis.slowlog_get(128))]
    finally:
        redis.config_set(name, before)


@pytest.mark.redis
def test_something_else_is_not_taken_for_a_key(memory: RedisKeyStore, redis: Redis, prefix: str) -> None:
    for held in (b"short", b"\xff" * 64, b"z" * 64):
        redis.set(f"{prefix}k3f9x2.r1", held)
        with pytest.raises(OSError, match="does not hold a key"):
            memory.get("k3f9x2.r1")


@pytest.mark.redis
def test_a_redis_that_is_lost_is_a_place_that_cannot_be_read_until_it_is_back(redis: Redis, prefix: str) -> None:
    with Wire(6379) as wire:
        memory = RedisKeyStore(f"redis://127.0.0.1:{wire.port}", prefix)
        key = memory.create_if_missing("k3f9x2.r1")
        wire.cut()
        for do in (memory.get, memory.create_if_missing, memory.destroy):
            with pytest.raises(OSError, match="the keys' Redis"):
                do("k3f9x2.r1")
        with pytest.raises(OSError, match="the keys' Redis"):
            memory.scopes()
        wire.mend()
        assert memory.get("k3f9x2.r1") == key


@pytest.mark.redis
@pytest.mark.parametrize(("name", "value"), [("save", "3600 1"), ("appendonly", "yes")])
def test_a_redis_that_writes_to_a_disk_is_refused(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(Redis, "config_get", lambda self, asked: {asked: value if asked == name else FORGETFUL[asked]})
    with pytest.raises(BadInput, match=rf"writes keys to a disk \({name}\)"):
        RedisKeyStore(REDIS)


@pytest.mark.redis
def test_a_redis_that_does_not_tell_is_warned_of(
    redis: Redis, prefix: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(self: Redis, name: str) -> None:
        raise ResponseError("unknown command 'CONFIG'")

    monkeypatch.setattr(Redis, "config_get", refused)
    assert RedisKeyStore(REDIS, prefix).scopes() == []
    assert "does not tell whether it writes keys to a disk" in caplog.text


@pytest.mark.parametrize(
    ("url", "problem"), [("redis://127.0.0.1:1", "does not answer"), ("http://127.0.0.1", "write redis://")]
)
def test_a_redis_that_cannot_be_used_is_refused_in_one_line(url: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        RedisKeyStore(url)


# Settings


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    config = Config.from_environment(
        {
            "CONSENSUS_DATA": str(tmp_path),
            "CONSENSUS_DATABASE": "postgresql://db/consensus",
            "CONSENSUS_REDIS": "redis://cache",
            "CONSENSUS_KEYS": "redis://keys",
            "CONSENSUS_SECRET_KEY": "s3cret",
        }
    )
    assert (config.data_dir, config.database, config.redis, config.keys_in, config.secret_key) == (
        tmp_path,
        "postgresql://db/consensus",
        "redis://cache",
        "redis://keys",
        "s3cret",
    )
    assert "s3cret" not in repr(config)


def test_without_settings_the_data_lies_together(tmp_path: Path) -> None:
    config = Config.from_environment({}, data_dir=tmp_path / "new")
    assert config.database == f"sqlite:///{(tmp_path / 'new' / 'consensus.db').as_posix()}"
    assert (config.redis, config.keys_in) == (None, None)
    assert isinstance(config.keys, FileKeyStore)


def test_what_is_given_wins_over_the_environment(tmp_path: Path) -> None:
    environment = {"CONSENSUS_DATABASE": "postgresql://db/consensus"}
    assert Config.from_environment(environment, data_dir=tmp_path, database="sqlite:///x").database == "sqlite:///x"
    environment = {"CONSENSUS_KEYS": "redis://keys"}
    assert Config.from_environment(environment, data_dir=tmp_path, keys="redis://given").keys_in == "redis://given"


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
