"""A person's own stream is theirs alone; the operators' stream is the operators'."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories.people import a_resident, a_staff_member, an_operator
from village_hub.live.registry import Streams
from village_hub.people.streams import streams


@pytest.fixture
def registered() -> Streams:
    found = Streams()
    for stream in streams:
        found.add(stream)
    return found


def test_a_person_hears_the_own_stream_only(session: Session, registered: Streams) -> None:
    # given
    person, other = a_resident(session), an_operator(session)

    # then
    assert registered.may_listen(session, person.id, f"person:{person.id}")
    assert not registered.may_listen(session, other.id, f"person:{person.id}")
    assert not registered.may_listen(session, None, f"person:{person.id}")
    assert not registered.may_listen(session, person.id, "person:everybody")


def test_only_operators_hear_the_operators_stream(session: Session, registered: Streams) -> None:
    assert registered.may_listen(session, an_operator(session).id, "operator")
    for nobody in (a_staff_member(session).id, a_resident(session).id, UUID(int=1), None):
        assert not registered.may_listen(session, nobody, "operator")
