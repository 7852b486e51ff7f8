"""The transitions of a conference: everything here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from consensus.errors import Refusal
from consensus.facilitation import ACTIONS
from consensus.models import DecisionRecord, OpenVote, Seat, Verdict
from tests.consensus.room import Room, plan_text, round_keys
from tests.consensus.situations import BODIES, PLAN, REASON, SITUATIONS, all_closed, closed, discussion, review
from tests.consensus.situations import tied as tied_review

LEVELS = ("vote", "paper", "panel")

#: what each action does in each situation; what is not named is refused as `not-now`
DONE = {
    "draft": "lobby",
    "lobby": "start undo finish tables arguments open-evaluation",
    "discussion": "open next undo tables arguments",
    "voting": "close void undo",
    "closed": "next reopen void undo",
    "all closed": "next reopen void seal undo",
    "review": "reopen void seal undo",
    "tied": "reopen void decide undo",
    "sealed": "undo finish tables arguments open-evaluation",
    "finished": "undo publish open-evaluation",
}
HARMLESS = {
    "draft": "undo unpublish",
    "lobby": "lobby unpublish",
    "discussion": "lobby start void unpublish",
    "voting": "lobby start open next reopen unpublish",
    "closed": "lobby start close unpublish",
    "all closed": "lobby start close unpublish",
    "review": "lobby start next unpublish",
    "tied": "lobby start next unpublish",
    "sealed": "lobby seal unpublish",
    "finished": "lobby seal finish unpublish",
}
OFF_BALLOT = {"draft": "reopen void", "lobby": "reopen void"}


def test_every_action_has_a_body_to_try_it_with() -> None:
    assert set(BODIES) == set(ACTIONS)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_each_action_does_in_each_state(room: Room, situation: str) -> None:
    SITUATIONS[situation](room)
    expected = dict.fromkeys(BODIES, "not-now")
    for outcome, table in (("done", DONE), ("harmless", HARMLESS), ("not-on-ballot", OFF_BALLOT)):
        expected |= dict.fromkeys(table.get(situation, "").split(), outcome)
    before = room.dump()
    assert {action: room.tried(action, **body) for action, body in BODIES.items()} == expected
    assert room.dump() == before


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_next_step_can_be_taken_and_every_action_on_offer_too(room: Room, situation: str) -> None:
    SITUATIONS[situation](room)
    steps = room.steps()
    bodies: dict[str, Any] = {**BODIES, **({"start": {"round": "B"}} if situation == "sealed" else {})}
    waiting = [number for number, state in room.pool().items() if state == "waiting"]
    bodies["open"] = {"item": waiting[0] if waiting else 1}
    assert {action: room.tried(action, **bodies[action]) for action in steps.actions} == dict.fromkeys(
        steps.actions, "done"
    )
    if steps.next is not None and steps.next["action"] != "decide":
        step = dict(steps.next)
        assert room.tried(step.pop("action"), **step) == "done"


REFUSED = [
    ("start", {"round": "Z"}, "not-now"),
    ("start", {"round": None}, "not-now"),
    ("start", {"round": ["A"]}, "not-now"),
    ("start", {}, "not-now"),
    ("start", {"round": "B"}, "not-now"),
    ("start", {"round": "A/run-off"}, "not-now"),
    ("open", {"item": 99}, "not-on-ballot"),
    ("open", {"item": "1"}, "not-on-ballot"),
    ("open", {"item": True}, "not-on-ballot"),
    ("open", {"item": None}, "not-on-ballot"),
    ("open", {"item": 2**70}, "not-on-ballot"),
    ("open", {"item": {"number": 1}}, "not-on-ballot"),
    ("open", {"item": 1}, "not-now"),
    ("reopen", {"item": 2}, "not-now"),
    ("void", {"item": 1}, "not-now"),
    ("void", {"item": 1, "reason": "   "}, "not-now"),
    ("void", {"item": 1, "reason": 7}, "not-now"),
    ("decide", {"items": [1], "verdict": "maybe", **REASON}, "bad-choice"),
    ("decide", {"items": [1], "verdict": ["advance"], **REASON}, "bad-choice"),
    ("decide", {"items": [], "verdict": "advance", **REASON}, "not-on-ballot"),
    ("decide", {"items": 1, "verdict": "advance", **REASON}, "not-on-ballot"),
    ("decide", {"items": ["1"], "verdict": "advance", **REASON}, "not-on-ballot"),
    ("decide", {"items": [[]], "verdict": "advance", **REASON}, "not-on-ballot"),
    ("decide", {"items": [1], "verdict": "advance", **REASON}, "not-now"),
    ("undo", {}, "not-now"),
    ("close", {"revision": "4"}, "harmless"),
    ("next", {"revision": "4"}, "stale"),
    ("next", {"revision": True}, "stale"),
    ("next", {"revision": -1}, "stale"),
    ("next", {"revision": 10**9}, "stale"),
    ("next", {"revision": 1.5}, "stale"),
]


def test_refuses_what_makes_no_sense_with_one_item_closed(room: Room) -> None:
    closed(room)
    answers = [(action, body, room.tried(action, **body)) for action, body, _ in REFUSED]
    assert answers == REFUSED


def test_decides_only_what_is_tied_and_never_lets_stay_what_is_in_no_protocol(room: Room) -> None:
    room.begin(PLAN, items=3).hold("A", {1: 2, 2: 2, 3: 0})
    assert room.tried("decide", items=[3], verdict="advance", **REASON) == "not-now"
    assert room.tried("decide", items=[1, 3], verdict="advance", **REASON) == "not-now"
    assert room.tried("decide", items=[1], verdict="stay", **REASON) == "bad-choice"
    assert room.tried("decide", items=[1], verdict="cut", **REASON) == "done"


def test_an_unknown_conference_is_not_led(room: Room) -> None:
    room.begin(PLAN)
    room.id = "nowhere"
    assert room.tried("lobby") == "not-allowed"


# Twice

SCRIPT: list[tuple[str, dict[str, Any]]] = [
    ("lobby", {}),
    ("start", {"round": "A"}),
    ("open", {"item": 1}),
    ("close", {}),
    ("next", {}),
    ("void", {"item": 2, **REASON}),
    ("next", {}),
    ("close", {}),
    ("reopen", {"item": 1}),
    ("close", {}),
    ("next", {}),
    ("decide", {"items": [1], "verdict": "advance", **REASON}),
    ("seal", {}),
    ("undo", REASON),
    ("seal", {}),
    ("finish", {}),
    ("undo", REASON),
]


@pytest.mark.parametrize("told", [False, True], ids=["without a revision", "with the revision it was decided on"])
def test_each_action_sent_twice_is_harmless(room: Room, told: bool) -> None:
    room.begin(PLAN, state="draft")
    for action, details in SCRIPT:
        body = {**details, **({"revision": room.revision} if told else {})}
        assert room.act(action, **body), f"{action} changed nothing"
        once, revision, log = room.dump(), room.revision, room.log()
        assert not room.act(action, **body)
        assert (room.dump(), room.revision, room.log()) == (once, revision, log)
        if room.state == "voting":
            room.vote_all({number: 2 for number, state in room.pool().items() if state == "open"})


def test_what_was_decided_on_an_older_state_is_stale_and_changes_nothing(room: Room) -> None:
    closed(room)
    seen = room.revision
    room.act("next")
    answers = {action: room.tried(action, **body, revision=seen) for action, body in BODIES.items()}
    harmless = {action for action, answer in answers.items() if answer == "harmless"}
    assert harmless == {"lobby", "start", "next", "unpublish"}
    assert {action for action, answer in answers.items() if answer != "harmless"} == {
        action for action, answer in answers.items() if answer == "stale"
    }


def test_a_close_that_was_meant_for_the_item_before_does_not_close_this_one(room: Room) -> None:
    discussion(room)
    room.lead(("open", {"item": 1}))
    seen = room.revision
    room.lead("close", "next")
    with pytest.raises(Refusal) as caught:
        room.act("close", revision=seen)
    assert caught.value.code == "stale"
    assert room.pool() == {1: "closed", 2: "open"}


def test_the_revision_grows_by_one_with_every_change_and_only_then(room: Room) -> None:
    room.begin(PLAN, state="draft")
    for action, details in SCRIPT:
        before = room.revision
        room.act(action, **details)
        assert room.revision == before + 1
        if room.state == "voting":
            room.vote_all({number: 2 for number, state in room.pool().items() if state == "open"})
            assert room.revision == before + 1


# Undo


@pytest.mark.parametrize("level", LEVELS)
def test_undo_gives_back_the_state_before_each_step(room: Room, level: str) -> None:
    room.begin(plan_text(round_keys(), head=f'anonymity = "{level}"'), state="draft")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("lobby", {}),
        ("start", {"round": "A"}),
        ("open", {"item": 2}),
        ("close", {}),
        ("next", {}),
        ("close", {}),
        ("next", {}),
        ("reopen", {"item": 2}),
        ("close", {}),
        ("decide", {"items": [1], "verdict": "advance", "reason": "first"}),
        ("decide", {"items": [1], "verdict": "cut", "reason": "second"}),
        ("decide", {"items": [2], "verdict": "advance", "reason": "third"}),
        ("seal", {}),
        ("finish", {}),
    ]
    for action, details in steps:
        before, state = room.dump(), room.state
        room.lead((action, details), ("undo", REASON))
        assert room.state == state
        # At level `vote` a closed item has no links: reopened, it is voted on anew.
        if not _loses(action, level):
            assert room.dump() == before, f"undo of {action}"
        elif action == "close":
            room.vote_all({number: 2 for number, found in room.pool().items() if found == "open"})
        room.lead((action, details))
        if room.state == "voting":
            room.vote_all({number: 2 for number, found in room.pool().items() if found == "open"})


def _loses(action: str, level: str) -> bool:
    """Whether taking a step back cannot give back everything: votes and links that are gone stay gone."""
    return (
        (level == "vote" and action in ("close", "reopen"))
        or action == "seal"
        or (action, level) == ("finish", "panel")
    )


def test_undo_of_a_seal_gives_back_everything_but_the_links(room: Room) -> None:
    tied_review(room)
    room.lead(("decide", {"items": [1], "verdict": "advance", **REASON}))
    before, snapshot = room.dump(), room.snapshot("screen")
    room.lead("seal", ("undo", REASON))
    after = room.dump()
    votes = {"open_paper", "open_vote", "sealed_paper", "sealed_vote", "participation"}
    assert {name: rows for name, rows in after.items() if name not in votes} == {
        name: rows for name, rows in before.items() if name not in votes
    }
    assert len(after["sealed_vote"]) == len(before["open_vote"]) == 6
    assert {**room.snapshot("screen"), "revision": 0} == {**snapshot, "revision": 0}
    assert room.count(Verdict) == 0


def test_undo_takes_back_one_step_and_not_the_one_before(room: Room) -> None:
    closed(room)
    room.lead("next", ("undo", REASON))
    assert room.state == "closed"
    assert not room.act("undo", **REASON)
    assert room.pool() == {1: "closed", 2: "waiting"}


def test_a_void_cannot_be_taken_back(room: Room) -> None:
    closed(room)
    room.lead(("void", {"item": 1, **REASON}))
    assert room.tried("undo", **REASON) == "not-now"
    assert room.steps().undo is None


def test_undo_is_a_logged_step_with_its_reason(room: Room) -> None:
    closed(room)
    room.act("undo", reason="too  early\n")
    assert room.log()[-1] == ("undo", {"step": "close", "item": 1, "reason": "too early"})


def test_votes_stand_again_after_a_close_is_taken_back(room: Room) -> None:
    closed(room)
    room.act("undo", **REASON)
    assert room.vote(0, (1, "no")) is None
    room.act("close")
    assert room.snapshot()["result"]["counts"] == {"yes": 2, "no": 1}


# Void, reopen


def test_a_voided_item_waits_and_is_voted_on_anew(room: Room) -> None:
    all_closed(room)
    room.lead(("void", {"item": 1, **REASON}))
    assert (room.state, room.pool()) == ("closed", {1: "waiting", 2: "closed"})
    assert room.next_step() == {"action": "next", "item": 1}
    room.lead("next")
    room.vote_all({1: 1})
    room.lead("close")
    assert room.snapshot()["result"]["counts"] == {"yes": 1, "no": 2}


def test_voiding_the_item_that_is_open_closes_the_vote(room: Room) -> None:
    discussion(room)
    room.lead("next")
    room.vote_all({1: 2})
    room.lead(("void", {"item": 1, **REASON}))
    assert (room.state, room.vote(0, (1, "yes"))) == ("closed", "closed")
    assert room.count(OpenVote) == 0
    assert {room.snapshot(audience)["voided"] for audience in ("phone", "screen", "facilitator")} == {1}
    assert room.steps().undo is None
    room.lead("next")
    assert room.snapshot("phone")["voided"] is None


def test_voiding_another_item_leaves_the_open_one_open(room: Room) -> None:
    closed(room)
    room.lead("next", ("void", {"item": 1, **REASON}))
    assert (room.state, room.pool()) == ("voting", {1: "waiting", 2: "open"})
    assert room.vote(0, (2, "yes")) is None


@pytest.mark.parametrize(("level", "counts"), [("vote", {"yes": 0, "no": 1}), ("paper", {"yes": 2, "no": 1})])
@pytest.mark.parametrize("situation", ["closed", "review"])
def test_a_reopened_item_keeps_votes_whose_links_exist(room: Room, level: str, counts: Any, situation: str) -> None:
    room.begin(plan_text(round_keys(), head=f'anonymity = "{level}"')).hold("A", {1: 3, 2: 1})
    if situation == "review":
        room.act("next")
    room.lead(("reopen", {"item": 1}))
    assert room.log()[-1] == ("reopen", {"item": 1, "kept": level == "paper"})
    assert room.vote(0, (1, "no")) is None
    room.lead("close")
    assert room.snapshot()["result"]["counts"] == counts


@pytest.mark.parametrize("way_back", ["reopen", "undo"])
@pytest.mark.parametrize(
    ("of_round", "seen"),
    [({}, True), ({"feedback": "outcome"}, True), ({"feedback": "none"}, False), ({"pace": "paper"}, False)],
    ids=["figures shown", "outcome shown", "nothing shown", "nothing shown before the review"],
)
def test_a_vote_that_comes_late_is_not_told_by_the_difference(
    room: Room, way_back: str, of_round: dict[str, str], seen: bool
) -> None:
    """Two of three have voted, and somebody may know how: opened again, the item is voted on anew."""
    room.begin(plan_text(round_keys(**of_round)), items=1).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 1}, seats=[0, 1])
    room.lead("close", ("reopen", {"item": 1}) if way_back == "reopen" else ("undo", REASON))
    assert room.vote(2, (1, "no")) is None
    room.lead("close", "next")
    (item,) = room.snapshot()["review"]["groups"][0]["items"]
    assert item["counts"] == ({"yes": 0, "no": 1} if seen else {"yes": 1, "no": 2})


def test_what_the_facilitator_saw_in_a_review_counts_as_seen_after_an_undo(room: Room) -> None:
    room.begin(plan_text(round_keys(feedback="none")), items=1).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 1}, seats=[0, 1])
    room.lead("close", "next", ("undo", REASON), ("reopen", {"item": 1}))
    assert room.log()[-1] == ("reopen", {"item": 1, "kept": False})


@pytest.mark.parametrize("level", LEVELS)
def test_an_item_of_an_unsealed_round_can_be_opened_again(room: Room, level: str) -> None:
    room.begin(plan_text(round_keys(), head=f'anonymity = "{level}"')).hold("A", {1: 3, 2: 1})
    room.lead("seal", ("undo", REASON), ("reopen", {"item": 2}))
    room.vote_all({2: 0})
    room.lead("close", "seal")
    assert room.verdicts() == {1: "advance", 2: "cut"}
    (held,) = room.record().replayed.rounds
    assert {item.number: dict(item.votes) for item in held.items} == {1: {"yes": 3}, 2: {"no": 3}}


def test_reopening_takes_back_what_was_decided_on_the_old_votes(room: Room) -> None:
    tied_review(room)
    room.lead(("decide", {"items": [1], "verdict": "advance", **REASON}), ("reopen", {"item": 1}))
    assert room.count(DecisionRecord) == 0
    room.vote_all({1: 3})
    room.lead("close", "next")
    assert room.verdicts() == {1: "advance", 2: "cut"}


def test_a_decision_comes_back_with_the_tie_it_was_made_on(room: Room) -> None:
    tied_review(room)
    room.lead(("decide", {"items": [1], "verdict": "advance", **REASON}), ("reopen", {"item": 1}))
    room.lead(("undo", REASON))
    assert room.decisions() == {1: ("advance", REASON["reason"])}
    room.lead("seal")
    assert room.record().replayed.protocols["wide"] == (1,)


def test_a_decision_does_not_come_back_when_the_votes_have_changed(room: Room) -> None:
    tied_review(room)
    room.lead(("decide", {"items": [1], "verdict": "advance", **REASON}), ("reopen", {"item": 1}))
    room.vote_all({1: 0})
    room.lead(("undo", REASON))
    assert room.decisions() == {}
    room.lead("seal")
    assert room.record().replayed.protocols["wide"] == (2,)


# Ties


@pytest.mark.parametrize(
    ("policy", "advance"), [("advance all", (1, 2)), ("hold all", ())], ids=["advance all", "hold all"]
)
def test_a_policy_without_a_choice_settles_a_tie_at_once(room: Room, policy: str, advance: tuple[int, ...]) -> None:
    room.begin(plan_text(round_keys(ties=policy))).hold("A", {1: 2, 2: 2})
    room.lead("next")
    assert room.next_step() == {"action": "seal"}
    room.lead("seal")
    assert room.protocols()["wide"] == advance


def test_ask_stops_for_a_decision(room: Room) -> None:
    tied_review(room)
    assert room.verdicts() == {1: None, 2: None}
    assert room.tried("seal") == "not-now"
    room.lead(("decide", {"items": [2], "verdict": "advance", "reason": "wanted by all"}))
    assert room.verdicts() == {1: "cut", 2: "advance"}
    room.lead("seal")
    assert [row[1:4] for row in map(_fields, room.record().decisions)] == [(2, "advance", "wanted by all")]


def test_a_decision_can_be_changed_until_the_seal(room: Room) -> None:
    tied_review(room)
    room.lead(("decide", {"items": [2], "verdict": "advance", **REASON}))
    room.lead(
        ("decide", {"items": [2], "verdict": "cut", **REASON}),
        ("decide", {"items": [1], "verdict": "advance", **REASON}),
    )
    room.lead("seal")
    assert room.protocols()["wide"] == (1,)


def test_a_lot_shows_its_seed_before_it_is_drawn(room: Room) -> None:
    room.begin(plan_text(round_keys(ties="lot"))).hold("A", {1: 2, 2: 2})
    seed = room.run("A").seed
    assert seed is not None
    for audience in ("phone", "screen", "facilitator"):
        assert room.snapshot(audience)["review"] is None  # not before the review
    room.lead("next")
    assert room.snapshot("screen")["review"]["lot"] == {"seed": seed, "drawn": False}
    assert room.next_step() == {"action": "draw"}
    room.lead("draw")
    assert room.snapshot("screen")["review"]["lot"] == {"seed": seed, "drawn": True}
    assert sorted(room.verdicts().values(), key=str) == ["advance", "cut"]
    room.lead("seal")
    assert room.record().lots == {"A": seed}
    assert room.record().replayed.protocols == room.protocols()


def test_a_seal_draws_the_lot_that_was_shown(room: Room) -> None:
    room.begin(plan_text(round_keys(ties="lot"))).hold("A", {1: 2, 2: 2})
    seed = room.run("A").seed
    room.lead("seal")
    assert room.record().lots == {"A": seed}
    assert ("draw", {"round": "A", "seed": seed}) in room.log()


def test_after_a_lot_is_drawn_no_vote_can_be_changed(room: Room) -> None:
    room.begin(plan_text(round_keys(ties="lot"))).hold("A", {1: 2, 2: 2}).lead("next", "draw")
    for action in ("reopen", "void"):
        assert room.tried(action, **BODIES[action]) == "not-now"
    assert room.tried("undo", **REASON) == "not-now"
    assert not set(room.steps().actions) & {"reopen", "void"}


def test_a_lot_gets_the_same_seed_again_when_a_reopening_is_taken_back(room: Room) -> None:
    """Or whoever leads could open and undo until the seed pleases."""
    room.begin(plan_text(round_keys(ties="lot"))).hold("A", {1: 2, 2: 2}).lead("next")
    seed = room.run("A").seed
    room.lead(("reopen", {"item": 1}))
    assert room.run("A").seed is None
    room.lead(("undo", REASON))
    assert room.run("A").seed == seed


def test_no_seed_is_left_where_the_tie_is_gone(room: Room) -> None:
    room.begin(plan_text(round_keys(ties="lot"))).hold("A", {1: 2, 2: 2}).lead(("reopen", {"item": 1}))
    room.vote_all({1: 3})
    room.lead(("undo", REASON))
    assert room.run("A").seed is None
    room.lead("seal")
    assert room.record().lots == {}


RUN_OFF = plan_text(round_keys(ties="run-off"))


def test_a_run_off_votes_between_the_tied_and_its_seal_seals_the_round(room: Room) -> None:
    room.begin(RUN_OFF, items=3).hold("A", {1: 2, 2: 2, 3: 0}).lead("next")
    assert room.next_step() == {"action": "start", "round": "A/run-off"}
    assert room.tried("seal") == "not-now"
    room.lead(("start", {"round": "A/run-off"}))
    assert room.pool() == {1: "waiting", 2: "waiting"}
    assert not room.act("start", round="A/run-off")
    for yes in (1, 3):
        room.lead("next")
        number = room.conference.open_item
        room.vote_all({number: yes})
        room.lead("close")
    room.lead("next", "seal")
    assert {room.run(id).state for id in ("A", "A/run-off")} == {"sealed"}
    assert room.protocols()["wide"] == (2,)
    held = room.record().replayed
    assert [result.round.id for result in held.rounds] == ["A", "A/run-off"]
    assert held.protocols == room.protocols()
    assert room.next_step() == {"action": "finish"}


def test_a_run_off_that_was_sealed_too_early_is_taken_back_with_its_round(room: Room) -> None:
    room.begin(RUN_OFF).hold("A", {1: 2, 2: 2}).lead("next", ("start", {"round": "A/run-off"}))
    for yes in (1, 3):
        room.lead("next")
        room.vote_all({room.conference.open_item: yes})
        room.lead("close")
    room.lead("seal", ("undo", REASON))
    assert (room.state, room.run("A").state, room.run("A/run-off").state) == ("review", "review", "review")
    assert room.count(Verdict) == 0
    room.lead("seal")
    assert room.protocols()["wide"] == (2,)


def test_the_start_of_a_run_off_can_be_taken_back(room: Room) -> None:
    room.begin(RUN_OFF).hold("A", {1: 2, 2: 2}).lead("next")
    before = room.dump()
    room.lead(("start", {"round": "A/run-off"}), ("undo", REASON))
    assert (room.state, room.dump()) == ("review", before)


def test_a_second_tie_falls_to_a_lot(room: Room) -> None:
    room.begin(RUN_OFF).hold("A", {1: 2, 2: 2}).lead("next", ("start", {"round": "A/run-off"}))
    for _ in range(2):
        room.lead("next")
        room.vote_all({room.conference.open_item: 3})
        room.lead("close")
    room.lead("next")
    seed = room.run("A/run-off").seed
    assert room.snapshot("screen")["review"]["lot"] == {"seed": seed, "drawn": False}
    assert room.snapshot("screen")["review"]["ties"][0]["policy"] == "lot"
    assert room.next_step() == {"action": "draw"}
    room.lead("draw", "seal")
    assert len(room.protocols()["wide"]) == 1
    assert room.record().lots == {"A/run-off": seed}
    assert room.record().replayed.protocols == room.protocols()


def test_a_second_run_off_is_never_held(room: Room) -> None:
    room.begin(RUN_OFF).hold("A", {1: 2, 2: 2}).lead("next", ("start", {"round": "A/run-off"}))
    assert room.tried("start", round="A/run-off/run-off") == "not-now"


def test_a_whole_paper_run_off_gives_as_many_places_as_are_left(room: Room) -> None:
    room.begin(plan_text(round_keys(ballot="pick 3", advance="top 2", ties="run-off")), items=4)
    room.lead(("start", {"round": "A"}), "next")
    room.papers([(1, "1"), (2, "1")], [(1, "1"), (3, "1")], [(1, "1"), (2, "1"), (3, "1")])
    room.lead("close", "next", ("start", {"round": "A/run-off"}), "open")
    assert room.snapshot("phone")["round"]["ballot"]["limit"] == 1
    assert room.vote(0, (2, "1"), (3, "1")) == "too-many"
    room.papers([(2, "1")], [(3, "1")], [(3, "1")])
    room.lead("close", "seal")
    assert room.protocols()["wide"] == (1, 3)
    assert room.record().replayed.protocols == room.protocols()


KINDS = 'kinds = ["a", "b"]'
PER_KIND = round_keys(advance="", ties="ask") + '\nadvance = { a = "top 1", b = "top 1" }'


def test_ties_of_each_kind_are_decided_apart(room: Room) -> None:
    room.begin(plan_text(PER_KIND, head=KINDS), items={1: "a", 2: "a", 3: "b", 4: "b"})
    room.hold("A", {1: 2, 2: 2, 3: 1, 4: 1}).lead("next")
    assert [(tie["kind"], tie["items"]) for tie in room.snapshot()["review"]["ties"]] == [("a", [1, 2]), ("b", [3, 4])]
    room.lead(("decide", {"items": [1], "verdict": "advance", **REASON}))
    assert room.next_step() == {"action": "decide"}
    room.lead(("decide", {"items": [4], "verdict": "advance", **REASON}), "seal")
    assert room.protocols()["wide"] == (1, 4)


def test_ties_of_each_kind_run_off_together(room: Room) -> None:
    keys = PER_KIND.replace('"ask"', '"run-off"')
    room.begin(plan_text(keys, head=KINDS), items={1: "a", 2: "a", 3: "b", 4: "b"})
    room.hold("A", {1: 2, 2: 2, 3: 1, 4: 1}).lead("next", ("start", {"round": "A/run-off"}))
    for yes in (1, 0, 2, 3):
        room.lead("next")
        room.vote_all({room.conference.open_item: yes})
        room.lead("close")
    room.lead("seal")
    assert room.protocols()["wide"] == (1, 4)
    assert room.record().replayed.protocols == room.protocols()


# Quorum, empty pools, rounds nobody votes in


def test_an_item_below_the_quorum_is_held_and_flagged(room: Room) -> None:
    later = round_keys("B", vote_on="held in A")
    room.begin(plan_text(round_keys(quorum="2/3 of entitled", otherwise="hold"), later))
    room.lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 1}, seats=[0])
    room.lead("close", "next")
    room.vote_all({2: 2}, seats=[0, 1])
    room.lead("close", "next")
    items = {item["number"]: item for item in room.snapshot()["review"]["groups"][0]["items"]}
    assert {n: (item["verdict"], item["inquorate"]) for n, item in items.items()} == {
        1: ("hold", True),
        2: ("advance", False),
    }


def test_a_round_nobody_votes_in_holds_everything(room: Room) -> None:
    room.begin(plan_text(round_keys(otherwise="hold"), round_keys("B", vote_on="held in A")))
    room.lead(("start", {"round": "A"}), "next", "close", "next", "close", "next", "seal")
    assert room.verdicts() == {1: "hold", 2: "hold"}
    held = room.record().replayed
    assert [(result.round.id, result.papers) for result in held.rounds] == [("A", 0)]


def test_a_round_with_an_empty_pool_goes_straight_to_its_review(room: Room) -> None:
    room.begin(plan_text(round_keys(advance="yes >= 1", otherwise="hold"), round_keys("B", vote_on="held in A")))
    room.hold("A", {1: 3, 2: 3}).lead("seal", ("start", {"round": "B"}))
    assert room.tried("open", item=1) == "not-on-ballot"
    assert room.next_step() == {"action": "next"}
    room.lead("next", "seal", "finish")
    assert room.record().replayed.protocols["wide"] == (1, 2)


def test_a_round_with_an_empty_pool_can_be_left_out(room: Room) -> None:
    room.begin(plan_text(round_keys(advance="yes >= 1", otherwise="hold"), round_keys("B", vote_on="held in A")))
    room.hold("A", {1: 3, 2: 3}).lead("seal", "finish")
    assert room.record().replayed.protocols == room.protocols()


def test_rounds_may_be_held_in_another_order_than_the_plans(room: Room) -> None:
    """What counts is the plan's order: B reads `wide` as it is before C, whichever is held first."""
    plan = plan_text(
        round_keys("A", vote_on="a", advance="yes >= 50%"),
        round_keys("B", vote_on="wide", advance="", to="", cut="yes < 50%", otherwise="stay"),
        round_keys("C", vote_on="b", advance="yes >= 50%"),
        head=KINDS,
    )
    room.begin(plan, items={1: "a", 2: "a", 3: "b"})
    room.hold("A", {1: 3, 2: 3}).lead("seal").hold("C", {3: 3}).lead("seal", ("start", {"round": "B"}))
    assert list(room.pool()) == [1, 2]
    for yes in (3, 0):
        room.lead("next")
        room.vote_all({room.conference.open_item: yes})
        room.lead("close")
    room.lead("next", "seal", "finish")
    assert room.protocols()["wide"] == (1, 3)
    assert room.record().replayed.protocols == room.protocols()


# Pace paper and whole papers


@pytest.mark.parametrize("action", ["open", "next"])
def test_at_pace_paper_all_items_are_open_at_once(room: Room, action: str) -> None:
    room.begin(plan_text(round_keys(pace="paper")), items=3).lead(("start", {"round": "A"}), action)
    assert room.conference.open_item is None
    assert set(room.pool().values()) == {"open"}
    assert [item["number"] for item in room.snapshot("phone")["paper"]] == [1, 2, 3]
    room.vote_all({1: 3, 2: 2, 3: 1})
    room.lead("close", "next", "seal")
    assert room.protocols()["wide"] == (1,)


def test_at_pace_paper_one_item_can_be_voided_and_opened_again(room: Room) -> None:
    room.begin(plan_text(round_keys(pace="paper")), items=3).lead(("start", {"round": "A"}), "open")
    room.vote_all({1: 3, 2: 2, 3: 1})
    room.lead(("void", {"item": 1, **REASON}))
    assert (room.state, room.pool()) == ("voting", {1: "waiting", 2: "open", 3: "open"})
    room.lead("close", "open")
    assert room.pool() == {1: "open", 2: "closed", 3: "closed"}
    room.vote_all({1: 0})
    room.lead("close", ("reopen", {"item": 3}))
    assert [item["number"] for item in room.snapshot("phone")["paper"]] == [3]
    room.lead("close", "seal")
    assert room.protocols()["wide"] == (2,)


WHOLE = {
    "pick 2": [[(1, "1"), (2, "1")], [(1, "1")], []],
    "points 10": [[(1, "6"), (2, "4")], [(1, "10")], [(3, "1")]],
    "rank 2": [[(1, "1"), (2, "2")], [(1, "1")], [(2, "2")]],
}


@pytest.mark.parametrize("ballot", WHOLE)
@pytest.mark.parametrize("level", ["paper", "panel"])
def test_whole_papers_are_played_to_the_end(room: Room, ballot: str, level: str) -> None:
    head = f'anonymity = "{level}"'
    room.begin(plan_text(round_keys(ballot=ballot), head=head), items=3).lead(("start", {"round": "A"}), "open")
    before = room.dump()
    room.papers(*WHOLE[ballot])
    open_ = room.dump()
    room.lead("close", ("undo", REASON))
    assert room.dump() == open_
    room.lead("close", ("void", {"item": 2, **REASON}), "open")  # all of them: a paper is one thing
    assert room.dump() == before
    room.papers(*WHOLE[ballot])
    room.lead("close", "next", "seal", "finish")
    assert room.protocols()["wide"] == (1,)
    (held,) = room.record().replayed.rounds
    assert (held.papers, held.item(1).verdict) == (3, "advance")


# The conference's ends


def test_a_draft_without_items_does_not_open_its_doors(room: Room) -> None:
    room.begin(PLAN, items={}, state="draft")
    assert room.tried("lobby") == "not-now"
    assert room.next_step() == {"action": ""}


def test_a_conference_that_is_over_is_over(room: Room) -> None:
    review(room)
    room.lead("seal", "finish")
    assert room.keys.scopes() == [] or all(".r" not in scope for scope in room.keys.scopes())
    assert room.vote(0, (1, "yes")) == "closed"
    assert room.snapshot("phone")["protocols"] == room.snapshot("screen")["protocols"]


def test_who_leaves_before_an_item_closes_is_not_counted_as_present(room: Room) -> None:
    room.begin(plan_text(round_keys(), head='base = "present"')).lead(("start", {"round": "A"}), "next")
    room.vote_all({1: 2})
    room.lead("close")
    with room.sessions.begin() as session:
        session.get_one(Seat, room.seats[2]).present = False
    room.lead("next")
    room.vote_all({2: 2}, seats=[0, 1])
    room.lead("close", "next")
    items = room.snapshot()["review"]["groups"][0]["items"]
    assert {item["number"]: item["measures"]["yes"] for item in items} == {1: "2/3", 2: "2/2"}
    room.lead("seal")
    replayed = {item.number: str(item.measures["yes"]) for item in room.record().replayed.rounds[0].items}
    assert replayed == {1: "2/3", 2: "2/2"}


def _fields(row: Any) -> tuple[Any, ...]:
    return row.round, row.number, row.verdict, row.reason


@pytest.mark.parametrize("spoilt", ["\0", "\ud800", "\u202e"])
def test_no_letter_that_a_database_refuses_keeps_a_step_from_being_taken(room: Room, spoilt: str) -> None:
    room.begin(plan_text(round_keys("A"), head=""), items=2, seats=4).hold("A", {1: 3, 2: 2})
    assert room.act("undo", reason=f"Closed{spoilt} too early")
    assert room.log()[-1][1]["reason"] == "Closed too early"
    assert room.act("close")
    with pytest.raises(Refusal, match="Give a reason"):
        room.act("undo", reason=spoilt)
