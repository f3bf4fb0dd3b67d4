"""People: accounts, devices, roles with a term, identities at providers, tries to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from village_hub.kernel.db import Moment

revision = "people"
down_revision = "kernel"

KINDS = "kind IN ('resident', 'instructor', 'learning_manager', 'staff', 'operator')"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone_hash", sa.String(), nullable=True),
        sa.Column("phone_sealed", sa.String(), nullable=True),
        sa.Column("card_number", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
        sa.UniqueConstraint("phone_hash", name="uq_person_phone_hash"),
        sa.UniqueConstraint("card_number", name="uq_person_card_number"),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_person_id_person"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_token_hash"),
    )
    op.create_index("ix_sign_in_person_id", "sign_in", ["person_id"])
    op.create_table(
        "person_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person_role"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_role_person_id_person"),
        sa.CheckConstraint(KINDS, name=op.f("ck_person_role_kind")),
        sa.CheckConstraint(
            "kind <> 'learning_manager' OR scope_id IS NOT NULL", name=op.f("ck_person_role_manager_has_scope")
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_person_role_term")),
    )
    op.create_index("ix_person_role_person_id", "person_role", ["person_id"])
    op.create_index("ix_person_role_kind_scope_id", "person_role", ["kind", "scope_id"])
    _unique_while("ends_at IS NULL AND scope_id IS NULL", "everywhere", ["person_id", "kind"])
    _unique_while("ends_at IS NULL AND scope_id IS NOT NULL", "in_scope", ["person_id", "kind", "scope_id"])
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_external_identity"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_external_identity_person_id_person"),
    )
    op.create_index("ix_external_identity_person_id", "external_identity", ["person_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login_hash", sa.String(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    op.create_index("ix_sign_in_attempt_login_hash_at", "sign_in_attempt", ["login_hash", "at"])
    op.create_index("ix_sign_in_attempt_address_hash_at", "sign_in_attempt", ["address_hash", "at"])


def downgrade() -> None:
    for table in ("sign_in_attempt", "external_identity", "person_role", "sign_in", "person"):
        op.drop_table(table)


def _unique_while(lasting: str, name: str, columns: list[str]) -> None:
    where = sa.text(lasting)
    op.create_index(
        f"uq_person_role_lasting_{name}",
        "person_role",
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
