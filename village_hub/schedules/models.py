"""Who and what is taken when: half hours that exist once per person and once per venue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base

HALF_HOUR = timedelta(minutes=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def slots_between(starts_at: datetime, ends_at: datetime) -> range:
    """Every half hour since 1970-01-01T00:00Z that the span touches."""
    return range((starts_at - EPOCH) // HALF_HOUR, -((EPOCH - ends_at) // HALF_HOUR))


class Hold(Base):
    """A person or a venue (or both) kept for a span of time, and why."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR venue_id IS NOT NULL", name="holds_something"),
        CheckConstraint("starts_at < ends_at", name="has_a_span"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    why: Mapped[str]
    released_at: Mapped[datetime | None]


class PersonSlot(Base):
    """One half hour of one person; the primary key is the protection against double booking."""

    __tablename__ = "person_slot"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("hold.id"), index=True)


class VenueSlot(Base):
    """One half hour of one venue; the primary key is the protection against double booking."""

    __tablename__ = "venue_slot"

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("hold.id"), index=True)
