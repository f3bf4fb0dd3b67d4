"""An open page in a real browser becomes what the same page shows when it is opened anew.

`tests/faults/state_equality` proves it for every page and every use case with the front-end's rule written in Python;
here the front-end itself does the same for each part of that rule.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page

from tests.browser.screen import Seat
from tests.journeys.city import City
from village_hub.activities import service as activities
from village_hub.activities.service import ActivityDetails
from village_hub.people import service as people
from village_hub.villages import service as villages

pytestmark = [pytest.mark.browser, pytest.mark.servers]
#: Seconds until an open page must have caught up where nobody rings.
PATIENCE = 20


def test_counts_of_seats_and_of_who_waits_follow_by_themselves(seat: Seat, city: City) -> None:
    path = f"/activities/{_activity(city, seats=2)}"
    opened, anew = seat(city.resident).open_live(path), seat(city.resident).open(path)

    for each in city.neighbours[:4]:
        with city.database.write_session() as session:
            activities.enrol(session, UUID(path.rpartition("/")[2]), each, now=city.database.clock.now())
        _catches_up(opened, anew)

    assert opened.locator("[data-seats-target=waiting]").inner_text().startswith("2")


def test_a_new_role_is_in_the_menu_of_any_page_and_a_lost_one_closes_its_pages(seat: Seat, city: City) -> None:
    person, now = city.neighbours[2], city.database.clock.now()
    public = seat(person).open_live(f"/villages/{city.village}/clubs")
    before = public.locator("nav.menu").inner_text()

    with city.database.write_session() as session:
        villages.appoint_manager(session, city.village, person, by=city.staff, now=now)
    _until(lambda: public.locator("nav.menu").inner_text() != before)
    board = seat(person).open_live(f"/villages/{city.village}/board")
    with city.database.write_session() as session:
        villages.end_manager(session, city.village, person, by=city.staff, now=city.database.clock.now())

    _until(lambda: public.locator("nav.menu").inner_text() == before)
    _until(lambda: board.locator("main .num", has_text="403").count() == 1)


def test_a_page_of_somebody_signed_out_elsewhere_shows_no_more(seat: Seat, city: City) -> None:
    inbox = seat(city.resident).open_live("/inbox")

    with city.database.write_session() as session:
        people.revoke_others(session, city.resident, keep=None, now=city.database.clock.now())

    inbox.wait_for_url("**/sign-in**", timeout=PATIENCE * 1000)


def _activity(city: City, seats: int) -> UUID:
    starts_at = city.database.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    details = ActivityDetails(
        kind="course", title="처음 배우는 수채화", village_id=city.village, place_text="마을 회관", seats=seats
    )
    with city.database.write_session() as session:
        spans = [(starts_at, starts_at + timedelta(hours=2))]
        return activities.create(session, details, spans, by=city.manager, now=city.database.clock.now())


def _catches_up(opened: Page, anew: Page) -> None:
    anew.reload()
    _until(lambda: opened.locator("main").inner_text() == anew.locator("main").inner_text())


def _until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "the page has not caught up"
        time.sleep(0.1)
