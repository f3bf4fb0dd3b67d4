"""A request moves on, and before any job has looked after its group, something else happens to the group."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.conftest import commit
from tests.factories.activities import a_lecture
from tests.factories.invitations import look
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_run
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.activities import service as activities
from village_hub.invitations import queries, service
from village_hub.invitations.models import Reason
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.signals import heads
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as wishing
from village_hub.learning_requests.errors import AlreadyAsked
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.matching.errors import ProposalMovedOn
from village_hub.matching.models import LearningGroup


class Group:
    """Two neighbours' requests of so many people each, and the proposal for them."""

    def __init__(self, session: Session, *people: int) -> None:
        self.session, self.clock = session, session.info["clock"]
        self.village = a_managed_village(session)
        a_venue(session)
        self.volunteers = [a_volunteer(session, name).id for name in ("이재능", "강나눔")]
        names = ("김하나", "이두리")
        self.requests = [
            a_request(session, by=a_neighbour(session, name), number=number)
            for name, number in zip(names, people, strict=True)
        ]
        a_run(session)
        (self.proposal,) = matching.proposals_of_village(session, self.village)

    def ask(self) -> UUID:
        (invitation,) = service.invite(self.session, self.proposal.id, now=self.clock.now())
        return invitation

    def withdraw(self, number: int) -> None:
        by = a_neighbour(self.session, "누군가")
        wishing.withdraw(self.session, self.requests[number], by=by, now=self.clock.now())
        self.session.flush()

    def state(self, number: int) -> str:
        self.session.flush()
        return learning_requests.requests(self.session, self.requests)[self.requests[number]].state


def test_silence_moves_on_although_one_of_the_requests_was_withdrawn(session: Session, clock: SettableClock) -> None:
    group = Group(session, 5, 5)
    asked = group.ask()
    group.withdraw(0)

    clock.moment = look(session, asked).deadline
    service.expire(session, asked, now=clock.now())

    assert look(session, asked).state == "expired"
    (next_best,) = queries.of_proposals(session, [group.proposal.id])[group.proposal.id][1:]
    assert next_best.state == "needs_action"


def test_a_yes_counts_for_those_who_still_want_it(session: Session, clock: SettableClock) -> None:
    group = Group(session, 5, 5)
    asked = group.ask()
    group.withdraw(0)

    service.accept(session, asked, by=look(session, asked).instructor_id, now=clock.now())

    assert (group.state(0), group.state(1)) == ("withdrawn", "asking")


def test_nobody_else_is_asked_for_a_group_that_has_fallen_apart(session: Session, clock: SettableClock) -> None:
    group = Group(session, 3, 2)
    asked = group.ask()
    group.withdraw(0)
    by = look(session, asked).instructor_id

    with pytest.raises(ProposalMovedOn), session.begin_nested():
        service.accept(session, asked, by=by, now=clock.now())
    service.decline(session, asked, reason=Reason.NO_TIME, by=by, now=clock.now())

    assert len(queries.of_proposals(session, [group.proposal.id])[group.proposal.id]) == 1
    assert group.state(1) == "open"


def test_an_answer_stands_when_the_group_falls_apart(session: Session, clock: SettableClock) -> None:
    group = Group(session, 3, 2)
    manager = a_neighbour(session, "박매니저")
    wishing.mark_unserved(session, group.requests[0], words="방이 없어요.", by=manager, now=clock.now())

    matching_service.dismiss(session, group.proposal.id, by=manager, now=clock.now())

    assert (group.state(0), group.state(1)) == ("unserved", "open")


def test_the_board_hears_that_a_group_has_other_people(session: Session, clock: SettableClock) -> None:
    group = Group(session, 5, 5)
    group.withdraw(0)
    commit(session)
    board = f"board:{group.village}"
    before = heads(session, [board])[board]

    matching_service.look_after_group(session, group.requests[0], now=clock.now())

    assert matching.proposals_of_village(session, group.village)[0].people == 5
    commit(session)
    assert heads(session, [board])[board] == before + 1


def test_a_group_whose_lecture_was_called_off_is_gone_once_another_has_its_requests(
    session: Session, clock: SettableClock
) -> None:
    activity_id = a_lecture(session)
    (old,) = session.scalars(sa.select(LearningGroup.id))
    by = a_neighbour(session, "박매니저")
    activities.cancel_activity(session, activity_id, reason="강사가 아파요.", by=by, now=clock.now())
    clock.advance(timedelta(days=1))

    a_run(session)

    states = {group.id: group.state for group in session.scalars(sa.select(LearningGroup))}
    assert states.pop(old) == "dissolved"
    assert set(states.values()) == {"forming"}


def test_who_has_a_lecture_to_come_does_not_ask_for_it_once_more(session: Session, clock: SettableClock) -> None:
    """If it is called off, the first request waits again; two of the same person and topic cannot."""
    activity_id = a_lecture(session)
    (request,) = session.execute(sa.text("SELECT id FROM learning_request")).scalars().all()
    known = learning_requests.request(session, UUID(str(request)))
    assert known is not None

    with pytest.raises(AlreadyAsked):
        a_request(session, by=known.requester_id, topic_id=known.topic_id)
    activities.cancel_activity(session, activity_id, reason="비", by=known.requester_id, now=clock.now())

    found = learning_requests.request(session, known.id)
    assert found is not None
    assert found.state == "open"
