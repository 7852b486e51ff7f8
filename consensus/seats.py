"""Seats: unnamed cards, joining, attendance.

The secret of a seat is derived from its id under the conference's card key, which lies beside the database. So the
cards can be printed again while the key exists, and whoever has the database has no secret of any seat.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from random import SystemRandom
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.keys import KeyStore
from consensus.models import Conference, Seat, attendance, new_seat_id

#: Crockford's base 32: no I, L, O, U, which people mistake for 1, 1, 0, V.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILOU", "110V")
SECRET_LETTERS = 16  # 80 bits


class Stack(NamedTuple):
    """What the seats of one stack of cards have in common, and how many they are."""

    size: int
    group: str | None = None
    organisation: str | None = None
    role: str | None = None


class Card(NamedTuple):
    """What a card carries: the secret, in groups of four letters, and what its stack has in common."""

    secret: str
    group: str | None
    organisation: str | None = None
    role: str | None = None

    @property
    def stack(self) -> str:
        """What the stack is called; empty where all cards are alike."""
        return ", ".join(filter(None, (self.organisation, self.role))) or self.group or ""


def create_seats(
    session: Session,
    conference: Conference,
    count: int,
    keys: KeyStore,
    groups: Mapping[str, int] | None = None,
    stacks: Sequence[Stack] = (),
) -> list[str]:
    """Add seats to a conference; return their secrets in no order.

    groups: group -> how many of the seats are its own; stacks: the same with organisation and role. The rest of the
    seats belong to none.
    """
    key = keys.create_if_missing(_card_scope(conference.id))
    stacks = [*(Stack(size, group) for group, size in (groups or {}).items()), *stacks]
    wanted = sum(stack.size for stack in stacks)
    if wanted > count:
        raise Refusal(
            "not-now", "The groups need %(needed)s seats, but there are to be %(count)s.", needed=wanted, count=count
        )
    made = []
    for stack in [*stacks, Stack(count - wanted)]:
        common = {"group": stack.group, "organisation": stack.organisation, "role": stack.role}
        for _ in range(stack.size):
            seat_id = new_seat_id()
            secret = _derive(key, seat_id)
            seat = Seat(id=seat_id, conference_id=conference.id, secret_hash=_hash(secret), **common)
            made.append((seat, secret))
    made.sort(key=lambda seat_and_secret: seat_and_secret[0].id)  # ids are random: so the order tells nothing
    session.add_all(seat for seat, _ in made)
    session.flush()
    return [show_secret(secret) for _, secret in made]


def cards(session: Session, conference: Conference, keys: KeyStore) -> list[Card]:
    """List all cards, shuffled; where there are groups, organisations or roles, one stack after the other.

    Raises Refusal("not-now") where the key to the cards is gone.
    """
    seats = session.scalars(select(Seat).where(Seat.conference_id == conference.id)).all()
    key = keys.get(_card_scope(conference.id))
    of_hash = {seat.secret_hash: seat for seat in seats}
    secrets_ = [_derive(key, seat.id, seat.card) for seat in seats] if key else []
    if not {_hash(secret) for secret in secrets_} == set(of_hash):
        raise Refusal("not-now", "The key to the cards is gone, so they cannot be printed again.")
    leads_to = [(show_secret(secret), of_hash[_hash(secret)]) for secret in secrets_]
    found = [Card(secret, seat.group, seat.organisation, seat.role) for secret, seat in leads_to]
    SystemRandom().shuffle(found)
    return sorted(found, key=lambda card: (card.group or "", card.organisation or "", card.role or ""))


def replace_card(session: Session, seat: Seat, keys: KeyStore) -> str:
    """Give a seat another card and let its phone go; return the new secret. Raises Refusal("not-now") without the key.

    A card may have been derived from another seat's id, with which it was traded: that one's count grows.
    """
    key = keys.get(_card_scope(seat.conference_id))
    all_seats = session.scalars(select(Seat).where(Seat.conference_id == seat.conference_id)).all()
    origins = {_hash(_derive(key, one.id, one.card)): one for one in all_seats} if key else {}
    if key is None or seat.secret_hash not in origins:
        raise Refusal("not-now", "The key to the cards is gone, so there is no new one.")
    origin = origins[seat.secret_hash]
    origin.card += 1
    secret = _derive(key, origin.id, origin.card)
    seat.secret_hash, seat.by_code = _hash(secret), False
    seat.generation += 1
    session.flush()
    return show_secret(secret)


def of_card(session: Session, conference_id: str, typed: str) -> Seat | None:
    """The seat that a card of a conference leads to now, if there is one."""
    secret = read_secret(typed)
    query = select(Seat).where(Seat.conference_id == conference_id, Seat.secret_hash == _hash(secret))
    return session.scalar(query) if secret else None


def stacks(session: Session, conference_id: str) -> list[Stack]:
    """The stacks that cards come in, by name, with the seats of each; none where all cards are alike."""
    columns = (Seat.group, Seat.organisation, Seat.role)
    query = select(func.count(), *columns).where(Seat.conference_id == conference_id).group_by(*columns)
    found = [Stack(*row) for row in session.execute(query)]
    return sorted((s for s in found if s.organisation or s.role), key=lambda s: (s.organisation or "", s.role or ""))


def taken_seats(session: Session, conference_id: str) -> list[Seat]:
    """The seats that somebody has joined and that are in the panel."""
    query = select(Seat).where(Seat.conference_id == conference_id, Seat.generation > 0, ~Seat.withdrawn)
    return list(session.scalars(query))


def join(session: Session, secret: str) -> Seat:
    """Take the seat of a card; whoever had it on another phone has it no more.

    Raises Refusal("unknown-seat").
    """
    canonical = read_secret(secret)
    query = select(Seat).where(Seat.secret_hash == _hash(canonical)).with_for_update()
    seat = session.scalar(query) if canonical else None
    if seat is None:
        raise Refusal("unknown-seat", "No seat has this code. Check it letter by letter.")
    if seat.by_code:
        seat = _swap(session, seat)
    if seat.withdrawn:
        raise Refusal("unknown-seat", "This seat has been withdrawn. Ask the facilitator.")
    return sit_down(session, seat)


def join_by_code(session: Session, code: str, held: tuple[str, int] | None = None) -> Seat:
    """Take any seat that nobody has joined yet, if the conference lets people in by its code.

    held: the seat and generation that the phone says it has. Where that is a seat of this conference it is let back to
    it as it is: nobody gets two seats, and two votes, by opening the screen's link once more.

    Raises Refusal: "unknown-seat", or "not-now" where the code lets nobody in at present.
    """
    digits = re.sub(r"\s", "", code[:100])
    # A database does not take every text: what is no code is not looked up.
    found = select(Conference).where(Conference.join_code == digits)
    conference = session.scalar(found) if re.fullmatch("[0-9]{6}", digits) else None
    if conference is None:
        raise Refusal("unknown-seat", "No conference lets people in by this code.")
    if held and (own := _still_held(session, conference.id, *held)):
        return own
    if not conference.join_by_code:
        raise Refusal("not-now", "Nobody joins by this code now. Scan your own card, or type what stands on it.")
    # where cards come in stacks, from the one with most left: a stack that runs out makes its cards useless
    seat = free_seat(session, conference.id, like=_fullest_stack(session, conference.id)) or free_seat(
        session, conference.id
    )
    if seat is None:
        raise Refusal("unknown-seat", "All seats are taken. Ask the facilitator.")
    seat.by_code = True
    return sit_down(session, seat)


def authenticate(session: Session, seat_id: str, generation: int) -> Seat:
    """Return the seat of a phone. Raises Refusal("unknown-seat") if it lives on another phone by now."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.generation != generation or seat.generation == 0:
        raise Refusal("unknown-seat", "This seat is not known, or has moved to another phone.")
    return seat


def _still_held(session: Session, conference_id: str, seat_id: str, generation: int) -> Seat | None:
    """The seat of a phone that comes again, signed in; None if it is withdrawn, elsewhere or another conference's."""
    seat = session.get(Seat, seat_id, with_for_update=True)
    if seat is None or seat.conference_id != conference_id or seat.withdrawn:
        return None
    if not seat.generation == generation > 0:
        return None
    seat.present = True
    return seat


def joined(session: Session, seats: Collection[str]) -> dict[str, tuple[int, str | None]]:
    """Seat id -> (generation of its live phone, group), of those seats that somebody has joined."""
    query = select(Seat.id, Seat.generation, Seat.group).where(Seat.id.in_(seats), Seat.generation > 0)
    return {seat: (generation, group) for seat, generation, group in session.execute(query)}


def set_present(session: Session, seat_id: str, present: bool) -> None:
    """Sign a seat in or out."""
    session.execute(update(Seat).where(Seat.id == seat_id).values(present=present))


def withdraw(session: Session, seat_id: str) -> None:
    """Take a seat out of the panel: it is not entitled any more. The votes it has cast stay."""
    session.execute(update(Seat).where(Seat.id == seat_id).values(withdrawn=True, present=False))


def withdraw_unused(session: Session, conference_id: str) -> int:
    """Take out every seat that nobody has joined; return how many. Cards are unnamed: whose is missing is not known."""
    unused = (Seat.conference_id == conference_id, Seat.generation == 0, ~Seat.withdrawn)
    count = session.scalar(select(func.count()).select_from(Seat).where(*unused)) or 0
    session.execute(update(Seat).where(*unused).values(withdrawn=True))
    return count


def readmit_unused(session: Session, conference_id: str) -> int:
    """Let seats that nobody has joined into the panel again, for who comes late; return how many."""
    unused = (Seat.conference_id == conference_id, Seat.generation == 0, Seat.withdrawn)
    count = session.scalar(select(func.count()).select_from(Seat).where(*unused)) or 0
    session.execute(update(Seat).where(*unused).values(withdrawn=False))
    return count


def withdraw_signed_out(session: Session, conference_id: str) -> list[str]:
    """Take out every seat that was joined and is not here; return which. Its card still signs it in again."""
    out = _signed_out(session, conference_id)
    for seat in out:
        seat.withdrawn = True
    session.flush()
    return [seat.id for seat in out]


def withdrawn(session: Session, seats: Collection[str]) -> set[str]:
    """Those of some seats that have left for good."""
    return set(session.scalars(select(Seat.id).where(Seat.id.in_(seats), Seat.withdrawn)))


def signed_out(session: Session, conference_id: str) -> int:
    """Count the seats that were joined, are entitled and are not here."""
    return len(_signed_out(session, conference_id))


def _signed_out(session: Session, conference_id: str) -> list[Seat]:
    return [seat for seat in taken_seats(session, conference_id) if not seat.present]


def free_seats(session: Session, conference_id: str, *, withdrawn: bool = False) -> int:
    """Count the seats that nobody has joined: those that may be, or those that were withdrawn."""
    unused = (Seat.conference_id == conference_id, Seat.generation == 0, Seat.withdrawn == withdrawn)
    return session.scalar(select(func.count()).select_from(Seat).where(*unused)) or 0


def new_join_code(session: Session) -> str:
    """Find six digits that no conference uses."""
    while True:
        code = f"{secrets.randbelow(10**6):06}"
        if session.scalar(select(Conference.id).where(Conference.join_code == code)) is None:
            return code


def read_secret(text: str) -> str:
    """Return a secret as people may type it in its one spelling; empty if it cannot be one."""
    letters = re.sub(r"[\s‐-―_.-]", "", text[:100]).upper().translate(MISREAD)
    return letters if len(letters) == SECRET_LETTERS and set(letters) <= set(LETTERS) else ""


def show_secret(secret: str) -> str:
    """Write a secret in groups of four."""
    return "-".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def _card_scope(conference_id: str) -> str:
    return f"{conference_id}.cards"


def _derive(key: bytes, seat_id: str, card: int = 0) -> str:
    """Derive a seat's secret; card: how often it was replaced, so that each new one is another."""
    message = f"{seat_id} {card}" if card else seat_id
    number = int.from_bytes(hmac.digest(key, message.encode(), "sha256")[:10], "big")
    return "".join(LETTERS[number >> shift & 31] for shift in range(5 * (SECRET_LETTERS - 1), -1, -5))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def free_seat(session: Session, conference_id: str, *, like: Seat | Stack | None = None) -> Seat | None:
    """Pick a seat that nobody has joined, of the same stack as another if one is given."""
    query = select(Seat).where(Seat.conference_id == conference_id, Seat.generation == 0, ~Seat.withdrawn)
    if like is not None:
        for column in (Seat.group, Seat.organisation, Seat.role):
            query = query.where(column.is_not_distinct_from(getattr(like, column.key)))
    # Two who join at once get two seats: whoever comes second passes over the one that is being taken.
    return session.scalar(query.order_by(func.random()).limit(1).with_for_update(skip_locked=True))


def _fullest_stack(session: Session, conference_id: str) -> Stack | None:
    """What the seats have in common of which most are free."""
    alike = (Seat.group, Seat.organisation, Seat.role)
    query = select(func.count(), *alike).where(
        Seat.conference_id == conference_id, Seat.generation == 0, ~Seat.withdrawn
    )
    found = session.execute(query.group_by(*alike).order_by(func.count().desc(), func.random()).limit(1)).first()
    return Stack(*found) if found else None


def _swap(session: Session, taken: Seat) -> Seat:
    """Give the card of a seat that was taken by code another seat of its stack.

    The cards trade places for good, so that the card leads to the same seat the next time.
    """
    free = free_seat(session, taken.conference_id, like=taken)
    if free is None:
        raise Refusal("unknown-seat", "The seats that such cards are for are all taken. Show it to the facilitator.")
    of_taken, of_free = taken.secret_hash, free.secret_hash
    taken.secret_hash = f"traded {taken.id}"
    session.flush()
    free.secret_hash = of_taken
    session.flush()
    taken.secret_hash = of_free
    return free


def sit_down(session: Session, seat: Seat) -> Seat:
    """Take a seat: whoever had it before has it no more."""
    seat.generation += 1
    seat.present = True
    session.flush()
    return seat


__all__ = [
    "Card",
    "Stack",
    "attendance",
    "authenticate",
    "cards",
    "create_seats",
    "free_seat",
    "free_seats",
    "join",
    "join_by_code",
    "joined",
    "new_join_code",
    "of_card",
    "read_secret",
    "readmit_unused",
    "replace_card",
    "set_present",
    "show_secret",
    "signed_out",
    "sit_down",
    "stacks",
    "taken_seats",
    "withdraw",
    "withdraw_signed_out",
    "withdraw_unused",
    "withdrawn",
]
