"""Every bar of the matching engine as a row that can be called alone, by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from tests.benchmarks.odd_cities import ODD
from tests.benchmarks.report import Figure

SEEDS = range(1, int(os.environ.get("RUNS", "1")) + 1)
Row = Callable[[], Iterator[Figure]]


def small() -> Iterator[Figure]:
    """2,000 instances with at most 8 wishes × 4 instructors × 3 venues × 6 slots."""
    run = _run("small", "none", 0, 2_000)
    yield Figure("small: exact mode reaches the optimum, %", 100 * run["exact"], 100)
    yield Figure("small: default mode reaches the optimum, %", 100 * run["usual"], 99.5)
    yield Figure("small: search alone reaches the optimum, %", 100 * run["searched"])
    yield Figure("small: bounds below the optimum or values above it", run["low"], 0, at_most=True)
    yield Figure("small: broken hard rules", run["broken"], 0, at_most=True)


def district() -> Iterator[Figure]:
    """Up to 300 wishes beside a MIP over priced columns."""
    runs = [_run("engine", "district", seed, 3) for seed in SEEDS]
    yield from _curve("district", runs, (None,))
    columns = [_run("columns", "district", seed, 60) for seed in SEEDS]
    shares = [100 * run["curve"][0]["value"] / peer["value"] for run, peer in zip(runs, columns, strict=True)]
    yield Figure("district: value, % of MIP over priced columns", median(shares), 99.7)


def city() -> Iterator[Figure]:
    yield from _city("city", (98.5, 99.3))


def scarce() -> Iterator[Figure]:
    yield from _city("city, scarce", (97.5, 98.7))


def warm() -> Iterator[Figure]:
    """Prices of the day before and one wish in twenty changed."""
    for instance in ("city", "city, scarce"):
        runs = [_run("warm", instance, seed, 30, 3) for seed in SEEDS]
        yield Figure(
            f"{instance}: 5 % changed, warm, 3 s, % of 30 s", 100 * median(run["of_patient"] for run in runs), 100
        )
        of_bound = 100 * median(run["of_bound"] for run in runs)
        yield Figure(f"{instance}: 5 % changed, warm, 3 s, % of the bound", of_bound)


def half_hours() -> Iterator[Figure]:
    """Overlapping slots and time on the way, three times the time."""
    runs = [_run("engine", "city, half hours", seed, 15, 90) for seed in SEEDS]
    yield from _curve("city, half hours", runs, (98.5, 99.3))
    yield Figure("city, half hours: broken hard rules", sum(run["broken"] for run in runs), 0, at_most=True)


def peers() -> Iterator[Figure]:
    """What a coordinator does by hand, one less careful with the hours, and pooling with the Hungarian method."""
    for instance, bar in (("city", 20.0), ("city, scarce", 30.0)):
        plans = [_run("engine", instance, seed, 30)["curve"][0] for seed in SEEDS]
        values, bounds = ([float(plan[what]) for plan in plans] for what in ("value", "bound"))
        nearest, hasty, pooled = (
            [_run(peer, instance, seed) for seed in SEEDS] for peer in ("nearest", "nearest, first hour", "pooled")
        )
        yield Figure(f"{instance}: 30 s, value over nearest first, %", _over(values, nearest), bar)
        yield Figure(f"{instance}: the bound over nearest first, %", _over(bounds, nearest))
        yield Figure(f"{instance}: 30 s, value over nearest first at the first hour, %", _over(values, hasty), bar)
        yield Figure(f"{instance}: 30 s, value over pooling and Hungarian, %", _over(values, pooled))


def highs() -> Iterator[Figure]:
    """HiGHS and CP-SAT over the columns our prices met, with 20 × our time."""
    for instance in ("city", "city, scarce"):
        ours = _run("engine", instance, 1, 5)["curve"][0]["value"]
        columns = _run("columns", instance, 1, 100)
        yield Figure(f"{instance}: HiGHS LP on {columns['columns']} columns, s", columns["lp_seconds"])
        yield Figure(
            f"{instance}: HiGHS MIP, 20 x our time, % of our 5 s", 100 * columns["value"] / ours, 100, at_most=True
        )
        other = _run("columns, CP-SAT", instance, 1, 100)
        yield Figure(f"{instance}: CP-SAT, 20 x our time, % of our 5 s", 100 * other["value"] / ours, 100, at_most=True)


def cp_sat() -> Iterator[Figure]:
    """Whether CP-SAT is asked the same question as HiGHS: ten small weeks of visits, both to the end."""
    run = _run("agreement", "none", 0, 10)
    yield Figure("small visits: CP-SAT proves HiGHS's optimum, of 10", run["same"], 10)
    yield Figure("small visits: its answer differs where rows are looser, of 10", run["seen"], 10)


def visits() -> Iterator[Figure]:
    """Two sides, 10,000 × 10,000 with conflicts and caps."""
    runs = [_run("whole", "visits 10k x 10k", seed) for seed in SEEDS]
    peer = _run("pairs", "visits 10k x 10k", 1, 20 * runs[0]["seconds"])
    yield from _visits("visits 10k x 10k", runs)
    yield Figure(f"visits 10k x 10k: HiGHS LP on {peer['edges']} edges, s", peer["lp_seconds"])
    yield Figure(
        "visits 10k x 10k: our time, share of HiGHS's LP", runs[0]["seconds"] / peer["lp_seconds"], 0.2, at_most=True
    )
    yield Figure(
        "visits 10k x 10k: HiGHS MIP, 20 x our time, % of ours", 100 * peer["mip"] / runs[0]["value"], 100, at_most=True
    )
    yield _cp_sat("visits 10k x 10k", runs[0])


def visits_scarce() -> Iterator[Figure]:
    """Two sides, 10,000 × 1,000."""
    runs = [_run("whole", "visits 10k x 1k", seed) for seed in SEEDS]
    peer = _run("pairs", "visits 10k x 1k", 1, 300)
    yield from _visits("visits 10k x 1k", runs)
    yield Figure(
        "visits 10k x 1k: our time, share of HiGHS's MIP", runs[0]["seconds"] / peer["mip_seconds"], 1, at_most=True
    )
    yield _cp_sat("visits 10k x 1k", runs[0])


def visits_country() -> Iterator[Figure]:
    """Two sides, 100,000 × 50,000, with a deadline of 11 times what 10,000 × 10,000 take."""
    small = _run("whole", "visits 10k x 10k", 1)
    run = _run("engine", "visits 100k x 50k", 1, 11 * small["seconds"])
    whole = run["curve"][0]
    yield Figure("visits 100k x 50k: value, % of the bound", 100 * whole["value"] / whole["bound"], 99.3)
    yield Figure("visits 100k x 50k: time, x that of 10k x 10k", whole["seconds"] / small["seconds"], 13, at_most=True)
    yield Figure("visits 100k x 50k: memory, MB", run["memory_mb"], 2048, at_most=True)


def country() -> Iterator[Figure]:
    yield from _country("country", 98.5)


def country_scarce() -> Iterator[Figure]:
    yield from _country("country, scarce", 97.0)


def change() -> Iterator[Figure]:
    """One change after another in the city, each mended at once."""
    run = _run("changes", "city", 1, 30, int(os.environ.get("CHANGES", "300")))
    yield Figure("one change, share of a full solve's time", run["median"] / run["full"], 1 / 20, at_most=True)
    yield Figure("one change: other proposals unchanged, %", 100 * run["kept"], 98)
    yield Figure("after all changes, % of a fresh solve", 100 * run["of_fresh"], 99.8)
    yield Figure("after all changes: broken hard rules", run["broken"], 0, at_most=True)


def why_not() -> Iterator[Figure]:
    """What a why-not answer takes, and whether the change it names matches."""
    for instance in ("city", "city, scarce"):
        run = _run("why not, time", instance, 1)
        yield Figure(f"{instance}: a why-not answer, share of a solve", run["mean"] / run["full"], 1 / 50, at_most=True)
    run = _run("why not", "none", 0, 1_000)
    yield Figure("why not: changes that match, of 1,000", 1_000 * run["matched"] / run["asked"], 1_000)
    yield Figure("why not: wishes for which there is a change, %", 100 * run["answered"])


def odd() -> Iterator[Figure]:
    """Cities unlike the usual one, 5 s each."""
    for name in ODD:
        runs = [_run("engine", f"odd, {name}", seed, 5) for seed in SEEDS]
        yield from _curve(f"odd, {name}", runs, (97.5 if name != "one short" else None,))
        yield Figure(f"odd, {name}: broken hard rules", sum(run["broken"] for run in runs), 0, at_most=True)


def compiling() -> Iterator[Figure]:
    """What the compiled part costs."""
    run = _run("compiling", "none", 0)
    yield Figure("numba and llvmlite installed, MB", run["installed_mb"])
    yield Figure("machine code of all loops, MB", run["cache_mb"])
    yield Figure("importing numba beside numpy, s", run["import_seconds"])
    yield Figure("first solve of an installation, all loops compiled, s", run["cold_seconds"])
    yield Figure("the same in a later process, s", run["warm_seconds"])


ROWS: dict[str, Row] = {
    "small": small, "district": district, "city": city, "scarce": scarce, "warm": warm, "half-hours": half_hours,
    "peers": peers, "highs": highs, "cp-sat": cp_sat, "visits": visits, "visits-scarce": visits_scarce,
    "change": change, "why-not": why_not, "odd": odd, "compiling": compiling, "visits-country": visits_country,
    "country": country, "country-scarce": country_scarce,
}  # fmt: skip
LONG = {"visits-country", "country", "country-scarce", "half-hours"}


def _city(instance: str, bars: tuple[float, float]) -> Iterator[Figure]:
    runs = [_run("engine", instance, seed, 5, 30) for seed in SEEDS]
    yield from _curve(instance, runs, bars)
    yield Figure(f"{instance}: memory, MB", median(run["memory_mb"] for run in runs), 1024, at_most=True)
    yield Figure(f"{instance}: broken hard rules", sum(run["broken"] for run in runs), 0, at_most=True)


def _visits(instance: str, runs: list[dict[str, Any]]) -> Iterator[Figure]:
    yield Figure(f"{instance}: value, % of the bound", median(100 * run["value"] / run["bound"] for run in runs), 99.95)
    yield Figure(f"{instance}: candidates and all, s", median(run["seconds"] for run in runs))


def _cp_sat(instance: str, ours: dict[str, Any]) -> Figure:
    peer = _run("pairs, CP-SAT", instance, 1, 20 * ours["seconds"])
    return Figure(
        f"{instance}: CP-SAT, 20 x our time, % of ours", 100 * peer["value"] / ours["value"], 100, at_most=True
    )


def _country(instance: str, bar: float) -> Iterator[Figure]:
    run = _run("engine", instance, 1, 120)
    yield from _curve(instance, [run], (bar,))
    yield Figure(f"{instance}: memory, MB", run["memory_mb"], 2048, at_most=True)


def _curve(instance: str, runs: list[dict[str, Any]], bars: tuple[float | None, ...]) -> Iterator[Figure]:
    bounds = [min(point["bound"] for point in run["curve"]) for run in runs]
    for place, bar in enumerate(bars):
        points = [run["curve"][place] for run in runs]
        at = f"{instance}, {median(point['seconds'] for point in points):.1f} s"
        shares = [100 * point["value"] / max(bound, 1e-9) for point, bound in zip(points, bounds, strict=True)]
        yield Figure(f"{at}: value, % of the bound", median(shares), bar)
        gaps = [100 * (1 - point["value"] / max(point["bound"], 1e-9)) for point in points]
        yield Figure(f"{at}: own gap, %", median(gaps))


def _over(values: list[float], others: list[dict[str, Any]]) -> float:
    return float(median(100 * (value / other["value"] - 1) for value, other in zip(values, others, strict=True)))


def _run(solver: str, instance: str, seed: int, *budgets: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.matching_run", solver, instance, str(seed), *map(str, budgets)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    print(solver, instance, seed, answer, file=sys.stderr, flush=True)
    measured: dict[str, Any] = json.loads(answer)
    return measured
