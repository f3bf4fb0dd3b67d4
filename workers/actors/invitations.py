"""Asking by itself, and what happens when time runs out or a group is gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.invitations import service
from village_hub.invitations.events import InvitationDeadline
from village_hub.matching.events import GroupDissolved, MatchProposed
from workers.actor import actor


@actor
def ask_if_village_wants(session: Session, event: MatchProposed, *, now: datetime) -> None:
    service.ask_if_village_wants(session, event.proposal_id, now=now)


@actor
def withdraw_all(session: Session, event: GroupDissolved, *, now: datetime) -> None:
    service.withdraw_all(session, event.group_id, now=now)


@actor
def expire(session: Session, timer: InvitationDeadline, *, now: datetime) -> None:
    service.expire(session, timer.invitation_id, now=now)
