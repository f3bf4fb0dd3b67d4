"""The city in which a simulation plays: the demo city's ground, with neighbours and volunteers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from village_hub.demo import ground, names, population
from village_hub.demo.city import City
from village_hub.demo.story import ZONE, Story
from village_hub.demo.texts import read
from village_hub.learning_requests import queries as learning_requests
from village_hub.learning_requests import service as learning_requests_service
from village_hub.people import service as people
from village_hub.places import service as places_service
from village_hub.simulation.draws import beta, chance
from village_hub.simulation.rates import Rates
from village_hub.talents import queries as talents
from village_hub.villages import service as villages

#: Midnight in Korea before the first day, a Monday.
BEGINS = datetime(2026, 1, 5, tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Temper:
    """How an instructor answers: shares of yes and no, and the mean hours until an answer."""

    accepts: float
    declines: float
    hours: float


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that both modes share; `story` stands at the beginning of the first day."""

    story: Story
    city: City
    seed: int
    days: int
    rates: Rates
    rules: learning_requests.Rules
    tempers: Mapping[UUID, Temper]
    #: How often each instructor wants to teach in a week.
    caps: Mapping[UUID, int]

    @property
    def zone(self) -> ZoneInfo:
        return ZONE

    def moment(self, day: int, minutes: int) -> datetime:
        """So many minutes after the midnight with which a day of the simulation begins."""
        midnight = datetime.combine(BEGINS.astimezone(ZONE).date() + timedelta(days=day), time(), ZONE)
        return (midnight + timedelta(minutes=minutes)).astimezone(UTC)


def settle(session: Session, *, seed: int, days: int, rates: Rates, rules: dict[str, Any]) -> Town:
    """Build the city in an empty database; every village asks its instructors by itself."""
    clock = session.info["clock"]
    clock.moment = BEGINS - timedelta(days=1)
    story = Story(session, clock, chance(seed, "town"), BEGINS + timedelta(days=days))
    operator = people.register(session, name="운영자", now=story.now)
    people.grant_role(session, operator, "operator", now=story.now)
    city = ground.lay(story, operator)
    places_service.settle(session, operator, next(iter(city.places.values())).id, now=story.now)
    ground.found_villages(story, city, lambda village: people.register(session, name=village, now=story.now))
    for village in city.villages:
        villages.choose_asking(session, village.id, True, by=village.manager, now=story.now)
    learning_requests_service.set_rules(session, valid_from=date(2025, 1, 1), rules=rules)
    _move_in(story, city, rates.residents)
    _offer(story, city, rates.volunteers)
    session.flush()
    caps = {each.person_id: each.cap_per_week for each in talents.offers(session, story.now)}
    clock.moment = BEGINS
    return Town(
        story, city, seed, days, rates, learning_requests.rules(session, story.now),
        {each: _temper(rates, seed, each) for each in caps}, caps,
    )  # fmt: skip


def _move_in(story: Story, city: City, number: int) -> None:
    homes = {name: [each for each in city.villages if each.place.name == name] for name in city.places}
    weights = {name: city.places[name].population for name, found in homes.items() if found}
    for serial in range(number):
        village = story.chance.one(homes[story.chance.weighted(weights)])
        decade = names.decade(story.chance, "residents")
        known = {"name": names.name(story.chance, decade)}
        village.neighbours.append(population.resident(story, village, serial, decade, **known))


def _offer(story: Story, city: City, number: int) -> None:
    everybody = [each for village in city.villages for each in village.neighbours]
    for volunteer in story.chance.some(everybody, number):
        population.offer(story, city, volunteer, population.any_subjects(story))


def _temper(rates: Rates, seed: int, instructor_id: UUID) -> Temper:
    draw = chance(seed, "temper", instructor_id)
    accepts = beta(draw, rates.accepts, rates.alike)
    return Temper(accepts, (1 - accepts) * rates.declines, rates.answer_hours * float(draw.weighted(rates.speeds)))


def topic_weights() -> dict[str, int]:
    """How often each topic is wished for: the demo city's list, which is assumed."""
    return {code: each["weight"] for code, each in read("wishes").items() if code in read("talents")}
