"""The first schema: conferences, seats, runs, open and sealed ballots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TABLES = (
    "conference",
    "item",
    "log_entry",
    "sign_in",
    "seat",
    "pseudonym",
    "run",
    "participation",
    "pool_item",
    "run_choice",
    "verdict",
    "decision",
    "open_paper",
    "open_vote",
    "sealed_paper",
    "sealed_vote",
)


def upgrade() -> None:
    _conference_tables()
    _panel_tables()
    _run_tables()
    _ballot_tables()
    if op.get_bind().dialect.name == "postgresql":
        # SQLite has it in the table; elsewhere a table cannot refer to one that comes after it.
        op.create_foreign_key("fk_conference_run_id_run", "conference", "run", ["run_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_conference_run_id_run", "conference", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)


def _conference_tables() -> None:
    op.create_table(
        "conference",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("plan_text", sa.Text(), nullable=False),
        sa.Column("anonymity", sa.Text(), nullable=False),
        sa.Column("min_group", sa.Integer(), nullable=False),
        sa.Column("join_code", sa.Text(), nullable=False),
        sa.Column("join_by_code", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("open_item", sa.Integer(), nullable=True),
        sa.Column("last_step", sa.JSON(), nullable=True),
        sa.Column("token_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"anonymity\" IN ('vote', 'paper', 'panel')", name=op.f("ck_conference_anonymity")),
        sa.CheckConstraint("\"language\" IN ('sv', 'en')", name=op.f("ck_conference_language")),
        sa.CheckConstraint(
            "\"state\" IN ('draft', 'lobby', 'discussion', 'voting', 'closed', 'review', 'sealed', 'finished')",
            name=op.f("ck_conference_state"),
        ),
        sa.CheckConstraint("length(join_code) = 6", name=op.f("ck_conference_join_code")),
        sa.CheckConstraint("min_group >= 1", name=op.f("ck_conference_min_group")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_conference_run_id_run"), ondelete="SET NULL", use_alter=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference")),
        sa.UniqueConstraint("join_code", name=op.f("uq_conference_join_code")),
    )
    op.create_table(
        "item",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("perspective", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_item_number")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_item_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conference_id", "number", name=op.f("pk_item")),
    )
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_log_entry_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    op.create_index(op.f("ix_log_entry_conference_id"), "log_entry", ["conference_id"])
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )


def _panel_tables() -> None:
    op.create_table(
        "seat",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("group", sa.Text(), nullable=True),
        sa.CheckConstraint("generation >= 0", name=op.f("ck_seat_generation")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_seat_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_seat_secret_hash")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_seat_conference_id"), "seat", ["conference_id"])
    op.create_table(
        "pseudonym",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("voter", sa.LargeBinary(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.CheckConstraint("length(voter) = 32", name=op.f("ck_pseudonym_voter")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_pseudonym_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conference_id", "voter", name=op.f("pk_pseudonym")),
        sa.UniqueConstraint("conference_id", "pseudonym", name=op.f("uq_pseudonym_conference_id_pseudonym")),
        sqlite_with_rowid=False,
    )


def _run_tables() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("ballot", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("seed_drawn", sa.Boolean(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "\"state\" IN ('discussion', 'voting', 'closed', 'review', 'sealed')", name=op.f("ck_run_state")
        ),
        sa.CheckConstraint("entitled >= 0 AND present >= 0", name=op.f("ck_run_attendance")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_run_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("conference_id", "round_id", name=op.f("uq_run_conference_id_round_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "participation",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_participation_run_id_run"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_participation_seat_id_seat"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "seat_id", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pool_item",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.CheckConstraint("\"state\" IN ('waiting', 'open', 'closed')", name=op.f("ck_pool_item_state")),
        sa.CheckConstraint("present >= 0", name=op.f("ck_pool_item_present")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_pool_item_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_pool_item")),
    )
    op.create_table(
        "run_choice",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_choice_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "choice", name=op.f("pk_run_choice")),
    )
    op.create_table(
        "verdict",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.CheckConstraint("\"verdict\" IN ('advance', 'hold', 'cut', 'stay')", name=op.f("ck_verdict_verdict")),
        sa.ForeignKeyConstraint(
            ["run_id", "number"],
            ["pool_item.run_id", "pool_item.number"],
            name=op.f("fk_verdict_run_id_number_pool_item"),
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_verdict")),
    )
    op.create_table(
        "decision",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("\"verdict\" IN ('advance', 'hold', 'cut', 'stay')", name=op.f("ck_decision_verdict")),
        sa.ForeignKeyConstraint(
            ["run_id", "number"],
            ["pool_item.run_id", "pool_item.number"],
            name=op.f("fk_decision_run_id_number_pool_item"),
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_decision")),
    )


def _ballot_tables() -> None:
    op.create_table(
        "open_paper",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(voter) = 32", name=op.f("ck_open_paper_voter")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_open_paper_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "voter", name=op.f("pk_open_paper")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "open_vote",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.LargeBinary(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "choice"],
            ["run_choice.run_id", "run_choice.choice"],
            name=op.f("fk_open_vote_run_id_choice_run_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "number"],
            ["pool_item.run_id", "pool_item.number"],
            name=op.f("fk_open_vote_run_id_number_pool_item"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "voter"],
            ["open_paper.run_id", "open_paper.voter"],
            name=op.f("fk_open_vote_run_id_voter_open_paper"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "number", "voter", name=op.f("pk_open_vote")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_open_vote_run_id_voter"), "open_vote", ["run_id", "voter"])
    op.create_table(
        "sealed_paper",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sealed_paper_run_id_run")),
        sa.PrimaryKeyConstraint("run_id", "paper", name=op.f("pk_sealed_paper")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_vote",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "choice"],
            ["run_choice.run_id", "run_choice.choice"],
            name=op.f("fk_sealed_vote_run_id_choice_run_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "number"],
            ["pool_item.run_id", "pool_item.number"],
            name=op.f("fk_sealed_vote_run_id_number_pool_item"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id", "paper"],
            ["sealed_paper.run_id", "sealed_paper.paper"],
            name=op.f("fk_sealed_vote_run_id_paper_sealed_paper"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "number", "paper", name=op.f("pk_sealed_vote")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sealed_vote_run_id_paper"), "sealed_vote", ["run_id", "paper"])
