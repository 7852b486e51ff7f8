"""Reading plans: what is understood, what is refused and where, what is warned about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rounds
from rounds import Plan, PlanError, read_plan
from rounds.checks import warnings_for

PLANS = sorted((Path(rounds.__file__).parent / "plans").glob("*.toml"))
HEAD = 'title = "T"\nkinds = ["process", "effect"]\nprotocols = ["extended", "core"]\n'
ROUND = '[[rounds]]\nid = "P1"\nvote_on = "process"\nballot = "yes-no"\n'
LAST = ROUND + 'otherwise = "cut"\n'


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_ready_plans_work_without_warnings_and_say_when_to_use_them(path: Path) -> None:
    plan = read_plan(path.read_bytes(), path.name)
    assert plan.warnings == ()
    assert path.read_text(encoding="utf-8").startswith("# ")
    for lang in ("sv", "en"):
        assert all(sentence.endswith(".") for _, sentence in plan.sentences(lang))


@pytest.mark.parametrize("name", rounds.ready_plans())
def test_a_ready_plan_in_swedish_differs_only_in_what_people_read(name: str) -> None:
    english, swedish = rounds.ready_plan(name), rounds.ready_plan(name, "sv")
    assert swedish.title != english.title
    assert swedish.warnings == ()
    for one, other in zip(english.rounds, swedish.rounds, strict=True):
        assert other.title != one.title
        assert replace(other, title=one.title, instruction=one.instruction) == one


def test_there_are_five_ready_plans() -> None:
    assert [path.stem for path in PLANS] == [
        "conference-2014", "delphi-70-15", "priority-day", "rand-ucla", "single-vote",
    ]  # fmt: skip


def test_defaults_are_those_of_the_language() -> None:
    plan = read_plan(HEAD + LAST)
    (one,) = plan.rounds
    assert (plan.base, plan.anonymity, plan.min_group, plan.description) == ("cast", "paper", 5, "")
    assert (one.title, one.otherwise, one.precedence, one.ties) == ("P1", "cut", "cut", "ask")
    assert (one.base, one.feedback, one.pace, one.quorum) == ("cast", "full", "plenary", None)


def test_a_plan_knows_its_checksum_as_the_file_has_it() -> None:
    assert read_plan(b"\xef\xbb\xbf" + (HEAD + LAST).replace("\n", "\r\n").encode()).text.startswith("\ufeff")


REFUSED = [
    ("", 'the key "title" is missing', None),
    ("title =", "this is not TOML", 1),
    (HEAD, "the plan has no rounds", None),
    (HEAD + "colour = 1\n" + LAST, '"colour" is not a key here', 4),
    (HEAD + LAST + "advence = 1\n", 'did you mean "advance"?', 9),
    (HEAD + 'base = "all"\n' + LAST, '"all" is not one of', 4),
    (HEAD + 'anonymity = "secret"\n' + LAST, '"secret" is not one of', 4),
    (HEAD + "min_group = 0\n" + LAST, "whole number from 1", 4),
    (HEAD + "min_group = true\n" + LAST, "whole number from 1", 4),
    ('title = "T"\nprotocols = []\n' + LAST, "must name at least one", 2),
    ('title = "T"\nprotocols = ["a", "a"]\n' + LAST, '"a" is named twice', 2),
    ('title = "T"\nprotocols = ["all"]\n' + LAST, "means something else", 2),
    ('title = "T"\nkinds = ["a"]\nprotocols = ["a"]\n' + LAST, "is a kind too", 3),
    (HEAD + LAST + LAST, 'another round is called "P1"', 10),
    (HEAD + LAST.replace('"P1"', '"P 1"'), "letters, digits", 5),
    (HEAD + LAST.replace('"process"', '"proces"'), '"proces" is no kind, protocol or round', 6),
    (HEAD + LAST.replace('"process"', '"held in P9"'), 'there is no round "P9"', 6),
    (HEAD + LAST.replace('"process"', '"held in P1"'), "does not come before it", 6),
    (HEAD + LAST.replace('"process"', "7"), "must say what is voted on", 6),
    (HEAD + LAST.replace('"yes-no"', '"thumbs"'), "is not a ballot", 7),
    (HEAD + LAST.replace('"yes-no"', '"scale 9-1"'), "must rise", 7),
    (HEAD + LAST.replace('"yes-no"', '"pick 0"'), "from 1 to 1000", 7),
    (HEAD + LAST + 'advance = "top 3"\n', 'the key "to" is missing', 9),
    (HEAD + LAST + 'advance = "top 3"\nto = "inner"\n', '"inner" is not a protocol', 10),
    (HEAD + LAST + 'advance = "top 0"\nto = "core"\n', "at least one place", 9),
    (HEAD + LAST + 'advance = "top"\nto = "core"\n', "whole number", 9),
    (HEAD + LAST + 'advance = "median >= 7"\nto = "core"\n', 'does not give the measure "median"', 9),
    (HEAD + LAST + 'advance = "yas >= 7"\nto = "core"\n', '"yas" stands where a measure should', 9),
    (HEAD + LAST + 'advance = "yes => 7"\nto = "core"\n', "stands where a number should", 9),
    (HEAD + LAST + 'advance = "yes >= x"\nto = "core"\n', "stands where a number should", 9),
    (HEAD + LAST + 'advance = "votes >= 50%"\nto = "core"\n', "is not a share", 9),
    (HEAD + LAST + 'advance = "yes >= 50% twice"\nto = "core"\n', "one word too many", 9),
    (HEAD + LAST + 'advance = "(yes >= 50%"\nto = "core"\n', 'the end" stands where ")"', 9),
    (HEAD + LAST + 'advance = "yes >= 50% in some group"\nto = "core"\n', "every group", 9),
    (HEAD + LAST + 'advance = ""\nto = "core"\n', "the rule is empty", 9),
    (HEAD + LAST + 'advance = { people = "top 3" }\nto = "core"\n', '"people" is not a kind', 9),
    (HEAD + LAST + 'advance = 14\nto = "core"\n', "must be a rule", 9),
    (HEAD + LAST + 'advance = "otherwise"\ncut = "otherwise"\nto = "core"\n', "cannot both", 10),
    (HEAD + ROUND + 'otherwise = "stay"\n', "votes on a protocol alone", 8),
    (HEAD + ROUND, "no later round votes on them", None),
    (HEAD + LAST + 'quorum = "most"\n', "must be such as", 9),
    (HEAD + LAST + 'quorum = "3/2 of present"\n', "more than all", 9),
    (HEAD + LAST + 'quorum = "1/0 of present"\n', "must be such as", 9),
    (HEAD + LAST + 'ties = "coin"\n', '"coin" is not one of', 9),
    (HEAD + LAST + 'pace = "fast"\n', '"fast" is not one of', 9),
    (HEAD + LAST + "title = 7\n", "must be text", 9),
    ("x = " + "[" * 5000 + "]" * 5000, "", None),
    (b'title = "\xff"\n', "not UTF-8", 1),
]


@pytest.mark.parametrize(("text", "problem", "line"), REFUSED, ids=[case[1] or "deep" for case in REFUSED])
def test_a_plan_that_cannot_work_is_refused_at_its_place(text: str | bytes, problem: str, line: int | None) -> None:
    with pytest.raises(PlanError) as refusal:
        read_plan(text, "my.toml")
    message = str(refusal.value)
    assert problem in message
    assert message.startswith("my.toml")
    assert "\n" not in message
    if line is not None:
        assert refusal.value.line == line


def test_scale_shares_must_lie_on_the_scale() -> None:
    text = HEAD + LAST.replace("yes-no", "scale 1-5") + 'advance = "share(4..6) >= 70%"\nto = "core"\n'
    with pytest.raises(PlanError, match=r"share\(4\.\.6\) does not lie"):
        read_plan(text)


def warned(rest: str) -> Plan:
    return read_plan('title = "T"\nkinds = ["a", "b"]\nprotocols = ["x", "y"]\n' + rest)


def test_what_looks_wrong_is_warned_about() -> None:
    plan = warned(
        '[[rounds]]\nid = "R"\nvote_on = "a"\nballot = "yes-no"\nadvance = "yes >= 0.5"\nto = "x"\notherwise = "cut"\n'
    )
    assert 'no round fills the protocol "y"' in plan.warnings
    assert 'no round votes on the kind "b"' in plan.warnings
    assert any('write "50%"' in warning for warning in plan.warnings)


def test_a_top_larger_than_its_pool_is_warned_about_when_the_items_are_known() -> None:
    plan = read_plan((PLANS[0]).read_bytes())
    few = ["process"] * 19 + ["effect"] * 40
    assert (
        any(warning.startswith("round P2: top 17 of a pool of at most") for warning in warnings_for(plan, few)) is False
    )
    fewer = ["process"] * 14 + ["effect"] * 40
    assert "round P1: top 14 of a pool of at most 14 items" in warnings_for(plan, fewer)
    assert warnings_for(plan, ["process"] * 97 + ["effect"] * 40) == ()


def test_rounds_know_what_they_read() -> None:
    plan = read_plan(PLANS[0].read_bytes())
    assert plan.reads(plan.round("P2")) == ("P1",)
    assert plan.reads(plan.round("C")) == ("P1", "P2", "E1", "E2")
    assert plan.reads(plan.round("E1")) == ()


def test_two_protocols_that_feed_each_other_are_read() -> None:
    plan = read_plan(
        HEAD + '[[rounds]]\nid = "A"\nvote_on = "core"\nballot = "yes-no"\nadvance = "top 3"\nto = "extended"\n'
        'otherwise = "stay"\n[[rounds]]\nid = "B"\nvote_on = "extended"\nballot = "yes-no"\nadvance = "top 3"\n'
        'to = "core"\notherwise = "stay"\n'
    )
    assert plan.kinds_voted_on() == {"A": frozenset(), "B": frozenset()}
