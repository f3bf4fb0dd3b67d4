"""What follows for activities when others say yes, and when time passes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.activities import service as activities
from village_hub.activities.events import SessionOver
from village_hub.invitations.events import InvitationAccepted
from workers.actor import actor


@actor
def schedule_from_invitation(session: Session, event: InvitationAccepted, *, now: datetime) -> None:
    activities.schedule_from_invitation(session, event.invitation_id, now=now)


@actor
def finish_when_over(session: Session, timer: SessionOver, *, now: datetime) -> None:
    activities.finish_when_over(session, timer.session_id, now=now)
