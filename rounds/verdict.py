"""From tallies to verdicts: quorum, the rule with precedence, the other rule, otherwise.

A tie across the line of a `top N` is a value (`Tie`), settled only by the policy of the plan, a decision, a run-off
or a lot whose seed is given. Nothing here depends on the order or the numbers of items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, partial
from hashlib import sha256
from typing import NamedTuple

from rounds import words
from rounds.measure import Measure, Share, Value, disagreement, votes_on
from rounds.plan import Round, RuleSet
from rounds.rule import Comparison, Otherwise, Rule, Top, comparisons, holds
from rounds.tally import Tally

#: reasons that flag an item as inquorate
INQUORATE = ("inquorate", "no-base")


class Item(NamedTuple):
    """What the rules need to know of an item."""

    number: int
    kind: str | None


class Decision(NamedTuple):
    """The facilitator's choice on tied items, with its reason."""

    items: tuple[int, ...]
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Items with equal measures across the line of a `top N`, and the places left for them.

    kind: the section of the pool, None for the whole; which: the rule, "advance" or "cut"; settled: whether policy,
    decision, run-off or lot has dealt with all of them; open: the items still undecided, open_places the places
    left for those.
    """

    items: tuple[int, ...]
    places: int
    kind: str | None
    which: str
    policy: str
    settled: bool
    open: tuple[int, ...] = ()
    open_places: int = 0
    lot: bool = False  # a lot is needed, or was drawn, for the open or the last places


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item got its verdict: a code of `words.REASONS` and what fills it."""

    code: str
    rule: Rule | None = None
    parts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item in one round.

    measures: measure name -> value or None where undefined (disagreement: bool). rank: place in the ranking of the
    round's `top N`, or in the default ranking; None for an item that is not ranked. tied: in a tie across the line.
    verdict: advance, hold, cut, stay, or None while unresolved. decided: the facilitator's reason, if it was asked.
    """

    number: int
    kind: str | None
    tally: Tally
    measures: Mapping[str, Value | bool | None]
    rank: int | None
    tied: bool
    verdict: str | None
    why: Reason
    inquorate: bool = False

    @property
    def votes(self) -> Mapping[str, int]:
        """Choice -> number of ballots."""
        return self.tally.counts

    def reason(self, lang: str) -> str:
        """The reason in one sentence."""
        return words.reason(self, lang)


@dataclass(frozen=True, slots=True)
class RoundResult:
    """The verdicts of one round; items stand in item order."""

    round: Round
    items: tuple[ItemResult, ...]
    ties: tuple[Tie, ...]
    papers: int
    present: int
    entitled: int

    @property
    def unresolved(self) -> tuple[Tie, ...]:
        return tuple(tie for tie in self.ties if not tie.settled)

    @property
    def counts(self) -> dict[str, int]:
        """How many items got each verdict, and how many are unresolved."""
        found = [result.verdict or "unresolved" for result in self.items]
        return {name: found.count(name) for name in ("advance", "hold", "cut", "stay", "unresolved")}

    def item(self, number: int) -> ItemResult:
        return next(result for result in self.items if result.number == number)

    def having(self, verdict: str) -> tuple[int, ...]:
        return tuple(result.number for result in self.items if result.verdict == verdict)


def draw(seed: str, items: Iterable[int]) -> list[int]:
    """Draw a lot: the items in the order drawn.

    Each item's lot is the SHA-256 of "seed:number"; the smallest is drawn first. Anyone can repeat it.
    """
    return sorted(items, key=lambda number: sha256(f"{seed}:{number}".encode()).digest())


def judge(
    round: Round,
    items: Sequence[Item],
    tallies: Mapping[int, Tally],
    *,
    min_group: int = 5,
    decisions: Sequence[Decision] = (),
    seed: str | None = None,
    run_off: Mapping[int, Tally] | None = None,
) -> RoundResult:
    """Give every item of the pool its verdict.

    tallies: item number -> its tally, one for every item. decisions: for ties under `ask`. seed: for a lot.
    run_off: the tallies of the round's run-off, once held. Pure: the same input gives the same result.
    """
    judgement = _Judgement(round, items, tallies, min_group, decisions, seed, run_off)
    return judgement.result()


def judge_alone(round: Round, kind: str | None, tally: Tally, *, min_group: int = 5) -> ItemResult:
    """What is known of one item before the others are counted; its verdict is None where that depends on them."""
    rules = {name: rules.rule(kind) for name, rules in (("cut", round.cut), ("advance", round.advance)) if rules}
    result = judge(
        replace(round, ties="hold all"), [Item(tally.number, kind)], {tally.number: tally}, min_group=min_group
    )
    (item,) = result.items
    first = rules.get(round.precedence)
    sure = item.inquorate or not any(isinstance(rule, Top) for rule in rules.values())
    if sure or (item.verdict == round.precedence and not isinstance(first, Top)):
        return item
    return replace(item, verdict=None, rank=None)


class _Judgement:
    """The working state of one `judge`; `found` grows from the first deciding step to the last."""

    def __init__(
        self,
        round: Round,
        items: Sequence[Item],
        tallies: Mapping[int, Tally],
        min_group: int,
        decisions: Sequence[Decision],
        seed: str | None,
        run_off: Mapping[int, Tally] | None,
    ) -> None:
        self.round, self.items, self.tallies, self.min_group = round, items, tallies, min_group
        self.decisions = {number: d for d in decisions for number in d.items}
        self.seed, self.run_off = seed, run_off
        self.kinds = {item.number: item.kind for item in items}
        self.found: dict[int, tuple[str | None, Reason]] = {}
        self.lost: dict[int, Reason] = {}  # tied items that got no place, until another rule takes them
        self.ranks: dict[int, int] = {}
        self.ties: list[Tie] = []
        self.values: dict[Measure, dict[int, Value | None]] = {}
        self.measures, self.deciding = cache(round.measures), cache(self._deciding)

    def result(self) -> RoundResult:
        self._hold_inquorate()
        order = ("cut", "advance") if self.round.precedence == "cut" else ("advance", "cut")
        for which in order:
            rules = self.round.advance if which == "advance" else self.round.cut
            if rules:
                for section in rules.rules:
                    self._apply(which, rules, section)
        for item in self.items:
            if item.number not in self.found:
                self.found[item.number] = (self._fallback(item.kind), self._rest_reason(item))
        self._rank_without_top()
        tied = {number for tie in self.ties for number in tie.items}
        results = tuple(self._item_result(item, tied) for item in self.items)
        some = [self.tallies[item.number] for item in self.items]
        return RoundResult(
            self.round,
            results,
            tuple(self.ties),
            papers=max((tally.papers for tally in some), default=0),
            present=max((tally.present for tally in some), default=0),
            entitled=max((tally.entitled for tally in some), default=0),
        )

    # Quorum

    def _hold_inquorate(self) -> None:
        for item in self.items:
            tally, quorum = self.tallies[item.number], self.round.quorum
            votes = votes_on(tally, self.round.ballot)
            if quorum and not quorum.met(votes, tally.present, tally.entitled):
                self.found[item.number] = (
                    "hold",
                    Reason("inquorate", parts={"votes": votes, "quorum": quorum.text}),
                )
            elif any(self._has_no_base(measure, item.number) for measure in self.deciding(item.kind)):
                self.found[item.number] = ("hold", Reason("no-base"))

    def _has_no_base(self, measure: Measure, number: int) -> bool:
        value = self._value(measure, number)
        return isinstance(value, Share) and not value.base

    def _deciding(self, kind: str | None) -> tuple[Measure, ...]:
        """The shares that the rules for a kind use, and its ranking if a rule ranks."""
        found: dict[Measure, None] = {}
        for rules in (self.round.advance, self.round.cut):
            rule = rules.rule(kind) if rules else None
            found |= {part.measure: None for part in comparisons(rule) if isinstance(part, Comparison)}
            if isinstance(rule, Top):
                found |= dict.fromkeys(self.round.ranking(kind))
        return tuple(measure for measure in found if measure.is_share)

    # Rules

    def _apply(self, which: str, rules: RuleSet, section: str | None) -> None:
        rule = rules.rules[section]
        pool = [
            item.number
            for item in self.items
            if item.number not in self.found and (section is None or item.kind == section)
        ]
        if isinstance(rule, Otherwise):
            return
        if isinstance(rule, Top):
            self._apply_top(which, rule, section, pool)
            return
        for number in pool:
            if self._holds(rule, number):
                self.found[number] = (which, Reason("rule", rule))

    def _apply_top(self, which: str, rule: Top, section: str | None, pool: list[int]) -> None:
        eligible = [n for n in pool if rule.condition is None or self._holds(rule.condition, n)]
        measures = (rule.by,) if rule.by else self.round.ranking(section)
        order = _Order(eligible, lambda number: self._key(measures, number))
        self.ranks = {**self.ranks, **order.ranks} if which == "advance" else {**order.ranks, **self.ranks}
        above, tied = order.line(rule.places)
        for number in above:
            self.found[number] = (which, self._top_reason("top", rule, order, number))
        if tied:
            self._settle(which, rule, section, order, tied, rule.places - len(above))

    def _settle(self, which: str, rule: Top, section: str | None, order: _Order, tied: list[int], places: int) -> None:
        policy = self.round.ties
        reason = {number: self._top_reason("tie", rule, order, number) for number in tied}
        taken, left, open_, lot = self._settlement(which, tied, places, section)
        for number in taken:
            self.found[number] = (which, self._tie_reason(reason[number], policy, "in"))
        for number in left:
            self.lost[number] = self._tie_reason(reason[number], policy, "out")
            if policy == "hold all":
                self.found[number] = (self._fallback(self.kinds[number]), self.lost[number])
        for number, decision in self.decisions.items():
            if number in tied and policy == "ask":
                parts = {**reason[number].parts, "decision": decision.reason}
                self.found[number] = (decision.verdict, Reason("decided", rule, parts))
        for number in open_:
            self.found[number] = (None, self._tie_reason(reason[number], policy, "open"))
        free = places - len(taken) if open_ else 0
        self.ties.append(Tie(tuple(tied), places, section, which, policy, not open_, tuple(open_), free, lot))

    def _settlement(
        self, which: str, tied: list[int], places: int, section: str | None
    ) -> tuple[list[int], list[int], list[int], bool]:
        """Which tied items are taken, which are left, which are open still, and whether a lot comes in."""
        policy = self.round.ties
        if policy == "advance all":
            return list(tied), [], [], False
        if policy == "hold all":
            return [], list(tied), [], False
        if policy == "ask":
            return self._decided(which, tied, places)
        if policy == "run-off":
            return self._ran_off(tied, places, section)
        return self._drawn([], tied, places)

    def _decided(self, which: str, tied: list[int], places: int) -> tuple[list[int], list[int], list[int], bool]:
        undecided = [number for number in tied if number not in self.decisions]
        taken = sum(1 for n in tied if n in self.decisions and self.decisions[n].verdict == which)
        if taken >= places:
            return [], undecided, [], False
        return [], [], undecided, False

    def _ran_off(
        self, tied: list[int], places: int, section: str | None
    ) -> tuple[list[int], list[int], list[int], bool]:
        if self.run_off is None:
            return [], [], list(tied), False
        measures, votes = self.round.ranking(section), self.run_off
        order = _Order(
            tied,
            lambda n: _ranking_key([m.of(votes[n], self.round.ballot, self.round.base) for m in measures]),
        )
        above, again = order.line(places, unranked_too=True)
        if not again:
            return above, [n for n in tied if n not in above], [], False
        taken, left, open_, lot = self._drawn(above, again, places - len(above))
        below = [n for n in tied if n not in above and n not in again]
        return taken, left + below, open_, lot

    def _drawn(self, taken: list[int], tied: list[int], places: int) -> tuple[list[int], list[int], list[int], bool]:
        if self.seed is None:
            return taken, [], list(tied), True
        drawn = draw(self.seed, tied)
        return taken + drawn[:places], drawn[places:], [], True

    def _fallback(self, kind: str | None) -> str:
        for which, rules in (("cut", self.round.cut), ("advance", self.round.advance)):
            if rules and isinstance(rules.rule(kind), Otherwise):
                return which
        return self.round.otherwise

    # Measures and reasons

    def _value(self, measure: Measure, number: int) -> Value | None:
        """Measure an item, once: the rules, the ranking and the reasons ask for the same few figures."""
        values = self.values.setdefault(measure, {})
        if number not in values:
            values[number] = measure.of(self.tallies[number], self.round.ballot, self.round.base)
        return values[number]

    def _key(self, measures: Sequence[Measure], number: int) -> tuple[Fraction, ...] | None:
        return _ranking_key([self._value(measure, number) for measure in measures])

    def _holds(self, condition: Rule, number: int) -> bool:
        assert not isinstance(condition, Top | Otherwise)
        return holds(condition, self.tallies[number], self.round.ballot, self.round.base, self.min_group)

    def _top_reason(self, code: str, rule: Top, order: _Order, number: int) -> Reason:
        measure = rule.by or self.round.ranking(self.kinds[number])[0]
        parts = {"place": order.ranks[number], "measure": measure, "value": self._value(measure, number)}
        return Reason(code, rule, parts)

    def _tie_reason(self, reason: Reason, policy: str, outcome: str) -> Reason:
        return Reason("tie", reason.rule, {**reason.parts, "policy": policy, "outcome": outcome})

    def _rest_reason(self, item: Item) -> Reason:
        if item.number in self.lost:
            return self.lost[item.number]
        measure = self.round.ranking(item.kind)[0]
        place = self.ranks.get(item.number)
        return Reason("rest", None, {"place": place, "measure": measure, "value": self._value(measure, item.number)})

    def _rank_without_top(self) -> None:
        """Rank the pool by the ballot's own ranking in the sections that no `top N` ranks."""
        for section, members in self._unranked_sections().items():
            key = partial(self._key, self.round.ranking(section))
            self.ranks.update(_Order(members, key).ranks)

    def _unranked_sections(self) -> dict[str | None, list[int]]:
        sections: dict[str | None, list[int]] = {}
        per_kind = any(r and r.per_kind for r in (self.round.advance, self.round.cut))
        for item in self.items:
            rules = [r.rule(item.kind) for r in (self.round.advance, self.round.cut) if r]
            if self.found[item.number][1].code in INQUORATE:
                continue
            if not any(isinstance(rule, Top) for rule in rules):
                sections.setdefault(item.kind if per_kind else None, []).append(item.number)
        return sections

    def _item_result(self, item: Item, tied: set[int]) -> ItemResult:
        verdict, why = self.found[item.number]
        measures: dict[str, Value | bool | None] = {}
        for measure in self.measures(item.kind):
            if isinstance(measure, Measure):
                measures[str(measure)] = self._value(measure, item.number)
            else:
                measures["disagreement"] = disagreement(self.tallies[item.number], self.round.ballot)
        return ItemResult(
            item.number, item.kind, self.tallies[item.number], measures, self.ranks.get(item.number),
            item.number in tied, verdict, why, why.code in INQUORATE,
        )  # fmt: skip


class _Order:
    """Items ranked by a key, largest first; equal keys share a place (1, 2, 2, 4); no key, no place."""

    def __init__(self, numbers: Iterable[int], key: Callable[[int], tuple[Fraction, ...] | None]) -> None:
        keys = {number: key(number) for number in numbers}
        self.all = list(keys)
        self.keys = {number: k for number, k in keys.items() if k is not None}
        self.sorted = sorted(self.keys, key=lambda number: self.keys[number], reverse=True)
        self.ranks: dict[int, int] = {}
        for place, number in enumerate(self.sorted, start=1):
            before = self.sorted[place - 2] if place > 1 else None
            same = before is not None and self.keys[before] == self.keys[number]
            self.ranks[number] = self.ranks[before] if same and before is not None else place

    def line(self, places: int, *, unranked_too: bool = False) -> tuple[list[int], list[int]]:
        """The items strictly above a line after so many places, and those tied across it.

        unranked_too: items without a key share the last place (in a run-off everyone stands for election).
        """
        ranked = self.sorted
        rest = [n for n in self.all if n not in self.keys] if unranked_too else []
        if len(ranked) + len(rest) <= places:
            return ranked + rest, []
        if len(ranked) <= places:
            return ranked, rest if len(ranked) < places else []
        edge = self.keys[ranked[places - 1]]
        equal = [n for n in ranked if self.keys[n] == edge]
        above = [n for n in ranked if self.keys[n] > edge]
        if len(above) + len(equal) <= places:
            return above + equal, []
        return above, equal


def _ranking_key(values: Sequence[Value | None]) -> tuple[Fraction, ...] | None:
    keys = [None if value is None else value.key for value in values]
    return None if any(k is None for k in keys) else tuple(k for k in keys if k is not None)
