"""Solvers of the matching benchmark that judge answers: small instances whole, why-not answers, compiling, visits."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

from tests.benchmarks.large_cities import visits
from tests.benchmarks.programs import best_first, for_highs, program_of_visits
from tests.benchmarks.solvers import by_cp_sat, by_highs
from tests.matching.engine.checker import broken_rules
from tests.matching.engine.exhaustive import optimum
from tests.matching.engine.instances import a_district, a_small_problem
from village_hub.matching.engine import Problem, apply_change, solve

_EVERYTHING = 10**9
_SAME = 1e-6
_ROUNDED = 1e-4  # CP-SAT rounds the worth of each visit to millionths
_NEAR = 5e-4


def small_instances(count: int) -> dict[str, object]:
    """Shares of instances in which each mode reaches what trying everything finds, and bounds below it."""
    exact = usual = searched = low = broken = positive = 0
    for seed in range(count):
        problem = a_small_problem(seed, wishes=8, instructors=4, venues=3)
        best = optimum(problem)
        plans = [solve(problem, exact_up_to=limit, explained=False) for limit in (_EVERYTHING, 4_000, -1)]
        values = [plan.value >= best - _SAME for plan in plans]
        exact, usual, searched = exact + values[0], usual + values[1], searched + values[2]
        low += any(plan.bound < best - _SAME or plan.value > best + _SAME for plan in plans)
        broken += any(broken_rules(problem, plan.classes) for plan in plans)
        positive += best > 0
    return {"exact": exact / count, "usual": usual / count, "searched": searched / count, "low": low,
            "broken": broken, "positive": positive / count}  # fmt: skip


def why_not_answers(count: int) -> dict[str, object]:
    """Of so many smallest changes in small problems and districts, how many match their wish once they are made."""
    asked = matched = looked = 0
    seed = 0
    while asked < count:
        problem = a_small_problem(seed, 8, 4, 3) if seed % 10 else a_district(120, 15, 12, seed)
        limit = 4_000 if seed % 10 else -1
        plan = solve(problem, exact_up_to=limit, explained=False)
        for wish in list(plan.unmatched)[:12]:
            change = plan.unmatched[wish].smallest_change
            looked += 1
            if change is not None and asked < count:
                changed = apply_change(problem, wish, change)
                after = solve(changed, exact_up_to=limit, before=plan, explained=False)
                asked += 1
                matched += wish not in after.unmatched and not broken_rules(changed, after.classes)
        seed += 1
    return {"asked": asked, "matched": matched, "answered": asked / looked}


def why_not_time(problem: Problem, answers: int = 60) -> dict[str, object]:
    """CPU seconds of a why-not answer in a plan of the usual effort, beside the solve itself."""
    begun = process_time()
    plan = solve(problem, exact_up_to=-1, explained=False)
    full = process_time() - begun
    names = sorted(plan.unmatched)[:: max(1, len(plan.unmatched) // answers)]
    seconds = []
    for name in names:
        begun = process_time()
        _ = plan.unmatched[name]
        seconds.append(process_time() - begun)
    return {"full": full, "median": float(np.median(seconds)), "mean": float(np.mean(seconds)), "worst": max(seconds)}


def compiling() -> dict[str, object]:
    """What numba costs: megabytes installed, seconds to import it, to compile all loops once and to load them again."""
    homes = [Path(spec.origin).parent for name in ("numba", "llvmlite") if (spec := find_spec(name)) and spec.origin]
    size = sum(each.stat().st_size for home in homes for each in home.rglob("*") if each.is_file())
    with TemporaryDirectory() as cache:
        runs = [_in_a_process(cache, "-m", "village_hub.matching.engine") for _ in range(2)]
        kept = sum(each.stat().st_size for each in Path(cache).rglob("*") if each.is_file())
        imported = [_in_a_process(cache, "-c", f"import {name}") for name in ("numpy", "numba")]
    return {"installed_mb": size / 2**20, "import_seconds": imported[1] - imported[0], "cold_seconds": runs[0],
            "warm_seconds": runs[1], "cache_mb": kept / 2**20}  # fmt: skip


def pairs_by_highs(problem: Problem, seconds: float) -> dict[str, object]:
    """HiGHS over the edges of a problem with two sides: the LP alone, then the MIP with the CPU seconds given."""
    program = program_of_visits(problem)
    relaxed = by_highs(for_highs(program, whole=False))
    whole = by_highs(for_highs(program, whole=True), seconds, _NEAR, best_first(program))
    return {"edges": len(program.worth), "lp": relaxed.value, "lp_seconds": relaxed.seconds, "mip": whole.value,
            "mip_bound": whole.bound, "mip_seconds": whole.seconds}  # fmt: skip


def agreement(count: int) -> dict[str, object]:
    """Of so many small weeks of visits, in how many CP-SAT proves HiGHS's optimum, and in how many looser rows show."""
    same = seen = 0
    for seed in range(count):
        program = program_of_visits(visits(60, 25, seed=seed, span_km=20.0))
        best = by_highs(for_highs(program, whole=True)).value
        answers = [by_cp_sat(each, 60.0) for each in (program, program._replace(most=program.most + 1))]
        same += all(abs(each - best) < _ROUNDED for each in (answers[0].value, answers[0].bound))
        seen += answers[1].value > best + _ROUNDED
    return {"same": same, "seen": seen}


def _in_a_process(cache: str, *arguments: str) -> float:
    begun = perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, env=os.environ | {"NUMBA_CACHE_DIR": cache})
    return perf_counter() - begun
