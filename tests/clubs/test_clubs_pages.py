from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.clubs import a_club
from tests.factories.people import a_manager, a_resident
from tests.factories.topics import a_topic
from tests.factories.villages import a_member, a_village
from village_hub.clubs import queries, service
from village_hub.clubs.streams import streams
from village_hub.live.registry import Streams

IN_ENGLISH = {"Accept-Language": "en"}


def test_the_list_of_clubs_does_not_ask_more_often_when_it_is_longer(
    client: Visitor, session: Session, max_queries: Callable[[int], Any]
) -> None:
    village, lead = a_village(session), a_resident(session).id
    for number in range(20):
        a_club(session, village, lead, f"{number + 1}번 동아리")
    client.sign_in(lead)

    with max_queries(10):
        page = client.get(f"/villages/{village}/clubs").text

    assert page.count('<h2 class="large"') == 20


def test_a_village_without_clubs_says_what_a_club_is(client: Visitor, session: Session) -> None:
    village = a_village(session)

    page = client.get(f"/villages/{village}/clubs", headers=IN_ENGLISH).text

    assert "No club yet" in page
    assert "Found a club" not in page
    assert client.get(f"/villages/{a_resident(session).id}/clubs").status_code == 404


def test_a_manager_founds_a_club_led_by_a_member_of_the_village(client: Visitor, session: Session) -> None:
    village = a_village(session)
    lead, topic = a_member(session, village, a_resident(session, "김복순").id), a_topic(session)
    client.sign_in(a_manager(session, village).id)

    form = client.get(f"/villages/{village}/clubs/new").text
    answer = client.post(
        f"/villages/{village}/clubs",
        data={"name": "사진동아리", "description": "찍어요", "topic_id": str(topic), "lead_id": str(lead)},
    )

    assert "김복순" in form
    [club] = queries.clubs_of_village(session, village)
    assert answer.location == f"/clubs/{club.id}"
    assert club.topic_id == topic
    assert queries.leads(session, club.id, lead)


def test_a_club_without_name_or_with_a_stranger_as_lead_is_shown_again(client: Visitor, session: Session) -> None:
    village, stranger = a_village(session), a_resident(session).id
    manager = a_manager(session, village).id
    client.sign_in(manager)

    nameless = client.post(
        f"/villages/{village}/clubs", data={"lead_id": str(manager), "meets": "수요일", "topic_id": ""}
    )
    strange = client.post(f"/villages/{village}/clubs", data={"name": "가", "lead_id": str(stranger), "topic_id": ""})

    assert (nameless.status_code, strange.status_code) == (422, 422)
    assert "수요일" in nameless.text
    assert queries.clubs_of_village(session, village) == []


def test_a_resident_cannot_found_or_change_or_end_a_club(client: Visitor, session: Session) -> None:
    village, lead, person = a_village(session), a_resident(session).id, a_resident(session).id
    club = a_club(session, village, lead)
    client.sign_in(person)
    service.join(session, club, person, now=session.info["clock"].now())

    sent = {"name": "내 동아리", "lead_id": str(person), "person_id": str(person), "topic_id": ""}
    paths = (f"/villages/{village}/clubs", f"/clubs/{club}/details", f"/clubs/{club}/lead", f"/clubs/{club}/end")
    answers = [client.post(path, data=sent).status_code for path in paths]

    assert answers == [403] * 4
    assert client.get(f"/villages/{village}/clubs/new").status_code == 403
    facts = queries.club(session, club)
    assert facts is not None
    assert (facts.name, facts.closed_on) == ("미사 사진동아리", None)


def test_a_resident_joins_and_leaves_a_club_by_one_press(client: Visitor, session: Session) -> None:
    person, club = a_resident(session).id, a_club(session, a_village(session), a_resident(session).id)
    client.sign_in(person)

    joined = client.post(f"/clubs/{club}/membership")
    belonged = queries.belongs(session, club, person)
    left = client.post(f"/clubs/{club}/membership/end")
    again = client.post(f"/clubs/{club}/membership/end")

    assert (joined.status_code, joined.location) == (303, f"/clubs/{club}")
    assert belonged
    assert (left.status_code, again.status_code) == (303, 409)
    assert not queries.belongs(session, club, person)


def test_a_lead_changes_the_club_hands_it_over_and_no_longer_may(client: Visitor, session: Session) -> None:
    lead, person = a_resident(session).id, a_resident(session, "이순자").id
    club = a_club(session, a_village(session), lead)
    service.join(session, club, person, now=session.info["clock"].now())
    client.sign_in(lead)

    form = client.get(f"/clubs/{club}/details").text
    changed = client.post(
        f"/clubs/{club}/details", data={"name": "새 이름", "description": "", "meets": "금요일", "topic_id": ""}
    )
    handed = client.post(f"/clubs/{club}/lead", data={"person_id": str(person)})
    after = client.post(f"/clubs/{club}/end")

    assert "이순자" in form
    assert (changed.status_code, handed.status_code, after.status_code) == (303, 303, 403)
    assert queries.leads(session, club, person)
    facts = queries.club(session, club)
    assert facts is not None
    assert (facts.name, facts.description) == ("새 이름", "")


def test_a_manager_ends_a_club(client: Visitor, session: Session) -> None:
    village = a_village(session)
    club = a_club(session, village, a_resident(session).id)
    client.sign_in(a_manager(session, village).id)

    answer = client.post(f"/clubs/{club}/end")
    again = client.post(f"/clubs/{club}/end")

    assert (answer.status_code, answer.location) == (303, f"/villages/{village}/clubs")
    assert again.status_code == 409


def test_a_stranger_sees_masked_names_on_the_list_of_members(app: Flask, session: Session) -> None:
    club = a_club(session, a_village(session), a_resident(session, "김복순").id)
    text = """{% from "clubs/_club_header.html" import club_header %}
    {% from "clubs/_club_members.html" import club_members %}
    {{ club_header(club, "사진") }}{{ club_members(members) }}{{ club_members(members, in_full=true) }}"""

    with app.test_request_context(headers=IN_ENGLISH):
        page = render_template_string(text, club=queries.club(session, club), members=queries.members(session, club))

    stranger, member = page.split('id="club-members"')[1:]
    assert "김*순" in stranger
    assert "김복순" not in stranger
    assert "김복순" in member


def test_everybody_hears_a_clubs_public_stream(session: Session) -> None:
    club, heard = a_club(session, a_village(session), a_resident(session).id), Streams()

    for each in streams:
        heard.add(each)

    assert heard.may_listen(session, None, f"club:{club}")
    assert not heard.may_listen(session, None, "club:")
