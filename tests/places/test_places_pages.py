from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_manager, a_resident, a_staff_member
from tests.factories.places import LON, a_district, a_venue
from tests.factories.villages import a_village
from village_hub.places import queries


def filled_in(session: Session, **more: Any) -> dict[str, Any]:
    """The venue form as somebody of the staff fills it in."""
    return {
        "name": "신장 도서관",
        "room": "세미나실",
        "kind": "library",
        "district_id": str(a_district(session)),
        "address": "하남시 신장로 1",
        "lat": "37.54",
        "lon": "127.21",
        "capacity": "12",
        "features": ["lift", "step_free"],
        "equipment": "빔프로젝터, 피아노",
        "monday": "09:00-12:00, 13:00-18:00",
        "active": "yes",
    } | more


def test_the_list_of_venues_does_not_ask_more_often_when_it_is_longer(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    for number in range(45):
        a_venue(session, room=f"{number + 1}호")

    with max_queries(6):
        page = client.get("/venues?page=2").text

    assert page.count("<h2") == 15


def test_venues_are_narrowed_by_district_and_access(client: Visitor, session: Session) -> None:
    far = a_district(session, "감북동", lon=LON + 0.05)
    a_venue(session, "감북 복지관", "", district_id=far, features=("lift",))
    a_venue(session, "감북 경로당", "", district_id=far)
    a_venue(session, "미사 도서관", "", features=("lift",))

    page = client.get(f"/venues?district={far}&feature=lift").text

    assert "감북 복지관" in page
    assert "감북 경로당" not in page
    assert "미사 도서관" not in page
    assert "No place fits" in client.get("/venues?words=zzz", headers={"Accept-Language": "en"}).text


def test_a_venues_page_says_where_it_is_and_when_it_is_open(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    venue = a_venue(session, features=("step_free",), hours=((0, 540, 720),))

    with max_queries(6):
        page = client.get(f"/venues/{venue}", headers={"Accept-Language": "en"}).text

    assert "geo:37.56,127.19" in page
    assert "No steps on the way in" in page
    assert "9:00 am ~ 12:00 pm" in page
    assert page.count("closed") == 6


def test_a_venue_that_is_not_there_is_not_found(client: Visitor, session: Session) -> None:
    person = a_resident(session).id

    assert client.get(f"/venues/{person}").status_code == 404


def test_staff_add_a_venue_with_its_hours_and_access(client: Visitor, session: Session) -> None:
    client.sign_in(a_staff_member(session).id)

    answer = client.post("/venues", data=filled_in(session))

    assert answer.status_code == 303
    [venue] = queries.all_venues(session)
    assert (venue.label, venue.capacity, venue.features) == ("신장 도서관 세미나실", 12, ("lift", "step_free"))
    assert venue.equipment == ("빔프로젝터", "피아노")
    assert queries.weekly_hours(session, [venue.id])[venue.id] == ((0, 540, 720), (0, 780, 1080))


def test_staff_change_a_venue_and_what_they_leave_alone_stays(client: Visitor, session: Session) -> None:
    client.sign_in(a_staff_member(session).id)
    venue = a_venue(session, hours=((2, 540, 720),))

    form = client.get(f"/venues/{venue}/details").text
    changed = client.post(f"/venues/{venue}/details", data=filled_in(session, name="바뀐 이름", active="no"))

    assert 'value="09:00-12:00"' in form
    assert changed.status_code == 303
    facts = queries.venue(session, venue)
    assert facts is not None
    assert facts.label == "바뀐 이름 세미나실"
    assert not facts.active


@pytest.mark.parametrize("wrong", [{"monday": "아침부터"}, {"monday": "12:00-09:00"}, {"lat": "95"}, {"name": ""}])
def test_a_venue_filled_in_wrongly_is_shown_again_with_what_was_typed(
    client: Visitor, session: Session, wrong: dict[str, str]
) -> None:
    client.sign_in(a_staff_member(session).id)

    answer = client.post("/venues", data=filled_in(session, **wrong))

    assert answer.status_code == 422
    assert all(f'value="{typed}"' in answer.text for typed in wrong.values())
    assert queries.all_venues(session) == []


def test_only_staff_and_the_operator_keep_venues(client: Visitor, session: Session) -> None:
    venue = a_venue(session)

    stranger = client.get("/venues/new")
    client.sign_in(a_manager(session, a_village(session)).id)

    assert stranger.status_code == 303
    assert client.get("/venues/new").status_code == 403
    assert client.post("/venues", data=filled_in(session)).status_code == 403
    assert client.post(f"/venues/{venue}/details", data=filled_in(session)).status_code == 403
