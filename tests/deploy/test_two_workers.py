"""A conference through nginx and two workers: one is killed in mid-vote, and Redis is lost."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

import pytest
import websocket

from consensus.protocol import verify
from tests.consensus.conftest import POSTGRES, postgres_schema
from tests.deploy.conference import PANEL, Conference, Site
from tests.deploy.site import PATIENCE, Proxy, Worker, free_port
from tests.forgetful import REDIS, forgetful_redis
from tests.wire import Wire

pytestmark = [pytest.mark.nginx, pytest.mark.redis, pytest.mark.postgres]

#: seconds by which Redis is quicker than a look into the database, which each worker takes every two
SOON = 1.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two workers as if on two hosts: no directory in common, keys in Redis, started at the same time."""
    place = tmp_path_factory.mktemp("site")
    ports = [free_port(), free_port()]
    with postgres_schema() as schema, forgetful_redis() as redis, Wire(6379) as wire:
        proxy = Proxy(place / "nginx", ports)
        settings = {
            "CONSENSUS_URL": proxy.url,
            "CONSENSUS_DATABASE": f"{POSTGRES}?options=-csearch_path%3D{schema}",
            "CONSENSUS_REDIS": f"redis://127.0.0.1:{wire.port}/0",
            "CONSENSUS_KEYS": f"{REDIS}/0",
            "CONSENSUS_SECRET_KEY": "the same on every host",
        }
        workers = [Worker(place / f"worker-{port}", port, settings) for port in ports]
        with proxy:
            try:
                for worker in workers:
                    worker.start()
                for worker in workers:
                    worker.wait_until_it_serves()
                yield Site(proxy, workers, wire, redis)
            finally:
                for worker in workers:
                    worker.stop()


@pytest.fixture
def conference(site: Site, tmp_path: Path) -> Iterator[Conference]:
    conference = Conference(site, tmp_path)
    try:
        yield conference
    finally:
        conference.close()


def test_a_conference_is_held_on_two_workers(site: Site, conference: Conference, tmp_path: Path) -> None:
    conference.seat_all()
    assert {phone.worker for phone in conference.phones} == {worker.port for worker in site.workers}
    all_hear_at_once(conference)
    a_seat_moves_to_the_other_worker(conference)
    a_worker_is_killed(site, conference)
    redis_is_lost(site, conference)
    it_is_sealed_and_exported(site, conference, tmp_path)
    nothing_was_written_that_should_not_be(site)


def all_hear_at_once(conference: Conference) -> None:
    conference.act("start", round="A")
    conference.act("open", item=1)
    assert len(conference.keys()) == 2
    choices = choices_of(conference, "yes", 15)
    conference.vote(1, choices)
    conference.all_have_voted()
    assert conference.act("close")["result"]["counts"] == Counter(choices)
    conference.act("reopen", item=1)
    conference.act("close")
    conference.act("open", item=2)
    assert median(conference.took) < SOON


def a_seat_moves_to_the_other_worker(conference: Conference) -> None:
    """The old phone, on one worker, is told so by the other; polling or not."""
    for place, other in ((0, 1), (2, 0)):
        old = conference.phones[place]
        lane = next(lane for lane in conference.lanes if conference.proxy.worker_of(lane) != old.worker)
        token = conference.join(place, lane)
        old.wait(lambda old=old: any(seat["moved"] for seat in old.seats))
        old.wait(lambda old=old: not old.socket.connected)
        old.close()
        conference.phones[place] = conference.client(token, lane=lane, polling=bool(other))


def a_worker_is_killed(site: Site, conference: Conference) -> None:
    """In mid-vote; nobody's vote is lost, nobody's counts twice, and all phones go on with the other worker."""
    dead, other = site.workers
    of_dead = [phone for phone in conference.phones if phone.worker == dead.port]
    lines = {phone: phone.lines for phone in of_dead}
    conference.vote(2, choices_of(conference, "no", 5))  # everybody thinks again
    choices = choices_of(conference, "no", 14)
    dead.freeze()  # what its phones send is taken, but neither stored nor answered
    conference.vote(2, choices, after=PANEL - len(of_dead), do=dead.kill)
    for phone in of_dead:
        phone.wait(lambda phone=phone: phone.socket.connected and phone.lines > lines[phone])
        assert phone.worker == other.port
    conference.all_have_voted()
    conference.lanes[0] = conference.lanes[1]
    assert conference.act("close")["result"]["counts"] == Counter(choices)
    dead.start()
    dead.wait_until_it_serves()
    conference.lanes[0] = conference.proxy.lane_to(dead.port)


def redis_is_lost(site: Site, conference: Conference) -> None:
    """The workers find in the database what they cannot tell each other."""
    back = conference.client(conference.join(5, conference.lanes[0]), lane=conference.lanes[0])
    conference.phones[5].close()
    conference.phones[5] = back
    site.wire.cut()
    conference.act("open", item=3)
    choices = choices_of(conference, "yes", 12)
    conference.vote(3, choices)
    conference.all_have_voted()
    site.wire.mend()
    assert conference.act("close")["result"]["counts"] == Counter(choices)


def it_is_sealed_and_exported(site: Site, conference: Conference, place: Path) -> None:
    conference.act("next")
    conference.act("seal")
    assert conference.keys() == ["cards"]
    conference.act("finish")
    assert conference.keys() == []
    link = site.workers[0].command("sign-in").strip()
    assert link.startswith(f"{site.proxy.url}sign-in/")
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(), urllib.request.HTTPSHandler(context=site.proxy.trust)
    )
    for address in (link, *(f"{site.proxy.url}facilitate/{conference.id}/protocol.{end}" for end in ("docx", "zip"))):
        with browser.open(address, timeout=PATIENCE) as answer:
            (place / "last").write_bytes(answer.read())
    (place / "last").rename(place / "archive.zip")
    assert verify(place / "archive.zip") == []


def nothing_was_written_that_should_not_be(site: Site) -> None:
    log = site.proxy.log.read_text("utf-8")
    assert "client:" not in log
    assert "198.51.100" not in log
    assert not [path for path in site.proxy.place.rglob("*") if "access" in path.name]
    for worker in site.workers:
        said = "".join(worker.printed)
        assert "Traceback" not in said
        assert "198.51.100" not in said
        assert "sign-in" not in said


@pytest.mark.parametrize("path", ["", "j/secret", "socket.io/?EIO=4&transport=polling"])
def test_nothing_is_answered_in_the_clear(site: Site, path: str) -> None:
    asking = HTTPConnection("127.0.0.1", site.proxy.http_port, timeout=PATIENCE)
    asking.request("GET", f"/{path}")
    answer = asking.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://127.0.0.1/{path}")
    asking.close()


def test_a_lost_card_is_replaced_whichever_worker_the_phones_are_at(site: Site, conference: Conference) -> None:
    """The one seat without a phone is found among all workers; while one hangs, none is taken for it."""
    conference.seat_all()
    lost = conference.phones.pop(3)
    lost.close()
    lane = conference.lanes[0]
    card = conference.ask_for("new-card", lane)["card"]["code"]
    status, _, _ = conference.proxy.ask("api/join", {"seat": conference.made["seats"][3]})
    assert status == 401
    status, _, joined = conference.proxy.ask("api/join", {"seat": card})
    assert status == 200
    conference.phones.append(conference.client(json.loads(joined)["token"], lane="found"))
    hanging = site.workers[1]
    hanging.freeze()
    try:
        refused = conference.ask_for("new-card", lane)
    finally:
        hanging.thaw()
    assert (refused["error"], "did not say" in refused["message"]) == ("not-now", True)


def test_a_rehearsal_is_known_to_whichever_worker_is_asked(site: Site, conference: Conference) -> None:
    """It is on one host only; the page's addresses lead there. Where they do not, the page says so."""
    browser = signed_in(site)
    address = f"{site.proxy.url}facilitate/{conference.id}/rehearsal"
    with browser.open(f"{address}?lane={conference.id}", b"phones=2", timeout=PATIENCE) as answer:  # as its form does
        begun, worker = answer.url, answer.headers["X-Worker"]
    state, deadline = "running", time.monotonic() + 6 * PATIENCE
    while state == "running" and time.monotonic() < deadline:
        with browser.open(f"{address}/state?lane={conference.id}", timeout=PATIENCE) as answer:
            state = json.load(answer)["state"]
    assert state == "done"
    for _ in range(6):
        with browser.open(address, timeout=PATIENCE) as answer:
            assert answer.headers["X-Worker"] == worker
            (document,) = re.findall(r'href="([^"]+\.pdf[^"]*)"', answer.read().decode())
    with browser.open(f"{site.proxy.url.rstrip('/')}{unescape(document)}", timeout=PATIENCE) as answer:
        assert answer.read(5) == b"%PDF-"
    other = next(w.port for w in site.workers if not worker.endswith(f":{w.port}"))
    run = parse_qs(urlsplit(begun).query)["run"][0]
    with browser.open(f"{address}?lane={site.proxy.lane_to(other)}&run={run}", timeout=PATIENCE) as answer:
        assert "it ran on another one" in answer.read().decode()


def signed_in(site: Site) -> urllib.request.OpenerDirector:
    """A browser that a facilitator has signed in with, in English."""
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(), urllib.request.HTTPSHandler(context=site.proxy.trust)
    )
    browser.addheaders = [("Accept-Language", "en")]
    browser.open(site.workers[0].command("sign-in").strip(), timeout=PATIENCE).close()
    return browser


def test_lanes_spread_the_phones_of_one_address_and_addresses_those_without(site: Site) -> None:
    ports = {worker.port for worker in site.workers}
    assert {site.proxy.worker_of(f"lane-{number}") for number in range(30)} == ports
    assert {site.proxy.worker_of(address=f"198.51.100.{number}") for number in range(30)} == ports
    assert len({site.proxy.worker_of("one") for _ in range(10)}) == 1
    assert len({site.proxy.worker_of(address="203.0.113.7") for _ in range(10)}) == 1


def test_only_our_own_pages_connect(site: Site) -> None:
    """The page's origin has https and the public name, the worker sees neither: the proxy has to tell it."""
    own, other = site.proxy.url.rstrip("/"), "https://elsewhere.example"
    polling = "socket.io/?EIO=4&transport=polling"
    assert [site.proxy.ask(polling, Origin=origin)[0] for origin in (own, other)] == [200, 400]
    assert site.proxy.ask(polling, Origin=other, X_Forwarded_Host="elsewhere.example")[0] == 400
    connect_from(site.proxy, own)
    with pytest.raises(websocket.WebSocketBadStatusException):
        connect_from(site.proxy, other)


def connect_from(proxy: Proxy, origin: str) -> None:
    address = f"{proxy.url.replace('https', 'wss')}socket.io/?EIO=4&transport=websocket"
    line = websocket.create_connection(address, PATIENCE, sslopt={"ca_certs": str(proxy.certificate)}, origin=origin)
    assert line.recv().startswith("0{")
    line.close()


def choices_of(conference: Conference, choice: str, count: int) -> list[str]:
    other = {"yes": "no", "no": "yes"}[choice]
    return [choice] * count + [other] * (len(conference.phones) - count)
