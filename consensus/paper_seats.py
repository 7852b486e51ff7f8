"""Seats that vote on paper: somebody has no phone, and the facilitator types in what is on their paper.

To the ballot box and the seal such a seat is like any other. Only the facilitator, into whose hand the paper was put,
knows how it voted: no ballot carries a mark.
"""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.models import Seat
from consensus.seats import Stack, free_seat, sit_down


class PaperSeat(NamedTuple):
    """A seat on paper. number: 1 for "Paper 1"; generation: what a submission for it must carry."""

    number: int
    id: str
    generation: int
    present: bool


def reserve(session: Session, conference_id: str, stack: Stack | None = None) -> int:
    """Take a seat that nobody has joined for somebody without a phone; return its number. Raises Refusal("not-now").

    stack: what the seat is to be like, where cards come in stacks.

    Its own card may be in anybody's hand: it leads to another free seat then, as that of a seat taken by code does.
    """
    seat = free_seat(session, conference_id, like=stack)
    if seat is None:
        raise Refusal("not-now", "No seat is free. Open one for a late arrival first.")
    of_conference = (Seat.conference_id == conference_id, Seat.paper.is_not(None))
    taken = set(session.scalars(select(Seat.paper).where(*of_conference)))
    seat.paper = next(number for number in count(1) if number not in taken)
    seat.by_code = True
    sit_down(session, seat)
    return seat.paper


def give_up(session: Session, seat: Seat) -> None:
    """Make a seat on paper, which has not voted, free again."""
    seat.paper, seat.by_code, seat.generation, seat.present = None, False, 0, False
    session.flush()


def paper_seats(session: Session, conference_id: str) -> list[PaperSeat]:
    """List the seats that vote on paper, by number."""
    query = select(Seat).where(Seat.conference_id == conference_id, Seat.paper.is_not(None), ~Seat.withdrawn)
    seats = session.scalars(query.order_by(Seat.paper))
    return [PaperSeat(seat.paper or 0, seat.id, seat.generation, seat.present) for seat in seats]


def find(session: Session, conference_id: str, number: object) -> Seat:
    """Return the seat "Paper number". Raises Refusal("unknown-seat")."""
    query = select(Seat).where(Seat.conference_id == conference_id, Seat.paper == number)
    seat = session.scalar(query) if type(number) is int and 0 < number < 1_000_000 else None
    if seat is None:
        raise Refusal("unknown-seat", "There is no such seat that votes on paper.")
    return seat
