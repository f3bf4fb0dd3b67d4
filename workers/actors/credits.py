"""What volunteers earn when a session is finished."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from village_hub.activities.events import SessionCompleted
from village_hub.credits import service
from workers.actor import actor


@actor
def award(session: Session, event: SessionCompleted, *, now: datetime) -> None:
    service.award(session, event.session_id, now=now)
