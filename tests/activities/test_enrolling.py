"""First come, first served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_seat, an_activity
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_village
from village_hub.activities import errors, queries, service
from village_hub.activities.models import Activity
from village_hub.activities.service import ActivityDetails
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.events import RecordedEvent


@pytest.fixture
def activity_id(session: Session) -> UUID:
    village_id = a_village(session)
    return an_activity(session, village_id, a_manager(session, village_id).id, seats=2)


def people(session: Session, number: int) -> list[UUID]:
    return [a_resident(session, f"주민{number}").id for number in range(number)]


def facts_of(session: Session, *types: str) -> list[tuple[str, str]]:
    query = sa.select(RecordedEvent.type, RecordedEvent.payload).where(RecordedEvent.type.in_(types))
    return [(row.type, row.payload["person_id"]) for row in session.execute(query.order_by(RecordedEvent.seq))]


def test_seats_are_given_in_order_and_then_places_in_the_line(session: Session, activity_id: UUID) -> None:
    first, second, third, fourth = people(session, 4)

    given = [a_seat(session, activity_id, each) for each in (first, second, third, fourth)]

    assert [(each.state, each.seat_no, each.place) for each in given] == [
        ("seated", 1, None), ("seated", 2, None), ("waiting", None, 1), ("waiting", None, 2),
    ]  # fmt: skip
    assert queries.enrolled(session, activity_id) == [first, second, third, fourth]


def test_a_freed_seat_goes_to_the_first_who_waits_at_once(session: Session, activity_id: UUID) -> None:
    first, second, third, fourth = people(session, 4)
    for each in (first, second, third, fourth):
        a_seat(session, activity_id, each)

    service.cancel_enrolment(session, activity_id, first, now=session.info["clock"].now())

    promoted, waiting = queries.enrolment(session, activity_id, third), queries.enrolment(session, activity_id, fourth)
    assert (promoted.state, promoted.seat_no) == ("seated", 1)  # type: ignore[union-attr]
    assert (waiting.state, waiting.place) == ("waiting", 1)  # type: ignore[union-attr]
    assert facts_of(session, "enrolment.cancelled", "enrolment.promoted") == [
        ("enrolment.cancelled", str(first)), ("enrolment.promoted", str(third)),
    ]  # fmt: skip
    signals = session.info["signals"]
    assert (f"person:{third}", "enrolment.changed", str(activity_id)) in signals
    assert signals[f"activity:{activity_id}", "seats", str(activity_id)] == {
        "id": str(activity_id), "taken": 2, "seats": 2, "waiting": 1,
    }  # fmt: skip


def test_whoever_cancels_while_waiting_takes_nobodys_seat(session: Session, activity_id: UUID) -> None:
    for each in (everybody := people(session, 3)):
        a_seat(session, activity_id, each)

    service.cancel_enrolment(session, activity_id, everybody[2], now=session.info["clock"].now())

    assert queries.seat_count(session, activity_id) == queries.SeatCount(2, 2, 0)
    with pytest.raises(errors.NotEnrolled):
        service.cancel_enrolment(session, activity_id, everybody[2], now=session.info["clock"].now())


def test_whoever_comes_back_stands_at_the_end(session: Session, activity_id: UUID) -> None:
    first, second, third = people(session, 3)
    for each in (first, second, third):
        a_seat(session, activity_id, each)
    service.cancel_enrolment(session, activity_id, first, now=session.info["clock"].now())

    again = a_seat(session, activity_id, first)

    assert (again.state, again.place) == ("waiting", 1)


def test_nobody_signs_up_twice(session: Session, activity_id: UUID) -> None:
    resident = a_resident(session).id
    a_seat(session, activity_id, resident)

    with pytest.raises(errors.AlreadyEnrolled):
        a_seat(session, activity_id, resident)


def test_the_enrolment_period_is_respected(session: Session, clock: SettableClock) -> None:
    village_id = a_village(session)
    now, resident = clock.now(), a_resident(session).id
    period: dict[str, Any] = {"enrol_from": now + timedelta(days=1), "enrol_until": now + timedelta(days=2)}
    activity_id = an_activity(session, village_id, a_manager(session, village_id).id, **period)

    with pytest.raises(errors.NotYetOpen):
        a_seat(session, activity_id, resident)
    clock.advance(timedelta(days=2))
    with pytest.raises(errors.NoLongerOpen):
        a_seat(session, activity_id, resident)
    clock.advance(timedelta(days=-1))
    assert a_seat(session, activity_id, resident).state == "seated"


def test_what_has_begun_or_is_over_takes_nobody(session: Session, activity_id: UUID, clock: SettableClock) -> None:
    clock.advance(timedelta(days=3, hours=3))
    with pytest.raises(errors.NoLongerOpen):
        a_seat(session, activity_id, a_resident(session).id)
    clock.advance(timedelta(hours=3))
    with pytest.raises(errors.ActivityIsOver):
        a_seat(session, activity_id, a_resident(session).id)


def test_an_imported_course_is_signed_up_for_elsewhere(session: Session, activity_id: UUID) -> None:
    session.get_one(Activity, activity_id).source_key = "file:1"
    session.flush()

    with pytest.raises(errors.EnrolsElsewhere):
        a_seat(session, activity_id, a_resident(session).id)


def test_guests_have_seats_of_their_own(session: Session) -> None:
    village_id = a_village(session)
    activity_id = an_activity(session, village_id, a_manager(session, village_id).id, seats=4)
    resident, neighbour = people(session, 2)

    a_seat(session, activity_id, resident, guests=2)
    a_seat(session, activity_id, neighbour, guests=1)

    assert queries.seat_count(session, activity_id) == queries.SeatCount(4, 4, 1)
    service.cancel_enrolment(session, activity_id, resident, now=session.info["clock"].now())
    assert queries.seat_count(session, activity_id) == queries.SeatCount(2, 4, 0)


def test_who_has_a_seat_hears_of_the_seat_of_a_guest(session: Session) -> None:
    village_id = a_village(session)
    activity_id = an_activity(session, village_id, a_manager(session, village_id).id, seats=2)
    first, host = people(session, 2)
    a_seat(session, activity_id, first)
    a_seat(session, activity_id, host, guests=1)
    session.info["signals"].clear()

    service.cancel_enrolment(session, activity_id, first, now=session.info["clock"].now())

    assert (f"person:{host}", "enrolment.changed", str(activity_id)) in session.info["signals"]


def test_more_seats_let_those_who_wait_in_and_fewer_push_nobody_out(session: Session, activity_id: UUID) -> None:
    for each in people(session, 4):
        a_seat(session, activity_id, each)
    activity = queries.activity(session, activity_id)
    assert activity is not None
    details: dict[str, Any] = {
        "kind": "event",
        "title": "잔치",
        "village_id": activity.village_id,
        "place_text": "광장",
    }
    now, by = session.info["clock"].now(), activity.created_by
    assert by is not None

    service.change(session, activity_id, ActivityDetails(**details, seats=3), by=by, now=now)

    assert queries.seat_count(session, activity_id) == queries.SeatCount(3, 3, 1)
    with pytest.raises(errors.TooFewSeats):
        service.change(session, activity_id, ActivityDetails(**details, seats=2), by=by, now=now)


def test_seats_that_had_no_limit_are_numbered_when_they_get_one(session: Session) -> None:
    village_id = a_village(session)
    by = a_manager(session, village_id).id
    activity_id = an_activity(session, village_id, by)
    for each in people(session, 3):
        a_seat(session, activity_id, each)
    details = ActivityDetails(kind="event", title="잔치", village_id=village_id, place_text="광장", seats=3)

    service.change(session, activity_id, details, by=by, now=session.info["clock"].now())

    numbers = [queries.enrolment(session, activity_id, each).seat_no for each in queries.enrolled(session, activity_id)]  # type: ignore[union-attr]
    assert numbers == [1, 2, 3]
    assert a_seat(session, activity_id, a_resident(session, "늦은이").id).state == "waiting"
