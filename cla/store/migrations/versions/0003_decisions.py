"""What people decided about the data, by authority."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("la", sa.String(length=9), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("moment", sa.String(length=32), nullable=False),
        sa.Column("taken_back", sa.String(length=32), nullable=True),
        sa.Column("taken_back_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("la", "id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_la_kind_subject", "decisions", ["la", "kind", "subject"])
