"""The public address of a result, and the panel's evaluation of the conference."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("publication", "evaluation", "open_sheet", "sealed_answer", "sealed_comment")


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("files", sa.Boolean(), nullable=False),
        _of_conference("publication"),
        sa.PrimaryKeyConstraint("conference_id", name=op.f("pk_publication")),
        sa.UniqueConstraint("token", name=op.f("uq_publication_token")),
    )
    op.create_table(
        "evaluation",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint("\"state\" IN ('open', 'closed')", name=op.f("ck_evaluation_state")),
        sa.CheckConstraint("sheets >= 0", name=op.f("ck_evaluation_sheets")),
        _of_conference("evaluation"),
        sa.PrimaryKeyConstraint("conference_id", name=op.f("pk_evaluation")),
    )
    op.create_table(
        "open_sheet",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("voter", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("length(voter) = 32", name=op.f("ck_open_sheet_voter")),
        _of_evaluation("open_sheet"),
        sa.PrimaryKeyConstraint("conference_id", "voter", name=op.f("pk_open_sheet")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_answer",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "\"answer\" IN ('satisfied', 'neither', 'dissatisfied')", name=op.f("ck_sealed_answer_answer")
        ),
        sa.CheckConstraint("question >= 0", name=op.f("ck_sealed_answer_question")),
        _of_evaluation("sealed_answer"),
        sa.PrimaryKeyConstraint("conference_id", "id", name=op.f("pk_sealed_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_comment",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _of_evaluation("sealed_comment"),
        sa.PrimaryKeyConstraint("conference_id", "id", name=op.f("pk_sealed_comment")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _of_conference(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conference_id"], ["conference.id"], name=op.f(f"fk_{table}_conference_id_conference"), ondelete="CASCADE"
    )


def _of_evaluation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conference_id"],
        ["evaluation.conference_id"],
        name=op.f(f"fk_{table}_conference_id_evaluation"),
        ondelete="CASCADE",
    )
