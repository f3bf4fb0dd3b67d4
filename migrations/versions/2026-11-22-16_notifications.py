"""Notifications: the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "notifications"
down_revision = "credits"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), sa.ForeignKey("invitation.id")),
        sa.Column("until", Moment()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("read_at", Moment()),
    )
    op.create_index("ix_notice_person_id", "notice", ["person_id", "created_at"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("notice_id", sa.Uuid(), sa.ForeignKey("notice.id"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("settled_at", Moment()),
        sa.Column("settled_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.CheckConstraint("channel IN ('mail', 'phone')", name="channel_is_known"),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'unknown', 'failed')", name="state_is_known"),
        sa.CheckConstraint("channel <> 'phone' OR village_id IS NOT NULL", name="call_has_a_village"),
        sa.UniqueConstraint("notice_id", "channel"),
    )
    op.create_index("ix_delivery_village_id", "delivery", ["village_id", "state"])


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("notice")
