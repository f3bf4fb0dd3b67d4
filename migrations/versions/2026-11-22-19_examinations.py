"""The doctor: what each examination of the database has found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "examinations"
down_revision = "relaying"


def upgrade() -> None:
    op.create_table(
        "examination",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("examined_at", Moment(), nullable=False, index=True),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("broken", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("examination")
