"""The ground the story stands on: districts with their dates, rooms, topics, villages and base centres."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import hypot
from typing import Any
from uuid import UUID

from village_hub.demo.city import METRES_PER_DEGREE, City, Place, Room, Village
from village_hub.demo.story import Story
from village_hub.demo.texts import read
from village_hub.places import service as places
from village_hub.topics import queries as topics
from village_hub.topics import service as topics_service
from village_hub.villages import service as villages

#: The first file that attests the districts' names.
ATTESTED = date(2021, 4, 1)
#: The widest that people live around the middle of a district, in metres.
WIDEST = 900


def lay(story: Story, operator: UUID) -> City:
    """The city with its districts, its topics and its rooms; nobody lives in it yet."""
    known = read("districts")
    municipality = places.upsert_municipality(story.session, **known["municipality"]).id
    spread = _spreads(known["districts"])
    city = City(
        municipality,
        operator,
        _topics(story),
        {each["name"]: _district(story, municipality, each, spread[each["name"]]) for each in known["districts"]},
    )
    for site in read("venues")["sites"]:
        city.rooms += _rooms(story, city, site)
    return city


def found_villages(story: Story, city: City, manager_of: Callable[[str], UUID]) -> None:
    """The learning villages, each with a learning manager who lives there, and the base centres."""
    for number, each in enumerate(read("villages")["villages"]):
        values = {name: each[name] for name in ("name", "name_en", "greeting")}
        place, phone = city.places[each["district"]], f"031-000-{4101 + number}"
        manager = manager_of(each["name"])
        village_id = villages.found(
            story.session,
            municipality_id=city.municipality,
            district_id=place.id,
            phone=phone,
            asks_automatically=each.get("asks_automatically", False),
            founded_on=date.fromisoformat(each["founded_on"]),
            now=story.now,
            by=city.operator,
            **values,
        )
        places.settle(story.session, manager, place.id, now=story.now)
        villages.join(story.session, village_id, manager, now=story.now)
        villages.appoint_manager(story.session, village_id, manager, by=city.operator, now=story.now)
        city.villages.append(Village(village_id, each["name"], place, phone, manager))
    for number, each in enumerate(read("villages")["centres"]):
        villages.open_centre(
            story.session,
            municipality_id=city.municipality,
            district_id=city.places[each["district"]].id,
            name=each["name"],
            phone=f"031-000-{4001 + number}",
        )


def _topics(story: Story) -> dict[str, UUID]:
    topics_service.load_taxonomy(story.session)
    return {each.code: each.id for each in topics.topics(story.session, "ko")}


def _district(story: Story, municipality: UUID, each: dict[str, Any], spread: int) -> Place:
    """A district that has had another name is written down under both, each with its days."""
    names = [(each.get("formerly", each["name"]), ATTESTED)]
    if "since" in each:
        names.append((each["name"], date.fromisoformat(each["since"])))
    for name, valid_from in names:
        written = places.upsert_district(
            story.session,
            municipality_id=municipality,
            code=each["code"],
            name=name,
            valid_from=valid_from,
            lon=each["lon"],
            lat=each["lat"],
            population=each["population"],
            population_over_65=each["over_65"],
            now=story.now,
        )
    return Place(written.id, each["name"], each["lon"], each["lat"], spread, each["population"])


def _spreads(districts: list[dict[str, Any]]) -> dict[str, int]:
    """Up to half the way to the next district's middle, so that hardly anybody lives on the wrong side."""

    def metres(one: dict[str, Any], other: dict[str, Any]) -> float:
        return METRES_PER_DEGREE * hypot((one["lon"] - other["lon"]) * 0.793, one["lat"] - other["lat"])

    return {
        one["name"]: min(WIDEST, int(min(metres(one, other) for other in districts if other is not one) / 2))
        for one in districts
    }


def _rooms(story: Story, city: City, site: dict[str, Any]) -> list[Room]:
    place = city.places[site["district"]]
    hours = tuple(map(tuple, read("venues")["hours"][site["hours"]]))
    lon, lat = place.at(*site["at"])
    written = []
    for room, capacity, equipment in site["rooms"]:
        details = places.VenueDetails(
            name=site["name"],
            room=room,
            kind=site["kind"],
            address=site["address"],
            lon=lon,
            lat=lat,
            municipality_id=city.municipality,
            district_id=place.id,
            capacity=capacity,
            features=tuple(site["features"]),
            equipment=tuple(equipment),
            fee_text=site.get("fee", "무료"),
            hours=hours,
        )
        source = f"demo:{site['name']}:{room}"
        venue_id = places.upsert_venue(story.session, source, details, now=story.now, by=city.operator).id
        written.append(
            Room(venue_id, place.name, site["kind"], capacity, " ".join(equipment), tuple(map(tuple, hours)))
        )
    return written
