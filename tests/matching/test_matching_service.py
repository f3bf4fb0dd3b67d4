"""What a run proposes, leaves alone, and drops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_proposal, a_run
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.errors import DomainError
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import errors, queries, service
from village_hub.matching.models import MatchRun
from village_hub.schedules import service as schedules


def state_of(session: Session, request_id: UUID) -> str:
    session.flush()
    found = learning_requests.request(session, request_id)
    assert found is not None
    return found.state


def proposals(session: Session, village_id: UUID) -> list[queries.ProposalFacts]:
    session.flush()
    return queries.proposals_of_village(session, village_id)


def test_neighbours_who_want_the_same_become_a_group_with_instructor_room_and_hour(
    session: Session, clock: SettableClock
) -> None:
    village_id = a_managed_village(session)
    venue_id, volunteer = a_venue(session), a_volunteer(session)
    wishes = [a_request(session, by=a_neighbour(session, name), number=2) for name in ("김하나", "이두리", "박세나")]

    a_run(session)

    (proposal,) = proposals(session, village_id)
    assert (proposal.instructor_id, proposal.venue_id, proposal.people) == (volunteer.id, venue_id, 6)
    assert set(proposal.request_ids) == set(wishes)
    assert {state_of(session, each) for each in wishes} == {"pooling"}
    starts = proposal.starts_at.astimezone(ZoneInfo("Asia/Seoul"))
    assert starts.weekday() in (1, 3)
    assert 13 <= starts.hour <= 15
    assert {"everybody_free", "topic_fits"} <= {each["code"] for each in proposal.reasons}


def test_too_few_people_stay_open_and_read_what_would_help(session: Session) -> None:
    a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    request_id = a_request(session, number=3)

    a_run(session)

    request = learning_requests.request(session, request_id)
    assert request is not None
    assert request.state == "open"
    assert request.why_not is not None
    assert (request.why_not.code, request.why_not.figures["missing"]) == ("too_few_people", 2)
    assert request.why_not.change is not None
    assert (request.why_not.change.code, request.why_not.change.amount) == ("more_people", 2)


def test_a_second_run_leaves_a_proposal_alone(session: Session) -> None:
    proposal = a_proposal(session)

    a_run(session)

    assert [each.id for each in proposals(session, proposal.village_id)] == [proposal.id]


def test_a_better_plan_replaces_a_proposal_and_keeps_its_group(session: Session) -> None:
    proposal = a_proposal(session, volunteers=2)
    start, end = proposal.starts_at, proposal.ends_at
    schedules.hold(
        session, person_id=proposal.instructor_id, starts_at=start, ends_at=end, why="test", now=start - timedelta(9)
    )

    a_run(session)

    (now_proposed,) = proposals(session, proposal.village_id)
    assert now_proposed.id != proposal.id
    assert now_proposed.group_id == proposal.group_id
    assert state_of(session, proposal.request_ids[0]) == "pooling"


def test_nobody_teaches_a_class_that_they_wish_for_themselves(session: Session) -> None:
    village_id = a_managed_village(session)
    a_venue(session)
    neighbour = a_neighbour(session)
    volunteer = a_volunteer(session)
    a_request(session, by=neighbour, number=5)
    learning_requests_service.join(
        session, learning_requests.open_wishes(session)[0].id, by=volunteer.id, now=session.info["clock"].now()
    )

    a_run(session)

    assert proposals(session, village_id) == []


def test_a_request_that_moved_on_while_the_engine_counted_is_left_out(session: Session, clock: SettableClock) -> None:
    village_id = a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    request_id = a_request(session, number=5)
    seen = queries.snapshot(session, clock.now())
    solved = service.solve(seen)

    requester = seen.wishes[str(request_id)].requester_id
    learning_requests_service.withdraw(session, request_id, by=requester, now=clock.now())
    service.keep(session, seen, solved, now=clock.now())

    assert len(solved.plan.classes) == 1
    assert proposals(session, village_id) == []


def test_the_manager_changes_a_proposal_and_no_run_touches_it(session: Session, clock: SettableClock) -> None:
    proposal = a_proposal(session, volunteers=2)
    other, later = proposal.alternatives[0], proposal.starts_at + timedelta(minutes=30)

    service.change(
        session, proposal.id, instructor_id=other, starts_at=later, by=proposal.instructor_id, now=clock.now()
    )
    a_run(session)

    (changed,) = proposals(session, proposal.village_id)
    assert (changed.id, changed.instructor_id, changed.starts_at) == (proposal.id, other, later)
    assert changed.alternatives == (proposal.instructor_id,)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"instructor_id": UUID(int=9)}, errors.NotAnAlternative),
        ({"starts_at": timedelta(days=-60)}, errors.TimePassed),
        ({"venue_id": 2}, errors.RoomTooSmall),
        ({}, errors.TakenThen),
    ],
)
def test_a_change_that_cannot_work_is_refused(
    session: Session, clock: SettableClock, change: dict[str, Any], refusal: type[DomainError]
) -> None:
    proposal = a_proposal(session)
    if "starts_at" in change:
        change = {"starts_at": proposal.starts_at + change["starts_at"]}
    if "venue_id" in change:
        change = {"venue_id": a_venue(session, "작은 방", capacity=change["venue_id"])}
    span = {"starts_at": proposal.starts_at, "ends_at": proposal.ends_at}
    schedules.hold(session, venue_id=proposal.venue_id, why="test", now=clock.now(), **span)  # type: ignore[arg-type]

    with pytest.raises(refusal):
        service.change(session, proposal.id, by=proposal.instructor_id, now=clock.now(), **change)


def test_a_dismissed_proposal_does_not_come_back_with_the_same_instructor(
    session: Session, clock: SettableClock
) -> None:
    proposal = a_proposal(session, volunteers=2)

    service.dismiss(session, proposal.id, by=proposal.instructor_id, now=clock.now())
    reopened = state_of(session, proposal.request_ids[0])
    a_run(session)

    (another,) = proposals(session, proposal.village_id)
    assert reopened == "open"
    assert another.instructor_id == proposal.alternatives[0]
    with pytest.raises(errors.ProposalMovedOn):
        service.dismiss(session, proposal.id, by=proposal.instructor_id, now=clock.now())


def test_a_group_that_falls_below_the_minimum_falls_apart(session: Session, clock: SettableClock) -> None:
    village_id = a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    leaving = a_request(session, by=a_neighbour(session, "김하나"), number=2)
    staying = a_request(session, by=a_neighbour(session, "이두리"), number=4)
    a_run(session)
    requester = learning_requests.people_of(session, [leaving])[leaving][0]

    learning_requests_service.withdraw(session, leaving, by=requester, now=clock.now())
    service.look_after_group(session, leaving, now=clock.now())

    assert proposals(session, village_id) == []
    assert state_of(session, staying) == "open"


def test_a_group_that_stays_large_enough_goes_on_without_who_left(session: Session, clock: SettableClock) -> None:
    village_id = a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    leaving = a_request(session, by=a_neighbour(session, "김하나"), number=2)
    staying = a_request(session, by=a_neighbour(session, "이두리"), number=5)
    a_run(session)
    requester = learning_requests.people_of(session, [leaving])[leaving][0]

    learning_requests_service.withdraw(session, leaving, by=requester, now=clock.now())
    service.look_after_group(session, leaving, now=clock.now())

    (proposal,) = proposals(session, village_id)
    assert (proposal.people, proposal.request_ids) == (5, (staying,))


def test_a_lecture_that_is_called_off_gives_its_neighbours_back_to_the_search(
    session: Session, clock: SettableClock
) -> None:
    proposal = a_proposal(session)
    service.begin_asking(session, proposal.id, now=clock.now())
    service.settle(session, proposal.id, proposal.instructor_id, now=clock.now())
    (request_id,) = proposal.request_ids
    learning_requests_service.schedule(session, [request_id], activity_id=proposal.id, now=clock.now())

    learning_requests_service.reopen(session, [request_id], now=clock.now())
    service.look_after_group(session, request_id, now=clock.now())
    a_run(session)

    (again,) = proposals(session, proposal.village_id)
    assert (again.id != proposal.id, again.request_ids) == (True, (request_id,))


def test_equal_input_has_an_equal_hash_and_every_change_another(session: Session, clock: SettableClock) -> None:
    a_managed_village(session)
    a_venue(session)
    a_request(session)

    first = queries.snapshot(session, clock.now()).input_hash
    again = queries.snapshot(session, clock.now()).input_hash
    a_volunteer(session)
    changed = queries.snapshot(session, clock.now()).input_hash

    assert first == again != changed


def test_many_wishes_for_a_run_at_one_moment_are_one_run(session: Session, clock: SettableClock, drain: Any) -> None:
    a_managed_village(session)
    a_venue(session)
    a_volunteer(session)
    for name in ("김하나", "이두리", "박세나"):
        a_request(session, by=a_neighbour(session, name), number=2)
    drain()

    clock.advance(timedelta(seconds=2))
    drain()

    run = queries.last_run(session)
    assert run is not None
    assert (run.wishes, run.classes) == (3, 1)
    assert run.value <= run.bound + 1e-9
    assert session.scalar(sa.select(sa.func.count()).select_from(MatchRun)) == 1
