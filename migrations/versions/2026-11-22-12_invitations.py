"""Invitations: the first table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "invitations"
down_revision = "matching"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("proposal_id", sa.Uuid(), sa.ForeignKey("proposal.id"), nullable=False, index=True),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("learning_group.id"), nullable=False),
        sa.Column("instructor_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id"), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("deadline", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment()),
        sa.Column("reason_code", sa.String()),
        sa.Column("reason_words", sa.String(), nullable=False),
        sa.Column("other_starts_at", Moment()),
        sa.Column("token_hash", sa.String(), unique=True),
        sa.Column("hold_id", sa.Uuid(), sa.ForeignKey("hold.id")),
        sa.CheckConstraint(
            "state IN ('needs_action', 'accepted', 'declined', 'expired', 'withdrawn')", name="state_is_known"
        ),
    )
    for name, columns, state in (
        ("uq_invitation_accepted_group", ["group_id"], "accepted"),
        ("uq_invitation_waiting", ["group_id", "instructor_id"], "needs_action"),
    ):
        only = sa.text(f"state = '{state}'")
        op.create_index(name, "invitation", columns, unique=True, sqlite_where=only, postgresql_where=only)
    op.create_index("ix_invitation_instructor_id", "invitation", ["instructor_id", "state"])


def downgrade() -> None:
    op.drop_table("invitation")
