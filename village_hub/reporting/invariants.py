"""What must be true of figures: each opens to a row that is still so, and no row is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from village_hub.activities import events as activities_events
from village_hub.activities import invariants as activities
from village_hub.credits import invariants as credits
from village_hub.credits.events import CreditAwarded
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import RESTART, Rows, any_of, invariant
from village_hub.kernel.messages import Message
from village_hub.kernel.traces import identity, under_way
from village_hub.learning_requests import events as requests_events
from village_hub.learning_requests import invariants as learning_requests
from village_hub.reporting.models import Fact, Measure

#: What counts a request, the seats of an activity, and the attendance of a session anew.
REQUEST: tuple[type[Message], ...] = (
    requests_events.LearningRequestOpened,
    requests_events.LearningRequestJoined,
    requests_events.LearningRequestLeft,
    requests_events.LearningRequestAnswered,
    requests_events.LearningRequestReopened,
)
SEATS: tuple[type[Message], ...] = (
    activities_events.ActivityScheduled,
    activities_events.ActivityChanged,
    activities_events.ActivityCancelled,
    activities_events.EnrolmentConfirmed,
    activities_events.EnrolmentPromoted,
    activities_events.EnrolmentCancelled,
)
ATTENDANCE: tuple[type[Message], ...] = (
    activities_events.SessionCompleted,
    activities_events.AttendanceMarked,
    activities_events.AttendanceUnmarked,
)


@invariant(N_("Every request is counted, with everybody in it."), RESTART)
def requests_are_counted(now: datetime) -> Rows:
    request = learning_requests.requests()
    wrong = or_(Fact.key.is_(None), Fact.amount != 1, Fact.people != request.c.people)
    query = select(request.c.id, request.c.people, Fact.people.label("counted")).select_from(request)
    joined = query.outerjoin(Fact, _counts(Measure.REQUESTS, request.c.id))
    return joined.where(wrong, ~under_way(*REQUEST, request_id=request.c.id))


@invariant(N_("A request counts as matched as long as it has its lecture."), RESTART)
def matches_are_counted(now: datetime) -> Rows:
    request = learning_requests.requests()
    is_matched = request.c.state.in_(["scheduled", "done"])
    query = select(request.c.id, request.c.state, Fact.key.label("counted")).select_from(request)
    joined = query.outerjoin(Fact, _counts(Measure.MATCHES, request.c.id))
    return joined.where(is_matched != Fact.key.is_not(None), ~under_way(*REQUEST, request_id=request.c.id))


@invariant(N_("Taken and offered seats are counted as they are."), RESTART)
def seats_are_counted(now: datetime) -> Rows:
    activity = activities.activities()
    counts = and_(activity.c.state != "cancelled", activity.c.seats.is_not(None), activity.c.source_key.is_(None))
    differs = or_(Fact.amount != activity.c.taken, Fact.of != activity.c.seats)
    wrong = or_(counts != Fact.key.is_not(None), and_(counts, differs))
    columns = (activity.c.id, activity.c.taken, activity.c.seats, Fact.amount.label("counted"))
    joined = select(*columns).select_from(activity).outerjoin(Fact, _counts(Measure.SEATS, activity.c.id))
    return joined.where(wrong, ~under_way(*SEATS, activity_id=activity.c.id))


@invariant(N_("Whoever came to a finished session is counted, and never more than were expected."), RESTART)
def attendance_is_counted(now: datetime) -> Rows:
    held, mark = activities.sessions(), activities.marks()
    marked = select(mark.c.session_id).where(mark.c.seated)
    columns = (held.c.id, Fact.amount, Fact.of)
    joined = select(*columns).select_from(held).outerjoin(Fact, _counts(Measure.ATTENDANCE, held.c.id))
    missing = and_(held.c.state == "completed", held.c.id.in_(marked), Fact.key.is_(None))
    wrong = or_(missing, and_(Fact.key.is_not(None), held.c.state != "completed"), Fact.amount > Fact.of)
    return joined.where(wrong, ~under_way(*ATTENDANCE, session_id=held.c.id))


@invariant(N_("Hours that were given are counted."), RESTART)
def hours_are_counted(now: datetime) -> Rows:
    given = credits.transfers()
    columns = (given.c.session_id, given.c.person_id, given.c.minutes, Fact.amount.label("counted"))
    joined = (
        select(*columns)
        .select_from(given)
        .outerjoin(Fact, _counts(Measure.HOURS, given.c.session_id, given.c.person_id))
    )
    wrong = or_(Fact.key.is_(None), Fact.amount != given.c.minutes)
    return joined.where(wrong, ~under_way(CreditAwarded, session_id=given.c.session_id, person_id=given.c.person_id))


@invariant(N_("Every figure opens to something that exists."), RESTART)
def figures_open_to_something(now: datetime) -> Rows:
    request, activity, held, given = (
        learning_requests.requests(),
        activities.activities(),
        activities.sessions(),
        credits.transfers(),
    )
    return any_of(
        _unknown([Measure.REQUESTS, Measure.MATCHES], request, request.c.id),
        _unknown([Measure.SEATS], activity, activity.c.id),
        _unknown([Measure.ATTENDANCE], held, held.c.id),
        _unknown([Measure.HOURS], given, given.c.session_id, given.c.person_id),
    )


def _counts(measure: Measure, *of: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(Fact.measure == measure, _key() == identity(*of))


def _unknown(measures: list[Measure], things: Subquery, *of: ColumnElement[Any]) -> Rows:
    known = select(identity(*of)).select_from(things)
    return select(Fact.key, Fact.measure).where(Fact.measure.in_(measures), _key().not_in(known))


def _key() -> ColumnElement[str]:
    return func.replace(Fact.key, "-", "")


INVARIANTS = (
    requests_are_counted,
    matches_are_counted,
    seats_are_counted,
    attendance_is_counted,
    hours_are_counted,
    figures_open_to_something,
)
