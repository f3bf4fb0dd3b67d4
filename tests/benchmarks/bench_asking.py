"""How the asking policy does beside asking one by one and asking everybody at once, in the same simulated cities.

`SEEDS=8 DAYS=90 make bench-asking` takes more cities and a longer time. Hours are counted from the first question.
"""

from __future__ import annotations

import os
import sys
from statistics import fmean
from typing import Any

from tests.benchmarks.report import Figure, report
from village_hub.simulation import Figures, rates_of, simulate

SEEDS = range(1, int(os.environ.get("SEEDS", "4")) + 1)
DAYS = int(os.environ.get("DAYS", "60"))
CITY = {"residents": 300, "volunteers": 120, "wishes_per_day": 6}
#: Neither of the peers knows anybody's answers or caps.
UNKNOWING = {"own_answers_weigh_from": 1e9, "asks_per_class": 1000, "asks_per_month": 100_000}
POLICIES: dict[str, dict[str, Any]] = {
    "one by one": UNKNOWING | {"ask_at_once": 1},
    "all at once": UNKNOWING | {"ask_at_once": 1000, "yes_within_hours": 0, "needless_asks": 1e9},
    "the policy": {},
    "the policy without caps": {"asks_per_class": 1000, "asks_per_month": 100_000},
}
#: The city as it is assumed to be, and one in which most questions stay without a yes.
MOODS: dict[str, dict[str, Any]] = {"usual": {}, "reluctant": {"accepts": 0.35, "declines": 0.4}}


def main() -> None:
    """Means over the seeds."""
    figures = list[Figure]()
    for mood, rates in MOODS.items():
        lived = {name: [_live(mood, name, seed, rates) for seed in SEEDS] for name in POLICIES}
        for name, found in lived.items():
            figures += _figures(f"{mood}, {name}", found)
        ours, one, everybody = (lived[name] for name in ("the policy", "one by one", "all at once"))
        figures += [
            Figure(f"{mood}: hours to yes at p90, of one by one", _of(ours, one, "hours_to_yes_p90"), 1, at_most=True),
            Figure(f"{mood}: asked per yes, of all at once", _of(ours, everybody, "asked_per_yes"), 0.9, at_most=True),
            Figure(f"{mood}: asked in vain, of all at once", _of(ours, everybody, "needless"), 0.5, at_most=True),
            Figure(f"{mood}: asked beyond the caps", sum(each.beyond_caps for each in ours), 0, at_most=True),
        ]
    report("asking", figures)


def _live(mood: str, policy: str, seed: int, rates: dict[str, Any]) -> Figures:
    found = simulate(seed=seed, days=DAYS, mode="engine", rates=rates_of(CITY | rates), rules=POLICIES[policy])
    print(mood, policy, seed, found, file=sys.stderr, flush=True)
    return found


def _figures(name: str, found: list[Figures]) -> list[Figure]:
    wanted = {
        "hours to yes, median": "hours_to_yes_median",
        "hours to yes, p90": "hours_to_yes_p90",
        "asked per yes": "asked_per_yes",
        "asked in vain": "needless",
        "asked beyond caps": "beyond_caps",
        "share served": "served_share",
    }
    return [Figure(f"{name}: {words}", _mean(found, field)) for words, field in wanted.items()]


def _of(ours: list[Figures], theirs: list[Figures], field: str) -> float:
    peer = _mean(theirs, field)
    return _mean(ours, field) / peer if peer else 0.0


def _mean(found: list[Figures], field: str) -> float:
    return fmean(getattr(each, field) or 0.0 for each in found)


if __name__ == "__main__":
    main()
