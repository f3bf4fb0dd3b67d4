"""Reads of groups and proposals; frozen, never rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from village_hub.matching.models import (
    GroupRequest,
    GroupState,
    LearningGroup,
    PassedOver,
    Proposal,
    ProposalState,
)

LIVE = (ProposalState.PROPOSED, ProposalState.ASKED)


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """One suggested group x instructor x venue x time; `reasons` are codes with figures."""

    id: UUID
    group_id: UUID
    village_id: UUID
    topic_id: UUID
    level: str
    instructor_id: UUID
    venue_id: UUID
    starts_at: datetime
    ends_at: datetime
    people: int
    score: float
    reasons: list[dict[str, Any]]
    alternatives: tuple[UUID, ...]
    state: str
    pinned: bool
    language: str
    proposed_at: datetime
    request_ids: tuple[UUID, ...]

    @property
    def plan(self) -> str:
        """Who, where and when, as one text: whoever changes it says which they have seen."""
        return f"{self.instructor_id} {self.venue_id} {self.starts_at.isoformat()}"


def proposal(session: Session, proposal_id: UUID) -> ProposalFacts | None:
    """One proposal, or None."""
    return next(iter(_proposals(session, Proposal.id == proposal_id)), None)


def proposals(session: Session, ids: Iterable[UUID]) -> dict[UUID, ProposalFacts]:
    """These proposals."""
    return {each.id: each for each in _proposals(session, Proposal.id.in_(set(ids)))}


def proposals_of_village(session: Session, village_id: UUID) -> list[ProposalFacts]:
    """What is proposed or being asked in a village, the earliest class first."""
    return _proposals(session, and_(LearningGroup.village_id == village_id, Proposal.state.in_(LIVE)))


def proposals_on_board(session: Session, village_id: UUID) -> list[ProposalFacts]:
    """The same without the requests behind them; one query."""
    live = and_(LearningGroup.village_id == village_id, Proposal.state.in_(LIVE))
    return _proposals(session, live, with_requests=False)


def group_requests(session: Session, group_id: UUID) -> tuple[UUID, ...]:
    """The requests that one group pools."""
    query = select(GroupRequest.request_id).where(GroupRequest.group_id == group_id, GroupRequest.active)
    return tuple(session.scalars(query.order_by(GroupRequest.request_id)))


def all_group_requests(session: Session, group_id: UUID) -> tuple[UUID, ...]:
    """The requests that one group pools or has pooled."""
    query = select(GroupRequest.request_id).where(GroupRequest.group_id == group_id)
    return tuple(session.scalars(query.order_by(GroupRequest.request_id)))


def passed_over(session: Session, group_id: UUID) -> set[UUID]:
    """Who is not asked again for the requests of a group."""
    query = select(PassedOver.instructor_id).where(PassedOver.request_id.in_(group_requests(session, group_id)))
    return set(session.scalars(query))


def refusals(session: Session) -> list[tuple[UUID, UUID, datetime]]:
    """Which request did not come to which instructor, and since when."""
    query = select(PassedOver.request_id, PassedOver.instructor_id, PassedOver.at)
    rows = session.execute(query.order_by(PassedOver.request_id, PassedOver.instructor_id))
    return [(request_id, instructor_id, at) for request_id, instructor_id, at in rows]


def counts(session: Session, village_id: UUID) -> dict[str, int]:
    """How many proposals of a village are in each state."""
    query = select(Proposal.state, func.count()).join(LearningGroup, LearningGroup.id == Proposal.group_id)
    counted = query.where(LearningGroup.village_id == village_id).group_by(Proposal.state)
    return dict(session.execute(counted).all())


def standing(session: Session) -> list[ProposalFacts]:
    """Everything that is proposed, asked, or accepted by a group that still exists."""
    agreed = and_(Proposal.state == ProposalState.ACCEPTED, LearningGroup.state == GroupState.SCHEDULED)
    return _proposals(session, or_(Proposal.state.in_(LIVE), agreed))


def reserved(session: Session, starts_at: datetime, ends_at: datetime, *, but: UUID) -> tuple[set[UUID], set[UUID]]:
    """The instructors and the venues that another proposal, asked about or kept by hand, needs within the span."""
    stands = or_(Proposal.state == ProposalState.ASKED, and_(Proposal.state == ProposalState.PROPOSED, Proposal.pinned))
    within = (Proposal.starts_at < ends_at, Proposal.ends_at > starts_at, Proposal.id != but)
    rows = session.execute(select(Proposal.instructor_id, Proposal.venue_id).where(stands, *within)).all()
    return {row.instructor_id for row in rows}, {row.venue_id for row in rows}


def _proposals(session: Session, condition: ColumnElement[bool], with_requests: bool = True) -> list[ProposalFacts]:
    group = LearningGroup
    columns = (
        Proposal.id, Proposal.group_id, group.village_id, group.topic_id, group.level, Proposal.instructor_id,
        Proposal.venue_id, Proposal.starts_at, Proposal.ends_at, Proposal.people, Proposal.score, Proposal.reasons,
        Proposal.alternatives, Proposal.state, Proposal.pinned, Proposal.language, Proposal.proposed_at,
    )  # fmt: skip
    joined = select(*columns).join(group, group.id == Proposal.group_id).where(condition)
    rows = session.execute(joined.order_by(Proposal.starts_at, Proposal.id)).all()
    members: dict[UUID, list[UUID]] = {}
    active = select(GroupRequest.group_id, GroupRequest.request_id).where(
        GroupRequest.group_id.in_([row.group_id for row in rows]), GroupRequest.active
    )
    for group_id, request_id in session.execute(active.order_by(GroupRequest.request_id)) if with_requests else ():
        members.setdefault(group_id, []).append(request_id)
    return [
        ProposalFacts(
            **dict(row._mapping)
            | {
                "alternatives": tuple(map(UUID, row.alternatives)),
                "request_ids": tuple(members.get(row.group_id, ())),
            }
        )
        for row in rows
    ]
