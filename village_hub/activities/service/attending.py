"""Who came: marked at the desk, checked in by code, and what follows when a session is finished."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from village_hub.activities import errors, queries
from village_hub.activities.events import ActivityEnded, AttendanceMarked, AttendanceUnmarked, SessionCompleted
from village_hub.activities.models import (
    Activity,
    ActivitySession,
    ActivityState,
    Attendance,
    AttendanceState,
    Completion,
    EnrolmentState,
    SessionState,
)
from village_hub.activities.service.lectures import complete_requests
from village_hub.activities.service.sessions import look_again, planned_sessions
from village_hub.activities.service.telling import locked, tell
from village_hub.kernel.db import insert_new
from village_hub.kernel.events import record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit


def mark_attendance(
    session: Session, session_id: UUID, person_id: UUID, state: AttendanceState | None, *, by: UUID, now: datetime
) -> None:
    """Somebody on the list was present, absent or excused; None takes the mark back."""
    activity, held = _at_the_desk(session, session_id, now)
    if queries.enrolment(session, activity.id, person_id) is None:
        raise errors.NotOnTheList
    _mark(session, activity, held, person_id, state, by=by, now=now)
    look_again(session, held, now)


def add_walk_in(session: Session, session_id: UUID, name: str, *, by: UUID, now: datetime) -> UUID:
    """Somebody without an account came; only the name is written down."""
    activity, held = _at_the_desk(session, session_id, now)
    if not name.strip():
        raise errors.NoName
    attendance = Attendance(
        id=new_id(session),
        session_id=session_id,
        walk_in_name=name.strip(),
        state=AttendanceState.PRESENT,
        marked_at=now,
        marked_by=by,
    )
    session.add(attendance)
    session.flush()
    record(session, AttendanceMarked(session_id, None, AttendanceState.PRESENT), now=now, by=by)
    look_again(session, held, now)
    _tell_desk(session, activity, held)
    return attendance.id


def remove_walk_in(session: Session, session_id: UUID, attendance_id: UUID, *, by: UUID, now: datetime) -> None:
    """The walk-in was written down by mistake."""
    activity, held = _at_the_desk(session, session_id, now)
    attendance = session.get(Attendance, attendance_id)
    if attendance is None or attendance.session_id != session_id or attendance.person_id is not None:
        raise errors.NotOnTheList
    session.delete(attendance)
    session.flush()
    record(session, AttendanceUnmarked(session_id, None), now=now, by=by)
    _tell_desk(session, activity, held)


def check_in(session: Session, code: str, person_id: UUID, *, now: datetime) -> UUID:
    """Somebody who signed up says with the room's code that they are there; returns the session."""
    shown = queries.session_by_code(session, "".join(code.split()))
    if shown is None:
        raise errors.NoSuchCode
    activity = locked(session, shown.activity_id)
    held = session.get_one(ActivitySession, shown.id, populate_existing=True)
    around = queries.rules().check_in_before
    if not held.starts_at - around <= now <= held.ends_at + around:
        raise errors.NotTheTime
    if queries.enrolment(session, activity.id, person_id) is None:
        raise errors.NotOnTheList
    _mark(session, activity, held, person_id, AttendanceState.PRESENT, by=None, now=now)
    return held.id


def complete_session(session: Session, session_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """The session took place; with the last one the activity ends and its learners have completed it."""
    activity, held = _at_the_desk(session, session_id, now)
    if held.state != SessionState.PLANNED or activity.state != ActivityState.SCHEDULED:
        raise errors.SessionIsOver
    _mark_missing(session, activity, held, by=by, now=now)
    held.state = SessionState.COMPLETED
    session.flush()
    completed = SessionCompleted(held.id, activity.id, activity.village_id, activity.instructor_id)
    record(session, completed, now=now, by=by)
    tell(session, activity, "session.completed", queries.present(session, session_id))
    if not planned_sessions(session, activity.id):
        _end(session, activity, now=now)


def finish_when_over(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Some hours after its end a session is finished by itself, if somebody took attendance."""
    held = session.get(ActivitySession, session_id)
    if held is None or held.state != SessionState.PLANNED:
        return
    if held.ends_at + timedelta(hours=queries.rules().over_after_hours) > now:
        return
    if _marks(session, session_id):
        complete_session(session, session_id, now=now)


def _at_the_desk(session: Session, session_id: UUID, now: datetime) -> tuple[Activity, ActivitySession]:
    """The locked activity and the session, once people may be arriving."""
    facts = queries.session_facts(session, session_id)
    if facts is None:
        raise errors.NoSuchSession
    activity = locked(session, facts.activity_id)
    held = session.get_one(ActivitySession, session_id, populate_existing=True)
    if held.state == SessionState.CANCELLED:
        raise errors.SessionIsOver
    rules = queries.rules()
    if now < held.starts_at - rules.check_in_before:
        raise errors.DeskNotOpen(minutes=rules.check_in_minutes)
    return activity, held


def _mark(
    session: Session,
    activity: Activity,
    held: ActivitySession,
    person_id: UUID,
    state: AttendanceState | None,
    *,
    by: UUID | None,
    now: datetime,
) -> None:
    own = (Attendance.session_id == held.id, Attendance.person_id == person_id)
    known = session.scalars(select(Attendance).where(*own)).one_or_none()
    if (known.state if known else None) == state:
        return
    if state is None:
        session.delete(known)
    elif known is not None:
        known.state, known.marked_at, known.marked_by = state, now, by
    else:
        mark = {"walk_in_name": "", "state": state, "marked_at": now, "marked_by": by}
        session.add(Attendance(id=new_id(session), session_id=held.id, person_id=person_id, **mark))
    session.flush()
    fact = AttendanceUnmarked(held.id, person_id) if state is None else AttendanceMarked(held.id, person_id, state)
    record(session, fact, now=now, by=by or person_id)
    _tell_desk(session, activity, held)
    emit(session, f"person:{person_id}", "attendance.marked", {"id": str(held.id)})
    if activity.state == ActivityState.ENDED:
        _complete(session, activity, now=now)


def _mark_missing(
    session: Session, activity: Activity, held: ActivitySession, *, by: UUID | None, now: datetime
) -> None:
    """Where attendance was taken, whoever had a seat and was not marked did not come."""
    if not _marks(session, held.id):
        return
    for each in queries.attendees(session, held.id):
        if each.enrolment == EnrolmentState.SEATED and each.state is None and each.person_id:
            _mark(session, activity, held, each.person_id, AttendanceState.ABSENT, by=by, now=now)


def _marks(session: Session, session_id: UUID) -> int:
    return session.scalar(select(func.count()).where(Attendance.session_id == session_id)) or 0


def _end(session: Session, activity: Activity, *, now: datetime) -> None:
    activity.state = ActivityState.ENDED
    session.flush()
    completed = _complete(session, activity, now=now)
    record(session, ActivityEnded(activity.id, activity.village_id, completed), now=now)
    complete_requests(session, activity, now=now)
    tell(session, activity, "activity.ended")


def _complete(session: Session, activity: Activity, *, now: datetime) -> int:
    """Whoever came to enough sessions has completed the activity; excused sessions do not count."""
    held = select(ActivitySession.id).where(
        ActivitySession.activity_id == activity.id, ActivitySession.state == SessionState.COMPLETED
    )
    ids = session.scalars(held).all()
    counts: dict[UUID, dict[str, int]] = {}
    query = select(Attendance.person_id, Attendance.state, func.count()).where(Attendance.session_id.in_(ids))
    for person_id, state, number in session.execute(query.group_by(Attendance.person_id, Attendance.state)):
        if person_id is not None:
            counts.setdefault(person_id, {})[state] = number
    earned = [person_id for person_id, of in counts.items() if _has_completed(of, len(ids))]
    known = session.scalars(select(Completion).where(Completion.activity_id == activity.id)).all()
    for each in known:
        if each.person_id not in earned:
            session.delete(each)
    rows = [{"activity_id": activity.id, "person_id": each, "completed_at": now} for each in earned]
    if rows:
        insert_new(session, Completion, rows)
    session.flush()
    return len(earned)


def _has_completed(counts: dict[str, int], held: int) -> bool:
    came = counts.get(AttendanceState.PRESENT, 0)
    needed = held - counts.get(AttendanceState.EXCUSED, 0)
    return came > 0 and came >= queries.rules().completion_share * needed


def _tell_desk(session: Session, activity: Activity, held: ActivitySession) -> None:
    """The board ticks live; the public streams never hear who came."""
    values = {"id": str(held.id)}
    if activity.village_id:
        emit(session, f"board:{activity.village_id}", "attendance.marked", values)
    if activity.instructor_id:
        emit(session, f"person:{activity.instructor_id}", "attendance.marked", values)
    if activity.club_id:
        emit(session, f"club:{activity.club_id}", "attendance.marked", values)
