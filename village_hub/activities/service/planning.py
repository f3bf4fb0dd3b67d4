"""Planning an activity by hand, changing it, calling it off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.events import ActivityCancelled, ActivityChanged, ActivityScheduled
from village_hub.activities.models import Activity, ActivitySession, ActivityState, SessionState
from village_hub.activities.service.enrolling import fill_seats
from village_hub.activities.service.lectures import reopen_requests
from village_hub.activities.service.sessions import (
    Span,
    check_spans,
    hold,
    plan_session,
    planned_sessions,
    release,
    set_timers,
)
from village_hub.activities.service.telling import audiences, going_on, tell, tell_seats
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.villages import queries as villages


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDetails:
    """What an activity says about itself; `seats` None means no limit, `fee` is in won."""

    kind: str
    title: str
    description: str = ""
    village_id: UUID | None = None
    club_id: UUID | None = None
    topic_id: UUID | None = None
    venue_id: UUID | None = None
    place_text: str = ""
    address: str = ""
    instructor_id: UUID | None = None
    instructor_name: str = ""
    phone: str = ""
    seats: int | None = None
    minimum: int | None = None
    fee: int = 0
    enrol_from: datetime | None = None
    enrol_until: datetime | None = None


def create(session: Session, details: ActivityDetails, spans: Sequence[Span], *, by: UUID, now: datetime) -> UUID:
    """Somebody plans an activity and everybody can see it from now on."""
    _check(details)
    ordered = check_spans(spans, now)
    village = villages.village(session, details.village_id) if details.village_id else None
    activity = Activity(
        id=new_id(session),
        **_columns(details),
        municipality_id=village.municipality_id if village else None,
        host="",
        homepage="",
        state=ActivityState.SCHEDULED,
        reason="",
        created_by=by,
        created_at=now,
        updated_seq=0,
    )
    session.add(activity)
    session.flush()
    for span in ordered:
        plan_session(session, activity, span, now=now)
    record(session, ActivityScheduled(activity.id, activity.village_id), now=now, by=by)
    tell(session, activity, "activity.scheduled")
    return activity.id


def change(session: Session, activity_id: UUID, details: ActivityDetails, *, by: UUID, now: datetime) -> None:
    """The activity says something else about itself; another room or instructor is kept for every session to come."""
    _check(details)
    activity = going_on(session, activity_id)
    count = queries.seat_count(session, activity_id)
    if details.seats is not None and details.seats < count.taken:
        raise errors.TooFewSeats(taken=count.taken)
    left = audiences(activity)
    moves = (activity.venue_id, activity.instructor_id) != (details.venue_id, details.instructor_id)
    for name, value in _columns(details).items():
        setattr(activity, name, value)
    if not session.is_modified(activity):
        return
    session.flush()
    if moves:
        _hold_anew(session, activity, now)
    fill_seats(session, activity, now=now)
    tell_seats(session, activity, count)
    _changed(session, activity, by=by, now=now, left=left)


def add_sessions(session: Session, activity_id: UUID, spans: Sequence[Span], *, by: UUID, now: datetime) -> list[UUID]:
    """The activity meets more often."""
    activity = going_on(session, activity_id)
    known = [(each.starts_at, each.ends_at) for each in planned_sessions(session, activity_id)]
    ordered = check_spans(spans, now)
    check_spans([*ordered, *(span for span in known if span[0] > now)], now)
    added = [plan_session(session, activity, span, now=now).id for span in ordered]
    _changed(session, activity, by=by, now=now)
    return added


def move_session(session: Session, session_id: UUID, span: Span, *, by: UUID, now: datetime) -> None:
    """One meeting takes place at another time."""
    activity, moved = _planned(session, session_id)
    others = [each for each in planned_sessions(session, activity.id) if each.id != session_id]
    check_spans([span], now)
    check_spans([span, *((each.starts_at, each.ends_at) for each in others if each.starts_at > now)], now)
    release(session, moved, now)
    moved.starts_at, moved.ends_at = span
    moved.hold_id = hold(session, activity, span, now)
    set_timers(session, moved, now)
    _changed(session, activity, by=by, now=now)


def cancel_session(session: Session, session_id: UUID, *, by: UUID, now: datetime) -> None:
    """One meeting does not take place; the last one goes only with the whole activity."""
    activity, off = _planned(session, session_id)
    if len(planned_sessions(session, activity.id)) == 1:
        raise errors.LastSession
    release(session, off, now)
    off.state = SessionState.CANCELLED
    _changed(session, activity, by=by, now=now)


def cancel_activity(session: Session, activity_id: UUID, *, reason: str, by: UUID, now: datetime) -> None:
    """The activity does not take place; everybody who signed up hears why, and the rooms are free again."""
    if not reason.strip():
        raise errors.NoReasonGiven
    activity = going_on(session, activity_id)
    activity.state, activity.reason = ActivityState.CANCELLED, reason.strip()
    activity.updated_seq += 1
    for planned in planned_sessions(session, activity_id):
        release(session, planned, now)
        planned.state = SessionState.CANCELLED
    session.flush()
    reopen_requests(session, activity, now=now)
    cancelled = ActivityCancelled(activity.id, activity.village_id, activity.reason)
    record(session, cancelled, now=now, by=by)
    tell(session, activity, "activity.cancelled", queries.enrolled(session, activity.id))


def _check(details: ActivityDetails) -> None:
    if details.venue_id is None and not details.place_text.strip():
        raise errors.NoPlace
    if details.seats is not None and details.minimum is not None and details.minimum > details.seats:
        raise errors.MinimumAboveSeats
    if details.enrol_from and details.enrol_until and details.enrol_until <= details.enrol_from:
        raise errors.PeriodUpsideDown


def _columns(details: ActivityDetails) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in asdict(details).items()}


def _hold_anew(session: Session, activity: Activity, now: datetime) -> None:
    """All rooms are given back first: a session may move to where a sister session was."""
    planned = planned_sessions(session, activity.id)
    for each in planned:
        release(session, each, now)
    for each in planned:
        each.venue_id = activity.venue_id
        each.hold_id = hold(session, activity, (each.starts_at, each.ends_at), now)


def _planned(session: Session, session_id: UUID) -> tuple[Activity, ActivitySession]:
    facts = queries.session_facts(session, session_id)
    if facts is None:
        raise errors.NoSuchSession
    activity = going_on(session, facts.activity_id)
    planned = session.get_one(ActivitySession, session_id, populate_existing=True)
    if planned.state != SessionState.PLANNED:
        raise errors.SessionIsOver
    return activity, planned


def _changed(session: Session, activity: Activity, *, by: UUID, now: datetime, left: Iterable[str] = ()) -> None:
    activity.updated_seq += 1
    session.flush()
    record(session, ActivityChanged(activity.id, activity.village_id), now=now, by=by)
    tell(session, activity, "activity.changed", queries.enrolled(session, activity.id), left)
