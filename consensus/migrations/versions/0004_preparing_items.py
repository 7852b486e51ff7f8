"""An item in plain words, which items it was merged from, and the highest number that an item has ever had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("item", sa.Column("plain", sa.Text(), nullable=False, server_default=""))
    op.add_column("item", sa.Column("merged", sa.Text(), nullable=False, server_default=""))
    op.add_column("conference", sa.Column("last_number", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("conference", "last_number")
    op.drop_column("item", "merged")
    op.drop_column("item", "plain")
