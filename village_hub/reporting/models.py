"""The rows behind every figure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Measure(StrEnum):
    """What a row counts: `amount`, out of `of` where it is a share."""

    REQUESTS = "requests"  # 1 for each request, in the month in which it was opened
    MATCHES = "matches"  # hours until a request had its lecture, in the month in which it was opened
    SEATS = "seats"  # seats taken of seats offered, in the month of the first session
    ATTENDANCE = "attendance"  # people who came of people with a seat, in the month of the session
    HOURS = "hours"  # minutes a volunteer gave, in the month of the session


class Fact(Base):
    """What one request, activity, session or volunteer adds to a figure; written anew whenever that changes."""

    __tablename__ = "fact"
    __table_args__ = (
        CheckConstraint("measure IN ('requests', 'matches', 'seats', 'attendance', 'hours')", name="measure_is_known"),
        Index("ix_fact_month", "month", "village_id"),
    )

    measure: Mapped[str] = mapped_column(primary_key=True)
    #: What the row is about; a repeated job finds its own row again.
    key: Mapped[str] = mapped_column(primary_key=True)
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("village.id"))
    #: The first day of the month it counts for, on the city's calendar.
    month: Mapped[date]
    day: Mapped[date]
    amount: Mapped[int]
    of: Mapped[int]
    #: How many people stand behind the row; where `person_id` is given, that person alone.
    people: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    link: Mapped[str]
