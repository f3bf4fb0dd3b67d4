"""What people decide by hand: a row with its reason, kept to by later runs until somebody ends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit
from village_hub.matching import errors, events, queries
from village_hub.matching.models import Decision, DecisionKind, DecisionPerson, PassedOver, Proposal, ProposalState
from village_hub.places import queries as places
from village_hub.schedules import queries as schedules


def note(
    session: Session,
    kind: DecisionKind,
    *,
    village_id: UUID,
    by: UUID,
    now: datetime,
    reason: str = "",
    words: str = "",
    proposal_id: UUID | None = None,
    instructor_id: UUID | None = None,
    venue_id: UUID | None = None,
    people: Iterable[UUID] = (),
    everybody: bool = False,
    before: dict[str, Any] | None = None,
) -> UUID:
    """Somebody decided this, for this reason."""
    decision = Decision(
        id=new_id(session),
        village_id=village_id,
        kind=kind,
        proposal_id=proposal_id,
        instructor_id=instructor_id,
        venue_id=venue_id,
        everybody=everybody,
        reason=reason,
        words=words.strip(),
        before=before,
        decided_by=by,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    meant = [{"decision_id": decision.id, "person_id": each} for each in sorted(set(people))]
    if meant:
        session.execute(insert(DecisionPerson), meant)
    record(session, events.DecisionMade(decision.id, village_id, kind), now=now, by=by)
    emit(session, f"board:{village_id}", "match.decided", {"id": str(decision.id)})
    return decision.id


def rule_out(
    session: Session,
    kind: DecisionKind,
    *,
    village_id: UUID,
    by: UUID,
    now: datetime,
    reason: str,
    words: str = "",
    people: Iterable[UUID] = (),
    everybody: bool = False,
    instructor_id: UUID | None = None,
    venue_id: UUID | None = None,
    proposal_id: UUID | None = None,
) -> UUID:
    """From now on never these people together, not this instructor for them, or not this place; for all, if so said."""
    meant = set(people)
    if len(meant) < (2 if kind == DecisionKind.APART else 0 if everybody else 1):
        raise errors.NobodyMeant
    return note(
        session, kind, village_id=village_id, by=by, now=now, reason=reason, words=words, proposal_id=proposal_id,
        people=() if everybody else meant, everybody=everybody,
        instructor_id=instructor_id if kind == DecisionKind.INSTRUCTOR else None,
        venue_id=venue_id if kind == DecisionKind.VENUE else None,
    )  # fmt: skip


def approve(session: Session, proposal: queries.ProposalFacts, *, by: UUID, now: datetime) -> UUID:
    """Somebody has the proposal's instructor asked."""
    return note(
        session, DecisionKind.APPROVED, village_id=proposal.village_id, by=by, now=now, proposal_id=proposal.id,
        instructor_id=proposal.instructor_id, venue_id=proposal.venue_id,
    )  # fmt: skip


def end(session: Session, decision_id: UUID, *, by: UUID, now: datetime) -> None:
    """The decision no longer holds, and what came of it is taken back where nothing has been built on it since."""
    known = queries.decision(session, decision_id)
    if known is None:
        raise errors.NoSuchDecision
    if known.proposal_id:
        _lock_group(session, known.proposal_id)
    found = session.get_one(Decision, decision_id, with_for_update=True, populate_existing=True)
    if found.ended_at is not None or found.kind == DecisionKind.APPROVED:
        raise errors.DecisionMovedOn
    match found.kind:
        case DecisionKind.PINNED:
            _unpin(session, found)
        case DecisionKind.CHANGED:
            _change_back(session, found, now)
        case DecisionKind.DISMISSED:
            _look_at_again(session, found)
    found.ended_by, found.ended_at = by, now
    session.flush()
    record(session, events.DecisionEnded(decision_id, found.village_id), now=now, by=by)
    emit(session, f"board:{found.village_id}", "match.decided", {"id": str(decision_id)})


def settle_with(session: Session, proposal_id: UUID, *, by: UUID, now: datetime) -> None:
    """What stood by hand ends with its proposal: whoever dismisses it has thought again."""
    kinds = (DecisionKind.PINNED, DecisionKind.CHANGED)
    open_ones = (Decision.proposal_id == proposal_id, Decision.kind.in_(kinds), Decision.ended_at.is_(None))
    for decision in session.scalars(select(Decision).where(*open_ones).order_by(Decision.id)):
        decision.ended_by, decision.ended_at = by, now
        record(session, events.DecisionEnded(decision.id, decision.village_id), now=now, by=by)


def look_at_reasons(session: Session, changed: Proposal) -> None:
    """What was changed by hand is told only the reasons that still hold."""
    session.flush()
    facts = queries.proposal(session, changed.id)
    assert facts is not None
    changed.reasons = queries.reasons(session, facts)


def _unpin(session: Session, found: Decision) -> None:
    proposal = _still_proposed(session, found)
    proposal.pinned = False
    emit(session, f"board:{found.village_id}", "match.changed", {"id": str(proposal.id)})


def _change_back(session: Session, found: Decision, now: datetime) -> None:
    """Only the last change can be taken back, and only while instructor and room are still free as they were."""
    proposal, before = _still_proposed(session, found), found.before or {}
    later = select(Decision.id).where(
        Decision.proposal_id == proposal.id, Decision.kind == DecisionKind.CHANGED, Decision.ended_at.is_(None),
        Decision.id != found.id, Decision.decided_at >= found.decided_at, Decision.id > found.id,
    )  # fmt: skip
    if session.scalar(later) is not None:
        raise errors.DecisionMovedOn
    instructor, venue = UUID(before["instructor_id"]), places.venue(session, UUID(before["venue_id"]))
    starts, ends = datetime.fromisoformat(before["starts_at"]), datetime.fromisoformat(before["ends_at"])
    if starts <= now:
        raise errors.TimePassed
    if venue is None or (venue.capacity or proposal.people) < proposal.people:
        raise errors.RoomTooSmall(people=proposal.people, capacity=venue.capacity if venue else 0)
    if not schedules.free(session, person_id=instructor, venue_id=venue.id, starts_at=starts, ends_at=ends):
        raise errors.TakenThen
    others = [str(proposal.instructor_id), *proposal.alternatives]
    proposal.alternatives = [each for each in others if each != str(instructor)]
    proposal.instructor_id, proposal.venue_id = instructor, venue.id
    proposal.starts_at, proposal.ends_at, proposal.pinned = starts, ends, before["pinned"]
    look_at_reasons(session, proposal)
    record(session, events.ProposalChanged(proposal.id, proposal.group_id, found.village_id), now=now)
    emit(session, f"board:{found.village_id}", "match.changed", {"id": str(proposal.id)})


def _look_at_again(session: Session, found: Decision) -> None:
    """The instructor may be asked for these requests again, unless they said no themselves."""
    assert found.proposal_id is not None
    group_id = session.scalar(select(Proposal.group_id).where(Proposal.id == found.proposal_id))
    ids = queries.all_group_requests(session, group_id) if group_id else ()
    mine = (PassedOver.request_id.in_(ids), PassedOver.instructor_id == found.instructor_id)
    session.execute(delete(PassedOver).where(*mine, PassedOver.reason == DecisionKind.DISMISSED))


def _still_proposed(session: Session, found: Decision) -> Proposal:
    proposal = session.get_one(Proposal, found.proposal_id, with_for_update=True, populate_existing=True)
    if proposal.state != ProposalState.PROPOSED:
        raise errors.DecisionMovedOn
    return proposal


def _lock_group(session: Session, proposal_id: UUID) -> None:
    """Groups first, as everywhere: otherwise two who decide wait for each other in a circle."""
    group_id = session.scalar(select(Proposal.group_id).where(Proposal.id == proposal_id))
    lock(session, f"group:{group_id}")
