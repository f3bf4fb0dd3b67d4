"""Schedules: holds and the half hours they take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "schedules"
down_revision = "clubs"


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), index=True),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id"), index=True),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("released_at", Moment()),
        sa.CheckConstraint("person_id IS NOT NULL OR venue_id IS NOT NULL", name="holds_something"),
        sa.CheckConstraint("starts_at < ends_at", name="has_a_span"),
    )
    for owner in ("person", "venue"):
        op.create_table(
            f"{owner}_slot",
            sa.Column(f"{owner}_id", sa.Uuid(), sa.ForeignKey(f"{owner}.id"), primary_key=True),
            sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column("hold_id", sa.Uuid(), sa.ForeignKey("hold.id"), nullable=False, index=True),
        )


def downgrade() -> None:
    for table in ("venue_slot", "person_slot", "hold"):
        op.drop_table(table)
