"""Seats on paper, late arrivals, leavers and lost cards, on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from consensus import ballot_box, facilitation, paper_seats
from consensus import seats as panel
from consensus.ballot_box import Submission
from consensus.errors import Refusal
from consensus.facilitation import SEATING
from consensus.facilitation.actions import Outcome
from consensus.models import Conference, Participation, SealedPaper, SealedVote, Seat
from consensus.protocol import export
from consensus.protocol.verify import verify
from tests.consensus.room import Room, plan_text, round_keys

LEVELS = ("vote", "paper", "panel")


def begun(room: Room, *, level: str = "paper", seats: int = 3, **keys: str) -> Room:
    """A conference in which every seat but one is taken."""
    keys = {"advance": "yes > 50%"} | keys if "ballot" not in keys else keys
    room.begin(plan_text(round_keys(**keys), head=f'anonymity = "{level}"'), seats=seats)
    room.act("admit")
    return room


def ask(room: Room, action: str, connected: Collection[str] | None = None, **details: Any) -> Outcome:
    """Do something about a seat and keep all that came of it."""
    with room.sessions.begin() as session:
        return facilitation.act(session, room.keys, room.id, action, details, connected=connected)


def type_in(room: Room, number: int, *votes: tuple[int, str]) -> str | None:
    """What the facilitator reads on a paper goes into the ballot box; the code of the refusal."""
    with room.readers() as session:
        seat = paper_seats.find(session, room.id, number)
        round_id = "A"
    (answer,) = room.box.record([Submission(room.id, seat.id, seat.generation, round_id, votes)])
    return None if answer is None else answer.code


def attendance(room: Room) -> tuple[int, int]:
    with room.readers() as session:
        return panel.attendance(session, room.id)


def refused(room: Room, action: str, **details: Any) -> str:
    with pytest.raises(Refusal) as caught:
        ask(room, action, **details)
    return caught.value.code


def seat_ids(room: Room) -> set[str]:
    with room.readers() as session:
        return set(session.scalars(select(Seat.id).where(Seat.conference_id == room.id)))


# Votes on paper


@pytest.mark.parametrize("level", LEVELS)
def test_a_vote_on_paper_is_counted_with_the_others(room: Room, level: str) -> None:
    begun(room, level=level).lead("on-paper", ("start", {"round": "A"}), ("open", {"item": 1}))
    assert attendance(room) == (4, 4)
    room.vote_all({1: 2})
    assert type_in(room, 1, (1, "yes")) is None
    room.act("close")
    assert room.snapshot()["result"]["counts"] == {"yes": 3, "no": 1}


def test_typing_in_again_replaces_the_vote(room: Room) -> None:
    begun(room).lead("on-paper", ("start", {"round": "A"}), ("open", {"item": 1}))
    for choice in ("yes", "yes", "no"):
        assert type_in(room, 1, (1, choice)) is None
    assert room.snapshot()["seating"]["on_paper"] == [{"paper": 1, "present": True, "voted": [1], "table": None}]
    room.act("close")
    assert room.snapshot()["result"]["counts"] == {"yes": 0, "no": 1}
    assert type_in(room, 1, (1, "yes")) == "closed"


def test_a_whole_paper_is_typed_in_at_once(room: Room) -> None:
    begun(room, ballot="pick 1", pace="paper").lead("on-paper", ("start", {"round": "A"}), "open")
    assert type_in(room, 1, (1, "1"), (2, "1")) == "too-many"
    assert type_in(room, 1, (2, "1")) is None
    assert room.snapshot()["seating"]["on_paper"][0]["voted"] == [1, 2]


def test_seats_on_paper_are_numbered_and_need_a_free_seat(room: Room) -> None:
    begun(room).act("admit")
    for number in (1, 2):
        ask(room, "on-paper")
        assert [seat["paper"] for seat in room.snapshot()["seating"]["on_paper"]] == list(range(1, number + 1))
    assert refused(room, "on-paper") == "not-now"


def test_the_card_of_a_seat_on_paper_leads_to_another_free_seat(room: Room) -> None:
    begun(room).act("admit")
    ask(room, "on-paper")
    with room.sessions.begin() as session:
        cards = panel.cards(session, session.get_one(Conference, room.id), room.keys)
        free = [card.secret for card in cards if card.secret not in room.secrets]
        seat = panel.join(session, free[0])
        assert seat.paper is None
        with pytest.raises(Refusal):
            panel.join(session, free[1])  # both free seats are taken: the one on paper is nobody else's


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_sealed_carries_no_mark(room: Room, level: str) -> None:
    """The same conference with the vote from a phone and on paper ends in the same ballots."""
    begun(room, level=level).lead("on-paper", ("start", {"round": "A"}))
    for number in (1, 2):
        room.act("next")
        room.vote_all({number: 2})
        type_in(room, 1, (number, "yes"))
        room.act("close")
    room.lead("next", "seal")
    with room.readers() as session:
        columns = {column.name for table in (SealedPaper, SealedVote) for column in table.__table__.columns}
        papers = session.scalars(select(SealedPaper.paper)).all()
        ids = set(session.scalars(select(Seat.id)))
    assert columns == {"run_id", "paper", "group", "number", "choice"}
    assert not ids & set(papers)
    assert room.count(Participation) == 4


def test_how_many_voted_on_paper_is_told_of_a_round_and_never_of_an_item(room: Room) -> None:
    begun(room).lead("on-paper", ("start", {"round": "A"}))
    for number in (1, 2):
        room.act("next")
        room.vote_all({number: 3 - number})
        if number == 1:
            type_in(room, 1, (1, "no"))
        room.act("close")
    room.lead("next", "seal")
    record = room.record()
    assert record.attendance["A"].typed == 1
    assert ("seal", 1) in [(action, details.get("typed")) for action, details in room.log()]
    assert [details for action, details in room.log() if "voted" in details or "choice" in details] == []
    with zipfile.ZipFile(io.BytesIO(export(record, ".zip"))) as packed:
        assert packed.read("attendance.csv").decode().splitlines()[:2] == [
            "round,number,entitled,present,typed",
            "A,,4,4,1",
        ]
        assert "paper" not in packed.read("items.csv").decode()


def test_an_archive_with_votes_on_paper_is_recounted(room: Room, tmp_path: Path) -> None:
    begun(room).lead("on-paper", ("start", {"round": "A"}))
    for number in (1, 2):
        room.act("next")
        room.vote_all({number: number})
        type_in(room, 1, (number, "no"))
        room.act("close")
    room.lead("next", "seal", "finish")
    archive = tmp_path / "archive.zip"
    archive.write_bytes(export(room.record(), ".zip"))
    assert verify(archive) == []


def test_only_the_facilitator_sees_who_votes_on_paper(room: Room) -> None:
    begun(room).lead("on-paper", ("start", {"round": "A"}), ("open", {"item": 1}))
    before = {audience: json.dumps(room.snapshot(audience)) for audience in ("phone", "screen")}  # type: ignore[arg-type]
    type_in(room, 1, (1, "yes"))
    assert {a: json.dumps(room.snapshot(a)) for a in before} == before  # type: ignore[arg-type]
    assert "seating" not in room.snapshot("phone")
    assert "seating" not in room.snapshot("screen")


@pytest.mark.parametrize("level", LEVELS)
def test_a_seat_is_taken_back_from_paper_only_before_it_has_voted(room: Room, level: str) -> None:
    begun(room, level=level)
    ask(room, "on-paper")
    ask(room, "off-paper", paper=1)
    assert attendance(room) == (4, 3)
    assert room.snapshot()["seating"]["unused"] == 1
    room.lead("on-paper", ("start", {"round": "A"}), ("open", {"item": 1}))
    type_in(room, 1, (1, "yes"))
    assert refused(room, "off-paper", paper=1) == "not-now"
    room.act("close")
    assert refused(room, "off-paper", paper=1) == "not-now"


def test_whoever_gets_a_phone_takes_the_seat_along_with_its_votes(room: Room) -> None:
    begun(room).lead("on-paper", ("start", {"round": "A"}), ("open", {"item": 1}))
    type_in(room, 1, (1, "yes"))
    secret = ask(room, "new-card", paper=1).secret
    assert secret is not None
    with room.sessions.begin() as session:
        seat = panel.join(session, secret)
        assert seat.paper is None
        run = session.get_one(Conference, room.id).run_id
        found = ballot_box.voted(session, room.keys, session.get_one(ballot_box.count.Run, run), [seat.id])
        assert found == {seat.id: [1]}
    assert room.snapshot()["seating"]["on_paper"] == []


@pytest.mark.parametrize("level", LEVELS)
def test_a_vote_on_paper_stays_one_when_its_voter_gets_a_phone_before_the_seal(room: Room, level: str) -> None:
    begun(room, level=level).act("admit")
    room.lead("on-paper", "on-paper", ("start", {"round": "A"}), "next")
    room.vote_all({1: 2})
    type_in(room, 1, (1, "no"))
    ask(room, "new-card", paper=1)
    ask(room, "new-card", paper=2)  # who has not voted yet
    room.lead("close", "next")
    room.vote_all({2: 1})
    room.lead("close", "next", "seal")
    assert room.record().attendance["A"].typed == 1
    assert [details.get("typed_in") for action, details in room.log() if action == "new-card"] == [["A"], None]
    room.lead(("undo", {"reason": "a slip"}), "seal")
    assert room.record().attendance["A"].typed == 1


# Attendance


def test_one_fell_ill_so_twenty_three_it_is_and_late_comers_come_in(room: Room) -> None:
    begun(room)
    assert room.act("withdraw")
    assert attendance(room) == (3, 3)
    assert not room.act("withdraw")
    assert room.snapshot()["seating"] == {
        "stacks": [],
        "unused": 0,
        "withdrawn": 1,
        "signed_out": 0,
        "on_paper": [],
    }
    assert room.act("readmit")
    assert attendance(room) == (4, 3)
    assert room.log()[-1] == ("readmit", {"count": 1, "entitled": 4, "present": 3})


def test_seats_are_not_withdrawn_while_a_round_is_voted_on(room: Room) -> None:
    begun(room).lead(("start", {"round": "A"}))
    assert room.tried("withdraw") == "done"
    room.act("open", item=1)
    assert room.tried("withdraw") == "not-now"
    room.act("close")
    assert room.tried("withdraw") == "not-now"


def test_seats_are_not_withdrawn_while_nobody_is_here(room: Room) -> None:
    room.begin(plan_text(round_keys()), seats=1)
    with room.sessions.begin() as session:
        panel.set_present(session, room.seats[0], False)
    assert room.tried("withdraw") == "not-now"


def test_a_late_arrival_gets_a_seat_and_a_card(room: Room) -> None:
    room.begin(plan_text(round_keys()), seats=3)
    outcome = ask(room, "admit")
    assert outcome.secret is not None
    with room.sessions.begin() as session:
        panel.join(session, outcome.secret)
    assert attendance(room) == (4, 4)
    assert outcome.secret not in json.dumps(room.log())
    with room.readers() as session:
        cards = panel.cards(session, session.get_one(Conference, room.id), room.keys)
    assert len(cards) == 4


def test_no_seat_is_added_while_votes_are_taken(room: Room) -> None:
    """An item that was reopened with its votes, as every seat had voted, would tell the one that is added."""
    begun(room).lead(("start", {"round": "A"}), ("open", {"item": 1}))
    assert room.tried("admit") == "not-now"


def test_a_seat_that_was_decided_on_earlier_is_not_opened_twice(room: Room) -> None:
    begun(room)
    seen = room.revision
    ask(room, "admit", revision=seen)
    assert refused(room, "admit", revision=seen) == "stale"


def test_a_card_that_is_handed_back_signs_its_seat_out_and_in(room: Room) -> None:
    begun(room)
    card = room.secrets[0].lower()
    for action, expected in (("sign-out", (4, 2)), ("leave", (3, 2)), ("sign-in", (4, 3))):
        assert ask(room, action, card=card).changed
        assert attendance(room) == expected
        assert not ask(room, action, card=card).changed
    assert not any(card.upper() in json.dumps(entry) for entry in room.log())


@pytest.mark.parametrize("card", ["", "nonsense", "0000-0000-0000-0000", 7])
def test_a_card_that_leads_nowhere_signs_nobody_out(room: Room, card: object) -> None:
    assert refused(begun(room), "sign-out", card=card) == "unknown-seat"


def test_a_leavers_votes_stay_and_no_more_come(room: Room) -> None:
    begun(room).lead(("start", {"round": "A"}), ("open", {"item": 1}))
    room.vote(0, (1, "yes"))
    ask(room, "leave", card=room.secrets[0])
    assert room.vote(0, (1, "no")) == "unknown-seat"
    room.act("close")
    assert room.snapshot()["result"]["counts"] == {"yes": 1, "no": 0}


def test_undo_takes_back_the_step_before_a_change_of_seats(room: Room) -> None:
    begun(room).lead(("start", {"round": "A"}), ("open", {"item": 1}))
    ask(room, "on-paper")
    assert room.steps().undo == {"action": "open", "item": 1}
    assert room.act("undo", reason="too early")
    assert attendance(room) == (4, 4)


# Lost cards


def test_the_one_seat_without_a_phone_gets_a_new_card(room: Room) -> None:
    begun(room)
    lost, others = room.seats[0], room.seats[1:]
    outcome = ask(room, "new-card", connected=others)
    assert outcome.secret is not None
    assert outcome.moved == (lost, 2)
    with room.sessions.begin() as session:
        with pytest.raises(Refusal):
            panel.join(session, room.secrets[0])
        assert panel.join(session, outcome.secret).id == lost
        cards = panel.cards(session, session.get_one(Conference, room.id), room.keys)
        assert outcome.secret in {card.secret for card in cards}
        assert room.secrets[0] not in {card.secret for card in cards}


@pytest.mark.parametrize("silent", [0, 2])
def test_of_none_or_several_seats_without_a_phone_none_gets_a_card(room: Room, silent: int) -> None:
    begun(room)
    assert refused(room, "new-card", connected=room.seats[silent:]) == "not-now"


def test_where_it_is_not_known_who_has_a_phone_no_card_is_made(room: Room) -> None:
    assert refused(begun(room), "new-card") == "not-now"


@pytest.mark.parametrize("level", LEVELS)
def test_of_several_seats_without_a_phone_all_are_signed_out_and_a_new_one_is_opened(room: Room, level: str) -> None:
    """Whoever comes back has the own seat again; what stays out is the lost one, and is taken out in the end."""
    begun(room, level=level)
    lost, asleep, awake = room.seats
    outcome = ask(room, "new-card", connected=[awake], new_seat=True)
    assert outcome.secret is not None
    assert attendance(room) == (5, 1)
    assert room.snapshot()["seating"]["signed_out"] == 2
    with room.sessions.begin() as session:
        for old_phone in (lost, asleep):
            with pytest.raises(Refusal):
                panel.authenticate(session, old_phone, 1)
        assert panel.join(session, room.secrets[1]).id == asleep
        assert panel.join(session, outcome.secret).id not in room.seats
    assert attendance(room) == (5, 3)
    ask(room, "withdraw", signed_out=True)
    assert attendance(room) == (4, 3)
    ask(room, "sign-in", card=room.secrets[0])  # the card turns up after all
    assert attendance(room) == (5, 4)


def test_no_seat_is_opened_beside_silent_ones_while_votes_are_taken(room: Room) -> None:
    """The lost seat may have voted on what is open, and the new one would vote once more."""
    begun(room).lead(("start", {"round": "A"}), ("open", {"item": 1}))
    assert refused(room, "new-card", connected=room.seats[2:], new_seat=True) == "not-now"
    room.act("close")
    assert ask(room, "new-card", connected=room.seats[2:], new_seat=True).secret is not None


def test_no_seat_is_opened_where_closed_votes_can_be_opened_again_as_they_were(room: Room) -> None:
    """The lost seat's votes are kept then, and the new one would vote beside them."""
    begun(room).lead(("start", {"round": "A"}), ("open", {"item": 1}), ("close", {}))
    with room.sessions.begin() as session:
        plan = room.conference.plan_text.replace('ballot = "yes-no"', 'ballot = "yes-no"\nfeedback = "none"')
        session.execute(update(Conference).where(Conference.id == room.conference.id).values(plan_text=plan))
    assert refused(room, "new-card", connected=room.seats[2:], new_seat=True) == "not-now"


def test_the_log_names_no_seat_that_was_signed_out(room: Room) -> None:
    begun(room)
    outcome = ask(room, "new-card", connected=room.seats[2:], new_seat=True)
    (details,) = [details for action, details in room.log() if action == "new-card"]
    assert details == {"signed_out": 2, "entitled": 5, "present": 1}
    assert outcome.secret not in str(room.log())


def test_a_card_that_was_traded_is_replaced_too(room: Room) -> None:
    """Somebody came in by code, and the card of that seat was given another one."""
    begun(room).act("admit")
    with room.sessions.begin() as session:
        by_code = panel.join_by_code(session, room.conference.join_code).id
        free = [c.secret for c in panel.cards(session, session.get_one(Conference, room.id), room.keys)]
        own = next(s for s in free if getattr(panel.of_card(session, room.id, s), "id", None) == by_code)
        traded = panel.join(session, own).id
    secret = ask(room, "new-card", connected=seat_ids(room) - {traded}).secret
    assert secret is not None
    with room.sessions.begin() as session:
        assert panel.join(session, secret).id == traded
        assert len(panel.cards(session, session.get_one(Conference, room.id), room.keys)) == 5


def test_joining_by_the_code_is_stopped_and_begun_again_beside_the_steps(room: Room) -> None:
    begun(room).lead(("start", {"round": "A"}), ("open", {"item": 1}))
    step, seats_there = room.steps().undo, attendance(room)
    code = room.conference.join_code
    for open_ in (False, True):
        assert ask(room, "join-code", open=open_).changed
        assert not ask(room, "join-code", open=open_, revision=0).changed
        assert room.log()[-1] == ("join-code", {"open": open_})
        for audience in ("screen", "facilitator"):
            assert room.snapshot(audience)["join"]["code"] == (code if open_ else None)  # type: ignore[arg-type]
    assert (room.steps().undo, attendance(room)) == (step, seats_there)


@pytest.mark.parametrize("wanted", [None, 0, "false"])
def test_whether_people_join_by_the_code_is_said_plainly(room: Room, wanted: object) -> None:
    assert refused(begun(room), "join-code", open=wanted) == "not-now"


def test_a_finished_conference_keeps_its_code_as_it_is(room: Room) -> None:
    begun(room).lead("finish")
    assert refused(room, "join-code", open=False) == "not-now"


@pytest.mark.parametrize("action", sorted(SEATING))
def test_nothing_is_done_about_seats_once_the_conference_is_finished(room: Room, action: str) -> None:
    begun(room).lead("finish")
    assert room.tried(action, card=room.secrets[0], paper=1) == "not-now"


@pytest.mark.parametrize("action", ["readmit", "admit", "leave"])
def test_the_number_entitled_does_not_move_while_the_room_looks_at_what_it_decides(room: Room, action: str) -> None:
    room.begin(plan_text(round_keys(ties="advance all")), items=1, seats=3)
    room.hold("A", {1: 2}).lead("next")
    assert room.state == "review"
    with pytest.raises(Refusal, match="under review"):
        ask(room, action, card=room.secrets[0])


@pytest.mark.parametrize("action", ["sign-in", "sign-out"])
def test_who_has_left_is_not_entitled_again_while_the_room_looks_at_the_result(room: Room, action: str) -> None:
    """2 of 3 entitled is over 60%, 2 of 4 is not: the item would be out under everybody's eyes."""
    plan = plan_text(round_keys(advance="yes >= 60%"), head='base = "entitled"')
    room.begin(plan, items=1, seats=4)
    ask(room, "leave", card=room.secrets[3])
    room.seats.pop()
    room.hold("A", {1: 2}).lead("next")
    assert room.verdicts() == {1: "advance"}
    with pytest.raises(Refusal, match="under review"):
        ask(room, action, card=room.secrets[3])
    assert ask(room, "sign-out", card=room.secrets[0]).changed
    assert room.verdicts() == {1: "advance"}
    room.lead("seal")
    assert ask(room, action, card=room.secrets[3]).changed
