from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NINE_O_CLOCK
from village_hub.activities import queries as activities
from village_hub.credits import queries as credits
from village_hub.demo import cast
from village_hub.demo.cast import Visitor
from village_hub.invitations import queries as invitations
from village_hub.kernel.db import Database
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.notifications import queries as notifications
from village_hub.people import queries as people
from village_hub.villages import queries as villages

pytestmark = pytest.mark.slow


def found(session: Session, visitor: Visitor) -> UUID:
    return next(each.id for each in people.demo_people(session) if each.name == visitor.name)


def test_the_residents_wish_has_a_group_and_a_proposal_on_the_managers_board(small_city: Database) -> None:
    with small_city.read_session() as session:
        own = learning_requests.requests_of(session, found(session, cast.RESIDENT))
        home = next(each for each in villages.villages(session) if each.name == cast.HOME)
        proposals = matching.proposals_of_village(session, home.id)
        manager = found(session, cast.MANAGER)

    assert [each.state for each in own] == ["pooling"]
    assert [each.village_id for each in own] == [home.id]
    assert [each.owner_id for each in own] == [manager]
    assert [each.state for each in proposals if own[0].id in each.request_ids] == ["proposed"]


def test_the_resident_goes_somewhere_today_or_tomorrow_and_is_asked_how_it_was(small_city: Database) -> None:
    with small_city.read_session() as session:
        person_id = found(session, cast.RESIDENT)
        until = NINE_O_CLOCK + timedelta(days=2)
        coming = activities.sessions_between(session, NINE_O_CLOCK, until, person_id=person_id)
        told = {each.text for each in notifications.inbox(session, person_id)}

    assert [each.state for each in coming] == ["planned"]
    assert "How was “%(title)s”? Please tell us; it takes a minute." in told


def test_an_invitation_waits_for_the_instructor_who_has_given_hours_before(small_city: Database) -> None:
    with small_city.read_session() as session:
        person_id = found(session, cast.INSTRUCTOR)
        waiting = invitations.waiting_for(session, person_id)
        minutes = credits.hours_of(session, person_id)

    assert [each.people for each in waiting] == [6]
    assert all(each.deadline > NINE_O_CLOCK + timedelta(hours=12) for each in waiting)
    assert minutes == 240


def test_the_managers_board_has_wishes_proposals_calls_and_a_session_today(small_city: Database) -> None:
    with small_city.read_session() as session:
        home = next(each for each in villages.villages(session) if each.name == cast.HOME)
        waiting = {each.next_step for each in learning_requests.unanswered(session, home.id)}
        proposed = {each.state for each in matching.proposals_of_village(session, home.id)}
        calls = notifications.calls(session, home.id, NINE_O_CLOCK)
        until = NINE_O_CLOCK + timedelta(hours=15)
        today = activities.sessions_between(session, NINE_O_CLOCK, until, village_id=home.id)

    assert waiting >= {"proposal", "answer", "call"}
    assert proposed == {"proposed", "asked"}
    assert calls > 0
    assert today
