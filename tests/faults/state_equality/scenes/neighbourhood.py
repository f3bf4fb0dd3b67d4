"""Villages, clubs, places and people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from tests.factories import places as place_factory
from tests.factories.people import PASSWORD
from tests.faults.state_equality.scenes.scene import scene
from tests.faults.state_equality.town import Town
from village_hub.clubs import service as clubs
from village_hub.clubs.models import Club
from village_hub.clubs.service import ClubDetails
from village_hub.kernel.passwords import hash_password
from village_hub.people import service as people
from village_hub.people.models import PersonRole, SignIn
from village_hub.places import service as places
from village_hub.places.models import District
from village_hub.topics import service as topics
from village_hub.villages import service as villages

PROVIDER = "https://id.village.example"


@scene
def neighbours_leave_the_village_and_come_back(town: Town) -> None:
    for each in (town.city.resident, town.city.neighbours[0]):
        town.do(villages.leave, town.city.village, each)
        town.do(villages.join, town.city.village, each)
    town.do(villages.join, town.city.village, town.city.volunteers[0])


@scene
def the_village_greets_anew(town: Town) -> None:
    said = {"greeting": "반가워요.", "phone": "031-790-4321"}
    town.do(villages.change_settings, town.city.village, **said, by=town.city.manager)


@scene
def a_neighbour_manages_for_a_while(town: Town) -> None:
    town.do(villages.appoint_manager, town.city.village, town.city.neighbours[0], by=town.city.staff)
    town.do(villages.end_manager, town.city.village, town.city.neighbours[0], by=town.city.staff)


@scene
def a_second_village_and_a_centre_open(town: Town) -> None:
    where = {
        "municipality_id": town.do(place_factory.a_municipality),
        "district_id": town.one(sa.select(District.id).where(District.name == "미사1동")),
    }
    town.do(villages.found, **where, name="감일 배움마을", founded_on=date(2026, 11, 1), by=town.city.staff)
    town.do(villages.open_centre, **where, name="미사 거점센터", phone="031-790-5555")


@scene
def a_club_is_founded_and_led_by_another(town: Town) -> None:
    lead, other = town.city.resident, town.city.neighbours[0]
    details, founded_on = ClubDetails(name="책 읽는 저녁"), date(2026, 11, 1)
    club = town.do(clubs.found, town.city.village, details, lead_id=lead, founded_on=founded_on, by=town.city.manager)
    town.do(clubs.change, club, ClubDetails(name="책 읽는 밤", meets="매주 화요일"), by=lead)
    town.do(clubs.join, club, other)
    town.do(clubs.name_lead, club, other, by=lead)
    town.do(clubs.leave, club, lead)
    town.do(clubs.join, town.city.club, lead)


@scene
def a_club_closes(town: Town) -> None:
    club = town.one(sa.select(Club.id).where(Club.id != town.city.club))
    town.do(clubs.close, club, on=date(2026, 11, 30), by=town.city.manager)


@scene
def a_room_is_added_and_changed(town: Town) -> None:
    details = places.VenueDetails(name="감일 사랑방", address="하남시 감일로 1", lon=127.16, lat=37.51)
    venue = town.do(places.add_venue, details, by=town.city.staff)
    told = town.just(places.venue_details, venue)
    assert told == details
    changed = places.VenueDetails(name="감일 사랑방", room="2층", address="하남시 감일로 1", lon=127.16, lat=37.51)
    town.do(places.change_venue, venue, changed, by=town.city.staff)
    for each in town.city.venues:
        renamed = _renamed(town.just(places.venue_details, each))
        town.do(places.change_venue, each, renamed, by=town.city.staff)


@scene
def a_district_is_called_otherwise(town: Town) -> None:
    known = town.one(sa.select(District.municipality_id).where(District.name == "미사1동"))
    code = town.one(sa.select(District.code).where(District.name == "미사1동"))
    said = {"municipality_id": known, "code": code, "name": "미사동", "valid_from": date(2026, 11, 1)}
    town.do(places.upsert_district, **said, lon=127.19, lat=37.56)
    town.do(places.settle, town.city.neighbours[0], town.one(sa.select(District.id).where(District.name == "미사동")))
    town.do(place_factory.a_municipality, name="하남특별시")
    town.do(place_factory.a_venue, capacity=30)


@scene
def somebody_joins_and_is_known_elsewhere(town: Town) -> None:
    newcomer = town.do(people.register, name="이새봄", card_number="2026112201")
    town.do(people.rename, newcomer, name="이봄", locale="en")
    town.do(people.rename, town.city.neighbours[0], name="박영수님", locale="ko")
    town.do(people.change_password, newcomer, password=hash_password(PASSWORD), keep=None)
    town.just(people.check_password, newcomer, PASSWORD)
    card = {"card_number": "2026112202", "password": hash_password(PASSWORD)}
    town.do(villages.welcome, town.city.village, name="최카드", **card, by=town.city.manager)
    town.do(people.register_identity, PROVIDER, "one", name="오하나")
    town.do(people.link_identity, newcomer, PROVIDER, "two")
    assert town.just(people.identity_owner, PROVIDER, "two") == newcomer


@scene
def somebody_signs_in_and_out(town: Town) -> None:
    here = {"login": "manager@village.example", "address": "192.0.2.1"}
    town.do(people.note_attempt, **here)
    assert _recognised(town, here["login"]) == town.city.manager
    town.do(people.forget_attempts, **here)
    town.do(people.open_sign_in, town.city.manager, device="Chrome, Android")
    device = town.one(sa.select(SignIn.id).where(SignIn.device == "Chrome, Android"))
    town.do(people.note_use, device)
    town.do(people.revoke, device, by=town.city.manager)
    town.do(people.open_sign_in, town.city.manager, device="Safari, iPhone")
    first = town.one(sa.select(SignIn.id).where(SignIn.person_id == town.city.manager).order_by(SignIn.created_at))
    town.do(people.revoke_others, town.city.manager, keep=first)


@scene
def roles_are_given_and_end(town: Town) -> None:
    for kind in ("staff", "operator", "instructor"):
        role = town.do(people.grant_role, town.city.neighbours[0], kind, by=town.city.operator)
        town.do(people.end_role, role, by=town.city.operator)
    assert town.all(sa.select(PersonRole.id))


@scene
def the_topics_are_brought_up_to_date(town: Town) -> None:
    town.do(topics.load_taxonomy)


def _renamed(details: places.VenueDetails) -> places.VenueDetails:
    return replace(details, name=f"새 {details.name}")


def _recognised(town: Town, login: str) -> UUID:
    return town.just(people.recognise, login, PASSWORD)
