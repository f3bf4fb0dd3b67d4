"""Residents, clubs and volunteers as they were before the story begins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from village_hub.clubs import service as clubs
from village_hub.demo import names
from village_hub.demo.city import City, Neighbour, Village
from village_hub.demo.story import Story
from village_hub.demo.texts import read
from village_hub.people import service as people
from village_hub.places import service as places
from village_hub.talents import service as talents
from village_hub.villages import service as villages

#: Of a hundred residents, so many belong to a village; the others have not said where they live.
MEMBERS = 62
#: So many neighbours every village has, however small its district is.
FIRST_NEIGHBOURS = 8
#: Parts of a day in minutes: when volunteers can teach.
MORNING, AFTERNOON, EVENING = (540, 720), (780, 1080), (1110, 1260)
#: Whom volunteers teach.
ALL_LEVELS = ("beginner", "intermediate", "advanced")
#: What only a named person of the demo city teaches.
RESERVED = "040304"


def settle_residents(story: Story, city: City, number: int) -> None:
    """People who have come over two years, each to a district as large as it is, many of them into its village."""
    weights = {each.name: each.population for each in city.places.values()}
    homes = {name: [each for each in city.villages if each.place.name == name] for name in weights}
    first_homes = city.villages * FIRST_NEIGHBOURS
    minutes = sorted(story.chance.between(0, 660 * 24 * 60) for _ in range(number))
    first = story.now
    for serial, passed in enumerate(minutes, start=1):
        story.clock.moment = first + timedelta(minutes=passed)
        village = first_homes.pop() if first_homes else story.chance.one(homes[story.chance.weighted(weights)])
        decade = names.decade(story.chance, "residents")
        if serial > len(city.villages) * FIRST_NEIGHBOURS and not story.chance.happens(MEMBERS):
            people.register(
                story.session, name=names.name(story.chance, decade), now=story.now, **_contact(story, serial, decade)
            )
            continue
        village.neighbours.append(resident(story, village, serial, decade))


def resident(story: Story, village: Village, serial: int, decade: str, **known: Any) -> Neighbour:
    """One more member of the village; the oldest have a card rather than a phone, few have an e-mail address."""
    contact = known or _contact(story, serial, decade)
    called = contact.pop("name", None) or names.name(story.chance, decade)
    person_id = people.register(story.session, name=called, now=story.now, **contact)
    spread = village.place.spread
    lon, lat = village.place.at(story.chance.around(spread), story.chance.around(spread))
    places.settle(story.session, person_id, village.place.id, lon, lat, now=story.now)
    villages.join(story.session, village.id, person_id, now=story.now)
    return Neighbour(person_id, lon, lat)


def found_clubs(story: Story, city: City, number: int) -> None:
    """Every village has some clubs, no two of the same name; neighbours belong to them."""
    known = read("clubs")
    for round_ in range(number):
        village = city.villages[round_ % len(city.villages)]
        taken = {name for _, _, name, where in city.clubs if where is village}
        club = story.chance.one([each for each in known["clubs"] if each["name"] not in taken])
        lead, *others = story.chance.some(village.neighbours, story.chance.between(6, 15))
        details = clubs.ClubDetails(
            name=club["name"],
            description=club["description"],
            meets=story.chance.one(known["meets"]),
            topic_id=city.topics[club["topic"]],
        )
        founded = date(2019, 3, 2) + timedelta(days=story.chance.between(0, 1800))
        club_id = clubs.found(
            story.session, village.id, details, lead_id=lead.id, founded_on=founded, by=lead.id, now=story.now
        )
        for each in others:
            clubs.join(story.session, club_id, each.id, now=story.now)
        city.clubs.append((club_id, lead.id, club["name"], village))


def offer_talents(story: Story, city: City, number: int) -> None:
    """Volunteers offer what is often wished for more often; a few rest for some weeks."""
    everybody = [each for village in city.villages for each in village.neighbours]
    for volunteer in story.chance.some(everybody, number):
        offer(story, city, volunteer, any_subjects(story))
        if story.chance.happens(6):
            until = story.moment(story.chance.between(8, 60))
            talents.pause(story.session, volunteer.id, until=until, now=story.now)


def offer(story: Story, city: City, volunteer: Neighbour, subjects: list[str], **known: Any) -> None:
    """One volunteer's terms and the one or two things they teach."""
    chance = story.chance
    terms: dict[str, Any] = {
        "radius_m": chance.one([3000, 5000, 5000, 8000]),
        "cap_per_week": chance.one([1, 1, 2, 3]),
        "languages": ("ko", "en") if chance.happens(8) else ("ko",),
        "group_min": chance.one([1, 1, 3, 5]),
        "group_max": chance.one([8, 10, 12, 15, 20]),
    }
    weekly = known.pop("weekly", None) or _weekly(story)
    for code in subjects:
        title, description = chance.one(read("talents")[code])
        talents.offer(
            story.session,
            volunteer.id,
            topics={city.topics[code]: chance.one([("beginner",), ("beginner", "intermediate"), ALL_LEVELS])},
            weekly=weekly,
            terms=talents.Terms(lon=volunteer.lon, lat=volunteer.lat, **terms | known),
            title=title,
            description=description,
            now=story.now,
        )
        city.volunteers.setdefault(code, []).append(volunteer)


def any_subjects(story: Story) -> list[str]:
    """One or two things to teach: what is often wished for more often."""
    wished = read("wishes")
    weights = {code: 1 + wished.get(code, {"weight": 0})["weight"] for code in read("talents") if code != RESERVED}
    first = story.chance.weighted(weights)
    second = story.chance.weighted({code: weight for code, weight in weights.items() if code != first})
    return [first, second] if story.chance.happens(25) else [first]


def _contact(story: Story, serial: int, decade: str) -> dict[str, Any]:
    contact = dict[str, Any]()
    if decade == "1940" and story.chance.happens(60):
        contact["card_number"] = f"HN{serial:06}"
    elif story.chance.happens(75):
        contact["phone"] = f"010-0{serial // 10_000:03}-{serial % 10_000:04}"
    if decade >= "1960" and story.chance.happens(30):
        contact["email"] = f"neighbour{serial}@example.org"
    return contact


def _weekly(story: Story) -> list[tuple[int, int, int]]:
    """Three to five parts of the week; whoever works teaches in the evening and on Saturday."""
    parts = [MORNING, AFTERNOON] if story.chance.happens(70) else [EVENING]
    spans = [(day, *part) for day in range(5) for part in parts]
    chosen = story.chance.some(spans, story.chance.between(3, 5))
    return sorted([*chosen, (5, *MORNING)] if story.chance.happens(30) else chosen)
