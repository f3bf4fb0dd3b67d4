"""Planning by hand, changing and calling off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, a_span, an_activity, in_days
from tests.factories.people import a_manager, a_resident
from tests.factories.places import a_venue
from tests.factories.schedules import a_hold
from tests.factories.villages import a_village
from village_hub.activities import errors, queries, service
from village_hub.activities.service import ActivityDetails
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.events import RecordedEvent
from village_hub.schedules import queries as schedules


@pytest.fixture
def village_id(session: Session) -> UUID:
    return a_village(session)


@pytest.fixture
def manager_id(session: Session, village_id: UUID) -> UUID:
    return a_manager(session, village_id).id


def test_a_weekly_course_keeps_its_room_for_every_session(session: Session, village_id: UUID, manager_id: UUID) -> None:
    venue_id = a_venue(session)

    activity_id = an_activity(session, village_id, manager_id, kind="course", times=4, venue_id=venue_id)

    planned = queries.sessions_of(session, activity_id)
    assert [later.starts_at - planned[0].starts_at for later in planned] == [timedelta(weeks=n) for n in range(4)]
    assert not any(
        schedules.free(session, venue_id=venue_id, starts_at=each.starts_at, ends_at=each.ends_at) for each in planned
    )
    assert len({each.code for each in planned}) == 4


def test_a_taken_room_is_refused_by_the_name_of_what_is_in_the_way(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    venue_id = a_venue(session)
    an_activity(session, village_id, manager_id, title="노래 교실", venue_id=venue_id)

    with pytest.raises(errors.PlaceTaken) as refused:
        an_activity(session, village_id, manager_id, venue_id=venue_id, starts_at=in_days(session, 3, 3))

    assert refused.value.figures == {
        "place": "미사1동 주민센터 2층 강의실", "title": "노래 교실", "day": "11/25", "time": "11:00",
    }  # fmt: skip


def test_a_room_kept_for_something_without_a_name_is_refused_too(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    venue_id = a_venue(session)
    a_hold(session, venue_id=venue_id, starts_at=in_days(session, 3))

    with pytest.raises(errors.PlaceUnavailable):
        an_activity(session, village_id, manager_id, venue_id=venue_id)


def test_nobody_teaches_twice_at_the_same_time(session: Session, village_id: UUID, manager_id: UUID) -> None:
    an_activity(session, village_id, manager_id, instructor_id=manager_id)

    with pytest.raises(errors.InstructorTaken):
        an_activity(session, village_id, manager_id, instructor_id=manager_id)


@pytest.mark.parametrize(
    ("days", "hours", "refusal"),
    [
        ((), 2, errors.NoSession),
        ((-3,), 2, errors.SessionInThePast),
        ((3,), -1, errors.SessionTooLong),
        ((3, 3), 2, errors.SessionsOverlap),
    ],
)
def test_impossible_dates_are_refused(
    session: Session, village_id: UUID, manager_id: UUID, days: tuple[int, ...], hours: int, refusal: type[Exception]
) -> None:
    starts = [in_days(session, each) for each in days]
    spans = [(each, each + timedelta(hours=hours)) for each in starts]
    details = ActivityDetails(kind="event", title="잔치", village_id=village_id, place_text="광장")

    with pytest.raises(refusal):
        service.create(session, details, spans, by=manager_id, now=session.info["clock"].now())


def test_details_that_contradict_themselves_are_refused(session: Session, village_id: UUID, manager_id: UUID) -> None:
    now = session.info["clock"].now()

    with pytest.raises(errors.NoPlace):
        an_activity(session, village_id, manager_id, place_text=" ")
    with pytest.raises(errors.MinimumAboveSeats):
        an_activity(session, village_id, manager_id, seats=5, minimum=6)
    with pytest.raises(errors.PeriodUpsideDown):
        an_activity(session, village_id, manager_id, enrol_from=now, enrol_until=now)


def test_whoever_sits_on_a_seat_that_is_taken_away_has_another(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    activity_id = an_activity(session, village_id, manager_id, seats=3)
    people = [a_resident(session, name).id for name in ("김하나", "이두리", "박세나")]
    for each in people:
        a_seat(session, activity_id, each)
    now = session.info["clock"].now()
    service.cancel_enrolment(session, activity_id, people[0], now=now)

    fewer = ActivityDetails(
        kind="campaign", title="우리 동네 꽃 심기", village_id=village_id, place_text="회관", seats=2
    )
    service.change(session, activity_id, fewer, by=manager_id, now=now)

    seats = [queries.enrolment(session, activity_id, each) for each in people[1:]]
    assert [each.seat_no for each in seats if each] == [2, 1]


def test_another_room_is_kept_and_the_old_one_is_free_again(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    old, new = a_venue(session), a_venue(session, room="3층 강당")
    activity_id = an_activity(session, village_id, manager_id, times=2, venue_id=old)
    details = ActivityDetails(kind="course", title="꽃 심기", village_id=village_id, venue_id=new)

    service.change(session, activity_id, details, by=manager_id, now=session.info["clock"].now())

    first = queries.sessions_of(session, activity_id)[0]
    span: dict[str, Any] = {"starts_at": first.starts_at, "ends_at": first.ends_at}
    assert first.venue_id == new
    assert schedules.free(session, venue_id=old, **span)
    assert not schedules.free(session, venue_id=new, **span)
    assert first.updated_seq == 1


def test_a_session_moves_to_a_free_hour_and_not_onto_its_sister(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    venue_id = a_venue(session)
    activity_id = an_activity(session, village_id, manager_id, times=2, venue_id=venue_id)
    first, second = queries.sessions_of(session, activity_id)
    now = session.info["clock"].now()

    service.move_session(session, first.id, a_span(session, 4), by=manager_id, now=now)

    assert schedules.free(session, venue_id=venue_id, starts_at=first.starts_at, ends_at=first.ends_at)
    with pytest.raises(errors.SessionsOverlap):
        service.move_session(session, first.id, (second.starts_at, second.ends_at), by=manager_id, now=now)


def test_sessions_are_added_and_called_off_but_never_the_last(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    activity_id = an_activity(session, village_id, manager_id)
    now = session.info["clock"].now()
    service.add_sessions(session, activity_id, [a_span(session, 12)], by=manager_id, now=now)
    first, second = queries.sessions_of(session, activity_id)

    service.cancel_session(session, first.id, by=manager_id, now=now)

    assert [each.state for each in queries.sessions_of(session, activity_id)] == ["cancelled", "planned"]
    with pytest.raises(errors.LastSession):
        service.cancel_session(session, second.id, by=manager_id, now=now)
    with pytest.raises(errors.SessionIsOver):
        service.cancel_session(session, first.id, by=manager_id, now=now)


def test_a_cancelled_activity_frees_its_room_and_tells_everybody_why(
    session: Session, village_id: UUID, manager_id: UUID
) -> None:
    venue_id = a_venue(session)
    activity_id = an_activity(session, village_id, manager_id, venue_id=venue_id)
    resident = a_resident(session).id
    a_seat(session, activity_id, resident)
    now = session.info["clock"].now()

    service.cancel_activity(session, activity_id, reason="비가 많이 와서요", by=manager_id, now=now)

    facts = queries.activity(session, activity_id, now)
    assert facts is not None
    assert facts.starts_at is not None
    assert facts.ends_at is not None
    assert (facts.status(now), facts.reason) == (queries.Status.CANCELLED, "비가 많이 와서요")
    assert schedules.free(session, venue_id=venue_id, starts_at=facts.starts_at, ends_at=facts.ends_at)
    assert session.scalar(sa.select(RecordedEvent.payload).where(RecordedEvent.type == "activity.cancelled"))
    assert (f"person:{resident}", "activity.cancelled", str(activity_id)) in session.info["signals"]
    with pytest.raises(errors.ActivityIsOver):
        service.cancel_activity(session, activity_id, reason="또", by=manager_id, now=now)


def test_nothing_is_cancelled_without_a_reason(session: Session, village_id: UUID, manager_id: UUID) -> None:
    activity_id = an_activity(session, village_id, manager_id)

    with pytest.raises(errors.NoReasonGiven):
        service.cancel_activity(session, activity_id, reason=" ", by=manager_id, now=session.info["clock"].now())


def test_what_is_to_come_is_listed_by_its_next_session(
    session: Session, village_id: UUID, manager_id: UUID, clock: SettableClock
) -> None:
    course = an_activity(session, village_id, manager_id, title="강좌", times=3, starts_at=in_days(session, 1))
    event = an_activity(session, village_id, manager_id, title="행사", starts_at=in_days(session, 5))
    clock.advance(timedelta(days=2))

    listed = queries.upcoming(session, clock.now(), village_id=village_id)

    assert [each.id for each in listed] == [event, course]
    assert listed[1].next_at == in_days(session, 6)
    assert queries.upcoming(session, clock.now(), village_id=village_id, kinds=["course"]) == []


def test_activities_near_a_home_are_found_by_their_room(session: Session, village_id: UUID, manager_id: UUID) -> None:
    near = an_activity(session, village_id, manager_id, venue_id=a_venue(session))
    far = a_venue(session, room="먼 곳", lon=127.4)
    an_activity(session, village_id, manager_id, venue_id=far)

    found = queries.upcoming(session, session.info["clock"].now(), near=(127.19, 37.56))

    assert [each.id for each in found] == [near]
