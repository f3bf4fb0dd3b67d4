"""Learning requests: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "learning_requests"
down_revision = "talents"

WAITING = "state IN ('open', 'pooling', 'asking')"


def upgrade() -> None:
    op.create_table(
        "learning_request",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("requester_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id"), nullable=False),
        sa.Column("topic_id", sa.Uuid(), sa.ForeignKey("topic.id"), nullable=False, index=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("place_kind", sa.String(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id")),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("reach_m", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("next_step", sa.String()),
        sa.Column("next_at", Moment()),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("waiting_since", Moment(), nullable=False),
        sa.Column("group_id", sa.Uuid(), index=True),
        sa.Column("activity_id", sa.Uuid()),
        sa.Column("why_not", sa.JSON(none_as_null=True)),
        sa.CheckConstraint(
            "state IN ('open', 'pooling', 'asking', 'scheduled', 'done', 'withdrawn', 'unserved')",
            name="state_is_known",
        ),
        sa.CheckConstraint(
            f"NOT {WAITING} OR (owner_id IS NOT NULL AND next_step IS NOT NULL AND next_at IS NOT NULL)",
            name="waiting_has_owner_and_date",
        ),
        sa.CheckConstraint("state <> 'unserved' OR why_not IS NOT NULL", name="unserved_has_a_reason"),
        sa.CheckConstraint("place_kind IN ('near_me', 'own_place')", name="place_kind_is_known"),
        sa.CheckConstraint("place_kind <> 'own_place' OR venue_id IS NOT NULL", name="own_place_is_named"),
        sa.CheckConstraint("level IN ('any', 'beginner', 'intermediate', 'advanced')", name="level_is_known"),
        sa.CheckConstraint("people BETWEEN 1 AND 200", name="people_is_sensible"),
        sa.CheckConstraint("reach_m > 0", name="reach_is_positive"),
        sa.CheckConstraint("until_date >= from_date", name="dates_are_in_order"),
    )
    op.create_index(
        "uq_learning_request_waiting_topic",
        "learning_request",
        ["requester_id", "topic_id"],
        unique=True,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    op.create_index("ix_learning_request_village_id", "learning_request", ["village_id", "state", "next_at"])
    op.create_table(
        "learning_request_time",
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("learning_request.id"), primary_key=True),
        sa.Column("weekday", sa.Integer(), primary_key=True),
        sa.Column("starts", sa.Integer(), primary_key=True),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        sa.CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name="span_is_within_a_day"),
    )
    op.create_table(
        "companion",
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("learning_request.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True, index=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.CheckConstraint("people BETWEEN 1 AND 200", name="people_is_sensible"),
    )
    op.create_table(
        "rulebook",
        sa.Column("municipality_id", sa.Uuid(), sa.ForeignKey("municipality.id"), primary_key=True),
        sa.Column("valid_from", sa.Date(), primary_key=True),
        sa.Column("rules", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    for table in ("rulebook", "companion", "learning_request_time", "learning_request"):
        op.drop_table(table)
