"""The manager's hand on pages, and the history of runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.conftest import OneConnectionDatabase, Visitor
from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_proposal, a_run
from tests.factories.people import a_manager, a_resident, a_staff_member, an_operator
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from tests.factories.topics import a_topic
from village_hub import cli
from village_hub.invitations import queries as invitations
from village_hub.kernel.clock import SettableClock
from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import queries, service
from village_hub.matching.models import DecisionKind


@pytest.fixture(autouse=True)
def _in_english(client: Visitor) -> None:
    client.set_cookie("language", "en")


@pytest.fixture
def manager(session: Session) -> UUID:
    return a_manager(session, a_managed_village(session), "한미영").id


def two_proposals(session: Session) -> list[queries.ProposalFacts]:
    """Two topics, an instructor and five neighbours for each."""
    first = a_proposal(session)
    painting = a_topic(session, "수채화")
    a_volunteer(session, "이그림", topic_id=painting)
    a_request(session, by=a_neighbour(session, "최그림"), topic_id=painting, number=5)
    a_run(session)
    return queries.proposals_of_village(session, first.village_id)


def test_the_cost_of_a_change_is_asked_for_counted_by_a_worker_and_told_on_the_page(
    session: Session, client: Visitor, manager: UUID, drain: Callable[[], int]
) -> None:
    proposal = a_proposal(session, volunteers=2)
    here = f"/proposals/{proposal.id}/change"
    form = {
        "instructor_id": str(proposal.alternatives[0]), "venue_id": str(proposal.venue_id),
        "starts_at": "2026-12-10T14:00", "reason": "time", "words": "",
    }  # fmt: skip
    client.sign_in(manager)

    asked = client.post(here, data={**form, "cost": "1"})
    waiting = client.get(asked.location)
    drain()
    told = client.get(asked.location)
    session.expire_all()
    untouched = queries.proposal(session, proposal.id)
    saved = client.post(here, data=form)

    assert (asked.status_code, saved.status_code) == (303, 303)
    assert "We are counting." in waiting.text
    assert "Everybody would still be served." in told.text
    assert "Nothing else moves." in told.text
    assert 'value="2026-12-10T14:00"' in told.text
    assert untouched is not None
    assert untouched.plan == proposal.plan
    assert "The time does not suit them" in client.get(f"/villages/{proposal.village_id}/decisions").text


def test_who_would_be_served_no_longer_is_named_to_those_who_run_their_village(
    session: Session, client: Visitor, manager: UUID, drain: Callable[[], int]
) -> None:
    proposal = a_proposal(session)
    client.sign_in(manager)
    page = client.get(f"/proposals/{proposal.id}/rules").text
    (person,) = learning_requests.people_of(session, proposal.request_ids)[proposal.request_ids[0]]
    form = {"kind": "venue", "people": str(person), "reason": "place", "words": ""}

    asked = client.post(f"/proposals/{proposal.id}/rules", data={**form, "cost": "1"})
    drain()
    told = client.get(asked.location).text

    assert "김복순" in page
    assert "5 people would no longer be served." in told
    assert "No longer served: 김복순" in told


def test_a_rule_is_made_listed_and_ended(session: Session, client: Visitor, manager: UUID) -> None:
    proposal = a_proposal(session)
    (person,) = learning_requests.people_of(session, proposal.request_ids)[proposal.request_ids[0]]
    client.sign_in(manager)
    form = {"kind": "instructor", "people": str(person), "reason": "conflict", "words": "지난번에 다퉜어요"}

    nobody = client.post(f"/proposals/{proposal.id}/rules", data={**form, "people": []})
    nothing = client.post(f"/proposals/{proposal.id}/rules", data={"reason": "other"})
    made = client.post(f"/proposals/{proposal.id}/rules", data=form)
    session.expire_all()
    (decision,) = queries.decisions_of_village(session, proposal.village_id)
    listed = client.get(f"/villages/{proposal.village_id}/decisions").text
    ended = client.post(f"/decisions/{decision.id}/end")
    again = client.post(f"/decisions/{decision.id}/end")

    assert [each.status_code for each in (nobody, nothing, made, ended, again)] == [422, 422, 303, 303, 409]
    assert all(words in listed for words in ("이재능1", "김복순", "지난번에 다퉜어요", "한미영"))
    assert (decision.kind, decision.people, decision.reason) == ("instructor", (person,), "conflict")


def test_what_is_decided_again_and_again_becomes_a_rule_with_one_press(
    session: Session, client: Visitor, manager: UUID, clock: SettableClock
) -> None:
    proposal = a_proposal(session)
    for number in range(3):
        service.rule_out(
            session, DecisionKind.VENUE, village_id=proposal.village_id, by=manager, reason="place",
            people=[a_resident(session, f"이웃{number}").id], venue_id=proposal.venue_id, now=clock.now(),
        )  # fmt: skip
    here = f"/villages/{proposal.village_id}/decisions"
    client.sign_in(manager)

    page = client.get(here).text
    unknown = client.post(f"{here}/rules", data={"habit": "venue nowhere place"})
    made = client.post(f"{here}/rules", data={"habit": f"venue {proposal.venue_id} place"})

    assert "was ruled out 3 times" in page
    assert (unknown.status_code, made.status_code) == (409, 303)
    after = client.get(here).text
    assert "everybody in the village" in after
    assert "was ruled out 3 times" not in after


def test_many_proposals_are_asked_for_at_once_and_one_that_moved_on_stops_none(
    session: Session, client: Visitor, manager: UUID, clock: SettableClock
) -> None:
    first, second = two_proposals(session)
    here = f"/villages/{first.village_id}/board"
    client.sign_in(manager)

    board = client.get(here).text
    none = client.post(f"{here}/approvals")
    asked = client.post(f"{here}/approvals", data={"proposal": [str(first.id), str(second.id), str(UUID(int=3)), "x"]})
    again = client.post(f"{here}/approvals", data={"proposal": [str(first.id), str(second.id)]})
    session.expire_all()

    assert board.count('form="approvals"') == 2
    assert [each.status_code for each in (none, asked, again)] == [303, 303, 303]
    for each in (first, second):
        assert len(invitations.waiting_for(session, each.instructor_id)) == 1
    kinds = [each.kind for each in queries.decisions_of_village(session, first.village_id)]
    assert kinds == ["approved", "approved"]
    assert "2 proposals had moved on." in client.get(here).text


def test_a_proposal_is_kept_with_one_press(session: Session, client: Visitor, manager: UUID) -> None:
    proposal = a_proposal(session)
    client.sign_in(manager)

    kept = client.post(f"/proposals/{proposal.id}/pin")
    again = client.post(f"/proposals/{proposal.id}/pin")

    assert (kept.status_code, again.status_code) == (303, 409)
    assert "Stays" in client.get(f"/villages/{proposal.village_id}/board").text


@pytest.mark.parametrize("action", ["pin", "rules", "change"])
def test_only_those_who_run_the_village_decide(session: Session, client: Visitor, action: str) -> None:
    proposal = a_proposal(session)
    stranger = a_manager(session, a_managed_village(session, name="다른 마을"), "남매니저").id
    board = f"/villages/{proposal.village_id}"

    client.sign_in(stranger)

    assert client.post(f"/proposals/{proposal.id}/{action}").status_code == 403
    assert client.get(f"{board}/decisions").status_code == 403
    assert client.post(f"{board}/decisions/rules").status_code == 403
    assert client.post(f"{board}/board/approvals").status_code == 403


def test_the_board_shows_what_was_asked_for(session: Session, client: Visitor, manager: UUID) -> None:
    first, _ = two_proposals(session)
    lonely = a_request(session, by=a_neighbour(session, "이홀로"), topic_id=a_topic(session, "뜨개질"))
    here = f"/villages/{first.village_id}/board"
    client.sign_in(manager)
    client.set_cookie("language", "ko")

    everything = client.get(here).text
    of_topic = client.get(f"{here}?topic=수채화").text
    asked = client.get(f"{here}?proposals=asked&requests=open").text
    nonsense = client.get(f"{here}?proposals=odd&requests=odd").text

    assert everything.count('id="proposal-row-') == 2
    assert of_topic.count('id="proposal-row-') == 1
    assert f"request-row-{lonely}" not in of_topic
    assert asked.count('id="proposal-row-') == 0
    assert asked.count('id="request-row-') == 1
    assert nonsense.count('id="proposal-row-') == 2


def test_a_resident_takes_up_what_would_help_and_is_matched(
    session: Session, client: Visitor, clock: SettableClock, drain: Callable[[], int]
) -> None:
    village_id = a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    resident = a_neighbour(session)
    request_id = a_request(session, by=resident, number=6, weekly=((1, 6 * 60, 8 * 60),))
    a_run(session)
    client.sign_in(resident)
    page = client.get(f"/learning-requests/{request_id}").text

    wrong = client.post(f"/learning-requests/{request_id}/change", data={"change": "more_people"})
    taken = client.post(f"/learning-requests/{request_id}/change", data={"change": "other_hour"})
    twice = client.post(f"/learning-requests/{request_id}/change", data={"change": "other_hour"})
    drain()
    clock.advance(timedelta(seconds=2))
    drain()

    assert "That is fine" in page
    assert [each.status_code for each in (wrong, taken, twice)] == [409, 303, 409]
    (proposal,) = queries.proposals_of_village(session, village_id)
    assert proposal.request_ids == (request_id,)


def a_request_in_vain(session: Session, *, number: int, until: int) -> UUID:
    """So many people who could come on Tuesdays from six in the morning until this hour; a run has found nothing."""
    a_venue(session)
    a_volunteer(session)
    request_id = a_request(session, number=number, weekly=((1, 6 * 60, until * 60),))
    a_run(session)
    return request_id


def test_what_would_help_is_told_to_the_manager_as_a_question_to_the_resident(
    session: Session, client: Visitor, manager: UUID
) -> None:
    request_id = a_request_in_vain(session, number=6, until=8)
    request = learning_requests.request(session, request_id)
    assert request is not None
    client.sign_in(manager)

    pages = [
        client.get(f"/villages/{request.village_id}/board").text,
        client.get(f"/learning-requests/{request_id}").text,
    ]

    for page in pages:
        assert "It would work if they could come on" in page
        assert "Asked, and they agree" in page
        assert "if you could come" not in page


def test_what_would_help_only_with_more_people_says_so(session: Session, client: Visitor, manager: UUID) -> None:
    request_id = a_request_in_vain(session, number=4, until=8)
    client.sign_in(manager)

    page = client.get(f"/learning-requests/{request_id}").text

    assert "It would work if they could come on" in page
    assert "1 more person who wants the same is needed as well." in page


def test_every_way_that_would_help_is_told_the_residents_own_first(
    session: Session, client: Visitor, manager: UUID
) -> None:
    request_id = a_request_in_vain(session, number=4, until=12)
    request = learning_requests.request(session, request_id)
    assert request is not None
    assert request.why_not is not None
    codes = [each.code for each in request.why_not.changes]

    client.sign_in(manager)
    page = client.get(f"/villages/{request.village_id}/board").text

    assert request.why_not.change == request.why_not.changes[0]
    ranks = [("other_hour", "further", "other_language", "more_people").index(code) for code in codes[:1]]
    assert ranks == [3]
    assert "It would work with 1 more person who wants the same." in page


def test_runs_are_shown_to_staff_and_operators_with_what_they_saw_and_chose(
    session: Session, client: Visitor, manager: UUID, clock: SettableClock
) -> None:
    a_proposal(session)
    clock.advance(timedelta(minutes=1))
    a_request(session, by=a_neighbour(session, "이홀로"), topic_id=a_topic(session, "뜨개질"))
    a_run(session)
    run = queries.last_run(session)
    assert run is not None

    for person in (a_staff_member(session).id, an_operator(session).id):
        client.sign_in(person)
        listed, one = client.get("/match-runs").text, client.get(f"/match-runs/{run.id}").text
        assert listed.count(f"/match-runs/{run.id}") == 1
        assert "polyline" in listed
        assert all(words in one for words in ("Nobody teaches it", "이재능1", run.rules_version, "Suits everybody"))
        assert "김복순" not in one
    assert client.get("/match-runs?way=changes").text.count("/match-runs/") == 0
    assert client.get(f"/match-runs/{UUID(int=3)}").status_code == 404
    client.sign_in(manager)
    assert client.get("/match-runs").status_code == 403


def test_a_run_is_replayed_from_the_command_line(
    session: Session, database: OneConnectionDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_proposal(session)
    run = queries.last_run(session)
    assert run is not None
    monkeypatch.setattr(cli, "open_database", lambda _settings: database)
    monkeypatch.setattr(database, "dispose", lambda: None)

    def replay(run_id: UUID) -> Any:
        return CliRunner().invoke(cli.main, ["replay", str(run_id)], env={"VILLAGE_HUB_ENVIRONMENT": "development"})

    same, unknown = replay(run.id), replay(UUID(int=3))

    assert (same.exit_code, unknown.exit_code) == (0, 2)
    assert "The plan is exactly the same." in same.output


def test_what_runs_were_given_is_forgotten_after_two_weeks(session: Session, clock: SettableClock) -> None:
    a_proposal(session)
    old = queries.last_run(session)
    clock.advance(timedelta(days=15))
    a_run(session)
    new = queries.last_run(session)

    assert old is not None
    assert new is not None
    session.flush()
    assert queries.record_of(session, old.id) is None
    assert queries.record_of(session, new.id) is not None
