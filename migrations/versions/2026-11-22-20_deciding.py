"""Matching: what runs remember, what people decide by hand, and what a change would cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "deciding"
down_revision = "examinations"


def upgrade() -> None:
    for column in (
        sa.Column("way", sa.String(), nullable=False, server_default="full"),
        sa.Column("changed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rules_version", sa.String(), nullable=False, server_default=""),
        sa.Column("effort", sa.Integer(), nullable=False, server_default="120"),
        sa.Column("steps", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("seconds", sa.Double(), nullable=False, server_default="0"),
        sa.Column("stability", sa.Double(), nullable=False, server_default="0"),
    ):
        op.add_column("match_run", column)
    op.create_table(
        "match_run_record",
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("match_run.id"), primary_key=True),
        sa.Column("made_at", Moment(), nullable=False, index=True),
        sa.Column("given", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("tariff", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id"), nullable=True),
        sa.Column("instructor_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id"), nullable=True),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('approved', 'pinned', 'changed', 'dismissed', 'apart', 'instructor', 'venue')",
            name="kind_is_known",
        ),
        sa.CheckConstraint("kind <> 'instructor' OR instructor_id IS NOT NULL", name="instructor_is_named"),
        sa.CheckConstraint("kind <> 'venue' OR venue_id IS NOT NULL", name="venue_is_named"),
        sa.CheckConstraint(
            "kind NOT IN ('approved', 'pinned', 'changed', 'dismissed') OR proposal_id IS NOT NULL",
            name="proposal_is_named",
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    )
    op.create_index("ix_decision_village_id", "decision", ["village_id", "decided_at"])
    op.create_index("ix_decision_proposal_id", "decision", ["proposal_id"])
    op.create_table(
        "decision_person",
        sa.Column("decision_id", sa.Uuid(), sa.ForeignKey("decision.id"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
    )
    op.create_table(
        "trial",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id"), nullable=False, index=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
    )


def downgrade() -> None:
    for table in ("trial", "decision_person", "decision", "match_run_record"):
        op.drop_table(table)
    with op.batch_alter_table("match_run") as batch:
        for column in ("way", "changed", "rules_version", "effort", "steps", "seconds", "stability"):
            batch.drop_column(column)
