"""The page of the list, and the page to read beforehand."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consensus.models import Conference

ITEMS = """number,kind,text,explanation,plain
1,process,The young person has a first talk within five working days,From the first contact,You get a talk in a week.
2,process,The young person has had a first talk within five working days,,
3,effect,More young people are in work,,
"""


@pytest.fixture
def client(administrator: FlaskClient) -> FlaskClient:
    administrator.set_cookie("language", "en")
    return administrator


@pytest.fixture
def made(client: FlaskClient) -> str:
    fields = {"title": "Samråd", "language": "sv", "seats": "4", "plan": "conference-2014", "step": "create"}
    answer = client.post("/facilitate/new", data={**fields, "items_text": ITEMS})
    return answer.location.rpartition("/")[2]


def change(client: FlaskClient, conference: str, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.post(f"/facilitate/{conference}/items/change", json=body).get_json()
    return found


def reading(client: FlaskClient, conference: str) -> str:
    found = re.search(r'href="(/read/[^"]+)"', client.get(f"/facilitate/{conference}").text)
    assert found
    return found[1]


def test_the_page_finds_what_says_nearly_the_same(client: FlaskClient, made: str) -> None:
    page = client.get(f"/facilitate/{made}/items").text
    assert 'data-items="1 2"' in page
    assert "You get a talk in a week." in page
    assert not re.search(r"\sstyle=|\son\w+=", page)


def test_a_pair_of_different_kinds_is_called_one_and_its_kind_is_asked_for(client: FlaskClient) -> None:
    items = ITEMS.replace("2,process", "2,effect")
    fields = {"language": "sv", "seats": "4", "plan": "conference-2014", "items_text": items, "step": "create"}
    id = client.post("/facilitate/new", data=fields).location.rpartition("/")[2]
    assert "Of different kinds: Process and Effect" in client.get(f"/facilitate/{id}/items").text
    answer = change(client, id, do="merge", items=[1, 2], text="One talk", kind="", revision=0)
    assert answer["problem"] == "The item has no kind. Choose one."


def test_an_edit_is_answered_with_the_list_as_it_is_then(app: Flask, client: FlaskClient, made: str) -> None:
    told: list[str] = []
    app.extensions["consensus"].published.append(told.append)
    answer = change(client, made, do="merge", items=[1, 2], text="One talk", kind="process", revision=0)
    assert answer["ok"] is True
    assert {number: item["place"] for number, item in answer["items"].items()} == {"4": 1, "3": 2}
    assert "Merged from 1, 2" in answer["page"]
    assert told == [made]
    with app.extensions["consensus"].readers() as session:
        assert session.get_one(Conference, made).revision == answer["revision"] == 1


def test_an_edit_of_an_old_list_is_refused_and_shows_the_new_one(client: FlaskClient, made: str) -> None:
    assert change(client, made, do="remove", item=3, revision=0)["ok"] is True
    answer = change(client, made, do="move", item=1, place=2, revision=0)
    assert answer["problem"] == "The list has been changed in another window. It is shown anew."
    assert (answer["revision"], set(answer["items"])) == (1, {"1", "2"})


def test_a_problem_is_told_in_the_readers_language(client: FlaskClient, made: str) -> None:
    client.set_cookie("language", "sv")
    answer = change(client, made, do="change", item=1, text="", kind="process", revision=0)
    assert (answer["ok"], answer["problem"]) == (False, "Indikatorn saknar text. Skriv den.")


@pytest.mark.parametrize("body", [None, [], {}, {"do": "add"}, {"do": "add", "revision": "0"}])
def test_a_body_of_another_shape_does_no_harm(client: FlaskClient, made: str, body: Any) -> None:
    answer = client.post(f"/facilitate/{made}/items/change", json=body)
    assert answer.status_code in (409, 422)
    assert answer.get_json()["ok"] is False


def test_a_stranger_sees_and_changes_no_list(app: Flask, made: str) -> None:
    stranger = app.test_client()
    assert stranger.get(f"/facilitate/{made}/items").status_code == 403
    assert stranger.post(f"/facilitate/{made}/items/change", json={"do": "add"}).status_code == 403


def test_whoever_has_the_address_reads_everything_before_it_begins(app: Flask, client: FlaskClient, made: str) -> None:
    page = html.unescape(app.test_client().get(reading(client, made)).text)
    assert '<html lang="sv"' in page
    for text in (
        "Samråd",
        "De 14 med flest ja-röster går in",
        "More young people are in work",
        "From the first contact",
    ):
        assert text in page
    assert "You get a talk in a week." in page
    assert page.index("first talk") < page.index("in work")
    assert not re.search(r"\sstyle=|\son\w+=|facilitate", page)


def test_the_reader_chooses_another_language(app: Flask, client: FlaskClient, made: str) -> None:
    address = reading(client, made)
    reader = app.test_client()
    assert reader.post("/language", data={"language": "en", "back": address}).location == address
    assert "The 14 with most yes votes" in reader.get(address).text


def test_the_facilitator_sees_the_address_to_send_out(client: FlaskClient, made: str) -> None:
    address = reading(client, made)
    assert f"http://192.168.1.5:5000{address}" in client.get(address).text


def test_nobody_else_finds_the_page(app: Flask, client: FlaskClient, made: str) -> None:
    address = reading(client, made)
    stranger = app.test_client()
    for wrong in (
        address[:-1],
        f"{address[:-1]}{'6' if address.endswith('7') else '7'}",
        f"/read/{made}/",
        f"/read/{made}/å",
        f"/read/k3f9x2/{address[-20:]}",
    ):
        assert stranger.get(wrong).status_code == 404
    with app.extensions["consensus"].sessions.begin() as session:
        session.get_one(Conference, made).token_version += 1
    assert stranger.get(address).status_code == 404


def test_the_reading_token_opens_nothing_else(app: Flask, client: FlaskClient, made: str) -> None:
    token = reading(client, made).rpartition("/")[2]
    stranger = app.test_client()
    answer = stranger.get(f"/api/c/{made}/state", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert stranger.get(f"/facilitate/{made}?token={token}").status_code == 403


def test_the_page_says_nothing_of_seats_or_codes(app: Flask, client: FlaskClient, made: str) -> None:
    with app.extensions["consensus"].readers() as session:
        code = session.get_one(Conference, made).join_code
    page = app.test_client().get(reading(client, made)).text
    assert code not in page
