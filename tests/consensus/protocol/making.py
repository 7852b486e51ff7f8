"""Records of small conferences, made from files alone, for tests of what is exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from consensus.ballot_file import read_ballots
from consensus.evaluation import Evaluated, Question
from consensus.intake import ItemRow, read_items
from consensus.papers import BallotRow, read_rows
from consensus.protocol import LogRow, Record
from consensus.protocol.record import ArgumentRow
from consensus.replay import Attendance, DecisionRow, replay
from rounds import read_plan
from rounds.ready import ready_plan

SUNDBYHOLM = Path(__file__).parents[4] / "shared" / "sundbyholm"
LOG = (
    LogRow("2014-04-09T08:00:00+00:00", "facilitator", "create", {"items": 3, "seats": 4}),
    LogRow("2014-04-09T13:10:05+00:00", "facilitator", "void", {"item": 2, "reason": "The wrong item was read out."}),
    LogRow("2014-04-10T14:30:00+00:00", "facilitator", "undo", {"step": "seal", "round": "V", "reason": "Too early."}),
    LogRow("2014-04-10T14:31:00+00:00", "facilitator", "finish", {}),
)

Votes = Mapping[str, Mapping[int, str]]  # paper -> item -> choice


def record(
    plan_text: str,
    items: Sequence[ItemRow],
    votes: Mapping[str, Votes],
    *,
    language: str = "en",
    title: str = "A small conference",
    decisions: Sequence[tuple[str, int, str, str]] = (),
    lots: Mapping[str, str] | None = None,
    attendance: Mapping[str, Attendance] | None = None,
    groups: Mapping[str, str] | None = None,
    log: tuple[LogRow, ...] = LOG,
) -> Record:
    """A record from a plan and the papers of each round; groups: paper -> group."""
    plan = read_plan(plan_text)
    rows = tuple(
        BallotRow(round_id, number, paper, choice, (groups or {}).get(paper, ""))
        for round_id, papers in votes.items()
        for paper, choices in papers.items()
        for number, choice in (choices.items() or ((None, ""),))
    )
    decided = tuple(DecisionRow(*decision) for decision in decisions)
    papers = read_rows("ballots", plan, [item.number for item in items], rows)
    replayed = replay(plan, items, papers, decided, lots, attendance)
    return Record(
        title, language, plan, tuple(items), replayed, rows, decided, lots or {}, attendance or {}, log
    )  # fmt: skip


def plan(*rounds: str, protocols: str = '["list"]', more: str = "") -> str:
    """A plan of rounds, each a TOML table without its head."""
    head = f'title = "A small plan"\nprotocols = {protocols}\n{more}\n'
    return head + "\n".join(f"[[rounds]]\n{round}\n" for round in rounds)


def yes_no(*counts: int, papers: int = 4) -> Votes:
    """Papers on which the items 1, 2, 3, … have so many yes."""
    return {
        f"p{paper:02}": {number: "yes" if paper < yes else "no" for number, yes in enumerate(counts, start=1)}
        for paper in range(papers)
    }


def some_items(n: int, kind: str | None = None) -> tuple[ItemRow, ...]:
    return tuple(ItemRow(number, f"Item number {number} of the list", kind) for number in range(1, n + 1))


SIMPLE = plan('id = "V"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes >= 50%"\nto = "list"\notherwise = "cut"')


def simple(language: str = "en", **more: object) -> Record:
    """Three items, four papers, one round: two items go in."""
    return record(SIMPLE, some_items(3), {"V": yes_no(4, 1, 2)}, language=language, **more)  # type: ignore[arg-type]


def _round(id: str, ballot: str, rule: str) -> str:
    return f'id = "{id}"\ntitle = "A round of {ballot}"\nvote_on = "all"\nballot = "{ballot}"\n{rule}\nto = "list"'


def scale(language: str = "en") -> Record:
    rule = 'advance = "share(7..9) >= 70% and not disagreement"\notherwise = "cut"'
    votes = {
        f"p{paper}": {1: str(7 + paper % 3), 2: str(1 + paper), 3: "abstain" if paper else "5"} for paper in range(6)
    }
    return record(plan(_round("S", "scale 1-9", rule)), some_items(3), {"S": votes}, language=language)


def pick(language: str = "en") -> Record:
    votes: Votes = {"a": {1: "1", 2: "1"}, "b": {1: "1"}, "c": {}, "d": {1: "1", 3: "1"}}
    text = plan(_round("K", "pick 2", 'advance = "top 1"\notherwise = "cut"'))
    return record(text, some_items(3), {"K": votes}, language=language)


def points(language: str = "en") -> Record:
    votes: Votes = {"a": {1: "60", 2: "40"}, "b": {1: "100"}, "c": {3: "7"}}
    text = plan(_round("G", "points 100", 'advance = "points >= 40"\notherwise = "cut"'))
    return record(text, some_items(3), {"G": votes}, language=language)


def rank(language: str = "en") -> Record:
    votes: Votes = {"a": {1: "1", 2: "2"}, "b": {2: "1", 3: "2"}, "c": {2: "1"}}
    text = plan(_round("B", "rank 2", 'advance = "top 1"\notherwise = "cut"'))
    return record(text, some_items(3), {"B": votes}, language=language)


def top(ties: str) -> str:
    return plan(
        'id = "V"\nvote_on = "all"\nballot = "yes-no"\nadvance = "top 2"\nto = "list"\notherwise = "cut"\n'
        f'ties = "{ties}"'
    )


def unresolved(language: str = "en") -> Record:
    return record(top("ask"), some_items(3), {"V": yes_no(4, 2, 2)}, language=language)


def decided(language: str = "en", reason: str = "It covers the other.") -> Record:
    decisions = [("V", 2, "advance", reason), ("V", 3, "cut", reason)]
    return record(top("ask"), some_items(3), {"V": yes_no(4, 2, 2)}, language=language, decisions=decisions)


def lot(language: str = "en") -> Record:
    return record(top("lot"), some_items(3), {"V": yes_no(4, 2, 2)}, language=language, lots={"V": "271828"})


def run_off(language: str = "en") -> Record:
    off: Votes = {paper: {2: "yes", 3: "no"} for paper in ("x", "y", "z")}
    votes = {"V": yes_no(4, 2, 2), "V/run-off": off}
    return record(top("run-off"), some_items(3), votes, language=language)


def inquorate(language: str = "en") -> Record:
    votes: Votes = {"a": {1: "yes", 2: "yes"}, "b": {1: "yes"}, "c": {1: "no"}}
    text = plan(
        'id = "V"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes >= 50%"\nto = "list"\nquorum = "2/3 of entitled"',
        'id = "W"\nvote_on = "held in V"\nballot = "yes-no"\nadvance = "yes >= 50%"\nto = "list"\notherwise = "cut"',
    )
    return record(text, some_items(3), {"V": votes}, language=language, attendance={"V": Attendance(4, 3)})


def empty(language: str = "en") -> Record:
    return record(SIMPLE, some_items(3), {"V": yes_no(0, 1, 1)}, language=language)


def one_item(language: str = "en") -> Record:
    return record(SIMPLE, some_items(1), {"V": yes_no(3)}, language=language)


def not_begun(language: str = "en") -> Record:
    return record(SIMPLE, some_items(3), {}, language=language, log=())


def two_kinds(language: str = "en") -> Record:
    """Kinds, perspectives, groups; two rounds of the same title; sheet names that Excel does not take."""
    kinds, levels = '["process", "effect"]', '["extended", "core"]'
    items = [
        ItemRow(n, f"Text {n}", "process" if n < 4 else "effect", f"Why {n}", "the person" if n % 2 else "the region")
        for n in range(1, 7)
    ]
    text = plan(
        'id = "V"\ntitle = "The vote"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes >= 50% in any group"\n'
        'to = "extended"\notherwise = "cut"',
        'id = "C"\ntitle = "The vote"\nvote_on = "extended"\nballot = "yes-no"\n'
        'advance = { process = "top 1", effect = "top 1" }\nto = "core"\notherwise = "stay"\nties = "advance all"',
        protocols=levels,
        more=f"kinds = {kinds}\nbase = 'present'",
    )
    first = yes_no(10, 2, 5, 9, 0, 8, papers=10)
    second: Votes = {paper: {n: c for n, c in votes.items() if n not in (2, 5)} for paper, votes in first.items()}
    groups = {paper: "region north, east" if place < 5 else "kommun" for place, paper in enumerate(first)}
    there = {"V": Attendance(12, 11, {3: (12, 10)}), "C": Attendance(12, 10)}
    return record(text, items, {"V": first, "C": second}, language=language, groups=groups, attendance=there)


def merged(language: str = "en") -> Record:
    """A list that was gone through beforehand: an item made of two others, one in plain words."""
    of = [{"number": 2, "text": "Text 2"}, {"number": 3, "text": "Text 3"}]
    items = [
        ItemRow(1, "Text 1", None, "", "", "Said\nsimply"),
        ItemRow(4, "Both", None, merged=(2, 3)),
    ]
    log = (LogRow("2014-04-09T10:00:00+00:00", "facilitator", "merge", {"item": 4, "of": of}), *LOG)
    votes: Votes = {"a": {1: "yes", 4: "yes"}, "b": {1: "no", 4: "yes"}}
    return record(SIMPLE, items, {"V": votes}, language=language, log=log)


def joined(level: str, language: str = "en") -> Record:
    """At level `vote` each vote on a paper of its own, at `panel` the same papers in two rounds."""
    text = plan(
        'id = "V"\nvote_on = "all"\nballot = "yes-no"\nadvance = "yes > 75%"\nto = "list"',
        'id = "W"\nvote_on = "held in V"\nballot = "yes-no"\nadvance = "yes >= 50%"\nto = "list"\notherwise = "cut"',
        more=f'anonymity = "{level}"',
    )
    votes = {"V": yes_no(4, 1, 2), "W": {p: {n: c for n, c in v.items() if n > 1} for p, v in yes_no(4, 1, 2).items()}}
    if level == "vote":
        votes = {
            id: {f"{id}{p}{n}": {n: c} for p, choices in papers.items() for n, c in choices.items()}
            for id, papers in votes.items()
        }
    return record(text, some_items(3), votes, language=language)


#: every kind of conference: name -> a record of it in a language
KINDS = {
    "simple": simple, "scale": scale, "pick": pick, "points": points, "rank": rank, "unresolved": unresolved,
    "decided": decided, "lot": lot, "run-off": run_off, "inquorate": inquorate, "empty": empty, "one item": one_item,
    "not begun": not_begun, "two kinds": two_kinds, "merged": merged,
    "vote": lambda language="en": joined("vote", language), "panel": lambda language="en": joined("panel", language),
}  # fmt: skip


ARGUMENTS = (ArgumentRow(1, "for", "It can be measured."), ArgumentRow(1, "against", "It overlaps 漢."))
EVALUATED = Evaluated(
    6,
    5,
    (Question({"sv": "Maten", "en": "The food"}, {"satisfied": 4, "neither": 1, "dissatisfied": 1}),),
    ("Mer kaffe",),
)


def whole(name: str, language: str = "en") -> Record:
    """A record of KINDS with everything that a document can tell: arguments, an evaluation, votes on paper."""
    made: Record = KINDS[name](language)
    there = {id: replace(seats, typed=1) for id, seats in made.attendance.items()}
    return replace(made, arguments=ARGUMENTS, evaluation=EVALUATED, attendance=there)


def sundbyholm(language: str = "sv") -> Record:
    """The conference of 2014, from the files beside the checkout; skips where they are not there."""
    if not (SUNDBYHOLM / "ballots.csv").exists():
        pytest.skip("the data of the 2014 conference is not beside the checkout (../shared/sundbyholm)")
    plan_ = ready_plan("conference-2014", language)
    items = read_items(SUNDBYHOLM / "items.csv", plan_.kinds)
    papers = read_ballots(SUNDBYHOLM / "ballots.csv", plan_, [item.number for item in items])
    there = {round.id: Attendance(24, 23) for round in plan_.rounds}
    replayed = replay(plan_, items, papers, attendance=there)
    title = "Indikatorer för integrerad samverkan"
    return Record(title, language, plan_, items, replayed, tuple(papers.rows()), (), {}, there, LOG)
