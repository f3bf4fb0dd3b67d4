"""Whoever organises an activity signs up people who called or came by, and gives their places back."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.activities import a_seat, an_activity
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_member, a_village
from village_hub.activities import queries


@pytest.fixture
def village(session: Session) -> UUID:
    return a_village(session)


@pytest.fixture
def activity(session: Session, client: Visitor, village: UUID) -> UUID:
    manager = a_manager(session, village).id
    client.sign_in(manager)
    return an_activity(session, village, manager, seats=1)


def test_a_neighbour_is_found_by_name_or_by_number_and_signed_up(
    client: Visitor, session: Session, village: UUID, activity: UUID
) -> None:
    member = a_member(session, village, a_resident(session, "김복순").id)
    guest = a_resident(session, "박영수", phone="010-2222-3333").id
    page = f"/activities/{activity}/enrolments"

    by_name, by_number = client.get(f"{page}?name=복").text, client.get(f"{page}?name=010 2222 3333").text
    answers = [client.post(f"{page}/of/{person}") for person in (member, guest)]

    assert f"{page}/of/{member}" in by_name
    assert f"{page}/of/{guest}" in by_number
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [(each.name, each.state) for each in queries.enrolled_people(session, activity)] == [
        ("김복순", "seated"),
        ("박영수", "waiting"),
    ]


def test_a_place_that_is_given_back_goes_to_the_first_who_waits(
    client: Visitor, session: Session, activity: UUID
) -> None:
    first, second = a_resident(session, "김복순").id, a_resident(session, "박영수").id
    a_seat(session, activity, first)
    a_seat(session, activity, second)

    client.post(f"/activities/{activity}/enrolments/of/{first}/end")

    assert [(each.name, each.state) for each in queries.enrolled_people(session, activity)] == [("박영수", "seated")]


def test_only_those_who_organise_it_see_and_change_the_list(client: Visitor, session: Session, activity: UUID) -> None:
    person = a_resident(session).id
    client.sign_in(person)
    page = f"/activities/{activity}/enrolments"

    refused = [client.get(page), client.post(f"{page}/of/{person}"), client.post(f"{page}/of/{person}/end")]

    assert {answer.status_code for answer in refused} == {403}
