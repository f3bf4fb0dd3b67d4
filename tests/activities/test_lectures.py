"""A yes becomes a lecture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.activities import a_lecture
from tests.factories.invitations import an_accepted_invitation, an_invitation
from tests.factories.people import a_resident
from village_hub.activities import queries, service
from village_hub.activities.models import Activity
from village_hub.invitations import service as invitations
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries as matching
from village_hub.schedules import queries as schedules


def states_of(session: Session, request_ids: tuple[UUID, ...]) -> set[str]:
    session.expire_all()
    return {each.state for each in learning_requests.requests(session, request_ids).values()}


def test_everybody_who_asked_has_a_seat_in_the_room_that_was_kept(session: Session) -> None:
    invitation = an_accepted_invitation(session)
    request_ids = matching.group_requests(session, invitation.group_id)

    activity_id = service.schedule_from_invitation(session, invitation.id, now=session.info["clock"].now())

    assert activity_id is not None
    facts = queries.activity(session, activity_id)
    assert facts is not None
    members = {person for each in learning_requests.people_of(session, request_ids).values() for person in each}
    assert set(queries.enrolled(session, activity_id, "seated")) == members
    assert (facts.kind, facts.title, facts.instructor_id) == ("lecture", "스마트폰 사진", invitation.instructor_id)
    assert facts.taken == invitation.people
    assert facts.seats is not None
    assert facts.seats >= facts.taken
    assert states_of(session, request_ids) == {"scheduled"}
    held: dict[str, Any] = {"starts_at": invitation.starts_at, "ends_at": invitation.ends_at}
    assert not schedules.free(session, venue_id=invitation.venue_id, **held)


def test_doing_it_again_changes_nothing(session: Session) -> None:
    invitation = an_accepted_invitation(session)
    now = session.info["clock"].now()

    first = service.schedule_from_invitation(session, invitation.id, now=now)
    second = service.schedule_from_invitation(session, invitation.id, now=now + timedelta(hours=1))

    assert first == second
    assert session.scalar(sa.select(sa.func.count()).select_from(Activity)) == 1


def test_a_question_without_a_yes_makes_no_lecture(session: Session) -> None:
    invitation = an_invitation(session)

    assert service.schedule_from_invitation(session, invitation.id, now=session.info["clock"].now()) is None


def test_a_yes_is_carried_on_by_the_workers(session: Session, drain: Callable[[], int]) -> None:
    invitation = an_invitation(session)
    invitations.accept(session, invitation.id, by=invitation.instructor_id, now=session.info["clock"].now())
    session.commit()

    drain()

    activity = session.scalars(sa.select(Activity)).one()
    assert activity.invitation_id == invitation.id


def test_neighbours_take_the_seats_that_are_left(session: Session) -> None:
    activity_id = a_lecture(session)
    facts = queries.activity(session, activity_id)
    assert facts is not None
    assert facts.seats is not None

    taken = [
        service.enrol(session, activity_id, a_resident(session, f"이웃{n}").id, now=session.info["clock"].now()).state
        for n in range(facts.seats - facts.taken + 1)
    ]

    assert taken == ["seated"] * (facts.seats - facts.taken) + ["waiting"]


def test_a_cancelled_lecture_lets_the_search_go_on_and_a_held_one_makes_the_wish_come_true(
    session: Session, clock: SettableClock
) -> None:
    activity_id = a_lecture(session)
    facts = queries.activity(session, activity_id)
    assert facts is not None
    assert facts.instructor_id is not None
    ids = tuple(each.id for each in learning_requests.requests_of(session, queries.enrolled(session, activity_id)[0]))
    with session.begin_nested() as savepoint:
        by = facts.instructor_id
        service.cancel_activity(session, activity_id, reason="강사님이 편찮으세요", by=by, now=clock.now())
        assert states_of(session, ids) == {"open"}
        savepoint.rollback()
    held = queries.sessions_of(session, activity_id)[0]
    clock.moment = held.ends_at

    service.complete_session(session, held.id, by=facts.instructor_id, now=clock.now())

    assert states_of(session, ids) == {"done"}
