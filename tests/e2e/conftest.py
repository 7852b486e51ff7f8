"""A real server process and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import ARGUMENTS, find_browser
from tests.e2e.hall import Hall
from tests.e2e.process import ServerProcess


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Not longer than these tests: while it is there an asyncio loop runs, and no other can.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all small conferences: starting it takes longer than most of them."""
    with ServerProcess(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that nobody has signed in to yet, and that a test may kill."""
    with ServerProcess(tmp_path) as server:
        yield server


@pytest.fixture
def hall(browser: Browser, shared_server: ServerProcess, request: pytest.FixtureRequest) -> Iterator[Hall]:
    with Hall(browser, shared_server, request.node.name.removeprefix("test_")) as hall:
        yield hall


@pytest.fixture
def own_hall(browser: Browser, own_server: ServerProcess, request: pytest.FixtureRequest) -> Iterator[Hall]:
    with Hall(browser, own_server, request.node.name.removeprefix("test_")) as hall:
        yield hall
