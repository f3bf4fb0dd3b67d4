"""Who may see, change and answer a learning request."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from village_hub.learning_requests.queries import RequestFacts
from village_hub.people.policies import is_manager, is_staff, manages
from village_hub.people.queries import Account


def manages_some_village(account: Account | None) -> bool:
    """A learning manager of any village, or city staff; which village it is about is asked of each thing."""
    return is_manager(account) or is_staff(account)


def may_see(account: Account | None, request: RequestFacts, members: Collection[UUID]) -> bool:
    """Those who are part of it, its learning manager and city staff."""
    return account is not None and (account.id in members or manages(account, request.village_id))


def may_withdraw(account: Account | None, request: RequestFacts) -> bool:
    """The requester, or the learning manager for them."""
    return account is not None and (account.id == request.requester_id or manages(account, request.village_id))


def may_answer(account: Account | None, request: RequestFacts) -> bool:
    """The learning manager and city staff."""
    return manages(account, request.village_id)
