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

from consensus import ballot_box, evaluation, paper_seats
from consensus.facilitation import Standing, earlier, exploring, pacing, plan_of, stage, steps
from consensus.facilitation import arguments as said
from consensus.facilitation import tables as talks
from consensus.keys import KeyStore
from consensus.languages import LANGUAGES
from consensus.models import FEW, Conference, LogEntry, Publication, Run, Stage, attendance
from consensus.replay import measures_json
from consensus.seats import free_seats, signed_out, stacks, withdrawn
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
        """What an audience sees. Frozen screens go on showing what they were frozen with."""
        if audience == "screen" and self._stage.picture is not None:
            return {**self._stage.picture, "revision": self.conference.revision, **self._on_stage, "automatic": None}
        return self.unfrozen(audience)

    def unfrozen(self, audience: Audience) -> Json:
        found = {**self._shared, "audience": audience}
        review = self._review
        found["review"] = review if audience == "facilitator" else self._as_fed_back(review, audience)
        if audience == "phone":
            found["item"], found["paper"] = self._with_last(found["item"], found["paper"])
        found["evaluation"] = evaluation.told(self.session, self.conference, audience)
        if audience == "phone" and self.conference.state != "finished":
            found["protocols"] = None
        if audience == "screen" and talks.leave_the_screen(self.session, self.conference):
            found["tables"] = None
        if audience != "phone":
            entitled, present = attendance(self.session, self.conference.id)
            found |= {"seats": entitled, "present": present, "turnout": self._turnout(present)}
            found["wifi"] = wifi_of(self.conference)
            found |= self._on_stage
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
            "voided": self._voided(),
            "protocols": self._protocols() if conference.state in ("sealed", "finished") and standing.runs else None,
            "timer": stage.timer_json(self._stage),
            "automatic": pacing.coming_json(pacing.coming(standing, self._stage)),
            "arguments": self._arguments(),
            "tables": talks.overview(self.session, talks.shown_seating(self.session, conference)),
        }

    @cached_property
    def _stage(self) -> Stage:
        return stage.stage_of(self.session, self.conference.id)

    @property
    def _on_stage(self) -> Json:
        """What is true of a frozen screen too: it must not go on showing a code that lets nobody in."""
        code = self.conference.join_code if self.conference.join_by_code else None
        return {
            "display": stage.display_json(self._stage),
            "timer": stage.timer_json(self._stage),
            "join": {"url": self.url, "code": code},
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
            "sentence": {lang: round.sentence(lang) for lang in LANGUAGES},
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
            "arguments": self._shown_arguments.get(number),
        }

    def _with_last(self, item: Json | None, paper: list[Json] | None) -> tuple[Json | None, list[Json] | None]:
        """Items with what the panel was told of the last vote on each: beside it a phone shows its own."""
        last = earlier.last_results(
            self.standing, [one["number"] for one in [*(paper or []), *([item] if item else [])]]
        )
        found = {number: self._last(*result) for number, result in last.items()}
        told = [{**one, "last": found.get(one["number"])} for one in paper or []]
        return (
            None if item is None else {**item, "last": found.get(item["number"])},
            None if paper is None else told,
        )

    def _last(self, result: ItemResult, round: Round) -> Json:
        last: Json = {"round": round.id, "form": round.ballot.form}
        if round.feedback != "none":
            last["outcome"] = result.verdict
        return last | _figures(result, round) if round.feedback == "full" else last

    @cached_property
    def _shown_arguments(self) -> dict[int, dict[str, list[str]]]:
        return said.shown_arguments(self.session, self.conference)

    def _arguments(self) -> Json | None:
        """The items that arguments can be written on now, or whose arguments are on the screen."""
        found = said.discussion(self.session, self.conference)
        if found is None or self.conference.state == "finished":
            return None
        items = []
        if found.collecting and self.conference.state in said.WRITING:
            items = [
                {"number": number, "text": self.standing.items[number].text, "kind": self.standing.items[number].kind}
                for number in said.coming_items(self.standing)
            ]
        return {"open": found.collecting, "items": items, "on_screen": found.on_screen}

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

    def _voided(self) -> int | None:
        """The item whose votes have just been thrown away: the room is told why nothing is shown."""
        last = self.conference.last_step or {}
        return last.get("item") if self.conference.state == "closed" and last.get("action") == "void" else None

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
            "reason": {lang: item.reason(lang) for lang in LANGUAGES},
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
            "drawn": self._drawn(),
            "queue": said.queue(self.session, self.conference),
            "handouts": self._handouts(),
            "steps": {"next": found.next, "undo": found.undo, "actions": list(found.actions)},
            "pace": pacing.pace_json(self._stage),
            "what_if": exploring.knobs_json(self.standing),
            "items": [
                {"number": number, "state": state, "text": self.standing.items[number].text}
                for number, state in self.standing.pool.items()
            ],
            "published": self._published(),
            "log": [
                {
                    "at": entry.at.isoformat(timespec="seconds"),
                    "actor": entry.actor,
                    "action": entry.action,
                    "details": entry.details,
                }
                for entry in self.session.scalars(query.limit(LOG_LINES))
            ],
            "seating": self._seating(),
        }

    def _seating(self) -> Json:
        """What the seats are like, as far as the facilitator has to do with it; of seats on paper also which open items
        they have voted on, never how, and their tables: no phone tells them."""
        found = paper_seats.paper_seats(self.session, self.conference.id)
        tables = talks.own_tables(self.session, self.conference) if found else {}
        run = self.standing.run
        voting = run is not None and self.conference.state == "voting" and found
        voted = ballot_box.voted(self.session, self.keys, run, [seat.id for seat in found]) if voting and run else {}
        return {
            "stacks": [
                {"organisation": stack.organisation, "role": stack.role}
                for stack in stacks(self.session, self.conference.id)
            ],
            "unused": free_seats(self.session, self.conference.id),
            "withdrawn": free_seats(self.session, self.conference.id, withdrawn=True),
            "signed_out": signed_out(self.session, self.conference.id),
            "on_paper": [
                {
                    "paper": seat.number,
                    "present": seat.present,
                    "voted": voted.get(seat.id, []),
                    "table": tables[seat.id]["number"] if seat.id in tables else None,
                }
                for seat in found
            ],
        }

    def _handouts(self) -> list[str]:
        """The rounds whose items can be talked about now that a round is sealed."""
        sealed = any(run.state == "sealed" for run in self.standing.runs.values())
        between = self.conference.state in ("discussion", "sealed") and sealed
        return [id for id, pool in self.standing.coming().items() if pool] if between else []

    def _drawn(self) -> Json | None:
        """Tables that are drawn and not shown yet, with how well they are mixed."""
        seating = talks.drawn_seating(self.session, self.conference)
        found = talks.overview(self.session, seating)
        return None if found is None or seating is None else {**found, "balance": seating.balance}

    def _published(self) -> Json | None:
        """Where the result is to be read by anyone, if it is."""
        there = self.session.get(Publication, self.conference.id)
        if there is None:
            return None
        return {"path": f"/result/{self.conference.id}/{there.token}", "files": there.files}


def audience_of(token: Token) -> Audience:
    """Whose snapshot a token gives."""
    return "phone" if isinstance(token, Phone) else "screen" if isinstance(token, Screen) else "facilitator"


def wifi_of(conference: Conference) -> Json | None:
    """The room's network, for the large pages: whoever has a phone's token is in it already."""
    name = conference.wifi_name
    return {"name": name, "password": conference.wifi_password or ""} if name else None


def seat_messages(
    session: Session, keys: KeyStore, conference: Conference, groups: Mapping[str, str | None]
) -> dict[str, Json]:
    """Seat -> what its phone is told of it: which open items it has voted on, never how, and
    whether it has left for good. groups: seat -> its group."""
    run = session.get(Run, conference.run_id) if conference.run_id is not None else None
    voting = run is not None and conference.state == "voting"
    voted = ballot_box.voted(session, keys, run, groups) if voting and run is not None else {}
    tables = talks.own_tables(session, conference)
    gone = withdrawn(session, groups)
    return {
        seat: {
            "seat": "own",
            "round": run.round_id if run is not None else None,
            "voted": voted.get(seat, []),
            "table": tables.get(seat),
            "moved": False,
            "left": seat in gone,
            "group": group,
        }
        for seat, group in groups.items()
    }


@lru_cache(maxsize=64)
def _round_texts(plan_text: str) -> list[Json]:
    plan = plan_of(plan_text)
    return [
        {"id": r.id, "title": r.title, "sentence": {lang: r.sentence(lang) for lang in LANGUAGES}} for r in plan.rounds
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
