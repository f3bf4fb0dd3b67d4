"""Reporting: the rows behind the figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "reporting"
down_revision = "notifications"


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("measure", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id")),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("link", sa.String(), nullable=False),
        sa.CheckConstraint(
            "measure IN ('requests', 'matches', 'seats', 'attendance', 'hours')", name="measure_is_known"
        ),
    )
    op.create_index("ix_fact_month", "fact", ["month", "village_id"])


def downgrade() -> None:
    op.drop_table("fact")
