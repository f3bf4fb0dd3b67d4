"""Reads of clubs and their members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from village_hub.clubs import models
from village_hub.people import queries as people


@dataclass(frozen=True, slots=True)
class ClubFacts:
    """A club; `members` is how many belong to it now."""

    id: UUID
    village_id: UUID
    name: str
    description: str
    meets: str
    topic_id: UUID | None
    founded_on: date
    closed_on: date | None
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    person_id: UUID
    name: str
    is_lead: bool
    since: datetime


def club(session: Session, club_id: UUID) -> ClubFacts | None:
    """One club, also one that has ended, or None."""
    row = session.execute(_clubs().where(models.Club.id == club_id)).one_or_none()
    return ClubFacts(*row) if row else None


def clubs_of_village(session: Session, village_id: UUID) -> list[ClubFacts]:
    """The clubs of a village that go on, by name."""
    open_here = (models.Club.village_id == village_id, models.Club.closed_on.is_(None))
    return [ClubFacts(*row) for row in session.execute(_clubs().where(*open_here).order_by(models.Club.name))]


def clubs_of(session: Session, person_id: UUID) -> list[ClubFacts]:
    """The clubs that a person belongs to, by name."""
    member = models.ClubMember
    mine = select(member.club_id).where(member.person_id == person_id, member.until.is_(None))
    query = _clubs().where(models.Club.id.in_(mine), models.Club.closed_on.is_(None)).order_by(models.Club.name)
    return [ClubFacts(*row) for row in session.execute(query)]


def members(session: Session, club_id: UUID) -> list[Member]:
    """Who belongs to a club now, its leads first, then in the order of joining."""
    member = models.ClubMember
    query = (
        select(member.person_id, member.is_lead, member.since)
        .where(member.club_id == club_id, member.until.is_(None))
        .order_by(member.is_lead.desc(), member.since, member.id)
    )
    rows = session.execute(query).all()
    names = people.names(session, (row.person_id for row in rows))
    return [Member(row.person_id, names.get(row.person_id, ""), row.is_lead, row.since) for row in rows]


def leads(session: Session, club_id: UUID, person_id: UUID) -> bool:
    """Whether a person leads a club now."""
    return person_id in _people(session, club_id, models.ClubMember.is_lead)


def belongs(session: Session, club_id: UUID, person_id: UUID) -> bool:
    """Whether a person belongs to a club now."""
    return person_id in _people(session, club_id)


def _clubs() -> Select[*tuple[Any, ...]]:
    each, member = models.Club, models.ClubMember
    count = (
        select(func.count()).where(member.club_id == each.id, member.until.is_(None)).correlate(each).scalar_subquery()
    )
    return select(
        each.id, each.village_id, each.name, each.description, each.meets, each.topic_id, each.founded_on,
        each.closed_on, count,
    )  # fmt: skip


def _people(session: Session, club_id: UUID, *also: Any) -> list[UUID]:
    member = models.ClubMember
    query = select(member.person_id).where(member.club_id == club_id, member.until.is_(None), *also)
    return list(session.scalars(query))
