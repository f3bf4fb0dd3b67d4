"""Credits: the ledger, whose transfers no code path can change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "credits"
down_revision = "feedback"

REFUSE = "BEGIN RAISE EXCEPTION 'a transfer stays as it was written'; END"


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("village_id", sa.Uuid(), sa.ForeignKey("village.id")),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'village_programme')", name="kind_is_known"),
        sa.CheckConstraint("(kind = 'person') = (person_id IS NOT NULL)", name="person_has_a_person"),
        sa.CheckConstraint("kind <> 'person' OR balance >= 0", name="person_owes_nothing"),
        sa.CheckConstraint("kind <> 'village_programme' OR balance <= 0", name="programme_only_gives"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        sa.Column("from_account_id", sa.Uuid(), sa.ForeignKey("ledger_account.id"), nullable=False, index=True),
        sa.Column("to_account_id", sa.Uuid(), sa.ForeignKey("ledger_account.id"), nullable=False, index=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), sa.ForeignKey("activity_session.id"), nullable=False),
        sa.Column("activity_id", sa.Uuid(), sa.ForeignKey("activity.id"), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("minutes > 0", name="moves_something"),
        sa.CheckConstraint("from_account_id <> to_account_id", name="has_two_sides"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(f"CREATE FUNCTION transfer_stays() RETURNS trigger LANGUAGE plpgsql AS $$ {REFUSE} $$")
    body = "BEGIN SELECT RAISE(ABORT, 'a transfer stays as it was written'); END"
    act = body if is_sqlite else "FOR EACH ROW EXECUTE FUNCTION transfer_stays()"
    for action in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER transfer_{action.lower()} BEFORE {action} ON transfer {act}")


def downgrade() -> None:
    op.drop_table("transfer")
    op.drop_table("ledger_account")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION transfer_stays()")
