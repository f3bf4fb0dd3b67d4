"""A device stays signed in while it is used, until somebody revokes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories.people import a_resident
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.doorbell import REVOKED
from village_hub.kernel.errors import NotFound
from village_hub.kernel.events import RecordedEvent
from village_hub.people import queries, service


def test_a_token_identifies_its_person_in_one_query_with_the_roles(session: Session, clock: SettableClock) -> None:
    person = a_resident(session)

    token = service.open_sign_in(session, person.id, now=clock.now(), device="Chrome, Android")

    account = queries.identify(session, token, clock.now())
    assert account is not None
    assert (account.id, account.roles) == (person.id, person.roles)
    assert queries.identify(session, token + "x", clock.now()) is None


def test_the_database_does_not_hold_the_token(session: Session, clock: SettableClock) -> None:
    token = service.open_sign_in(session, a_resident(session).id, now=clock.now())

    row = session.execute(text("SELECT * FROM sign_in")).mappings().one()

    assert token not in {str(value) for value in row.values()}


def test_a_device_that_is_used_stays_and_one_that_is_not_ends(session: Session, clock: SettableClock) -> None:
    # given
    person = a_resident(session)
    used = service.open_sign_in(session, person.id, now=clock.now())
    unused = service.open_sign_in(session, person.id, now=clock.now())

    # when
    clock.advance(timedelta(days=29))
    account = queries.identify(session, used, clock.now())
    assert account is not None
    assert account.sign_in_id is not None
    service.note_use(session, account.sign_in_id, now=clock.now())
    clock.advance(timedelta(days=2))

    # then
    assert queries.identify(session, used, clock.now()) is not None
    assert queries.identify(session, unused, clock.now()) is None


def test_a_revoked_device_is_unknown_at_once_and_the_doorbell_rings(session: Session, clock: SettableClock) -> None:
    # given
    person = a_resident(session)
    token = service.open_sign_in(session, person.id, now=clock.now())
    device = queries.devices(session, person.id, clock.now())[0]

    # when
    service.revoke(session, device.id, now=clock.now(), by=person.id)
    service.revoke(session, device.id, now=clock.now(), by=person.id)

    # then
    assert queries.identify(session, token, clock.now()) is None
    assert (REVOKED, str(device.id)) in session.info["rings"]
    facts = session.scalars(select(RecordedEvent.id).where(RecordedEvent.type == "sign_in.revoked")).all()
    assert len(facts) == 1


def test_a_revoked_device_does_not_come_back_by_use(session: Session, clock: SettableClock) -> None:
    # given
    person = a_resident(session)
    token = service.open_sign_in(session, person.id, now=clock.now())
    device = queries.devices(session, person.id, clock.now())[0]
    service.revoke(session, device.id, now=clock.now())

    # when
    service.note_use(session, device.id, now=clock.now())

    # then
    assert queries.identify(session, token, clock.now()) is None


def test_nobody_revokes_another_persons_device(session: Session, clock: SettableClock) -> None:
    # given
    owner, other = a_resident(session), a_resident(session, "이영희")
    token = service.open_sign_in(session, owner.id, now=clock.now())
    device = queries.devices(session, owner.id, clock.now())[0]

    # when
    with pytest.raises(NotFound):
        service.revoke(session, device.id, now=clock.now(), by=other.id)

    # then
    assert queries.identify(session, token, clock.now()) is not None


def test_all_other_devices_end_and_this_one_stays(session: Session, clock: SettableClock) -> None:
    # given
    person, neighbour = a_resident(session), a_resident(session, "이영희")
    here, *others = (service.open_sign_in(session, person.id, now=clock.now()) for _ in range(3))
    theirs = service.open_sign_in(session, neighbour.id, now=clock.now())
    account = queries.identify(session, here, clock.now())
    assert account is not None

    # when
    ended = service.revoke_others(session, person.id, keep=account.sign_in_id, now=clock.now())

    # then
    assert ended == 2
    assert [bool(queries.identify(session, each, clock.now())) for each in (here, *others, theirs)] == [
        True, False, False, True,
    ]  # fmt: skip
