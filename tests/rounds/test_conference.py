"""Walking a plan; and random conferences against what must always hold."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rounds
from rounds import Conference, Item, Plan, PlanError, RoundResult, Tally, count, read_plan
from tests.rounds.panels import HEAD, plan_of, votes, yes_of

PLANS = Path(rounds.__file__).parent / "plans"
ORDER = {"cut": 0, "hold": 1, "stay": 1, "advance": 2}


def conference_2014() -> Conference:
    plan = read_plan((PLANS / "conference-2014.toml").read_bytes())
    kinds = ["process"] * 97 + ["effect"] * 40
    return Conference(plan, [Item(number, kind) for number, kind in enumerate(kinds, start=1)])


def test_a_round_waits_for_what_it_reads() -> None:
    conference = conference_2014()
    assert conference.missing("P1") == ()
    assert conference.missing("P2") == ("P1",)
    assert len(conference.pool("E1")) == 40
    with pytest.raises(KeyError):
        conference.pool("P2")


def test_items_of_an_unknown_kind_are_refused() -> None:
    with pytest.raises(PlanError, match='of kind "other"'):
        Conference(conference_2014().plan, [Item(1, "other")])


def test_two_items_of_one_number_are_refused() -> None:
    with pytest.raises(PlanError, match="same number"):
        Conference(conference_2014().plan, [Item(1, "effect"), Item(1, "effect")])


def test_advancing_joins_every_wider_protocol_and_a_cut_leaves_all() -> None:
    plan = read_plan(
        'title = "T"\nprotocols = ["wide", "narrow"]\n'
        '[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes >= 50%"\nto = "narrow"\n'
        'otherwise = "cut"\n'
        '[[rounds]]\nid = "B"\nvote_on = "wide"\nballot = "yes-no"\ncut = "yes < 50%"\notherwise = "stay"\n'
    )
    conference = Conference(plan, [Item(n, None) for n in (1, 2, 3)])
    first = conference.judge("A", {1: yes_of(1, 9), 2: yes_of(2, 8), 3: yes_of(3, 1)})
    conference.settle(first)
    assert conference.protocols == {"wide": (1, 2), "narrow": (1, 2)}
    conference.settle(conference.judge("B", {1: yes_of(1, 2), 2: yes_of(2, 8)}))
    assert conference.protocols == {"wide": (2,), "narrow": (2,)}


def test_a_round_is_settled_once_and_only_without_ties() -> None:
    conference = Conference(plan_of('advance = "top 1"\nto = "in"\notherwise = "cut"'), [Item(1, None), Item(2, None)])
    tied = conference.judge("R1", {1: yes_of(1, 5), 2: yes_of(2, 5)})
    with pytest.raises(ValueError, match="unresolved"):
        conference.settle(tied)
    clear = conference.judge("R1", {1: yes_of(1, 5), 2: yes_of(2, 6)})
    conference.settle(clear)
    with pytest.raises(ValueError, match="settled already"):
        conference.settle(clear)


def test_what_a_round_cut_can_be_voted_on_again() -> None:
    plan = read_plan(
        f'{HEAD}[[rounds]]\nid = "A"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 1"\nto = "in"\n'
        'otherwise = "cut"\n'
        '[[rounds]]\nid = "B"\nvote_on = ["cut in A", "in"]\nballot = "yes-no"\nadvance = "yes > 50%"\nto = "in"\n'
        'otherwise = "cut"\n'
    )
    conference = Conference(plan, [Item(n, None) for n in (3, 1, 2)])
    conference.settle(conference.judge("A", {1: yes_of(1, 9), 2: yes_of(2, 8), 3: yes_of(3, 1)}))
    assert conference.pool("B") == (3, 1, 2)  # item order


# Random conferences


@dataclass(frozen=True)
class Story:
    """A plan and, for each round and item, the choices cast."""

    plan: Plan
    kinds: tuple[str | None, ...]
    seed: int

    def tallies(self, round_id: str, pool: tuple[int, ...], extra: int | None = None) -> dict[int, Tally]:
        """Votes that depend on the round and the item's place in the list, not on its number."""
        found = {}
        form = self.plan.round(round_id).ballot
        for number in pool:
            dice = random.Random(f"{self.seed}/{round_id}/{number}")
            choices = dice.choices(form.choices, k=dice.randint(0, 12))
            if number == extra:
                choices.append("yes" if "yes" in form.choices else max(form.choices[:-1], key=int))
            found[number] = count(number, choices, papers=14, present=13, entitled=14)
        return found

    def play(self, order: tuple[int, ...] | None = None) -> tuple[Conference, list[RoundResult]]:
        numbers = order or tuple(range(1, len(self.kinds) + 1))
        conference = Conference(self.plan, [Item(n, self.kinds[n - 1]) for n in numbers])
        results = []
        for one in self.plan.rounds:
            result = conference.judge(one.id, self.tallies(one.id, conference.pool(one.id)), seed="1")
            results.append(result)
            if result.unresolved:
                conference.settle_so_far(result)
                break
            conference.settle(result)
        return conference, results


RULES = {
    "yes-no": (["top 3", "top 2 and yes >= 40%", "yes >= 60%", "yes > 50%", "yes >= 4"], ["yes < 30%", "no > 70%"]),
    "yes-no-abstain": (["top 3", "yes >= 60%"], ["yes < 30%", "abstain > 50%"]),
    "scale 1-5": (["top 3", "median >= 4", "share(4..5) >= 60%", "mean >= 3.5"], ["median <= 2", "share(1..2) >= 60%"]),
}


@st.composite
def stories(draw: st.DrawFn) -> Story:
    ballot = draw(st.sampled_from(sorted(RULES)))
    advance, cut = (draw(st.sampled_from(options)) for options in RULES[ballot])
    ties = draw(st.sampled_from(["advance all", "hold all", "ask", "lot"]))
    keys = f'ballot = "{ballot}"\nadvance = "{advance}"\ncut = "{cut}"\nties = "{ties}"\n'
    keys += f'precedence = "{draw(st.sampled_from(["cut", "advance"]))}"\n'
    if draw(st.booleans()):
        keys += f'quorum = "{draw(st.sampled_from(["3 votes", "1/2 of present"]))}"\n'
    base = draw(st.sampled_from(["cast", "ballots", "present", "entitled"]))
    plan = read_plan(
        f'title = "T"\nkinds = ["a", "b"]\nprotocols = ["wide", "narrow"]\nbase = "{base}"\n'
        f'[[rounds]]\nid = "A"\nvote_on = "all"\nto = "wide"\n{keys}'
        f'[[rounds]]\nid = "B"\nvote_on = "held in A"\nto = "wide"\notherwise = "cut"\n{keys}'
        f'[[rounds]]\nid = "C"\nvote_on = "wide"\nto = "narrow"\notherwise = "stay"\n{keys}'
    )
    kinds = tuple(draw(st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=12)))
    return Story(plan, kinds, draw(st.integers(0, 10**6)))


@settings(max_examples=150, deadline=None)
@given(stories())
def test_every_item_gets_one_verdict_and_protocols_nest(story: Story) -> None:
    conference, results = story.play()
    for result in results:
        assert len({item.number for item in result.items}) == len(result.items)
        unresolved = {number for tie in result.unresolved for number in tie.open}
        for item in result.items:
            assert (item.verdict is None) == (item.number in unresolved)
            assert item.reason("sv")
            assert item.reason("en")
        assert sum(result.counts.values()) == len(result.items)
    assert set(conference.protocols["narrow"]) <= set(conference.protocols["wide"])
    cut = {number for result in results for number in result.having("cut")}
    assert not cut & set(conference.protocols["wide"])


@settings(max_examples=150, deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_items_changes_no_verdict(story: Story, dice: random.Random) -> None:
    order = list(range(1, len(story.kinds) + 1))
    dice.shuffle(order)
    _, plain = story.play()
    _, shuffled = story.play(tuple(order))
    for one, other in zip(plain, shuffled, strict=True):
        assert {i.number: (i.verdict, i.rank) for i in one.items} == {
            i.number: (i.verdict, i.rank) for i in other.items
        }


@settings(max_examples=150, deadline=None)
@given(stories().filter(lambda s: all(r.ties != "lot" for r in s.plan.rounds)), st.randoms(use_true_random=False))
def test_renumbering_items_changes_no_verdict(story: Story, dice: random.Random) -> None:
    """A lot is drawn between numbers and is left out; nothing else may look at them."""
    numbers = list(range(1, len(story.kinds) + 1))
    other = dict(zip(numbers, dice.sample(range(1, 1000), len(numbers)), strict=True))
    one = story.plan.rounds[0]
    tallies = story.tallies("A", tuple(numbers))
    plain = rounds.judge(one, [Item(n, story.kinds[n - 1]) for n in numbers], tallies)
    renamed = rounds.judge(
        one,
        [Item(other[n], story.kinds[n - 1]) for n in numbers],
        {other[n]: count(other[n], _choices(t), papers=14, present=13, entitled=14) for n, t in tallies.items()},
    )
    assert [i.verdict for i in plain.items] == [i.verdict for i in renamed.items]


@settings(max_examples=200, deadline=None)
@given(stories(), st.data())
def test_one_more_vote_for_an_item_never_lowers_it(story: Story, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(story.kinds)))
    one = story.plan.rounds[0]
    items = [Item(n, kind) for n, kind in enumerate(story.kinds, start=1)]
    pool = tuple(item.number for item in items)
    before = rounds.judge(one, items, story.tallies("A", pool), seed="1").item(number).verdict
    after = rounds.judge(one, items, story.tallies("A", pool, extra=number), seed="1").item(number).verdict
    if before is not None and after is not None:
        lifted_out_of_quorum = before == "hold" and one.quorum is not None
        assert ORDER[after] >= ORDER[before] or lifted_out_of_quorum or _was_unvoted(story, number)


def _was_unvoted(story: Story, number: int) -> bool:
    """An inquorate item is held; its first vote may well cut it."""
    return story.tallies("A", (number,))[number].cast == 0


def _choices(tally: Tally) -> list[str]:
    return [choice for choice, n in tally.counts.items() for _ in range(n)]


def test_a_what_if_judges_without_changing_anything() -> None:
    conference = conference_2014()
    pool = conference.pool("P1")
    tallies = {n: votes(n, {"yes": n % 24, "no": 23 - n % 24}) for n in pool}
    before = conference.protocols
    assert conference.judge("P1", tallies).counts["advance"] >= 14
    assert conference.protocols == before
