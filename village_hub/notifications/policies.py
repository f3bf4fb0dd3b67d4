"""Who tells people of a village on the phone."""

from __future__ import annotations

from uuid import UUID

from village_hub.kernel.errors import NotAllowed
from village_hub.people.policies import manages
from village_hub.people.queries import Account


def require_calling(account: Account | None, village_id: UUID | None) -> None:
    """The village's learning managers and city staff see phone numbers and call."""
    if not manages(account, village_id):
        raise NotAllowed
