"""People, how they sign in, and which roles they hold for how long."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class RoleKind(StrEnum):
    RESIDENT = "resident"
    INSTRUCTOR = "instructor"
    LEARNING_MANAGER = "learning_manager"
    STAFF = "staff"
    OPERATOR = "operator"


class Person(Base):
    """One person, however they sign in; a phone number is kept sealed and found by its fingerprint."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone_hash: Mapped[str | None] = mapped_column(unique=True)
    phone_sealed: Mapped[str | None]
    card_number: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="ko")
    created_at: Mapped[datetime]


class SignIn(Base):
    """One device on which a person is signed in; only a hash of its token is kept."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str]


class PersonRole(Base):
    """A role of a person within a scope (such as a village), from a moment on, until another or for good."""

    __tablename__ = "person_role"
    __table_args__ = (
        CheckConstraint("kind IN ('resident', 'instructor', 'learning_manager', 'staff', 'operator')", name="kind"),
        CheckConstraint("kind <> 'learning_manager' OR scope_id IS NOT NULL", name="manager_has_scope"),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="term"),
        Index(
            "uq_person_role_lasting_everywhere", "person_id", "kind", unique=True,
            sqlite_where=text("ends_at IS NULL AND scope_id IS NULL"),
            postgresql_where=text("ends_at IS NULL AND scope_id IS NULL"),
        ),
        Index(
            "uq_person_role_lasting_in_scope", "person_id", "kind", "scope_id", unique=True,
            sqlite_where=text("ends_at IS NULL AND scope_id IS NOT NULL"),
            postgresql_where=text("ends_at IS NULL AND scope_id IS NOT NULL"),
        ),
        Index("ix_person_role_kind_scope_id", "kind", "scope_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    scope_id: Mapped[UUID | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """Who a person is at an OpenID Connect provider; the key is (issuer, subject), never an e-mail address."""

    __tablename__ = "external_identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime]


class SignInAttempt(Base):
    """A try to sign in or register, kept as fingerprints and only as long as it counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_login_hash_at", "login_hash", "at"),
        Index("ix_sign_in_attempt_address_hash_at", "address_hash", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login_hash: Mapped[str]
    address_hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
