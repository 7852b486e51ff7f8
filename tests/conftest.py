"""What a test needs of the machine: where it is missing the test is skipped with a word, under CI=true it fails."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import settings

import consensus.languages  # noqa: F401  # the rules alone speak English; their tests hear Swedish too
from tests.deploy.site import nginx
from tests.e2e.browser import find_browser
from tests.e2e.old_browser import VARIABLE, old_browser

TESTS = Path(__file__).parent

#: `pytest --hypothesis-profile=long`: an hour of random conferences and votes instead of a minute
settings.register_profile("long", max_examples=5000, deadline=None)
#: no test depends on a time
settings.register_profile("plain", deadline=None)
settings.load_profile("plain")


@lru_cache(maxsize=1)
def _redis_answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", 6379), timeout=2):
            return True
    except OSError:
        return False


#: marker -> (whether it is there, what to say where it is not). PostgreSQL is looked for by the fixture that connects
#: to it; the data of 2014 lies beside the checkout, if it does.
NEEDED: dict[str, tuple[Callable[[], bool], str]] = {
    "redis": (_redis_answers, "no Redis server answers at 127.0.0.1:6379"),
    "browser": (lambda: find_browser() is not None, "no Chromium or Chrome is on this machine; `make test` gets one"),
    "nginx": (lambda: nginx() is not None and bool(shutil.which("openssl")), "nginx or openssl is not on this machine"),
    "compiler": (lambda: bool(shutil.which("cc") or shutil.which("gcc")), "no C compiler is on this machine"),
    "office": (lambda: shutil.which("soffice") is not None, "no LibreOffice is on this machine, to open documents in"),
}
#: what CI goes without too: an office suite is a third of a gigabyte, and what it would show is looked for without it
#: as well (test_office, test_slides)
NOT_ASKED_FOR = {"office"}


#: folders whose tests take long: they come first, so that two workers end at about the same time
LONG = ("faults", "deploy", "e2e", "load")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order by folder, the long ones first; within a file nothing changes."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.relative_to(TESTS).parts[0], len(LONG)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, or fail it where everything must be there. An old browser is never needed."""
    if item.get_closest_marker("old_browser") is not None and old_browser() is None:
        pytest.skip(f"{VARIABLE} names no Chromium of an earlier year")
    for marker, (is_there, problem) in NEEDED.items():
        if item.get_closest_marker(marker) is None or is_there():
            continue
        if os.environ.get("CI") == "true" and marker not in NOT_ASKED_FOR:
            pytest.fail(f"{problem}, and CI=true asks for every test", pytrace=False)
        pytest.skip(problem)
