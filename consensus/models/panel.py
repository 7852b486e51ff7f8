"""The seats of the panel, and who took part."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from consensus.models.base import UNORDERED, Base, new_seat_id

#: with fewer seats present not even the number of votes is told vote by vote
FEW = 10


class Seat(Base):
    """A place in the panel, unnamed: the secret on its card is known here by its SHA-256 only.

    generation counts how often the seat was joined (0: never); a token carries the generation it was issued
    for, so that a seat has one live phone. by_code: taken with the join code, its own card not yet seen.
    group: what figures are counted by, as the plan's rules have it; organisation and role: free text, for cards dealt
    in stacks and for tables that mix people. None of them is ever a name. paper: 1 is "Paper 1", and so on: somebody
    without a phone, whose votes the facilitator types in. card: how often the card derived from this id was replaced.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        CheckConstraint("generation >= 0", name="generation"),
        Index(None, "conference_id", "paper", unique=True),
        UNORDERED,
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_seat_id)
    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str]
    generation: Mapped[int] = mapped_column(default=0)
    by_code: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    group: Mapped[str | None] = mapped_column(default=None)
    organisation: Mapped[str | None] = mapped_column(default=None)
    role: Mapped[str | None] = mapped_column(default=None)
    paper: Mapped[int | None] = mapped_column(default=None)
    card: Mapped[int] = mapped_column(default=0, server_default="0")


class Participation(Base):
    """This seat took part in this run; not how.

    Written for all seats at once when links are cut, from the links. Written with each vote it would stand
    beside the vote in the next backup.
    """

    __tablename__ = "participation"
    __table_args__ = (UNORDERED,)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)
    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True)


class Pseudonym(Base):
    """Level `panel`: the number under which a seat's papers are sealed, by the keyed hash of the seat.

    Deleted, and the key destroyed, when the conference is finished.
    """

    __tablename__ = "pseudonym"
    __table_args__ = (
        UniqueConstraint("conference_id", "pseudonym"),
        CheckConstraint("length(voter) = 32", name="voter"),
        UNORDERED,
    )

    conference_id: Mapped[str] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True)
    voter: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    pseudonym: Mapped[str]


def attendance(session: Session, conference_id: str) -> tuple[int, int]:
    """Count the seats: (entitled, present). Withdrawn seats are neither."""
    entitled, present = session.execute(
        select(func.count(), func.count().filter(Seat.present)).where(
            Seat.conference_id == conference_id, ~Seat.withdrawn
        )
    ).one()
    return entitled, present
