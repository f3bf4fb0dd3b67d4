"""What-if: periods replayed under other rules, and how fair each match run was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "what_if"
down_revision = "deciding"


def upgrade() -> None:
    op.create_table(
        "what_if",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempt", "done", "total")),
        sa.Column("figures", sa.JSON(none_as_null=True)),
        sa.Column("asked_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'cancelled')", name="state_is_known"),
        sa.CheckConstraint("(state = 'done') = (figures IS NOT NULL)", name="done_has_figures"),
        sa.CheckConstraint("until >= since", name="days_are_in_order"),
    )
    op.create_index("ix_what_if_asked_at", "what_if", ["asked_at"])
    op.create_table(
        "fairness",
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("match_run.id"), primary_key=True),
        sa.Column("measured_at", Moment(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("people", "served", "longest_wait")),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("load_gini", "load_busiest", "plain_value", "plain_without", "plain_bound")
        ),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True)),
        sa.CheckConstraint("served BETWEEN 0 AND people", name="served_are_among_the_people"),
        sa.CheckConstraint("load_gini BETWEEN 0 AND 1", name="gini_is_a_share"),
    )
    op.create_index("ix_fairness_measured_at", "fairness", ["measured_at"])


def downgrade() -> None:
    op.drop_table("fairness")
    op.drop_table("what_if")
