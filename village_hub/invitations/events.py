"""Facts about invitations, and their deadline."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event
from village_hub.kernel.jobs import Timer


@dataclass(frozen=True)
class InvitationIssued(Event, type="invitation.issued", stream="invitation:{invitation_id}"):
    invitation_id: UUID
    instructor_id: UUID
    group_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class InvitationAccepted(Event, type="invitation.accepted", stream="invitation:{invitation_id}"):
    invitation_id: UUID
    proposal_id: UUID
    group_id: UUID
    instructor_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class InvitationDeclined(Event, type="invitation.declined", stream="invitation:{invitation_id}"):
    invitation_id: UUID
    group_id: UUID
    instructor_id: UUID
    village_id: UUID
    reason: str


@dataclass(frozen=True)
class InvitationExpired(Event, type="invitation.expired", stream="invitation:{invitation_id}"):
    invitation_id: UUID
    group_id: UUID
    instructor_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class InvitationWithdrawn(Event, type="invitation.withdrawn", stream="invitation:{invitation_id}"):
    """The question is no longer needed: somebody else was faster, or the group is gone."""

    invitation_id: UUID
    group_id: UUID
    instructor_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class OtherTimeProposed(Event, type="invitation.other_time_proposed", stream="invitation:{invitation_id}"):
    invitation_id: UUID
    group_id: UUID
    instructor_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class GroupWithoutInstructor(Event, type="group.without_instructor", stream="group:{group_id}"):
    """Everybody who could teach this group was asked; now its learning manager looks after it."""

    group_id: UUID
    village_id: UUID


@dataclass(frozen=True)
class InvitationDeadline(Timer, type="invitation.deadline"):
    invitation_id: UUID
