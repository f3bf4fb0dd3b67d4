"""Facts, jobs, signals, idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "kernel"
down_revision = None


def upgrade() -> None:
    for counter in ("event_stream", "signal_stream"):
        op.create_table(
            counter,
            sa.Column("stream", sa.String(), primary_key=True),
            sa.Column("seq", sa.Integer(), nullable=False),
        )
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("actor", sa.Uuid()),
        sa.Column("village", sa.Uuid()),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("relayed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("stream", "seq"),
    )
    _index("event", "ix_event_unrelayed", ["id"], "relayed = false", "relayed = 0")
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("message_type", sa.String(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Uuid()),
        sa.Column("run_at", Moment(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", Moment()),
        sa.Column("rung_at", Moment()),
        sa.Column("finished_at", Moment()),
        sa.Column("last_error", sa.String()),
    )
    _index("job", "ix_job_due", ["run_at"], "state = 'waiting'", "state = 'waiting'")
    _index("job", "ix_job_leased", ["lease_until"], "state = 'running'", "state = 'running'")
    op.create_table(
        "signal",
        sa.Column("stream", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False, index=True),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("location", sa.String()),
        sa.Column("made_at", Moment(), nullable=False, index=True),
    )


def downgrade() -> None:
    for table in ("idempotency_key", "signal", "job", "event", "signal_stream", "event_stream"):
        op.drop_table(table)


def _index(table: str, name: str, columns: list[str], on_postgresql: str, on_sqlite: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(on_postgresql), sqlite_where=sa.text(on_sqlite))
