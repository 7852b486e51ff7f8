"""Write tests/e2e/snapshots/: one snapshot per state and audience, as docs/interfaces.md has them.

Run it when the snapshots' form changes: `python -m tests.e2e.make_snapshots`. Items are the demo's, the verdicts are
those of the rules themselves; only the votes are drawn.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rounds import Conference, Item, Plan, RoundResult, Tally, read_plan
from rounds.plan import Round

ROOT = Path(__file__).parents[2]
OUT = Path(__file__).parent / "snapshots"
ANONYMITY = {"conference-2014": "paper", "delphi-70-15": "panel", "priority-day": "vote"}
Snapshot = dict[str, Any]
TITLES = {
    "P1": "Omröstning 1: processindikatorer",
    "P2": "Omröstning 2: processindikatorer",
    "E1": "Omröstning 3: effektindikatorer",
    "E2": "Omröstning 4: effektindikatorer",
    "C": "Omröstning 5: kärnan",
    "Round 1": "Skattning 1",
    "Pick your ten": "Välj dina tio",
}


class Story:
    """One conference on one plan, told up to any point."""

    def __init__(
        self, plan_name: str, title: str, items: list[dict[str, str]], seats: int = 24, present: int = 23
    ) -> None:
        self.plan: Plan = read_plan((ROOT / "rounds/plans" / f"{plan_name}.toml").read_text(), plan_name)
        self.title, self.seats, self.present = title, seats, present
        self.anonymity = ANONYMITY[plan_name]
        self.rows = {int(row["number"]): row for row in items}
        kinds = bool(self.plan.kinds)
        self.walk = Conference(self.plan, [Item(n, row["kind"] if kinds else None) for n, row in self.rows.items()])
        self.random = random.Random(2014)
        self.results: dict[str, RoundResult] = {}

    def votes(self, round: Round) -> dict[int, dict[str, int]]:
        return {n: self._vote(round) for n in self.walk.pool(round.id)}

    def _vote(self, round: Round) -> dict[str, int]:
        like = self.random.betavariate(1.7, 1.6)
        if round.ballot.form == "scale":
            low, high = round.ballot.low or 1, round.ballot.high or 9
            counts = {str(rating): 0 for rating in range(low, high + 1)}
            for _ in range(self.present):
                rating = round_to(low + (high - low) * self.random.betavariate(1 + 4 * like, 1 + 4 * (1 - like)))
                counts[str(rating)] += 1
            return counts
        if round.ballot.form == "pick":
            return {"1": round_to(self.present * like)}
        yes = round_to(self.present * like)
        return {"yes": yes, "no": self.present - yes}

    def judge(self, round: Round, counts: Mapping[int, Mapping[str, int]]) -> RoundResult:
        tallies = {
            n: Tally(number=n, counts=c, papers=self.present, present=self.present, entitled=self.seats)
            for n, c in counts.items()
        }
        return self.walk.judge(round.id, tallies)

    def hold(self, round_id: str, *, seed: int = 1) -> RoundResult:
        """Judge a round; take its verdicts into the conference. Votes are redrawn until nothing is tied."""
        round = self.plan.round(round_id)
        self.random.seed(seed)
        for _ in range(2000):
            result = self.judge(round, self.votes(round))
            if not result.ties:
                break
        self.walk.settle(result)
        self.results[round_id] = result
        return result

    # --- the parts of a snapshot

    def frame(self, state: str, audience: str, under_way: str | None) -> Snapshot:
        done = list(self.results)
        now = [under_way] if under_way else []
        standing = {id: "sealed" if id in done else state for id in [*done, *now]}
        return {
            "revision": 41,
            "conference": "k3f9x2",
            "audience": audience,
            "title": self.title,
            "language": "sv",
            "state": state,
            "anonymity": self.anonymity,
            "seats": self.seats,
            "present": 0 if state == "draft" else self.present,
            "plan": {
                "protocols": list(self.plan.protocols),
                "kinds": list(self.plan.kinds),
                "rounds": [
                    {"id": r.id, "title": title(r), "state": standing.get(r.id, "waiting"), "sentence": sentences(r)}
                    for r in self.plan.rounds
                ],
            },
            "round": None,
            "item": None,
            "paper": None,
            "result": None,
            "review": None,
            "protocols": self.protocols() if done else None,
        }

    def round(self, id: str, closed: int = 0) -> Snapshot:
        round = self.plan.round(id)
        ballot = round.ballot
        return {
            "id": id,
            "title": title(round),
            "instruction": round.instruction,
            "sentence": sentences(round),
            "run_off": False,
            "ballot": {
                "form": ballot.form,
                "choices": [] if ballot.whole_paper else list(ballot.choices),
                "whole_paper": ballot.whole_paper,
                "low": ballot.low,
                "high": ballot.high,
                "limit": ballot.limit,
                "cap": ballot.cap,
            },
            "pace": round.pace,
            "feedback": round.feedback,
            "base": round.base,
            "items": len(self.walk.pool(id)) if id not in self.results else len(self.results[id].items),
            "closed": closed,
        }

    def item(self, number: int, place: int, state: str) -> Snapshot:
        row = self.rows[number]
        return {
            "number": number,
            "place": place,
            "text": row["text"],
            "explanation": row["explanation"],
            "kind": row["kind"] if self.plan.kinds else None,
            "perspective": row["perspective"],
            "state": state,
        }

    def review(self, result: RoundResult, *, full: bool = True) -> Snapshot:
        kinds: list[str | None] = sorted({i.kind for i in result.items}, key=lambda k: k != "process")
        if result.round.id != "C":
            kinds = [None]
        groups = []
        for kind in kinds:
            items = [i for i in result.items if kind is None or i.kind == kind]
            items.sort(key=lambda i: (i.verdict == "cut", i.rank or 10**6, i.number))
            quota = {"P1": 14, "P2": 17, "E1": 5, "E2": 5, "C": 10 if kind == "process" else 5}.get(result.round.id)
            groups.append({"kind": kind, "quota": quota, "items": [self.review_item(i, full) for i in items]})
        ties = [
            {"items": list(t.items), "places": t.places, "kind": t.kind, "policy": t.policy, "settled": t.settled}
            for t in result.ties
        ]
        return {"counts": result.counts, "groups": groups, "ties": ties, "lot": None}

    def review_item(self, i: Any, full: bool) -> Snapshot:
        row = {
            "number": i.number,
            "text": self.rows[i.number]["text"],
            "rank": i.rank,
            "tied": i.tied,
            "verdict": i.verdict,
            "reason": {"sv": i.reason("sv"), "en": i.reason("en")},
        }
        return (
            row | {"measures": exact(i.measures), "counts": dict(i.votes), "base": i.tally.base("cast")}
            if full
            else row
        )

    def protocols(self) -> Snapshot:
        found: Snapshot = {}
        for id, numbers in self.walk.protocols.items():
            found[id] = []
            for n in numbers:
                by = next(
                    r for r in self.results.values() if any(i.number == n and i.verdict == "advance" for i in r.items)
                )
                row = self.rows[n]
                found[id].append(
                    {
                        "number": n,
                        "text": row["text"],
                        "kind": row["kind"] if self.plan.kinds else None,
                        "perspective": row["perspective"],
                        "round": by.round.id,
                        "measures": exact(by.item(n).measures),
                    }
                )
        return found


def title(round: Round) -> str:
    return TITLES.get(round.id, TITLES.get(round.title, round.title))


def round_to(value: float) -> int:
    return int(value + 0.5)


def exact(measures: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): v if isinstance(v, bool) or v is None else str(v) for name, v in measures.items()}


def sentences(round: Round) -> dict[str, str]:
    return {"sv": round.sentence("sv"), "en": round.sentence("en")}


JOIN = {"url": "http://192.168.1.5:5000/", "code": "482913"}
LOG = [
    {"at": "2026-04-14T09:02:11Z", "action": "lobby", "details": {}},
    {"at": "2026-04-14T09:31:40Z", "action": "start", "details": {"round": "P1"}},
    {"at": "2026-04-14T09:32:05Z", "action": "open", "details": {"item": 12}},
    {"at": "2026-04-14T09:32:19Z", "action": "close", "details": {"item": 12}},
    {"at": "2026-04-14T09:32:24Z", "action": "void", "details": {"item": 11, "reason": "Öppnades av misstag"}},
    {"at": "2026-04-14T09:32:30Z", "action": "open", "details": {"item": 13}},
]


def write(name: str, snapshot: Snapshot, **more: Any) -> None:
    """Write what each audience gets of one moment."""
    for audience in ("phone", "screen", "facilitator"):
        own = snapshot | {"audience": audience} | more.get("everyone", {})
        if audience != "phone":
            own |= {"join": JOIN, "turnout": more.get("turnout")}
        if audience == "facilitator":
            steps = more.get("steps") or {"next": None, "undo": None, "actions": []}
            own |= {
                "steps": steps,
                "items": more.get("items") or [],
                "log": LOG[::-1] if snapshot["state"] != "draft" else [],
            }
        if audience == "phone" and "phone" in more:
            own |= more["phone"]
        text = json.dumps(own, ensure_ascii=False, separators=(",", ":")) + "\n"
        (OUT / f"{name}.{audience}.json").write_text(text, encoding="utf-8")


def steps(next: Snapshot | None, undo: Snapshot | None, *actions: str) -> Snapshot:
    return {"next": next, "undo": undo, "actions": list(actions)}


def two_days() -> None:
    """The 2014 conference, from draft to finished."""
    items = list(csv.DictReader((ROOT / "consensus/demo/items.csv").open(encoding="utf-8")))
    story = Story("conference-2014", "Konsensuskonferens om samordnat stöd till unga", items)
    write("draft", story.frame("draft", "", None), steps=steps({"action": "lobby"}, None, "lobby"))
    write(
        "lobby",
        story.frame("lobby", "", None) | {"present": 22},
        steps=steps({"action": "start", "round": "P1"}, {"action": "lobby"}, "start"),
    )
    pool = [{"number": n, "state": "waiting"} for n in story.walk.pool("P1")]
    write(
        "discussion",
        story.frame("discussion", "", "P1") | {"round": story.round("P1")},
        items=pool,
        steps=steps({"action": "open", "item": 1}, {"action": "start", "round": "P1"}, "open", "next"),
    )
    plenary(story, pool)
    story.hold("P1", seed=3)
    sealed_rounds(story)


def plenary(story: Story, pool: list[Snapshot]) -> None:
    states = [{**i, "state": "closed" if i["number"] < 13 else "waiting"} for i in pool]
    opened = [{**i, "state": "open"} if i["number"] == 13 else i for i in states]
    shut = [{**i, "state": "closed"} if i["number"] == 13 else i for i in states]
    voting = story.frame("voting", "", "P1") | {"round": story.round("P1", 12), "item": story.item(13, 13, "open")}
    undo = {"action": "open", "item": 13}
    write(
        "voting",
        voting,
        items=opened,
        turnout={"voted": 17, "of": 23},
        steps=steps({"action": "close", "item": 13}, undo, "close", "void"),
    )
    write(
        "voting-small",
        voting | {"present": 8},
        items=opened,
        turnout={"voted": None, "of": 8},
        steps=steps({"action": "close", "item": 13}, undo, "close", "void"),
    )
    closed = story.frame("closed", "", "P1") | {"round": story.round("P1", 13), "item": story.item(13, 13, "closed")}
    result = {"number": 13, "outcome": None, "counts": {"yes": 13, "no": 10}, "base": 23, "base_name": "cast"}
    result |= {"measures": {"yes": "13/23"}, "line": {"measure": "yes", "at": "1/2"}}
    after = steps({"action": "next", "item": 14}, {"action": "close", "item": 13}, "next", "reopen", "void")
    write("closed", closed | {"result": result}, items=shut, steps=after)
    abstained = {"counts": {"yes": 11, "no": 7, "abstain": 5}, "base": 18, "measures": {"yes": "11/18"}}
    ballot = story.round("P1", 13)
    ballot["ballot"] = ballot["ballot"] | {"form": "yes-no-abstain", "choices": ["yes", "no", "abstain"]}
    write("closed-abstain", closed | {"result": result | abstained, "round": ballot}, items=shut, steps=after)
    write("voting-abstain", voting | {"round": ballot}, items=opened, turnout={"voted": 17, "of": 23})
    hidden = closed | {"round": story.round("P1", 13) | {"feedback": "none"}}
    write("closed-none", hidden, items=shut, steps=after)
    told = closed | {"round": story.round("P1", 13) | {"feedback": "outcome"}}
    write("closed-outcome", told | {"result": {"number": 13, "outcome": "cut"}}, items=shut, steps=after)


def sealed_rounds(story: Story) -> None:
    done = story.results["P1"]
    all_closed = [{"number": i.number, "state": "closed"} for i in done.items]
    held = story.results.pop("P1")
    review = story.frame("review", "", "P1") | {
        "round": story.round("P1", 97) | {"items": 97},
        "review": story.review(held),
    }
    write(
        "review",
        review,
        items=all_closed,
        steps=steps({"action": "seal"}, {"action": "close", "item": 97}, "seal", "void"),
    )
    story.results["P1"] = held
    tie(story, held, review, all_closed)
    sealed = story.frame("sealed", "", None) | {"round": story.round("P1", 97), "review": story.review(held)}
    write(
        "sealed", sealed, steps=steps({"action": "start", "round": "P2"}, {"action": "seal"}, "start"), items=all_closed
    )
    for id, seed in (("P2", 5), ("E1", 2), ("E2", 4)):
        story.hold(id, seed=seed)
    core = story.hold("C", seed=8)
    last = story.frame("sealed", "", None) | {"round": story.round("C", 41), "review": story.review(core)}
    write("sealed-last", last, steps=steps({"action": "finish"}, {"action": "seal"}, "finish"))
    before = story.frame("review", "", "C") | {"round": story.round("C", 41), "review": story.review(core)}
    write("review-kinds", before, steps=steps({"action": "seal"}, None, "seal"))
    finished = story.frame("finished", "", None) | {"round": story.round("C", 41), "review": None}
    write("finished", finished)


def tie(story: Story, held: RoundResult, review: Snapshot, items: list[Snapshot]) -> None:
    """The review with two items left tied across the line, under each policy that stops."""
    ranked = list(story.review(held)["groups"][0]["items"])
    across = [13, 14, 15]
    for at in across:
        ranked[at] |= {
            "rank": 14,
            "tied": True,
            "verdict": None,
            "measures": ranked[13]["measures"],
            "counts": ranked[13]["counts"],
            "reason": {"sv": "delar plats 14", "en": "shares place 14"},
        }
    numbers = [ranked[at]["number"] for at in across]
    counts = {"advance": 13, "hold": held.counts["hold"] - 2, "cut": held.counts["cut"], "stay": 0, "unresolved": 3}
    for policy, action in (("ask", "decide"), ("run-off", "start"), ("lot", "draw")):
        found = {
            "counts": counts,
            "groups": [{"kind": None, "quota": 14, "items": ranked}],
            "ties": [{"items": numbers, "places": 1, "kind": None, "policy": policy, "settled": False}],
            "lot": {"seed": 83412, "drawn": False} if policy == "lot" else None,
        }
        next = {"action": action} | ({"round": "P1/run-off"} if policy == "run-off" else {})
        shown = review | {"review": found}
        write(
            f"review-{policy}", shown, items=items, steps=steps(next, {"action": "close", "item": 97}, action, "void")
        )


def ratings() -> None:
    """Two moments of a Delphi on a scale: all items at once, and one that has closed."""
    items = list(csv.DictReader((ROOT / "consensus/demo/items.csv").open(encoding="utf-8")))[:12]
    story = Story("delphi-70-15", "Delfistudie om samordnat stöd", items)
    first = story.plan.rounds[0].id
    round = story.round(first)
    numbers = story.walk.pool(first)
    paper = [story.item(n, at, "open") for at, n in enumerate(numbers, 1)]
    frame = story.frame("voting", "", first)
    write(
        "voting-paper-scale",
        frame | {"round": round | {"pace": "paper"}, "paper": paper},
        turnout={"voted": 9, "of": 23},
        items=[{"number": n, "state": "open"} for n in numbers],
        steps=steps({"action": "close"}, {"action": "open"}, "close"),
    )
    one = frame | {"round": round | {"pace": "plenary"}, "item": story.item(3, 3, "open")}
    write(
        "voting-scale", one, turnout={"voted": 9, "of": 23}, steps=steps({"action": "close", "item": 3}, None, "close")
    )
    counts = {str(n): c for n, c in zip(range(1, 10), (0, 1, 1, 0, 2, 3, 6, 7, 2), strict=True)} | {"abstain": 1}
    result = {"number": 3, "outcome": "advance", "counts": counts, "base": 22, "base_name": "cast"}
    result |= {"measures": {"share(7..9)": "15/22", "share(1..3)": "1/11", "median": "7", "iqr": "2"}}
    closed = story.frame("closed", "", first) | {
        "round": round | {"pace": "plenary"},
        "item": story.item(3, 3, "closed"),
    }
    write("closed-scale", closed | {"result": result}, steps=steps({"action": "next", "item": 4}, None, "next"))


def papers() -> None:
    """The ballots that are handed in whole."""
    items = list(csv.DictReader((ROOT / "consensus/demo/items.csv").open(encoding="utf-8")))[:20]
    story = Story("priority-day", "Prioriteringsdag: samordnat stöd till unga", items)
    first = story.plan.rounds[0].id
    round = story.round(first)
    numbers = story.walk.pool(first)
    paper = [story.item(n, at, "open") for at, n in enumerate(numbers, 1)]
    forms = {"pick": {"limit": 10}, "points": {"limit": 20, "cap": 5}, "rank": {"limit": 5}}
    for form, size in forms.items():
        ballot = round["ballot"] | {"form": form, "limit": None, "cap": None} | size
        shown = story.frame("voting", "", first) | {"round": round | {"ballot": ballot}, "paper": paper}
        write(f"voting-{form}", shown, turnout={"voted": 9, "of": 23}, steps=steps({"action": "close"}, None, "close"))
    mixed = paper[:4] + [item | {"state": "closed"} for item in paper[4:6]]
    ballot = round["ballot"] | {"form": "yes-no", "choices": ["yes", "no"], "whole_paper": False, "limit": None}
    shown = story.frame("voting", "", first) | {"round": round | {"ballot": ballot}, "paper": mixed}
    write("voting-paper", shown, turnout={"voted": 9, "of": 23}, steps=steps({"action": "close"}, None, "close"))


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    two_days()
    ratings()
    papers()
