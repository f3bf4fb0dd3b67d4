"""Reads of who takes part and who came; guests without an account are counted with the person they come with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from village_hub.activities.models import (
    Activity,
    ActivitySession,
    Attendance,
    AttendanceState,
    Completion,
    Enrolment,
    EnrolmentState,
)
from village_hub.activities.queries.facts import Attendee, Enrolled, EnrolmentFacts, SeatCount
from village_hub.people import queries as people

ACTIVE = (EnrolmentState.SEATED, EnrolmentState.WAITING)


def seat_count(session: Session, activity_id: UUID) -> SeatCount:
    """How full an activity is."""
    of = Enrolment.activity_id == activity_id
    query = select(
        select(func.count()).where(of, Enrolment.state == EnrolmentState.SEATED).scalar_subquery(),
        select(Activity.seats).where(Activity.id == activity_id).scalar_subquery(),
        select(func.count()).where(of, Enrolment.state == EnrolmentState.WAITING).scalar_subquery(),
    )
    return SeatCount(*session.execute(query).one())


def enrolment(session: Session, activity_id: UUID, person_id: UUID) -> EnrolmentFacts | None:
    """A person's place in one activity, or None."""
    one = and_(Enrolment.activity_id == activity_id, Enrolment.person_id == person_id)
    return next(iter(_enrolments(session, one)), None)


def enrolments_of(session: Session, person_id: UUID) -> list[EnrolmentFacts]:
    """What a person has signed up for, the newest first."""
    return _enrolments(session, Enrolment.person_id == person_id)


def enrolled(session: Session, activity_id: UUID, *states: str) -> list[UUID]:
    """Who has signed up, in order; both seated and waiting unless a state is named."""
    query = (
        select(Enrolment.person_id)
        .where(Enrolment.activity_id == activity_id, Enrolment.guest_no == 0, Enrolment.state.in_(states or ACTIVE))
        .order_by(Enrolment.place_in_line)
    )
    return list(session.scalars(query))


def enrolled_people(session: Session, activity_id: UUID) -> list[Enrolled]:
    """Who has signed up by name and place: those with a seat, then those who wait in their order."""
    query = select(Enrolment.person_id, Enrolment.state, Enrolment.seat_no).where(
        Enrolment.activity_id == activity_id, Enrolment.guest_no == 0, Enrolment.state.in_(ACTIVE)
    )
    rows = session.execute(query.order_by(Enrolment.state, Enrolment.place_in_line)).all()
    names = people.names(session, [row.person_id for row in rows])
    return [Enrolled(row.person_id, names.get(row.person_id, ""), row.state, row.seat_no) for row in rows]


def attendees(session: Session, session_id: UUID) -> list[Attendee]:
    """The list of a session: those with a seat by name, those who wait in order, then who came without either."""
    activity_id = select(ActivitySession.activity_id).where(ActivitySession.id == session_id).scalar_subquery()
    guest = aliased(Enrolment)
    guests = (
        select(func.count())
        .where(guest.activity_id == Enrolment.activity_id, guest.person_id == Enrolment.person_id)
        .where(guest.guest_no > 0, guest.state == Enrolment.state)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    listed = session.execute(
        select(Enrolment.person_id, Enrolment.state, guests.label("guests"))
        .where(Enrolment.activity_id == activity_id, Enrolment.guest_no == 0, Enrolment.state.in_(ACTIVE))
        .order_by(Enrolment.place_in_line)
    ).all()
    marks = session.execute(
        select(Attendance.id, Attendance.person_id, Attendance.walk_in_name, Attendance.state, Attendance.marked_by)
        .where(Attendance.session_id == session_id)
        .order_by(Attendance.marked_at, Attendance.id)
    ).all()
    by_person = {mark.person_id: mark for mark in marks if mark.person_id}
    names = people.names(session, {row.person_id for row in listed} | set(by_person))
    lines = [
        Attendee(
            row.person_id,
            mark.id if (mark := by_person.get(row.person_id)) else None,
            names.get(row.person_id, ""),
            row.state,
            row.guests,
            mark.state if mark else None,
            mark.marked_by if mark else None,
        )
        for row in listed
    ]
    seated = sorted((each for each in lines if each.enrolment == EnrolmentState.SEATED), key=lambda each: each.name)
    waiting = [each for each in lines if each.enrolment == EnrolmentState.WAITING]
    on_list = {row.person_id for row in listed}
    others = [
        Attendee(
            mark.person_id,
            mark.id,
            names.get(mark.person_id, mark.walk_in_name),
            None,
            0,
            mark.state,
            mark.marked_by,
        )
        for mark in marks
        if mark.person_id not in on_list
    ]
    return [*seated, *waiting, *others]


def attendance_counts(session: Session, session_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """For each session, how many came and how many have a seat."""
    wanted = set(session_ids)
    came = (
        select(func.count())
        .where(Attendance.session_id == ActivitySession.id, Attendance.state == AttendanceState.PRESENT)
        .correlate(ActivitySession)
        .scalar_subquery()
    )
    seated = (
        select(func.count())
        .where(Enrolment.activity_id == ActivitySession.activity_id, Enrolment.state == EnrolmentState.SEATED)
        .correlate(ActivitySession)
        .scalar_subquery()
    )
    rows = session.execute(select(ActivitySession.id, came, seated).where(ActivitySession.id.in_(wanted)))
    return {id: (present, expected) for id, present, expected in rows}


def present(session: Session, session_id: UUID) -> list[UUID]:
    """The people with an account who came to a session."""
    came = (Attendance.session_id == session_id, Attendance.state == AttendanceState.PRESENT)
    query = select(Attendance.person_id).where(*came, Attendance.person_id.is_not(None))
    return [each for each in session.scalars(query.order_by(Attendance.marked_at, Attendance.id)) if each]


def was_present(session: Session, session_id: UUID, person_id: UUID) -> bool:
    """Whether this person came to the session."""
    return person_id in present(session, session_id)


def completions_of(session: Session, person_id: UUID) -> dict[UUID, datetime]:
    """The activities that a person has completed, with the moment."""
    query = select(Completion.activity_id, Completion.completed_at).where(Completion.person_id == person_id)
    return {
        row.activity_id: row.completed_at for row in session.execute(query.order_by(Completion.completed_at.desc()))
    }


def _enrolments(session: Session, condition: ColumnElement[bool]) -> list[EnrolmentFacts]:
    active = (condition, Enrolment.guest_no == 0, Enrolment.state.in_(ACTIVE))
    query = _with_place().where(*active).order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
    rows = [dict(row._mapping) for row in session.execute(query)]
    waits = EnrolmentState.WAITING
    return [EnrolmentFacts(**row | {"place": row["place"] if row["state"] == waits else None}) for row in rows]


def _with_place() -> Select[*tuple[Any, ...]]:
    before = aliased(Enrolment)
    place = (
        select(func.count())
        .where(before.activity_id == Enrolment.activity_id, before.state == EnrolmentState.WAITING)
        .where(before.place_in_line <= Enrolment.place_in_line)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return select(
        Enrolment.activity_id, Enrolment.person_id, Enrolment.state, Enrolment.seat_no, place.label("place"),
        Enrolment.enrolled_at,
    )  # fmt: skip
