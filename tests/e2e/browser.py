"""The browser that tests drive: one that is on the machine, else one that can be had without asking.

`python -m tests.e2e.browser` gets one where there is none; it never fails, it says what it could not do.
CONSENSUS_BROWSER=path names the one to drive: the whole of Chromium, to see that nothing hangs on the shell.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache, partial
from pathlib import Path

#: the same engine without a window around it comes first: a page costs a third of the processor's time in it
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: a container's root may not use the sandbox, and its shared memory is small
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage") if hasattr(os, "getuid") and os.getuid() == 0 else ()


@lru_cache(maxsize=1)
def find_browser() -> str | None:
    """The path of a Chromium or Chrome: CONSENSUS_BROWSER, on PATH, else Playwright's own; None where there is none."""
    named = os.environ.get("CONSENSUS_BROWSER")
    if named:
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def get_browser() -> bool:
    """Get a browser where there is none: Debian's as root, else Playwright's own. Whether there is one now."""
    for fetch in (None, _from_debian, _from_playwright):
        if fetch is not None:
            fetch()
        find_browser.cache_clear()
        if find_browser() is not None:
            return True
    return False


def _from_debian() -> None:
    if not ARGUMENTS or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = partial(subprocess.run, env=environment, stdout=subprocess.DEVNULL, check=False)
    apt(["apt-get", "update", "-qq"])
    for package in ("chromium-headless-shell", "chromium"):  # the first is not in every release
        if apt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]).returncode == 0:
            return


def _from_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)


if __name__ == "__main__":
    if not get_browser():
        print("There is no browser, and none could be had: the tests that drive one are skipped.", file=sys.stderr)
