"""A PostgreSQL server of a test's own, set as docs/postgresql.md says; where PostgreSQL is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.site import free_port

PAGE = Path(__file__).parents[2] / "docs" / "postgresql.md"


def programs() -> Path | None:
    """Where `initdb` and `pg_ctl` are, the newest ones; None where there are none."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name))
    found = shutil.which("initdb")
    return Path(found).parent if found else known[-1] if known else None


def settings() -> list[str]:
    """The lines of configuration that the page tells to write."""
    return re.findall(r"^    (\w+ = \w+|\w+ = -1)$", PAGE.read_text("utf-8"), re.MULTILINE)


@contextmanager
def cluster(bin: Path) -> Iterator[tuple[str, Path]]:
    """Run a server; (the URL of its database, its data directory)."""
    place = Path(tempfile.mkdtemp(prefix="cluster"))
    data = place / "data"
    try:
        if os.getuid() == 0:  # PostgreSQL does not run as root
            shutil.chown(place, "postgres")
        _run(bin / "initdb", "-D", data, "-A", "trust", "-U", "postgres")
        port = free_port()
        lines = [*settings(), f"port = {port}", f"unix_socket_directories = '{place}'", "fsync = off"]
        with (data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        _run(bin / "pg_ctl", "-D", data, "-l", place / "log", "-w", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres", data
        finally:
            _run(bin / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(place)


def _run(*command: object) -> None:
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
