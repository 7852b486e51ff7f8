"""Take all the pictures into a folder."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import consensus
from rounds import ready_plan
from tests.e2e.browser import ARGUMENTS, find_browser
from tests.e2e.hall import Hall
from tests.e2e.process import ServerProcess
from tests.e2e.screenshots import finishing, leading, preparing
from tests.e2e.screenshots.album import Album, Stage

SEATS = """organisation,role,seats
Kommunen,politiker,4
Kommunen,chef,5
Regionen,chef,4
Regionen,handläggare,5
Föreningarna,närstående,3
Föreningarna,ung vuxen,3
"""
ITEMS = Path(consensus.__file__).parent / "demo" / "items.csv"


def made(server: ServerProcess) -> dict[str, Any]:
    """The conference: the bundled list, the plan of 2014, seats by organisation and role."""
    plan, seats = server.place / "plan.toml", server.place / "seats.csv"
    plan.write_text(ready_plan("conference-2014", "sv").text, "utf-8")
    seats.write_text(SEATS, "utf-8")
    files = ("--plan", str(plan), "--items", str(ITEMS), "--seats-file", str(seats))
    title = ("--title", preparing.TITLE, "--language", "sv", "--json")
    found: dict[str, Any] = json.loads(server.command("create", *files, *title, *server.where))
    return found


def take_all(folder: Path) -> None:
    album = Album(folder)
    with tempfile.TemporaryDirectory() as place, ServerProcess(Path(place)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        with Hall(browser, server, "screenshots") as hall:
            preparing.sign_in_and_begin(hall, album)
            stage = Stage(hall, album, made(server))
            for part in PARTS:
                part(stage)
            stage.panel.leave()
        browser.close()
    album.close()


PARTS = (
    preparing.prepare,
    leading.doors,
    leading.first_vote,
    leading.review,
    leading.between,
    leading.second_vote,
    finishing.finish,
    finishing.evaluate,
)

if __name__ == "__main__":
    take_all(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
