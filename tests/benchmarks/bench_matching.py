"""How near to its bound the engine comes and how fast, beside peers in processes of their own.

`RUNS=5 make bench-matching` takes medians over five seeds, and `COUNTRY=1` adds the instances of a whole country.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.benchmarks.report import Figure, report

SEEDS = range(1, int(os.environ.get("RUNS", "1")) + 1)
BARS = {"city": (98.5, 99.3, 20.0), "city, scarce": (97.5, 98.7, 30.0)}  # at 5 s, at 30 s, over nearest first


def main() -> None:
    """All figures are medians over the seeds; shares in per cent, seconds of CPU time on one core."""
    figures = [figure for instance in BARS for figure in _city(instance)]
    figures += [*_district(), *_half_hours(), *_visits("visits 10k x 10k"), *_visits("visits 10k x 1k"), *_changed()]
    if os.environ.get("COUNTRY"):
        figures += _country()
    report("matching", figures)


def _city(instance: str) -> Iterator[Figure]:
    at_once, patient, over_nearest = BARS[instance]
    runs = [_run("engine", instance, seed, 5, 30) for seed in SEEDS]
    bounds = [min(point["bound"] for point in run["curve"]) for run in runs]
    yield from _curve(instance, runs, bounds, (at_once, patient))
    yield Figure(f"{instance}: memory, MB", median(run["memory_mb"] for run in runs), 1024, at_most=True)
    yield Figure(f"{instance}: broken hard rules", sum(run["broken"] for run in runs), 0, at_most=True)
    values = [run["curve"][-1]["value"] for run in runs]
    nearest, pooled = ([_run(peer, instance, seed) for seed in SEEDS] for peer in ("nearest", "pooled"))
    yield Figure(f"{instance}: value over nearest first, %", _over(values, nearest), over_nearest)
    yield Figure(f"{instance}: value over pooling and Hungarian, %", _over(values, pooled))
    columns = _run("columns", instance, 1, 100)
    yield Figure(f"{instance}: HiGHS LP on {columns['columns']} columns, s", columns["lp_seconds"])
    yield Figure(f"{instance}: HiGHS MIP, 20 x our time, % of our 5 s value",
                 100 * columns["value"] / runs[0]["curve"][0]["value"], 100, at_most=True)  # fmt: skip
    warm = [_run("warm", instance, seed, 30, 3) for seed in SEEDS]
    yield Figure(f"{instance}: 5 % changed, warm, 3 s, % of 30 s", 100 * median(run["of_patient"] for run in warm), 100)


def _district() -> Iterator[Figure]:
    runs = [_run("engine", "district", seed, 3) for seed in SEEDS]
    bounds = [run["curve"][0]["bound"] for run in runs]
    yield from _curve("district", runs, bounds, (None,))
    columns = [_run("columns", "district", seed, 60) for seed in SEEDS]
    shares = [100 * run["curve"][0]["value"] / peer["value"] for run, peer in zip(runs, columns, strict=True)]
    yield Figure("district: value, % of MIP over priced columns", median(shares), 99.7)


def _half_hours() -> Iterator[Figure]:
    runs = [_run("engine", "city, half hours", seed, 15, 90) for seed in SEEDS]
    bounds = [min(point["bound"] for point in run["curve"]) for run in runs]
    yield from _curve("city, half hours", runs, bounds, (98.5, 99.3))
    yield Figure("city, half hours: broken hard rules", sum(run["broken"] for run in runs), 0, at_most=True)


def _visits(instance: str) -> Iterator[Figure]:
    runs = [_run("engine", instance, seed, 10, 30) for seed in SEEDS]
    bounds = [min(point["bound"] for point in run["curve"]) for run in runs]
    yield from _curve(instance, runs, bounds, (99.95, None))


def _changed() -> Iterator[Figure]:
    run = _run("changes", "city", 1, 30, int(os.environ.get("CHANGES", "300")))
    yield Figure("one change, share of a full solve's time", run["median"] / run["full"], 1 / 20, at_most=True)
    yield Figure("one change: other proposals unchanged, %", 100 * run["kept"], 98)
    yield Figure("after all changes, % of a fresh solve", 100 * run["of_fresh"], 99.8)
    yield Figure("after all changes: broken hard rules", run["broken"], 0, at_most=True)


def _country() -> Iterator[Figure]:
    run = _run("engine", "country", 1, 120)
    yield from _curve("country", [run], [run["curve"][0]["bound"]], (98.5,))
    yield Figure("country: memory, MB", run["memory_mb"], 2048, at_most=True)


def _curve(
    instance: str, runs: list[dict[str, Any]], bounds: list[float], bars: tuple[float | None, ...]
) -> Iterator[Figure]:
    for place, bar in enumerate(bars):
        points = [run["curve"][place] for run in runs]
        at = f"{instance}, {median(point['seconds'] for point in points):.1f} s"
        shares = [100 * point["value"] / bound for point, bound in zip(points, bounds, strict=True)]
        yield Figure(f"{at}: value, % of the bound", median(shares), bar)
        yield Figure(f"{at}: own gap, %", median(100 * (1 - point["value"] / point["bound"]) for point in points))
        yield Figure(f"{at}: value", median(point["value"] for point in points))


def _over(values: list[float], peers: list[dict[str, Any]]) -> float:
    return float(median(100 * (value / peer["value"] - 1) for value, peer in zip(values, peers, strict=True)))


def _run(solver: str, instance: str, seed: int, *budgets: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.matching_run", solver, instance, str(seed), *map(str, budgets)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    print(solver, instance, seed, answer, file=sys.stderr, flush=True)
    measured: dict[str, Any] = json.loads(answer)
    return measured


if __name__ == "__main__":
    main()
