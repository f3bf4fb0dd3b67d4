"""Places: municipalities, districts, venues with hours, residences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "places"
down_revision = "topics"


def upgrade() -> None:
    op.create_table(
        "municipality",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality_id", sa.Uuid(), sa.ForeignKey("municipality.id"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("now_id", sa.Uuid(), sa.ForeignKey("district.id"), index=True),
        sa.Column("population", sa.Integer()),
        sa.Column("population_over_65", sa.Integer()),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.CheckConstraint("(valid_to IS NULL) = (now_id IS NULL)", name="ended_means_succeeded"),
    )
    living = sa.text("valid_to IS NULL")
    op.create_index(
        "uq_district_living",
        "district",
        ["municipality_id", "code"],
        unique=True,
        postgresql_where=living,
        sqlite_where=living,
    )
    op.create_table(
        "venue",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("municipality_id", sa.Uuid(), sa.ForeignKey("municipality.id")),
        sa.Column("district_id", sa.Uuid(), sa.ForeignKey("district.id"), index=True),
        sa.Column("source_key", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("capacity", sa.Integer()),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("fee_text", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_is_positive"),
    )
    op.create_table(
        "venue_hours",
        sa.Column("venue_id", sa.Uuid(), sa.ForeignKey("venue.id"), primary_key=True),
        sa.Column("weekday", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("opens", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        sa.CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="opens_before_it_closes"),
    )
    op.create_table(
        "residence",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("district_id", sa.Uuid(), sa.ForeignKey("district.id"), nullable=False, index=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    for table in ("residence", "venue_hours", "venue", "district", "municipality"):
        op.drop_table(table)
