"""Seats that vote on paper, cards that are given anew, and the venue's Wi-Fi."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seat", sa.Column("paper", sa.Integer(), nullable=True))
    op.add_column("seat", sa.Column("card", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_seat_conference_id_paper"), "seat", ["conference_id", "paper"], unique=True)
    op.add_column("run", sa.Column("typed", sa.Integer(), nullable=True))
    op.add_column("conference", sa.Column("wifi_name", sa.Text(), nullable=True))
    op.add_column("conference", sa.Column("wifi_password", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("conference", "wifi_password")
    op.drop_column("conference", "wifi_name")
    op.drop_column("run", "typed")
    op.drop_index(op.f("ix_seat_conference_id_paper"), "seat")
    op.drop_column("seat", "card")
    op.drop_column("seat", "paper")
