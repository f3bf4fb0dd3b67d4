"""Solvers of the matching benchmark that judge answers: small instances whole, why-not answers, compiling, pairs."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from tests.matching.engine.checker import broken_rules
from tests.matching.engine.exhaustive import optimum
from tests.matching.engine.instances import a_district, a_small_problem
from village_hub.matching.engine import Problem, apply_change, solve
from village_hub.matching.engine.candidates import candidates_of
from village_hub.matching.engine.pairs import pairs_of
from village_hub.matching.engine.tables import tables_of

_EVERYTHING = 10**9
_SAME = 1e-6


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
    asked = matched = 0
    seed = 0
    while asked < count:
        problem = a_small_problem(seed, 8, 4, 3) if seed % 10 else a_district(120, 15, 12, seed)
        limit = 4_000 if seed % 10 else -1
        plan = solve(problem, exact_up_to=limit, explained=False)
        for wish in list(plan.unmatched)[:12]:
            change = plan.unmatched[wish].smallest_change
            if change is not None and asked < count:
                changed = apply_change(problem, wish, change)
                after = solve(changed, exact_up_to=limit, before=plan, explained=False)
                asked += 1
                matched += wish not in after.unmatched and not broken_rules(changed, after.classes)
        seed += 1
    return {"asked": asked, "matched": matched}


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


def pairs_program(problem: Problem, seconds: float) -> dict[str, object]:
    """HiGHS over the edges of a problem with two sides: the LP alone, then the MIP with the time given."""
    tables = tables_of(problem)
    pairs = pairs_of(tables, candidates_of(tables))
    assert pairs is not None
    edges = np.arange(len(pairs.worth))
    wish = np.repeat(np.arange(len(pairs.ptr) - 1), np.diff(pairs.ptr))
    hours = (pairs.hour[:, None] + np.arange(pairs.length)).ravel()
    ones = np.ones(len(edges))
    rows = [
        coo_array((ones, (wish, edges)), (len(pairs.ptr) - 1, len(edges))),
        coo_array((ones, (pairs.week, edges)), (len(pairs.caps), len(edges))),
        coo_array((np.ones(len(hours)), (hours, np.repeat(edges, pairs.length))), (len(pairs.hour_of), len(edges))),
    ]
    most = np.concatenate([np.ones(len(pairs.ptr) - 1), pairs.caps, np.ones(len(pairs.hour_of))])
    matrix = vstack(rows).tocsr()
    tight = np.asarray(matrix.sum(axis=1)).ravel() > most
    limits = LinearConstraint(matrix[tight], -np.inf, most[tight])
    answer: dict[str, object] = {"edges": len(edges)}
    for name, whole, time in (("lp", 0, 3600.0), ("mip", 1, seconds)):
        begun = perf_counter()
        solved = milp(c=-pairs.worth, integrality=whole * ones, bounds=Bounds(0.0, 1.0), constraints=limits,
                      options={"time_limit": time, "mip_rel_gap": 5e-4 if whole else 0.0})  # fmt: skip
        answer |= {name: -solved.fun if solved.x is not None else 0.0, f"{name}_seconds": perf_counter() - begun}
    return answer


def _in_a_process(cache: str, *arguments: str) -> float:
    begun = perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, env=os.environ | {"NUMBA_CACHE_DIR": cache})
    return perf_counter() - begun
