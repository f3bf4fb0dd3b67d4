"""A manager's list of members, and cards for those without e-mail and phone."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_manager, a_resident
from tests.factories.villages import a_member, a_village
from village_hub.people import service as people
from village_hub.villages import queries


def test_a_card_is_shown_once_and_its_owner_can_sign_in_and_belongs_to_the_village(
    client: Visitor, session: Session
) -> None:
    # given
    village = a_village(session)
    client.sign_in(a_manager(session, village).id)

    # when
    made = client.post(f"/villages/{village}/cards", data={"name": "김복순"})
    first, second = (client.get(made.headers["Location"]).text for _ in range(2))

    # then
    number, password = re.findall(r"<b>(\d+)</b>", first)
    person = people.recognise(session, f"{number[:3]} {number[3:]}", password)
    assert queries.is_member(session, village, person)
    assert "김복순 님" in first
    assert password not in second


def test_a_card_needs_a_name_and_somebody_who_runs_the_village(client: Visitor, session: Session) -> None:
    village = a_village(session)
    client.sign_in(a_manager(session, village).id)
    nameless = client.post(f"/villages/{village}/cards", data={"name": " "})
    client.sign_in(a_resident(session).id)
    not_allowed = client.post(f"/villages/{village}/cards", data={"name": "김복순"})

    assert (nameless.status_code, not_allowed.status_code) == (422, 403)
    assert "이름을 적어 주세요" in nameless.text
    assert client.get(f"/villages/{village}/members").status_code == 403


def test_members_are_found_by_a_part_of_their_name(client: Visitor, session: Session) -> None:
    village = a_village(session)
    for name in ("김복순", "이복동", "박영수"):
        a_member(session, village, a_resident(session, name).id)
    a_resident(session, "최복례")
    client.sign_in(a_manager(session, village).id)

    page = client.get(f"/villages/{village}/members?name=복").text

    assert [name for name in ("김복순", "이복동", "박영수", "최복례") if name in page] == ["김복순", "이복동"]
