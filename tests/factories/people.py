"""People for tests: small functions that go through the use cases."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from village_hub.kernel import seals
from village_hub.kernel.clock import Clock
from village_hub.kernel.passwords import PasswordHash, hash_password
from village_hub.people import queries, service
from village_hub.people.models import RoleKind
from village_hub.people.queries import Account

PASSWORD = "따뜻한-봄날-2026"

if not seals._secret:
    seals.use_secret("the tests' secret key")
_hash: list[PasswordHash] = []


def a_resident(session: Session, name: str = "김복순", **contact: str) -> Account:
    """A resident; give `email=`, `phone=` or `card_number=` to let the person sign in with `PASSWORD`."""
    password = _password_hash() if contact else None
    person_id = service.register(session, name=name, password=password, now=_now(session), **contact)
    return account_of(session, person_id)


def an_instructor(session: Session, name: str = "이재능", **contact: str) -> Account:
    """A volunteer instructor."""
    return _with_role(session, name, RoleKind.INSTRUCTOR, None, contact)


def a_manager(session: Session, village_id: UUID, name: str = "박매니저", **contact: str) -> Account:
    """A learning manager of a village."""
    return _with_role(session, name, RoleKind.LEARNING_MANAGER, village_id, contact)


def a_staff_member(session: Session, name: str = "최담당", **contact: str) -> Account:
    """Somebody of the city's staff."""
    return _with_role(session, name, RoleKind.STAFF, None, contact)


def an_operator(session: Session, name: str = "정운영", **contact: str) -> Account:
    """The operator of the installation."""
    return _with_role(session, name, RoleKind.OPERATOR, None, contact)


def account_of(session: Session, person_id: UUID) -> Account:
    """The person's account as the next request would see it."""
    account = queries.account(session, person_id, _now(session))
    assert account is not None
    return account


def _with_role(session: Session, name: str, kind: RoleKind, scope_id: UUID | None, contact: dict[str, str]) -> Account:
    person = a_resident(session, name, **contact)
    service.grant_role(session, person.id, kind, scope_id=scope_id, now=_now(session))
    return account_of(session, person.id)


def _password_hash() -> PasswordHash:
    """One hash for everybody: each takes long on purpose."""
    if not _hash:
        _hash.append(hash_password(PASSWORD))
    return _hash[0]


def _now(session: Session) -> datetime:
    clock: Clock | None = session.info.get("clock")
    return clock.now() if clock else datetime(2026, 11, 22, tzinfo=UTC)
