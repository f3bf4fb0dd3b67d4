"""What happens to people's accounts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from village_hub.kernel.events import Event


@dataclass(frozen=True)
class PersonRegistered(Event, type="person.registered", stream="person:{person_id}"):
    person_id: UUID


@dataclass(frozen=True)
class PersonRenamed(Event, type="person.renamed", stream="person:{person_id}"):
    person_id: UUID


@dataclass(frozen=True)
class RoleGranted(Event, type="role.granted", stream="person:{person_id}"):
    person_id: UUID
    kind: str
    scope_id: UUID | None


@dataclass(frozen=True)
class RoleEnded(Event, type="role.ended", stream="person:{person_id}"):
    person_id: UUID
    kind: str
    scope_id: UUID | None


@dataclass(frozen=True)
class IdentityLinked(Event, type="identity.linked", stream="person:{person_id}"):
    person_id: UUID
    issuer: str


@dataclass(frozen=True)
class SignInRevoked(Event, type="sign_in.revoked", stream="person:{person_id}"):
    sign_in_id: UUID
    person_id: UUID
