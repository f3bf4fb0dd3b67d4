from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase, Visitor
from tests.factories.activities import a_seat, an_activity
from tests.factories.invitations import an_invitation
from tests.factories.learning_requests import a_managed_village, a_request
from tests.factories.notifications import a_notice
from tests.factories.people import a_manager, a_resident, a_staff_member, account_of, an_operator
from tests.factories.places import settle
from tests.factories.villages import a_member, a_village
from tests.home.living_village import a_centre
from village_hub.app import create_app
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.settings import Settings
from village_hub.people import service as people


@pytest.fixture
def client(client: Visitor) -> Visitor:
    """A browser that was set to English."""
    client.set_cookie("language", "en")
    return client


def test_a_stranger_reads_what_this_is_and_finds_two_ways_in(client: Visitor, session: Session) -> None:
    village = a_managed_village(session)
    an_activity(session, village, a_staff_member(session).id, title="한강 줍깅")

    page = client.get("/").text

    assert all(words in page for words in ("I want to learn", "I can teach", "한강 줍깅", "Sign in"))
    assert f'href="/villages/{village}"' in page


def test_an_empty_city_says_so_kindly(client: Visitor) -> None:
    page = client.get("/").text

    assert "A quiet week" in page
    assert "The first village is being founded." in page


def test_a_resident_reads_first_what_is_theirs_today(client: Visitor, session: Session, clock: SettableClock) -> None:
    village, person = a_managed_village(session), a_resident(session, "김복순").id
    a_member(session, village, person)
    settle(session, person)
    staff = a_staff_member(session).id
    mine = an_activity(
        session, village, staff, title="수채화", kind="course", starts_at=clock.now() + timedelta(hours=5)
    )
    a_seat(session, mine, person)
    an_activity(session, village, staff, title="한강 줍깅")
    a_request(session, by=person)
    a_notice(session, person)
    client.sign_in(person)

    page = client.get("/").text

    heading, rest = page.split("</h1>")
    assert "김복순, today you have a class at 2:00 pm" in heading
    order = [rest.index(words) for words in ("수채화", "What waits for me", "What I asked for", "한강 줍깅")]
    assert order == sorted(order)
    assert rest.count("수채화") == 1


def test_a_free_day_says_so(client: Visitor, session: Session) -> None:
    client.sign_in(a_resident(session, "김복순").id)

    page = client.get("/language/ko", follow_redirects=True).text

    assert "김복순 님, 오늘은 정해진 일정이 없어요" in page


def test_a_resident_without_a_village_sees_what_the_city_does_and_can_call_a_base_centre(
    client: Visitor, session: Session
) -> None:
    an_activity(session, a_managed_village(session), a_staff_member(session).id, title="한강 줍깅")
    a_centre(session, phone="031-790-5555")
    client.sign_in(a_resident(session).id)

    page = client.get("/").text

    assert "한강 줍깅" in page
    assert "tel:0317905555" in page
    assert "Find my village" in page


def test_a_resident_can_always_call_the_own_village(client: Visitor, session: Session) -> None:
    person = a_member(session, a_village(session, "미사 별자리마을"), a_resident(session).id)
    a_centre(session, phone="031-790-5555")
    client.sign_in(person)

    page = client.get("/about").text

    assert "tel:0317901234" in page
    assert "tel:0317905555" not in page
    assert "미사 별자리마을</a>" in page


def test_an_instructor_finds_the_question_first(client: Visitor, session: Session) -> None:
    asked = an_invitation(session)
    client.sign_in(asked.instructor_id)

    page = client.get("/").text

    assert f'href="/invitations/{asked.id}"' in page
    assert "given so far" in page


def test_a_manager_goes_on_to_the_board_and_sees_how_much_waits(client: Visitor, session: Session) -> None:
    village = an_invitation(session).village_id
    client.sign_in(a_manager(session, village).id)

    page = client.get("/").text

    assert f'href="/villages/{village}/board"' in page
    assert "requests that wait" in page


def test_city_staff_see_the_villages_that_need_somebody_first(
    client: Visitor, session: Session, clock: SettableClock
) -> None:
    a_request(session)
    a_village(session, "가온 마을")
    client.sign_in(a_staff_member(session).id)

    before = client.get("/").text
    clock.advance(timedelta(days=8))
    after = client.get("/").text

    assert "1 village needs somebody" in before
    assert "No manager" in before
    assert "2 villages need somebody" in after
    assert after.index("Needs an answer") < after.index("No manager")


def test_an_operator_reads_how_the_installation_is_doing(client: Visitor, session: Session) -> None:
    client.sign_in(an_operator(session).id)

    page = client.get("/").text

    assert "Database answers" in page
    assert 'href="/operator"' in page


def test_somebody_with_several_roles_has_a_view_for_each(client: Visitor, session: Session) -> None:
    asked = an_invitation(session)
    now = session.info["clock"].now()
    people.grant_role(session, asked.instructor_id, "learning_manager", scope_id=asked.village_id, now=now)
    client.sign_in(asked.instructor_id)

    first = client.get("/").text
    teaching = client.get("/?view=teaching").text
    not_theirs = client.get("/?view=operation").text

    assert "Open the board" in first
    assert [view for view in ("village", "city", "operation", "teaching", "day") if f"view={view}" in first] == [
        "village",
        "teaching",
        "day",
    ]
    assert "Neighbours ask you" in teaching
    assert "Open the board" in not_theirs


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (None, ["/", "/villages", "/calendar", "/learning-requests/new"]),
        ("resident", ["/", "/calendar", "/learning-requests/new", "/inbox"]),
        ("instructor", ["/", "/talents", "/calendar", "/learning-requests/new", "/inbox"]),
        ("learning_manager", ["/", "/villages/{}/board", "/villages/{}", "/calendar", "/inbox"]),
        ("staff", ["/", "/villages", "/figures", "/calendar", "/inbox"]),
        ("operator", ["/", "/operator", "/imports", "/people", "/inbox"]),
    ],
)
def test_the_menu_leads_to_what_a_role_needs(
    client: Visitor, session: Session, role: str | None, entries: list[str]
) -> None:
    village = a_village(session)
    if role is not None:
        person = a_resident(session).id
        scope = village if role == "learning_manager" else None
        people.grant_role(session, person, role, scope_id=scope, now=session.info["clock"].now())
        assert account_of(session, person).roles
        client.sign_in(person)

    page = client.get("/").text

    menu = page.split('<nav class="menu"')[1].split("</nav>")[0]
    shown = [part.split('"')[0] for part in menu.split('<a href="')[1:]]
    assert shown == [entry.format(village) for entry in entries]
    assert menu.count('aria-current="page"') == 1


def test_components_are_shown_in_development_only(
    client: Visitor, settings: Settings, database: OneConnectionDatabase
) -> None:
    developed = create_app(replace(settings, environment="development"), database).test_client()

    page = developed.get("/styleguide")

    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert client.get("/styleguide").status_code == 404
