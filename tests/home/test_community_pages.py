from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.activities import an_activity
from tests.factories.clubs import a_club
from tests.factories.invitations import an_invitation
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_proposal
from tests.factories.notifications import a_notice
from tests.factories.people import a_manager, a_resident, a_staff_member
from tests.factories.places import a_venue
from tests.factories.villages import a_member, a_village
from tests.home.living_village import a_centre
from village_hub.kernel.clock import SettableClock

UNKNOWN = "00000000-0000-0000-0000-000000000007"


@pytest.fixture
def client(client: Visitor) -> Visitor:
    """A browser that was set to English."""
    client.set_cookie("language", "en")
    return client


def test_a_village_shows_its_week_its_clubs_and_whom_to_call(client: Visitor, session: Session) -> None:
    village, staff = a_managed_village(session), a_staff_member(session).id
    an_activity(session, village, staff, title="한강 줍깅", venue_id=a_venue(session, "미사도서관", ""))
    an_activity(session, village, staff, title="김장 나눔", starts_at=session.info["clock"].now() + timedelta(days=20))
    a_club(session, village, a_resident(session).id, "미사 사진동아리")
    a_centre(session, "미사 거점센터", "031-790-5555")

    page = client.get(f"/villages/{village}").text

    order = [page.index(words) for words in ("This week", "한강 줍깅", "After that", "김장 나눔", "미사 사진동아리")]
    assert order == sorted(order)
    assert all(words in page for words in ("박매니저", "tel:0317901234", "미사 거점센터", "calendar.ics", "미사도서관"))
    assert f'"village:{village}"' in page.replace("&#34;", '"')


def test_a_new_village_is_empty_but_not_silent(client: Visitor, session: Session) -> None:
    page = client.get(f"/villages/{a_village(session)}").text

    assert "A quiet week" in page
    assert "No club yet" in page


def test_a_village_and_a_club_that_nobody_knows(client: Visitor) -> None:
    assert client.get(f"/villages/{UNKNOWN}").status_code == 404
    assert client.get(f"/clubs/{UNKNOWN}").status_code == 404


def test_a_club_names_its_members_in_full_to_members_only(client: Visitor, session: Session) -> None:
    lead = a_resident(session, "김복순").id
    club = a_club(session, a_village(session), lead)

    in_public = client.get(f"/clubs/{club}").text
    client.sign_in(lead)
    to_members = client.get(f"/clubs/{club}").text

    assert "김*순" in in_public
    assert "김복순" not in in_public
    assert "김복순" in to_members


def test_the_board_shows_proposals_with_reasons_and_the_oldest_promise_first(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    proposal = a_proposal(session)
    late = a_request(session, by=a_neighbour(session, "이늦음"))
    clock.advance(timedelta(days=6))
    soon = a_request(session, by=a_neighbour(session, "김새로"))
    clock.advance(timedelta(days=1))
    client.sign_in(a_manager(session, proposal.village_id, "한미영").id)

    page = client.get(f"/villages/{proposal.village_id}/board").text

    assert f'action="/proposals/{proposal.id}/asking"' in page
    assert f'href="/proposals/{proposal.id}/change"' in page
    assert f'action="/proposals/{proposal.id}/dismissal"' in page
    assert "Suits everybody" in page
    assert page.index(f"request-row-{late}") < page.index(f"request-row-{soon}")
    assert f'"board:{proposal.village_id}"' in page.replace("&#34;", '"')


def test_the_board_says_who_is_asked_and_until_when(client: Visitor, session: Session) -> None:
    asked = an_invitation(session)
    client.sign_in(a_manager(session, asked.village_id).id)

    page = client.get(f"/villages/{asked.village_id}/board").text

    assert "이재능1" in page
    assert "Answer by" in page


def test_the_board_leads_to_todays_attendance_and_names_whom_to_phone(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    village = a_managed_village(session)
    manager = a_manager(session, village, "한미영").id
    an_activity(session, village, manager, title="수채화", starts_at=clock.now() + timedelta(hours=2))
    an_activity(session, village, manager, title="내일 모임", starts_at=clock.now() + timedelta(hours=20))
    without_mail = a_member(session, village, a_resident(session, "이순자").id)
    a_notice(session, without_mail, call_from=village)
    client.sign_in(manager)

    page = client.get(f"/villages/{village}/board").text

    assert "/desk" in page.split('id="today"')[1]
    assert "내일 모임" not in page
    assert "이순자" in page.split('id="to-phone"')[1]


def test_an_empty_board_says_that_everybody_has_an_answer(client: Visitor, session: Session) -> None:
    village = a_managed_village(session)
    client.sign_in(a_manager(session, village).id)

    page = client.get(f"/villages/{village}/board").text

    assert all(words in page for words in ("No proposal right now", "Everybody has an answer", "Nobody to phone"))


def test_the_board_is_for_those_who_run_the_village(client: Visitor, session: Session) -> None:
    village, other = a_managed_village(session), a_village(session, "다른 마을")

    stranger = client.get(f"/villages/{village}/board").status_code
    seen = []
    for person in (
        a_resident(session),
        a_manager(session, other),
        a_manager(session, village),
        a_staff_member(session),
    ):
        client.sign_in(person.id)
        seen.append(client.get(f"/villages/{village}/board").status_code)

    assert stranger == 303
    assert seen == [403, 403, 200, 200]
    assert client.get(f"/villages/{UNKNOWN}/board").status_code == 404
