"""The manager's board in a real browser: many proposals with one press."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Seat
from tests.faults.races.arena import volunteers
from tests.faults.races.groups import a_group
from tests.journeys.city import City
from village_hub.matching.models import Proposal

pytestmark = [pytest.mark.browser, pytest.mark.servers]


def test_all_proposals_are_ticked_with_one_press_and_asked_for_with_another(seat: Seat, city: City) -> None:
    with city.database.write_session() as session:
        begins = city.database.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=200)
        for days in range(3):
            proposal = a_group(session, volunteers(session, 1), city.venues[0], begins + timedelta(days=days))
            session.get_one(Proposal, proposal).pinned = True  # no run may put another in its place
    board = seat(city.manager).open(f"/villages/{city.village}/board")
    boxes, tick = board.locator(".tick input"), board.locator("[data-controller=ticks]")
    expect(boxes).to_have_count(3)

    boxes.first.check()
    tick.click()
    assert [each.is_checked() for each in boxes.all()] == [True] * 3
    words = tick.inner_text()
    boxes.last.uncheck()
    assert tick.inner_text() != words
    tick.click()
    tick.click()
    assert [each.is_checked() for each in boxes.all()] == [False] * 3
    tick.click()
    board.locator("#approvals [type=submit]").click()

    expect(boxes).to_have_count(0)
