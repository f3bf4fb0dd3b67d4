"""CP-SAT on one program, FILE and CPU seconds, one JSON object back: its libraries and HiGHS's share no process."""

from __future__ import annotations

import json
import sys
from threading import Event, Thread
from time import process_time
from typing import Any

import numpy as np
from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, CpModel, CpSolver, LinearExpr

_SCALE = 10**6  # worth is rounded to millionths, to the nearest
_LOOKS = 0.05


def main() -> None:
    """Prints the places of what CP-SAT chose, its bound, and the CPU seconds that solving took in all threads."""
    file, seconds = sys.argv[1:]
    with np.load(file) as given:
        model, things = _modelled(given)
    solver = CpSolver()
    # As many as the bars have cores: each further thread copies a million things (2: 4 GB, 8: 12 GB) from one budget.
    # The usual rounds of presolve alone outlast that budget, and nothing is found.
    solver.parameters.num_workers = 2
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    begun, ended = process_time(), Event()
    Thread(target=_stop_in_time, args=(solver, begun + float(seconds), ended), daemon=True).start()
    status = solver.solve(model)
    ended.set()
    found = status in (OPTIMAL, FEASIBLE)
    print(json.dumps({
        "chosen": [place for place, thing in enumerate(things) if solver.boolean_value(thing)] if found else [],
        "bound": solver.best_objective_bound / _SCALE, "seconds": process_time() - begun,
    }))  # fmt: skip


def _modelled(given: Any) -> tuple[CpModel, list[Any]]:
    """One Boolean for each thing; rows that allow one of theirs are told as such."""
    model = CpModel()
    things = [model.new_bool_var("") for _ in given["worth"]]
    ptr, held, factors = given["ptr"], given["things"].tolist(), given["factors"].astype(np.int64).tolist()
    for row, most in enumerate(given["most"].astype(np.int64).tolist()):
        inside = slice(ptr[row], ptr[row + 1])
        those = [things[place] for place in held[inside]]
        if most == 1 and set(factors[inside]) == {1}:
            model.add_at_most_one(those)
        else:
            model.add(LinearExpr.weighted_sum(those, factors[inside]) <= most)
    for thing, worth, chosen in zip(things, given["worth"].tolist(), given["start"].tolist(), strict=True):
        if worth > 0:
            model.add_hint(thing, chosen)
    model.maximize(LinearExpr.weighted_sum(things, np.rint(given["worth"] * _SCALE).astype(np.int64).tolist()))
    return model, things


def _stop_in_time(solver: CpSolver, until: float, ended: Event) -> None:
    """Its own limit counts seconds on the wall, which a busy machine would take from it."""
    while not ended.wait(_LOOKS):
        if process_time() >= until:
            solver.stop_search()


if __name__ == "__main__":
    main()
