"""The dated meetings of an activity: their room, their code and their timers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.events import SessionOver, SessionReminder
from village_hub.activities.models import Activity, ActivitySession, SessionState
from village_hub.kernel.ids import new_id, random_below
from village_hub.kernel.jobs import set_timer
from village_hub.places import queries as places
from village_hub.schedules import service as schedules
from village_hub.schedules.errors import PersonTaken, VenueTaken

#: From and until, in UTC.
Span = tuple[datetime, datetime]

CODES = 1_000_000


def check_spans(spans: Sequence[Span], now: datetime) -> list[Span]:
    """The spans in order; refuses those that are over, upside down, or in one another's way."""
    if not spans:
        raise errors.NoSession
    ordered = sorted(spans)
    if any(ends_at <= starts_at or ends_at - starts_at > timedelta(hours=24) for starts_at, ends_at in ordered):
        raise errors.SessionTooLong
    if ordered[0][0] <= now:
        raise errors.SessionInThePast
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise errors.SessionsOverlap
    return ordered


def plan_session(
    session: Session, activity: Activity, span: Span, *, now: datetime, hold_id: UUID | None = None
) -> ActivitySession:
    """One more meeting; the room and the instructor are kept, unless they are already."""
    planned = ActivitySession(
        id=new_id(session),
        activity_id=activity.id,
        starts_at=span[0],
        ends_at=span[1],
        venue_id=activity.venue_id,
        hold_id=hold_id or hold(session, activity, span, now),
        state=SessionState.PLANNED,
        code=_fresh_code(session),
    )
    session.add(planned)
    session.flush()
    set_timers(session, planned, now)
    return planned


def hold(session: Session, activity: Activity, span: Span, now: datetime) -> UUID | None:
    """Keep the room and the instructor; a refusal names what is in the way."""
    if activity.venue_id is None and activity.instructor_id is None:
        return None
    try:
        return schedules.hold(
            session,
            person_id=activity.instructor_id,
            venue_id=activity.venue_id,
            starts_at=span[0],
            ends_at=span[1],
            why=f"activity:{activity.id}",
            now=now,
        )
    except PersonTaken:
        raise errors.InstructorTaken(**_when(session, span[0])) from None
    except VenueTaken:
        raise _taken(session, activity, span) from None


def set_timers(session: Session, planned: ActivitySession, now: datetime) -> None:
    """A reminder on the day before, and a look some hours after the end."""
    rules = queries.rules()
    zone = _zone(session)
    eve = planned.starts_at.astimezone(zone).date() - timedelta(days=1)
    reminder = datetime.combine(eve, time(rules.reminder_hour), zone).astimezone(now.tzinfo)
    if reminder > now:
        set_timer(session, SessionReminder(planned.id), at=reminder)
    set_timer(session, SessionOver(planned.id), at=planned.ends_at + timedelta(hours=rules.over_after_hours))


def look_again(session: Session, held: ActivitySession, now: datetime) -> None:
    """A list that comes in after the look, such as one on paper, finishes its session some hours later too."""
    pause = timedelta(hours=queries.rules().over_after_hours)
    if held.state == SessionState.PLANNED and held.ends_at + pause <= now:
        set_timer(session, SessionOver(held.id), at=now + pause)


def planned_sessions(session: Session, activity_id: UUID) -> list[ActivitySession]:
    """The meetings that are still to be held, in order."""
    own = (ActivitySession.activity_id == activity_id, ActivitySession.state == SessionState.PLANNED)
    return list(session.scalars(select(ActivitySession).where(*own).order_by(ActivitySession.starts_at)))


def release(session: Session, planned: ActivitySession, now: datetime) -> None:
    """Give the room and the instructor's time back."""
    if planned.hold_id:
        schedules.release(session, planned.hold_id, now=now)
        planned.hold_id = None


def _fresh_code(session: Session) -> str:
    """Six digits that no planned session shows."""
    while True:
        code = f"{random_below(session, CODES):06}"
        if queries.session_by_code(session, code) is None:
            return code


def _taken(session: Session, activity: Activity, span: Span) -> errors.PlaceTaken | errors.PlaceUnavailable:
    assert activity.venue_id is not None
    venue = places.venue(session, activity.venue_id)
    place = venue.label if venue else ""
    other = queries.in_the_way(session, activity.venue_id, *span)
    if other is None:
        return errors.PlaceUnavailable(place=place, **_when(session, span[0]))
    return errors.PlaceTaken(place=place, title=other.title, **_when(session, other.starts_at))


def _when(session: Session, moment: datetime) -> dict[str, str]:
    local = moment.astimezone(_zone(session))
    return {"day": f"{local.month}/{local.day}", "time": f"{local:%H:%M}"}


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(places.municipality(session).time_zone)
