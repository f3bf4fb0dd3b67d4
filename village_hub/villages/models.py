"""Learning villages, the base centres they turn to, and who belongs to them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Village(Base):
    """A neighbourhood that learns together."""

    __tablename__ = "village"
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str]
    name_en: Mapped[str]
    greeting: Mapped[str]
    phone: Mapped[str]
    #: Whether instructors are asked as soon as a match is found; else a manager approves first.
    asks_automatically: Mapped[bool] = mapped_column(server_default=false(), default=False)
    founded_on: Mapped[date]


class BaseCentre(Base):
    """The lifelong-learning centre of an area."""

    __tablename__ = "base_centre"
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"))
    name: Mapped[str]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    phone: Mapped[str]
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"))


class VillageMembership(Base):
    """A person belongs to a village, once at a time."""

    __tablename__ = "village_membership"
    __table_args__ = (
        Index(
            "uq_village_membership_active",
            "village_id",
            "person_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
            sqlite_where=text("until IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    village_id: Mapped[UUID] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
