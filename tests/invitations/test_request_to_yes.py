"""From a neighbour's wish to a volunteer's yes, carried by jobs alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.invitations import queries, service
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching


def test_neighbours_ask_and_a_volunteer_says_yes(session: Session, clock: SettableClock, drain: Any) -> None:
    a_managed_village(session, asks_automatically=True)
    a_venue(session)
    volunteer = a_volunteer(session)
    wishes = [a_request(session, by=a_neighbour(session, name), number=2) for name in ("김하나", "이두리", "박세나")]

    drain()
    clock.advance(timedelta(minutes=1))
    drain()
    (invitation,) = queries.waiting_for(session, volunteer.id)
    service.accept(session, invitation.id, by=volunteer.id, now=clock.now())
    drain()

    assert set(matching.group_requests(session, invitation.group_id)) == set(wishes)
    states = {each.state for each in learning_requests.requests(session, wishes).values()}
    assert states <= {"asking", "scheduled"}
    steps = {each.next_step for each in learning_requests.requests(session, wishes).values()}
    assert steps <= {"confirm", None}


def test_a_volunteer_who_comes_later_completes_an_older_wish(
    session: Session, clock: SettableClock, drain: Any
) -> None:
    a_managed_village(session, asks_automatically=True)
    a_venue(session)
    request_id = a_request(session, number=5)
    drain()
    clock.advance(timedelta(minutes=1))
    drain()
    waiting = learning_requests.request(session, request_id)

    volunteer = a_volunteer(session)
    drain()
    clock.advance(timedelta(minutes=1))
    drain()

    assert waiting is not None
    assert waiting.why_not is not None
    assert waiting.why_not.code == "no_instructor_for_topic"
    assert len(queries.waiting_for(session, volunteer.id)) == 1
