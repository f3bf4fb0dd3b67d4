"""Founding, joining and leading learning villages."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from village_hub.kernel.db import insert_new
from village_hub.kernel.events import lock, record
from village_hub.kernel.ids import new_id
from village_hub.kernel.passwords import PasswordHash
from village_hub.kernel.signals import emit
from village_hub.people import queries as people
from village_hub.people import service as people_service
from village_hub.places import service as places
from village_hub.villages import queries
from village_hub.villages.errors import (
    AlreadyManager,
    NameTaken,
    NoSuchPerson,
    NoSuchVillage,
    NotAManager,
    NotAMember,
    TermEndsBeforeItStarts,
)
from village_hub.villages.events import (
    AskingChosen,
    ManagerAppointed,
    ManagerTermEnded,
    VillageChanged,
    VillageFounded,
    VillageJoined,
    VillageLeft,
)
from village_hub.villages.models import BaseCentre, Village, VillageMembership

MANAGER = "learning_manager"


def found(
    session: Session,
    *,
    municipality_id: UUID,
    district_id: UUID,
    name: str,
    name_en: str = "",
    greeting: str = "",
    phone: str = "",
    asks_automatically: bool = False,
    founded_on: date,
    now: datetime,
    by: UUID | None = None,
) -> UUID:
    """A neighbourhood becomes a learning village; its name is its own within the city."""
    village_id = new_id(session)
    values = {
        "id": village_id,
        "municipality_id": municipality_id,
        "district_id": district_id,
        "name": name,
        "name_en": name_en,
        "greeting": greeting,
        "phone": phone,
        "asks_automatically": asks_automatically,
        "founded_on": founded_on,
    }
    if insert_new(session, Village, values) == 0:
        raise NameTaken
    record(session, VillageFounded(village_id, district_id), now=now, by=by)
    places.tell(session)
    return village_id


def open_centre(
    session: Session, *, municipality_id: UUID, district_id: UUID, name: str, phone: str, venue_id: UUID | None = None
) -> UUID:
    """An area has a base centre; opening the one of the same name again brings its particulars up to date."""
    known = (BaseCentre.municipality_id == municipality_id, BaseCentre.name == name)
    centre = session.scalars(select(BaseCentre).where(*known)).one_or_none() or BaseCentre(id=new_id(session))
    centre.municipality_id, centre.district_id, centre.name = municipality_id, district_id, name
    centre.phone, centre.venue_id = phone, venue_id
    session.add(centre)
    session.flush()
    places.tell(session)
    return centre.id


def join(session: Session, village_id: UUID, person_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """A person belongs to the village from now on; joining again changes nothing."""
    _village(session, village_id)
    values = {"id": new_id(session), "village_id": village_id, "person_id": person_id, "since": now, "until": None}
    if insert_new(session, VillageMembership, values) == 0:
        return
    record(session, VillageJoined(village_id, person_id), now=now, by=by or person_id)
    _tell(session, village_id, "village.joined")
    emit(session, f"person:{person_id}", "village.joined", {"id": str(village_id)})


def welcome(
    session: Session, village_id: UUID, *, name: str, card_number: str, password: PasswordHash, by: UUID, now: datetime
) -> UUID:
    """A manager makes a card for somebody without e-mail and phone, who belongs to the village from then on."""
    person_id = people_service.register(session, name=name, card_number=card_number, password=password, now=now)
    join(session, village_id, person_id, by=by, now=now)
    return person_id


def leave(session: Session, village_id: UUID, person_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """A person no longer belongs to the village."""
    mine = (VillageMembership.village_id == village_id, VillageMembership.person_id == person_id)
    ended = session.execute(update(VillageMembership).where(*mine, VillageMembership.until.is_(None)).values(until=now))
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAMember
    record(session, VillageLeft(village_id, person_id), now=now, by=by or person_id)
    _tell(session, village_id, "village.left")
    emit(session, f"person:{person_id}", "village.left", {"id": str(village_id)})


def change_settings(session: Session, village_id: UUID, *, greeting: str, phone: str, by: UUID, now: datetime) -> None:
    """A manager says how the village greets and which number it answers."""
    village = _village(session, village_id)
    if (village.greeting, village.phone) == (greeting, phone):
        return
    village.greeting, village.phone = greeting, phone
    record(session, VillageChanged(village_id), now=now, by=by)
    _tell(session, village_id, "village.changed")
    places.tell(session)


def choose_asking(session: Session, village_id: UUID, automatically: bool, *, by: UUID, now: datetime) -> None:
    """A manager lets instructors be asked as soon as a match is found, or wants to approve first."""
    village = _village(session, village_id)
    if village.asks_automatically == automatically:
        return
    village.asks_automatically = automatically
    record(session, AskingChosen(village_id, automatically), now=now, by=by)
    emit(session, f"board:{village_id}", "village.asking_chosen", {"id": str(village_id)})


def appoint_manager(
    session: Session, village_id: UUID, person_id: UUID, *, until: datetime | None = None, by: UUID, now: datetime
) -> None:
    """Somebody becomes a learning manager of the village, for a term where one is given."""
    lock(session, f"village:{village_id}")
    _village(session, village_id)
    if until is not None and until <= now:
        raise TermEndsBeforeItStarts
    if not people.names(session, [person_id]):
        raise NoSuchPerson
    if person_id in queries.managers(session, village_id, now):
        raise AlreadyManager
    people_service.grant_role(session, person_id, MANAGER, scope_id=village_id, now=now, until=until, by=by)
    record(session, ManagerAppointed(village_id, person_id, until), now=now, by=by)
    _tell(session, village_id, "village.manager_appointed")
    emit(session, f"person:{person_id}", "village.manager_appointed", {"id": str(village_id)})


def end_manager(session: Session, village_id: UUID, person_id: UUID, *, by: UUID, now: datetime) -> None:
    """Somebody's term as a learning manager of the village ends now."""
    lock(session, f"village:{village_id}")
    if person_id not in queries.managers(session, village_id, now):
        raise NotAManager
    for term in people.terms(session, person_id, now):
        if (term.kind, term.scope_id) == (MANAGER, village_id):
            people_service.end_role(session, term.id, now=now, by=by)
    record(session, ManagerTermEnded(village_id, person_id), now=now, by=by)
    _tell(session, village_id, "village.manager_term_ended")
    emit(session, f"person:{person_id}", "village.manager_term_ended", {"id": str(village_id)})


def tell_of_name(session: Session) -> None:
    """Somebody is called otherwise: any board may name them."""
    for each in queries.villages(session):
        emit(session, f"board:{each.id}", "person.called")


def _village(session: Session, village_id: UUID) -> Village:
    village = session.get(Village, village_id)
    if village is None:
        raise NoSuchVillage
    return village


def _tell(session: Session, village_id: UUID, type: str) -> None:
    """The public stream says that something changed, never who."""
    for audience in ("village", "board"):
        emit(session, f"{audience}:{village_id}", type, {"id": str(village_id)})
