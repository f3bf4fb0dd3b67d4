"""What other capabilities and the pages may know about people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from village_hub.kernel.seals import seals
from village_hub.people.models import ExternalIdentity, Person, PersonRole, SignIn
from village_hub.people.models import RoleKind as RoleKind
from village_hub.people.reading import sign_in_column, token_hash

Ids = Collection[UUID] | Select[UUID]
ScopeNames = Callable[[Session], dict[UUID, str]]
_scope_names: dict[str, ScopeNames] = {}


@dataclass(frozen=True, slots=True)
class Role:
    """A role in force; `scope_id` is the village of a learning manager."""

    kind: str
    scope_id: UUID | None


@dataclass(frozen=True, slots=True)
class Account:
    """A person as far as every request needs to know; `sign_in_id` is the device that asks, where one does."""

    id: UUID
    name: str
    locale: str
    roles: tuple[Role, ...]
    sign_in_id: UUID | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person can be reached; only for use cases that write to them or call them."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    locale: str


@dataclass(frozen=True, slots=True)
class Device:
    """A device on which a person is signed in."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Term:
    """A role with its term, for the page that grants and ends roles."""

    id: UUID
    kind: str
    scope_id: UUID | None
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A person in a list of people."""

    id: UUID
    name: str
    kinds: tuple[str, ...]


def account(session: Session, person_id: UUID, now: datetime) -> Account | None:
    """The person with the roles in force."""
    rows = session.execute(_account_query(now).where(Person.id == person_id)).all()
    return Account(rows[0].id, rows[0].name, rows[0].locale, _roles(rows)) if rows else None


def identify(session: Session, token: str, now: datetime) -> Account | None:
    """Whose device carries this token, unless the sign-in was revoked or ran out; one query."""
    query = _account_query(now).add_columns(SignIn.id.label("sign_in_id"), SignIn.seen_at)
    query = query.join(SignIn, SignIn.person_id == Person.id).where(SignIn.token_hash == token_hash(token))
    rows = session.execute(query.where(SignIn.revoked_at.is_(None), SignIn.expires_at > now)).all()
    if not rows:
        return None
    first = rows[0]
    return Account(first.id, first.name, first.locale, _roles(rows), first.sign_in_id, first.seen_at)


def ended_sign_ins(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these sign-ins no longer hold."""
    now = session.info["clock"].now()
    lasting = select(SignIn.id).where(SignIn.id.in_(ids), SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    return set(ids) - set(session.scalars(lasting))


def names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The people's names by their ids."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def holders(session: Session, kind: str, scope_id: UUID | None, now: datetime) -> list[UUID]:
    """Who holds the role in this scope today; with no scope, who holds it anywhere."""
    query = select(PersonRole.person_id).where(PersonRole.kind == kind, _in_force(now)).distinct()
    if scope_id is not None:
        query = query.where(PersonRole.scope_id == scope_id)
    return list(session.scalars(query.order_by(PersonRole.person_id)))


def named_holders(session: Session, kind: str, scope_id: UUID, now: datetime) -> dict[UUID, str]:
    """Who holds the role in this scope today, with the names, the longest in office first; one query."""
    query = select(Person.id, Person.name).join(PersonRole).where(PersonRole.kind == kind, _in_force(now))
    rows = session.execute(query.where(PersonRole.scope_id == scope_id).order_by(PersonRole.starts_at, Person.id))
    return {row.id: row.name for row in rows}


def scopes_held(session: Session, kind: str, now: datetime) -> set[UUID]:
    """The scopes in which somebody holds the role today, such as the villages that have a learning manager."""
    query = select(PersonRole.scope_id).where(PersonRole.kind == kind, _in_force(now)).distinct()
    return {scope_id for scope_id in session.scalars(query) if scope_id is not None}


def contacts(session: Session, ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """How these people can be reached."""
    query = select(Person.id, Person.name, Person.email, Person.phone_sealed, Person.locale)
    rows = session.execute(query.where(Person.id.in_(set(ids))))
    return {row.id: Contact(row.id, row.name, row.email, _phone(row.phone_sealed), row.locale) for row in rows}


def names_and_phones(
    session: Session, ids: Iterable[UUID], call: Collection[UUID]
) -> tuple[dict[UUID, str], dict[UUID, str | None]]:
    """The names of these people, and the numbers of those among them who are to be called; one query."""
    query = select(Person.id, Person.name, Person.phone_sealed).where(Person.id.in_({*ids, *call}))
    rows = session.execute(query).all()
    return {row.id: row.name for row in rows}, {row.id: _phone(row.phone_sealed) for row in rows if row.id in call}


def devices(session: Session, person_id: UUID, now: datetime) -> list[Device]:
    """Where the person is signed in, the last used device first."""
    query = (
        select(SignIn.id, SignIn.device, SignIn.created_at, SignIn.seen_at)
        .where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.seen_at.desc(), SignIn.id)
    )
    return [Device(*row) for row in session.execute(query)]


def is_linked(session: Session, person_id: UUID) -> bool:
    """Whether the person can sign in through the provider."""
    return session.scalar(select(ExternalIdentity.subject).where(ExternalIdentity.person_id == person_id)) is not None


def has_password(session: Session, person_id: UUID) -> bool:
    """Whether the person signs in with a password."""
    return session.scalar(select(Person.password_hash).where(Person.id == person_id)) is not None


def named(session: Session, ids: Ids, letters: str = "", limit: int = 50) -> dict[UUID, str]:
    """Those of these people whose name contains the letters, by name; `ids` may be a query of another room."""
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    wanted = query.where(Person.name.icontains(" ".join(letters.split()), autoescape=True))
    rows = session.execute(wanted.order_by(Person.name, Person.id).limit(limit))
    return {row.id: row.name for row in rows}


def known_as(session: Session, login: str) -> dict[UUID, str]:
    """The person with exactly this e-mail address, phone or card number; empty where there is none."""
    column, value = sign_in_column(login)
    rows = session.execute(select(Person.id, Person.name).where(getattr(Person, column) == value))
    return {row.id: row.name for row in rows}


def search(session: Session, name: str, now: datetime, limit: int = 50) -> list[Found]:
    """People whose name contains these letters, with the roles in force."""
    wanted = " ".join(name.split())
    if not wanted:
        return []
    found = session.execute(
        select(Person.id, Person.name)
        .where(Person.name.icontains(wanted, autoescape=True))
        .order_by(Person.name, Person.id)
        .limit(limit)
    ).all()
    kinds: dict[UUID, list[str]] = {row.id: [] for row in found}
    roles = select(PersonRole.person_id, PersonRole.kind).where(PersonRole.person_id.in_(kinds), _in_force(now))
    for person_id, kind in session.execute(roles.distinct()):
        kinds[person_id].append(kind)
    return [Found(row.id, row.name, _in_order(kinds[row.id])) for row in found]


def terms(session: Session, person_id: UUID, now: datetime) -> list[Term]:
    """The person's roles in force with their terms."""
    query = select(PersonRole.id, PersonRole.kind, PersonRole.scope_id, PersonRole.starts_at, PersonRole.ends_at)
    rows = session.execute(
        query.where(PersonRole.person_id == person_id, _in_force(now)).order_by(PersonRole.starts_at)
    )
    return [Term(*row) for row in rows]


def demo_people(session: Session) -> list[Found]:
    """The people of the demo city who stand on the development sign-in page: those with a DEMO card."""
    query = select(Person.id, Person.name, PersonRole.kind).outerjoin(PersonRole)
    rows = session.execute(query.where(Person.card_number.startswith("DEMO-")).order_by(Person.card_number))
    found: dict[UUID, tuple[str, list[str]]] = {}
    for row in rows:
        found.setdefault(row.id, (row.name, []))[1].append(row.kind)
    return [Found(id, name, _in_order(filter(None, kinds))) for id, (name, kinds) in found.items()]


def name_scopes(kind: str, read: ScopeNames) -> None:
    """Let a later capability say which scopes a role can have, such as the villages of learning managers."""
    _scope_names[kind] = read


def scopes(session: Session, kind: str) -> dict[UUID, str]:
    """The scopes that a role of this kind can have, by id."""
    read = _scope_names.get(kind)
    return read(session) if read else {}


def _account_query(now: datetime) -> Select[*tuple[Any, ...]]:
    in_force = and_(PersonRole.person_id == Person.id, _in_force(now))
    person = select(Person.id, Person.name, Person.locale, PersonRole.kind, PersonRole.scope_id)
    return person.outerjoin(PersonRole, in_force).order_by(PersonRole.starts_at, PersonRole.id)


def _roles(rows: Sequence[Row[Any]]) -> tuple[Role, ...]:
    return tuple(Role(row.kind, row.scope_id) for row in rows if row.kind is not None)


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(PersonRole.starts_at <= now, or_(PersonRole.ends_at.is_(None), PersonRole.ends_at > now))


def _in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    held = set(kinds)
    return tuple(kind for kind in RoleKind if kind in held)


def _phone(sealed: str | None) -> str | None:
    return seals().unseal(sealed, "phone") if sealed else None
