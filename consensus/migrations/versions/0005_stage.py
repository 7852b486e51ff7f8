"""What the facilitator has set for the room: the screens, the timer, the pace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stage",
        sa.Column("conference_id", sa.Text(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=True),
        sa.Column("zoom", sa.Integer(), nullable=False),
        sa.Column("timer_seconds", sa.Integer(), nullable=True),
        sa.Column("timer_left", sa.Integer(), nullable=True),
        sa.Column("timer_ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timer_revision", sa.Integer(), nullable=False),
        sa.Column("pace_on", sa.Boolean(), nullable=False),
        sa.Column("pace_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_after", sa.Integer(), nullable=True),
        sa.Column("close_after", sa.Integer(), nullable=True),
        sa.Column("close_when_all", sa.Boolean(), nullable=False),
        sa.CheckConstraint("open_after >= 0 AND close_after > 0", name=op.f("ck_stage_pace")),
        sa.CheckConstraint(
            "timer_seconds IS NULL OR (timer_left IS NULL) <> (timer_ends IS NULL)", name=op.f("ck_stage_timer")
        ),
        sa.CheckConstraint("zoom BETWEEN 50 AND 200", name=op.f("ck_stage_zoom")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_stage_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conference_id", name=op.f("pk_stage")),
    )


def downgrade() -> None:
    op.drop_table("stage")
