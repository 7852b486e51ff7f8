"""Seats, cards, joining, attendance and tokens, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from consensus import seats, tokens
from consensus.errors import Refusal
from consensus.keys import FileKeyStore
from consensus.models import Conference, Seat

Seating = Callable[..., list[str]]


@pytest.fixture
def seated(sessions: sessionmaker[Session], keys: FileKeyStore) -> Seating:
    """Make the conference k3f9x2 with seats; returns their secrets."""

    def seat(count: int = 3, groups: Mapping[str, int] | None = None, *, join_by_code: bool = False) -> list[str]:
        with sessions.begin() as session:
            conference = Conference(id="k3f9x2", title="T", plan_text="", join_code="482913", join_by_code=join_by_code)
            session.add(conference)
            session.flush()
            return seats.create_seats(session, conference, count, keys, groups)

    return seat


def _join(sessions: sessionmaker[Session], secret: str) -> Seat:
    with sessions.begin() as session:
        return seats.join(session, secret)


def _join_by_code(sessions: sessionmaker[Session], code: str = "482913") -> Seat:
    with sessions.begin() as session:
        return seats.join_by_code(session, code)


def _refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


# Cards


def test_secrets_are_different_and_can_be_typed(seated: Seating) -> None:
    secrets = seated(24)
    assert len(set(secrets)) == 24
    assert all(len(secret) == 19 and not set(secret) & set("ILOU") for secret in secrets)


def test_the_database_holds_no_secret(seated: Seating, sessions: sessionmaker[Session]) -> None:
    secrets = {secret.replace("-", "") for secret in seated(5)}
    with sessions() as session:
        stored = {value for row in session.execute(select(Seat.__table__)) for value in row}
    assert not stored & secrets


def test_cards_can_be_printed_again(seated: Seating, sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
    secrets = seated(24)
    with sessions() as session:
        cards = seats.cards(session, session.get_one(Conference, "k3f9x2"), keys)
    assert {card.secret for card in cards} == set(secrets)


def test_cards_come_in_stacks_of_groups(seated: Seating, sessions: sessionmaker[Session], keys: FileKeyStore) -> None:
    seated(7, {"staff": 3, "politicians": 2})
    with sessions() as session:
        cards = seats.cards(session, session.get_one(Conference, "k3f9x2"), keys)
    assert [card.group for card in cards] == [None, None, "politicians", "politicians", "staff", "staff", "staff"]
    with sessions.begin() as session:
        assert [seats.join(session, card.secret).group for card in cards] == [card.group for card in cards]


def test_without_their_key_cards_cannot_be_printed(
    seated: Seating, sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    seated()
    keys.destroy("k3f9x2.cards")
    with sessions() as session:
        conference = session.get_one(Conference, "k3f9x2")
        assert _refusal(lambda: seats.cards(session, conference, keys)) == "not-now"


def test_groups_larger_than_the_panel_are_refused(seated: Seating) -> None:
    assert _refusal(lambda: seated(3, {"staff": 4})) == "not-now"


@pytest.mark.parametrize(
    "typed",
    ["{0}", " {0} ", "{1}", "{2}", "{3}"],
    ids=["as printed", "with spaces", "without dashes", "small letters", "confused letters"],
)
def test_a_secret_is_taken_as_people_type_it(seated: Seating, sessions: sessionmaker[Session], typed: str) -> None:
    secret = seated(1)[0]
    confused = secret.replace("0", "O").replace("1", "l")
    spelling = typed.format(secret, secret.replace("-", ""), secret.lower(), confused)
    assert _join(sessions, spelling).generation == 1


# Joining


def test_joining_takes_the_seat_and_signs_it_in(seated: Seating, sessions: sessionmaker[Session]) -> None:
    secrets = seated(3)
    seat = _join(sessions, secrets[0])
    assert (seat.generation, seat.present) == (1, True)
    with sessions() as session:
        assert seats.attendance(session, "k3f9x2") == (3, 1)


def test_joining_again_moves_the_seat_to_the_new_phone(seated: Seating, sessions: sessionmaker[Session]) -> None:
    secret = seated(1)[0]
    old, new = _join(sessions, secret), _join(sessions, secret)
    assert (old.id, old.generation, new.generation) == (new.id, 1, 2)
    with sessions() as session:
        assert seats.authenticate(session, new.id, 2).id == new.id
        assert _refusal(lambda: seats.authenticate(session, old.id, 1)) == "unknown-seat"


@pytest.mark.parametrize("secret", ["", "0000-0000-0000-0000", "nonsense", "å" * 16, "0" * 100_000])
def test_an_unknown_secret_is_refused(seated: Seating, sessions: sessionmaker[Session], secret: str) -> None:
    seated()
    assert _refusal(lambda: _join(sessions, secret)) == "unknown-seat"


def test_a_seat_nobody_joined_has_no_phone(seated: Seating, sessions: sessionmaker[Session]) -> None:
    seated(1)
    with sessions() as session:
        seat_id = session.scalars(select(Seat.id)).one()
        assert _refusal(lambda: seats.authenticate(session, seat_id, 0)) == "unknown-seat"


def test_a_withdrawn_seat_is_neither_entitled_nor_let_in(seated: Seating, sessions: sessionmaker[Session]) -> None:
    secrets = seated(3)
    seat = _join(sessions, secrets[0])
    with sessions.begin() as session:
        seats.withdraw(session, seat.id)
    with sessions() as session:
        assert seats.attendance(session, "k3f9x2") == (2, 0)
    assert _refusal(lambda: _join(sessions, secrets[0])) == "unknown-seat"


def test_one_fell_ill_so_twenty_three_it_is(seated: Seating, sessions: sessionmaker[Session]) -> None:
    secrets = seated(24)
    for secret in secrets[:23]:
        _join(sessions, secret)
    with sessions.begin() as session:
        assert seats.withdraw_unused(session, "k3f9x2") == 1
        assert seats.attendance(session, "k3f9x2") == (23, 23)
    assert _refusal(lambda: _join(sessions, secrets[23])) == "unknown-seat"
    with sessions.begin() as session:
        assert seats.readmit_unused(session, "k3f9x2") == 1
    assert _join(sessions, secrets[23]).present


def test_a_seat_is_signed_out_and_in(seated: Seating, sessions: sessionmaker[Session]) -> None:
    seat = _join(sessions, seated(2)[0])
    for present, expected in ((False, (2, 0)), (True, (2, 1))):
        with sessions.begin() as session:
            seats.set_present(session, seat.id, present)
        with sessions() as session:
            assert seats.attendance(session, "k3f9x2") == expected


# Joining by code


def test_a_code_gives_seats_that_nobody_has_joined(seated: Seating, sessions: sessionmaker[Session]) -> None:
    secrets = seated(3, join_by_code=True)
    taken = _join(sessions, secrets[0]).id
    by_code = {_join_by_code(sessions, "482 913").id for _ in range(2)}
    assert len(by_code | {taken}) == 3
    assert _refusal(lambda: _join_by_code(sessions)) == "unknown-seat"


def test_whoever_comes_by_the_code_takes_a_seat_of_the_fullest_stack(
    seated: Seating, sessions: sessionmaker[Session]
) -> None:
    """So that those who have a card of a small stack still find a seat."""
    secrets = seated(4, {"staff": 3, "users": 1}, join_by_code=True)
    assert {_join_by_code(sessions).group for _ in range(2)} == {"staff"}
    for _ in range(2):
        _join_by_code(sessions)
    with pytest.raises(Refusal, match="that such cards are for"):
        _join(sessions, secrets[0])


@pytest.mark.parametrize("code", ["482914", ""])
def test_a_code_of_no_conference_is_refused(seated: Seating, sessions: sessionmaker[Session], code: str) -> None:
    seated(join_by_code=True)
    assert _refusal(lambda: _join_by_code(sessions, code)) == "unknown-seat"


def test_a_code_that_lets_nobody_in_is_refused_but_not_to_a_phone_that_has_a_seat(
    seated: Seating, sessions: sessionmaker[Session]
) -> None:
    seat = _join(sessions, seated(join_by_code=False)[0])
    assert _refusal(lambda: _join_by_code(sessions)) == "not-now"
    assert _code_again(sessions, (seat.id, 1)).id == seat.id


def _code_again(sessions: sessionmaker[Session], held: tuple[str, int] | None) -> Seat:
    with sessions.begin() as session:
        return seats.join_by_code(session, "482913", held)


def test_a_phone_that_comes_by_the_code_again_is_let_back_to_its_seat(
    seated: Seating, sessions: sessionmaker[Session]
) -> None:
    """Also where all seats are taken by then, to a seat that was joined with a card, and to one that was signed out."""
    secrets = seated(2, join_by_code=True)
    for seat in (_join(sessions, secrets[0]), _join_by_code(sessions)):
        with sessions.begin() as session:
            seats.set_present(session, seat.id, False)
        again = _code_again(sessions, (seat.id, 1))
        assert (again.id, again.generation, again.present) == (seat.id, 1, True)
    assert _refusal(lambda: _code_again(sessions, None)) == "unknown-seat"


def test_a_seat_that_is_not_the_phones_any_more_is_not_given_back(
    seated: Seating, sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    secrets = seated(8, join_by_code=True)
    moved, withdrawn = _join(sessions, secrets[0]), _join(sessions, secrets[1])
    _join(sessions, secrets[0])
    with sessions.begin() as session:
        seats.withdraw(session, withdrawn.id)
        session.add(Conference(id="p4d7m2", title="T", plan_text="", join_code="482914", join_by_code=True))
        session.flush()
        seats.create_seats(session, session.get_one(Conference, "p4d7m2"), 1, keys)
        elsewhere = seats.join_by_code(session, "482914").id
        free = session.scalars(select(Seat.id).where(Seat.generation == 0)).first()
    for held in ((moved.id, 1), (withdrawn.id, 1), (elsewhere, 1), (str(free), 0), ("nobody", 1)):
        assert _code_again(sessions, held).id not in {moved.id, withdrawn.id, elsewhere}


def test_two_who_join_by_code_at_once_get_two_seats(seated: Seating, sessions: sessionmaker[Session]) -> None:
    seated(8, join_by_code=True)
    start, found = threading.Barrier(8), []

    def join() -> None:
        start.wait()
        found.append(_join_by_code(sessions).id)

    threads = [threading.Thread(target=join) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8


def test_a_card_whose_seat_was_taken_by_code_drives_nobody_out(
    seated: Seating, sessions: sessionmaker[Session], keys: FileKeyStore
) -> None:
    secrets = seated(3, {"staff": 3}, join_by_code=True)
    guest = _join_by_code(sessions)
    first = {secret: _join(sessions, secret).id for secret in secrets[:2]}
    again = {secret: _join(sessions, secret).id for secret in secrets[:2]}
    assert first == again
    assert len({guest.id, *first.values()}) == 3
    with sessions() as session:
        assert seats.authenticate(session, guest.id, 1)
        cards = seats.cards(session, session.get_one(Conference, "k3f9x2"), keys)
        assert Counter(card.group for card in cards) == {"staff": 3}
        assert {card.secret for card in cards} == set(secrets)
    assert _refusal(lambda: _join(sessions, secrets[2])) == "unknown-seat"


def test_a_new_join_code_is_six_digits(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        code = seats.new_join_code(session)
    assert len(code) == 6
    assert code.isdigit()


# Tokens


@pytest.mark.parametrize(
    "token", [tokens.Phone("k3f9x2", "s1", 2), tokens.Screen("k3f9x2", 0), tokens.Facilitator("k3f9x2", 7)]
)
def test_a_token_says_what_it_was_issued_for(token: tokens.Token) -> None:
    assert tokens.read("secret", tokens.issue("secret", token)) == token


def test_a_token_of_another_server_is_refused() -> None:
    text = tokens.issue("other", tokens.Screen("k3f9x2", 0))
    assert _refusal(lambda: tokens.read("secret", text)) == "not-allowed"


@pytest.mark.parametrize("text", ["", "nonsense", None, 7, "x" * 10_000, "é.é", [], {}])
def test_what_is_no_token_is_refused(text: object) -> None:
    assert _refusal(lambda: tokens.read("secret", text)) == "not-allowed"


def test_a_changed_token_is_refused() -> None:
    text = tokens.issue("secret", tokens.Screen("k3f9x2", 0))
    for place in range(len(text) - 1):  # the last letter has bits that mean nothing
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert _refusal(lambda changed=changed: tokens.read("secret", changed)) == "not-allowed"


@pytest.mark.parametrize("code", ["\x00", "\ud800", "x" * 100_000, "\u0661" * 6, ""])
def test_what_is_no_code_is_refused_before_the_database_sees_it(sessions: sessionmaker[Session], code: str) -> None:
    with sessions() as session, pytest.raises(Refusal) as refused:
        seats.join_by_code(session, code)
    assert refused.value.code == "unknown-seat"
