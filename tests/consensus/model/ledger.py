"""The books of a conference, kept beside the real one: what every action comes to, and what counts after it.

Each action answers as the product does (True: done, False: harmless) or raises `No`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rounds import Conference as Walk
from rounds import Decision, Item, Plan, RoundResult
from tests.consensus.model.held import Held, No, Nobody, need

Key = tuple[Any, ...]


@dataclass
class Place:
    """A seat that somebody has joined."""

    generation: int = 1
    present: bool = True
    withdrawn: bool = False


@dataclass
class Ledger:
    """What should be so. keys: ("cards",), ("panel",), (round,) or (round, item), as the level needs."""

    plan: Plan
    places: int
    items: Sequence[int]
    seats: dict[str, Place] = field(default_factory=dict)
    state: str = "lobby"
    rounds: dict[str, Held] = field(default_factory=dict)
    held: Held | None = None
    open_item: int | None = None
    #: the last step: its name, the state before it, what undoing it takes; "from" None where it cannot be undone
    last: dict[str, Any] | None = None
    keys: set[Key] = field(default_factory=lambda: {("cards",)})

    @property
    def level(self) -> str:
        return self.plan.anonymity

    @property
    def entitled(self) -> int:
        return self.places - sum(seat.withdrawn for seat in self.seats.values())

    @property
    def here(self) -> int:
        return sum(seat.present for seat in self.seats.values())

    def act(self, action: str, **details: Any) -> bool:
        done: bool = getattr(self, f"_{action}")(**details)
        if done:
            self._unlink()
        return done

    def vote(self, seat: str, generation: int, round_id: str, votes: Sequence[tuple[object, object]]) -> bool:
        """Whether the votes are taken; if so they count from now on."""
        held = self.held
        if held is None or self.state != "voting" or held.id != round_id:
            return False
        place, paper = self.seats[seat], held.accepts(votes)
        if paper is None or place.generation != generation or place.withdrawn:
            return False
        if not self.keys.issuperset(self.key(held, number) for number in paper or held.items):
            return False
        held.put_in(seat, paper)
        return True

    def key(self, held: Held, number: int) -> Key:
        if self.level == "panel":
            return ("panel",)
        return (held.id,) if self.level == "paper" else (held.id, number)

    def lose(self, key: Key) -> None:
        """A key is gone: what was voted under it belongs to nobody, and so does its pseudonym."""
        self.keys.discard(key)
        for held in self.rounds.values():
            if key == ("panel",):
                held.forget([*held.open, *held.sealed])
            elif key == (held.id,):
                held.forget(list(held.open))
            elif key[0] == held.id:
                self._split(held, key[1])

    def _split(self, held: Held, number: int) -> None:
        """At level `vote` each vote has a link of its own."""
        for owner in [owner for owner, paper in held.open.items() if number in paper]:
            held.open[Nobody()] = {number: held.open[owner].pop(number)}
        held.open = {owner: paper for owner, paper in held.open.items() if paper}

    def lost(self) -> set[Key]:
        """Keys that open votes lie under, and that are gone."""
        under = {self.key(held, n) for held in self.rounds.values() for paper in held.open.values() for n in paper}
        return under - self.keys

    def result(self, held: Held) -> RoundResult:
        walk = Walk(self.plan, [Item(number, None) for number in self.items])
        decisions = [Decision((number,), verdict, "so") for number, verdict in held.decisions.items()]
        seed = held.seed if held.drawn else None
        return walk.judge(held.id, held.tallies(self.entitled, self.here), decisions=decisions, seed=seed)

    # Leading

    def _start(self, round: str) -> bool:
        if self.held and self.held.id == round and not self.held.done:
            return False
        need(round not in self.rounds and self.state in ("lobby", "sealed"))
        self._step("start", "discussion", former=(self.held, self.open_item))
        of_plan = self.plan.round(round)
        items = dict.fromkeys(self.items, "waiting")
        self.held = Held(round, self.level, of_plan.ballot.text, of_plan.pace == "plenary", items)
        self.rounds[round] = self.held
        self.open_item = None
        return True

    def _open(self, item: int) -> bool:
        held = self._under_way()
        if not held.plenary:
            return self.state != "voting" and self._open_these(held.having("waiting"), None)
        need(item in held.items)
        if self.state == "voting" and held.items[item] == "open":
            return False
        need(held.items[item] == "waiting")
        return self._open_these([item], item)

    def _open_these(self, numbers: list[int], number: int | None) -> bool:
        held = self._under_way()
        need(self.state in ("discussion", "closed") and numbers)
        self._make_open(held, numbers)
        self._step("open", "voting", numbers=numbers, former=self.open_item)
        self.open_item = number
        return True

    def _make_open(self, held: Held, numbers: list[int]) -> None:
        """Nobody may vote on a paper that is nobody's, or beside it."""
        numbers = held.together(numbers)
        for number in numbers:
            need(not any(isinstance(owner, Nobody) for owner in held.sharing_a_key_with(number)))
            self.keys.add(self.key(held, number))
            held.items[number], held.present[number] = "open", None

    def _close(self) -> bool:
        if self.state == "closed":
            return False
        need(self.state == "voting")
        held = self._under_way()
        numbers = held.having("open")
        held.close(numbers, self.here)
        self._step("close", "closed", numbers=numbers)
        return True

    def _next(self) -> bool:
        held = self._under_way()
        if self.state in ("voting", "review"):
            return False
        need(self.state in ("discussion", "closed"))
        if left := held.having("waiting"):
            return self._open_these(left[:1] if held.plenary else left, left[0] if held.plenary else None)
        self._step("review", "review")
        held.reviewed = True
        return True

    def _reopen(self, item: int) -> bool:
        held = self._under_way()
        need(item in held.items)
        if self.state == "voting" and held.items[item] == "open":
            return False
        need(self.state in ("closed", "review") and held.items[item] == "closed" and not held.drawn)
        self._step("reopen", "voting", item=item, former=self.open_item, decisions=held.decisions)
        held.decisions = {}
        self._open_again(held, item)
        self.open_item = item if held.plenary else None
        return True

    def _open_again(self, held: Held, number: int) -> None:
        if self.level == "panel":
            held.unseal()
        # A vote that came to figures which somebody has seen would be told by the difference.
        told = (held.plenary or held.reviewed) and held.turnout(number) < self.places
        held.throw_away([number], open_too=told)
        self._make_open(held, [number])

    def _void(self, item: int) -> bool:
        held = self._under_way()
        need(item in held.items)
        if held.items[item] == "waiting":
            return False
        need(self.state in ("voting", "closed", "review") and not held.drawn)
        held.decisions = {}
        self._discard(held, item)
        self._step("void", "voting" if held.having("open") else "closed", undoable=False)
        self.open_item = None if self.open_item == item else self.open_item
        return True

    def _discard(self, held: Held, number: int) -> None:
        held.throw_away([number], open_too=True)
        for other in held.together([number]):
            held.items[other], held.present[other] = "waiting", None

    # Ruling

    def _decide(self, items: list[int], verdict: str) -> bool:
        held = self._under_way()
        need(items)
        if all(held.decisions.get(number) == verdict for number in items):
            return False
        self._reviewable(held)
        asked = {number for tie in self.result(held).ties if tie.policy == "ask" for number in tie.items}
        need(set(items) <= asked and verdict != "stay")
        self._step("decide", "review", former=held.decisions)
        held.decisions = {**held.decisions, **dict.fromkeys(items, verdict)}
        return True

    def _draw(self) -> bool:
        held = self._under_way()
        if held.drawn:
            return False
        self._reviewable(held)
        need(self._needs_lot(held))
        held.drawn = True
        self._step("draw", "review", undoable=False)
        return True

    def _seal(self) -> bool:
        held = self._under_way()
        if held.done:
            return False
        self._reviewable(held)
        need(all(tie.lot for tie in self.result(held).unresolved))
        held.drawn = held.drawn or self._needs_lot(held)
        held.seal(self.entitled, self.here)
        held.reviewed = True
        self.state = "review"
        self._step("seal", "sealed", former=self.open_item)
        self.open_item = None
        return True

    def _finish(self) -> bool:
        if self.state == "finished":
            return False
        need(self.state in ("lobby", "sealed"))
        self._step("finish", "finished")
        for held in self.rounds.values():
            held.forget(list(held.sealed))
        return True

    def _under_way(self) -> Held:
        if self.held is None:
            raise No
        return self.held

    def _reviewable(self, held: Held) -> None:
        need(self.state in ("closed", "review") and not held.having("waiting"))

    def _needs_lot(self, held: Held) -> bool:
        return any(tie.lot for tie in self.result(held).unresolved)

    # Undoing

    def _step(self, action: str, state: str, *, undoable: bool = True, **taken: Any) -> None:
        self.last = {"action": action, "from": self.state if undoable else None, **taken}
        self.state = state

    def _undo(self) -> bool:
        last = self.last
        if last is None or last["action"] == "undo":
            return False
        need(last["from"])
        getattr(self, f"_un{last['action']}")(last)
        self.last, self.state = {"action": "undo"}, last["from"]
        return True

    def _unstart(self, last: dict[str, Any]) -> None:
        del self.rounds[self._under_way().id]
        self.held, self.open_item = last["former"]

    def _unopen(self, last: dict[str, Any]) -> None:
        for number in last["numbers"]:
            self._discard(self._under_way(), number)
        self.open_item = last["former"]

    def _unclose(self, last: dict[str, Any]) -> None:
        for number in last["numbers"]:
            self._open_again(self._under_way(), number)

    def _unreopen(self, last: dict[str, Any]) -> None:
        held = self._under_way()
        held.close([last["item"]], self.here)
        self.open_item = last["former"]
        if not held.having("waiting"):
            asked = {number for tie in self.result(held).ties if tie.policy == "ask" for number in tie.items}
            held.decisions = {number: verdict for number, verdict in last["decisions"].items() if number in asked}

    def _undecide(self, last: dict[str, Any]) -> None:
        self._under_way().decisions = last["former"]

    def _unseal(self, last: dict[str, Any]) -> None:
        held = self._under_way()
        held.done, held.attended = False, None
        self.open_item = last["former"]

    def _unreview(self, last: dict[str, Any]) -> None:
        """Only the state changed."""

    _unfinish = _unreview

    def _unlink(self) -> None:
        """What no vote needs any more is destroyed."""
        if self.state == "finished":
            self.keys -= {("cards",), ("panel",)}
        for held in self.rounds.values():
            if held.done and not held.open:
                self.keys.discard((held.id,))
            if self.level == "vote":
                self.keys -= {(held.id, number) for number, state in held.items.items() if state != "open"}
