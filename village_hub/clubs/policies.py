"""Who may do what with one club."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.clubs import queries
from village_hub.clubs.queries import ClubFacts
from village_hub.kernel.errors import NotAllowed
from village_hub.people.policies import manages
from village_hub.people.queries import Account


def leads(session: Session, account: Account | None, club_id: UUID) -> bool:
    """Whether this person leads the club."""
    return account is not None and queries.leads(session, club_id, account.id)


def may_found(account: Account | None, village_id: UUID) -> bool:
    """The village's managers and the city's staff found clubs."""
    return manages(account, village_id)


def may_change(session: Session, account: Account | None, club: ClubFacts) -> bool:
    """A club's lead, its village's managers and the city's staff change it."""
    return manages(account, club.village_id) or leads(session, account, club.id)


def require_founding(account: Account | None, village_id: UUID) -> None:
    """Refuse whoever may not found clubs in the village."""
    if not may_found(account, village_id):
        raise NotAllowed


def require_changing(session: Session, account: Account | None, club: ClubFacts) -> None:
    """Refuse whoever may not change the club."""
    if not may_change(session, account, club):
        raise NotAllowed
