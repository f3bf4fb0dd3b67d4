"""Matching: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "matching"
down_revision = "learning_requests"


def upgrade() -> None:
    op.create_table(
        "match_run",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=False, index=True),
        sa.Column("wishes", sa.Integer(), nullable=False),
        sa.Column("instructors", sa.Integer(), nullable=False),
        sa.Column("venues", sa.Integer(), nullable=False),
        sa.Column("classes", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("bound", sa.Double(), nullable=False),
        sa.Column("gap", sa.Double(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
    )
    op.create_table(
        "learning_group",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("topic_id", sa.Uuid(), sa.ForeignKey("topic.id"), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("formed_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('forming', 'asking', 'scheduled', 'dissolved')", name="state_is_known"),
    )
    op.create_index("ix_learning_group_village_id", "learning_group", ["village_id", "state"])
    op.create_table(
        "learning_group_request",
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("learning_group.id"), primary_key=True),
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("learning_request.id"), primary_key=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    _one_at_a_time(
        "uq_learning_group_request_active", "learning_group_request", "request_id", "active = 1", "active = true"
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("match_run.id"), nullable=False),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("learning_group.id"), nullable=False),
        sa.Column("instructor_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id"), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, index=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'asked', 'accepted', 'dropped')", name="state_is_known"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    )
    _one_at_a_time("uq_proposal_live_group", "proposal", "group_id", "state <> 'dropped'", "state <> 'dropped'")
    op.create_table(
        "passed_over",
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("learning_request.id"), primary_key=True),
        sa.Column("instructor_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )


def downgrade() -> None:
    for table in ("passed_over", "proposal", "learning_group_request", "learning_group", "match_run"):
        op.drop_table(table)


def _one_at_a_time(name: str, table: str, column: str, sqlite: str, postgresql: str) -> None:
    op.create_index(
        name, table, [column], unique=True, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql)
    )
