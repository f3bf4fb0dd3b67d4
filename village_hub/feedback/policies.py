"""Who may read what was said about a session."""

from __future__ import annotations

from sqlalchemy.orm import Session

from village_hub.activities import policies as activities
from village_hub.activities.queries import SessionFacts
from village_hub.people.queries import Account


def may_read(session: Session, account: Account | None, held: SessionFacts) -> bool:
    """The instructor, and whoever runs the activity, see what all said together."""
    return activities.may_take_attendance(session, account, held)
