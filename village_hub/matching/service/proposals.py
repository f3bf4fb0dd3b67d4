"""Proposals: changed and dismissed by people, asked, settled, or fallen through with their group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from village_hub.kernel.db import insert_new
from village_hub.kernel.events import lock, record
from village_hub.kernel.signals import emit
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.matching import errors, events, queries
from village_hub.matching.models import (
    DecisionKind,
    GroupRequest,
    GroupState,
    LearningGroup,
    PassedOver,
    Proposal,
    ProposalState,
)
from village_hub.matching.service.decisions import look_at_reasons, note, settle_with
from village_hub.places import queries as places
from village_hub.schedules import queries as schedules


def change(
    session: Session,
    proposal_id: UUID,
    *,
    by: UUID,
    now: datetime,
    instructor_id: UUID | None = None,
    venue_id: UUID | None = None,
    starts_at: datetime | None = None,
    seen: str | None = None,
    reason: str = "",
    words: str = "",
) -> None:
    """The learning manager chooses another instructor, place or time; no run touches the proposal afterwards.

    `seen` is the plan that was on the page: whoever has not seen what another one chose meanwhile looks again first.
    """
    found = _proposal(session, proposal_id, ProposalState.PROPOSED)
    if seen and seen != _facts(session, proposal_id).plan:
        raise errors.ProposalMovedOn
    instructor = instructor_id or found.instructor_id
    venue = places.venue(session, venue_id or found.venue_id)
    starts = starts_at or found.starts_at
    ends = starts + (found.ends_at - found.starts_at)
    if str(instructor) not in (str(found.instructor_id), *found.alternatives):
        raise errors.NotAnAlternative
    if venue is None or (venue.capacity or found.people) < found.people:
        raise errors.RoomTooSmall(people=found.people, capacity=venue.capacity if venue else 0)
    if starts <= now:
        raise errors.TimePassed
    if not schedules.free(session, person_id=instructor, venue_id=venue.id, starts_at=starts, ends_at=ends):
        raise errors.TakenThen
    before = {
        "instructor_id": str(found.instructor_id), "venue_id": str(found.venue_id), "pinned": found.pinned,
        "starts_at": found.starts_at.isoformat(), "ends_at": found.ends_at.isoformat(),
    }  # fmt: skip
    others = [str(found.instructor_id), *found.alternatives]
    found.alternatives = [each for each in others if each != str(instructor)]
    found.instructor_id, found.venue_id, found.starts_at, found.ends_at = instructor, venue.id, starts, ends
    found.pinned = True
    look_at_reasons(session, found)
    village_id = _group(session, found.group_id).village_id
    record(session, events.ProposalChanged(proposal_id, found.group_id, village_id), now=now, by=by)
    emit(session, f"board:{village_id}", "match.changed", {"id": str(proposal_id)})
    note(
        session, DecisionKind.CHANGED, village_id=village_id, by=by, now=now, reason=reason, words=words,
        proposal_id=proposal_id, instructor_id=instructor, venue_id=venue.id, before=before,
    )  # fmt: skip


def pin(session: Session, proposal_id: UUID, *, by: UUID, now: datetime, reason: str = "", words: str = "") -> UUID:
    """This stays: no run touches the proposal until somebody ends that."""
    found = _proposal(session, proposal_id, ProposalState.PROPOSED)
    if found.pinned:
        raise errors.ProposalMovedOn
    found.pinned = True
    village_id = _group(session, found.group_id).village_id
    emit(session, f"board:{village_id}", "match.changed", {"id": str(proposal_id)})
    return note(
        session, DecisionKind.PINNED, village_id=village_id, by=by, now=now, reason=reason, words=words,
        proposal_id=proposal_id, instructor_id=found.instructor_id, venue_id=found.venue_id,
    )  # fmt: skip


def dismiss(session: Session, proposal_id: UUID, *, by: UUID, now: datetime, reason: str = "", words: str = "") -> None:
    """The learning manager does not want this: the search goes on without this instructor for these requests."""
    found = _proposal(session, proposal_id, ProposalState.PROPOSED)
    village_id = _group(session, found.group_id).village_id
    settle_with(session, proposal_id, by=by, now=now)
    note(
        session, DecisionKind.DISMISSED, village_id=village_id, by=by, now=now, reason=reason, words=words,
        proposal_id=proposal_id, instructor_id=found.instructor_id, venue_id=found.venue_id,
    )  # fmt: skip
    pass_over(session, found.group_id, found.instructor_id, reason=DecisionKind.DISMISSED, now=now)
    dissolve(session, found.group_id, now=now, by=by)


def begin_asking(session: Session, proposal_id: UUID, *, now: datetime) -> queries.ProposalFacts:
    """The proposal's instructors are asked from now on; it cannot be changed meanwhile."""
    found = _proposal(session, proposal_id, ProposalState.PROPOSED)
    found.state = ProposalState.ASKED
    _group(session, found.group_id).state = GroupState.ASKING
    session.flush()
    return _facts(session, proposal_id)


def end_asking(session: Session, proposal_id: UUID, *, now: datetime) -> None:
    """The question is back with the learning manager, who changes the proposal, asks again or dismisses it."""
    found = _proposal(session, proposal_id, ProposalState.ASKED)
    found.state, found.pinned = ProposalState.PROPOSED, True
    group = _group(session, found.group_id)
    group.state = GroupState.FORMING
    ids = queries.group_requests(session, group.id)
    learning_requests_service.pool(session, ids, group_id=group.id, now=now)
    emit(session, f"board:{group.village_id}", "match.changed", {"id": str(proposal_id)})


def settle(session: Session, proposal_id: UUID, instructor_id: UUID, *, now: datetime) -> tuple[UUID, ...]:
    """An instructor said yes: the group has its lecture; returns its requests."""
    found = _proposal(session, proposal_id, ProposalState.ASKED)
    found.state, found.instructor_id = ProposalState.ACCEPTED, instructor_id
    group = _group(session, found.group_id)
    group.state = GroupState.SCHEDULED
    emit(session, f"board:{group.village_id}", "match.changed", {"id": str(proposal_id)})
    session.flush()
    return queries.group_requests(session, found.group_id)


def pass_over(session: Session, group_id: UUID, instructor_id: UUID, *, reason: str, now: datetime) -> None:
    """This instructor is not asked for these requests again."""
    ids = queries.group_requests(session, group_id)
    rows = [{"request_id": each, "instructor_id": instructor_id, "reason": reason, "at": now} for each in ids]
    if rows:
        insert_new(session, PassedOver, rows)


def dissolve(
    session: Session, group_id: UUID, *, now: datetime, by: UUID | None = None, needs_call: bool = False
) -> None:
    """The group falls apart; its requests wait on, with the learning manager's call where nobody is left to ask."""
    group = _group(session, group_id)
    if group.state in (GroupState.DISSOLVED, GroupState.SCHEDULED):
        return
    live = (Proposal.group_id == group_id, Proposal.state.in_(queries.LIVE))
    session.execute(update(Proposal).where(*live).values(state=ProposalState.DROPPED))
    ids = _still_pooled(session, group_id)
    session.execute(update(GroupRequest).where(GroupRequest.group_id == group_id).values(active=False))
    group.state = GroupState.DISSOLVED
    learning_requests_service.reopen(session, ids, now=now)
    if needs_call:
        learning_requests_service.call(session, _open(session, ids), now=now)
    record(session, events.GroupDissolved(group_id, group.village_id), now=now, by=by)
    emit(session, f"board:{group.village_id}", "match.changed", {"id": str(group_id)})


def look_after_group(session: Session, request_id: UUID, *, now: datetime) -> None:
    """A request of a group moved on or has other people: the group shrinks, or falls apart below the minimum."""
    row = session.scalars(
        select(GroupRequest).where(GroupRequest.request_id == request_id, GroupRequest.active)
    ).first()
    if row is not None:
        look_after(session, row.group_id, now=now)


def look_after(session: Session, group_id: UUID, *, now: datetime) -> None:
    """The group is brought up to date before anything else happens to it."""
    lock(session, f"group:{group_id}")
    group = _group(session, group_id)
    if group.state == GroupState.DISSOLVED:
        return
    wishes = learning_requests.wishes_by_id(session, queries.group_requests(session, group.id)).values()
    belongs = ("asking", "scheduled", "done") if group.state == GroupState.SCHEDULED else ("pooling", "asking")
    staying = [each for each in wishes if each.state in belongs]
    gone = [each.id for each in wishes if each.state not in belongs]
    leaving = (GroupRequest.group_id == group.id, GroupRequest.request_id.in_(gone))
    session.execute(update(GroupRequest).where(*leaving).values(active=False))
    if group.state == GroupState.SCHEDULED:
        group.state = GroupState.SCHEDULED if staying else GroupState.DISSOLVED
        return
    people = sum(each.people for each in staying)
    if people < learning_requests.rules(session, now).minimum_group:
        dissolve(session, group.id, now=now)
        return
    live = (Proposal.group_id == group.id, Proposal.state.in_(queries.LIVE), Proposal.people != people)
    for proposal_id in session.scalars(update(Proposal).where(*live).values(people=people).returning(Proposal.id)):
        emit(session, f"board:{group.village_id}", "match.changed", {"id": str(proposal_id)})


def _still_pooled(session: Session, group_id: UUID) -> list[UUID]:
    """The requests of a group that were not answered meanwhile: an answer stands, also where its group falls apart."""
    known = learning_requests.requests(session, queries.group_requests(session, group_id)).values()
    return [each.id for each in known if each.state in ("pooling", "asking")]


def _open(session: Session, ids: Iterable[UUID]) -> list[UUID]:
    return [each.id for each in learning_requests.requests(session, ids).values() if each.state == "open"]


def _facts(session: Session, proposal_id: UUID) -> queries.ProposalFacts:
    facts = queries.proposal(session, proposal_id)
    assert facts is not None
    return facts


def _proposal(session: Session, proposal_id: UUID, state: ProposalState) -> Proposal:
    """The proposal, locked after its group as everywhere, in the state that the step needs."""
    group_id = session.scalar(select(Proposal.group_id).where(Proposal.id == proposal_id))
    if group_id is None:
        raise errors.NoSuchProposal
    lock(session, f"group:{group_id}")
    found = session.get_one(Proposal, proposal_id, with_for_update=True, populate_existing=True)
    if found.state != state:
        raise errors.ProposalMovedOn
    return found


def _group(session: Session, group_id: UUID) -> LearningGroup:
    return session.get_one(LearningGroup, group_id)
