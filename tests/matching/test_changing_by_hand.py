"""What the learning manager sees before a proposal is changed by hand: what suits the group, what does not, and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.learning_requests import a_managed_village
from tests.factories.matching import a_proposal
from tests.factories.people import a_manager
from tests.factories.places import LON, a_venue
from village_hub.kernel.clock import SettableClock
from village_hub.matching import queries, service
from village_hub.matching.models import DecisionKind

#: Degrees to the east that are about 440 metres here.
STEP = 0.005


@pytest.fixture
def manager(session: Session, client: Visitor) -> UUID:
    manager = a_manager(session, a_managed_village(session), "한미영").id
    client.set_cookie("language", "en")
    client.sign_in(manager)
    return manager


def rooms_offered(page: str) -> dict[str, list[str]]:
    """The groups of the list of places with their options, as read."""
    places = page.split('id="venue_id"')[1].split("</select>")[0]
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', places, re.DOTALL)
    return {label: re.findall(r"<option[^>]*>([^<]+)", options) for label, options in groups}


def reasons_of(session: Session, proposal_id: UUID) -> set[str]:
    session.expire_all()
    found = queries.proposal(session, proposal_id)
    assert found is not None
    return {each["code"] for each in found.reasons}


def test_places_that_suit_come_first_the_nearest_first_and_the_others_say_what_they_lack(
    session: Session, client: Visitor, manager: UUID, clock: SettableClock
) -> None:
    proposal = a_proposal(session)
    mornings = tuple((weekday, 9 * 60, 12 * 60) for weekday in range(7))
    a_venue(session, "조금 먼 방", "", lon=LON + 2 * STEP)
    a_venue(session, "가까운 방", "", lon=LON + STEP)
    a_venue(session, "먼 방", "", lon=LON + 20 * STEP)
    a_venue(session, "작은 방", "", capacity=3)
    a_venue(session, "오전 방", "", hours=mornings)
    a_venue(session, "모르는 방", "", hours=())
    ruled_out = a_venue(session, "싫은 방", "")
    service.rule_out(
        session, DecisionKind.VENUE, village_id=proposal.village_id, everybody=True, venue_id=ruled_out,
        reason="place", by=manager, now=clock.now(),
    )  # fmt: skip

    page = client.get(f"/proposals/{proposal.id}/change").text

    assert rooms_offered(page) == {
        "Suits the group, the nearest first": [
            "미사1동 주민센터 2층 강의실 · 0.0 km", "가까운 방 · 0.4 km", "조금 먼 방 · 0.9 km",
        ],
        "Lacks something": [
            "모르는 방 · 0.0 km · opening hours unknown", "싫은 방 · 0.0 km · ruled out by a decision",
            "오전 방 · 0.0 km · closed then", "작은 방 · 0.0 km · holds only 3",
            "먼 방 · 8.8 km · too far for 5 people · too far for the instructor",
        ],
    }  # fmt: skip
    assert re.search(r"<option[^>]*disabled[^>]*>작은 방", page)
    assert "Please mind" not in page


def test_a_room_that_another_group_keeps_is_taken_then_and_free_an_hour_later(session: Session) -> None:
    first = a_proposal(session)
    other = a_venue(session, "다른 방", "")
    service.change(session, first.id, venue_id=other, by=first.instructor_id, now=session.info["clock"].now())

    def lacks(hours: int) -> list[str]:
        fit = queries.fit(session, second, first.starts_at + timedelta(hours=hours), second.instructor_id)
        room = fit.room(other)
        assert room is not None
        return [each.code for each in room.lacks]

    a_proposal(session)
    (second,) = (each for each in queries.proposals_of_village(session, first.village_id) if each.id != first.id)

    assert (lacks(0), lacks(2)) == (["taken"], [])


def test_an_hour_that_nobody_has_named_is_told_before_and_after(
    session: Session, client: Visitor, manager: UUID, drain: Callable[[], int]
) -> None:
    proposal = a_proposal(session)
    here = f"/proposals/{proposal.id}/change"
    form = {
        "instructor_id": str(proposal.instructor_id), "venue_id": str(proposal.venue_id),
        "starts_at": "2026-12-12T10:00", "reason": "time", "words": "",
    }  # fmt: skip
    assert "everybody_free" in reasons_of(session, proposal.id)

    asked = client.post(here, data={**form, "cost": "1"})
    drain()
    told = client.get(asked.location).text
    saved = client.post(here, data=form)

    assert "With this change, please mind:" in told
    assert "5 people have not named this hour." in told
    assert "is not free at this hour" in told
    assert "The plan becomes a little worse." in told
    assert "김복순" in told
    assert saved.status_code == 303
    assert reasons_of(session, proposal.id).isdisjoint({"everybody_free", "sessions_this_month"})
    assert "Not everybody has named this hour" in client.get(f"/villages/{proposal.village_id}/board").text


def test_reasons_are_those_of_the_place_that_was_chosen_and_come_back_with_it(
    session: Session, manager: UUID, clock: SettableClock
) -> None:
    proposal = a_proposal(session)
    far = a_venue(session, "조금 먼 방", "", lon=LON + 2 * STEP, capacity=9)

    def figures() -> dict[str, dict[str, int]]:
        session.expire_all()
        found = queries.proposal(session, proposal.id)
        assert found is not None
        return {each["code"]: each["figures"] for each in found.reasons}

    before = figures()
    service.change(session, proposal.id, venue_id=far, by=manager, now=clock.now())
    changed = figures()
    (decision,) = queries.decisions_of_village(session, proposal.village_id)
    service.end(session, decision.id, by=manager, now=clock.now())
    after = figures()

    assert changed["walking_minutes"] == {"average": 18, "longest": 18}
    assert changed["room_fits"] == {"people": 5, "capacity": 9}
    assert 850 < changed["distance_instructor_m"]["metres"] < 900
    assert {code: after[code] for code in after} == {code: before[code] for code in after}
    assert before.keys() - after.keys() == {"sessions_this_week", "sessions_this_month"}
