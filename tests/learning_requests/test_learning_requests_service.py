"""What residents may ask for, and what keeps their requests from falling silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.learning_requests import AFTERNOONS, a_managed_village, a_neighbour, a_request
from tests.factories.people import a_resident
from tests.factories.places import a_venue
from tests.factories.topics import a_topic
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.errors import DomainError
from village_hub.kernel.jobs import Job
from village_hub.kernel.signals import heads
from village_hub.learning_requests import errors, queries, service
from village_hub.learning_requests.models import LearningRequest, State
from village_hub.villages import queries as villages


def look(session: Session, request_id: UUID) -> queries.RequestFacts:
    session.flush()
    found = queries.request(session, request_id)
    assert found is not None
    return found


def test_a_new_request_has_an_owner_a_date_and_a_timer(session: Session, clock: SettableClock) -> None:
    neighbour = a_neighbour(session)

    request = look(session, a_request(session, by=neighbour))

    manager = villages.managers(session, request.village_id, clock.now())[0]
    assert (request.state, request.owner_id, request.next_step) == ("open", manager, "search")
    assert request.next_at == clock.now() + timedelta(days=7)
    timers = session.execute(sa.select(Job.args, Job.run_at).where(Job.actor == "learning_request.promise")).all()
    assert [tuple(each) for each in timers] == [({"request_id": str(request.id)}, request.next_at)]


@pytest.mark.parametrize("missing", ["owner_id", "next_step", "next_at"])
@pytest.mark.parametrize("state", ["open", "pooling", "asking"])
def test_the_database_refuses_a_waiting_request_without_owner_step_or_date(
    session: Session, state: str, missing: str
) -> None:
    request_id = a_request(session)
    mine = sa.update(LearningRequest).where(LearningRequest.id == request_id)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(mine.values({"state": state, missing: None}))

    session.execute(mine.values({"state": "withdrawn", missing: None}))  # the control: nobody waits here


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"weekly": ()}, errors.NoTime),
        ({"until_date": SettableClock, "from_date": SettableClock}, errors.DatesUpsideDown),
        ({"venue_id": UUID(int=1)}, errors.NoPlace),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    session: Session, clock: SettableClock, given: dict[str, Any], refusal: type[DomainError]
) -> None:
    neighbour = a_neighbour(session)
    if "until_date" in given:
        given = {"from_date": clock.now().date(), "until_date": clock.now().date() - timedelta(days=1)}

    with pytest.raises(refusal):
        a_request(session, by=neighbour, **given)


def test_nobody_asks_twice_for_the_same_while_they_wait(session: Session, clock: SettableClock) -> None:
    neighbour = a_neighbour(session)
    first = a_request(session, by=neighbour)

    with pytest.raises(errors.AlreadyAsked):
        a_request(session, by=neighbour)

    service.withdraw(session, first, by=neighbour, now=clock.now())
    assert look(session, a_request(session, by=neighbour)).state == State.OPEN


def test_who_has_not_said_where_they_live_is_asked_first(session: Session) -> None:
    a_managed_village(session)
    stranger = a_resident(session, "한나그네")

    with pytest.raises(errors.NoHome):
        a_request(session, by=stranger.id)


def test_the_instructor_can_be_asked_to_come_to_a_place(session: Session) -> None:
    venue = a_venue(session, "미사 경로당", "")

    request = look(session, a_request(session, venue_id=venue))

    assert (request.place_kind, request.venue_id) == ("own_place", venue)


def test_a_neighbour_joins_once(session: Session, clock: SettableClock) -> None:
    request_id, neighbour = a_request(session), a_neighbour(session, "박이웃")

    service.join(session, request_id, by=neighbour, number=2, now=clock.now())

    assert look(session, request_id).people == 3
    assert queries.people_of(session, [request_id])[request_id][1:] == (neighbour,)
    with pytest.raises(errors.AlreadyJoined):
        service.join(session, request_id, by=neighbour, now=clock.now())
    with pytest.raises(errors.AlreadyJoined):
        service.join(session, request_id, by=look(session, request_id).requester_id, now=clock.now())


def test_a_companion_leaves_and_the_request_stays(session: Session, clock: SettableClock) -> None:
    request_id, neighbour = a_request(session), a_neighbour(session, "박이웃")
    service.join(session, request_id, by=neighbour, now=clock.now())

    service.leave(session, request_id, by=neighbour, now=clock.now())

    assert (look(session, request_id).people, look(session, request_id).state) == (1, State.OPEN)


def test_neighbours_who_want_the_same_are_found_the_nearest_first(session: Session) -> None:
    mine = a_neighbour(session)
    near = a_request(session, by=a_neighbour(session, "박이웃"))
    a_request(session, by=a_neighbour(session, "최하나"), topic_id=a_topic(session, "하모니카"))

    found = queries.similar_nearby(session, a_topic(session), 127.191, 37.56, but=mine)

    assert [(each.id, each.people, each.weekly) for each in found] == [(near, 1, AFTERNOONS)]
    assert queries.similar_nearby(session, a_topic(session), 128.0, 37.56) == []


def test_a_withdrawn_request_waits_for_nobody(session: Session, clock: SettableClock) -> None:
    request_id = a_request(session)
    requester = look(session, request_id).requester_id

    service.withdraw(session, request_id, by=requester, now=clock.now())

    assert (look(session, request_id).state, look(session, request_id).next_at) == (State.WITHDRAWN, None)
    with pytest.raises(errors.NoLongerOpen):
        service.withdraw(session, request_id, by=requester, now=clock.now())
    with pytest.raises(errors.NoSuchRequest):
        service.withdraw(session, UUID(int=3), by=requester, now=clock.now())


def test_when_the_promised_day_comes_the_owner_is_called_upon_with_a_new_date(
    session: Session, clock: SettableClock
) -> None:
    request_id = a_request(session)

    service.keep_promise(session, request_id, now=clock.now())
    early = look(session, request_id)
    clock.advance(timedelta(days=7))
    service.keep_promise(session, request_id, now=clock.now())
    service.keep_promise(session, request_id, now=clock.now())

    request = look(session, request_id)
    assert early.next_step == "search"
    assert (request.next_step, request.next_at) == ("call", clock.now() + timedelta(days=2))
    due = sa.text("SELECT count(*) FROM event WHERE type = 'learning_request.promise_due'")
    assert session.scalar(due) == 1


def test_a_promise_is_kept_by_the_job_itself(session: Session, clock: SettableClock, drain: Any) -> None:
    request_id = a_request(session)

    clock.advance(timedelta(days=8))
    drain()

    assert look(session, request_id).next_step == "call"


def test_finding_another_group_does_not_put_the_promise_off(session: Session, clock: SettableClock) -> None:
    request_id = a_request(session)
    service.pool(session, [request_id], group_id=UUID(int=1), now=clock.now())
    promised = look(session, request_id).next_at

    clock.advance(timedelta(days=1))
    service.pool(session, [request_id], group_id=UUID(int=2), now=clock.now())
    service.reopen(session, [request_id], now=clock.now())

    assert look(session, request_id).next_at == promised


def test_the_manager_says_no_only_with_a_reason(session: Session, clock: SettableClock) -> None:
    request_id = a_request(session)
    manager = look(session, request_id).owner_id
    assert manager is not None

    with pytest.raises(errors.NoReasonGiven):
        service.mark_unserved(session, request_id, words=" ", by=manager, now=clock.now())
    service.mark_unserved(session, request_id, words="드론은 비행 금지 구역이에요.", by=manager, now=clock.now())

    request = look(session, request_id)
    assert request.state == State.UNSERVED
    assert request.why_not is not None
    assert request.why_not.words == "드론은 비행 금지 구역이에요."


def test_the_manager_promises_a_day_that_is_not_too_far(session: Session, clock: SettableClock) -> None:
    request_id = a_request(session)
    manager = look(session, request_id).owner_id
    assert manager is not None

    service.promise(session, request_id, until=clock.now() + timedelta(days=3), by=manager, now=clock.now())

    assert look(session, request_id).next_at == clock.now() + timedelta(days=3)
    for day in (-1, 90):
        with pytest.raises(errors.PromiseTooFar):
            service.promise(session, request_id, until=clock.now() + timedelta(days=day), by=manager, now=clock.now())


def test_the_board_shows_the_oldest_promise_first(session: Session, clock: SettableClock) -> None:
    first = a_request(session)
    clock.advance(timedelta(days=1))
    second = a_request(session, by=a_neighbour(session, "박이웃"))

    waiting = queries.unanswered(session, look(session, first).village_id)

    assert [each.id for each in waiting] == [first, second]


def test_the_requester_and_the_board_hear_of_every_step(session: Session, database: Any) -> None:
    request = look(session, a_request(session))

    database.settle()

    streams = [f"person:{request.requester_id}", f"board:{request.village_id}"]
    assert min(heads(session, streams).values()) > 0


def test_the_city_changes_its_rules_from_a_day_on(session: Session, clock: SettableClock) -> None:
    a_managed_village(session)
    today = clock.now().date()
    service.set_rules(session, valid_from=today + timedelta(days=2), rules={"minimum_group": 4})
    session.flush()

    before = queries.rules(session, clock.now())
    after = queries.rules(session, clock.now() + timedelta(days=2))

    assert (before.minimum_group, after.minimum_group, after.maximum_group) == (5, 4, before.maximum_group)
