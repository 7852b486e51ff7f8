"""Rehearsals that a facilitator asks for: simulated phones run her plan with her items on a copy of their own.

Each is the command `consensus rehearse` in a process of its own, with a server, a database and keys of its own in a
temporary directory: nothing of it touches the real conference. What it was asked and what came out stand in a directory
under the data directory; of each conference the newest is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import csv
import io
import json
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from consensus.errors import Refusal
from consensus.intake import ItemRow
from consensus.keys import private_directory

COLUMNS = ("number", "text", "kind", "explanation", "perspective")
MOST_PHONES = 300
#: seconds until a process that was told to end is ended
PATIENCE = 5
#: seconds between two signs of life, and without one until a rehearsal counts as cut off
BEAT, LOST = 1.0, 10.0
State = Literal["running", "done", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One rehearsal.

    id sorts by when it began. seconds: how long it took, or takes by now; outcome: what `replay --json` prints;
    problem: the last line that was said; documents: endings of the files that were made.
    """

    id: str
    phones: int
    state: State
    seconds: float
    outcome: dict[str, Any] | None = None
    problem: str = ""
    documents: tuple[str, ...] = ()


class Rehearsals:
    """Every conference's newest rehearsal."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._entry = threading.Lock()
        atexit.register(self.stop)

    def start(self, conference: str, plan: str, items: Iterable[ItemRow], phones: int, language: str) -> str:
        """Begin a rehearsal in a language and return its id; the former one of the conference is removed.

        Raises Refusal("not-now") while one runs, for a number of phones that cannot be, and where the disk refuses.
        """
        if not 1 <= phones <= MOST_PHONES:
            raise Refusal("not-now", "A rehearsal has 1 to %(most)s phones.", most=MOST_PHONES)
        with self._entry:
            if (known := self.newest(conference)) is not None and known.state == "running":
                raise Refusal("not-now", "A rehearsal is running already.")
            try:
                folder = self._prepared(conference, plan, items, phones)
                self._running[conference] = process = _begin(folder, phones, language)
            except OSError as error:
                raise Refusal("storage", "The rehearsal could not begin (%(why)s).", why=error.strerror) from None
        threading.Thread(target=self._wait, args=(conference, folder, process), daemon=True).start()
        return folder.name

    def newest(self, conference: str) -> Rehearsal | None:
        """The newest rehearsal of a conference, as it stands now."""
        folder = self._folder(conference)
        if folder is None:
            return None
        asked = json.loads((folder / "asked.json").read_text("utf-8"))
        if (folder / "ended.json").exists():
            return _ended(folder, asked["phones"], json.loads((folder / "ended.json").read_text("utf-8")))
        seconds = max(0.0, time.time() - asked["at"])
        alive = folder / "alive"  # touched by whichever process waits for it: pages may come from another
        running = alive.exists() and abs(time.time() - alive.stat().st_mtime) < LOST
        return Rehearsal(folder.name, asked["phones"], "running" if running else "interrupted", seconds)

    def document(self, conference: str, ending: str) -> Path | None:
        """A file that the newest rehearsal made, by its ending; None where there is none."""
        folder = self._folder(conference)
        found = [path for path in (folder / "out").glob("*") if path.suffix == f".{ending}"] if folder else []
        return found[0] if found else None

    def stop(self) -> None:
        """End what still runs."""
        for process in list(self._running.values()):
            process.terminate()

    def _folder(self, conference: str) -> Path | None:
        found = [path for path in (self._place / conference).glob("*") if (path / "asked.json").exists()]
        return max(found, key=lambda path: (path / "asked.json").stat().st_mtime_ns, default=None)

    def _prepared(self, conference: str, plan: str, items: Iterable[ItemRow], phones: int) -> Path:
        shutil.rmtree(self._place / conference, ignore_errors=True)
        folder = self._place / conference / f"{time.time_ns():020}-{secrets.token_hex(4)}"
        private_directory(folder)
        (folder / "plan.toml").write_text(plan, "utf-8")
        (folder / "items.csv").write_text(_table(items), "utf-8")
        (folder / "alive").touch()
        (folder / "asked.json").write_text(json.dumps({"phones": phones, "at": time.time()}), "utf-8")
        return folder

    def _wait(self, conference: str, folder: Path, process: subprocess.Popen[bytes]) -> None:
        begun = time.monotonic()
        while (code := _end_of(process)) is None:
            with contextlib.suppress(OSError):
                (folder / "alive").touch()
        ended = json.dumps({"code": code, "seconds": time.monotonic() - begun})
        try:
            draft = folder / "ended.draft"
            draft.write_text(ended, "utf-8")
            draft.rename(folder / "ended.json")
        except OSError:  # a full disk: it counts as interrupted
            pass
        finally:
            self._running.pop(conference, None)


def _begin(folder: Path, phones: int, language: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "consensus", "rehearse", "--json", "--phones", str(phones), "--language", language]
    command += ["--plan", "plan.toml", "--items", "items.csv", "--out", "out", "--seed", secrets.token_hex(4)]
    with (folder / "outcome.json").open("wb") as out, (folder / "said.txt").open("wb") as said:
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=said)


def _end_of(process: subprocess.Popen[bytes]) -> int | None:
    """The code that a process has ended with within a beat; None if it goes on."""
    try:
        return process.wait(BEAT)
    except subprocess.TimeoutExpired:
        return None


def _ended(folder: Path, phones: int, ended: dict[str, Any]) -> Rehearsal:
    if ended["code"] != 0:
        # one that was ended by a signal says nothing of it: its last words are about something else
        told = 0 < ended["code"] < 128
        said = (folder / "said.txt").read_text("utf-8", "replace").strip().splitlines() if told else []
        return Rehearsal(folder.name, phones, "failed", ended["seconds"], problem=said[-1] if said else "")
    outcome = json.loads((folder / "outcome.json").read_text("utf-8"))
    made = tuple(sorted(path.suffix.removeprefix(".") for path in (folder / "out").glob("*")))
    return Rehearsal(folder.name, phones, "done", ended["seconds"], outcome, documents=made)


def _table(items: Iterable[ItemRow]) -> str:
    """The items as a file that the command reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([getattr(item, column) or "" for column in COLUMNS] for item in items)
    return out.getvalue()
