"""The pages: what they carry, in which language, and what they keep to themselves."""

from __future__ import annotations

import html
import io
import json
import re
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consensus import facilitation, seats, sign_in, tokens
from consensus.app import create_app
from consensus.config import Config
from consensus.models import Conference
from consensus.services import EXTENSION
from consensus.web import downloads, qr
from consensus.web.new_conference import plan_uses, ready_plans
from rounds import Plan

ROOT = Path(__file__).parents[2]
ITEMS = b"number,kind,text\n1,process,A first talk within five days\n2,effect,More young people in work\n"


@pytest.fixture
def plan() -> Plan:
    return ready_plans()["conference-2014"]


def form(**fields: object) -> dict[str, object]:
    return {"title": "Samråd", "language": "sv", "seats": "4", "plan": "conference-2014", "step": "preview", **fields}


def upload(data: bytes = ITEMS) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "items.csv"


def conference_id(address: str) -> str:
    found = re.fullmatch(r"/facilitate/(\w+)", address)
    assert found
    return found[1]


def made(client: FlaskClient) -> str:
    answer = client.post("/facilitate/new", data=form(step="create", items_text=ITEMS.decode()))
    assert answer.status_code == 303
    return conference_id(answer.location)


SHELLS = ["/", "/j/AAAA-BBBB-CCCC-DDDD", "/vote", "/screen/k3f9x2"]


@pytest.mark.parametrize("address", SHELLS)
def test_a_page_runs_nothing_inline_and_asks_nobody_else(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    page = answer.text
    assert answer.status_code == 200
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


@pytest.mark.parametrize("address", SHELLS)
def test_an_address_with_a_secret_is_neither_kept_nor_passed_on(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_secret_of_a_seat_is_not_written_into_the_page(client: FlaskClient) -> None:
    assert "AAAA" not in client.get("/j/AAAA-BBBB-CCCC-DDDD").text


def test_the_visitors_choice_of_language_goes_before_the_browsers(client: FlaskClient) -> None:
    swedish = {"Accept-Language": "sv-SE,sv;q=0.9,en;q=0.5"}
    assert '<html lang="sv"' in client.get("/", headers=swedish).text
    answer = client.post("/language", data={"language": "en", "back": "/vote"})
    assert answer.location == "/vote"
    assert '<html lang="en"' in client.get("/", headers=swedish).text


@pytest.mark.parametrize(
    "back", ["//else.example", "https://else.example", "/\\else.example", "/\t/else.example", "/\n/x", ""]
)
def test_choosing_a_language_leads_to_no_other_site(client: FlaskClient, back: str) -> None:
    assert client.post("/language", data={"language": "en", "back": back}).location == "/"


def test_a_sign_in_link_that_is_only_looked_at_is_not_used_up(app: Flask, client: FlaskClient) -> None:
    """As programs do that show where a link leads."""
    parts = app.extensions["consensus"]
    with parts.sessions.begin() as session:
        link = f"/sign-in/{sign_in.new_secret(session)}"
    assert client.head(link).status_code == 200
    assert client.get("/facilitate").status_code == 403
    assert client.get(link).location == "/facilitate"


def test_what_is_no_file_of_the_program_is_kept_by_nobody_on_the_way(client: FlaskClient) -> None:
    for path in ("/", "/qr.svg?code=482913", "/facilitate/none/rehearsal/state", "/nowhere"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_the_square_leads_to_this_servers_join_page_only(client: FlaskClient) -> None:
    answer = client.get("/qr.svg?code=482913")
    assert answer.mimetype == "image/svg+xml"
    assert client.get("/qr.svg?code=http://elsewhere.example").status_code == 404
    assert client.get("/qr.svg").status_code == 404


@pytest.mark.parametrize(
    "address", ["/facilitate", "/facilitate/new", "/facilitate/k3f9x2", "/facilitate/k3f9x2/cards"]
)
def test_a_stranger_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 403


def test_a_sign_in_link_works_once(app: Flask, administrator: FlaskClient) -> None:
    with app.extensions["consensus"].sessions.begin() as session:
        secret = sign_in.new_secret(session)
    assert app.test_client().get(f"/sign-in/{secret}").status_code == 303
    assert app.test_client().get(f"/sign-in/{secret}").status_code == 403
    assert app.test_client().get("/sign-in/made-up").status_code == 403


def test_a_jump_of_the_clock_signs_nobody_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    now, day = time.time(), 24 * 3600
    for at_first, afterwards in ((now, now - day), (now, now + 400 * day), (0.0, now)):
        monkeypatch.setattr(time, "time", lambda at=at_first: at)
        with app.extensions["consensus"].sessions.begin() as session:
            secret = sign_in.new_secret(session)
        browser = app.test_client()
        answer = browser.get(f"/sign-in/{secret}")
        assert "Max-Age=" in answer.headers["Set-Cookie"]
        monkeypatch.setattr(time, "time", lambda at=afterwards: at)
        assert browser.get("/facilitate").status_code == 200


def test_a_cookie_that_was_changed_lets_nobody_in(app: Flask, administrator: FlaskClient) -> None:
    cookie = administrator.get_cookie("session")
    assert cookie
    stranger = app.test_client()
    for value in (cookie.value[:-1], cookie.value.swapcase(), "e30", ""):
        stranger.set_cookie("session", value)
        assert stranger.get("/facilitate").status_code == 403
    stranger.set_cookie("session", cookie.value)
    assert stranger.get("/facilitate").status_code == 200


def test_a_facilitators_token_opens_its_own_conference_and_leaves_the_address(
    app: Flask, administrator: FlaskClient
) -> None:
    conference = made(administrator)
    secret = app.extensions["consensus"].secret
    guest = app.test_client()
    token = tokens.issue(secret, tokens.Facilitator(conference, 0))
    answer = guest.get(f"/facilitate/{conference}?token={token}")
    assert answer.location == f"/facilitate/{conference}"
    assert guest.get(answer.location).status_code == 200
    assert guest.get("/facilitate/new").status_code == 403
    screen = tokens.issue(secret, tokens.Screen(conference, 0))
    assert app.test_client().get(f"/facilitate/{conference}?token={screen}").status_code == 403


def test_nothing_is_made_before_the_preview_is_agreed_to(app: Flask, administrator: FlaskClient) -> None:
    page = administrator.post("/facilitate/new", data=form(items_file=upload())).text
    assert "A first talk within five days" in page
    assert 'value="create"' in page
    with app.extensions["consensus"].readers() as session:
        assert facilitation.conferences(session) == []
    conference = made(administrator)
    page = administrator.get(f"/facilitate/{conference}").text
    assert "Samråd" in page
    assert f"/screen/{conference}#" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"items_text": "number,kind,text\n1,process,\n"}, "row-error"),
        ({"items_text": "number,kind,text\n1,odd,Text\n"}, "row-error"),
        ({"items_text": ""}, "problem"),
        ({"seats": "0"}, "problem"),
        ({"seats": "many"}, "problem"),
        ({"plan": "own"}, "problem"),
        ({"plan": "own", "plan_text": "title ="}, "problem"),
        ({"plan": "no such plan"}, "problem"),
    ],
)
def test_what_is_wrong_stands_beside_it_and_cannot_be_agreed_to(
    administrator: FlaskClient, fields: dict[str, str], said: str
) -> None:
    page = administrator.post("/facilitate/new", data=form(items_text=ITEMS.decode()) | fields | {"step": "create"})
    assert page.status_code == 200
    assert said in page.text
    assert 'value="create"' not in page.text


def test_items_come_back_from_the_preview_as_they_were_seen(administrator: FlaskClient) -> None:
    hard = 'number,kind,text,explanation\n1,process,"With ""quotes"", commas\tand <tags>","Two\nlines"\n2,effect,Åäö,\n'
    page = administrator.post("/facilitate/new", data=form(items_file=upload(hard.encode()))).text
    held = re.search(r'<textarea name="items_text" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert held
    text = held[1].replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    again = administrator.post("/facilitate/new", data=form(step="create", items_text=text))
    assert again.status_code == 303


def test_cards_are_unnamed_and_carry_the_address_that_phones_reach(administrator: FlaskClient) -> None:
    page = administrator.get(f"/facilitate/{made(administrator)}/cards").text
    codes = re.findall(r'class="card-code">([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})<', page)
    assert len(set(codes)) == 4
    assert page.count("<svg") == 4
    assert "http://192.168.1.5:5000" in page


def test_every_ready_plan_can_be_chosen(plan: Plan) -> None:
    shipped = {path.stem for path in (ROOT / "rounds" / "plans").glob("*.toml")}
    assert set(plan_uses()) == shipped
    assert plan.kinds == ("process", "effect")


def test_the_venues_check_says_what_is_wrong_first_and_shows_a_square_to_try(administrator: FlaskClient) -> None:
    page = administrator.get("/facilitate/venue", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "http://192.168.1.5:5000/try" in page
    assert "<svg" in page
    assert "This machine&#39;s clock says" in page
    svenska = administrator.get("/facilitate/venue", headers={"Accept-Language": "sv"}).get_data(as_text=True)
    assert "Datorns klocka visar" in svenska


def test_an_address_that_only_the_machine_itself_reaches_is_a_problem(tmp_path: Path) -> None:
    app = create_app(Config.from_environment({}, data_dir=tmp_path))
    client = app.test_client()
    with app.extensions["consensus"].sessions.begin() as session:
        secret = sign_in.new_secret(session)
    client.get(f"/sign-in/{secret}")
    page = client.get("/facilitate/venue", headers={"Accept-Language": "en"}).get_data(as_text=True)
    first, *_ = re.findall(r'<li class="(finding-\w+)">.*?</strong>(.*?)</li>', page)
    assert first[0] == "finding-bad"
    assert "which only this machine reaches" in first[1] or "on no network" in first[1]
    assert "phones on the same network" not in page.casefold()
    first_read, _, folded = page.partition("<summary>Technical details</summary>")
    assert "schema" not in first_read
    assert "The database answers, its schema is" in folded
    assert "CONSENSUS_REDIS" in folded
    app.extensions["consensus"].engine.dispose()


@pytest.mark.parametrize(
    "path", ["/facilitate/venue", "/facilitate/abcdef/rehearsal", "/facilitate/abcdef/rehearsal/state"]
)
def test_what_is_the_facilitators_is_shown_to_nobody_else(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 403


def test_a_rehearsal_is_begun_on_the_page_with_the_conferences_plan_and_items(
    app: Flask, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = administrator.post(
        "/facilitate/new", data=form(step="create", items_text="number,kind,text\n1,process,One\n")
    )
    id = conference_id(made.headers["Location"])
    asked: list[tuple[str, str, int, int, str]] = []

    def start(conference: str, plan: str, items: Iterable[object], phones: int, language: str) -> str:
        asked.append((conference, plan, len(list(items)), phones, language))
        return "1-a"

    monkeypatch.setattr(app.extensions["rehearsals"], "start", start)
    assert "Öva" in administrator.get(f"/facilitate/{id}/rehearsal", follow_redirects=True).get_data(as_text=True)
    begun = administrator.post(f"/facilitate/{id}/rehearsal", data={"phones": "7"})
    assert (begun.status_code, begun.headers["Location"]) == (303, f"/facilitate/{id}/rehearsal?run=1-a&lane={id}")
    assert "en annan" in administrator.get(begun.headers["Location"]).get_data(as_text=True)
    ((conference, plan, items, phones, language),) = asked
    assert (conference, items, phones, language) == (id, 1, 7, "sv")
    assert "[[rounds]]" in plan
    assert administrator.get(f"/facilitate/{id}/rehearsal/state").json == {"state": None, "seconds": 0}
    assert administrator.get(f"/facilitate/{id}/rehearsal.pdf").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("screen", 200), ("facilitator", 200), ("phone", 403), ("", 403)])
def test_the_networks_square_is_for_the_large_pages_and_its_password_in_no_address(
    app: Flask, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch, who: str, status: int
) -> None:
    wifi = {"name": "Stora salen", "password": 'a;b:"c'}
    monkeypatch.setattr("consensus.web.api.wifi_of", lambda conference: wifi)
    id, parts = made(administrator), app.extensions[EXTENSION]
    with parts.sessions.begin() as session:
        conference = session.get_one(Conference, id)
        seat = seats.join(session, seats.cards(session, conference, parts.keys)[0].secret)
        tokens_of: dict[str, tokens.Token] = {
            "screen": tokens.Screen(id, conference.token_version),
            "facilitator": tokens.Facilitator(id, conference.token_version),
            "phone": tokens.Phone(id, seat.id, seat.generation),
        }
    token = tokens.issue(parts.secret, tokens_of[who]) if who else ""
    answer = app.test_client().get(f"/api/c/{id}/wifi.svg", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status
    if status == 200:
        assert answer.text == qr.svg('WIFI:T:WPA;S:Stora salen;P:a\\;b\\:\\"c;;')
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_conference_without_a_network_has_no_square(app: Flask, administrator: FlaskClient) -> None:
    id, parts = made(administrator), app.extensions[EXTENSION]
    with parts.sessions() as session:
        token = tokens.issue(parts.secret, tokens.Screen(id, session.get_one(Conference, id).token_version))
    address = f"/api/c/{id}/wifi.svg"
    assert app.test_client().get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_the_phones_page_has_one_language_and_the_others_at_an_address(client: FlaskClient) -> None:
    page = client.get("/vote", headers={"Accept-Language": "sv"}).get_data(as_text=True)
    assert 'data-elsewhere="/words/"' in page
    found = re.search(r'id="words"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    here = json.loads(found[1])
    assert list(here) == ["sv"]
    english = client.get("/words/en").json
    assert english["yes"] == "Yes"
    assert english.keys() == here["sv"].keys()
    assert client.get("/words/xx").status_code == 404


def test_the_form_shows_items_that_can_be_pasted_as_they_stand(administrator: FlaskClient) -> None:
    administrator.set_cookie("language", "sv")
    page = html.unescape(administrator.get("/facilitate/new").text)
    example = re.search(r'id="items-text-example">(.*?)</pre>', page, re.DOTALL)
    assert example
    assert example[1].startswith("nummer;slag;text\n")
    answer = administrator.post("/facilitate/new", data=form(step="create", items_text=example[1]))
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Samråd", "Samråd-protocol.csv"),
        (f"{'Konsensus ' * 6}om indikatorer", f"{'Konsensus-' * 6}protocol.csv"),
        (f"{'o' * 60}", f"{'o' * 60}-protocol.csv"),
        (f"{'o' * 61}", f"{'o' * 60}-protocol.csv"),
        ("…", "protocol.csv"),
    ],
)
def test_a_document_is_called_as_the_conference_with_no_word_cut(app: Flask, title: str, named: str) -> None:
    with app.test_request_context():
        answer = downloads._to_take(b"", ".csv", title, "protocol")
    assert unquote(answer.headers["Content-Disposition"]).endswith(f"UTF-8''{named}")


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("/facilitate/{id}/protocol.exe", "/facilitate/{id}"),
        ("/facilitate/nobody", "/facilitate"),
        ("/nowhere", "/facilitate"),
    ],
)
def test_a_facilitator_goes_on_from_a_refused_page_as_one(administrator: FlaskClient, address: str, way: str) -> None:
    id = made(administrator)
    page = administrator.get(address.format(id=id)).text
    assert f'<a class="button" href="{way.format(id=id)}">' in page


def test_a_stranger_goes_on_from_a_refused_page_to_the_start(client: FlaskClient) -> None:
    assert '<a class="button" href="/">' in client.get("/facilitate/k3f9x2").text


def test_a_wrong_word_template_is_told_under_a_heading_that_fits(administrator: FlaskClient) -> None:
    id = made(administrator)
    administrator.set_cookie("language", "sv")
    sent = {"template": (io.BytesIO(b"\x89PNG"), "logotyp.png")}
    answer = administrator.post(f"/facilitate/{id}/template", data=sent)
    assert answer.status_code == 422
    assert "<h1>Det går inte att använda</h1>" in answer.text
    assert "logotyp.png" in answer.text
    assert f'href="/facilitate/{id}">Tillbaka till konferensen</a>' in answer.text


def test_the_start_page_leads_facilitators_to_their_conferences(app: Flask, administrator: FlaskClient) -> None:
    assert 'data-desk="/facilitate"' in administrator.get("/").text
    assert "data-desk" not in app.test_client().get("/").text
