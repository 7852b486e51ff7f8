"""Snapshots: the only thing that leaves for phones, screen and facilitator, one payload for each audience.

A tally of an open item is in none of them. What is shown of a closed one follows the round's `feedback`.
docs/interfaces.md describes the format.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import ballot_box
from consensus.facilitation import Standing, plan_of, steps
from consensus.keys import KeyStore
from consensus.models import FEW, Conference, LogEntry, Run, attendance
from consensus.replay import measures_json
from consensus.tokens import Phone, Screen, Token
from rounds import ItemResult, Plan, Round, RoundResult, Tally
from rounds.measure import Measure
from rounds.rule import Comparison
from rounds.verdict import Tie, judge_alone

Audience = Literal["phone", "screen", "facilitator"]
Json = dict[str, Any]

LOG_LINES = 50


def snapshot(session: Session, keys: KeyStore, conference: Conference, audience: Audience, url: str) -> Json:
    """What an audience may see of a conference now. url: the address that phones join at."""
    return Snapshots(session, keys, conference, url).of(audience)


class Snapshots:
    """The snapshots of one conference at one moment, for every audience; what they share is worked out once."""

    def __init__(self, session: Session, keys: KeyStore, conference: Conference, url: str) -> None:
        self.session, self.keys, self.conference, self.url = session, keys, conference, url
        self.standing = Standing(session, keys, conference)

    def of(self, audience: Audience) -> Json:
        found = {**self._shared, "audience": audience}
        review = self._review
        found["review"] = review if audience == "facilitator" else self._as_fed_back(review, audience)
        if audience == "phone" and self.conference.state != "finished":
            found["protocols"] = None
        if audience != "phone":
            entitled, present = attendance(self.session, self.conference.id)
            found |= {"seats": entitled, "present": present, "turnout": self._turnout(present)}
            found["join"] = {"url": self.url, "code": self.conference.join_code}
        if audience == "facilitator":
            found |= self._for_facilitator()
        return found

    @cached_property
    def _shared(self) -> Json:
        conference, standing = self.conference, self.standing
        return {
            "revision": conference.revision,
            "conference": conference.id,
            "title": conference.title,
            "language": conference.language,
            "state": conference.state,
            "anonymity": conference.anonymity,
            "plan": self._plan(),
            "round": self._round(),
            "item": self._item(),
            "paper": self._paper(),
            "result": self._result(),
            "protocols": self._protocols() if conference.state in ("sealed", "finished") and standing.runs else None,
        }

    def _plan(self) -> Json:
        plan = self.standing.plan
        return {"protocols": list(plan.protocols), "kinds": list(plan.kinds)}

    def _agenda(self) -> list[Json]:
        """Every round of the plan with its rule and where it stands."""
        runs = self.standing.runs
        return [
            {**text, "state": runs[text["id"]].state if text["id"] in runs else "waiting"}
            for text in _round_texts(self.conference.plan_text)
        ]

    def _round(self) -> Json | None:
        round = self.standing.round
        if round is None:
            return None
        ballot = round.ballot
        return {
            "id": round.id,
            "title": round.title,
            "instruction": round.instruction,
            "sentence": {lang: round.sentence(lang) for lang in ("sv", "en")},
            "run_off": round.is_run_off,
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
            "items": len(self.standing.pool),
            "closed": sum(state == "closed" for state in self.standing.pool.values()),
        }

    def _item(self) -> Json | None:
        """The item open now or closed last, at pace `plenary`."""
        number = self.conference.open_item
        if number is None or self.conference.state not in ("voting", "closed"):
            return None
        return self._item_json(number)

    def _paper(self) -> list[Json] | None:
        """The items of a round at pace `paper`, while they are open."""
        round = self.standing.round
        if round is None or round.pace != "paper" or self.conference.state != "voting":
            return None
        return [self._item_json(number) for number in self.standing.open]

    def _item_json(self, number: int) -> Json:
        item = self.standing.items[number]
        return {
            "number": number,
            "place": self._places[number],
            "text": item.text,
            "explanation": item.explanation,
            "kind": item.kind,
            "perspective": item.perspective,
            "plain": item.plain,
            "state": self.standing.pool[number],
            "take": self.standing.takes[number],
        }

    @cached_property
    def _places(self) -> dict[int, int]:
        """Item number -> its place in the pool, from 1."""
        return {number: place for place, number in enumerate(self.standing.pool, start=1)}

    def _turnout(self, present: int) -> Json | None:
        """How many have voted on what is open; how is nobody's business yet."""
        run = self.standing.run
        if run is None or self.conference.state != "voting":
            return None
        if present < FEW:
            return {"voted": None, "of": present}
        voted = ballot_box.turnout(self.session, run, self.conference.open_item)
        return {"voted": voted, "of": max(present, voted)}

    def _result(self) -> Json | None:
        """The item closed last, as far as the round's feedback shows it."""
        run, round, number = self.standing.run, self.standing.round, self.conference.open_item
        if run is None or round is None or self.conference.state != "closed" or round.feedback == "none":
            return None
        if number is None or self.standing.pool[number] != "closed":
            return None
        tally = self.standing.tally(run, number)
        found = judge_alone(round, self.standing.items[number].kind, tally, min_group=self.conference.min_group)
        result: Json = {"number": number, "outcome": found.verdict}
        if round.feedback == "full":
            result |= _figures(found, round) | {"line": _line(round, self.standing.items[number].kind, tally)}
        return result

    @cached_property
    def _review(self) -> Json | None:
        """The round's verdicts, once every item is closed."""
        run = self.standing.run
        if run is None or self.conference.state not in ("review", "sealed"):
            return None
        result = self.standing.result(run)
        return {
            "counts": result.counts,
            "groups": [self._group(result, section) for section in _sections(result.round)],
            "ties": [_tie_json(tie, result.round) for tie in result.ties],
            "lot": None if run.seed is None else {"seed": run.seed, "drawn": run.seed_drawn},
        }

    def _group(self, result: RoundResult, section: str | None) -> Json:
        rule = result.round.advance.rules.get(section) if result.round.advance else None
        items = [item for item in result.items if section is None or item.kind == section]
        return {
            "kind": section,
            "quota": getattr(rule, "places", None),
            "items": [self._ranked(item, result.round) for item in sorted(items, key=_as_ranked(result.round))],
        }

    def _ranked(self, item: ItemResult, round: Round) -> Json:
        return {
            "number": item.number,
            "text": self.standing.items[item.number].text,
            "rank": item.rank,
            "tied": item.tied,
            "verdict": item.verdict,
            "inquorate": item.inquorate,
            "reason": {lang: item.reason(lang) for lang in ("sv", "en")},
        } | _figures(item, round)

    def _as_fed_back(self, review: Json | None, audience: Audience) -> Json | None:
        """A review as phones and screen may see it: without figures where the feedback has none.

        Reasons are left to the large pages: on every phone they would be most of the message.
        """
        round = self.standing.round
        if review is None or round is None:
            return review
        full = round.feedback == "full"
        hidden = ("reason",) if full else ("measures", "counts", "base", "base_name", "reason", "rank")
        if full and audience == "screen":
            return review
        groups = []
        for group in review["groups"]:
            items = group["items"] if full else _unordered(group["items"])
            kept = [{key: value for key, value in item.items() if key not in hidden} for item in items]
            groups.append({**group, "items": kept})
        return {**review, "groups": groups}

    def _protocols(self) -> Json:
        walk, found = self.standing.walk, {}
        admitted = _admissions(self.standing.plan, walk.settled.values())
        for name, numbers in walk.protocols.items():
            found[name] = [
                {
                    "number": number,
                    "text": self.standing.items[number].text,
                    "kind": self.standing.items[number].kind,
                    "perspective": self.standing.items[number].perspective,
                    "round": admitted[name, number].round.id,
                    "measures": self._shown_measures(admitted[name, number], number),
                }
                for number in numbers
            ]
        return found

    def _shown_measures(self, result: RoundResult, number: int) -> Json:
        return measures_json(result.item(number)) if result.round.feedback == "full" else {}

    def _for_facilitator(self) -> Json:
        found = steps(self.standing)
        query = select(LogEntry).where(LogEntry.conference_id == self.conference.id).order_by(LogEntry.id.desc())
        return {
            "plan": {**self._plan(), "rounds": self._agenda()},
            "steps": {"next": found.next, "undo": found.undo, "actions": list(found.actions)},
            "items": [
                {"number": number, "state": state, "text": self.standing.items[number].text}
                for number, state in self.standing.pool.items()
            ],
            "log": [
                {"at": entry.at.isoformat(timespec="seconds"), "action": entry.action, "details": entry.details}
                for entry in self.session.scalars(query.limit(LOG_LINES))
            ],
        }


def audience_of(token: Token) -> Audience:
    """Whose snapshot a token gives."""
    return "phone" if isinstance(token, Phone) else "screen" if isinstance(token, Screen) else "facilitator"


def seat_messages(
    session: Session, keys: KeyStore, conference: Conference, groups: Mapping[str, str | None]
) -> dict[str, Json]:
    """Seat -> what its phone is told of it: which open items it has voted on, never how. groups: seat -> its group."""
    run = session.get(Run, conference.run_id) if conference.run_id is not None else None
    voting = run is not None and conference.state == "voting"
    voted = ballot_box.voted(session, keys, run, groups) if voting and run is not None else {}
    return {
        seat: {
            "seat": "own",
            "round": run.round_id if run is not None else None,
            "voted": voted.get(seat, []),
            "table": None,
            "moved": False,
            "group": group,
        }
        for seat, group in groups.items()
    }


@lru_cache(maxsize=64)
def _round_texts(plan_text: str) -> list[Json]:
    plan = plan_of(plan_text)
    return [
        {"id": r.id, "title": r.title, "sentence": {lang: r.sentence(lang) for lang in ("sv", "en")}}
        for r in plan.rounds
    ]


def _figures(item: ItemResult, round: Round) -> Json:
    """Counts and measures of an item, with the base named that its shares are of."""
    found: Json = {
        "counts": {k: n for k, n in item.tally.counts.items() if n},
        "measures": measures_json(item),
        "base": item.tally.papers if round.ballot.whole_paper else item.tally.base(round.base),
        "base_name": "papers" if round.ballot.whole_paper else round.base,
    }
    if round.ballot.form in ("yes-no", "yes-no-abstain"):
        found["counts"] = {choice: item.tally.counts.get(choice, 0) for choice in round.ballot.choices}
    return found


def _line(round: Round, kind: str | None, tally: Tally) -> Json | None:
    """Where a rule that is one comparison of a share draws its line, for the screen's bar."""
    for rules in (round.cut, round.advance):
        rule = rules.rule(kind) if rules else None
        if isinstance(rule, Comparison) and rule.measure == Measure("yes") and rule.scope is None:
            base = tally.base(round.base)
            at = rule.number if rule.percent else rule.number / base if base else None
            return None if at is None else {"measure": "yes", "at": f"{at.numerator}/{at.denominator}"}
    return None


def _sections(round: Round) -> list[str | None]:
    for rules in (round.advance, round.cut):
        if rules and rules.per_kind:
            return list(rules.rules)
    return [None]


def _as_ranked(round: Round) -> Any:
    """Sort key: what advances first, by rank; what is cut last; equals in item order."""
    order = {"advance": 0, None: 1, "hold": 2, "stay": 2, "cut": 3}

    def key(item: ItemResult) -> tuple[Any, ...]:
        values = [m.of(item.tally, round.ballot, round.base) for m in round.ranking(item.kind)]
        keys = [value.key if value is not None and value.key is not None else -1 for value in values]
        return order[item.verdict], item.rank or 10**9, *(-k for k in keys)

    return key


def _unordered(items: Iterable[Json]) -> list[Json]:
    """By verdict and number: a ranking would tell figures that the feedback hides."""
    order = {"advance": 0, None: 1, "hold": 2, "stay": 2, "cut": 3}
    return sorted(items, key=lambda item: (order[item["verdict"]], item["number"]))


def _tie_json(tie: Tie, round: Round) -> Json:
    return {
        "items": list(tie.open or tie.items),
        "places": tie.open_places if tie.open else tie.places,
        "kind": tie.kind,
        "policy": "lot" if tie.lot and not tie.settled else tie.policy,
        "settled": tie.settled,
        "verdicts": ["advance", round.otherwise] + (["cut"] if round.otherwise != "cut" else []),
    }


def _admissions(plan: Plan, results: Iterable[RoundResult]) -> dict[tuple[str, int], RoundResult]:
    """(protocol, item) -> the result that put it there first."""
    found: dict[tuple[str, int], RoundResult] = {}
    for result in results:
        for number in result.having("advance"):
            for name in plan.widened(result.round.to or ""):
                found.setdefault((name, number), result)
    return found
