"""A seat's organisation and role: what cards are dealt in stacks by, and cross-groups are mixed by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seat", sa.Column("organisation", sa.Text(), nullable=True))
    op.add_column("seat", sa.Column("role", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("seat", "role")
    op.drop_column("seat", "organisation")
