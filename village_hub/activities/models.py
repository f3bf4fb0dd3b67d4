"""Activities, their dated sessions, who takes part and who came."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from village_hub.kernel.db import Base


class Kind(StrEnum):
    EVENT = "event"
    COURSE = "course"
    LECTURE = "lecture"
    CAMPAIGN = "campaign"
    FESTIVAL = "festival"


class ActivityState(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    ENDED = "ended"


class SessionState(StrEnum):
    PLANNED = "planned"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    SEATED = "seated"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class AttendanceState(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


def one_of(column: str, values: type[StrEnum]) -> str:
    """The SQL condition that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(each.value) for each in values)})"


class Activity(Base):
    """Whatever has dated sessions that people sign up for."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind_is_known"),
        CheckConstraint(one_of("state", ActivityState), name="state_is_known"),
        CheckConstraint("seats IS NULL OR seats > 0", name="seats_are_positive"),
        CheckConstraint("minimum IS NULL OR minimum > 0", name="minimum_is_positive"),
        CheckConstraint("fee >= 0", name="fee_is_not_negative"),
        CheckConstraint("state <> 'cancelled' OR reason <> ''", name="cancelled_has_a_reason"),
        Index("ix_activity_village_id_state", "village_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    village_id: Mapped[UUID | None] = mapped_column(ForeignKey("village.id"))
    municipality_id: Mapped[UUID | None] = mapped_column(ForeignKey("municipality.id"))
    club_id: Mapped[UUID | None] = mapped_column(ForeignKey("club.id"), index=True)
    topic_id: Mapped[UUID | None] = mapped_column(ForeignKey("topic.id"))
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    #: Where it is, in words, if it is in none of the known venues.
    place_text: Mapped[str]
    address: Mapped[str]
    instructor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    instructor_name: Mapped[str]
    #: The institution behind an imported course; empty where the village itself invites.
    host: Mapped[str]
    phone: Mapped[str]
    homepage: Mapped[str]
    #: None: as many as come.
    seats: Mapped[int | None]
    minimum: Mapped[int | None]
    #: In won.
    fee: Mapped[int]
    enrol_from: Mapped[datetime | None]
    enrol_until: Mapped[datetime | None]
    #: First and last day where the hours of the sessions are not known.
    from_date: Mapped[date | None]
    until_date: Mapped[date | None]
    state: Mapped[str]
    #: Why it was cancelled.
    reason: Mapped[str]
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id"), unique=True)
    source_key: Mapped[str | None] = mapped_column(unique=True)
    #: The row of the file that an imported course was read from.
    source: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    #: How often date, place or state changed: calendars follow it (RFC 5545 SEQUENCE).
    updated_seq: Mapped[int] = mapped_column(default=0)


class ActivitySession(Base):
    """One dated meeting of an activity."""

    __tablename__ = "activity_session"
    __table_args__ = (
        CheckConstraint(one_of("state", SessionState), name="state_is_known"),
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        Index("ix_activity_session_activity_id", "activity_id", "starts_at"),
        Index("ix_activity_session_starts_at", "starts_at"),
        Index(
            "uq_activity_session_code",
            "code",
            unique=True,
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"))
    #: Keeps the instructor and the room for this hour.
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold.id"))
    state: Mapped[str]
    #: Six digits shown in the room; None where nobody signs up here.
    code: Mapped[str | None]


class Enrolment(Base):
    """A person's place in an activity; people who come along without an account are guests 1, 2, … of the person."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint(one_of("state", EnrolmentState), name="state_is_known"),
        CheckConstraint("seat_no IS NULL OR seat_no > 0", name="seat_is_positive"),
        CheckConstraint("guest_no >= 0", name="guest_is_not_negative"),
        UniqueConstraint("activity_id", "place_in_line"),
        Index(
            "uq_enrolment_active",
            "activity_id",
            "person_id",
            "guest_no",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index(
            "uq_enrolment_seat",
            "activity_id",
            "seat_no",
            unique=True,
            sqlite_where=text("state = 'seated'"),
            postgresql_where=text("state = 'seated'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    guest_no: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]
    #: None where seats are not numbered (unlimited) or the person waits.
    seat_no: Mapped[int | None]
    #: First come, first served: the order in which people signed up.
    place_in_line: Mapped[int]
    enrolled_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Attendance(Base):
    """Whether somebody came; a walk-in without an account is only a name."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint(one_of("state", AttendanceState), name="state_is_known"),
        CheckConstraint("person_id IS NOT NULL OR walk_in_name <> ''", name="is_somebody"),
        UniqueConstraint("session_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("activity_session.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    walk_in_name: Mapped[str]
    state: Mapped[str]
    marked_at: Mapped[datetime]
    #: None where the person checked in alone with the code.
    marked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class Completion(Base):
    """A person attended enough of an activity's sessions."""

    __tablename__ = "completion"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    completed_at: Mapped[datetime]
