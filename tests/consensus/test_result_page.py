"""The result in the browser: for whoever has the address, while it is published, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consensus import facilitation, seats, tokens
from consensus.app import create_app
from consensus.ballot_box import Submission
from consensus.config import Config
from consensus.intake import ItemRow
from consensus.protocol.report import Table
from consensus.web.result import _block
from rounds import read_plan
from tests.consensus.room import plan_text, round_keys

ENGLISH = {"Accept-Language": "en"}


class Site:
    """A server with a conference of one round, finished."""

    def __init__(self, place: Path, feedback: str = "full") -> None:
        self.app: Flask = create_app(Config.from_environment({}, data_dir=place), url="http://192.168.1.5:5000/")
        self.parts = self.app.extensions["consensus"]
        rows = [ItemRow(n, f"Förslag {n} <b>", None, "", "") for n in (1, 2, 3)]
        plan = read_plan(plan_text(round_keys(feedback=feedback)))
        with self.parts.sessions.begin() as session:
            made, secrets = facilitation.create(
                session, self.parts.keys, plan=plan, items=rows, seats=2, title="Samråd"
            )
            panel = [seats.join(session, secret).id for secret in secrets]
            self.id = made.id
        self.act("start", round="A")
        for number in (1, 2, 3):
            self.act("open", item=number)
            for place_, seat in enumerate(panel):
                choice = "yes" if place_ < 3 - number else "no"
                self.parts.box.record([Submission(self.id, seat, 1, "A", [(number, choice)])])
            self.act("close")
        self.act("seal")
        self.act("finish")

    def act(self, action: str, **details: Any) -> bool:
        done: bool = self.parts.act(self.id, action, details)
        return done

    def publish(self, **details: Any) -> str:
        """Publish; return the address."""
        self.act("publish", **details)
        state: dict[str, Any] = self.get(f"/api/c/{self.id}/state", facilitator=True).get_json()
        path: str = state["published"]["path"]
        return path

    def get(self, address: str, *, facilitator: bool = False, client: FlaskClient | None = None, **headers: str) -> Any:
        if facilitator:
            headers["Authorization"] = f"Bearer {tokens.issue(self.parts.secret, tokens.Facilitator(self.id, 0))}"
        return (client or self.app.test_client()).get(address, headers={**ENGLISH, **headers})

    def desk(self) -> FlaskClient:
        client = self.app.test_client()
        client.get(f"/facilitate/{self.id}?token={tokens.issue(self.parts.secret, tokens.Facilitator(self.id, 0))}")
        return client


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.parts.engine.dispose()


def test_whoever_has_the_address_reads_the_result_in_their_own_language(site: Site) -> None:
    address = site.publish()
    page = site.get(address)
    assert page.status_code == 200
    assert "Förslag 1 &lt;b&gt;" in page.text
    assert "How it was decided" in page.text
    assert "Så avgjordes det" in site.get(address, **{"Accept-Language": "sv"}).text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.text
    assert not re.search(r"<script|\sstyle=|<style|facilitate", page.text)


@pytest.mark.parametrize(("explained", "kind"), [(False, "line"), (True, "further")])
def test_only_what_explains_the_first_line_of_a_cell_is_set_smaller(explained: bool, kind: str) -> None:
    found = _block(Table("Life", ("Item",), (("P1: in\nC: out",),), (1,), explained=explained), 0)
    assert found["further"] == kind


def test_every_picture_of_the_page_is_there(site: Site) -> None:
    page = site.get(site.publish()).text
    found = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)
    assert len(found) == 2
    for address, alt in found:
        answer = site.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert alt.strip()


@pytest.mark.parametrize("end", ["", "/funnel.svg", "/protocol.pdf", "/protocol.zip"])
def test_another_token_opens_nothing(site: Site, end: str) -> None:
    address = site.publish(files=True)
    for wrong in (address[:-1], f"{address}x", address.replace(site.id, "aaaaaa"), f"/result/{site.id}/å"):
        assert site.get(wrong + end).status_code in (403, 404)


def test_an_address_taken_out_of_use_never_comes_back(site: Site) -> None:
    address = site.publish()
    site.act("unpublish")
    assert site.get(address).status_code == 403
    assert site.publish() != address
    assert site.get(address).status_code == 403


def test_while_the_conference_is_open_again_the_address_shows_nothing(site: Site) -> None:
    address = site.publish()
    site.act("undo", reason="One more round")
    assert site.get(address).status_code == 403
    site.act("finish")
    assert site.get(address).status_code == 200


def test_pdf_and_archive_are_there_only_where_they_are_published(site: Site) -> None:
    address = site.publish()
    assert "protocol.pdf" not in site.get(address).text
    assert site.get(f"{address}/protocol.zip").status_code == 404
    assert site.publish(files=True) == address
    assert "protocol.pdf" in site.get(address).text
    report = site.get(f"{address}/protocol.pdf")
    assert report.data.startswith(b"%PDF")
    named = report.headers["Content-Disposition"]
    assert named == "attachment; filename=Samrad-protokoll.pdf; filename*=UTF-8''Samr%C3%A5d-protokoll.pdf"
    assert site.get(f"{address}/protocol.zip").data.startswith(b"PK")
    assert site.get(f"{address}/protocol.docx").status_code == 404


def test_the_facilitator_looks_at_the_protocol_and_a_stranger_does_not(site: Site) -> None:
    address = f"/facilitate/{site.id}/protocol"
    page = site.get(address, client=site.desk())
    assert "Förslag 1" in page.text
    assert "protocol.docx" in page.text
    assert site.get(f"{address}/funnel.svg", client=site.desk()).mimetype == "image/svg+xml"
    assert site.get(address).status_code == 403
    assert site.get(f"{address}/funnel.svg").status_code == 403


def test_pictures_come_to_screen_and_facilitator_by_their_tokens(site: Site) -> None:
    screen = {"Authorization": f"Bearer {tokens.issue(site.parts.secret, tokens.Screen(site.id, 0))}"}
    for name in ("funnel.svg", "round-1.svg", "round.svg?id=A"):
        assert site.get(f"/api/c/{site.id}/picture/{name}", **screen).mimetype == "image/svg+xml"
    for name in ("round-2.svg", "round.svg?id=Z", "round.svg", "x.svg"):
        assert site.get(f"/api/c/{site.id}/picture/{name}", **screen).status_code == 404
    assert site.get(f"/api/c/{site.id}/picture/funnel.svg").status_code == 403


def test_where_the_plan_keeps_figures_from_the_room_the_screen_gets_the_funnel_only(tmp_path: Path) -> None:
    site = Site(tmp_path, feedback="outcome")
    screen = {"Authorization": f"Bearer {tokens.issue(site.parts.secret, tokens.Screen(site.id, 0))}"}
    assert site.get(f"/api/c/{site.id}/picture/funnel.svg", **screen).status_code == 200
    assert site.get(f"/api/c/{site.id}/picture/round-1.svg", **screen).status_code == 404
    assert site.get(f"/api/c/{site.id}/picture/round-1.svg", facilitator=True).status_code == 200
    site.parts.engine.dispose()
