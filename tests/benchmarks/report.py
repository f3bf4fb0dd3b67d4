"""How every benchmark reports: a table of figures with their bars, and one JSON object as the last line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results"


@dataclass(frozen=True)
class Figure:
    """One measured figure; `bar` is what it should reach (None: printed only), `at_most` turns the comparison round."""

    name: str
    value: float
    bar: float | None = None
    at_most: bool = False

    @property
    def is_missed(self) -> bool:
        if self.bar is None:
            return False
        return self.value > self.bar if self.at_most else self.value < self.bar


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The median of several runs of the same work, in seconds."""
    measured = []
    for _ in range(times):
        started = perf_counter()
        work()
        measured.append(perf_counter() - started)
    return median(measured)


def report(bench: str, figures: list[Figure]) -> None:
    """Print the table, keep the figures, and with CHECK=1 end with 1 where a bar is missed."""
    for each in figures:
        bar = "" if each.bar is None else f"{'≤' if each.at_most else '≥'} {each.bar:g}"
        verdict = "" if each.bar is None else ("MISSED" if each.is_missed else "met")
        print(f"{each.name:<56} {each.value:>12.4g}  {bar:>10}  {verdict}")
    missed = [each.name for each in figures if each.is_missed]
    line = json.dumps({"bench": bench, "figures": {each.name: each.value for each in figures}, "missed": missed})
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{bench}.json").write_text(line + "\n")
    print(line)
    if missed and os.environ.get("CHECK"):
        sys.exit(1)
