"""Simulated phones: `python -m consensus.rehearsal.phones URL`, one seat's secret a line on standard input.

With `--lead` the process also leads the conference through its whole plan, waiting for every phone's acknowledgement
before it closes an item; the facilitator's token is then the first line.
"""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import urllib.error  # noqa: E402
import urllib.request  # noqa: E402
from random import Random  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import socketio  # noqa: E402
from gevent.event import Event  # noqa: E402

import consensus.languages  # noqa: E402, F401
from consensus.rehearsal import opinions  # noqa: E402
from rounds import draw  # noqa: E402
from rounds.languages import N_  # noqa: E402
from rounds.languages import say as in_words  # noqa: E402

Json = dict[str, Any]
PATIENCE = 60
#: what the log and the report say of a tie that a room would have decided
REASON = N_("rehearsal: drawn by lot with the seed {0}")


class Phone:
    """One panellist with a phone. Votes once on every opening of an item and remembers that it was acknowledged."""

    def __init__(self, url: str, panellist: int, secret: str, seed: str, people: bool) -> None:
        self.panellist, self.seed, self.people = panellist, seed, people
        self.acknowledged: set[tuple[int, tuple[int, ...]]] = set()
        self.changed = Event()
        self._newest = -1
        self._done: set[tuple[int, tuple[int, ...]]] = set()
        joined = post(f"{url}api/join", {"seat": secret})
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=2)
        self.client.on("state", self._state)
        self.client.connect(url, auth={"token": joined["token"]}, transports=["websocket"], wait_timeout=PATIENCE)

    def _state(self, state: Json) -> None:
        if state["revision"] < self._newest or state["state"] != "voting":
            return
        self._newest = state["revision"]
        items = state["paper"] if state["paper"] is not None else [state["item"]]
        opening = (state["revision"], tuple(item["number"] for item in items))
        if opening not in self._done:
            self._done.add(opening)
            gevent.spawn(self._vote, opening, state["round"], items)

    def _vote(self, opening: tuple[int, tuple[int, ...]], round: Json, items: list[Json]) -> None:
        dice = Random(f"{self.seed}/{self.panellist}/{opening}")
        if self.people:
            gevent.sleep(min(12, dice.lognormvariate(1, 0.6)))
        ballot = round["ballot"]
        if ballot["whole_paper"]:
            votes = opinions.paper(self.seed, self.panellist, round["id"], items, ballot)
        else:
            votes = [
                {"item": i["number"], "choice": opinions.choice(self.seed, self.panellist, round["id"], i, ballot)}
                for i in items
            ]
        self.client.emit(
            "vote", {"round": round["id"], "votes": votes}, callback=lambda answer: self._answer(opening, answer)
        )

    def _answer(self, opening: tuple[int, tuple[int, ...]], answer: Json) -> None:
        if answer["ok"]:
            self.acknowledged.add(opening)
        elif not self.people:
            say(f"phone {self.panellist}: {answer['error']}: {answer['message']}")
        self.changed.set()


class Leader:
    """Leads a conference through its plan, one next step after the other."""

    def __init__(self, url: str, token: str, phones: list[Phone], seed: str) -> None:
        self.token, self.phones, self.seed = token, phones, seed
        self.conference = json.loads(_unsigned(token))[1]
        self.address = f"{url}api/c/{self.conference}"

    def run(self) -> None:
        state = get(f"{self.address}/state", self.token)
        while state["state"] != "finished":
            step = dict(state["steps"]["next"])
            action = step.pop("action")
            if action == "close":
                self._wait_for_votes(state)
            if action == "decide":
                step = self._decision(state)
            if action in ("start", "seal", "finish"):
                say(f"{action} {step.get('round', '')}")
            state = post(f"{self.address}/{action}", {**step, "revision": state["revision"]}, self.token)["state"]

    def _wait_for_votes(self, state: Json) -> None:
        items = state["paper"] if state["paper"] is not None else [state["item"]]
        opening = (state["revision"], tuple(item["number"] for item in items))
        with gevent.Timeout(PATIENCE, RuntimeError("the phones did not all vote in a minute")):
            for phone in self.phones:
                while opening not in phone.acknowledged:
                    phone.changed.clear()
                    if opening not in phone.acknowledged:
                        phone.changed.wait()

    def _decision(self, state: Json) -> Json:
        """Decide a tie under `ask` by a lot from the seed: a rehearsal has no room to ask."""
        tie = next(tie for tie in state["review"]["ties"] if not tie["settled"])
        winners = draw(self.seed, tie["items"])[: tie["places"]]
        say(f"items {tie['items']} are tied for {tie['places']}: a lot from the seed chooses {winners}")
        return {"items": winners, "verdict": "advance", "reason": in_words(state["language"], REASON, self.seed)}


def get(url: str, token: str) -> Json:
    return _ask(urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}))


def post(url: str, body: Json, token: str = "") -> Json:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return _ask(urllib.request.Request(url, json.dumps(body).encode(), headers))


def _ask(request: urllib.request.Request) -> Json:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            found: Json = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{request.full_url}: {error.read().decode()[:300]}") from None


def _unsigned(token: str) -> bytes:
    from itsdangerous.encoding import base64_decode

    return base64_decode(token.partition(".")[0])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Simulated phones.")
    parser.add_argument("url")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--pace", choices=["people", "full"], default="full")
    parser.add_argument("--lead", action="store_true")
    arguments = parser.parse_args()
    lines = sys.stdin.read().split()
    token = lines.pop(0) if arguments.lead else ""
    people = arguments.pace == "people"
    phones = [Phone(arguments.url, place, secret, arguments.seed, people) for place, secret in enumerate(lines)]
    say(f"{len(phones)} phones are in")
    if arguments.lead:
        Leader(arguments.url, token, phones, arguments.seed).run()
        for phone in phones:
            phone.client.disconnect()
        return
    gevent.wait()


if __name__ == "__main__":
    main()
