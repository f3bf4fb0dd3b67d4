"""Who may do what with one village."""

from __future__ import annotations

from uuid import UUID

from village_hub.kernel.errors import NotAllowed
from village_hub.people.policies import is_staff, manages
from village_hub.people.queries import Account


def may_run(account: Account | None, village_id: UUID) -> bool:
    """The village's managers and the city's staff change its settings and see its board."""
    return manages(account, village_id)


def may_appoint(account: Account | None) -> bool:
    """The city's staff appoint managers and end their terms."""
    return is_staff(account)


def require_running(account: Account | None, village_id: UUID) -> None:
    """Refuse whoever does not run the village."""
    if not may_run(account, village_id):
        raise NotAllowed
