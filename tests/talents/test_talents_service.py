"""What volunteers may offer, pause and withdraw."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.people import a_resident, account_of
from tests.factories.places import LAT, LON
from tests.factories.talents import ALL_WEEK, a_volunteer
from tests.factories.topics import a_topic
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.errors import DomainError
from village_hub.people.policies import is_instructor
from village_hub.talents import errors, queries, service
from village_hub.talents.service import Terms


def test_who_offers_a_talent_becomes_an_instructor(session: Session, clock: SettableClock) -> None:
    volunteer = a_volunteer(session, radius_m=3000)

    (offer,) = queries.offers(session, clock.now())

    assert is_instructor(account_of(session, volunteer.id))
    assert (offer.person_id, offer.radius_m, offer.weekly) == (volunteer.id, 3000, ALL_WEEK)
    assert offer.topics == {a_topic(session): ("beginner", "intermediate")}


def test_offering_more_keeps_what_was_offered_and_takes_the_new_times(session: Session, clock: SettableClock) -> None:
    volunteer = a_volunteer(session)
    music = a_topic(session, "하모니카")
    monday = ((0, 540, 720),)

    terms = Terms(lon=LON, lat=LAT)
    service.offer(session, volunteer.id, topics={music: ("beginner",)}, weekly=monday, terms=terms, now=clock.now())

    offer = queries.offer_of(session, volunteer.id)
    assert offer is not None
    assert set(offer.topics) == {a_topic(session), music}
    assert offer.weekly == monday
    assert len(queries.talents_of(session, volunteer.id)) == 2


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"weekly": ()}, errors.NoTime),
        ({"topics": {}}, errors.NothingOffered),
        ({"levels": ()}, errors.NoLevel),
        ({"terms": Terms(lon=LON, lat=LAT, group_min=9, group_max=3)}, errors.GroupUpsideDown),
    ],
)
def test_an_offer_that_says_too_little_is_refused(
    session: Session, clock: SettableClock, changed: dict[str, Any], refusal: type[DomainError]
) -> None:
    person = a_resident(session)
    levels = changed.pop("levels", ("beginner",))
    given: dict[str, Any] = {
        "topics": {a_topic(session): levels},
        "weekly": ALL_WEEK,
        "terms": Terms(lon=LON, lat=LAT),
    } | changed

    with pytest.raises(refusal):
        service.offer(session, person.id, now=clock.now(), **given)

    assert queries.offer_of(session, person.id) is None


def test_nobody_asks_a_volunteer_who_rests_until_the_pause_ends(session: Session, clock: SettableClock) -> None:
    volunteer = a_volunteer(session)

    service.pause(session, volunteer.id, until=clock.now() + timedelta(days=7), now=clock.now())

    assert queries.offers(session, clock.now()) == []
    assert queries.pause_of(session, volunteer.id, clock.now()) is not None
    assert len(queries.offers(session, clock.now() + timedelta(days=7))) == 1
    assert queries.pause_of(session, volunteer.id, clock.now() + timedelta(days=7)) is None


def test_a_pause_without_end_ends_when_the_volunteer_is_back(session: Session, clock: SettableClock) -> None:
    volunteer = a_volunteer(session)
    service.pause(session, volunteer.id, now=clock.now())

    service.resume(session, volunteer.id, now=clock.now() + timedelta(days=90))

    assert len(queries.offers(session, clock.now() + timedelta(days=90))) == 1


def test_a_pause_lies_ahead_and_belongs_to_an_offer(session: Session, clock: SettableClock) -> None:
    volunteer, other = a_volunteer(session), a_resident(session)

    with pytest.raises(errors.PauseInThePast):
        service.pause(session, volunteer.id, until=clock.now(), now=clock.now())
    with pytest.raises(errors.NotOffered):
        service.pause(session, other.id, now=clock.now())


def test_only_the_volunteer_withdraws_a_talent_and_only_once(session: Session, clock: SettableClock) -> None:
    volunteer, other = a_volunteer(session), a_resident(session)
    (talent,) = queries.talents_of(session, volunteer.id)

    with pytest.raises(errors.NotOffered):
        service.withdraw_talent(session, talent.id, by=other.id, now=clock.now())
    service.withdraw_talent(session, talent.id, by=volunteer.id, now=clock.now())
    with pytest.raises(errors.NotOffered):
        service.withdraw_talent(session, talent.id, by=volunteer.id, now=clock.now())

    assert queries.offers(session, clock.now()) == []
