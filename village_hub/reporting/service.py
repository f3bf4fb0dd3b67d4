"""Figures follow events: each writes the row of what it is about anew, so that repeating one changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from village_hub.activities import queries as activities
from village_hub.activities.queries import EnrolmentState, SessionState
from village_hub.kernel.events import lock
from village_hub.kernel.signals import emit
from village_hub.learning_requests import queries as learning_requests
from village_hub.places import queries as places
from village_hub.reporting.models import Fact, Measure

#: States of a request that has found its lecture.
MATCHED = ("scheduled", "done")


def count_request(session: Session, request_id: UUID, *, now: datetime) -> None:
    """A request counts in the month in which it was opened; it is matched as long as it has its lecture."""
    request = learning_requests.request(session, request_id)
    if request is None:
        return
    key, link = str(request_id), f"/learning-requests/{request_id}"
    opened_on = _day(session, request.opened_at)
    _write(session, Measure.REQUESTS, key, request.village_id, opened_on, 1, 1, request.people, link)
    if request.state not in MATCHED:
        _remove(session, Measure.MATCHES, key)
    elif session.get(Fact, (Measure.MATCHES, key)) is None:
        waited = (now - request.opened_at) // timedelta(hours=1)
        _write(session, Measure.MATCHES, key, request.village_id, opened_on, waited, 1, request.people, link)


def count_seats(session: Session, activity_id: UUID) -> None:
    """Seats count where they are limited, people sign up here, and the activity takes place."""
    activity = activities.activity(session, activity_id)
    if activity is None:
        return
    key = str(activity_id)
    if activity.state == "cancelled" or activity.seats is None or not activity.enrols_here or not activity.starts_at:
        _remove(session, Measure.SEATS, key)
        return
    day, link = _day(session, activity.starts_at), f"/activities/{activity_id}"
    taken = activity.taken
    _write(session, Measure.SEATS, key, activity.village_id, day, taken, activity.seats, taken, link)


def count_attendance(session: Session, session_id: UUID) -> None:
    """Of the people with a seat, how many came; counted once a session is finished and attendance was taken."""
    held = activities.session_facts(session, session_id)
    if held is None or held.state != SessionState.COMPLETED:
        return
    listed = [each for each in activities.attendees(session, session_id) if each.enrolment == EnrolmentState.SEATED]
    came = sum(each.state == "present" for each in listed)
    if any(each.state for each in listed):
        day, link = _day(session, held.starts_at), f"/activities/{held.activity_id}"
        number = len(listed)
        _write(session, Measure.ATTENDANCE, str(session_id), held.village_id, day, came, number, number, link)


def count_hours(session: Session, session_id: UUID, person_id: UUID, minutes: int) -> None:
    """What a volunteer gave in one session."""
    held = activities.session_facts(session, session_id)
    if held is None:
        return
    key, link, day = f"{session_id}:{person_id}", f"/activities/{held.activity_id}", _day(session, held.starts_at)
    _write(session, Measure.HOURS, key, held.village_id, day, minutes, minutes, 1, link, person_id)


def _write(
    session: Session,
    measure: Measure,
    key: str,
    village_id: UUID | None,
    day: date,
    amount: int,
    of: int,
    people: int,
    link: str,
    person_id: UUID | None = None,
) -> None:
    lock(session, f"fact:{measure}:{key}")
    fact = session.get(Fact, (measure, key), populate_existing=True) or Fact(measure=measure, key=key)
    fact.village_id, fact.month, fact.day, fact.link = village_id, day.replace(day=1), day, link
    fact.amount, fact.of, fact.people, fact.person_id = amount, of, people, person_id
    session.add(fact)
    if session.is_modified(fact):
        session.flush()
        _tell(session, village_id)


def _remove(session: Session, measure: Measure, key: str) -> None:
    lock(session, f"fact:{measure}:{key}")
    fact = session.get(Fact, (measure, key), populate_existing=True)
    if fact is not None:
        session.delete(fact)
        session.flush()
        _tell(session, fact.village_id)


def _tell(session: Session, village_id: UUID | None) -> None:
    emit(session, "figures", "figures.changed")
    if village_id:
        emit(session, f"figures:{village_id}", "figures.changed")


def _day(session: Session, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(places.municipality(session).time_zone)).date()
