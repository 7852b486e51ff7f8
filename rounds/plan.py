"""Plan and Round: what a conference votes on, with which ballot, under which rule.

The plan language is described in docs/plan-language.md; `rounds.reading` reads a TOML file into these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from typing import Literal

from rounds import words
from rounds.ballot import Ballot
from rounds.measure import Measure, default_ranking
from rounds.remarks import Remark
from rounds.rule import Comparison, Disagreement, Rule, Top, comparisons

ANONYMITY = ("vote", "paper", "panel")
OTHERWISE = ("hold", "cut", "stay")
PRECEDENCE = ("cut", "advance")
TIES = ("advance all", "hold all", "run-off", "lot", "ask")
FEEDBACK = ("full", "outcome", "none")
PACE = ("plenary", "paper")
VERDICTS = ("advance", "hold", "cut", "stay")

RUN_OFF = "/run-off"


@dataclass(frozen=True, slots=True)
class Source:
    """One part of `vote_on`: all items, a kind, a protocol, or what a round held or cut."""

    what: Literal["all", "kind", "protocol", "held", "cut"]
    name: str = ""

    def __str__(self) -> str:
        return f"{self.what} in {self.name}" if self.what in ("held", "cut") else self.name or "all"


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many votes an item needs: a number, or a part of those present or entitled."""

    text: str
    needed: Fraction
    of: Literal["votes", "present", "entitled"]

    def met(self, votes: int, present: int, entitled: int) -> bool:
        whole = {"votes": 1, "present": present, "entitled": entitled}[self.of]
        return votes >= self.needed * whole


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One rule for all items, or one rule per kind; a kind not named has none."""

    rules: Mapping[str | None, Rule]

    @property
    def per_kind(self) -> bool:
        return None not in self.rules

    def section(self, kind: str | None) -> str | None:
        """The part of the pool that an item of this kind is ranked in: its kind, or None for the whole."""
        return kind if self.per_kind else None

    def rule(self, kind: str | None) -> Rule | None:
        return self.rules.get(kind) if self.per_kind else self.rules[None]

    def __str__(self) -> str:
        if not self.per_kind:
            return str(self.rules[None])
        return ", ".join(f"{kind}: {rule}" for kind, rule in self.rules.items())


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a plan; the keys are those of the plan language."""

    id: str
    title: str
    instruction: str
    vote_on: tuple[Source, ...]
    ballot: Ballot
    advance: RuleSet | None
    cut: RuleSet | None
    to: str | None
    otherwise: str
    precedence: str
    ties: str
    quorum: Quorum | None
    base: str
    feedback: str
    pace: str

    @property
    def is_run_off(self) -> bool:
        return self.id.endswith(RUN_OFF)

    def ranking(self, kind: str | None) -> tuple[Measure, ...]:
        """The measures that order the items of a kind, largest first."""
        for rules in (self.advance, self.cut):
            rule = rules.rule(kind) if rules else None
            if isinstance(rule, Top) and rule.by:
                return (rule.by,)
        return default_ranking(self.ballot)

    def measures(self, kind: str | None) -> tuple[Measure | Disagreement, ...]:
        """Every measure that the rules for a kind or their ranking use, each once."""
        used: dict[Measure | Disagreement, None] = dict.fromkeys(self.ranking(kind))
        for rules in (self.advance, self.cut):
            for part in comparisons(rules.rule(kind)) if rules else ():
                used[part.measure if isinstance(part, Comparison) else Disagreement()] = None
        return tuple(used)

    def run_off(self, places: int | None = None) -> Round:
        """The vote between tied items alone: the same ballot, the same ranking, no rule but the places."""
        ballot = self.ballot.narrowed(places) if places else self.ballot
        return replace(self, id=self.id + RUN_OFF, ballot=ballot, cut=None, quorum=None, ties="lot", vote_on=())

    def sentence(self, lang: str) -> str:
        """The rule of the round in one plain sentence."""
        return words.round_sentence(self, lang)

    def notes(self, lang: str) -> list[str]:
        """What else decides, a sentence each: ties, quorum, base, precedence."""
        return words.round_notes(self, lang)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan as read from `text`; `warnings` are what may work but looks wrong."""

    title: str
    description: str
    kinds: tuple[str, ...]
    protocols: tuple[str, ...]
    base: str
    anonymity: str
    min_group: int
    rounds: tuple[Round, ...]
    text: str
    warnings: tuple[Remark, ...] = ()

    @property
    def sha256(self) -> str:
        """The checksum of the plan file, as `sha256sum` gives it."""
        return sha256(self.text.encode()).hexdigest()

    def round(self, id: str) -> Round:
        """The round of that id; "P1/run-off" is the run-off of P1. Raises KeyError."""
        base_id = id.removesuffix(RUN_OFF)
        for round in self.rounds:
            if round.id == base_id:
                return round.run_off() if id != base_id else round
        raise KeyError(id)

    def widened(self, protocol: str) -> tuple[str, ...]:
        """The protocol and every wider one, which an item that advances to it joins."""
        return self.protocols[: self.protocols.index(protocol) + 1]

    def reads(self, round: Round) -> tuple[str, ...]:
        """Ids of the rounds whose verdicts decide what this round votes on, in plan order."""
        earlier = self.rounds[: self.rounds.index(self.round(round.id.removesuffix(RUN_OFF)))]
        read = {source.name for source in round.vote_on if source.what in ("held", "cut")}
        for source in round.vote_on:
            if source.what == "protocol":
                read.update(r.id for r in earlier if self._changes(r, source.name))
        return tuple(r.id for r in earlier if r.id in read)

    def _changes(self, round: Round, protocol: str) -> bool:
        """Whether a round can put items into a protocol or take them out of it."""
        fills = round.to is not None and protocol in self.widened(round.to)
        return fills or any(source.what == "protocol" for source in round.vote_on)

    @property
    def uses_groups(self) -> bool:
        """Whether a rule asks what holds in groups of the panel."""
        sets = [rules for round in self.rounds for rules in (round.advance, round.cut) if rules]
        return any(part.scope for rules in sets for rule in rules.rules.values() for part in comparisons(rule))

    def kinds_voted_on(self) -> dict[str, frozenset[str | None]]:
        """Round id -> the kinds of items that may come up in it."""
        every: frozenset[str | None] = frozenset(self.kinds or (None,))
        inside: dict[str, set[str | None]] = {name: set() for name in self.protocols}
        found: dict[str, frozenset[str | None]] = {}
        for round in self.rounds:
            pool: set[str | None] = set()
            for source in round.vote_on:
                if source.what == "protocol":
                    pool |= inside[source.name]
                elif source.what == "kind":
                    pool.add(source.name)
                else:
                    pool |= every if source.what == "all" else found[source.name]
            found[round.id] = frozenset(pool)
            if round.to and round.advance:
                for name in self.widened(round.to):
                    inside[name] |= {kind for kind in pool if round.advance.rule(kind) is not None}
        return found

    def sentences(self, lang: str) -> list[tuple[str, str]]:
        """For each round its title, in the plan's own words, and one plain sentence."""
        return [(round.title, round.sentence(lang)) for round in self.rounds]
