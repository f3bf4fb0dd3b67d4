"""The ledger of hours given back."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class AccountKind(StrEnum):
    PERSON = "person"
    VILLAGE_PROGRAMME = "village_programme"


class LedgerAccount(Base):
    """What a person has given, or what a village's programme owes, in minutes."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'village_programme')", name="kind_is_known"),
        CheckConstraint("(kind = 'person') = (person_id IS NOT NULL)", name="person_has_a_person"),
        CheckConstraint("kind <> 'person' OR balance >= 0", name="person_owes_nothing"),
        CheckConstraint("kind <> 'village_programme' OR balance <= 0", name="programme_only_gives"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: `person:<id>` or `programme:<village id>`: everybody has one account.
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("village.id"))
    balance: Mapped[int]


class Transfer(Base):
    """Minutes that go from one account to another; both entries stand in one row, so their sum is always zero.

    Triggers refuse every change of a row: a mistake is mended by another transfer.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="moves_something"),
        CheckConstraint("from_account_id <> to_account_id", name="has_two_sides"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: `session:<session id>:<person id>`: hours are given for a session once.
    key: Mapped[str] = mapped_column(unique=True)
    from_account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    to_account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    minutes: Mapped[int]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("activity_session.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    #: The city's own day on which the session was held.
    held_on: Mapped[date]
    why: Mapped[str]
    at: Mapped[datetime]
