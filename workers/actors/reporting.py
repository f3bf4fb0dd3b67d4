"""Which facts move which figures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.activities.events import (
    ActivityCancelled,
    ActivityChanged,
    ActivityScheduled,
    AttendanceMarked,
    AttendanceUnmarked,
    EnrolmentCancelled,
    EnrolmentConfirmed,
    EnrolmentPromoted,
    SessionCompleted,
)
from village_hub.credits.events import CreditAwarded
from village_hub.learning_requests.events import (
    LearningRequestAnswered,
    LearningRequestJoined,
    LearningRequestLeft,
    LearningRequestOpened,
    LearningRequestReopened,
)
from village_hub.reporting import service
from workers.actor import actor

Request = (
    LearningRequestOpened
    | LearningRequestJoined
    | LearningRequestLeft
    | LearningRequestAnswered
    | LearningRequestReopened
)
Seats = (
    ActivityScheduled
    | ActivityChanged
    | ActivityCancelled
    | EnrolmentConfirmed
    | EnrolmentPromoted
    | EnrolmentCancelled
)


@actor
def count_request(session: Session, event: Request, *, now: datetime) -> None:
    service.count_request(session, event.request_id, now=now)


@actor
def count_seats(session: Session, event: Seats, *, now: datetime) -> None:
    service.count_seats(session, event.activity_id)


@actor
def count_attendance(
    session: Session, event: SessionCompleted | AttendanceMarked | AttendanceUnmarked, *, now: datetime
) -> None:
    service.count_attendance(session, event.session_id)


@actor
def count_hours(session: Session, event: CreditAwarded, *, now: datetime) -> None:
    service.count_hours(session, event.session_id, event.person_id, event.minutes)
