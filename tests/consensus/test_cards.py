"""The cards to print, the venue's Wi-Fi on them, and the pages around seats."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from consensus.models import Conference, LogEntry
from consensus.web import qr

ITEMS = "number,kind,text\n1,process,A first talk\n2,effect,More in work\n"
SEATS = "organisation,role,seats\nKommunen,politiker,9\nRegionen,chef,12\n"


@pytest.fixture
def client(administrator: FlaskClient) -> FlaskClient:
    return administrator


def made(client: FlaskClient, **fields: str) -> str:
    form = {"title": "Samråd", "language": "sv", "plan": "conference-2014", "step": "create", "items_text": ITEMS}
    answer = client.post("/facilitate/new", data={**form, "seats": "21", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def pages(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(f"{address}/cards.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]


def codes(texts: list[str]) -> list[list[str]]:
    return [re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text) for text in texts]


def test_ten_cards_stand_on_a_sheet(client: FlaskClient) -> None:
    found = codes(pages(client, made(client)))
    assert [len(sheet) for sheet in found] == [10, 10, 1]
    assert len({code for sheet in found for code in sheet}) == 21


def test_with_the_wifi_eight_cards_stand_on_a_sheet(client: FlaskClient) -> None:
    address = made(client)
    client.post(f"{address}/wifi", data={"name": "Herrgården; gäst", "password": "tunn#soppa:9"})
    found = pages(client, address)
    assert [len(sheet) for sheet in codes(found)] == [8, 8, 5]
    assert found[0].count("tunn#soppa:9") == 8


def test_each_stack_begins_on_a_sheet_of_its_own(client: FlaskClient) -> None:
    found = pages(client, made(client, seats_text=SEATS))
    assert [len(sheet) for sheet in codes(found)] == [9, 10, 2]
    assert ["politiker" in text for text in found] == [True, False, False]


def test_a_list_of_seats_is_seen_before_it_is_agreed_to(client: FlaskClient) -> None:
    form = {"plan": "conference-2014", "step": "preview", "items_text": ITEMS, "seats_text": SEATS + "Staten,,x\n"}
    page = client.post("/facilitate/new", data=form).text
    assert 'class="row-error"' in page
    assert 'value="create"' not in page
    page = client.post("/facilitate/new", data={**form, "seats_text": SEATS}).text
    assert "<dd>21</dd>" in page
    assert 'value="create"' in page


def test_the_wifi_is_kept_and_its_password_not_logged(app: Flask, client: FlaskClient) -> None:
    address = made(client)
    assert client.post(f"{address}/wifi", data={"name": " Herrgården ", "password": "tunn#soppa"}).status_code == 303
    with app.extensions["consensus"].sessions() as session:
        (conference,) = session.query(Conference)
        assert (conference.wifi_name, conference.wifi_password) == ("Herrgården", "tunn#soppa")
        logged = [(entry.action, entry.details) for entry in session.query(LogEntry)]
    assert logged[-1] == ("wifi", {"name": "Herrgården"})
    client.post(f"{address}/wifi", data={"name": "", "password": ""})
    with app.extensions["consensus"].sessions() as session:
        assert session.query(Conference.wifi_name, Conference.wifi_password).one() == (None, None)


@pytest.mark.parametrize(
    ("name", "password"), [("x" * 33, ""), ("net", "short"), ("net", "x" * 64), ("", "tunn#soppa")]
)
def test_what_is_no_network_is_not_kept(client: FlaskClient, name: str, password: str) -> None:
    answer = client.post(f"{made(client)}/wifi", data={"name": name, "password": password}, follow_redirects=True)
    assert 'role="alert"' in answer.text


def test_a_stranger_gets_no_cards_and_sets_no_wifi(app: Flask, client: FlaskClient) -> None:
    address, stranger = made(client), app.test_client()
    assert stranger.get(f"{address}/cards.pdf").status_code == 403
    assert stranger.post(f"{address}/wifi", data={"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "password", "text"),
    [
        ("Herrgården", "tunn soppa", "WIFI:T:WPA;S:Herrgården;P:tunn soppa;;"),
        ('a;b,c:d\\e"f', "x;y:z\\", 'WIFI:T:WPA;S:a\\;b\\,c\\:d\\\\e\\"f;P:x\\;y\\:z\\\\;;'),
        ("Open", "", "WIFI:T:nopass;S:Open;;"),
    ],
)
def test_the_wifi_is_written_as_phones_read_it(name: str, password: str, text: str) -> None:
    assert qr.wifi_text(name, password) == text


def test_a_new_card_is_shown_with_its_square(app: Flask) -> None:
    with app.test_request_context():
        card = qr.card("AAAA-BBBB-CCCC-DDDD")
    assert card["square"].startswith("data:image/svg+xml;base64,")
    assert (card["code"], card["address"]) == ("AAAA-BBBB-CCCC-DDDD", "http://192.168.1.5:5000/")
