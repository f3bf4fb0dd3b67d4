"""The whole journey in a real browser, with the people side by side."""

from __future__ import annotations

import os
import time

import pytest
import sqlalchemy as sa

from tests.browser.asking import ask, send
from tests.browser.keyboard import Keyboard
from tests.browser.screen import Seat, Stopwatch
from tests.browser.side_by_side import SideBySide
from tests.journeys.city import City
from tests.journeys.installation import Installation
from tests.journeys.journey import Journey
from village_hub.learning_requests.models import LearningRequest

pytestmark = [pytest.mark.browser, pytest.mark.servers]
#: Seconds without a network; VILLAGE_HUB_SOAK=1 makes it as long as a lift or a tunnel takes.
CUT = 30 if os.environ.get("VILLAGE_HUB_SOAK") else 5


def test_a_wish_becomes_an_attended_lecture_and_everybody_sees_it_happen(
    seat: Seat, city: City, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    people = SideBySide(seat, city, Journey(installation, city))

    people.wish()
    people.join()
    people.ask()
    people.say_yes()
    people.sign_up()
    people.hold()
    people.tell()

    with capsys.disabled():
        print(f"\n{people.watch.report()}")


def test_a_page_catches_up_by_itself_after_the_network_was_cut(
    seat: Seat, city: City, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    watch, others = Stopwatch(), Journey(installation, city)
    others.wish()
    for each in city.neighbours[:4]:
        others.join(each)
    resident = seat(city.resident)
    mine = resident.open_live(f"/learning-requests/{others.request()}")

    resident.context.set_offline(True)
    cut_at = time.monotonic()
    others.ask()
    others.say_yes()
    others.activity()
    mine.wait_for_timeout((CUT - (time.monotonic() - cut_at)) * 1000)
    assert mine.locator("main a[href^='/activities/']").count() == 0
    mine.locator(".live:not([data-state=live])").wait_for(timeout=40_000)
    with watch.step(
        f"the page has caught up after {CUT} s",
        mine.locator("main a[href^='/activities/']"),
        mine.locator(".live[data-state=live]"),
    ):
        resident.context.set_offline(False)

    with capsys.disabled():
        print(f"\n{watch.report()}")


def test_a_resident_asks_and_follows_the_request_without_scripts(
    seat: Seat, city: City, installation: Installation
) -> None:
    others = Journey(installation, city)
    resident = seat(city.resident, java_script_enabled=False)
    ask(resident, city)
    page = resident.page
    wish = send(page)
    for each in city.neighbours[:4]:
        others.join(each)
    others.ask()
    others.say_yes()
    others.activity()

    resident.open(wish)
    page.locator("main a[href^='/activities/']").click()
    assert page.locator("main .notice[data-tone=good], main .notice.good").count() == 1
    page.locator("a[href='#give-back']").click()
    page.locator("form[action$='/enrolments/end'] button").click()
    page.locator("form[action$='/enrolments'] button").click()
    held = others.begin()
    others.mark(city.resident)
    others.finish()
    resident.open(f"/sessions/{held}/feedback")
    page.locator("label.choice:has(input[value='5'])").click()
    page.locator("main form.form button.primary").click()

    assert page.locator("input[value='5']").is_checked()


def test_a_resident_asks_by_keyboard_alone(seat: Seat, city: City) -> None:
    keys = Keyboard(seat(city.resident).open("/learning-requests/new"))

    keys.to("input[type=search]")
    keys.type("스마트폰 사진")
    keys.to("input[name=topic_id]")
    keys.press("Space")
    keys.to("main form.form .actions button.primary")
    keys.enter()
    keys.to("input[name=weekly]")
    keys.press("Space", "ArrowDown", "ArrowRight", "Space")
    keys.to("main form.form .actions button.primary")
    keys.enter()
    keys.to("textarea[name=words]")
    keys.type("천천히 배우고 싶어요.")
    keys.to("main form.form .actions button.primary")
    keys.enter()

    request = only_request(city)
    assert (request.topic_id, request.words) == (city.topic, "천천히 배우고 싶어요.")


def only_request(city: City) -> LearningRequest:
    """The one request there is."""
    with city.database.read_session() as session:
        return session.scalars(sa.select(LearningRequest)).one()
