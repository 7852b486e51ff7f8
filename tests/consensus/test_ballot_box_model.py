"""The ballot box against its books: any order of joining, voting, leading, undoing and crashing, and after every
step the same counts, papers, keys and attendance as someone with pencil and paper would have.

`--hypothesis-profile=long` plays many more conferences.
"""

from __future__ import annotations

import copy
import sys
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as play
from sqlalchemy import Engine

from consensus.ballot_box import Submission
from consensus.models import Conference
from consensus.protocol import export, verify
from consensus.records import record_of
from tests.consensus.model.held import Held, No
from tests.consensus.model.ledger import Key, Ledger, Place
from tests.consensus.model.played import Played, Seen, without_turnout
from tests.consensus.model.wishes import (
    ITEMS,
    Batch,
    ballots,
    batches,
    crashes,
    numbers,
    plan_of,
    somebody,
    votes_of,
)
from tests.consensus.room import Room

FEW = 10  # with fewer present no turnout is told
COMINGS = ("card", "card", "code", "sign in", "sign out", "break", "withdraw")
#: action -> what it needs to be told
TOLD: dict[str, tuple[str, ...]] = {
    "start": ("round",),
    "open": ("item",),
    "close": (),
    "next": (),
    "reopen": ("item",),
    "void": ("item",),
    "decide": ("items", "verdict"),
    "draw": (),
    "seal": (),
    "undo": (),
    "finish": (),
}


class Voting(RuleBasedStateMachine):
    """Anything that people and machines may do to a conference with two rounds of three items."""

    def __init__(self, room: Room, place: Path) -> None:
        super().__init__()
        self.sessions, self.place = room.sessions, place
        self.phones: list[tuple[str, int]] = []
        self.holders: dict[int, str] = {}
        self.asked: list[str] = []  # whose phones are asked next what they have voted on

    @initialize(
        level=st.sampled_from(("vote", "paper", "panel")),
        head=st.tuples(
            st.sampled_from(("cast", "present", "entitled")), st.sampled_from(("ask", "lot", "advance all"))
        ),
        rounds=st.tuples(ballots, ballots),
        seats=st.sampled_from((4, 12)),
        absent=st.integers(0, 2),
        careless=st.sampled_from((False, False, True)),
        batch=batches,
    )
    def begin(
        self,
        level: str,
        head: tuple[str, str],
        rounds: list[str],
        seats: int,
        absent: int,
        careless: bool,
        batch: Batch,
    ) -> None:
        plan = plan_of(level, *head, rounds)
        self.played = Played(self.sessions, self.place, plan, ITEMS, seats)
        self.books = Ledger(plan, seats, range(1, ITEMS + 1))
        self.careless = careless
        for card in range(seats - absent):
            self.join(card)
        self.look()
        self.go_on(batch, "")
        self.go_on(batch, "")

    # The panel

    @rule(what=st.sampled_from(COMINGS), who=somebody)
    def come_and_go(self, what: str, who: int) -> None:
        """Take a seat, by a card or by the code; take it to another phone; leave."""
        if what in ("card", "code"):
            return self.join(who % self.books.places if what == "card" else None)
        for seat, _ in self.phones if what == "break" else [self.phones[who % len(self.phones)]]:
            place = self.books.seats[seat]
            if what == "withdraw":
                self.played.withdraw(seat)
                place.withdrawn, place.present = True, False
            elif not place.withdrawn:
                self.played.sign(seat, what == "sign in")
                place.present = what == "sign in"
        return None

    def join(self, card: int | None) -> None:
        seated = self.played.join(card)
        former = None if card is None else self.holders.get(card)
        if former is None:
            assert (seated is None) == (len(self.books.seats) == self.books.places)
            assert seated is None or (seated[0] not in self.books.seats and seated[1] == 1)
        elif self.books.seats[former].withdrawn:
            assert seated is None
        else:
            assert seated == (former, self.books.seats[former].generation + 1)
        if seated is not None:
            self.phones.append(seated)
            self.books.seats[seated[0]] = Place(seated[1])
            self.holders |= {} if card is None else {card: seated[0]}

    @precondition(lambda self: self.books.state == "voting")
    @rule(batch=batches, crash=st.sampled_from((False, False, False, True)))
    def vote(self, batch: Batch, crash: bool) -> None:
        """Phones send votes, good and bad, that are stored together or not at all."""
        sent = [self.submission(*wish) for wish in batch]
        books = self.copied()
        taken = [books.vote(one.seat, one.generation, one.round, one.votes) for one in sent]
        answers = self.played.record(sent, crash)
        if crash:
            assert all(answers)
            assert all(answer == "storage" for answer, good in zip(answers, taken, strict=True) if good)
            return
        assert [answer == "" for answer in answers] == taken, answers
        self.books = books
        before, self.asked = self.seen, [one.seat for one in sent]
        self.look()
        assert without_turnout(self.seen.snapshots) == without_turnout(before.snapshots)

    def submission(self, phone: int, picks: dict[int, int], miss: str) -> Submission:
        seat, generation = self.phones[phone % len(self.phones)]
        held = self.books.held
        votes = votes_of(held, picks, miss) if held else [(1, "yes")]
        round_id = held.id if held and miss != "round" else "Z"
        return Submission(self.played.id, seat, generation, round_id, votes)

    # The facilitator

    @rule(batch=batches, crash=crashes)
    def go_on(self, batch: Batch, crash: str) -> None:
        """Press the one big button; what it opens is voted on."""
        step = self.seen.steps["next"]
        if step is None or (step["action"] == "finish" and crash):
            return
        self.lead(step["action"], crash, self.details(step["action"], step.get("item", 1), step.get("round", "A")))
        self.look()
        if self.books.state == "voting":
            self.vote(batch, False)

    @precondition(lambda self: self.seen.steps["undo"] is not None)
    @rule(crash=crashes)
    def take_back(self, crash: str) -> None:
        self.lead("undo", crash, {})

    @precondition(lambda self: self.books.held is not None and self.books.held.having("closed"))
    @rule(action=st.sampled_from(("reopen", "reopen", "void")), which=numbers, batch=batches, crash=crashes)
    def vote_anew(self, action: str, which: int, batch: Batch, crash: str) -> None:
        """Open an item again, or throw its votes away."""
        assert self.books.held is not None
        closed = self.books.held.having("closed")
        self.lead(action, crash, {"item": closed[which % len(closed)]})
        self.look()
        if self.books.state == "voting":
            self.vote(batch, False)

    @rule(action=st.sampled_from(sorted(TOLD)), item=st.integers(1, ITEMS + 1), round=st.sampled_from("AB"))
    def do_anything(self, action: str, item: int, round: str) -> None:
        self.lead(action, "", self.details(action, item, round))

    def details(self, action: str, item: int, round: str) -> dict[str, Any]:
        told: dict[str, Any] = {"item": item, "round": round, "items": [item], "verdict": "advance"}
        if action == "decide" and (tied := self.tied()):
            told["items"] = tied[: 1 + item % 2]
            told["verdict"] = ("advance", "hold", "cut")[item % 3]
        return {name: told[name] for name in TOLD[action]}

    def tied(self) -> list[int]:
        held = self.books.held
        if held is None or held.having("waiting") or held.having("open"):
            return []
        return [number for tie in self.books.result(held).unresolved for number in tie.open]

    def lead(self, action: str, crash: str, details: dict[str, Any]) -> bool | None:
        """Do an action on both sides. A crash is followed by a new start."""
        books = self.copied()
        try:
            expected = books.act(action, **details)
        except No:
            expected = None
        answer = self.played.act(action, {**details, "reason": "so"}, crash)
        if crash != "commit":
            assert answer == expected, (action, details)
            self.books = books if expected is not None else self.books
        if crash:
            self.restart()
        return None if crash == "commit" else expected

    # What goes wrong

    def restart(self) -> None:
        self.look()
        assert self.played.restart() == {self.named(key) for key in self.books.lost()}
        held = self.books.held
        if self.books.level != "vote" and held is not None and not held.done:
            # An opening that a crash took back leaves its key for the next one.
            key = self.books.key(held, 0)
            self.books.keys |= {key} if self.named(key) in self.played.scopes() else set()

    @precondition(lambda self: self.books.held is not None and self.careless)
    @rule(item=numbers)
    def lose_a_key(self, item: int) -> None:
        """Somebody deletes the file of a key."""
        assert self.books.held is not None
        key = self.books.key(self.books.held, item)
        self.played.lose(self.named(key))
        self.books.lose(key)

    def named(self, key: Key) -> str:
        runs = self.seen.runs
        parts = [str(key[0])] if key[0] not in runs else [f"r{runs[key[0]].id}", *(f"i{n}" for n in key[1:])]
        return ".".join([self.played.id, *parts])

    def copied(self) -> Ledger:
        return copy.deepcopy(self.books, {id(self.books.plan): self.books.plan})

    def look(self) -> None:
        """See what is there now, if anybody has done anything since the last look."""
        if self.played.touched:
            self.seen = self.played.looked_at(self.asked)
        if self.books.held is not None:
            self.books.held.seed = self.seen.runs[self.books.held.id].seed

    # What must always be so

    @invariant()
    def both_agree(self) -> None:
        self.look()
        seen, books = self.seen, self.books
        assert (seen.state, seen.open_item) == (books.state, books.open_item)
        assert self.played.scopes() == {self.named(key) for key in books.keys}
        assert list(seen.runs) == list(books.rounds)
        for held in books.rounds.values():
            assert seen.sealed[held.id] == Counter(frozenset(paper.items()) for paper in held.sealed.values())
            assert seen.took_part[held.id] == held.took_part
        if books.held is not None:
            self.round_agrees(books.held, seen)
        if seen.state == "voting":
            self.nothing_leaks(seen)

    def round_agrees(self, held: Held, seen: Seen) -> None:
        assert seen.pool == held.items
        assert seen.tallies == held.tallies(self.books.entitled, self.books.here)
        assert seen.turnout == {number: held.turnout(number) for number in held.items}
        assert seen.voted == {seat: held.voted(seat) for seat in seen.voted}
        if seen.result is not None:
            expected = self.books.result(held)
            assert [item.verdict for item in seen.result.items] == [item.verdict for item in expected.items]
            assert seen.result.ties == expected.ties
        for number in held.thrown:
            assert seen.takes[number] > held.takes[number], "a phone would not know that its vote is gone"
        held.thrown, held.takes = set(), seen.takes

    def nothing_leaks(self, seen: Seen) -> None:
        """While something is open, nobody is told more than how many have voted; in a small room not even that."""
        held, here = self.books.held, self.books.here
        assert held is not None
        voted = held.turnout(self.books.open_item)
        told = {"voted": voted, "of": max(voted, here)} if here >= FEW else {"voted": None, "of": here}
        for audience, snapshot in seen.snapshots.items():
            assert snapshot["result"] is snapshot["review"] is snapshot["protocols"] is None
            assert snapshot.get("turnout", told) == told
            assert ("turnout" in snapshot) == (audience != "phone")

    def teardown(self) -> None:
        if sys.exc_info()[0] is None and hasattr(self, "books"):
            self.end()

    def end(self) -> None:
        """Whatever has happened, the conference can be led to its end, and anyone can recount it."""
        while self.books.state != "finished":
            step = self.seen.steps["next"]
            told = self.details(step["action"], step.get("item", 1), step.get("round", "A"))
            if self.lead(step["action"], "", told) is None:
                self.void_what_is_nobodys()
            self.look()
        self.both_agree()
        with self.played.readers() as session:
            record = record_of(session, session.get_one(Conference, self.played.id))
        assert [result.round.id for result in record.replayed.rounds] == sorted(self.books.rounds)
        for held in self.books.rounds.values():
            expected, found = self.books.result(held), record.replayed.round(held.id)
            assert [(item.verdict, item.tally) for item in found.items] == [
                (item.verdict, item.tally) for item in expected.items
            ]
        archive = self.place / "archive.zip"
        archive.write_bytes(export(record, ".zip"))
        assert verify(archive) == []

    def void_what_is_nobodys(self) -> None:
        """What to do about votes whose key is lost."""
        assert self.books.lost()
        for number in range(1, ITEMS + 1):
            self.lead("void", "", {"item": number})


def test_the_ballot_box_agrees_with_its_books_whatever_happens(room: Room, tmp_path: Path) -> None:
    engine: Engine = room.sessions.kw["bind"]
    fraction = 6 if engine.dialect.name == "sqlite" else 10  # PostgreSQL takes twice as long
    places = (tmp_path / str(number) for number in count())
    play(
        lambda: Voting(room, next(places)),
        settings=settings(
            max_examples=settings.default.max_examples // fraction,
            stateful_step_count=30,
            deadline=None,
            phases=set(Phase) - {Phase.explain},
            suppress_health_check=list(HealthCheck),
        ),
    )
