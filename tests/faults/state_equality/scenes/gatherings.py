"""What people sign up for: planned, filled, held, remembered, called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from tests.faults.state_equality.scenes.scene import scene
from tests.faults.state_equality.town import Town
from village_hub.activities import service as activities
from village_hub.activities.models import Activity, ActivitySession, Attendance
from village_hub.activities.queries import AttendanceState
from village_hub.activities.service import ActivityDetails, Span
from village_hub.feedback import service as feedback


@scene
def neighbours_sign_up_for_the_lecture_until_one_waits(town: Town) -> None:
    lecture = town.one(sa.select(Activity.id).where(Activity.kind == "lecture"))
    for each in (town.city.resident, *town.city.neighbours):
        if each != town.city.neighbours[1]:
            town.do(activities.enrol, lecture, each)


@scene
def the_lecture_is_held(town: Town) -> None:
    held = town.one(sa.select(ActivitySession.id).join(Activity).where(Activity.kind == "lecture"))
    starts_at = town.one(sa.select(ActivitySession.starts_at).where(ActivitySession.id == held))
    town.later(hours=(starts_at - town.clock.now()) / timedelta(hours=1))
    code = town.one(sa.select(ActivitySession.code).where(ActivitySession.id == held))
    people = (town.city.neighbours[1], town.city.resident, town.city.neighbours[0])
    town.do(activities.check_in, code, people[0])
    for each in people[1:]:
        town.do(activities.mark_attendance, held, each, AttendanceState.PRESENT, by=town.city.manager)
    town.do(activities.mark_attendance, held, people[1], None, by=town.city.manager)
    town.do(activities.mark_attendance, held, people[1], AttendanceState.PRESENT, by=town.city.manager)
    walk_in = town.do(activities.add_walk_in, held, "지나가던 이웃", by=town.city.manager)
    town.do(activities.remove_walk_in, held, walk_in, by=town.city.manager)
    town.do(activities.complete_session, held, by=town.city.manager)
    assert town.all(sa.select(Attendance.id).where(Attendance.session_id == held))


@scene
def everybody_says_how_it_was(town: Town) -> None:
    held = town.one(sa.select(ActivitySession.id).where(ActivitySession.state == "completed"))
    for each in (town.city.neighbours[1], town.city.resident, town.city.neighbours[0]):
        town.do(feedback.give, held, stars=4, words="재미있었어요.", by=each)
    town.do(feedback.give, held, stars=5, words="정말 좋았어요.", by=town.city.resident)


@scene
def a_course_is_planned(town: Town) -> None:
    details = described(town, seats=3, venue_id=town.city.venues[0], club_id=town.city.club)
    town.do(activities.create, details, [span(town, 3), span(town, 10)], by=town.city.manager)


@scene
def the_course_fills_and_a_seat_is_given_back(town: Town) -> None:
    for each in (town.city.resident, *town.city.neighbours[:3]):
        town.do(activities.enrol, course(town), each)
    town.do(activities.cancel_enrolment, course(town), town.city.neighbours[0])
    town.do(activities.cancel_enrolment, course(town), town.city.neighbours[1])


@scene
def the_course_has_more_seats_another_room_and_an_instructor(town: Town) -> None:
    for each in town.city.neighbours[3:5]:
        town.do(activities.enrol, course(town), each)
    more = described(town, seats=20, venue_id=town.city.venues[1], club_id=town.city.club, title="겨울 수채화")
    town.do(activities.change, course(town), more, by=town.city.manager)
    taught = described(
        town, seats=20, venue_id=town.city.venues[1], club_id=town.city.club, instructor_id=town.city.volunteers[0]
    )
    town.do(activities.change, course(town), taught, by=town.city.manager)


@scene
def the_course_meets_more_often_and_at_other_times(town: Town) -> None:
    added = town.do(activities.add_sessions, course(town), [span(town, 17), span(town, 24)], by=town.city.manager)
    town.do(activities.move_session, added[0], span(town, 18), by=town.city.manager)
    town.do(activities.cancel_session, added[1], by=town.city.manager)


@scene
def the_course_goes_to_another_instructor_and_another_club_room(town: Town) -> None:
    other = described(town, seats=20, venue_id=town.city.venues[1], instructor_id=town.city.volunteers[1])
    town.do(activities.change, course(town), other, by=town.city.manager)


@scene
def a_reminder_is_sent_and_a_session_finishes_by_itself(town: Town) -> None:
    town.later(days=3, minutes=10)
    held = town.one(
        sa.select(ActivitySession.id).where(ActivitySession.activity_id == course(town)).order_by("starts_at")
    )
    town.do(activities.mark_attendance, held, town.city.resident, AttendanceState.PRESENT, by=town.city.manager)
    town.do(activities.mark_attendance, held, town.city.neighbours[2], AttendanceState.EXCUSED, by=town.city.manager)
    town.later(hours=12)
    assert town.one(sa.select(ActivitySession.state).where(ActivitySession.id == held)) == "completed"


@scene
def a_campaign_without_limits_is_called_off(town: Town) -> None:
    details = described(town, kind="campaign", title="한강 줍깅", place_text="나무고아원 앞")
    campaign = town.do(activities.create, details, [span(town, 5)], by=town.city.manager)
    town.do(activities.enrol, campaign, town.city.resident, guests=2)
    town.do(activities.cancel_activity, campaign, reason="비가 와요.", by=town.city.manager)


@scene
def a_lecture_that_came_of_a_wish_is_called_off(town: Town) -> None:
    lecture = town.all(sa.select(Activity.id).where(Activity.kind == "lecture", Activity.state == "scheduled"))
    for each in lecture:
        town.do(activities.cancel_activity, each, reason="강사가 아파요.", by=town.city.manager)


def course(town: Town) -> UUID:
    """The course that was planned."""
    return town.one(sa.select(Activity.id).where(Activity.kind == "course"))


def described(town: Town, **details: Any) -> ActivityDetails:
    """What the course says about itself, unless told otherwise."""
    given: dict[str, Any] = {"kind": "course", "title": "처음 배우는 수채화", "village_id": town.city.village} | details
    return ActivityDetails(**given)


def span(town: Town, days: int) -> Span:
    """Two hours from eleven o'clock (in Korea) after so many days."""
    day = town.clock.now().replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return day, day + timedelta(hours=2)
