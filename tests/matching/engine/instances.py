"""Problems to try: villages in a few words, small random ones for Hypothesis, a district of a chosen size."""

from __future__ import annotations

from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from village_hub.matching.engine import Instructor, Problem, Rules, Venue, Weights, Wish

T = TypeVar("T")
KOREAN = frozenset({"ko"})
MORNING = frozenset(range(18, 24))


def a_wish(name: str, **changes: object) -> Wish:
    """Somebody at the origin who wants calligraphy in the morning within a kilometre."""
    usual: dict[str, object] = {"topic": "calligraphy", "point": (0.0, 0.0), "reach_m": 1000.0, "slots": MORNING}
    return Wish(id=name, **{**usual, **changes})  # type: ignore[arg-type]


def an_instructor(name: str, **changes: object) -> Instructor:
    """Somebody near by who teaches calligraphy at every level in the morning, once a week."""
    usual: dict[str, object] = {
        "topics": {"calligraphy": frozenset({0})}, "slots": MORNING, "point": (500.0, 0.0), "radius_m": 3000.0,
    }  # fmt: skip
    return Instructor(id=name, **{**usual, **changes})  # type: ignore[arg-type]


def a_venue(name: str, **changes: object) -> Venue:
    """A room for twenty, 200 m from the origin, open in the morning."""
    usual: dict[str, object] = {"point": (200.0, 0.0), "slots": MORNING, "capacity": 20}
    return Venue(id=name, **{**usual, **changes})  # type: ignore[arg-type]


def small_problems() -> st.SearchStrategy[Problem]:
    """Problems small enough to try everything; in two of five the best plan has a class.

    Only the seed is drawn by Hypothesis: its own choices are so simple that hardly any problem has a class.
    """
    return st.integers(0, 2**32).map(a_small_problem)


def a_small_problem(seed: int, wishes: int = 5, instructors: int = 2, venues: int = 2) -> Problem:
    """At most so many of each, six slots, every kind of condition now and then; the seed decides all."""
    chance = Random(seed)

    def sometimes(rare: T, usual: T, share: float = 0.15) -> T:
        return rare if chance.random() < share else usual

    def slots() -> frozenset[int]:
        return frozenset(range(6)) - frozenset(chance.sample(range(6), chance.randrange(3)))

    def languages() -> frozenset[str]:
        return chance.choice([KOREAN] * 5 + [frozenset({"en"}), frozenset({"ko", "en"})])

    def point() -> tuple[float, float]:
        return chance.choice([0.0, 400.0, 900.0]), chance.choice([0.0, 700.0])

    def levels() -> frozenset[int]:
        return chance.choice([frozenset({0}), frozenset({0}), frozenset({1}), frozenset({1, 3})])

    lift = frozenset({"lift"})
    people = tuple(
        Wish(id=f"wish {n}", topic=sometimes("phone", "calligraphy", 0.3), level=chance.choice([0, 0, 1, 2, 3]),
             people=chance.choice([1, 2, 3]), point=point(), reach_m=sometimes(500.0, 1500.0), slots=slots(),
             languages=languages(), needs=sometimes(lift, frozenset()), waiting_days=chance.randrange(90),
             priority=sometimes(1.0, 0.0), venue=sometimes("venue 0", None),
             only_with=sometimes("neighbours", None))
        for n in range(chance.randint(2, wishes))
    )  # fmt: skip
    teaching = tuple(
        Instructor(id=f"instructor {n}", topics={"phone": levels(), "calligraphy": levels()}, slots=slots(),
                   point=point(), radius_m=sometimes(600.0, 2000.0), cap_per_week=chance.choice([1, 2]),
                   taken_per_week={0: sometimes(1, 0)}, languages=languages(), group_min=sometimes(3, 1),
                   group_max=chance.randrange(3, 10), paused=sometimes(True, False))
        for n in range(chance.randint(1, instructors))
    )  # fmt: skip
    rooms = tuple(
        Venue(id=f"venue {n}", point=point(), slots=slots(), capacity=chance.randrange(3, 9),
              features=chance.choice([frozenset[str](), lift]), private=sometimes(True, False))
        for n in range(chance.randint(1, venues))
    )  # fmt: skip
    rules = Rules(
        minimum_group=chance.randrange(1, 5), maximum_group=chance.randrange(4, 8), length_slots=2, slots_per_week=3,
        start_step_slots=sometimes(2, 1), level_tolerance=chance.choice([0, 1, 1]),
        weights=Weights(later_per_day=chance.choice([0.0, 0.0008, 0.05])),
    )  # fmt: skip
    pairs = [(wish.id, one.id) for wish in people for one in teaching]
    return Problem(
        wishes=people, instructors=teaching, venues=rooms, rules=rules,
        forbidden=frozenset(chance.sample(pairs, chance.randrange(2))),
    )  # fmt: skip


def a_district(wishes: int, instructors: int, venues: int, seed: int) -> Problem:
    """Weekly habits of people scattered over 4 × 4 km, four weeks, twelve topics."""
    chance = Random(seed)

    def habits(count: int) -> frozenset[int]:
        begins = [chance.randrange(7) * 48 + chance.choice([18, 26, 36]) + chance.randrange(3) for _ in range(count)]
        return frozenset(week * 336 + begin + step for begin in begins for week in range(4) for step in range(6))

    def somewhere() -> tuple[float, float]:
        return chance.uniform(0, 4000), chance.uniform(0, 4000)

    return Problem(
        wishes=tuple(
            Wish(id=f"w{n}", topic=f"topic {chance.randrange(12)}", level=chance.choice([0, 0, 1, 2]),
                 people=chance.choice([1, 1, 2, 3]), point=somewhere(), reach_m=chance.uniform(1000, 3000),
                 slots=habits(3), waiting_days=chance.randrange(90))
            for n in range(wishes)
        ),
        instructors=tuple(
            Instructor(id=f"i{n}", topics={f"topic {chance.randrange(12)}": frozenset({0}) for _ in range(2)},
                       slots=habits(5), point=somewhere(), radius_m=6000.0, cap_per_week=chance.randrange(1, 3))
            for n in range(instructors)
        ),
        venues=tuple(
            Venue(id=f"v{n}", point=somewhere(), slots=habits(10), capacity=chance.randrange(8, 30))
            for n in range(venues)
        ),
    )  # fmt: skip
