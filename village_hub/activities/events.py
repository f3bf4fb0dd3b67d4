"""What happened to activities, their sessions and the people who take part."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer


@dataclass(frozen=True)
class ActivityScheduled(Event, type="activity.scheduled", stream="activity:{activity_id}"):
    activity_id: UUID
    village_id: UUID | None
    invitation_id: UUID | None = None


@dataclass(frozen=True)
class ActivityChanged(Event, type="activity.changed", stream="activity:{activity_id}"):
    """Something was said differently, or a session was moved, added or called off."""

    activity_id: UUID
    village_id: UUID | None


@dataclass(frozen=True)
class ActivityCancelled(Event, type="activity.cancelled", stream="activity:{activity_id}"):
    activity_id: UUID
    village_id: UUID | None
    reason: str


@dataclass(frozen=True)
class ActivityEnded(Event, type="activity.ended", stream="activity:{activity_id}"):
    """The last session is over; whoever came often enough has completed it."""

    activity_id: UUID
    village_id: UUID | None
    completed: int


@dataclass(frozen=True)
class EnrolmentConfirmed(Event, type="enrolment.confirmed", stream="activity:{activity_id}"):
    activity_id: UUID
    person_id: UUID
    village_id: UUID | None


@dataclass(frozen=True)
class EnrolmentWaiting(Event, type="enrolment.waiting", stream="activity:{activity_id}"):
    activity_id: UUID
    person_id: UUID
    village_id: UUID | None


@dataclass(frozen=True)
class EnrolmentPromoted(Event, type="enrolment.promoted", stream="activity:{activity_id}"):
    """A seat became free and the first who waited has it."""

    activity_id: UUID
    person_id: UUID
    village_id: UUID | None


@dataclass(frozen=True)
class EnrolmentCancelled(Event, type="enrolment.cancelled", stream="activity:{activity_id}"):
    activity_id: UUID
    person_id: UUID
    village_id: UUID | None


@dataclass(frozen=True)
class SessionCompleted(Event, type="session.completed", stream="activity:{activity_id}"):
    session_id: UUID
    activity_id: UUID
    village_id: UUID | None
    instructor_id: UUID | None


@dataclass(frozen=True)
class AttendanceMarked(Event, type="attendance.marked", stream="session:{session_id}"):
    """Somebody was present, absent or excused; `person_id` is None for a walk-in without an account."""

    session_id: UUID
    person_id: UUID | None
    state: str


@dataclass(frozen=True)
class AttendanceUnmarked(Event, type="attendance.unmarked", stream="session:{session_id}"):
    """The mark was a slip and is taken back."""

    session_id: UUID
    person_id: UUID | None


@dataclass(frozen=True)
class SessionReminder(Timer, type="session.reminder"):
    """The day before a session."""

    session_id: UUID


@dataclass(frozen=True)
class SessionOver(Timer, type="session.over"):
    """Some hours after a session's end."""

    session_id: UUID
