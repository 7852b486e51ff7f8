"""A round as someone with pencil and paper would keep it: who has voted what, and what counts without a name.

Nothing here is shared with the ballot box but the words. Owners are seats until a link is lost, then nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rounds import Tally

WHOLE = ("pick", "points", "rank")
CHOICES = {
    "yes-no": ("yes", "no"),
    "yes-no-abstain": ("yes", "no", "abstain"),
    "scale 1-3": ("1", "2", "3", "abstain"),
    "pick 2": ("1",),
    "points 3": ("0", "1", "2", "3"),
    "rank 2": ("1", "2"),
}
Paper = dict[int, str]


class No(Exception):
    """What cannot be done now."""


def need(condition: object) -> None:
    if not condition:
        raise No


class Nobody:
    """Whoever handed in a paper that can be tied to no seat any more."""

    def __deepcopy__(self, memo: object) -> Nobody:
        return self  # which paper it is must survive a copy of the books


@dataclass
class Held:
    """One round. open: owner -> the paper that can still be changed; sealed: the same once its links are cut."""

    id: str
    level: str
    ballot: str
    plenary: bool
    items: dict[int, str]
    open: dict[Any, Paper] = field(default_factory=dict)
    sealed: dict[Any, Paper] = field(default_factory=dict)
    present: dict[int, int | None] = field(default_factory=dict)
    took_part: set[str] = field(default_factory=set)
    decisions: dict[int, str] = field(default_factory=dict)
    #: items whose votes were thrown away since somebody looked, and which vote it was then on each
    thrown: set[int] = field(default_factory=set)
    takes: dict[int, int] = field(default_factory=dict)
    seed: str | None = None
    drawn: bool = False
    done: bool = False
    reviewed: bool = False
    attended: tuple[int, int] | None = None

    @property
    def whole(self) -> bool:
        return self.ballot.split()[0] in WHOLE

    def having(self, state: str) -> list[int]:
        return [number for number, of in self.items.items() if of == state]

    def together(self, numbers: Collection[int]) -> list[int]:
        """The items that go with these: all, where a paper hangs together."""
        return list(self.items) if self.whole else sorted(numbers)

    # Votes

    def accepts(self, votes: Collection[tuple[object, object]]) -> Paper | None:
        """What a message comes to on the ballot; None where any of it is wrong."""
        is_open = set(self.having("open"))
        if not is_open or (self.whole and is_open != set(self.items)) or not (votes or self.whole):
            return None
        paper: Paper = {}
        for number, choice in votes:
            spelled = canonical(choice)
            if type(number) is not int or number not in is_open or number in paper:
                return None
            if spelled not in CHOICES[self.ballot]:
                return None
            paper[number] = spelled
        return paper if self._within(paper) else None

    def _within(self, paper: Paper) -> bool:
        if self.ballot == "points 3":
            return sum(map(int, paper.values())) <= 3
        if self.ballot == "rank 2":
            return len(set(paper.values())) == len(paper)
        return self.ballot != "pick 2" or len(paper) <= 2

    def put_in(self, owner: str, paper: Paper) -> None:
        self.open[owner] = paper if self.whole else {**self.open.get(owner, {}), **paper}

    def voted(self, owner: str) -> list[int]:
        """The open items that a seat has voted on."""
        if self.whole:
            return self.having("open") if owner in self.open else []
        return [number for number in self.having("open") if number in self.open.get(owner, {})]

    def sharing_a_key_with(self, number: int) -> list[Any]:
        """Whose papers lie under the key of an item."""
        return [owner for owner, paper in self.open.items() if self.level != "vote" or number in paper]

    # Counts

    def counts(self, number: int) -> dict[str, int]:
        papers = [*self.open.values(), *self.sealed.values()]
        return dict(Counter(paper[number] for paper in papers if number in paper))

    def turnout(self, number: int | None) -> int:
        if self.whole or number is None:
            return len(self.papers_in_the_box())
        return sum(number in paper for paper in self.open.values())

    def papers_in_the_box(self) -> list[Paper]:
        """At level `vote` every vote is a paper of its own."""
        papers = list(self.open.values())
        return papers if self.level != "vote" else [{n: c} for paper in papers for n, c in paper.items()]

    def attendance(self, entitled: int, here: int) -> tuple[int, int]:
        """(entitled, present): whoever was there when an item closed was there, even if gone now."""
        if self.attended is not None:
            return self.attended
        here = max((n for n in self.present.values() if n is not None), default=here)
        return max(entitled, here), here

    def tallies(self, entitled: int, here: int) -> dict[int, Tally]:
        entitled, here = self.attendance(entitled, here)
        papers = len(self.papers_in_the_box()) + len(self.sealed)
        if self.level == "vote" or (papers > entitled and not self.whole):
            papers = max(sum(self.counts(number).values()) for number in self.items)
        return {
            number: Tally(number, self.counts(number), papers, here if at is None else at, entitled)
            for number in self.items
            for at in [self.present.get(number)]
        }

    # What becomes of papers

    def close(self, numbers: Collection[int], here: int) -> None:
        for number in self.together(numbers):
            if self.items[number] == "open":
                self.present[number] = max(here, self.turnout(number))
                self.items[number] = "closed"
                if self.level == "vote":
                    self._seal_item(number)

    def _seal_item(self, number: int) -> None:
        owners = [owner for owner, paper in self.open.items() if number in paper]
        self.took_part |= named(owners)
        for owner in owners:
            self.sealed[Nobody()] = {number: self.open[owner].pop(number)}
        self.open = without_blanks(self.open)

    def seal(self, entitled: int, here: int) -> None:
        self.took_part |= named(self.open)
        for owner, paper in self.open.items():
            key = owner if self.level == "panel" else Nobody()
            self.sealed[key] = {**self.sealed.get(key, {}), **paper}
        self.open = {}
        self.attended = self.attendance(entitled, here)
        self.done = True

    def unseal(self) -> None:
        """Level `panel`: until the conference is finished a sealed paper is its owner's."""
        for owner, paper in self.sealed.items():
            self.open[owner] = {**paper, **self.open.get(owner, {})}
        self.sealed = {}

    def forget(self, owners: Collection[Any]) -> None:
        """A link is lost: what these have voted counts, and nobody can change it."""
        for owner in owners:
            for papers in (self.open, self.sealed):
                if owner in papers:
                    papers[Nobody()] = papers.pop(owner)

    def throw_away(self, numbers: Collection[int], *, open_too: bool) -> None:
        numbers = self.together(numbers)
        for papers in (self.sealed, self.open) if open_too else (self.sealed,):
            for paper in papers.values():
                self.thrown |= (set(numbers) & set(paper)) or (set(numbers) if self.whole else set())
                for number in numbers:
                    paper.pop(number, None)
        self.sealed = without_blanks(self.sealed)
        self.open = without_blanks(self.open) if open_too else self.open


def canonical(choice: object) -> str:
    """A choice as it stands on a ballot, however it was typed."""
    text = choice.strip().lower() if isinstance(choice, str) else "?"
    return str(int(text)) if text.lstrip("+").isdecimal() else text


def named(owners: Collection[Any]) -> set[str]:
    return {owner for owner in owners if not isinstance(owner, Nobody)}


def without_blanks(papers: Mapping[Any, Paper]) -> dict[Any, Paper]:
    return {owner: paper for owner, paper in papers.items() if paper}
