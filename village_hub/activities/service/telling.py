"""What the audiences of an activity hear."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.models import Activity, ActivityState
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


def tell(session: Session, activity: Activity, type: str, people: Iterable[UUID] = ()) -> None:
    """The public streams say which activity changed; those concerned hear it in their own."""
    values = {"id": str(activity.id)}
    emit(session, f"activity:{activity.id}", type, values)
    if activity.village_id:
        emit(session, f"village:{activity.village_id}", type, values)
        emit(session, f"board:{activity.village_id}", type, values)
    if activity.club_id:
        emit(session, f"club:{activity.club_id}", type, values)
    for person_id in people:
        emit(session, f"person:{person_id}", type, values)


def tell_seats(session: Session, activity: Activity, before: queries.SeatCount) -> None:
    """The count travels inside the signal; pages load anew only where it became full, or a seat is free again."""
    session.flush()
    count = queries.seat_count(session, activity.id)
    figures = {"id": str(activity.id), "taken": count.taken, "seats": count.seats, "waiting": count.waiting}
    emit(session, f"activity:{activity.id}", "seats", figures)
    if activity.village_id:
        emit(session, f"village:{activity.village_id}", "seats", figures)
        emit(session, f"board:{activity.village_id}", "activity.seats", {"id": str(activity.id)})
    if _is_full(before) != _is_full(count):
        emit(session, f"activity:{activity.id}", "activity.filled", {"id": str(activity.id)})


def _is_full(count: queries.SeatCount) -> bool:
    return count.seats is not None and count.taken >= count.seats
