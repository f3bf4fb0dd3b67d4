"""Talents: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "talents"
down_revision = "schedules"


def upgrade() -> None:
    op.create_table(
        "teaching",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("cap_per_week", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("group_min", sa.Integer(), nullable=False),
        sa.Column("group_max", sa.Integer(), nullable=False),
        sa.Column("paused_since", Moment()),
        sa.Column("paused_until", Moment()),
        sa.CheckConstraint("radius_m > 0", name="radius_is_positive"),
        sa.CheckConstraint("cap_per_week BETWEEN 1 AND 14", name="cap_is_sensible"),
        sa.CheckConstraint("group_min >= 1 AND group_max >= group_min", name="group_is_a_range"),
    )
    op.create_table(
        "talent",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("topic_id", sa.Uuid(), sa.ForeignKey("topic.id"), nullable=False, index=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "uq_talent_active_topic",
        "talent",
        ["person_id", "topic_id"],
        unique=True,
        sqlite_where=sa.text("active = 1"),
        postgresql_where=sa.text("active = true"),
    )
    op.create_table(
        "availability",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("weekday", sa.Integer(), primary_key=True),
        sa.Column("starts", sa.Integer(), primary_key=True),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        sa.CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name="span_is_within_a_day"),
    )


def downgrade() -> None:
    op.drop_table("availability")
    op.drop_table("talent")
    op.drop_table("teaching")
