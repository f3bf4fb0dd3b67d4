"""Who may do what, as far as roles decide it."""

from __future__ import annotations

from typing import TypeGuard
from uuid import UUID

from village_hub.people.models import RoleKind
from village_hub.people.queries import Account


def signed_in(account: Account | None) -> TypeGuard[Account]:
    """Somebody who is signed in."""
    return account is not None


def is_instructor(account: Account | None) -> bool:
    """A volunteer instructor."""
    return _is(account, RoleKind.INSTRUCTOR)


def is_manager(account: Account | None) -> bool:
    """A learning manager of any village."""
    return _is(account, RoleKind.LEARNING_MANAGER)


def is_staff(account: Account | None) -> bool:
    """City staff."""
    return _is(account, RoleKind.STAFF)


def is_operator(account: Account | None) -> bool:
    """The operator of this installation."""
    return _is(account, RoleKind.OPERATOR)


def is_staff_or_operator(account: Account | None) -> bool:
    """City staff or the operator."""
    return _is(account, RoleKind.STAFF, RoleKind.OPERATOR)


def manages(account: Account | None, village_id: UUID | None) -> bool:
    """A learning manager of this village, or city staff."""
    if account is None:
        return False
    own = any(role.kind == RoleKind.LEARNING_MANAGER and role.scope_id == village_id for role in account.roles)
    return is_staff(account) or (own and village_id is not None)


def may_grant(account: Account | None, kind: str) -> bool:
    """The operator gives and ends every role, city staff those of learning managers and instructors."""
    if is_operator(account):
        return True
    return is_staff(account) and kind in (RoleKind.LEARNING_MANAGER, RoleKind.INSTRUCTOR)


def _is(account: Account | None, *kinds: RoleKind) -> bool:
    return account is not None and any(role.kind in kinds for role in account.roles)
