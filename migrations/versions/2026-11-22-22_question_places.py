"""Question places: how often an instructor is asked in a week and in a month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "question_places"
down_revision = "what_if"


def upgrade() -> None:
    op.create_table(
        "question_place",
        sa.Column("instructor_id", sa.Uuid(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Uuid(), sa.ForeignKey("learning_group.id"), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND allowed", name="within_the_cap"),
        sa.UniqueConstraint("instructor_id", "period", "group_id", name="uq_question_place_group"),
    )


def downgrade() -> None:
    op.drop_table("question_place")
