"""Rules, requests, volunteers and rooms as the engine reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from village_hub.learning_requests import queries as learning_requests
from village_hub.matching import engine
from village_hub.matching.queries.calendar import SLOTS_A_DAY, Calendar, Weekly
from village_hub.places import queries as places
from village_hub.talents import queries as talents

#: The engine counts levels, people name them; 0 fits every level.
LEVELS = learning_requests.LEVELS
#: Weights that become a wish's own priority.
OF_WISHES = ("unreached_district", "first_time")


def engine_rules(rules: learning_requests.Rules) -> engine.Rules:
    """The rulebook as the engine reads it; a wish's priority is counted in served people already."""
    weights: dict[str, Any] = {name: value for name, value in rules.weights.items() if name not in OF_WISHES}
    return engine.Rules(
        minimum_group=rules.minimum_group,
        maximum_group=rules.maximum_group,
        length_slots=rules.length_minutes // 30,
        start_step_slots=max(1, rules.start_step_minutes // 30),
        weights=engine.Weights(**weights, priority=1.0),
    )


def wish(
    each: learning_requests.Wish, calendar: Calendar, waited: int, origin: engine.Point, priority: float
) -> engine.Wish:
    """A request as the engine reads it."""
    return engine.Wish(
        id=str(each.id),
        topic=str(each.topic_id),
        point=engine.project(each.lon, each.lat, origin),
        reach_m=each.reach_m,
        slots=calendar.slots(each.weekly, each.from_date, each.until_date),
        level=LEVELS.index(each.level),
        people=each.people,
        languages=frozenset({each.language}),
        needs=frozenset(each.needs),
        waiting_days=waited,
        priority=priority,
        venue=str(each.venue_id) if each.venue_id else None,
    )


def instructor(
    each: talents.Offer,
    calendar: Calendar,
    taken: Mapping[UUID, set[int]],
    agreed: Mapping[tuple[UUID, int], int],
    origin: engine.Point,
) -> engine.Instructor:
    """A volunteer as the engine reads them; `agreed` counts sessions by person and week of the calendar."""
    weeks = range(-(-calendar.days // 7))
    return engine.Instructor(
        id=str(each.person_id),
        topics={str(topic): frozenset(map(LEVELS.index, levels)) for topic, levels in each.topics.items()},
        slots=calendar.slots(each.weekly) - taken.get(each.person_id, set()),
        point=engine.project(each.lon, each.lat, origin),
        radius_m=each.radius_m,
        cap_per_week=each.cap_per_week,
        taken_per_week={week: agreed[each.person_id, week] for week in weeks if (each.person_id, week) in agreed},
        languages=frozenset(each.languages),
        group_min=each.group_min,
        group_max=each.group_max,
    )


def venue(
    each: places.VenueFacts,
    calendar: Calendar,
    hours: Mapping[UUID, Weekly],
    taken: Mapping[UUID, set[int]],
    largest: int,
    origin: engine.Point,
) -> engine.Venue:
    """A room whose hours nobody knows serves only those who name it as their own place."""
    known = hours.get(each.id, ())
    open_slots = calendar.slots(known) if known else frozenset(range(calendar.days * SLOTS_A_DAY))
    return engine.Venue(
        id=str(each.id),
        point=engine.project(each.lon, each.lat, origin),
        slots=open_slots - taken.get(each.id, set()),
        capacity=each.capacity or largest,
        features=frozenset(each.features),
        private=not known or not each.active,
    )
