"""Who sees which figures."""

from __future__ import annotations

from uuid import UUID

from village_hub.kernel.errors import NotAllowed
from village_hub.people.policies import is_manager, is_staff_or_operator
from village_hub.people.queries import Account


def may_look(account: Account | None) -> bool:
    """City staff and the operator see all figures, learning managers those of their villages."""
    return is_staff_or_operator(account) or is_manager(account)


def villages_seen(account: Account) -> frozenset[UUID] | None:
    """The villages whose figures somebody sees; None means all of them."""
    if is_staff_or_operator(account):
        return None
    return frozenset(role.scope_id for role in account.roles if role.kind == "learning_manager" and role.scope_id)


def require_looking(account: Account, village_id: UUID) -> None:
    """Refuse whoever may not see this village's figures."""
    seen = villages_seen(account)
    if seen is not None and village_id not in seen:
        raise NotAllowed
