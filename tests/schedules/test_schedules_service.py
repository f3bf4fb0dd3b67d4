from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.people import a_resident
from tests.factories.places import a_venue
from tests.factories.schedules import a_hold
from village_hub.schedules import queries, service
from village_hub.schedules.errors import NoTimeSpan, PersonTaken, VenueTaken
from village_hub.schedules.models import Hold, PersonSlot, VenueSlot, slots_between

TWO = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
FOUR = TWO + timedelta(hours=2)


def test_a_span_touches_every_half_hour_it_begins_or_ends_in() -> None:
    first = slots_between(TWO, TWO + timedelta(minutes=30)).start

    assert first == TWO.timestamp() // 1800
    assert slots_between(TWO, FOUR) == range(first, first + 4)
    assert slots_between(TWO + timedelta(minutes=10), TWO + timedelta(minutes=40)) == range(first, first + 2)


def test_a_hold_takes_the_person_and_the_venue_for_its_half_hours(session: Session) -> None:
    person, venue = a_resident(session).id, a_venue(session)

    a_hold(session, person_id=person, venue_id=venue, starts_at=TWO)

    day = (TWO - timedelta(hours=5), TWO + timedelta(hours=19))
    assert queries.taken_people(session, [person], *day) == {person: set(slots_between(TWO, FOUR))}
    assert queries.taken_venues(session, [venue], *day) == {venue: set(slots_between(TWO, FOUR))}


def test_what_is_taken_is_not_free_and_the_next_half_hour_is(session: Session) -> None:
    person, venue = a_resident(session).id, a_venue(session)

    a_hold(session, person_id=person, venue_id=venue, starts_at=TWO)

    half_past = FOUR - timedelta(minutes=30)
    assert not queries.free(session, person_id=person, starts_at=half_past, ends_at=FOUR)
    assert not queries.free(session, venue_id=venue, starts_at=half_past, ends_at=FOUR)
    assert queries.free(session, person_id=person, venue_id=venue, starts_at=FOUR, ends_at=FOUR + timedelta(hours=1))


def test_a_taken_person_is_refused_and_nothing_of_the_hold_stays(session: Session) -> None:
    person, venue = a_resident(session).id, a_venue(session)
    a_hold(session, person_id=person, starts_at=TWO)

    with pytest.raises(PersonTaken):
        a_hold(session, person_id=person, venue_id=venue, starts_at=TWO + timedelta(hours=1))

    assert queries.free(session, venue_id=venue, starts_at=TWO, ends_at=FOUR + timedelta(hours=2))
    assert queries.free(session, person_id=person, starts_at=FOUR, ends_at=FOUR + timedelta(hours=1))
    assert session.scalar(select(func.count()).select_from(Hold)) == 1


def test_a_taken_venue_gives_the_person_back_and_the_transaction_goes_on(session: Session) -> None:
    person, venue = a_resident(session).id, a_venue(session)
    a_hold(session, venue_id=venue, starts_at=TWO)

    with pytest.raises(VenueTaken):
        a_hold(session, person_id=person, venue_id=venue, starts_at=TWO)
    a_hold(session, person_id=person, venue_id=a_venue(session, room="3층 회의실"), starts_at=TWO)

    assert not queries.free(session, person_id=person, starts_at=TWO, ends_at=FOUR)


def test_an_end_before_the_beginning_is_refused(session: Session) -> None:
    person = a_resident(session).id

    with pytest.raises(NoTimeSpan):
        a_hold(session, person_id=person, starts_at=TWO, hours=0)


def test_releasing_twice_gives_the_half_hours_back_once(session: Session) -> None:
    person, venue = a_resident(session).id, a_venue(session)
    hold = a_hold(session, person_id=person, venue_id=venue, starts_at=TWO)

    service.release(session, hold, now=TWO)
    service.release(session, hold, now=FOUR)

    assert queries.free(session, person_id=person, venue_id=venue, starts_at=TWO, ends_at=FOUR)
    assert session.scalar(select(Hold.released_at).where(Hold.id == hold)) == TWO
    assert session.scalar(select(func.count()).select_from(PersonSlot)) == 0
    assert session.scalar(select(func.count()).select_from(VenueSlot)) == 0
