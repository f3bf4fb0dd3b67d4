"""Imports: runs, their rows on the way in with their parts, their problems, and what each source said last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "imports"
down_revision = "people"

COUNTS = (
    "attempt", "done", "total", "rows_total", "rows_new", "rows_changed", "rows_same", "rows_refused", "problems",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refusal", sa.JSON(none_as_null=True)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("started_by", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.CheckConstraint(
            "state IN ('reading', 'checked', 'applying', 'applied', 'refused', 'discarded')", name="state_is_known"
        ),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_has_a_reason"),
    )
    op.create_index("ix_import_run_started_at", "import_run", ["started_at"])
    op.create_table(
        "import_row",
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("import_run.id"), primary_key=True),
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True)),
        sa.Column("thing_id", sa.Uuid()),
        sa.CheckConstraint("change IN ('new', 'changed')", name="change_is_known"),
    )
    op.create_table(
        "import_part",
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("import_run.id"), primary_key=True),
        sa.Column("line", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("whole_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
    )
    op.create_index("ix_import_part_whole_id", "import_part", ["whole_id", "starts_at"])
    op.create_table(
        "import_problem",
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("import_run.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
    )
    op.create_table(
        "import_source",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("source_key", sa.String(), primary_key=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("run_id", sa.Uuid(), sa.ForeignKey("import_run.id"), nullable=False),
    )


def downgrade() -> None:
    for table in ("import_source", "import_problem", "import_part", "import_row", "import_run"):
        op.drop_table(table)
