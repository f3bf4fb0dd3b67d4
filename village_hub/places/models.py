"""Municipalities, dated districts, venues with their hours, and where people live."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text, true
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class VenueKind(StrEnum):
    MEETING_ROOM = "meeting_room"
    HALL = "hall"
    CLASSROOM = "classroom"
    SPORTS = "sports"
    LIBRARY = "library"
    OUTDOORS = "outdoors"
    OTHER = "other"


class Feature(StrEnum):
    """What makes a venue usable for everybody."""

    STEP_FREE = "step_free"
    LIFT = "lift"
    ACCESSIBLE_TOILET = "accessible_toilet"
    HEARING_LOOP = "hearing_loop"
    PARKING = "parking"


class Municipality(Base):
    """A city or gu that takes part."""

    __tablename__ = "municipality"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    time_zone: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]


class District(Base):
    """An administrative dong; the living row keeps its id through renamings, former names are rows that ended."""

    __tablename__ = "district"
    __table_args__ = (
        Index(
            "uq_district_living",
            "municipality_id",
            "code",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
            sqlite_where=text("valid_to IS NULL"),
        ),
        CheckConstraint("(valid_to IS NULL) = (now_id IS NULL)", name="ended_means_succeeded"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"))
    code: Mapped[str]
    name: Mapped[str]
    valid_from: Mapped[date]
    #: The first day on which this name no longer held.
    valid_to: Mapped[date | None]
    #: The living row of a former name.
    now_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"), index=True)
    population: Mapped[int | None]
    population_over_65: Mapped[int | None]
    lon: Mapped[float]
    lat: Mapped[float]


class Venue(Base):
    """A room that can be taken."""

    __tablename__ = "venue"
    __table_args__ = (CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_is_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    municipality_id: Mapped[UUID | None] = mapped_column(ForeignKey("municipality.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"), index=True)
    source_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    room: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    #: People it holds; None where nobody has said.
    capacity: Mapped[int | None]
    features: Mapped[list[str]]
    equipment: Mapped[list[str]]
    phone: Mapped[str]
    fee_text: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=true(), default=True)

    @property
    def label(self) -> str:
        """The venue's name with its room."""
        return f"{self.name} {self.room}".strip()


class VenueHours(Base):
    """When a venue is open on a weekday (0 = Monday), in minutes since midnight by the city's clock."""

    __tablename__ = "venue_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="opens_before_it_closes"),
    )

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closes: Mapped[int]


class Residence(Base):
    """Where a person lives, as exactly as the person chose to say."""

    __tablename__ = "residence"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"), index=True)
    lon: Mapped[float]
    lat: Mapped[float]
