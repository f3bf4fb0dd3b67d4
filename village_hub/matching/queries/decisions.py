"""What people decided by hand: what later runs keep to, and what was decided so often that it could be a rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from village_hub.matching.models import Decision, DecisionKind, DecisionPerson, Proposal, ProposalState

#: Decisions that say what must not be put together.
RULES = (DecisionKind.APART, DecisionKind.INSTRUCTOR, DecisionKind.VENUE)
#: So often the same thing is ruled out for the same reason until the page proposes to rule it out for everybody.
OFTEN = 3


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """Who decided what, when and why; `people` are those whom it is about."""

    id: UUID
    village_id: UUID
    kind: str
    proposal_id: UUID | None
    instructor_id: UUID | None
    venue_id: UUID | None
    everybody: bool
    reason: str
    words: str
    before: dict[str, Any] | None
    decided_by: UUID
    decided_at: datetime
    ended_by: UUID | None
    ended_at: datetime | None
    people: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Habit:
    """The same instructor or place ruled out again and again for the same reason."""

    kind: str
    instructor_id: UUID | None
    venue_id: UUID | None
    reason: str
    times: int


def decision(session: Session, decision_id: UUID) -> DecisionFacts | None:
    """One decision, or None."""
    return next(iter(_decisions(session, Decision.id == decision_id)), None)


def decisions_of_village(session: Session, village_id: UUID) -> list[DecisionFacts]:
    """Everything that was decided in a village, the newest first."""
    return _decisions(session, Decision.village_id == village_id)


def rules(session: Session) -> list[DecisionFacts]:
    """What must not be put together, as long as nobody ends it; everywhere."""
    return _decisions(session, and_(Decision.kind.in_(RULES), Decision.ended_at.is_(None)))


def still_pinned(session: Session, village_id: UUID) -> set[UUID]:
    """The proposals of a village that stay as they are until somebody decides otherwise."""
    mine = (Decision.village_id == village_id, Decision.kind == DecisionKind.PINNED, Decision.ended_at.is_(None))
    pinned = select(Decision.proposal_id).join(Proposal, Proposal.id == Decision.proposal_id)
    still = session.scalars(pinned.where(*mine, Proposal.pinned, Proposal.state == ProposalState.PROPOSED))
    return {each for each in still if each}


def habits(found: list[DecisionFacts]) -> list[Habit]:
    """What was ruled out at least so often for the same reason, and is not yet ruled out for everybody."""
    told = Counter(
        (each.kind, each.instructor_id if each.kind == DecisionKind.INSTRUCTOR else None, each.venue_id, each.reason)
        for each in found
        if each.kind in (DecisionKind.INSTRUCTOR, DecisionKind.VENUE) and each.reason and not each.everybody
    )
    settled = {
        (each.kind, each.instructor_id, each.venue_id) for each in found if each.everybody and each.ended_at is None
    }
    return [Habit(*key, times) for key, times in told.most_common() if times >= OFTEN and key[:3] not in settled]


def _decisions(session: Session, condition: ColumnElement[bool]) -> list[DecisionFacts]:
    names = [name for name in DecisionFacts.__slots__ if name != "people"]
    columns = [getattr(Decision, name) for name in names]
    newest = select(*columns).where(condition).order_by(Decision.decided_at.desc(), Decision.id.desc())
    rows = session.execute(newest).all()
    people: dict[UUID, list[UUID]] = {}
    named = select(DecisionPerson.decision_id, DecisionPerson.person_id)
    known = named.where(DecisionPerson.decision_id.in_([row.id for row in rows])).order_by(DecisionPerson.person_id)
    for decision_id, person_id in session.execute(known) if rows else ():
        people.setdefault(decision_id, []).append(person_id)
    return [DecisionFacts(**row._mapping, people=tuple(people.get(row.id, ()))) for row in rows]
