"""Where the application keeps its things, from the environment or a place that suits the machine."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consensus.errors import BadInput
from consensus.keys import FileKeyStore, KeyStore, private_directory, write_once
from consensus.redis_keys import RedisKeyStore


@dataclass(frozen=True)
class Config:
    """The settings of one server.

    data_dir: holds the embedded database, the keys and the secret that signs tokens. database: an SQLAlchemy
    URL. redis: the message queue between several processes, or None. keys_in: a Redis that the keys are kept in, or
    None for files in data_dir. public_url: where phones reach the server, if that is not what the facilitator's
    browser says (CONSENSUS_URL). The secret is not shown by repr().
    """

    data_dir: Path
    database: str
    redis: str | None = None
    keys_in: str | None = None
    given_secret: str | None = None
    public_url: str | None = None

    def __repr__(self) -> str:
        return f"Config(data_dir={str(self.data_dir)!r})"

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] = os.environ,
        *,
        data_dir: Path | None = None,
        database: str | None = None,
        redis: str | None = None,
        keys: str | None = None,
    ) -> Config:
        """Read the variables that docs/deployment.md lists; what is given wins."""
        place = data_dir or Path(environment.get("CONSENSUS_DATA") or default_data_dir(environment))
        place = place.expanduser().absolute()
        return cls(
            data_dir=place,
            database=database or environment.get("CONSENSUS_DATABASE") or sqlite_url(place / "consensus.db"),
            redis=redis or environment.get("CONSENSUS_REDIS") or None,
            keys_in=keys or environment.get("CONSENSUS_KEYS") or None,
            given_secret=environment.get("CONSENSUS_SECRET_KEY") or None,
            public_url=environment.get("CONSENSUS_URL") or None,
        )

    @property
    def secret_key(self) -> str:
        """The secret that signs tokens; made at first use, in a file that only its owner may read."""
        if self.given_secret:
            return self.given_secret
        path = self._prepared() / "secret.key"
        try:
            kept = path.read_text("ascii") if path.exists() else ""
            return kept or write_once(path, secrets.token_hex(32).encode()).decode("ascii")
        except OSError as error:
            raise BadInput(str(path), None, f"cannot be used ({error.strerror})") from None

    @property
    def keys(self) -> KeyStore:
        """The keys of open votes: beside the database, never in it. Raises BadInput where they cannot be."""
        if self.keys_in:
            return RedisKeyStore(self.keys_in)
        return FileKeyStore(self._prepared() / "keys")

    def _prepared(self) -> Path:
        try:
            private_directory(self.data_dir)
        except OSError as error:
            hint = "set CONSENSUS_DATA to a directory that may be written to"
            raise BadInput(str(self.data_dir), None, f"cannot be made ({error.strerror}); {hint}") from None
        return self.data_dir


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


def default_data_dir(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return where this platform keeps a program's own files for one person."""
    home = Path.home()
    if platform == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "consensus"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "consensus"
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "consensus"
