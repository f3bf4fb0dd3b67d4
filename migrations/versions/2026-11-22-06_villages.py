"""Villages: villages, base centres, memberships."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "villages"
down_revision = "places"


def upgrade() -> None:
    op.create_table(
        "village",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality_id", sa.Uuid(), sa.ForeignKey("municipality.id"), nullable=False),
        sa.Column("district_id", sa.Uuid(), sa.ForeignKey("district.id"), nullable=False, index=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("greeting", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("asks_automatically", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("municipality_id", "name"),
    )
    op.create_table(
        "base_centre",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality_id", sa.Uuid(), sa.ForeignKey("municipality.id"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id")),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("district_id", sa.Uuid(), sa.ForeignKey("district.id"), nullable=False),
        sa.UniqueConstraint("municipality_id", "name"),
    )
    op.create_table(
        "village_membership",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment()),
    )
    active = sa.text("until IS NULL")
    op.create_index(
        "uq_village_membership_active",
        "village_membership",
        ["village_id", "person_id"],
        unique=True,
        postgresql_where=active,
        sqlite_where=active,
    )


def downgrade() -> None:
    for table in ("village_membership", "base_centre", "village"):
        op.drop_table(table)
