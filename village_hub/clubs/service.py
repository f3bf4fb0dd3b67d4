"""Founding, joining, leading and closing learning clubs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from village_hub.clubs import queries
from village_hub.clubs.errors import (
    ClubIsClosed,
    ClubNameTaken,
    LeadMustBeMember,
    LeadMustHandOver,
    NoSuchClub,
    NotInClub,
)
from village_hub.clubs.events import ClubChanged, ClubClosed, ClubFounded, ClubJoined, ClubLeadNamed, ClubLeft
from village_hub.clubs.models import Club, ClubMember
from village_hub.kernel.db import insert_new
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.signals import emit


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubDetails:
    """What a club says about itself."""

    name: str
    description: str = ""
    meets: str = ""
    topic_id: UUID | None = None


def found(
    session: Session,
    village_id: UUID,
    details: ClubDetails,
    *,
    lead_id: UUID,
    founded_on: date,
    by: UUID | None = None,
    now: datetime,
) -> UUID:
    """Residents of a village go on learning together, led by one of them."""
    club_id = new_id(session)
    values = {"id": club_id, "village_id": village_id, "founded_on": founded_on, "closed_on": None}
    if insert_new(session, Club, values | _columns(details)) == 0:
        raise ClubNameTaken
    record(session, ClubFounded(club_id, village_id), now=now, by=by)
    _add(session, club_id, village_id, lead_id, is_lead=True, by=by, now=now)
    _tell(session, club_id, village_id, "club.founded")
    return club_id


def change(session: Session, club_id: UUID, details: ClubDetails, *, by: UUID, now: datetime) -> None:
    """A lead or a manager says something else about the club."""
    club = _locked(session, club_id)
    others = queries.clubs_of_village(session, club.village_id)
    if any(each.name == details.name and each.id != club_id for each in others):
        raise ClubNameTaken
    for name, value in _columns(details).items():
        setattr(club, name, value)
    if not session.is_modified(club):
        return
    session.flush()
    record(session, ClubChanged(club_id, club.village_id), now=now, by=by)
    _tell(session, club_id, club.village_id, "club.changed")


def join(session: Session, club_id: UUID, person_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """A person belongs to the club from now on; joining again changes nothing."""
    club = _locked(session, club_id)
    if _add(session, club_id, club.village_id, person_id, is_lead=False, by=by, now=now):
        _tell(session, club_id, club.village_id, "club.joined")


def leave(session: Session, club_id: UUID, person_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """A person no longer belongs to the club; its only lead hands over first, unless nobody else is left."""
    club = _locked(session, club_id)
    members = queries.members(session, club_id)
    if not any(each.person_id == person_id for each in members):
        raise NotInClub
    others = [each for each in members if each.person_id != person_id]
    if others and not any(each.is_lead for each in others):
        raise LeadMustHandOver
    mine = (ClubMember.club_id == club_id, ClubMember.person_id == person_id, ClubMember.until.is_(None))
    session.execute(update(ClubMember).where(*mine).values(until=now))
    record(session, ClubLeft(club_id, club.village_id, person_id), now=now, by=by or person_id)
    _tell(session, club_id, club.village_id, "club.left")


def name_lead(session: Session, club_id: UUID, person_id: UUID, *, by: UUID, now: datetime) -> None:
    """A member leads the club from now on, in place of whoever led it."""
    club = _locked(session, club_id)
    if not queries.belongs(session, club_id, person_id):
        raise LeadMustBeMember
    active = (ClubMember.club_id == club_id, ClubMember.until.is_(None))
    session.execute(update(ClubMember).where(*active).values(is_lead=ClubMember.person_id == person_id))
    record(session, ClubLeadNamed(club_id, club.village_id, person_id), now=now, by=by)
    _tell(session, club_id, club.village_id, "club.lead_named")
    emit(session, f"person:{person_id}", "club.lead_named", {"id": str(club_id)})


def close(session: Session, club_id: UUID, *, on: date, by: UUID, now: datetime) -> None:
    """A club ends; its name is free again in the village."""
    club = _locked(session, club_id)
    club.closed_on = on
    session.flush()
    record(session, ClubClosed(club_id, club.village_id), now=now, by=by)
    _tell(session, club_id, club.village_id, "club.closed")


def tell_of_name(session: Session, person_id: UUID) -> None:
    """A member is called otherwise, of a club that has closed too."""
    mine = select(ClubMember.club_id).where(ClubMember.person_id == person_id, ClubMember.until.is_(None))
    for each in session.scalars(select(Club).where(Club.id.in_(mine))):
        _tell(session, each.id, each.village_id, "club.changed")


def _locked(session: Session, club_id: UUID) -> Club:
    """The club, open and changed by nobody else: whoever comes second sees what the first has done."""
    lock(session, f"club:{club_id}")
    club = session.get(Club, club_id, populate_existing=True)
    if club is None:
        raise NoSuchClub
    if club.closed_on is not None:
        raise ClubIsClosed
    return club


def _add(
    session: Session, club_id: UUID, village_id: UUID, person_id: UUID, *, is_lead: bool, by: UUID | None, now: datetime
) -> bool:
    values = {"id": new_id(session), "club_id": club_id, "person_id": person_id, "is_lead": is_lead, "since": now}
    if insert_new(session, ClubMember, values | {"until": None}) == 0:
        return False
    record(session, ClubJoined(club_id, village_id, person_id), now=now, by=by or person_id)
    return True


def _columns(details: ClubDetails) -> dict[str, object]:
    return {
        "name": details.name,
        "description": details.description,
        "meets": details.meets,
        "topic_id": details.topic_id,
    }


def _tell(session: Session, club_id: UUID, village_id: UUID, type: str) -> None:
    """The public streams say which club changed, never who."""
    for audience in (f"club:{club_id}", f"village:{village_id}", f"board:{village_id}"):
        emit(session, audience, type, {"id": str(club_id)})
