"""What the past comes to under other rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_run
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from village_hub.invitations import service as invitations
from village_hub.invitations.models import Reason
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import service as learning_requests
from village_hub.matching import queries as matching
from village_hub.talents import service as talents
from village_hub.what_if import queries, service
from village_hub.what_if.queries import Compared


@pytest.fixture
def village(session: Session) -> UUID:
    """A village with a room and a volunteer, four weeks ago."""
    session.info["clock"].advance(timedelta(days=-28))
    village_id = a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    return village_id


def reckoned(session: Session, clock: SettableClock, **rules: float) -> Compared:
    session.flush()
    since, until = queries.days(session, None, None, clock.now())
    past = queries.past(session, since, until)
    return service.reckon(past, since, until, rules or {"minimum_group": 4.0})


def test_smaller_groups_would_have_served_four(session: Session, clock: SettableClock, village: UUID) -> None:
    a_request(session, number=4)
    clock.advance(timedelta(days=28))

    compared = reckoned(session, clock, minimum_group=4.0)

    was, would = compared.in_force, compared.changed
    assert (was.classes, was.people_served, was.people_waiting, was.longest_wait) == (0, 0, 4, 28)
    assert (would.classes, would.people_served, would.people_waiting) == (1, 4, 0)
    assert (was.people_asked, would.people_asked) == (4, 4)
    assert (was.median_wait, was.hours, would.hours) == (None, 0, 2)
    assert (would.cost, would.worth, would.volunteers) == (0, 80_000, 1)
    assert would.value <= would.bound + 1e-6
    assert compared.recorded_people == 0


def test_the_wait_is_reckoned_by_hand(session: Session, clock: SettableClock, village: UUID) -> None:
    """Asked on Sunday 25 October at nine; the run on 1 November plans from 5 November on: Tuesdays and Thursdays."""
    a_request(session, number=5)
    clock.advance(timedelta(days=28))

    was = reckoned(session, clock, lead_days=5.0).in_force

    assert next((each.day, each.classes, each.people) for each in was.weeks) == ("2026-11-01", 1, 5)
    assert was.median_wait == was.longest_wait == 11


def test_the_same_past_and_rules_give_the_same_figures(session: Session, clock: SettableClock, village: UUID) -> None:
    for number in range(9):
        a_request(session, by=a_neighbour(session, f"이웃{number}"), number=1 + number % 3)
        clock.advance(timedelta(days=2))

    once, again = reckoned(session, clock), reckoned(session, clock)

    assert once == again
    assert Compared.from_json(once.as_json()) == once


def test_a_withdrawn_request_is_not_served_after_it_was_withdrawn(
    session: Session, clock: SettableClock, village: UUID
) -> None:
    by = a_neighbour(session)
    request = a_request(session, by=by, number=6)
    clock.advance(timedelta(days=2))
    learning_requests.withdraw(session, request, by=by, now=clock.now())
    clock.advance(timedelta(days=26))

    was = reckoned(session, clock).in_force

    assert (was.people_served, was.people_waiting, was.people_gone) == (0, 0, 6)


def test_whoever_joined_later_counts_from_then_on(session: Session, clock: SettableClock, village: UUID) -> None:
    request = a_request(session, number=4)
    clock.advance(timedelta(days=10))
    learning_requests.join(session, request, by=a_neighbour(session, "박말순"), now=clock.now())
    clock.advance(timedelta(days=18))

    was = reckoned(session, clock).in_force

    assert [each.people for each in was.weeks] == [0, 5, 0, 0]
    assert [each.waiting for each in was.weeks] == [4, 5, 0, 0]


def test_a_volunteer_counts_from_their_offer_on_and_not_while_they_pause(
    session: Session, clock: SettableClock, village: UUID
) -> None:
    sewing = a_topic(session, "뜨개질")
    a_request(session, number=5, topic_id=sewing)
    clock.advance(timedelta(days=8))
    volunteer = a_volunteer(session, "늦재능", topic_id=sewing)
    talents.pause(session, volunteer.id, now=clock.now())
    clock.advance(timedelta(days=7))
    talents.resume(session, volunteer.id, now=clock.now())
    clock.advance(timedelta(days=13))

    was = reckoned(session, clock).in_force

    assert [each.classes for each in was.weeks] == [0, 0, 1, 0]


def test_lectures_from_requests_are_arranged_anew_and_who_said_no_says_no_again(
    session: Session, clock: SettableClock, village: UUID, drain: Callable[[], int]
) -> None:
    a_request(session, number=5)
    a_run(session)
    (proposal,) = matching.proposals_of_village(session, village)
    (asked,) = invitations.invite(session, proposal.id, now=clock.now())
    by = proposal.instructor_id
    invitations.decline(session, asked, reason=Reason.NO_TIME, by=by, now=clock.now())
    clock.advance(timedelta(days=28))

    refused = reckoned(session, clock).in_force
    a_volunteer(session, "강나눔")
    clock.advance(timedelta(days=7))
    served = reckoned(session, clock).in_force

    assert (refused.people_served, served.people_served) == (0, 5)


def test_what_is_arranged_counts_against_the_caps_of_later_runs(
    session: Session, clock: SettableClock, village: UUID
) -> None:
    """One volunteer, once a week, planned two weeks ahead: the first run fills both, each later one the new week."""
    sewing = a_topic(session, "뜨개질")
    a_volunteer(session, "강나눔", topic_id=sewing, cap_per_week=1)
    for number in range(6):
        a_request(session, by=a_neighbour(session, f"이웃{number}"), number=20, topic_id=sewing)
    clock.advance(timedelta(days=28))

    would = reckoned(session, clock, horizon_days=14.0).changed

    assert [each.classes for each in would.weeks] == [2, 1, 1, 1]


def test_a_room_is_given_once(session: Session, clock: SettableClock, village: UUID) -> None:
    """One hour a week, one room, and two volunteers with the same wish before them."""
    sewing = a_topic(session, "뜨개질")
    for name in ("강나눔", "한재주"):
        a_volunteer(session, name, topic_id=sewing)
    for number in range(4):
        by = a_neighbour(session, f"이웃{number}")
        a_request(session, by=by, number=20, topic_id=sewing, weekly=((1, 13 * 60, 15 * 60),))
    clock.advance(timedelta(days=28))

    would = reckoned(session, clock, horizon_days=14.0).changed

    assert [each.classes for each in would.weeks] == [2, 1, 1, 0]


@pytest.mark.parametrize("name", ["first_time", "unreached_district", "waiting", "load"])
def test_every_weight_of_fairness_can_be_tried(
    session: Session, clock: SettableClock, village: UUID, name: str
) -> None:
    a_request(session, number=5)
    clock.advance(timedelta(days=28))

    compared = reckoned(session, clock, **{name: 3.0})

    assert compared.changed.people_served == 5


def test_the_rulebook_of_each_day_is_the_one_in_force(session: Session, clock: SettableClock, village: UUID) -> None:
    today = clock.now().date()
    learning_requests.set_rules(session, valid_from=today + timedelta(days=10), rules={"minimum_group": 3})
    a_request(session, number=3)
    clock.advance(timedelta(days=28))

    was = reckoned(session, clock).in_force

    assert [each.classes for each in was.weeks] == [0, 1, 0, 0]
