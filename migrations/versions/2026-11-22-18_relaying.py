"""Facts: how many jobs were made of each, so that a missing one shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "relaying"
down_revision = "reporting"
COUNTED = "UPDATE event SET jobs = (SELECT count(*) FROM job WHERE job.event_id = event.id) WHERE relayed"
UNCOUNTED = "UPDATE event SET relayed = (jobs IS NOT NULL)"


def upgrade() -> None:
    op.add_column("event", sa.Column("jobs", sa.Integer()))
    op.execute(COUNTED)
    op.drop_index("ix_event_unrelayed", "event")
    op.drop_column("event", "relayed")
    _index_unrelayed("jobs IS NULL", "jobs IS NULL")
    op.create_index("ix_job_event_id", "job", ["event_id"])


def downgrade() -> None:
    op.drop_index("ix_job_event_id", "job")
    op.add_column("event", sa.Column("relayed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(UNCOUNTED)
    op.drop_index("ix_event_unrelayed", "event")
    op.drop_column("event", "jobs")
    _index_unrelayed("relayed = false", "relayed = 0")


def _index_unrelayed(on_postgresql: str, on_sqlite: str) -> None:
    where, sqlite = sa.text(on_postgresql), sa.text(on_sqlite)
    op.create_index("ix_event_unrelayed", "event", ["id"], postgresql_where=where, sqlite_where=sqlite)
