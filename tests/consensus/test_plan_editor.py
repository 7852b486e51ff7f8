"""The plan editor's pages: a change and what it answers, the way into a new conference, another plan before the first
round."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consensus.models import Conference, LogEntry, Seat
from rounds import edited, read_plan, ready_plan

ITEMS = "number,kind,text\n" + "".join(f"{n},{'process' if n < 21 else 'effect'},Item {n}\n" for n in range(1, 41))
PLAN = ready_plan("conference-2014", "sv").text
TWENTY = {"do": "number", "round": "P1", "rule": "advance", "kind": None, "place": 0, "value": "20"}


@pytest.fixture
def client(administrator: FlaskClient) -> FlaskClient:
    administrator.set_cookie("language", "en")
    return administrator


@pytest.fixture
def made(client: FlaskClient) -> str:
    """A conference in draft, by the 2014 plan."""
    fields = {"title": "", "language": "sv", "seats": "4", "plan": "conference-2014", "step": "create"}
    answer = client.post("/facilitate/new", data={**fields, "items_text": ITEMS})
    return answer.location.rpartition("/")[2]


def change(client: FlaskClient, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.post("/facilitate/plan/change", json={"text": PLAN, **body}).get_json()
    return found


def stored(app: Flask, conference: str) -> Conference:
    with app.extensions["consensus"].readers() as session:
        found: Conference = session.get_one(Conference, conference)
        return found


def keep(client: FlaskClient, conference: str, text: str, instead_of: str = PLAN) -> int:
    body = {"text": text, "instead_of": read_plan(instead_of).sha256}
    return client.post(f"/facilitate/{conference}/plan", data=body).status_code


def test_a_change_answers_with_sentences_and_the_funnel_and_keeps_nothing(client: FlaskClient) -> None:
    answer = change(client, edit=TWENTY, sizes={"process": 97, "effect": 40})
    assert answer["sentences"]["P1"]["sv"].startswith("De 20 med flest ja-röster")
    assert answer["funnel"]["protocols"] == {"extended": 47, "core": 15}
    assert answer["funnel"]["rounds"][0] == {"id": "P1", "pool": 97, "advance": 20, "left": 77}
    assert read_plan(answer["text"]).sha256 == answer["sha256"]
    assert "97 + 40 → 47 → 15" in html.unescape(answer["page"])
    assert change(client)["sentences"]["P1"]["en"].startswith("The 14 with most yes votes")


def test_what_looks_wrong_is_said_at_once_in_the_readers_language(client: FlaskClient) -> None:
    assert change(client, edit=TWENTY, sizes={"process": 20, "effect": 40})["warnings"] == [
        "Round P1: top 20 of a pool of at most 20 items."
    ]
    client.set_cookie("language", "sv")
    answer = change(client, edit=TWENTY, sizes={"process": 20, "effect": 40})
    assert answer["warnings"] == ["Omgång P1: de 20 bästa av högst 20 indikatorer sållar inte bort någon."]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"edit": {**TWENTY, "value": "many"}}, "Write a whole number from 1."),
        ({"edit": {"do": "set", "round": "P2", "key": "otherwise", "value": "hold"}}, "Items may be held here"),
        ({"edit": {"do": "explode"}}, "This is no change"),
        ({"text": "title ="}, "plan, line 1: this is not TOML"),
        ({"ready": "no such plan"}, "plan: there is no such plan"),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(client: FlaskClient, body: dict[str, Any], said: str) -> None:
    answer = change(client, **body)
    assert answer["ok"] is False
    assert answer["problem"].startswith(said)


@pytest.mark.parametrize("body", [[], "text", None, {"sizes": []}, {"sizes": {"process": "x"}, "edit": 3}])
def test_a_body_of_another_shape_does_no_harm(client: FlaskClient, body: Any) -> None:
    answer = client.post("/facilitate/plan/change", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["ok"] is False


def test_the_page_stands_before_any_script_runs(client: FlaskClient) -> None:
    page = html.unescape(client.get("/facilitate/plan").text)
    assert 'value="14"' in page
    assert "97 + 40 → 41 → 15" in page
    assert not re.search(r"\sstyle=|\son\w+=", page)


def test_a_stranger_changes_nothing(app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.get("/facilitate/plan").status_code == 403
    assert stranger.post("/facilitate/plan/change", json={"text": PLAN}).status_code == 403
    assert stranger.post("/facilitate/plan/file", data={"text": PLAN}).status_code == 403


def test_the_plan_comes_out_as_a_file_as_it_stands(client: FlaskClient) -> None:
    answer = client.post("/facilitate/plan/file", data={"text": PLAN.replace("\n", "\r\n")})
    assert answer.data.decode() == PLAN
    assert "plan.toml" in answer.headers["Content-Disposition"]


def test_a_new_conference_keeps_what_was_filled_in_around_the_editor(client: FlaskClient) -> None:
    fields = {"title": "Samråd", "language": "sv", "seats": "7", "plan": "conference-2014", "items_text": ITEMS}
    page = client.post("/facilitate/plan", data={**fields, "step": "plan"}).text
    assert 'value="Samråd"' in page
    assert "20 + 20 → " in html.unescape(page)
    changed = edited(read_plan(PLAN), TWENTY, "sv").text
    back = {**fields, "plan": "own", "plan_text": changed, "step": "plan"}
    form = client.post("/facilitate/new", data=back).text
    assert "The 20 with most yes votes" in form
    assert 'role="alert"' not in form
    assert client.post("/facilitate/new", data={**back, "step": "create"}).status_code == 303


def fields_of(page: str, form: str) -> dict[str, str]:
    """The hidden fields of a form, with what a browser would send for them."""
    inside = re.search(rf'<form[^>]*id="{form}".*?</form>', page, re.DOTALL)
    assert inside
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside[0])
    found += re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', inside[0], re.DOTALL)
    return {name: html.unescape(value) for name, value in found}


SEATS = "Organisation;Antal;Roll\nKommunen;3;politiker\nRegionen;2;chef\n"


@pytest.mark.parametrize("uploaded", [True, False])
def test_a_list_of_seats_survives_the_editor(app: Flask, client: FlaskClient, uploaded: bool) -> None:
    fields = {"title": "S", "language": "sv", "seats": "24", "plan": "conference-2014", "items_text": ITEMS}
    brought = {"seats_file": (io.BytesIO(SEATS.encode()), "platser.csv")} if uploaded else {"seats_text": SEATS}
    page = client.post("/facilitate/plan", data={**fields, **brought, "group_by": "role", "step": "plan"}).text
    back = {**fields_of(page, "keep"), "step": "plan"}
    form = client.post("/facilitate/new", data=back).text
    assert re.search(r'value="role" checked', form)
    text = re.search(r'name="seats_text"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    assert text
    assert text[1].splitlines()[1] == ("Kommunen,politiker,3" if uploaded else "Kommunen;3;politiker")
    made = client.post("/facilitate/new", data={**back, "step": "create"}).location.rpartition("/")[2]
    with app.extensions["consensus"].readers() as session:
        seats = session.query(Seat).filter_by(conference_id=made).all()
    assert Counter(seat.organisation for seat in seats) == {"Kommunen": 3, "Regionen": 2}


def test_what_was_pasted_comes_back_as_it_was_typed(client: FlaskClient) -> None:
    typed = "nummer\tslag\ttext\n1\tprocess\tThe first\n2\teffekt\tThe second"
    fields = {"language": "sv", "seats": "4", "plan": "conference-2014", "items_text": typed, "step": "plan"}
    back = {**fields_of(client.post("/facilitate/plan", data=fields).text, "keep"), "step": "plan"}
    assert back["items_text"] == typed
    form = client.post("/facilitate/new", data=back).text
    assert re.search(r'name="items_text"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)[1] == typed  # type: ignore[index]
    assert client.post("/facilitate/new", data={**back, "step": "create"}).status_code == 303


def typed(**more: str) -> dict[str, str]:
    fields = {"title": "Samråd", "language": "sv", "seats": "7", "plan": "single-vote", "items_text": "One\nTwo\n"}
    return {**fields, **more}


def test_the_preview_says_when_a_rule_sifts_nothing(client: FlaskClient) -> None:
    items = "\n".join(f"Item {n}" for n in range(1, 16))
    page = client.post("/facilitate/new", data=typed(plan="priority-day", items_text=items, step="preview")).text
    assert "top 15 of a pool of at most 15 items." in page
    assert "2 things to look at." in page  # the texts differ in their digits alone, too
    assert "No problems found" not in page


def test_the_preview_lists_the_rows_with_problems_above_the_table(client: FlaskClient) -> None:
    items = "number;text\n1;One\n1;Two\n3;\n" + "".join(f"{n};Item {n}\n" for n in range(4, 40))
    page = html.unescape(client.post("/facilitate/new", data=typed(items_text=items, step="preview")).text)
    above = page[: page.index("<table>")]
    assert '<a class="row-problem" href="#row-3">Row 3, column number: number 1 is already in row 2' in above
    assert '<a class="row-problem" href="#row-4">Row 4, column text: the text is missing' in above
    assert 'id="row-3"' in page


def test_something_can_be_changed_after_the_preview(client: FlaskClient) -> None:
    page = client.post("/facilitate/new", data=typed(step="preview", seats_text=SEATS, group_by="role")).text
    assert re.search(r'<button[^>]* name="step" value="change">Change something<', page)
    assert "Everything you have filled in is lost" in page
    form = client.post("/facilitate/new", data={**fields_of(page, "filled-in"), "step": "change"}).text
    for kept in (
        'value="Samråd"',
        'value="5"',
        'value="single-vote" checked',
        'value="role" checked',
        "One\nTwo",
        SEATS,
    ):
        assert kept in form.replace("\r", "")
    assert 'role="alert"' not in form


@pytest.mark.parametrize(("step", "heading"), [("", "Ny konferens"), ("preview", "Det här läses in")])
def test_the_form_goes_along_into_another_language(client: FlaskClient, step: str, heading: str) -> None:
    page = client.post("/facilitate/new", data=typed(step=step)).text if step else client.get("/facilitate/new").text
    assert re.search(r'<button[^>]* form="filled-in" formaction="/facilitate/new"[^>]* name="speak" value="sv"', page)
    sent = fields_of(page, "filled-in") if step else typed()
    answer = client.post("/facilitate/new", data={**sent, "speak": "sv"})
    assert heading in answer.text
    assert 'value="Samråd"' in answer.text
    assert "One\nTwo" in answer.text
    assert client.get_cookie("language").value == "sv"  # type: ignore[union-attr]


def test_the_plan_editor_keeps_the_form_in_another_language(client: FlaskClient) -> None:
    page = client.post("/facilitate/plan", data=typed(step="plan")).text
    assert re.search(r'<button[^>]* form="keep" formaction="/facilitate/plan"[^>]* name="speak" value="sv"', page)
    answer = client.post("/facilitate/plan", data={**fields_of(page, "keep"), "speak": "sv"}).text
    assert "Använd planen" in answer
    assert fields_of(answer, "keep") == fields_of(page, "keep")


@pytest.mark.parametrize("speak", [{}, {"speak": "sv"}])
def test_leaving_the_editor_keeps_the_form_and_the_plan_as_it_was(client: FlaskClient, speak: dict[str, str]) -> None:
    page = client.post("/facilitate/plan", data=typed(plan="rand-ucla", step="plan")).text
    assert re.search(r'<button[^>]* name="step" value="leave">Leave without saving<', page)
    if speak:
        page = client.post("/facilitate/plan", data={**fields_of(page, "keep"), **speak}).text
    form = client.post("/facilitate/new", data={**fields_of(page, "keep"), "step": "leave"}).text
    assert 'value="Samråd"' in form
    assert 'value="rand-ucla" checked' in form
    assert 'role="alert"' not in form


def test_a_file_that_cannot_come_back_is_said_to_be_lost(client: FlaskClient) -> None:
    unread = typed(items_text="", step="plan") | {"items_file": (io.BytesIO(b"nothing,here\n1,2\n"), "list.csv")}
    page = client.post("/facilitate/plan", data=unread).text
    assert "The file with the items has problems and is not kept" in page


def test_another_plan_is_kept_logged_and_told(app: Flask, client: FlaskClient, made: str) -> None:
    assert client.get(f"/facilitate/{made}/plan").status_code == 200
    plan = edited(read_plan(PLAN), {"do": "set", "key": "anonymity", "value": "vote"}, "sv")
    before = stored(app, made).revision
    told: list[str] = []
    app.extensions["consensus"].published.append(told.append)
    assert keep(client, made, plan.text) == 303
    after = stored(app, made)
    assert (after.plan_text, after.anonymity) == (plan.text, "vote")
    assert after.revision > before
    assert told == [made]
    with app.extensions["consensus"].readers() as session:
        entry = session.query(LogEntry).order_by(LogEntry.id.desc()).first()
    assert (entry.action, entry.details["plan"]) == ("plan", plan.sha256)


def test_saving_what_is_there_already_changes_nothing(app: Flask, client: FlaskClient, made: str) -> None:
    before = stored(app, made).revision
    assert keep(client, made, PLAN) == 303
    assert stored(app, made).revision == before


def test_a_plan_that_was_changed_elsewhere_is_not_overwritten(app: Flask, client: FlaskClient, made: str) -> None:
    one, other = (edited(read_plan(PLAN), {**TWENTY, "value": n}, "sv").text for n in ("20", "10"))
    assert keep(client, made, one) == 303
    assert keep(client, made, other) == 409
    assert stored(app, made).plan_text == one


def test_items_of_kinds_that_the_plan_lacks_are_not_lost(app: Flask, client: FlaskClient, made: str) -> None:
    other = PLAN.replace('"effect"', '"outcome"').replace("effect =", "outcome =")
    assert keep(client, made, other) == 409
    assert stored(app, made).plan_text == PLAN
    answer = change(client, text=other, conference=made)
    assert "There are items of a kind that this plan does not have: effect." in answer["warnings"]


def test_once_a_round_has_started_the_plan_is_fixed(app: Flask, client: FlaskClient, made: str) -> None:
    link = f'href="/facilitate/{made}/plan"'
    assert link in client.get(f"/facilitate/{made}").text
    parts = app.extensions["consensus"]
    parts.act(made, "lobby", {})
    assert keep(client, made, edited(read_plan(PLAN), TWENTY, "sv").text) == 303
    parts.act(made, "start", {"round": "P1"})
    assert client.get(f"/facilitate/{made}/plan").status_code == 409
    assert keep(client, made, PLAN) == 409
    assert link not in client.get(f"/facilitate/{made}").text


def test_a_start_decided_on_the_old_plan_is_stale(app: Flask, client: FlaskClient, made: str) -> None:
    parts = app.extensions["consensus"]
    parts.act(made, "lobby", {})
    seen = stored(app, made).revision
    keep(client, made, edited(read_plan(PLAN), TWENTY, "sv").text)
    with pytest.raises(Exception, match="moved on"):
        parts.act(made, "start", {"round": "P1", "revision": seen})


def test_the_preview_warns_in_the_readers_language(client: FlaskClient) -> None:
    client.set_cookie("language", "sv")
    plan = edited(read_plan(PLAN), {**TWENTY, "rule": "cut", "value": "150"}, "sv").text
    fields = {"language": "sv", "seats": "4", "plan": "own", "plan_text": plan, "items_text": ITEMS, "step": "preview"}
    page = html.unescape(client.post("/facilitate/new", data=fields).text)
    assert "Omgång P1: ”yes < 150%” jämför med mer än 100\u00a0%." in page
