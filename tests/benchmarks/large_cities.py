"""Cities in day-parts for the bars, four weeks of them, and visits to people's own places."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from village_hub.matching.engine import Instructor, Problem, Rules, Venue, Weights, Wish

TOPICS, WEEKS, PARTS = 40, 4, 21
#: How many ask for mornings, afternoons and evenings, on five weekdays, a Saturday and a Sunday.
HABITS = np.array([[0.3, 0.5, 1.2]] * 5 + [[1.2, 1.4, 0.8], [1.0, 1.3, 0.5]]).ravel()
RULES = Rules(
    maximum_group=15, length_slots=1, slots_per_week=PARTS,
    weights=Weights(class_cost=3.0, travel_per_km=0.3, waiting=1.0, walking=0.4),
)  # fmt: skip

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each, and how far it is from edge to edge."""

    wishes: int
    instructors: int
    venues: int
    span_km: float


DISTRICT = Size(300, 50, 30, 4.0)
CITY = Size(3_000, 500, 200, 10.0)
COUNTRY = Size(30_000, 4_000, 1_500, 30.0)


def a_city_in_dayparts(size: Size, *, seed: int, rules: Rules = RULES) -> Problem:
    """Clustered villages, a few topics that many want, weekly habits; the seed decides all."""
    chance = np.random.default_rng(seed)
    span = size.span_km * 1000
    villages = chance.uniform(0.05 * span, 0.95 * span, (max(6, int(size.span_km**2 / 4)), 2))
    share = chance.dirichlet(np.full(len(villages), 2.0))

    def homes(count: int, spread: float) -> Floats:
        return villages[chance.choice(len(villages), count, p=share)] + chance.normal(0, spread, (count, 2))

    wanted, taught = _few_favourites(0.9), _few_favourites(0.7)
    wish_slots = _habits(chance, size.wishes, 1, 4, dropped=0.0)
    weeks = chance.random((size.wishes, WEEKS)) < 0.65
    weeks[np.arange(size.wishes), chance.integers(0, WEEKS, size.wishes)] = True
    wish_slots &= np.repeat(weeks, PARTS, axis=1)
    points, topic = homes(size.wishes, 500), chance.choice(TOPICS, size.wishes, p=wanted)
    people = chance.choice([1, 2, 3, 4, 5, 6], size.wishes, p=[0.5, 0.28, 0.1, 0.06, 0.03, 0.03])
    reach, waited = chance.uniform(1000, 4000, size.wishes), chance.integers(0, 91, size.wishes)
    priority = chance.choice([0.0, 0.6, 1.4], size.wishes, p=[0.6, 0.2, 0.2])
    wishes = tuple(
        Wish(id=f"wish {row:06}", topic=f"topic {topic[row]}", point=_point(points[row]), reach_m=float(reach[row]),
             slots=_slots(wish_slots[row]), people=int(people[row]), waiting_days=int(waited[row]),
             priority=float(priority[row]))
        for row in range(size.wishes)
    )  # fmt: skip
    slots = _habits(chance, size.instructors, 3, 8, dropped=0.15)
    scattered = chance.random((size.instructors, 1)) < 0.5
    points = np.where(scattered, chance.uniform(0, span, (size.instructors, 2)), homes(size.instructors, 700))
    radius, caps = chance.uniform(3000, 15000, size.instructors), chance.integers(1, 4, size.instructors)
    instructors = tuple(
        Instructor(id=f"instructor {row:06}", slots=_slots(slots[row]), point=_point(points[row]),
                   topics={f"topic {one}": frozenset({0})
                           for one in chance.choice(TOPICS, int(chance.integers(1, 4)), p=taught)},
                   radius_m=float(radius[row]), cap_per_week=int(caps[row]))
        for row in range(size.instructors)
    )  # fmt: skip
    slots, points = _habits(chance, size.venues, 5, 14, dropped=0.1), homes(size.venues, 500)
    capacity = chance.integers(8, 41, size.venues)
    venues = tuple(
        Venue(id=f"venue {row:06}", point=_point(points[row]), slots=_slots(slots[row]), capacity=int(capacity[row]))
        for row in range(size.venues)
    )
    return Problem(wishes=wishes, instructors=instructors, venues=venues, rules=rules)


def with_instructors(problem: Problem, count: int, *, seed: int = 0) -> Problem:
    """The same city where only so many instructors are left."""
    left = np.random.default_rng(seed).choice(len(problem.instructors), count, replace=False)
    return replace(problem, instructors=tuple(problem.instructors[row] for row in sorted(left.tolist())))


def _few_favourites(power: float) -> Floats:
    share = 1 / np.arange(1, TOPICS + 1) ** power
    return np.asarray(share / share.sum())


def _habits(chance: np.random.Generator, rows: int, fewest: int, most: int, *, dropped: float) -> Bools:
    """Weekly day-parts by weighted draw without replacement, the same each week but for a share dropped."""
    counts = chance.integers(fewest, most + 1, rows)
    order = np.argsort(-(np.log(HABITS) + chance.gumbel(size=(rows, PARTS))), axis=1)
    week = np.zeros((rows, PARTS), dtype=np.bool_)
    np.put_along_axis(week, order[:, :most], np.arange(most) < counts[:, None], axis=1)
    return np.asarray(np.tile(week, WEEKS) & (chance.random((rows, WEEKS * PARTS)) >= dropped))


def _point(place: Floats) -> tuple[float, float]:
    return float(place[0]), float(place[1])


def _slots(row: Bools) -> frozenset[int]:
    return frozenset(np.flatnonzero(row).tolist())


def visits(wishes: int, instructors: int, *, seed: int, span_km: float = 60.0) -> Problem:
    """One week of hours in which single people are visited at their own places: two sides, conflicts and caps."""
    chance = np.random.default_rng(seed)
    rules = Rules(
        minimum_group=1, maximum_group=1, length_slots=2, slots_per_week=168,
        weights=Weights(class_cost=0.2, travel_per_km=0.01, load=0.0),
    )  # fmt: skip
    span = 1000 * span_km
    villages = chance.uniform(0, span, (max(40, wishes // 60), 2))
    hubs = chance.uniform(span / 4, 3 * span / 4, (max(6, int(span_km**2 / 600)), 2))
    share = _few_favourites(0.5)
    points = villages[chance.integers(0, len(villages), wishes)] + chance.normal(0, 300, (wishes, 2))
    topic, waited = chance.choice(TOPICS, wishes, p=share), chance.integers(0, 91, wishes)
    priority = chance.choice([0.0, 0.6, 1.4], wishes, p=[0.6, 0.2, 0.2])
    asked = [chance.integers(0, 7, n) * 24 + chance.integers(8, 18, n) for n in chance.integers(1, 6, wishes)]
    people = tuple(
        Wish(id=f"wish {row:06}", topic=f"topic {topic[row]}", point=_point(points[row]), reach_m=1.0,
             slots=frozenset(int(hour) + more for hour in asked[row] for more in (0, 1)),
             waiting_days=int(waited[row]), priority=float(priority[row]), venue=f"home {row:06}")
        for row in range(wishes)
    )  # fmt: skip
    homes = tuple(
        Venue(id=f"home {row:06}", point=one.point, slots=one.slots, capacity=1, private=True)
        for row, one in enumerate(people)
    )
    central = chance.random((instructors, 1)) < 0.7
    points = np.where(
        central,
        hubs[chance.integers(0, len(hubs), instructors)] + chance.normal(0, 5_000, (instructors, 2)),
        villages[chance.integers(0, len(villages), instructors)] + chance.normal(0, 2_000, (instructors, 2)),
    )
    radius = chance.choice([5e3, 1e4, 1.5e4, 2.5e4, 4e4], instructors, p=[0.1, 0.25, 0.3, 0.25, 0.1])
    caps, free = chance.choice([1, 2, 3, 4], instructors, p=[0.35, 0.35, 0.2, 0.1]), chance.random((instructors, 7))
    begins, lengths = chance.integers(7, 18, (instructors, 7)), chance.integers(2, 8, (instructors, 7))
    teaching = tuple(
        Instructor(id=f"instructor {row:06}", point=_point(points[row]), radius_m=float(radius[row]),
                   topics={f"topic {one}": frozenset({0})
                           for one in chance.choice(TOPICS, int(chance.integers(2, 6)), p=share)},
                   slots=frozenset(day * 24 + int(begins[row, day]) + hour for day in range(7)
                                   if free[row, day] < (0.35 if day < 5 else 0.6)
                                   for hour in range(min(int(lengths[row, day]), 21 - int(begins[row, day])))),
                   cap_per_week=int(caps[row]))
        for row in range(instructors)
    )  # fmt: skip
    return Problem(wishes=people, instructors=teaching, venues=homes, rules=rules)
