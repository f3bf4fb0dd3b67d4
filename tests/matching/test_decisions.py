"""What people decide by hand holds for later runs, until somebody ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories.learning_requests import a_managed_village, a_neighbour, a_request
from tests.factories.matching import a_proposal, a_run
from tests.factories.people import a_manager
from tests.factories.places import a_venue
from tests.factories.talents import a_volunteer
from village_hub.kernel.clock import SettableClock
from village_hub.matching import errors, queries, service
from village_hub.matching.models import DecisionKind
from village_hub.matching.queries import Wanted


@pytest.fixture
def manager(session: Session) -> UUID:
    return a_manager(session, a_managed_village(session), "한미영").id


def proposals(session: Session) -> list[queries.ProposalFacts]:
    session.flush()
    return queries.proposals_of_village(session, _village(session))


def _village(session: Session) -> UUID:
    from village_hub.villages import queries as villages

    return villages.villages(session)[0].id


def decided(session: Session) -> list[tuple[str, str, bool]]:
    session.flush()
    found = queries.decisions_of_village(session, _village(session))
    return [(each.kind, each.reason, each.ended_at is None) for each in found]


def three_neighbours(session: Session) -> list[UUID]:
    """Two each of three households who want the same; five are enough."""
    return [a_request(session, by=a_neighbour(session, name), number=2) for name in ("김하나", "이두리", "박세나")]


def requester(session: Session, request_id: UUID) -> UUID:
    from village_hub.learning_requests import queries as learning_requests

    return learning_requests.people_of(session, [request_id])[request_id][0]


def test_a_pinned_proposal_stays_and_an_ended_pin_lets_it_go(
    session: Session, clock: SettableClock, manager: UUID
) -> None:
    proposal = a_proposal(session)

    pin = service.pin(session, proposal.id, by=manager, reason="agreed", words="모두 약속했어요", now=clock.now())
    a_run(session)

    (kept,) = proposals(session)
    assert (kept.id, kept.pinned, decided(session)) == (proposal.id, True, [("pinned", "agreed", True)])
    with pytest.raises(errors.ProposalMovedOn):
        service.pin(session, proposal.id, by=manager, now=clock.now())
    service.end(session, pin, by=manager, now=clock.now())
    assert (proposals(session)[0].pinned, decided(session)) == (False, [("pinned", "agreed", False)])
    with pytest.raises(errors.DecisionMovedOn):
        service.end(session, pin, by=manager, now=clock.now())


def test_a_change_can_be_taken_back(session: Session, clock: SettableClock, manager: UUID) -> None:
    proposal = a_proposal(session, volunteers=2)
    other, later = proposal.alternatives[0], proposal.starts_at + timedelta(minutes=30)

    service.change(
        session, proposal.id, instructor_id=other, starts_at=later, by=manager, reason="wish", now=clock.now()
    )
    (change,) = queries.decisions_of_village(session, proposal.village_id)
    service.end(session, change.id, by=manager, now=clock.now())

    (again,) = proposals(session)
    assert (again.plan, again.pinned, again.alternatives) == (proposal.plan, False, (other,))


def test_only_the_last_of_two_changes_can_be_taken_back(session: Session, clock: SettableClock, manager: UUID) -> None:
    proposal = a_proposal(session)
    for minutes in (30, 60):
        clock.advance(timedelta(seconds=1))
        starts_at = proposal.starts_at + timedelta(minutes=minutes)
        service.change(session, proposal.id, starts_at=starts_at, by=manager, now=clock.now())
    last, first = queries.decisions_of_village(session, proposal.village_id)

    with pytest.raises(errors.DecisionMovedOn):
        service.end(session, first.id, by=manager, now=clock.now())
    for each in (last, first):
        service.end(session, each.id, by=manager, now=clock.now())

    assert proposals(session)[0].plan == proposal.plan


def test_a_dismissal_that_is_taken_back_lets_the_instructor_be_asked(
    session: Session, clock: SettableClock, manager: UUID
) -> None:
    proposal = a_proposal(session)
    service.dismiss(session, proposal.id, by=manager, reason="unsuitable", now=clock.now())
    a_run(session)
    gone = proposals(session)
    (dismissal,) = queries.decisions_of_village(session, proposal.village_id)

    service.end(session, dismissal.id, by=manager, now=clock.now())
    a_run(session)

    (again,) = proposals(session)
    assert (gone, again.instructor_id) == ([], proposal.instructor_id)


def test_a_dismissal_ends_what_stood_by_hand(session: Session, clock: SettableClock, manager: UUID) -> None:
    proposal = a_proposal(session)
    service.pin(session, proposal.id, by=manager, now=clock.now())

    service.dismiss(session, proposal.id, by=manager, now=clock.now())

    assert sorted(decided(session)) == [("dismissed", "", True), ("pinned", "", False)]


@pytest.mark.parametrize("kind", [DecisionKind.INSTRUCTOR, DecisionKind.VENUE])
@pytest.mark.parametrize("everybody", [False, True])
def test_an_instructor_or_a_place_that_is_ruled_out_is_not_proposed_until_the_rule_ends(
    session: Session, clock: SettableClock, manager: UUID, kind: DecisionKind, everybody: bool
) -> None:
    proposal = a_proposal(session)
    people = [requester(session, each) for each in proposal.request_ids]

    rule = service.rule_out(
        session, kind, village_id=proposal.village_id, by=manager, reason="conflict", people=people,
        everybody=everybody, instructor_id=proposal.instructor_id, venue_id=proposal.venue_id, now=clock.now(),
    )  # fmt: skip
    a_run(session)
    without = proposals(session)
    service.end(session, rule, by=manager, now=clock.now())
    a_run(session)

    assert (without, len(proposals(session))) == ([], 1)


def test_a_place_ruled_out_leaves_the_others(session: Session, clock: SettableClock, manager: UUID) -> None:
    proposal = a_proposal(session)
    other = a_venue(session, "두 번째 방")

    service.rule_out(
        session, DecisionKind.VENUE, village_id=proposal.village_id, by=manager, reason="noise", everybody=True,
        venue_id=proposal.venue_id, now=clock.now(),
    )  # fmt: skip
    a_run(session)

    (moved,) = proposals(session)
    assert moved.venue_id == other
    assert "access_met" not in {each["code"] for each in moved.reasons}


def test_whoever_has_no_other_place_reads_that_it_was_ruled_out(
    session: Session, clock: SettableClock, manager: UUID
) -> None:
    from village_hub.learning_requests import queries as learning_requests

    proposal = a_proposal(session)
    service.rule_out(
        session, DecisionKind.VENUE, village_id=proposal.village_id, by=manager, reason="noise", everybody=True,
        venue_id=proposal.venue_id, now=clock.now(),
    )  # fmt: skip

    a_run(session)

    request = learning_requests.request(session, proposal.request_ids[0])
    assert request is not None
    assert request.why_not is not None
    assert (request.why_not.code, request.why_not.figures) == ("venue_ruled_out", {})
    assert all("elsewhere" not in each.subject for each in request.why_not.changes)


def test_two_who_must_be_apart_are_in_no_group_together(session: Session, clock: SettableClock, manager: UUID) -> None:
    requests = three_neighbours(session)
    a_venue(session)
    a_volunteer(session)
    a_run(session)
    (together,) = proposals(session)
    people = [requester(session, each) for each in requests[:2]]

    service.rule_out(
        session, DecisionKind.APART, village_id=together.village_id, by=manager, reason="conflict", people=people,
        now=clock.now(),
    )  # fmt: skip
    a_run(session)

    assert set(together.request_ids) == set(requests)
    assert proposals(session) == []  # four are too few


@pytest.mark.parametrize(("kind", "number"), [(DecisionKind.APART, 1), (DecisionKind.INSTRUCTOR, 0)])
def test_a_rule_about_nobody_is_refused(
    session: Session, clock: SettableClock, manager: UUID, kind: DecisionKind, number: int
) -> None:
    proposal = a_proposal(session)

    with pytest.raises(errors.NobodyMeant):
        service.rule_out(
            session, kind, village_id=proposal.village_id, by=manager, reason="conflict",
            people=[manager][:number], instructor_id=proposal.instructor_id, now=clock.now(),
        )  # fmt: skip


def test_what_is_ruled_out_again_and_again_is_proposed_as_a_rule(
    session: Session, clock: SettableClock, manager: UUID
) -> None:
    proposal = a_proposal(session)
    ruling: dict[str, Any] = {
        "village_id": proposal.village_id, "by": manager, "reason": "noise", "venue_id": proposal.venue_id,
    }  # fmt: skip

    def habits() -> list[queries.Habit]:
        return queries.habits(queries.decisions_of_village(session, proposal.village_id))

    for _ in range(2):
        service.rule_out(session, DecisionKind.VENUE, people=[manager], now=clock.now(), **ruling)
    few = habits()
    service.rule_out(session, DecisionKind.VENUE, people=[manager], now=clock.now(), **ruling)
    (often,) = habits()
    service.rule_out(session, DecisionKind.VENUE, everybody=True, now=clock.now(), **ruling)

    assert (few, often.times, often.venue_id, habits()) == ([], 3, proposal.venue_id, [])


def cost(session: Session, clock: SettableClock, proposal_id: UUID, by: UUID, wanted: Wanted) -> dict[str, Any]:
    trial = service.ask_cost(session, proposal_id, wanted, by=by, now=clock.now())
    question = service.question(session, trial, now=clock.now())
    assert question is not None
    service.keep_cost(session, trial, service.count(question), now=clock.now())
    known = queries.trial(session, trial)
    assert known is not None
    assert known.answer is not None
    return known.answer


def test_what_a_change_costs_is_told_before_it_is_made(session: Session, clock: SettableClock, manager: UUID) -> None:
    proposal = a_proposal(session, volunteers=2)
    later = proposal.starts_at + timedelta(days=14)

    same = cost(session, clock, proposal.id, manager, Wanted("pinned"))
    put_off = cost(session, clock, proposal.id, manager, Wanted("changed", starts_at=later))
    without = cost(session, clock, proposal.id, manager, Wanted("dismissed"))
    outside = cost(session, clock, proposal.id, manager, Wanted("changed", starts_at=later + timedelta(days=60)))

    assert (same["cost"], same["no_longer"], same["moved"]) == (0, [], [])
    assert put_off["cost"] > 0
    assert put_off["itself"]["starts_at"] == later.isoformat()
    assert without["itself"]["instructor_id"] == str(proposal.alternatives[0])
    assert outside == {"state": "outside"}
    assert [each.plan for each in proposals(session)] == [proposal.plan]
    assert decided(session) == []


def test_who_would_be_served_no_longer_is_named(session: Session, clock: SettableClock, manager: UUID) -> None:
    proposal = a_proposal(session)
    people = tuple(requester(session, each) for each in proposal.request_ids)

    found = cost(session, clock, proposal.id, manager, Wanted("venue", people=people))

    assert found["no_longer"] == [str(each) for each in proposal.request_ids]
    assert (found["people_no_longer"], found["itself"]) == (5, None)
    assert found["cost"] > 4


def test_what_else_moves_is_named(session: Session, clock: SettableClock, manager: UUID) -> None:
    """Two groups, one room: whoever takes the other's hour makes it move."""
    from tests.factories.topics import a_topic

    first = a_proposal(session)
    painting = a_topic(session, "수채화")
    a_volunteer(session, "이그림", topic_id=painting)
    a_request(session, by=a_neighbour(session, "최그림"), topic_id=painting, number=5)
    a_run(session)
    (second,) = (each for each in proposals(session) if each.topic_id == painting)
    mine = next(each for each in proposals(session) if each.id == first.id)

    found = cost(session, clock, mine.id, manager, Wanted("changed", starts_at=second.starts_at))

    assert [each["wishes"] for each in found["moved"]] == [[str(each) for each in second.request_ids]]
    assert found["moved"][0]["from"]["starts_at"] != found["moved"][0]["to"]["starts_at"]
    assert found["no_longer"] == []


def test_a_question_about_a_proposal_that_moved_on_is_answered_so(
    session: Session, clock: SettableClock, manager: UUID
) -> None:
    proposal = a_proposal(session)
    trial = service.ask_cost(session, proposal.id, Wanted("pinned"), by=manager, now=clock.now())

    service.dismiss(session, proposal.id, by=manager, now=clock.now())

    assert service.question(session, trial, now=clock.now()) is None
    with pytest.raises(errors.ProposalMovedOn):
        service.ask_cost(session, proposal.id, Wanted("pinned"), by=manager, now=clock.now())
