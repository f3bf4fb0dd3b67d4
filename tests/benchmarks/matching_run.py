"""One solver on one instance in a process of its own: SOLVER INSTANCE SEED and its seconds, one JSON object back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from resource import RUSAGE_SELF, getrusage
from time import process_time

import numpy as np

from tests.benchmarks.cities import a_city
from tests.benchmarks.large_cities import CITY, COUNTRY, DISTRICT, a_city_in_dayparts, visits, with_instructors
from tests.benchmarks.matching_checks import (
    agreement,
    compiling,
    pairs_by_highs,
    small_instances,
    why_not_answers,
    why_not_time,
)
from tests.benchmarks.nearest import nearest_first
from tests.benchmarks.odd_cities import ODD
from tests.benchmarks.peers import column_program, columns_met, pooled_by_topic
from tests.benchmarks.programs import program_of_columns, program_of_visits
from tests.benchmarks.solvers import by_cp_sat
from tests.matching.engine.checker import broken_rules
from village_hub.matching.engine import KeptClass, Plan, Problem, Rules, solve

INSTANCES: dict[str, Callable[[int], Problem]] = {
    "district": lambda seed: a_city_in_dayparts(DISTRICT, seed=seed),
    "city": lambda seed: a_city_in_dayparts(CITY, seed=seed),
    "city, scarce": lambda seed: with_instructors(a_city_in_dayparts(CITY, seed=seed), 100),
    "city, half hours": lambda seed: _half_hours(a_city(3_000, 500, 200, span_km=10.0, seed=seed)),
    "visits 10k x 10k": lambda seed: visits(10_000, 10_000, seed=seed),
    "visits 10k x 1k": lambda seed: visits(10_000, 1_000, seed=seed),
    "visits 100k x 50k": lambda seed: visits(100_000, 50_000, seed=seed, span_km=190.0),
    "country": lambda seed: a_city_in_dayparts(COUNTRY, seed=seed),
    "country, scarce": lambda seed: with_instructors(a_city_in_dayparts(COUNTRY, seed=seed), 800),
    "none": lambda seed: Problem(wishes=(), instructors=(), venues=()),
} | {f"odd, {name}": make for name, make in ODD.items()}

_LONG = 1_000_000


def main() -> None:
    """Prints one JSON object; seconds are CPU seconds of one core, so that a busy machine measures the same."""
    solver, instance, seed, *budgets = sys.argv[1:]
    problem = INSTANCES[instance](int(seed))
    measured = _SOLVERS[solver](problem, [float(one) for one in budgets])
    print(json.dumps(measured | {"memory_mb": getrusage(RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
    os._exit(0)  # a peer that cannot be stopped ends here


def within(problem: Problem, seconds: float, **options: object) -> tuple[Plan, float]:
    """The engine's plan in so many seconds of its own, and the seconds it took."""
    begun = process_time()
    plan = solve(problem, effort=_LONG if seconds else 0, exact_up_to=-1, explained=False,
                 spent=lambda: (process_time() - begun) / (0.94 * seconds) if seconds else 0.0, **options)  # type: ignore[arg-type]  # fmt: skip
    return plan, process_time() - begun


def _engine(problem: Problem, budgets: list[float]) -> dict[str, object]:
    _warm_up(problem)
    curve = []
    for seconds in budgets:
        plan, took = within(problem, seconds)
        curve.append({"seconds": took, "value": plan.value, "bound": plan.bound, **plan.effort})
    return {"curve": curve, "broken": len(broken_rules(problem, plan.classes)) if len(problem.wishes) < 5_000 else 0}


def _warm_start(problem: Problem, budgets: list[float]) -> dict[str, object]:
    """Yesterday's prices and plan, with one wish in twenty replaced by somebody else's."""
    _warm_up(problem)
    chance = np.random.default_rng(7)
    yesterday, _ = within(problem, budgets[0])
    rows = set(chance.choice(len(problem.wishes), len(problem.wishes) // 20, replace=False).tolist())
    others = chance.permutation(len(problem.wishes))
    today = replace(problem, wishes=tuple(
        replace(problem.wishes[others[row]], id=f"new {row}") if row in rows else wish
        for row, wish in enumerate(problem.wishes)
    ))  # fmt: skip
    patient, _ = within(today, budgets[0])
    quick, took = within(today, budgets[1], warm=yesterday)
    mended, _ = within(today, budgets[1], before=yesterday)
    return {"of_patient": quick.value / patient.value, "of_bound": quick.value / min(quick.bound, patient.bound),
            "mended": mended.value / patient.value, "patient": patient.value / patient.bound,
            "seconds": took}  # fmt: skip


def _changes(problem: Problem, budgets: list[float]) -> dict[str, object]:
    """Wishes withdrawn, instructors paused and venues closed, one after another, each mended at once."""
    _warm_up(problem)
    plan, full = within(problem, budgets[0])
    first = solve(problem, exact_up_to=-1, before=plan, explained=False)
    chance, seconds, kept = np.random.default_rng(3), list[float](), list[float]()
    for _ in range(int(budgets[1])):
        held = first.classes[int(chance.integers(len(first.classes)))]
        match int(chance.integers(3)):
            case 0:
                problem = replace(problem, wishes=tuple(one for one in problem.wishes if one.id != held.wish_ids[0]))
            case 1:
                problem = replace(problem, instructors=tuple(
                    replace(one, paused=True) if one.id == held.instructor_id else one for one in problem.instructors
                ))  # fmt: skip
            case _:
                problem = replace(problem, venues=tuple(
                    replace(one, slots=one.slots - {held.start}) if one.id == held.venue_id else one
                    for one in problem.venues
                ))  # fmt: skip
        begun = process_time()
        after = solve(problem, exact_up_to=-1, before=first, explained=False)
        seconds.append(process_time() - begun)
        names = {(one.instructor_id, one.venue_id, one.start) for one in after.classes}
        kept.append(sum((one.instructor_id, one.venue_id, one.start) in names for one in first.classes)
                    / (len(first.classes) - 1))  # fmt: skip
        first = after
    fresh, _ = within(problem, budgets[0])
    return {"full": full, "median": float(np.median(seconds)), "kept": float(np.mean(kept)),
            "of_fresh": first.value / fresh.value, "broken": len(broken_rules(problem, first.classes))}  # fmt: skip


def _nearest(problem: Problem, _: list[float]) -> dict[str, object]:
    begun = process_time()
    return _valued(problem, nearest_first(problem), begun)


def _first_hour(problem: Problem, _: list[float]) -> dict[str, object]:
    begun = process_time()
    return _valued(problem, nearest_first(problem, is_careful=False), begun)


def _pooled(problem: Problem, _: list[float]) -> dict[str, object]:
    begun = process_time()
    return _valued(problem, pooled_by_topic(problem), begun)


def _valued(problem: Problem, classes: list[KeptClass], begun: float) -> dict[str, object]:
    took = process_time() - begun
    kept = solve(replace(problem, kept=tuple(classes)), effort=0, explained=False)
    value = kept.value if len(kept.classes) == len(classes) else value_of_kept(problem, classes)
    return {"seconds": took, "value": value, "classes": len(classes)}


def value_of_kept(problem: Problem, classes: list[KeptClass]) -> float:
    """What these classes alone are worth."""
    nobody = tuple(replace(one, slots=frozenset[int]()) for one in problem.venues)
    return solve(replace(problem, venues=nobody, kept=tuple(classes)), effort=0, explained=False).value


def _columns(problem: Problem, budgets: list[float]) -> dict[str, object]:
    return {**column_program(problem, budgets[0])}


def _half_hours(problem: Problem) -> Problem:
    return replace(problem, rules=replace(problem.rules, travel_m_per_minute=300.0))


def _warm_up(problem: Problem) -> None:
    """Compiled loops are kept on disk; the first run of a process still loads them."""
    few = replace(problem, wishes=problem.wishes[:200], rules=replace(problem.rules, minimum_group=1))
    within(few, 0.2)
    plan, _ = within(replace(few, rules=Rules()), 0.2)
    solve(few, exact_up_to=-1, before=plan, explained=False)


def _whole(problem: Problem, _: list[float]) -> dict[str, object]:
    """A solve of the usual effort, candidates included."""
    few = visits(100, 100, seed=1)
    solve(few, exact_up_to=-1, explained=False)
    begun = process_time()
    plan = solve(problem, exact_up_to=-1, explained=False)
    return {"seconds": process_time() - begun, "value": plan.value, "bound": plan.bound, **plan.effort}


def _why_not_time(problem: Problem, _: list[float]) -> dict[str, object]:
    _warm_up(problem)
    return why_not_time(problem)


_SOLVERS: dict[str, Callable[[Problem, list[float]], dict[str, object]]] = {
    "small": lambda _, budgets: small_instances(int(budgets[0])),
    "why not": lambda _, budgets: why_not_answers(int(budgets[0])),
    "why not, time": _why_not_time,
    "compiling": lambda *_: compiling(),
    "agreement": lambda _, budgets: agreement(int(budgets[0])),
    "pairs": lambda problem, budgets: pairs_by_highs(problem, budgets[0]),
    "pairs, CP-SAT": lambda problem, budgets: by_cp_sat(program_of_visits(problem), budgets[0])._asdict(),
    "whole": _whole,
    "engine": _engine, "warm": _warm_start, "changes": _changes,
    "nearest": _nearest, "nearest, first hour": _first_hour, "pooled": _pooled, "columns": _columns,
    "columns, CP-SAT": lambda problem, budgets: by_cp_sat(
        program_of_columns(columns_met(problem).rows), budgets[0]
    )._asdict(),
}  # fmt: skip

if __name__ == "__main__":
    main()
