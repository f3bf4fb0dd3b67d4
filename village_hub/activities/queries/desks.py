"""The day's sessions with how many came, for those who keep the lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from village_hub.activities.models import (
    Activity,
    ActivitySession,
    ActivityState,
    Attendance,
    AttendanceState,
    Enrolment,
    EnrolmentState,
    SessionState,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A session with how many have a seat and how many of all came."""

    session_id: UUID
    activity_id: UUID
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    state: str
    venue_id: UUID | None
    place_text: str
    seated: int
    came: int


def desks(session: Session, village_id: UUID, starts_at: datetime, ends_at: datetime) -> list[Desk]:
    """A village's sessions that begin within the span, in order; called-off ones are left out; one query."""
    each, seat, mark = ActivitySession, Enrolment, Attendance
    seated = select(func.count()).where(seat.activity_id == each.activity_id, seat.state == EnrolmentState.SEATED)
    came = select(func.count()).where(mark.session_id == each.id, mark.state == AttendanceState.PRESENT)
    query = (
        select(
            each.id, each.activity_id, Activity.title, Activity.kind, each.starts_at, each.ends_at, each.state,
            each.venue_id, Activity.place_text,
            seated.correlate(each).scalar_subquery(), came.correlate(each).scalar_subquery(),
        )
        .join(Activity, Activity.id == each.activity_id)
        .where(Activity.village_id == village_id, each.starts_at >= starts_at, each.starts_at < ends_at)
        .where(each.state != SessionState.CANCELLED, Activity.state != ActivityState.CANCELLED)
        .order_by(each.starts_at, Activity.title, each.id)
    )  # fmt: skip
    return [Desk(*row) for row in session.execute(query)]
