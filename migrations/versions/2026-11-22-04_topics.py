"""Topics: the taxonomy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "topics"
down_revision = "imports"


def upgrade() -> None:
    op.create_table(
        "topic_area",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("name_ko", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
    )
    op.create_table(
        "topic_subarea",
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("area_code", sa.String(), sa.ForeignKey("topic_area.code"), nullable=False),
        sa.Column("name_ko", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("area_code", sa.String(), sa.ForeignKey("topic_area.code"), nullable=False, index=True),
        sa.Column("subarea_code", sa.String(), sa.ForeignKey("topic_subarea.code"), nullable=False),
        sa.Column("name_ko", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    for table in ("topic", "topic_subarea", "topic_area"):
        op.drop_table(table)
