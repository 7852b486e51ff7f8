"""Votes while they are open, under a keyed hash of the seat; and sealed, under random paper ids.

Nothing here has a clock reading, a sequence, an address or a group that stands beside an open vote.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consensus.models.base import UNORDERED, Base


def _of_pool() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["run_id", "number"], ["pool_item.run_id", "pool_item.number"])


def _on_ballot() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["run_id", "choice"], ["run_choice.run_id", "run_choice.choice"])


class OpenPaper(Base):
    """A paper handed in, maybe with nothing on it. At level `vote` a paper holds one vote."""

    __tablename__ = "open_paper"
    __table_args__ = (CheckConstraint("length(voter) = 32", name="voter"), UNORDERED)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    voter: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class OpenVote(Base):
    """One choice on one item. The primary key is the rule: one seat, one vote per item."""

    __tablename__ = "open_vote"
    __table_args__ = (
        _of_pool(),
        _on_ballot(),
        ForeignKeyConstraint(["run_id", "voter"], ["open_paper.run_id", "open_paper.voter"], ondelete="CASCADE"),
        Index(None, "run_id", "voter"),
        UNORDERED,
    )

    run_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    voter: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    choice: Mapped[str]


class SealedPaper(Base):
    """A paper after the seal. group stands there only where enough papers share it (see seal.py)."""

    __tablename__ = "sealed_paper"
    __table_args__ = (UNORDERED,)

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    paper: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[str | None] = mapped_column(default=None)


class SealedVote(Base):
    """One choice on one item of a sealed paper."""

    __tablename__ = "sealed_vote"
    __table_args__ = (
        _of_pool(),
        _on_ballot(),
        ForeignKeyConstraint(["run_id", "paper"], ["sealed_paper.run_id", "sealed_paper.paper"], ondelete="CASCADE"),
        Index(None, "run_id", "paper"),
        UNORDERED,
    )

    run_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paper: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str]
