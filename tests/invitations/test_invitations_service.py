"""Asking instructors: yes, no, another time, silence; and who was first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.invitations import an_accepted_invitation, an_invitation, invitations, look
from tests.factories.matching import a_proposal, a_run
from village_hub.invitations import errors, queries, service
from village_hub.invitations.models import Reason, State
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import queries as matching
from village_hub.matching import service as matching_service
from village_hub.matching.errors import ProposalMovedOn
from village_hub.schedules import queries as schedules
from village_hub.schedules import service as schedules_service


def request_of(session: Session, group_id: UUID) -> learning_requests.RequestFacts:
    session.flush()
    (request_id,) = matching.group_requests(session, group_id)
    found = learning_requests.request(session, request_id)
    assert found is not None
    return found


def proposal_of(session: Session, proposal_id: UUID) -> matching.ProposalFacts:
    session.flush()
    found = matching.proposal(session, proposal_id)
    assert found is not None
    return found


def taken(session: Session, invitation: queries.InvitationFacts, **whom: UUID) -> None:
    span = {"starts_at": invitation.starts_at, "ends_at": invitation.ends_at}
    schedules_service.hold(session, why="test", now=invitation.asked_at, **whom, **span)  # type: ignore[arg-type]


def recorded(session: Session, type: str) -> int:
    session.flush()
    return int(session.scalar(sa.text("SELECT count(*) FROM event WHERE type = :type"), {"type": type}) or 0)


def test_the_best_instructor_is_asked_with_a_deadline_by_the_hour_of_the_day(
    session: Session, clock: SettableClock
) -> None:
    proposal = a_proposal(session, volunteers=2)

    (asked,) = service.invite(session, proposal.id, now=clock.now())

    invitation = look(session, asked)
    assert (invitation.instructor_id, invitation.state) == (proposal.instructor_id, State.NEEDS_ACTION)
    assert invitation.deadline == clock.now() + timedelta(hours=24)
    request = request_of(session, proposal.group_id)
    assert (request.state, request.next_step) == ("asking", "answer")
    assert request.next_at == invitation.deadline + timedelta(minutes=60)
    assert [each.id for each in queries.waiting_for(session, proposal.instructor_id)] == [asked]


def test_a_proposal_is_asked_once(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session)

    with pytest.raises(ProposalMovedOn):
        service.invite(session, invitation.proposal_id, now=clock.now())


def test_the_rulebook_says_how_many_are_asked_at_once(session: Session) -> None:
    asked = invitations(session, volunteers=3, at_once=2)

    assert len({each.instructor_id for each in asked}) == 2


def test_a_yes_takes_the_group_and_keeps_instructor_and_room(session: Session) -> None:
    accepted = an_accepted_invitation(session)

    proposal = proposal_of(session, accepted.proposal_id)
    span: dict[str, Any] = {"starts_at": accepted.starts_at, "ends_at": accepted.ends_at}
    assert (accepted.state, proposal.state) == (State.ACCEPTED, "accepted")
    assert not schedules.free(session, person_id=accepted.instructor_id, **span)
    assert not schedules.free(session, venue_id=accepted.venue_id, **span)
    assert request_of(session, accepted.group_id).next_step == "confirm"
    assert recorded(session, "invitation.accepted") == 1


def test_the_second_yes_gets_a_kind_word_and_changes_nothing(session: Session, clock: SettableClock) -> None:
    first, second = invitations(session, volunteers=2, at_once=2)

    service.accept(session, second.id, by=second.instructor_id, now=clock.now())
    with pytest.raises(errors.SomebodyWasFaster):
        service.accept(session, first.id, by=first.instructor_id, now=clock.now())

    assert look(session, first.id).state == State.WITHDRAWN
    assert proposal_of(session, first.proposal_id).instructor_id == second.instructor_id
    assert recorded(session, "invitation.withdrawn") == 1


def test_a_yes_of_somebody_who_is_taken_by_now_moves_on_to_the_next_best(
    session: Session, clock: SettableClock
) -> None:
    invitation = an_invitation(session, volunteers=2)
    taken(session, invitation, person_id=invitation.instructor_id)
    clock.advance(timedelta(hours=1))

    outcome = service.accept(session, invitation.id, by=invitation.instructor_id, now=clock.now())

    assert outcome == State.WITHDRAWN
    asked = queries.of_proposals(session, [invitation.proposal_id])[invitation.proposal_id]
    assert [each.state for each in asked] == ["withdrawn", "needs_action"]
    assert recorded(session, "invitation.accepted") == 0


def test_a_yes_for_a_room_that_is_taken_by_now_leads_to_another_plan(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session, volunteers=2)
    taken(session, invitation, venue_id=invitation.venue_id)

    outcome = service.accept(session, invitation.id, by=invitation.instructor_id, now=clock.now())
    a_run(session)

    (another,) = matching.proposals_of_village(session, invitation.village_id)
    assert outcome == State.WITHDRAWN
    assert (another.state, another.starts_at != invitation.starts_at) == ("proposed", True)


def test_a_no_moves_on_to_the_next_best_and_is_never_asked_again(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session, volunteers=2)
    proposal = proposal_of(session, invitation.proposal_id)
    clock.advance(timedelta(hours=1))

    service.decline(session, invitation.id, reason=Reason.TOO_FAR, by=invitation.instructor_id, now=clock.now())

    asked = queries.of_proposals(session, [proposal.id])[proposal.id]
    assert [(each.instructor_id, each.state) for each in asked] == [
        (invitation.instructor_id, "declined"),
        (proposal.alternatives[0], "needs_action"),
    ]
    assert matching.passed_over(session, proposal.group_id) == {invitation.instructor_id}
    with pytest.raises(errors.AlreadyAnswered):
        service.accept(session, invitation.id, by=invitation.instructor_id, now=clock.now())


def test_silence_moves_on_to_the_next_best(session: Session, clock: SettableClock, drain: Any) -> None:
    invitation = an_invitation(session, volunteers=2)

    clock.advance(timedelta(hours=24))
    drain()

    asked = queries.of_proposals(session, [invitation.proposal_id])[invitation.proposal_id]
    assert [each.state for each in asked] == ["expired", "needs_action"]
    with pytest.raises(errors.TooLate):
        service.accept(session, invitation.id, by=invitation.instructor_id, now=clock.now())


def test_the_deadline_is_looked_at_only_when_it_has_come(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session)

    service.expire(session, invitation.id, now=clock.now())

    assert look(session, invitation.id).state == State.NEEDS_ACTION


def test_an_answer_after_the_deadline_is_too_late_even_before_the_timer_ran(
    session: Session, clock: SettableClock
) -> None:
    invitation = an_invitation(session)

    clock.advance(timedelta(hours=25))

    with pytest.raises(errors.TooLate):
        service.accept(session, invitation.id, by=invitation.instructor_id, now=clock.now())


def test_when_nobody_is_left_the_manager_has_the_request_and_a_date(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session)
    (request_id,) = matching.group_requests(session, invitation.group_id)

    service.decline(session, invitation.id, reason=Reason.NO_TIME, by=invitation.instructor_id, now=clock.now())

    session.flush()
    request = learning_requests.request(session, request_id)
    assert request is not None
    assert (request.state, request.next_step) == ("open", "call")
    assert request.next_at == clock.now() + timedelta(days=2)
    assert recorded(session, "group.without_instructor") == 1
    a_run(session)
    assert matching.proposals_of_village(session, invitation.village_id) == []


def test_another_time_goes_to_the_manager_who_agrees_and_asks_again(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session)
    later = invitation.starts_at + timedelta(days=1)

    service.propose_other_time(session, invitation.id, starts_at=later, by=invitation.instructor_id, now=clock.now())
    waiting = proposal_of(session, invitation.proposal_id).state
    (again,) = service.agree_to_other_time(session, invitation.id, by=invitation.instructor_id, now=clock.now())

    asked = look(session, again)
    assert waiting == "proposed"
    assert look(session, invitation.id).other_starts_at == later
    assert (asked.instructor_id, asked.starts_at) == (invitation.instructor_id, later)


def test_another_time_lies_in_the_future(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session)

    with pytest.raises(errors.TimePassed):
        service.propose_other_time(
            session, invitation.id, starts_at=clock.now(), by=invitation.instructor_id, now=clock.now()
        )


def test_the_manager_takes_a_question_back_and_decides_anew(session: Session, clock: SettableClock) -> None:
    invitation = an_invitation(session)

    service.withdraw(session, invitation.id, by=invitation.village_id, now=clock.now())

    assert proposal_of(session, invitation.proposal_id).state == "proposed"
    assert request_of(session, invitation.group_id).state == "pooling"
    (again,) = service.invite(session, invitation.proposal_id, now=clock.now())
    assert look(session, again).instructor_id == invitation.instructor_id


def test_nobody_answers_for_a_group_that_is_gone(session: Session, clock: SettableClock, drain: Any) -> None:
    invitation = an_invitation(session)
    request = request_of(session, invitation.group_id)

    learning_requests_service.withdraw(session, request.id, by=request.requester_id, now=clock.now())
    drain()

    assert look(session, invitation.id).state == State.WITHDRAWN


def test_a_link_opens_one_invitation_until_the_next_link(session: Session) -> None:
    invitation = an_invitation(session)

    first = service.issue_link(session, invitation.id)
    second = service.issue_link(session, invitation.id)

    assert queries.by_token(session, first) is None
    found = queries.by_token(session, second)
    assert found is not None
    assert found.id == invitation.id


@pytest.mark.parametrize(("automatically", "asked"), [(True, 1), (False, 0)])
def test_a_village_asks_by_itself_or_waits_for_its_manager(
    session: Session, clock: SettableClock, drain: Any, automatically: bool, asked: int
) -> None:
    proposal = a_proposal(session, asks_automatically=automatically)

    drain()

    assert len(queries.waiting_for(session, proposal.instructor_id)) == asked


def test_nobody_is_asked_when_the_class_is_about_to_begin(session: Session, clock: SettableClock) -> None:
    proposal = a_proposal(session)

    clock.moment = proposal.starts_at - timedelta(minutes=30)

    with pytest.raises(errors.NobodyToAsk):
        service.invite(session, proposal.id, now=clock.now())


def test_a_group_that_has_its_lecture_does_not_fall_apart(session: Session, clock: SettableClock) -> None:
    accepted = an_accepted_invitation(session)

    matching_service.dissolve(session, accepted.group_id, now=clock.now())

    assert proposal_of(session, accepted.proposal_id).state == "accepted"
