"""Who may do what with one activity."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.activities.queries import ActivityFacts, SessionFacts
from village_hub.clubs import policies as clubs
from village_hub.clubs import queries as club_queries
from village_hub.kernel.errors import NotAllowed
from village_hub.people.policies import manages
from village_hub.people.queries import Account
from village_hub.villages import queries as villages

#: Villages that a page of the whole city listens to: a socket hears fifty streams.
MOST_VILLAGES = 40


def may_plan(session: Session, account: Account | None, village_id: UUID | None, club_id: UUID | None = None) -> bool:
    """A village's managers and the city's staff plan activities, and a club's leads those of their club."""
    if manages(account, village_id):
        return True
    if club_id is None or not clubs.leads(session, account, club_id):
        return False
    club = club_queries.club(session, club_id)
    return club is not None and club.village_id == village_id


def may_run(session: Session, account: Account | None, activity: ActivityFacts | SessionFacts) -> bool:
    """Whoever may plan it changes it and calls it off."""
    return may_plan(session, account, activity.village_id, activity.club_id)


def may_take_attendance(session: Session, account: Account | None, activity: ActivityFacts | SessionFacts) -> bool:
    """Whoever may run it sits at the desk, and the instructor."""
    teaches = account is not None and activity.instructor_id == account.id
    return teaches or may_run(session, account, activity)


def audiences(account: Account | None, activity: SessionFacts) -> list[str]:
    """The streams that say what changes around a session, of those that this person may hear."""
    board = activity.village_id if manages(account, activity.village_id) else None
    named = {"activity": activity.activity_id, "board": board, "club": activity.club_id}
    return [f"{audience}:{key}" for audience, key in named.items() if key]


def announcements(session: Session, village_id: UUID | None) -> list[str]:
    """The streams of what is announced in a village, or anywhere in the city."""
    if village_id:
        return [f"village:{village_id}"]
    return ["city", *(f"village:{each.id}" for each in villages.villages(session)[:MOST_VILLAGES])]


def require_planning(session: Session, account: Account | None, village_id: UUID | None, club_id: UUID | None) -> None:
    """Refuse whoever may not plan activities there."""
    if not may_plan(session, account, village_id, club_id):
        raise NotAllowed


def require_running(session: Session, account: Account | None, activity: ActivityFacts | SessionFacts) -> None:
    """Refuse whoever may not change the activity."""
    if not may_run(session, account, activity):
        raise NotAllowed


def require_attendance(session: Session, account: Account | None, activity: ActivityFacts | SessionFacts) -> None:
    """Refuse whoever may not sit at the desk."""
    if not may_take_attendance(session, account, activity):
        raise NotAllowed
