"""Who came, and what follows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.activities import errors, queries, service
from village_hub.activities.queries import AttendanceState, SessionFacts
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.events import RecordedEvent

PRESENT, ABSENT, EXCUSED = AttendanceState.PRESENT, AttendanceState.ABSENT, AttendanceState.EXCUSED


class Desk:
    """A course of some sessions with one learner and somebody at the desk."""

    def __init__(self, session: Session, times: int = 1) -> None:
        village_id = a_village(session)
        self.session = session
        self.clock: SettableClock = session.info["clock"]
        self.manager = a_manager(session, village_id).id
        self.learner = a_resident(session).id
        self.activity_id = an_activity(session, village_id, self.manager, times=times)
        a_seat(session, self.activity_id, self.learner)

    @property
    def sessions(self) -> list[SessionFacts]:
        return queries.sessions_of(self.session, self.activity_id)

    def go_to(self, number: int = 0, minutes: int = 5) -> UUID:
        self.clock.moment = self.sessions[number].starts_at + timedelta(minutes=minutes)
        return self.sessions[number].id

    def mark(self, number: int, state: AttendanceState | None) -> None:
        held = self.go_to(number)
        service.mark_attendance(self.session, held, self.learner, state, by=self.manager, now=self.clock.now())

    def finish(self, number: int) -> None:
        service.complete_session(self.session, self.go_to(number), by=self.manager, now=self.clock.now())

    def facts(self, *types: str) -> list[dict[str, object]]:
        query = sa.select(RecordedEvent.payload).where(RecordedEvent.type.in_(types))
        return list(self.session.scalars(query.order_by(RecordedEvent.stream, RecordedEvent.seq)))


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_a_mark_is_made_changed_and_taken_back(session: Session, desk: Desk) -> None:
    held = desk.sessions[0].id
    for state in (PRESENT, PRESENT, EXCUSED, None):
        desk.mark(0, state)

    assert [each.state for each in queries.attendees(session, held)] == [None]
    assert [each.get("state") for each in desk.facts("attendance.marked", "attendance.unmarked")] == [
        "present", "excused", None,
    ]  # fmt: skip


def test_only_people_on_the_list_are_marked_and_only_once_they_may_be_there(session: Session, desk: Desk) -> None:
    stranger = a_resident(session, "모르는이").id
    held = desk.sessions[0].id
    by = desk.manager

    with pytest.raises(errors.DeskNotOpen):
        service.mark_attendance(session, held, desk.learner, PRESENT, by=by, now=desk.clock.now())
    desk.go_to(0, minutes=-30)
    with pytest.raises(errors.NotOnTheList):
        service.mark_attendance(session, held, stranger, PRESENT, by=by, now=desk.clock.now())


def test_a_walk_in_is_a_name_and_can_be_taken_off_again(session: Session, desk: Desk) -> None:
    held = desk.go_to()
    walk_in = service.add_walk_in(session, held, " 황보 할머니 ", by=desk.manager, now=desk.clock.now())

    listed = [(each.name, each.state, each.enrolment) for each in queries.attendees(session, held)]
    assert listed == [("김복순", None, "seated"), ("황보 할머니", "present", None)]
    assert queries.attendance_counts(session, [held]) == {held: (1, 1)}
    service.remove_walk_in(session, held, walk_in, by=desk.manager, now=desk.clock.now())
    assert len(queries.attendees(session, held)) == 1
    with pytest.raises(errors.NoName):
        service.add_walk_in(session, held, "  ", by=desk.manager, now=desk.clock.now())


@pytest.mark.parametrize(("minutes", "works"), [(-31, False), (-30, True), (150, True), (151, False)])
def test_the_code_works_from_half_an_hour_before_to_half_an_hour_after(
    session: Session, desk: Desk, minutes: int, works: bool
) -> None:
    held = desk.go_to(0, minutes)
    code = desk.sessions[0].code or ""

    if not works:
        with pytest.raises(errors.NotTheTime):
            service.check_in(session, code, desk.learner, now=desk.clock.now())
        return
    assert service.check_in(session, f"{code[:3]} {code[3:]}", desk.learner, now=desk.clock.now()) == held
    assert queries.was_present(session, held, desk.learner)


def test_a_wrong_code_and_a_stranger_are_refused(session: Session, desk: Desk) -> None:
    desk.go_to()
    code = desk.sessions[0].code or ""
    other = f"{(int(code) + 1) % 1_000_000:06}"

    with pytest.raises(errors.NoSuchCode):
        service.check_in(session, other, desk.learner, now=desk.clock.now())
    with pytest.raises(errors.NotOnTheList):
        service.check_in(session, code, a_resident(session, "모르는이").id, now=desk.clock.now())


def test_a_finished_session_counts_whoever_was_not_marked_as_absent(session: Session, desk: Desk) -> None:
    late = a_resident(session, "늦잠").id
    a_seat(session, desk.activity_id, late)
    desk.mark(0, PRESENT)

    desk.finish(0)

    states = {each.person_id: each.state for each in queries.attendees(session, desk.sessions[0].id)}
    assert states == {desk.learner: "present", late: "absent"}
    assert desk.facts("session.completed")[0]["session_id"] == str(desk.sessions[0].id)
    with pytest.raises(errors.SessionIsOver):
        desk.finish(0)


@pytest.mark.parametrize(
    ("marks", "completed"),
    [
        ((PRESENT,) * 5, True),
        ((PRESENT,) * 4 + (ABSENT,), True),
        ((PRESENT,) * 3 + (ABSENT,) * 2, False),
        ((PRESENT,) * 4 + (EXCUSED,), True),
        ((PRESENT,) * 3 + (EXCUSED,) * 2, True),
        ((EXCUSED,) * 5, False),
    ],
)
def test_whoever_came_often_enough_has_completed_the_course(
    session: Session, marks: tuple[AttendanceState, ...], completed: bool
) -> None:
    desk = Desk(session, times=5)

    for number, mark in enumerate(marks):
        desk.mark(number, mark)
        desk.finish(number)

    facts = queries.activity(session, desk.activity_id)
    assert facts is not None
    assert facts.state == "ended"
    assert (desk.activity_id in queries.completions_of(session, desk.learner)) is completed
    assert desk.facts("activity.ended")[0]["completed"] == int(completed)


def test_a_correction_after_the_end_changes_who_completed(session: Session, desk: Desk) -> None:
    desk.mark(0, ABSENT)
    desk.finish(0)

    desk.mark(0, PRESENT)
    assert desk.activity_id in queries.completions_of(session, desk.learner)
    desk.mark(0, ABSENT)
    assert queries.completions_of(session, desk.learner) == {}


def test_some_hours_after_its_end_a_session_with_marks_is_finished_by_itself(session: Session, desk: Desk) -> None:
    desk.mark(0, PRESENT)
    held = desk.sessions[0]

    service.finish_when_over(session, held.id, now=held.ends_at + timedelta(hours=2))
    assert desk.sessions[0].state == "planned"
    service.finish_when_over(session, held.id, now=held.ends_at + timedelta(hours=3))
    service.finish_when_over(session, held.id, now=held.ends_at + timedelta(hours=4))

    assert desk.sessions[0].state == "completed"
    assert len(desk.facts("session.completed")) == 1


def test_a_session_without_marks_waits_for_somebody_who_knows(session: Session, desk: Desk) -> None:
    held = desk.sessions[0]

    service.finish_when_over(session, held.id, now=held.ends_at + timedelta(hours=5))

    assert desk.sessions[0].state == "planned"
