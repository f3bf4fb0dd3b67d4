"""What must be true of activities, their seats and waiting lists, their sessions, and who came."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from village_hub.activities import events
from village_hub.activities.models import (
    Activity,
    ActivitySession,
    ActivityState,
    Attendance,
    AttendanceState,
    Completion,
    Enrolment,
    EnrolmentState,
    SessionState,
)
from village_hub.imports import invariants as imports
from village_hub.imports.reading import Kind
from village_hub.invitations import invariants as invitations
from village_hub.invitations.events import InvitationAccepted
from village_hub.kernel.errors import N_
from village_hub.kernel.invariant import REPORT, RESTART, RESTORE, Rows, any_of, invariant, twice
from village_hub.kernel.traces import Column, identity, last_timers, recorded, under_way
from village_hub.learning_requests import invariants as learning_requests
from village_hub.schedules import invariants as schedules

SEATS = N_("Change a word in the activity's description and save it; that puts seats and waiting list in order.")
PLAN = N_("Open the session's planning page and move it to another time and back again; then report the fault.")
#: Whoever starts later than this has a reminder to come.
REMINDED = timedelta(days=2)
#: Activities that people sign up for here, not those that were read from a file.
OURS = Activity.source_key.is_(None)
SEATED, WAITING = Enrolment.state == EnrolmentState.SEATED, Enrolment.state == EnrolmentState.WAITING


@invariant(
    N_("No seat is given twice, and no more than there are: everybody seated has a number up to the number of seats."),
    SEATS,
)
def seats_are_given_once(now: datetime) -> Rows:
    seats = select(Activity.seats).where(Activity.id == Enrolment.activity_id).scalar_subquery()
    unnumbered = and_(SEATED, seats.is_not(None), or_(Enrolment.seat_no.is_(None), Enrolment.seat_no > seats))
    kept_back = and_(~SEATED, Enrolment.seat_no.is_not(None))
    wrong = select(Enrolment.activity_id, Enrolment.seat_no, literal(1).label("count"))
    return any_of(
        wrong.where(or_(unnumbered, kept_back)), twice(Enrolment.activity_id, Enrolment.seat_no, where=SEATED)
    )


@invariant(N_("Nobody waits while a seat is free."), SEATS)
def nobody_waits_beside_a_free_seat(now: datetime) -> Rows:
    counted = select(Enrolment.activity_id, func.count().label("taken")).where(SEATED)
    taken, waiting = counted.group_by(Enrolment.activity_id).subquery(), select(Enrolment.activity_id).where(WAITING)
    count = func.coalesce(taken.c.taken, 0)
    query = select(Activity.id, Activity.title, Activity.seats, count.label("taken"))
    is_free = or_(Activity.seats.is_(None), count < Activity.seats)
    joined = query.outerjoin(taken, taken.c.activity_id == Activity.id)
    return joined.where(Activity.state == ActivityState.SCHEDULED, Activity.id.in_(waiting), is_free)


@invariant(N_("First come, first served: nobody is seated who came after somebody who still waits."), SEATS)
def the_line_is_kept(now: datetime) -> Rows:
    last_seated = func.max(case((SEATED, Enrolment.place_in_line)))
    first_waiting = func.min(case((WAITING, Enrolment.place_in_line)))
    columns = (Enrolment.activity_id, last_seated.label("last_seated"), first_waiting.label("first_waiting"))
    return select(*columns).group_by(Enrolment.activity_id).having(last_seated > first_waiting)


@invariant(N_("Everybody has their own place in the line."), RESTORE)
def places_in_line_are_ones_own(now: datetime) -> Rows:
    return twice(Enrolment.activity_id, Enrolment.place_in_line)


@invariant(
    N_("Nobody is signed up twice, and guests come with somebody."),
    N_("Let the person cancel and sign up anew."),
)
def people_are_signed_up_once(now: datetime) -> Rows:
    active = Enrolment.state != EnrolmentState.CANCELLED
    once = twice(Enrolment.activity_id, Enrolment.person_id, Enrolment.guest_no, where=active)
    host = aliased(Enrolment)
    comes = and_(
        host.activity_id == Enrolment.activity_id,
        host.person_id == Enrolment.person_id,
        host.guest_no == 0,
        host.state != EnrolmentState.CANCELLED,
    )
    guests = select(Enrolment.activity_id, Enrolment.person_id, Enrolment.guest_no, literal(1).label("count"))
    return any_of(once, guests.where(active, Enrolment.guest_no > 0, ~select(host.id).where(comes).exists()))


@invariant(N_("A cancelled place has the moment of its end, and no other has."), REPORT)
def places_end_at_a_moment(now: datetime) -> Rows:
    has_ended = Enrolment.state == EnrolmentState.CANCELLED
    query = select(Enrolment.id, Enrolment.activity_id, Enrolment.person_id, Enrolment.state)
    return query.where(has_ended != Enrolment.cancelled_at.is_not(None))


@invariant(
    N_("An activity that is to come has a session to come; one that has ended or was cancelled has none."),
    N_("Open the activity's page: add a session, or cancel what will not take place."),
)
def activities_and_sessions_agree(now: datetime) -> Rows:
    planned = Activity.id.in_(select(ActivitySession.activity_id).where(_is_planned()))
    is_to_come = Activity.state == ActivityState.SCHEDULED
    return select(Activity.id, Activity.title, Activity.state).where(OURS, planned != is_to_come)


@invariant(N_("A cancelled activity says why."), N_("Write to those concerned, and report the fault."))
def cancelled_activities_say_why(now: datetime) -> Rows:
    off = Activity.state == ActivityState.CANCELLED
    return select(Activity.id, Activity.title).where(off, Activity.reason == "")


@invariant(N_("Every session ends after it begins, and shows a code of its own."), PLAN)
def sessions_are_sound(now: datetime) -> Rows:
    codes = select(ActivitySession.code).where(_is_planned()).group_by(ActivitySession.code).having(func.count() > 1)
    shared = and_(_is_planned(), ActivitySession.code.in_(codes))
    unsound = or_(ActivitySession.ends_at <= ActivitySession.starts_at, shared)
    return select(ActivitySession.id, ActivitySession.activity_id, ActivitySession.starts_at).where(unsound)


@invariant(N_("Every session to come keeps its room and its instructor for its hours."), PLAN)
def sessions_keep_their_time(now: datetime) -> Rows:
    hold, each = schedules.holds(), ActivitySession
    is_kept = and_(
        hold.c.id == each.hold_id,
        hold.c.released_at.is_(None),
        hold.c.starts_at == each.starts_at,
        hold.c.ends_at == each.ends_at,
        hold.c.person_id.is_not_distinct_from(Activity.instructor_id),
        hold.c.venue_id.is_not_distinct_from(each.venue_id),
    )
    needs_some = or_(Activity.instructor_id.is_not(None), each.venue_id.is_not(None))
    query = select(each.id, each.activity_id, Activity.title, each.starts_at, each.hold_id)
    joined = query.join(Activity, Activity.id == each.activity_id).outerjoin(hold, is_kept)
    return joined.where(OURS, _is_planned(), needs_some, hold.c.id.is_(None))


@invariant(
    N_("No time is kept for what does not take place."),
    N_("Report the fault with the numbers that are named here; until then this room or person cannot be planned then."),
)
def no_time_is_kept_in_vain(now: datetime) -> Rows:
    hold, question, each = schedules.holds(), invitations.invitations(), ActivitySession
    used = select(each.hold_id).where(each.hold_id.is_not(None), each.state != SessionState.CANCELLED)
    to_come = under_way(InvitationAccepted, invitation_id=question.c.id)
    agreed = select(question.c.hold_id).where(question.c.hold_id.is_not(None), question.c.state == "accepted", to_come)
    ours = or_(hold.c.why.startswith("activity:"), hold.c.why.startswith("invitation:"))
    query = select(hold.c.id, hold.c.why, hold.c.starts_at, hold.c.ends_at)
    return query.where(ours, hold.c.released_at.is_(None), hold.c.id.not_in(used), hold.c.id.not_in(agreed))


@invariant(N_("Every session to come has the timers that remind of it and look after its end."), PLAN)
def sessions_have_timers(now: datetime) -> Rows:
    each, over = ActivitySession, last_timers(events.SessionOver, "session_id")
    query = select(each.id, each.activity_id, each.starts_at, over.c.at.label("timer"))
    joined = query.join(Activity, Activity.id == each.activity_id).outerjoin(over, over.c.of == identity(each.id))
    unseen = or_(over.c.at.is_(None), over.c.at <= each.ends_at)
    silent = and_(each.starts_at > now + REMINDED, ~under_way(events.SessionReminder, session_id=each.id))
    return joined.where(OURS, _is_planned(), each.ends_at > now, or_(unseen, silent))


@invariant(N_("Who came was on the list, or is a name; nobody is marked twice."), N_("Mark the session's list anew."))
def attendance_is_of_somebody(now: datetime) -> Rows:
    mark, each = Attendance, ActivitySession
    listed = and_(Enrolment.activity_id == each.activity_id, Enrolment.person_id == mark.person_id)
    unknown = and_(mark.person_id.is_not(None), ~select(Enrolment.id).where(listed).exists())
    nobody = and_(mark.person_id.is_(None), mark.walk_in_name == "")
    strangers = select(mark.session_id, mark.person_id, literal(1).label("count")).join(
        each, each.id == mark.session_id
    )
    return any_of(strangers.where(or_(unknown, nobody)), twice(mark.session_id, mark.person_id))


@invariant(
    N_("Whoever came to every session has completed the activity; whoever never came has not."),
    N_("Mark somebody's attendance at the last session anew; that counts again. Then report the fault."),
)
def completions_are_earned(now: datetime) -> Rows:
    each, mark = ActivitySession, Attendance
    held = select(each.activity_id, func.count().label("held")).where(_is_completed()).group_by(each.activity_id)
    sessions = held.subquery()
    present = select(each.activity_id, mark.person_id, func.count().label("came")).join(
        mark, mark.session_id == each.id
    )
    came = present.where(_is_completed(), mark.state == AttendanceState.PRESENT, mark.person_id.is_not(None))
    people = came.group_by(each.activity_id, mark.person_id).subquery()
    earned = and_(Completion.activity_id == people.c.activity_id, Completion.person_id == people.c.person_id)
    missed = (
        select(people.c.activity_id, people.c.person_id, literal("missing").label("completion"))
        .join(Activity, and_(Activity.id == people.c.activity_id, Activity.state == ActivityState.ENDED, OURS))
        .join(sessions, and_(sessions.c.activity_id == Activity.id, sessions.c.held == people.c.came))
        .outerjoin(Completion, earned)
        .where(Completion.person_id.is_(None))
    )
    unearned = select(Completion.activity_id, Completion.person_id, literal("unearned").label("completion"))
    return any_of(missed, unearned.outerjoin(people, earned).where(people.c.person_id.is_(None)))


@invariant(N_("A yes becomes one lecture, and a lecture that was asked for comes from a yes."), RESTART)
def a_yes_becomes_one_lecture(now: datetime) -> Rows:
    question = invitations.invitations()
    made = select(Activity.invitation_id).where(Activity.invitation_id.is_not(None))
    missing = and_(question.c.id.not_in(made), ~under_way(InvitationAccepted, invitation_id=question.c.id))
    lost = select(question.c.id, question.c.state).where(question.c.state == "accepted", missing)
    shared = made.group_by(Activity.invitation_id).having(func.count() > 1)
    wrong = or_(question.c.state != "accepted", question.c.id.in_(shared))
    return any_of(lost, select(question.c.id, question.c.state).where(question.c.id.in_(made), wrong))


@invariant(N_("A request whose lecture is fixed or over has that lecture."), RESTORE)
def requests_have_their_lecture(now: datetime) -> Rows:
    request = learning_requests.requests()
    fitting = case((request.c.state == "done", ActivityState.ENDED.value), else_=ActivityState.SCHEDULED.value)
    fixed = and_(Activity.id == request.c.activity_id, Activity.state == fitting)
    query = select(request.c.id, request.c.state, request.c.activity_id).outerjoin(Activity, fixed)
    return query.where(request.c.state.in_(["scheduled", "done"]), Activity.id.is_(None))


@invariant(
    N_("What a file said of a course stands in that course."),
    N_("Carry the course file in once more; if this stays, report the fault."),
)
def imported_courses_are_there(now: datetime) -> Rows:
    said, here = imports.sources(), select(Activity.source_key).where(~OURS)
    return select(said.c.source_key).where(said.c.kind == Kind.COURSES, said.c.source_key.not_in(here))


@invariant(N_("What became of activities, sessions and places was written down."), REPORT)
def what_happened_was_written_down(now: datetime) -> Rows:
    each, mark = ActivitySession, Attendance
    activity = select(Activity.id, Activity.state).where(OURS)
    held = select(each.id, each.state).join(Activity, Activity.id == each.activity_id).where(OURS, _is_completed())
    place = select(Enrolment.id, Enrolment.state).where(Enrolment.guest_no == 0)
    came = select(mark.id, mark.state).where(mark.person_id.is_not(None))
    enrolled: dict[str, Column] = {"activity_id": Enrolment.activity_id, "person_id": Enrolment.person_id}
    seated = recorded(events.EnrolmentConfirmed, events.EnrolmentPromoted, **enrolled)
    signed_up = recorded(events.EnrolmentConfirmed, events.EnrolmentWaiting, **enrolled)
    marked = recorded(events.AttendanceMarked, session_id=mark.session_id, person_id=mark.person_id, state=mark.state)
    cancelled, ended = Activity.state == ActivityState.CANCELLED, Activity.state == ActivityState.ENDED
    left = Enrolment.state == EnrolmentState.CANCELLED
    return any_of(
        activity.where(~recorded(events.ActivityScheduled, activity_id=Activity.id)),
        activity.where(cancelled, ~recorded(events.ActivityCancelled, activity_id=Activity.id)),
        activity.where(ended, ~recorded(events.ActivityEnded, activity_id=Activity.id)),
        held.where(~recorded(events.SessionCompleted, session_id=each.id)),
        place.where(SEATED, ~seated),
        place.where(~signed_up),
        place.where(left, ~recorded(events.EnrolmentCancelled, **enrolled)),
        came.where(~marked),
    )


def activities() -> Subquery:
    """Activities as a table, for the rules of later capabilities; `taken` is how many are seated."""
    seated = select(func.count()).where(Enrolment.activity_id == Activity.id, SEATED).scalar_subquery()
    names = (Activity.id, Activity.kind, Activity.state, Activity.fee, Activity.seats, Activity.instructor_id)
    return select(*names, Activity.updated_seq, Activity.source_key, seated.label("taken")).subquery()


def sessions() -> Subquery:
    """Sessions as a table, for the rules of later capabilities."""
    each = ActivitySession
    return select(each.id, each.activity_id, each.state, each.starts_at, each.ends_at).subquery()


def marks() -> Subquery:
    """Attendance as a table, for the rules of later capabilities; `seated` says whether the person has a seat."""
    seat = and_(Enrolment.activity_id == ActivitySession.activity_id, Enrolment.person_id == Attendance.person_id)
    seated = select(Enrolment.id).where(seat, SEATED, Enrolment.guest_no == 0).exists()
    query = select(Attendance.session_id, Attendance.person_id, Attendance.state, seated.label("seated"))
    return query.join(ActivitySession, ActivitySession.id == Attendance.session_id).subquery()


def _is_planned() -> ColumnElement[bool]:
    return ActivitySession.state == SessionState.PLANNED


def _is_completed() -> ColumnElement[bool]:
    return ActivitySession.state == SessionState.COMPLETED


INVARIANTS = (
    seats_are_given_once,
    nobody_waits_beside_a_free_seat,
    the_line_is_kept,
    places_in_line_are_ones_own,
    people_are_signed_up_once,
    places_end_at_a_moment,
    activities_and_sessions_agree,
    cancelled_activities_say_why,
    sessions_are_sound,
    sessions_keep_their_time,
    no_time_is_kept_in_vain,
    sessions_have_timers,
    attendance_is_of_somebody,
    completions_are_earned,
    a_yes_becomes_one_lecture,
    requests_have_their_lecture,
    imported_courses_are_there,
    what_happened_was_written_down,
)
