from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.places import a_district
from tests.factories.villages import a_member, a_village
from village_hub.live.registry import Streams
from village_hub.villages import queries
from village_hub.villages.streams import streams

IN_ENGLISH = {"Accept-Language": "en"}


def test_the_list_of_villages_does_not_ask_more_often_when_it_is_longer(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    villages = [a_village(session, f"{number + 1}번 마을") for number in range(24)]
    a_member(session, villages[3], a_resident(session).id)
    person = a_member(session, villages[20], a_resident(session).id)
    client.sign_in(person)

    with max_queries(10):
        page = client.get("/villages").text

    assert page.count('<h2 class="large"') == 24
    assert page.index("21번 마을") < page.index("10번 마을")
    assert f'href="/villages/{villages[3]}"' in page


def test_without_villages_the_list_says_what_a_village_is(client: Visitor) -> None:
    assert "There is no village yet" in client.get("/villages", headers=IN_ENGLISH).text


def test_a_resident_joins_and_leaves_by_one_press(client: Visitor, session: Session) -> None:
    village, person = a_village(session), a_resident(session).id
    client.sign_in(person)

    joined = client.post(f"/villages/{village}/membership")
    was_member = queries.is_member(session, village, person)
    left = client.post(f"/villages/{village}/membership/end")

    assert (joined.status_code, joined.location) == (303, f"/villages/{village}")
    assert was_member
    assert left.status_code == 303
    assert not queries.is_member(session, village, person)


def test_a_stranger_signs_in_before_joining(client: Visitor, session: Session) -> None:
    village = a_village(session)

    answer = client.post(f"/villages/{village}/membership")

    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert queries.members(session, village) == []


def test_a_manager_changes_greeting_phone_and_who_asks(client: Visitor, session: Session) -> None:
    village = a_village(session)
    client.sign_in(a_manager(session, village).id)

    form = client.get(f"/villages/{village}/settings").text
    answer = client.post(
        f"/villages/{village}/settings", data={"greeting": "반가워요.", "phone": "031-1", "asking": "automatically"}
    )

    assert "어서 오세요." in form
    assert answer.status_code == 303
    facts = queries.village(session, village)
    assert facts is not None
    assert (facts.greeting, facts.phone, facts.asks_automatically) == ("반가워요.", "031-1", True)


def test_settings_without_a_phone_are_shown_again_as_typed(client: Visitor, session: Session) -> None:
    village = a_village(session)
    client.sign_in(a_manager(session, village).id)

    answer = client.post(
        f"/villages/{village}/settings", data={"greeting": "새 인사", "phone": " ", "asking": "approves"}
    )

    assert answer.status_code == 422
    assert "새 인사" in answer.text


def test_another_villages_manager_and_a_resident_cannot_change_settings(client: Visitor, session: Session) -> None:
    village, other = a_village(session), a_village(session, "다른 마을")

    for person in (a_resident(session), a_manager(session, other), an_operator(session)):
        client.sign_in(person.id)
        answer = client.post(f"/villages/{village}/settings", data={"phone": "1", "asking": "approves"})
        assert answer.status_code == 403
        assert client.get(f"/villages/{village}/settings").status_code == 403


def test_staff_appoint_a_manager_whom_they_looked_up_and_end_the_term(client: Visitor, session: Session) -> None:
    village, person = a_village(session), a_resident(session, "박미경").id
    client.sign_in(a_staff_member(session).id)

    found = client.get(f"/villages/{village}/managers?name=미경").text
    appointed = client.post(
        f"/villages/{village}/managers", data={"name": "미경", "person_id": str(person), "until": "2027-12-31"}
    )
    now = session.info["clock"].now()
    terms = queries.manager_terms(session, village, now)
    ended = client.post(f"/villages/{village}/managers/{person}/end")

    assert str(person) in found
    assert appointed.status_code == 303
    assert [term.ends_at.isoformat() for term in terms if term.ends_at] == ["2027-12-31T15:00:00+00:00"]
    assert ended.status_code == 303
    assert queries.managers(session, village, now) == []


@pytest.mark.parametrize("sent", [{}, {"person_id": "nobody"}, {"until": "soon"}, {"until": "2020-01-01"}])
def test_an_appointment_filled_in_wrongly_is_shown_again(
    client: Visitor, session: Session, sent: dict[str, str]
) -> None:
    village, person = a_village(session), a_resident(session, "박미경").id
    client.sign_in(a_staff_member(session).id)

    given = {"person_id": str(person)} | sent if sent else {}
    answer = client.post(f"/villages/{village}/managers", data={"name": "미경"} | given)

    assert answer.status_code == 422
    assert queries.managers(session, village, session.info["clock"].now()) == []


def test_a_manager_cannot_appoint_managers(client: Visitor, session: Session) -> None:
    village = a_village(session)
    manager = a_manager(session, village).id
    client.sign_in(manager)

    assert client.get(f"/villages/{village}/managers").status_code == 403
    assert client.post(f"/villages/{village}/managers", data={"person_id": str(manager)}).status_code == 403
    assert client.post(f"/villages/{village}/managers/{manager}/end").status_code == 403


def test_staff_found_a_village_and_nobody_else_does(client: Visitor, session: Session) -> None:
    founding = {"name": "덕풍 마을", "district_id": str(a_district(session)), "phone": "031-2"}
    client.sign_in(a_resident(session).id)
    refused = client.post("/villages", data=founding)
    client.sign_in(a_staff_member(session).id)

    answer = client.post("/villages", data=founding)
    again = client.post("/villages", data=founding)

    assert refused.status_code == 403
    assert answer.status_code == 303
    assert again.status_code == 422
    assert [each.name for each in queries.villages(session)] == ["덕풍 마을"]


def test_the_board_is_heard_by_those_who_run_the_village_and_the_village_by_everybody(session: Session) -> None:
    village, heard = a_village(session), Streams()
    resident, manager, staff = a_resident(session), a_manager(session, village), a_staff_member(session)
    other = a_manager(session, a_village(session, "다른 마을"), "남")

    for each in streams:
        heard.add(each)
    board = [heard.may_listen(session, each.id, f"board:{village}") for each in (resident, other, manager, staff)]

    assert board == [False, False, True, True]
    assert not heard.may_listen(session, None, f"board:{village}")
    assert heard.may_listen(session, None, f"village:{village}")
    assert not heard.may_listen(session, None, "village:no-such-key")


def test_the_partials_greet_and_name_the_people_to_call(app: Flask, session: Session) -> None:
    village_id = a_village(session)
    a_manager(session, village_id, "박미경")
    village = queries.village(session, village_id)
    assert village is not None
    to_call = queries.to_call(session, village, session.info["clock"].now())
    text = """{% from "villages/_village_header.html" import village_header %}
    {% from "villages/_people_to_call.html" import people_to_call %}
    {{ village_header(village, 3, signed_in=true) }}{{ people_to_call(to_call) }}"""

    with app.test_request_context(headers=IN_ENGLISH):
        page = render_template_string(text, village=village, to_call=to_call)

    assert all(each in page for each in ("어서 오세요.", "3 members", "Join the village", "박미경", "tel:0317901234"))
