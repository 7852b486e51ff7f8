"""What goes to phones and screens is compressed; what holds a secret never is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consensus import sign_in
from consensus.web.compressed import OPEN, SHORT
from tests.browsers.reading import SCRIPT as SCRIPTS_ARE_READ_BY

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
STATIC = Path(__file__).parents[2] / "static"
SCRIPTS = sorted(path for path in (STATIC / "js").rglob("*.js") if path.stat().st_size > SHORT)
SCRIPT = "/static/vendor/socket.io-client/socket.io.esm.min.js"


@pytest.mark.parametrize(
    "path", ["/", "/j/secret", "/vote", "/screen/abcdef", "/qr.svg?code=123456", "/static/css/base.css", SCRIPT]
)
def test_what_is_the_same_for_everybody_is_compressed_for_who_takes_it(client: FlaskClient, path: str) -> None:
    plain, short = client.get(path), client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert short.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.data) == plain.data
    assert len(short.data) < len(plain.data) / 1.8
    assert int(short.headers["Content-Length"]) == len(short.data)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in short.headers["Vary"]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_goes_without_its_comments_and_means_the_same(client: FlaskClient, path: Path) -> None:
    answer = client.get(f"/static/{path.relative_to(STATIC).as_posix()}", headers=GZIP)
    sent, written = gzip.decompress(answer.data), path.read_bytes()
    assert tokens(sent) == tokens(written)
    assert len(sent) < len(written) or b"//" not in written


def tokens(script: bytes) -> list[tuple[int, bytes]]:
    """Line and text of everything in a script but its comments."""
    found, waiting = [], [SCRIPTS_ARE_READ_BY.parse(script).root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            continue
        waiting += node.children
        if not node.children or node.type == "template_string":
            found.append((node.start_point[0], node.text or b""))
    return found


@pytest.mark.parametrize("encodings", ["identity", "br", "gzip;q=0", ""])
def test_who_does_not_take_it_gets_it_plain(client: FlaskClient, encodings: str) -> None:
    assert "Content-Encoding" not in client.get(SCRIPT, headers={"Accept-Encoding": encodings}).headers


def test_who_has_it_is_told_so_and_the_two_forms_are_not_mistaken_for_each_other(
    client: FlaskClient,
) -> None:
    tags = [client.get(SCRIPT, headers=headers).headers["ETag"] for headers in ({}, GZIP)]
    assert tags[0] != tags[1]
    again = client.get(SCRIPT, headers={**GZIP, "If-None-Match": tags[1]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(SCRIPT, headers={"If-None-Match": tags[1]}).status_code == 200


def test_a_page_that_holds_a_secret_is_not_compressed(app: Flask, client: FlaskClient) -> None:
    with app.extensions["consensus"].sessions.begin() as session:
        secret = sign_in.new_secret(session)
    assert client.get(f"/sign-in/{secret}").status_code == 303
    page = client.get("/facilitate/new", headers=GZIP)
    assert page.status_code == 200
    assert len(page.data) > 1000
    assert "Content-Encoding" not in page.headers
    assert not [name for name in OPEN if name.startswith(("facilitator", "downloads", "api"))]
