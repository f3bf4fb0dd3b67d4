"""What volunteers can teach, where, when and how often."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Teaching(Base):
    """The terms on which one volunteer teaches; the place is where they set out from."""

    __tablename__ = "teaching"
    __table_args__ = (
        CheckConstraint("radius_m > 0", name="radius_is_positive"),
        CheckConstraint("cap_per_week BETWEEN 1 AND 14", name="cap_is_sensible"),
        CheckConstraint("group_min >= 1 AND group_max >= group_min", name="group_is_a_range"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lon: Mapped[float]
    lat: Mapped[float]
    radius_m: Mapped[int]
    cap_per_week: Mapped[int]
    languages: Mapped[list[str]]
    group_min: Mapped[int]
    group_max: Mapped[int]
    paused_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]


class Talent(Base):
    """One topic that a volunteer teaches, and the levels they teach it at."""

    __tablename__ = "talent"
    __table_args__ = (
        Index(
            "uq_talent_active_topic",
            "person_id",
            "topic_id",
            unique=True,
            sqlite_where=text("active = 1"),
            postgresql_where=text("active = true"),
        ),
        Index("ix_talent_topic_id", "topic_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"))
    levels: Mapped[list[str]]
    title: Mapped[str]
    description: Mapped[str]
    active: Mapped[bool]


class Availability(Base):
    """A span of one weekday (0 = Monday), in minutes since midnight, in which a volunteer could teach."""

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_exists"),
        CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name="span_is_within_a_day"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    starts: Mapped[int] = mapped_column(primary_key=True)
    ends: Mapped[int]
