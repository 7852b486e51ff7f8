"""What happens between rounds: tables and who sits at them, arguments for and against items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("seating", "table_seat", "discussion", "argument")


def upgrade() -> None:
    _seating_tables()
    _argument_tables()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _seating_tables() -> None:
    op.create_table(
        "seating",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("session", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("balance", sa.JSON(), nullable=False),
        sa.CheckConstraint("session > 0", name=op.f("ck_seating_session")),
        sa.CheckConstraint("tables > 0", name=op.f("ck_seating_tables")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_seating_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conference_id", "session", name=op.f("pk_seating")),
    )
    op.create_table(
        "table_seat",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("session", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_table_seat_number")),
        sa.ForeignKeyConstraint(
            ["conference_id", "session"],
            ["seating.conference_id", "seating.session"],
            name=op.f("fk_table_seat_conference_id_session_seating"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_table_seat_seat_id_seat"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conference_id", "session", "seat_id", name=op.f("pk_table_seat")),
        sqlite_with_rowid=False,
    )


def _argument_tables() -> None:
    op.create_table(
        "discussion",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("collecting", sa.Boolean(), nullable=False),
        sa.Column("on_screen", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_discussion_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conference_id", name=op.f("pk_discussion")),
    )
    op.create_table(
        "argument",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("\"side\" IN ('for', 'against')", name=op.f("ck_argument_side")),
        sa.CheckConstraint("\"state\" IN ('new', 'waiting', 'shown', 'hidden')", name=op.f("ck_argument_state")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 280", name=op.f("ck_argument_text")),
        sa.ForeignKeyConstraint(
            ["conference_id", "number"],
            ["item.conference_id", "item.number"],
            name=op.f("fk_argument_conference_id_number_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conference_id", "id", name=op.f("pk_argument")),
        sqlite_with_rowid=False,
    )
