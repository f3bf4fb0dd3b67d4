"""Cities unlike the usual one: what a search that was tuned on one kind of city may stumble over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tests.benchmarks.large_cities import CITY, PARTS, Size, a_city_in_dayparts
from village_hub.matching.engine import Point, Problem, Venue, Weights, Wish

DAYS, WEEKEND = 7, (5, 6)
TOWNS = 5


def clustered_towns(seed: int, size: Size = CITY) -> Problem:
    """Everybody and every room in five towns that nobody leaves on foot."""
    city, chance = a_city_in_dayparts(size, seed=seed), np.random.default_rng(seed)
    towns = chance.uniform(0, 6_000 * size.span_km, (TOWNS, 2))

    def moved(_: Point) -> Point:
        east, north = towns[chance.integers(TOWNS)] + chance.normal(0, 300, 2)
        return float(east), float(north)

    return replace(
        city,
        wishes=tuple(replace(one, point=moved(one.point)) for one in city.wishes),
        venues=tuple(replace(one, point=moved(one.point)) for one in city.venues),
        instructors=tuple(replace(one, point=moved(one.point)) for one in city.instructors),
    )


def one_topic(seed: int, size: Size = CITY) -> Problem:
    """One topic that everybody wants and half of the instructors teach."""
    city = a_city_in_dayparts(size, seed=seed)
    return replace(
        city,
        wishes=tuple(replace(one, topic="topic 0") for one in city.wishes),
        instructors=tuple(
            replace(one, topics={"topic 0": frozenset({0})}) if row % 2 else one
            for row, one in enumerate(city.instructors)
        ),
    )


def no_weekends(seed: int, size: Size = CITY) -> Problem:
    """Nobody who wants to learn has time on a Saturday or a Sunday."""
    city = a_city_in_dayparts(size, seed=seed)

    def weekdays(slots: frozenset[int]) -> frozenset[int]:
        return frozenset(slot for slot in slots if slot % PARTS // (PARTS // DAYS) not in WEEKEND)

    return replace(city, wishes=tuple(replace(one, slots=weekdays(one.slots)) for one in city.wishes))


def giant_venue(seed: int, size: Size = CITY) -> Problem:
    """One hall that is always open and that everybody reaches, beside the usual rooms."""
    city, middle = a_city_in_dayparts(size, seed=seed), 500.0 * size.span_km
    hall = Venue(id="hall", point=(middle, middle), slots=frozenset(range(4 * PARTS)), capacity=5_000)
    far = 1_500.0 * size.span_km
    return replace(city, venues=(*city.venues, hall), wishes=tuple(replace(one, reach_m=far) for one in city.wishes))


def ties(seed: int, size: Size = CITY) -> Problem:
    """Nobody has waited, nobody comes first, all are alone and no way costs anything."""
    city = a_city_in_dayparts(size, seed=seed)
    equal = Weights(class_cost=3.0, travel_per_km=0.0, walking=0.0, later_per_day=0.0, load=0.0)
    wishes = tuple(replace(one, waiting_days=0, priority=0.0, people=1) for one in city.wishes)
    return replace(city, wishes=wishes, rules=replace(city.rules, weights=equal))


def one_short(seed: int, size: Size = CITY) -> Problem:
    """Circles of neighbours, each one person short of the smallest group."""
    city, short = a_city_in_dayparts(size, seed=seed), 4
    leaders = city.wishes[::short]

    def joined(row: int, one: Wish) -> Wish:
        leader = leaders[row // short]
        return replace(leader, id=one.id, people=1, only_with=f"circle {row // short}")

    return replace(city, wishes=tuple(joined(row, one) for row, one in enumerate(city.wishes)))


ODD: dict[str, Callable[[int], Problem]] = {
    "clustered towns": clustered_towns, "one topic": one_topic, "no weekends": no_weekends,
    "giant venue": giant_venue, "ties": ties, "one short": one_short,
}  # fmt: skip
