"""Reads of villages: who belongs, who is to be called, which village answers for a district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, cast, func, literal, null, select
from sqlalchemy.orm import Session

from village_hub.people import queries as people
from village_hub.places import queries as places
from village_hub.villages import models
from village_hub.villages.errors import NoVillageYet


@dataclass(frozen=True, slots=True)
class VillageFacts:
    id: UUID
    name: str
    name_en: str
    district_id: UUID
    phone: str
    asks_automatically: bool
    greeting: str
    founded_on: date
    municipality_id: UUID

    def called(self, locale: str) -> str:
        """The village's name in the reader's language."""
        return self.name_en if locale.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Centre:
    """A base centre; `venue_id` where it is also a room that can be taken."""

    id: UUID
    name: str
    phone: str
    district_id: UUID
    venue_id: UUID | None


@dataclass(frozen=True, slots=True)
class ToCall:
    """Whom one can call about a village."""

    names: tuple[str, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class Reachable:
    """A village of a person, or a base centre (then `village_id` is None), with its number."""

    village_id: UUID | None
    name: str
    name_en: str
    phone: str

    def called(self, locale: str) -> str:
        """The name in the reader's language."""
        return self.name_en if locale.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class ManagerTerm:
    """A learning manager's running term; `ends_at` is None where it has no end."""

    person_id: UUID
    name: str
    ends_at: datetime | None


def village(session: Session, village_id: UUID) -> VillageFacts | None:
    """One village, or None."""
    row = session.execute(_villages().where(models.Village.id == village_id)).one_or_none()
    return VillageFacts(*row) if row else None


def villages(session: Session) -> list[VillageFacts]:
    """Every village, by name."""
    return [VillageFacts(*row) for row in session.execute(_villages().order_by(models.Village.name))]


def villages_of(session: Session, person_id: UUID) -> list[VillageFacts]:
    """The villages a person belongs to, the longest first."""
    member = models.VillageMembership
    query = (
        _villages()
        .join(member, member.village_id == models.Village.id)
        .where(member.person_id == person_id, member.until.is_(None))
        .order_by(member.since, models.Village.name)
    )
    return [VillageFacts(*row) for row in session.execute(query)]


def reachable(session: Session, person_id: UUID | None) -> list[Reachable]:
    """Whom a person can call: their villages, the longest first, then the base centres; one query."""
    each, member, centre = models.Village, models.VillageMembership, models.BaseCentre
    mine = (
        select(each.id, each.name, each.name_en, each.phone, member.since)
        .join(member, member.village_id == each.id)
        .where(member.person_id == person_id, member.until.is_(None))
    )
    nobodys, never = cast(null(), each.id.type), cast(null(), member.since.type)
    centres = select(nobodys, centre.name, literal(""), centre.phone, never).where(centre.phone != "")
    found = mine.union_all(centres).subquery()
    rows = session.execute(select(found).order_by(found.c.id.is_(None), found.c.since, found.c.name))
    return [Reachable(*row[:4]) for row in rows]


def village_for(session: Session, district_id: UUID) -> UUID:
    """The village that answers for a district: the oldest one in it, else the one of the nearest district."""
    village = models.Village
    oldest = select(village.district_id, village.id).order_by(village.founded_on.desc(), village.name.desc())
    founded = dict(session.execute(oldest).all())
    if district_id in founded:
        return founded[district_id]
    centres = {each.id: each for each in places.districts(session)}
    here = centres.get(district_id)
    if here is None or not founded:
        raise NoVillageYet
    there = places.nearest_district((centres[each] for each in founded), here.lon, here.lat)
    assert there is not None
    return founded[there.id]


def member_counts(session: Session) -> dict[UUID, int]:
    """How many people belong to each village; villages without members are left out."""
    member = models.VillageMembership
    query = select(member.village_id, func.count()).where(member.until.is_(None)).group_by(member.village_id)
    return dict(session.execute(query).all())


def is_member(session: Session, village_id: UUID, person_id: UUID) -> bool:
    """Whether a person belongs to a village now."""
    member = models.VillageMembership
    query = select(member.id).where(
        member.village_id == village_id, member.person_id == person_id, member.until.is_(None)
    )
    return session.execute(query).first() is not None


def members(session: Session, village_id: UUID) -> list[UUID]:
    """Who belongs to a village now, in the order of joining."""
    member = models.VillageMembership
    query = select(member.person_id).where(member.village_id == village_id, member.until.is_(None))
    return list(session.scalars(query.order_by(member.since, member.id)))


def named_members(session: Session, village_id: UUID, letters: str = "") -> dict[UUID, str]:
    """Members whose name contains the letters, by name; the first fifty."""
    member = models.VillageMembership
    ids = select(member.person_id).where(member.village_id == village_id, member.until.is_(None))
    return people.named(session, ids, letters)


def managers(session: Session, village_id: UUID, now: datetime) -> list[UUID]:
    """The learning managers of a village whose term is running."""
    return people.holders(session, "learning_manager", village_id, now)


def to_call(session: Session, village: VillageFacts, now: datetime) -> ToCall:
    """The people one can call about a village, and its number."""
    named = people.named_holders(session, "learning_manager", village.id, now)
    return ToCall(tuple(named.values()), village.phone)


def manager_terms(session: Session, village_id: UUID, now: datetime) -> list[ManagerTerm]:
    """The running terms of a village's learning managers, for the page that appoints them."""
    ids = managers(session, village_id, now)
    known = people.names(session, ids)
    terms = {each: people.terms(session, each, now) for each in ids}
    return [
        ManagerTerm(each, known.get(each, ""), term.ends_at)
        for each in ids
        for term in terms[each]
        if term.scope_id == village_id
    ]


def base_centres(session: Session) -> list[Centre]:
    """Every base centre, by name."""
    each = models.BaseCentre
    query = select(each.id, each.name, each.phone, each.district_id, each.venue_id).order_by(each.name)
    return [Centre(*row) for row in session.execute(query)]


def centre_for(session: Session, district_id: UUID) -> Centre | None:
    """The base centre nearest to a district."""
    districts = {each.id: each for each in places.districts(session)}
    here = districts.get(district_id)
    near = {each.district_id: each for each in reversed(base_centres(session)) if each.district_id in districts}
    if here is None:
        return None
    there = places.nearest_district((districts[each] for each in near), here.lon, here.lat)
    return near[there.id] if there else None


def _villages() -> Select[*tuple[Any, ...]]:
    each = models.Village
    return select(
        each.id, each.name, each.name_en, each.district_id, each.phone, each.asks_automatically, each.greeting,
        each.founded_on, each.municipality_id,
    )  # fmt: skip
