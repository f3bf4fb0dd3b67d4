"""A village and a round of visits so small that solving them takes a moment, and all loops run."""

from __future__ import annotations

from dataclasses import replace

from village_hub.matching.engine.problem import Instructor, Problem, Rules, Venue, Wish
from village_hub.matching.engine.solving import solve

_HOURS = frozenset(range(4))


def warm_up() -> None:
    """Runs every compiled loop once: search, mending, two sides."""
    for problem in (_village(), _visits()):
        plan = solve(problem, effort=2, exact_up_to=-1)
        solve(replace(problem, wishes=problem.wishes[1:]), effort=2, exact_up_to=-1, before=plan)


def _village() -> Problem:
    rules = Rules(minimum_group=2, maximum_group=3, length_slots=1, slots_per_week=4)
    return Problem(
        wishes=tuple(_wish(row) for row in range(12)),
        instructors=tuple(_instructor(row) for row in range(3)),
        venues=tuple(Venue(id=f"venue {row}", point=(0.0, 0.0), slots=_HOURS, capacity=3) for row in range(2)),
        rules=rules,
        forbidden=frozenset({("wish 1", "instructor 1")}),
    )


def _visits() -> Problem:
    village = _village()
    return replace(
        village,
        wishes=tuple(replace(one, venue=f"home of {one.id}") for one in village.wishes),
        venues=tuple(
            Venue(id=f"home of {one.id}", point=one.point, slots=one.slots, capacity=1, private=True)
            for one in village.wishes
        ),
        rules=replace(village.rules, minimum_group=1),
    )


def _wish(row: int) -> Wish:
    return Wish(id=f"wish {row}", topic="tea", point=(100.0 * row, 0.0), reach_m=2000.0, slots=_HOURS)


def _instructor(row: int) -> Instructor:
    topics = {"tea": frozenset({0})}
    return Instructor(id=f"instructor {row}", topics=topics, slots=_HOURS, point=(500.0, 0.0), radius_m=3000.0)
