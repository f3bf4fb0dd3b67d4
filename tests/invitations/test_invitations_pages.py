"""Answering signed in and by the link of a message, and the manager's questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, get_template_attribute
from sqlalchemy.orm import Session

from tests.conftest import Visitor
from tests.factories.invitations import an_accepted_invitation, an_invitation, invitations, look
from tests.factories.learning_requests import a_managed_village, a_neighbour
from tests.factories.matching import a_proposal
from tests.factories.people import a_manager
from village_hub.invitations import queries, service
from village_hub.kernel.clock import SettableClock
from village_hub.matching import queries as matching
from village_hub.villages import queries as villages


def state(session: Session, invitation_id: UUID) -> str:
    session.expire_all()
    return look(session, invitation_id).state


def a_manager_of(session: Session, village_id: UUID) -> UUID:
    return villages.managers(session, village_id, session.info["clock"].now())[0]


def test_the_page_says_who_asks_what_when_where_and_why_you(
    session: Session, client: Visitor, max_queries: Any
) -> None:
    invitation = an_invitation(session)
    client.sign_in(invitation.instructor_id)

    with max_queries(14):
        page = client.get(f"/invitations/{invitation.id}")

    assert page.status_code == 200
    for words in (
        "스마트폰 사진",
        "미사 배움마을",
        "미사1동 주민센터 2층 강의실",
        "/acceptance",
        "/refusal",
        "/other-time",
    ):
        assert words in page.text


@pytest.mark.parametrize("by_link", [False, True])
def test_a_volunteer_says_yes(session: Session, client: Visitor, by_link: bool) -> None:
    invitation = an_invitation(session)
    if by_link:
        here = f"/invitations/by-link/{service.issue_link(session, invitation.id)}"
    else:
        here = f"/invitations/{invitation.id}"
        client.sign_in(invitation.instructor_id)

    shown, said = client.get(here), client.post(f"{here}/acceptance")

    assert (shown.status_code, said.status_code, said.location) == (200, 303, here)
    assert state(session, invitation.id) == "accepted"
    assert client.get(here).status_code == 200


def test_a_no_needs_a_reason(session: Session, client: Visitor) -> None:
    invitation = an_invitation(session)
    here = f"/invitations/by-link/{service.issue_link(session, invitation.id)}"

    without = client.post(f"{here}/refusal", data={"words": "미안해요"})
    unchanged = state(session, invitation.id)
    said = client.post(f"{here}/refusal", data={"reason": "too_far", "words": "미안해요"})

    assert (without.status_code, unchanged) == (422, "needs_action")
    assert "미안해요" in without.text
    assert (said.status_code, state(session, invitation.id)) == (303, "declined")


def test_another_time_waits_for_the_manager_who_takes_it(session: Session, client: Visitor) -> None:
    invitation = an_invitation(session)
    client.sign_in(invitation.instructor_id)
    later = (invitation.starts_at + timedelta(days=1, hours=9)).strftime("%Y-%m-%dT%H:%M")

    past = client.post(f"/invitations/{invitation.id}/other-time", data={"starts_at": "2020-01-01T10:00"})
    said = client.post(f"/invitations/{invitation.id}/other-time", data={"starts_at": later})
    client.sign_in(a_manager_of(session, invitation.village_id))
    agreed = client.post(f"/invitations/{invitation.id}/other-time/agreement")

    assert [each.status_code for each in (past, said, agreed)] == [422, 303, 303]
    session.expire_all()
    (again,) = queries.waiting_for(session, invitation.instructor_id)
    assert again.starts_at == invitation.starts_at + timedelta(days=1)


def test_who_comes_second_reads_a_kind_word(session: Session, client: Visitor, clock: SettableClock) -> None:
    first, second = invitations(session, volunteers=2, at_once=2)
    service.accept(session, first.id, by=first.instructor_id, now=clock.now())
    client.sign_in(second.instructor_id)

    page = client.post(f"/invitations/{second.id}/acceptance")

    assert page.status_code == 409
    assert 'action="/invitations/' not in page.text


@pytest.mark.parametrize("path", ["", "/acceptance", "/refusal", "/other-time"])
def test_nobody_else_sees_or_answers_an_invitation(session: Session, client: Visitor, path: str) -> None:
    invitation = an_invitation(session)
    client.sign_in(a_neighbour(session, "박이웃"))
    ask = client.post if path else client.get

    assert ask(f"/invitations/{invitation.id}{path}").status_code == 403
    assert ask(f"/invitations/by-link/guessed{path}").status_code == 404
    assert ask(f"/invitations/{UUID(int=5)}{path}").status_code == 404
    assert state(session, invitation.id) == "needs_action"


@pytest.mark.parametrize("path", ["", "/acceptance"])
def test_without_link_or_sign_in_there_is_nothing_to_see(session: Session, client: Visitor, path: str) -> None:
    invitation = an_invitation(session)

    answer = (client.post if path else client.get)(f"/invitations/{invitation.id}{path}")

    assert answer.status_code in (302, 303, 401)
    assert state(session, invitation.id) == "needs_action"


def test_the_manager_notes_an_answer_heard_on_the_phone(session: Session, client: Visitor) -> None:
    invitation = an_invitation(session)
    client.sign_in(a_manager_of(session, invitation.village_id))

    assert client.post(f"/invitations/{invitation.id}/acceptance").status_code == 303
    assert state(session, invitation.id) == "accepted"


def test_what_i_am_asked_and_what_i_agreed_to(session: Session, client: Visitor) -> None:
    accepted = an_accepted_invitation(session)
    client.sign_in(accepted.instructor_id)

    page = client.get("/invitations")

    assert page.status_code == 200
    assert f"/invitations/{accepted.id}" in page.text
    assert 'class="empty"' in page.text


def test_the_manager_asks_takes_back_changes_and_dismisses(session: Session, client: Visitor) -> None:
    proposal = a_proposal(session, volunteers=2)
    client.sign_in(a_manager_of(session, proposal.village_id))
    here = f"/proposals/{proposal.id}"
    other = str(proposal.alternatives[0])

    asked = client.post(f"{here}/asking")
    session.expire_all()
    (invitation,) = queries.waiting_for(session, proposal.instructor_id)
    taken_back = client.post(f"/invitations/{invitation.id}/withdrawal")
    form = client.get(f"{here}/change")
    change = {"instructor_id": other, "venue_id": str(proposal.venue_id), "starts_at": "2026-12-03T14:00"}
    changed = client.post(f"{here}/change", data=change)
    too_early = client.post(f"{here}/change", data={**change, "starts_at": "2020-12-03T14:00"})
    dismissed = client.post(f"{here}/dismissal")

    answers = (asked, taken_back, form, changed, too_early, dismissed)
    assert [each.status_code for each in answers] == [303, 303, 200, 303, 422, 303]
    assert asked.location == f"/villages/{proposal.village_id}/board"
    session.expire_all()
    assert matching.passed_over(session, proposal.group_id) == set()
    assert matching.proposals_of_village(session, proposal.village_id) == []


@pytest.mark.parametrize("action", ["asking", "dismissal", "change"])
def test_only_the_manager_of_the_village_acts_on_a_proposal(session: Session, client: Visitor, action: str) -> None:
    proposal = a_proposal(session)
    stranger = a_manager(session, a_managed_village(session, name="다른 마을"), "남매니저")

    by_resident = client.sign_in(a_neighbour(session, "박이웃")).post(f"/proposals/{proposal.id}/{action}")
    by_stranger = client.sign_in(stranger.id).post(f"/proposals/{proposal.id}/{action}")
    gone = client.post(f"/proposals/{UUID(int=4)}/{action}")

    assert (by_resident.status_code, by_stranger.status_code, gone.status_code) == (403, 403, 404)


@pytest.mark.parametrize("action", ["withdrawal", "other-time/agreement"])
def test_only_the_manager_of_the_village_acts_on_a_question(session: Session, client: Visitor, action: str) -> None:
    invitation = an_invitation(session)
    stranger = a_manager(session, a_managed_village(session, name="다른 마을"), "남매니저")

    by_instructor = client.sign_in(invitation.instructor_id).post(f"/invitations/{invitation.id}/{action}")
    by_stranger = client.sign_in(stranger.id).post(f"/invitations/{invitation.id}/{action}")

    assert (by_instructor.status_code, by_stranger.status_code) == (403, 403)


def test_a_proposal_on_the_board_says_who_was_asked_and_what_can_be_done(session: Session, app: Flask) -> None:
    invitation = an_invitation(session, volunteers=2)
    (proposal,) = matching.proposals_of_village(session, invitation.village_id)
    row = queries.BoardProposal(proposal, "스마트폰 사진", "이재능1", "2층 강의실", ((invitation, "이재능1"),))

    with app.test_request_context():
        card = get_template_attribute("invitations/_proposal.html", "proposal_card")(row)

    for words in ("스마트폰 사진", "이재능1", "2층 강의실", f"/invitations/{invitation.id}/withdrawal"):
        assert words in card
