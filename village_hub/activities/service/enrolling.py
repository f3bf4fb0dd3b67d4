"""Signing up: first come, first served; a freed seat goes to the first who waits, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.events import (
    EnrolmentCancelled,
    EnrolmentConfirmed,
    EnrolmentPromoted,
    EnrolmentWaiting,
)
from village_hub.activities.models import Activity, Enrolment, EnrolmentState
from village_hub.activities.service.sessions import planned_sessions
from village_hub.activities.service.telling import going_on, tell_seats
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit


def enrol(
    session: Session, activity_id: UUID, person_id: UUID, *, now: datetime, by: UUID | None = None, guests: int = 0
) -> queries.EnrolmentFacts:
    """A person signs up: with a seat while there is one, else at the end of the waiting list."""
    activity = going_on(session, activity_id)
    _check_period(session, activity, now)
    if queries.enrolment(session, activity_id, person_id) is not None:
        raise errors.AlreadyEnrolled
    before = queries.seat_count(session, activity_id)
    seat(session, activity, person_id, guests=guests, by=by, now=now)
    tell_seats(session, activity, before)
    enrolled = queries.enrolment(session, activity_id, person_id)
    assert enrolled is not None
    return enrolled


def cancel_enrolment(
    session: Session, activity_id: UUID, person_id: UUID, *, now: datetime, by: UUID | None = None
) -> None:
    """A person does not come after all; whoever waits first has the seat at once."""
    activity = going_on(session, activity_id)
    own = (Enrolment.activity_id == activity_id, Enrolment.person_id == person_id)
    active = session.scalars(select(Enrolment).where(*own, Enrolment.state != EnrolmentState.CANCELLED)).all()
    if not active:
        raise errors.NotEnrolled
    before = queries.seat_count(session, activity_id)
    for each in active:
        each.state, each.cancelled_at, each.seat_no = EnrolmentState.CANCELLED, now, None
    session.flush()
    cancelled = EnrolmentCancelled(activity_id, person_id, activity.village_id)
    record(session, cancelled, now=now, by=by or person_id)
    _tell(session, activity, person_id)
    fill_seats(session, activity, now=now)
    tell_seats(session, activity, before)


def seat(
    session: Session, activity: Activity, person_id: UUID, *, guests: int = 0, by: UUID | None = None, now: datetime
) -> None:
    """Give the person and the guests the lowest free seats, or places in the line; the activity is locked."""
    state = EnrolmentState.SEATED
    for guest_no in range(guests + 1):
        seat_no, is_free = _free_seat(session, activity)
        enrolment = Enrolment(
            id=new_id(session),
            activity_id=activity.id,
            person_id=person_id,
            guest_no=guest_no,
            state=EnrolmentState.SEATED if is_free else EnrolmentState.WAITING,
            seat_no=seat_no,
            place_in_line=_next_place(session, activity.id),
            enrolled_at=now,
        )
        session.add(enrolment)
        session.flush()
        if guest_no == 0:
            state = EnrolmentState(enrolment.state)
    fact = EnrolmentConfirmed if state == EnrolmentState.SEATED else EnrolmentWaiting
    record(session, fact(activity.id, person_id, activity.village_id), now=now, by=by or person_id)
    _tell(session, activity, person_id)


def fill_seats(session: Session, activity: Activity, *, now: datetime) -> None:
    """Number every seat, and give free ones to those who wait, in their order; the activity is locked."""
    _number_seats(session, activity)
    of = (Enrolment.activity_id == activity.id, Enrolment.state == EnrolmentState.WAITING)
    waiting = session.scalars(select(Enrolment).where(*of).order_by(Enrolment.place_in_line)).all()
    for first in waiting:
        seat_no, is_free = _free_seat(session, activity, in_line=False)
        if not is_free:
            return
        first.state, first.seat_no = EnrolmentState.SEATED, seat_no
        session.flush()
        if first.guest_no == 0:
            promoted = EnrolmentPromoted(activity.id, first.person_id, activity.village_id)
            record(session, promoted, now=now)
        _tell(session, activity, first.person_id)


def _check_period(session: Session, activity: Activity, now: datetime) -> None:
    if activity.source_key is not None:
        raise errors.EnrolsElsewhere
    if activity.enrol_from and now < activity.enrol_from:
        raise errors.NotYetOpen
    planned = planned_sessions(session, activity.id)
    if not planned or planned[-1].ends_at <= now:
        raise errors.ActivityIsOver
    if now >= (activity.enrol_until or planned[0].starts_at):
        raise errors.NoLongerOpen


def _free_seat(session: Session, activity: Activity, *, in_line: bool = True) -> tuple[int | None, bool]:
    """The lowest free number and whether there is a seat; whoever comes new stands behind those who wait."""
    if activity.seats is None:
        return None, True
    of = Enrolment.activity_id == activity.id
    if in_line and session.scalar(select(func.count()).where(of, Enrolment.state == EnrolmentState.WAITING)):
        return None, False
    taken = session.scalars(select(Enrolment.seat_no).where(of, Enrolment.state == EnrolmentState.SEATED)).all()
    if len(taken) >= activity.seats:
        return None, False
    return next(number for number in range(1, len(taken) + 2) if number not in taken), True


def _next_place(session: Session, activity_id: UUID) -> int:
    last = session.scalar(select(func.max(Enrolment.place_in_line)).where(Enrolment.activity_id == activity_id))
    return (last or 0) + 1


def _number_seats(session: Session, activity: Activity) -> None:
    """People who signed up while there was no limit, or sit on a seat that is gone, have no number yet."""
    if activity.seats is None:
        return
    of = (Enrolment.activity_id == activity.id, Enrolment.state == EnrolmentState.SEATED)
    seated = session.scalars(select(Enrolment).where(*of).order_by(Enrolment.place_in_line)).all()
    there = range(1, activity.seats + 1)
    used = {each.seat_no for each in seated}
    free = (number for number in there if number not in used)
    for each in seated:
        each.seat_no = each.seat_no if each.seat_no in there else next(free)
    session.flush()


def _tell(session: Session, activity: Activity, person_id: UUID) -> None:
    emit(session, f"person:{person_id}", "enrolment.changed", {"id": str(activity.id)})
