"""Registering, signing in on devices, and holding roles for a term."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from village_hub.kernel.db import insert_new
from village_hub.kernel.doorbell import REVOKED
from village_hub.kernel.errors import DomainError, NotFound
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import Ids, new_id, new_secret
from village_hub.kernel.passwords import PasswordHash, is_password
from village_hub.kernel.seals import seals
from village_hub.kernel.signals import emit
from village_hub.people import reading
from village_hub.people.errors import (
    CardNumberTaken,
    CardNumberUnreadable,
    ContactTaken,
    ContactUnreadable,
    IdentityLinkedElsewhere,
    LastOperator,
    NameMissing,
    RoleNeedsScope,
    TooManyAttempts,
    WrongPassword,
    WrongSignIn,
)
from village_hub.people.events import (
    IdentityLinked,
    PersonRegistered,
    PersonRenamed,
    RoleEnded,
    RoleGranted,
    SignInRevoked,
)
from village_hub.people.models import ExternalIdentity, Person, PersonRole, RoleKind, SignIn, SignInAttempt

#: A device stays signed in for this long after it was last used.
LASTING = timedelta(days=30)
#: The use of a device is noted at most this often.
NOTED_EVERY = timedelta(hours=1)
#: Tries are counted over this long: per person and address, per person, per address.
COUNTED_FOR = timedelta(minutes=15)
PER_PERSON_AND_ADDRESS, PER_PERSON, PER_ADDRESS = 5, 20, 60


def register(
    session: Session,
    *,
    name: str,
    email: str | None = None,
    phone: str | None = None,
    card_number: str | None = None,
    password: PasswordHash | None = None,
    locale: str = "ko",
    now: datetime,
) -> UUID:
    """A person joins as a resident; e-mail, phone and card number each belong to one person only."""
    values = _contact_values(email, phone, card_number)
    called = reading.person_name(name)
    if not called:
        raise NameMissing
    person_id = new_id(session)
    person = {"id": person_id, "name": called, "password_hash": password, "locale": locale, "created_at": now}
    if insert_new(session, Person, person | values) == 0:
        raise _taken(session, values)
    record(session, PersonRegistered(person_id), now=now, by=person_id)
    grant_role(session, person_id, RoleKind.RESIDENT, now=now, by=person_id)
    return person_id


def draw_card(ids: Ids) -> tuple[str, str]:
    """A new card's number and password, in digits that can be read aloud.

    Seven digits that do not begin with 0 are never taken for a phone number.
    """
    return str(1_000_000 + ids.below(9_000_000)), f"{ids.below(100_000_000):08}"


def rename(session: Session, person_id: UUID, *, name: str, locale: str, now: datetime) -> None:
    """A person changes the name and the language that pages and letters use."""
    called = reading.person_name(name)
    if not called:
        raise NameMissing
    session.execute(update(Person).where(Person.id == person_id).values(name=called, locale=locale))
    record(session, PersonRenamed(person_id), now=now, by=person_id)
    emit(session, f"person:{person_id}", "person.renamed")


def note_attempt(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Count a try before it is carried out; raises TooManyAttempts with the minutes to wait."""
    login_hash, address_hash = _attempt_hashes(login, address)
    for shard in sorted({"login:" + login_hash[:2], "address:" + address_hash[:2]}):
        lock(session, f"sign-in-attempts:{shard}")
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - COUNTED_FOR))
    by_login, by_address = SignInAttempt.login_hash == login_hash, SignInAttempt.address_hash == address_hash
    limits = ((and_(by_login, by_address), PER_PERSON_AND_ADDRESS), (by_login, PER_PERSON), (by_address, PER_ADDRESS))
    for which, limit in limits:
        oldest = session.scalar(
            select(SignInAttempt.at).where(which).order_by(SignInAttempt.at.desc()).offset(limit - 1).limit(1)
        )
        if oldest is not None:
            wait = oldest + COUNTED_FOR - now
            raise TooManyAttempts(minutes=max(1, -(-wait // timedelta(minutes=1))))
    session.add(SignInAttempt(id=new_id(session), login_hash=login_hash, address_hash=address_hash, at=now))


def recognise(session: Session, login: str, password: str) -> UUID:
    """Whose e-mail, phone or card number and password these are; slow on purpose, so call it outside a write."""
    column, value = reading.sign_in_column(login)
    found = session.execute(select(Person.id, Person.password_hash).where(getattr(Person, column) == value)).first()
    if not is_password(found.password_hash if found else None, password) or found is None:
        raise WrongSignIn
    return found.id  # type: ignore[no-any-return]


def check_password(session: Session, person_id: UUID, password: str) -> None:
    """Raises WrongPassword where this is not the person's; slow on purpose, so call it outside a write."""
    kept = session.scalar(select(Person.password_hash).where(Person.id == person_id))
    if not is_password(kept, password):
        raise WrongPassword


def change_password(
    session: Session, person_id: UUID, password: PasswordHash, *, keep: UUID | None, now: datetime
) -> None:
    """From now on only the new password counts; every other device is signed out, whoever holds it."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password))
    revoke_others(session, person_id, keep=keep, now=now)


def forget_attempts(session: Session, login: str, address: str) -> None:
    """A person who got in from here starts counting anew."""
    login_hash, address_hash = _attempt_hashes(login, address)
    mine = and_(SignInAttempt.login_hash == login_hash, SignInAttempt.address_hash == address_hash)
    session.execute(delete(SignInAttempt).where(mine))


def open_sign_in(session: Session, person_id: UUID, *, now: datetime, device: str = "") -> str:
    """A recognised person is signed in on a device; returns the new secret that the device keeps."""
    token = new_secret(session)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at < now - LASTING))
    session.add(
        SignIn(
            id=new_id(session), token_hash=reading.token_hash(token), person_id=person_id, device=device[:80],
            created_at=now, seen_at=now, expires_at=now + LASTING,
        )
    )  # fmt: skip
    session.flush()
    return token


def note_use(session: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """A device that is used stays signed in."""
    live = and_(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    session.execute(update(SignIn).where(live).values(seen_at=now, expires_at=now + LASTING))


def revoke(session: Session, sign_in_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """A device is signed out, its open pages too; a person (`by`) can do this for their own devices only."""
    whose = session.scalar(select(SignIn.person_id).where(SignIn.id == sign_in_id))
    if whose is None or by not in (None, whose):
        raise NotFound
    ended = update(SignIn).where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None)).values(revoked_at=now)
    if session.execute(ended).rowcount != 1:  # type: ignore[attr-defined]
        return
    record(session, SignInRevoked(sign_in_id, whose), now=now, by=by)
    session.info["rings"].add((REVOKED, str(sign_in_id)))


def revoke_others(session: Session, person_id: UUID, *, keep: UUID | None, now: datetime) -> int:
    """A person signs out everywhere but here; returns on how many devices."""
    live = and_(SignIn.person_id == person_id, SignIn.revoked_at.is_(None), SignIn.expires_at > now)
    others = list(session.scalars(select(SignIn.id).where(live, SignIn.id != keep).order_by(SignIn.id)))
    for sign_in_id in others:
        revoke(session, sign_in_id, now=now, by=person_id)
    return len(others)


def identity_owner(session: Session, issuer: str, subject: str) -> UUID | None:
    """The person who signs in as this subject of this provider."""
    identity = session.get(ExternalIdentity, (issuer, subject))
    return identity.person_id if identity else None


def register_identity(
    session: Session, issuer: str, subject: str, *, name: str, locale: str = "ko", now: datetime
) -> UUID:
    """Somebody comes from a provider: the same subject is the same person, a new one joins as a resident."""
    _lock_identity(session, issuer, subject)
    known = identity_owner(session, issuer, subject)
    if known is not None:
        return known
    person_id = register(session, name=name, locale=locale, now=now)
    _link(session, person_id, issuer, subject, now=now)
    return person_id


def link_identity(session: Session, person_id: UUID, issuer: str, subject: str, *, now: datetime) -> None:
    """A signed-in person adds a provider's sign-in to the account."""
    _lock_identity(session, issuer, subject)
    known = identity_owner(session, issuer, subject)
    if known is None:
        _link(session, person_id, issuer, subject, now=now)
    elif known != person_id:
        raise IdentityLinkedElsewhere


def grant_role(
    session: Session,
    person_id: UUID,
    kind: str,
    *,
    scope_id: UUID | None = None,
    now: datetime,
    until: datetime | None = None,
    by: UUID | None = None,
) -> UUID:
    """A person holds a role in a scope, until a moment or for good; granting it again changes nothing."""
    if RoleKind(kind) is RoleKind.LEARNING_MANAGER and scope_id is None:
        raise RoleNeedsScope
    if session.scalar(select(Person.id).where(Person.id == person_id)) is None:
        raise NotFound
    lock(session, f"person:{person_id}")
    held = session.scalar(
        select(PersonRole.id).where(
            PersonRole.person_id == person_id,
            PersonRole.kind == kind,
            PersonRole.scope_id == scope_id if scope_id else PersonRole.scope_id.is_(None),
            _unended(now),
        )
    )
    if held is not None:
        return held
    role = PersonRole(
        id=new_id(session), person_id=person_id, kind=str(kind), scope_id=scope_id, starts_at=now, ends_at=until
    )
    session.add(role)
    session.flush()
    record(session, RoleGranted(person_id, role.kind, scope_id), now=now, by=by)
    _tell(session, role, "role.granted")
    return role.id


def end_role(session: Session, role_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """A role ends now; somebody must stay the operator."""
    role = session.get(PersonRole, role_id)
    if role is None:
        raise NotFound
    if role.kind == RoleKind.OPERATOR:
        lock(session, "operators")
        # Whoever waited here came with a moment at which a role that ended meanwhile was still held.
        now = max(now, session.info["clock"].now())
        others = select(func.count()).where(
            PersonRole.kind == role.kind, PersonRole.person_id != role.person_id, _unended(now)
        )
        if session.scalar(others) == 0:
            raise LastOperator
    lock(session, f"person:{role.person_id}")
    ended = update(PersonRole).where(PersonRole.id == role_id, _unended(now)).values(ends_at=now)
    if session.execute(ended).rowcount == 1:  # type: ignore[attr-defined]
        record(session, RoleEnded(role.person_id, role.kind, role.scope_id), now=now, by=by)
        _tell(session, role, "role.ended")


def _tell(session: Session, role: PersonRole, type: str) -> None:
    """Whoever holds the role sees another menu; the city's staff see who manages which village."""
    emit(session, f"person:{role.person_id}", type)
    if role.kind == RoleKind.LEARNING_MANAGER:
        emit(session, "staff", type)


def _contact_values(email: str | None, phone: str | None, card: str | None) -> dict[str, str]:
    values: dict[str, str] = {}
    if email:
        address = reading.email_address(email)
        if address is None:
            raise ContactUnreadable
        values["email"] = address
    if phone:
        number = reading.phone_number(phone)
        if number is None:
            raise ContactUnreadable
        values["phone_hash"] = seals().fingerprint(number, "phone")
        values["phone_sealed"] = seals().seal(number, "phone")
    if card:
        if reading.sign_in_column(card)[0] != "card_number" or not reading.card_number(card):
            raise CardNumberUnreadable
        values["card_number"] = reading.card_number(card)
    return values


def _taken(session: Session, values: dict[str, str]) -> DomainError:
    card = values.get("card_number")
    is_card = card and session.scalar(select(Person.id).where(Person.card_number == card)) is not None
    return CardNumberTaken() if is_card else ContactTaken()


def _attempt_hashes(login: str, address: str) -> tuple[str, str]:
    column, value = reading.sign_in_column(login)
    return seals().fingerprint(f"{column}:{value}", "login"), seals().fingerprint(reading.plain(address), "address")


def _lock_identity(session: Session, issuer: str, subject: str) -> None:
    lock(session, f"identities:{reading.token_hash(f'{issuer} {subject}')[:2]}")


def _link(session: Session, person_id: UUID, issuer: str, subject: str, *, now: datetime) -> None:
    session.add(ExternalIdentity(issuer=issuer, subject=subject, person_id=person_id, linked_at=now))
    session.flush()
    record(session, IdentityLinked(person_id, issuer), now=now, by=person_id)


def _unended(now: datetime) -> ColumnElement[bool]:
    return or_(PersonRole.ends_at.is_(None), PersonRole.ends_at > now)
