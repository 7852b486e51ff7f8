"""Another language is one file: with it there, everything that people read is in it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consensus import languages, protocol, seats, tokens
from consensus.ballot_box import Submission
from consensus.models import Conference
from consensus.records import record_of
from rounds import ready_plan
from rounds.languages import _LANGUAGES
from tests import pseudo

#: what the conference brings has no letters, so that it is the same in every language
ITEMS = "number,kind,text,explanation,perspective,plain\n" + "\n".join(
    f"{n},{'process' if n < 4 else 'effect'},{n}0 %,+{n},#{n % 2},={n}".replace("=", "~").replace("+", "≈")
    for n in range(1, 6)
)


@pytest.fixture
def third(tmp_path: Path) -> Iterator[str]:
    """A third language for as long as a test lasts."""
    languages.add(pseudo.CODE, pseudo.write(tmp_path / "translations"))
    yield pseudo.CODE
    for known in (languages.LANGUAGES, languages._CATALOGUES, _LANGUAGES):
        known.pop(pseudo.CODE)  # type: ignore[attr-defined]


class Played:
    """A conference in the third language, led over the server's own services."""

    def __init__(self, app: Flask, client: FlaskClient, **fields: str) -> None:
        self.app, self.client, self.parts = app, client, app.extensions["consensus"]
        client.set_cookie("language", pseudo.CODE)
        form = {"title": "2026", "language": pseudo.CODE, "seats": "6", "plan": "conference-2014", "step": "create"}
        self.form = {**form, "items_text": ITEMS, **fields}
        answer = client.post("/facilitate/new", data=self.form)
        assert answer.status_code == 303, answer.text
        self.id = answer.location.rpartition("/")[2]
        self.panel: list[str] = []

    def act(self, action: str, **details: Any) -> None:
        assert self.parts.act(self.id, action, details)

    def join(self) -> None:
        self.act("lobby")
        with self.parts.sessions.begin() as session:
            code = session.get_one(Conference, self.id).join_code
            self.panel = [seats.join_by_code(session, code).id for _ in range(6)]

    def vote(self, round: str, numbers: list[int]) -> None:
        self.act("start", round=round)
        for number in numbers:
            self.act("open", item=number)
            for place, seat in enumerate(self.panel):
                choice = "yes" if place < 7 - number else "no"
                self.parts.box.record([Submission(self.id, seat, 1, round, [(number, choice)])])
            self.act("close")
        self.act("next")

    def state(self, audience: str) -> dict[str, Any]:
        token = tokens.Screen(self.id, 0) if audience == "screen" else tokens.Facilitator(self.id, 0)
        headers = {"Authorization": f"Bearer {tokens.issue(self.parts.secret, token)}"}
        found: dict[str, Any] = self.client.get(f"/api/c/{self.id}/state", headers=headers).get_json()
        return found

    def faults(self, path: str, status: int = 200, *, heard: bool = True, **how: Any) -> list[str]:
        """What a page says that is not in the third language."""
        answer = self.client.open(path, **how)
        assert answer.status_code == status, answer.text
        assert f'<html lang="{pseudo.CODE}"' in answer.text
        return [f"{path}: {fault}" for fault in pseudo.untranslated(answer.text, heard=heard)]


@pytest.fixture
def played(third: str, app: Flask, administrator: FlaskClient) -> Played:
    return Played(app, administrator)


def test_every_page_before_a_conference_is_in_it(played: Played) -> None:
    own = f"/facilitate/{played.id}"
    reading = re.search(r'href="(/read/[^"]+)"', played.client.get(own).text)
    assert reading
    pages = ["/", "/vote", "/shared", "/try", "/facilitate", "/facilitate/new", "/facilitate/plan", "/facilitate/venue"]
    pages += [
        own,
        f"{own}/plan",
        f"{own}/items",
        f"{own}/cards",
        f"{own}/rehearsal?lane={played.id}",
        f"/screen/{played.id}",
        reading[1],
    ]
    found = [fault for page in pages for fault in played.faults(page)]
    assert found == [], "\n".join(found)


def test_what_is_wrong_with_files_is_said_in_it(played: Played) -> None:
    wrong = "number,kind,text\n1,process,\nx,nothing,2\n1,effect,=1\n"
    previews: list[dict[str, Any]] = [
        {"items_text": wrong},
        {"items_text": "", "items_file": (io.BytesIO(b"%PDF-1.7"), "1.pdf")},
        {"seats_text": "organisation,seats\n1,x\n,2\n", "items_text": ITEMS},
        {"plan": "own", "plan_file": (io.BytesIO(b'title = "1"\n[[rounds]]\nid = 1\n'), "1.toml")},
        {"plan": "own", "plan_file": (io.BytesIO(b"title = \n"), "1.toml")},
        {"seats": "0"},
    ]
    found = []
    for preview in previews:
        form = {**played.form, "step": "preview", **preview}
        found += played.faults("/facilitate/new", method="POST", data=form)
    brought = ("process", "nothing", "effect", " x")
    found = [fault for fault in found if not any(word in fault for word in brought)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("status", [403, 404, 405])
def test_every_refused_page_is_in_it(played: Played, status: int) -> None:
    how: dict[str, Any] = {
        404: {"path": "/nowhere"},
        405: {"path": "/facilitate", "method": "DELETE"},
        403: {"path": "/facilitate/nothing"},
    }[status]
    assert played.faults(how.pop("path"), status, **how) == []


def test_every_state_and_the_pages_around_it_are_in_it(played: Played) -> None:
    played.join()
    found = []
    for audience in ("screen", "facilitator"):
        found += _unsaid(played.state(audience))
    played.vote("P1", [1, 2, 3])
    found += _unsaid(played.state("facilitator")) + _unsaid(played.state("screen"))
    played.act("seal")
    played.vote("E1", [4, 5])
    played.act("seal")
    found += played.faults(f"/facilitate/{played.id}") + played.faults(f"/facilitate/{played.id}/protocol")
    played.act("open-evaluation")
    found += _unsaid(played.state("facilitator"))
    assert found == [], "\n".join(found)


def _unsaid(state: dict[str, Any]) -> list[str]:
    """The sentences of a snapshot that lack the language, or have something in them that is not in it."""
    found = []
    for place in _in_languages(state):
        if pseudo.CODE not in place:
            found.append(f"missing: {place}")
            continue
        found += [fault for text in pseudo.texts_of(place[pseudo.CODE]) for fault in pseudo.unmarked(text)]
    return found


def _in_languages(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"sv", "en"} <= value.keys():
            yield value
        for inner in value.values():
            yield from _in_languages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _in_languages(inner)


def test_a_refusal_is_in_it(played: Played) -> None:
    token = tokens.issue(played.parts.secret, tokens.Facilitator(played.id, 0))
    headers = {"Authorization": f"Bearer {token}"}
    for action, body in (("start", {"round": "X"}), ("seal", {}), ("open-evaluation", {"questions": ["1"] * 20})):
        told = played.client.post(f"/api/c/{played.id}/{action}", json=body, headers=headers).get_json()
        assert told["ok"] is False
        assert pseudo.unmarked(told["message"]) == [], action


def test_the_words_of_every_script_are_in_it(played: Played) -> None:
    words = played.client.get(f"/words/{pseudo.CODE}").get_json()
    assert [text for text in pseudo.texts_of(words) if pseudo.unmarked(text)] == []
    page = played.client.get(f"/facilitate/{played.id}").text
    block = re.search(r'id="words">(.*?)</script>', page, re.DOTALL)
    assert block
    told = json.loads(block[1])[pseudo.CODE]
    assert [text for text in pseudo.texts_of(told) if pseudo.unmarked(text)] == []


def test_the_documents_are_in_it(played: Played) -> None:
    played.join()
    played.vote("P1", [1, 2, 3])
    played.act("seal")
    with played.parts.readers() as session:
        record = record_of(session, session.get_one(Conference, played.id))
    for ending, part in ((".docx", "word/document.xml"), (".pptx", "ppt/slides/"), (".xlsx", "xl/sharedStrings.xml")):
        document = protocol.export(record, ending)
        with zipfile.ZipFile(io.BytesIO(document)) as packed:
            parts = [packed.read(name).decode() for name in packed.namelist() if name.startswith(part)]
        for xml in parts:
            texts = re.findall(r"<(?:w:t|a:t|t)(?: [^>]*)?>([^<]*)<", xml)
            assert pseudo.unmarked(" ".join(texts)) == [], ending


def test_a_ready_plan_is_in_it(third: str) -> None:
    plan = ready_plan("rand-ucla", third)
    texts = [plan.title, plan.description, *(text for r in plan.rounds for text in (r.title, r.instruction))]
    assert [text for text in texts if pseudo.unmarked(text)] == []
    assert all(text.startswith(pseudo.OPEN) for text in texts)


def test_what_is_left_untranslated_is_said_in_english(third: str) -> None:
    path = languages._CATALOGUES[third]
    languages.add(third, path.with_name("empty.po"))
    path.with_name("empty.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', "utf-8")
    assert ready_plan("single-vote", third).title == "A single vote"


SWEDISH = """number,kind,text,explanation,perspective,plain
1,process,Den unge får ett första samtal inom fem dagar,Från första kontakten,Individ,Du får ett samtal.
2,process,Den unge har fått ett första samtal inom fem dagar,,Individ,
3,effect,Fler unga i arbete,,Samhälle,
"""


def test_what_is_in_the_conferences_own_language_is_marked_as_that(
    third: str, app: Flask, administrator: FlaskClient
) -> None:
    """WCAG 3.1.2: a conference in Swedish, led and looked at in another language."""
    held = Played(app, administrator, title="Samråd", language="sv", items_text=SWEDISH)
    own = f"/facilitate/{held.id}"
    reading = re.search(r'href="(/read/[^"]+)"', held.client.get(own).text)
    assert reading
    pages = [own, f"{own}/plan", f"{own}/items", f"{own}/rehearsal?lane={held.id}", reading[1], "/facilitate"]
    found = [fault for page in pages for fault in held.faults(page)]
    form = {**held.form, "step": "preview"}
    found += held.faults("/facilitate/new", method="POST", data=form)
    held.join()
    held.vote("P1", [1, 2])
    held.act("seal")
    found += held.faults(f"{own}/protocol", heard=False)
    assert found == [], "\n".join(found)
