"""What the audiences of an activity hear."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.models import Activity, ActivityState, Enrolment
from village_hub.kernel.events import lock
from village_hub.kernel.signals import emit


def locked(session: Session, activity_id: UUID) -> Activity:
    """The activity, changed by nobody else: whoever comes second sees what the first has done."""
    lock(session, f"activity:{activity_id}")
    activity = session.get(Activity, activity_id, populate_existing=True)
    if activity is None:
        raise errors.NoSuchActivity
    return activity


def going_on(session: Session, activity_id: UUID) -> Activity:
    """The locked activity; refuses where it has ended or was cancelled."""
    activity = locked(session, activity_id)
    if activity.state != ActivityState.SCHEDULED:
        raise errors.ActivityIsOver
    return activity


def audiences(activity: Activity) -> list[str]:
    """Everybody who hears of an activity, but for those who signed up."""
    named = {"board": activity.village_id, "club": activity.club_id, "person": activity.instructor_id}
    return [*_public(activity), *(f"{audience}:{key}" for audience, key in named.items() if key)]


def tell(
    session: Session, activity: Activity, type: str, people: Iterable[UUID] = (), left: Iterable[str] = ()
) -> None:
    """All audiences hear which activity changed, also those that it has `left`, and people concerned in their own."""
    for audience in {*audiences(activity), *left, *(f"person:{each}" for each in people)}:
        emit(session, audience, type, {"id": str(activity.id)})


def tell_seats(session: Session, activity: Activity, before: queries.SeatCount) -> None:
    """The count travels inside the signal; pages load anew only where it became full, or a seat is free again."""
    session.flush()
    count = queries.seat_count(session, activity.id)
    figures = {"id": str(activity.id), "taken": count.taken, "seats": count.seats, "waiting": count.waiting}
    for audience in _public(activity):
        emit(session, audience, "seats", figures)
        if _is_full(before) != _is_full(count):
            emit(session, audience, "activity.filled", {"id": str(activity.id)})
    if activity.village_id:
        emit(session, f"board:{activity.village_id}", "activity.seats", {"id": str(activity.id)})


def tell_of_name(session: Session, person_id: UUID) -> None:
    """Somebody who teaches or has signed up is called otherwise, also on the lists of what is over."""
    signed_up = select(Enrolment.activity_id).where(Enrolment.person_id == person_id)
    mine = or_(Activity.instructor_id == person_id, Activity.id.in_(signed_up))
    for each in session.scalars(select(Activity).where(mine)):
        tell(session, each, "activity.changed")


def _public(activity: Activity) -> list[str]:
    """Its own stream, its village's (the whole city's where it has none), and its club's."""
    around = f"village:{activity.village_id}" if activity.village_id else "city"
    return [f"activity:{activity.id}", around, *([f"club:{activity.club_id}"] if activity.club_id else [])]


def _is_full(count: queries.SeatCount) -> bool:
    return count.seats is not None and count.taken >= count.seats
