"""How near to its bound the engine comes, and how far beyond a coordinator who takes the nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time

from tests.benchmarks.cities import a_city
from tests.benchmarks.nearest import nearest_first
from tests.benchmarks.report import Figure, report
from tests.matching.engine.checker import broken_rules, value_of
from village_hub.matching.engine import Problem, solve

SEEDS = (1, 2, 3)
SIZES = {(300, 400, 60): 4.0, (1000, 300, 100): 7.0}  # wishes, instructors, venues: km from edge to edge
LARGEST_GAP, LEAST_GAIN = 4.0, 10.0  # per cent


@dataclass(frozen=True, slots=True)
class _Round:
    gap: float
    gain: float
    seconds: float
    ratio: float
    broken: int


def main() -> None:
    """Medians over three cities of each size."""
    report("matching", [figure for size, span in SIZES.items() for figure in _figures(size, span)])


def _figures(size: tuple[int, int, int], span_km: float) -> Iterator[Figure]:
    rounds = [_round(a_city(*size, span_km=span_km, seed=seed)) for seed in SEEDS]
    name = "x".join(map(str, size))
    yield Figure(f"{name}, gap, %", median(one.gap for one in rounds), LARGEST_GAP, at_most=True)
    yield Figure(f"{name}, value over nearest first, %", median(one.gain for one in rounds), LEAST_GAIN)
    yield Figure(f"{name}, broken hard rules", sum(one.broken for one in rounds), 0, at_most=True)
    yield Figure(f"{name}, time engine : nearest first", median(one.ratio for one in rounds))
    yield Figure(f"{name}, engine, CPU seconds", median(one.seconds for one in rounds))


def _round(problem: Problem) -> _Round:
    begun = process_time()
    by_hand = nearest_first(problem)
    between = process_time()
    plan = solve(problem)
    ended = process_time()
    nearest = value_of(problem, by_hand)
    return _Round(
        gap=100 * plan.gap,
        gain=100 * (plan.value / nearest - 1),
        seconds=ended - between,
        ratio=(ended - between) / (between - begun),
        broken=len(broken_rules(problem, by_hand)) + len(broken_rules(problem, plan.classes)),
    )


if __name__ == "__main__":
    main()
