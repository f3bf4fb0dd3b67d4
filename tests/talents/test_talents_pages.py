"""Offering, resting, coming back, withdrawing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_resident
from tests.factories.places import a_district
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from village_hub.kernel.clock import SettableClock
from village_hub.talents import queries


def an_offer(session: Session, **changed: Any) -> dict[str, Any]:
    return {
        "topics": [str(a_topic(session))],
        "levels": ["beginner"],
        "description": "천천히 함께 찍어 봐요",
        "weekly": ["mon-morning", "wed-evening"],
        "radius_m": "5000",
        "cap_per_week": "2",
        "languages": ["ko"],
        "group_min": "3",
        "group_max": "12",
        "district_id": str(a_district(session)),
    } | changed


def test_a_neighbour_offers_a_talent_and_finds_it_on_the_own_page(session: Session, client: Visitor) -> None:
    person = a_resident(session)
    client.sign_in(person.id)

    empty, form = client.get("/talents"), client.get("/talents/new")
    said = client.post("/talents", data=an_offer(session))
    page = client.get("/talents")

    assert [each.status_code for each in (empty, form, said, page)] == [200, 200, 303, 200]
    assert 'class="empty"' in empty.text
    assert "천천히 함께 찍어 봐요" in page.text
    session.expire_all()
    offer = queries.offer_of(session, person.id)
    assert offer is not None
    assert (offer.weekly, offer.cap_per_week) == (((0, 540, 720), (2, 1080, 1260)), 2)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"topics": []}, "topics"),
        ({"levels": []}, "levels"),
        ({"weekly": []}, "weekly"),
        ({"languages": []}, "languages"),
        ({"group_min": "9", "group_max": "3"}, "group_max"),
        ({"group_max": "many"}, "group_max"),
    ],
)
def test_an_offer_that_says_too_little_is_shown_again(
    session: Session, client: Visitor, changed: dict[str, Any], field: str
) -> None:
    person = a_resident(session)
    client.sign_in(person.id)

    page = client.post("/talents", data=an_offer(session, **changed))

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "천천히 함께 찍어 봐요" in page.text
    assert queries.offer_of(session, person.id) is None


def test_what_was_said_before_is_there_when_it_is_changed(session: Session, client: Visitor) -> None:
    client.sign_in(a_resident(session).id)
    client.post("/talents", data=an_offer(session))

    page = client.get("/talents/new")

    assert 'value="wed-evening" aria-label' in page.text
    assert 'value="12"' in page.text


def test_a_volunteer_rests_and_comes_back(session: Session, client: Visitor, clock: SettableClock) -> None:
    volunteer = a_volunteer(session)
    client.sign_in(volunteer.id)

    past = client.post("/talents/pause", data={"until": "2020-01-01"})
    rested = client.post("/talents/pause", data={"until": "2026-12-24"})
    page = client.get("/talents")
    session.expire_all()
    resting = queries.pause_of(session, volunteer.id, clock.now())
    back = client.post("/talents/pause/end")

    assert [each.status_code for each in (past, rested, page, back)] == [422, 303, 200, 303]
    assert resting is not None
    assert "/talents/pause/end" in page.text
    session.expire_all()
    assert queries.pause_of(session, volunteer.id, clock.now()) is None


def test_only_ones_own_talent_is_withdrawn(session: Session, client: Visitor) -> None:
    volunteer = a_volunteer(session)
    (talent,) = queries.talents_of(session, volunteer.id)

    foreign = client.sign_in(a_resident(session).id).post(f"/talents/{talent.id}/withdrawal")
    own = client.sign_in(volunteer.id).post(f"/talents/{talent.id}/withdrawal")

    assert (foreign.status_code, own.status_code) == (404, 303)
    session.expire_all()
    assert queries.talents_of(session, volunteer.id) == []


def test_my_offer_takes_few_queries(session: Session, client: Visitor, max_queries: Any) -> None:
    client.sign_in(a_volunteer(session).id)

    with max_queries(12):
        assert client.get("/talents").status_code == 200


def test_offers_are_made_by_people_who_signed_in(client: Visitor) -> None:
    for path in ("/talents", "/talents/new"):
        assert client.get(path).status_code in (302, 303, 401)
    assert client.post("/talents").status_code in (302, 303, 401)
