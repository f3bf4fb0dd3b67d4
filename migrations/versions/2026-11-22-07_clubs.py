"""Clubs: clubs and their members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "clubs"
down_revision = "villages"


def upgrade() -> None:
    op.create_table(
        "club",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id"), nullable=False),
        sa.Column("topic_id", sa.Uuid(), sa.ForeignKey("topic.id")),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("meets", sa.String(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
    )
    still_open = sa.text("closed_on IS NULL")
    op.create_index(
        "uq_club_open_name",
        "club",
        ["village_id", "name"],
        unique=True,
        postgresql_where=still_open,
        sqlite_where=still_open,
    )
    op.create_table(
        "club_member",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("club_id", sa.Uuid(), sa.ForeignKey("club.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("is_lead", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment()),
    )
    active = sa.text("until IS NULL")
    op.create_index(
        "uq_club_member_active",
        "club_member",
        ["club_id", "person_id"],
        unique=True,
        postgresql_where=active,
        sqlite_where=active,
    )


def downgrade() -> None:
    for table in ("club_member", "club"):
        op.drop_table(table)
