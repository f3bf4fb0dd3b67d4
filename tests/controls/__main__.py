"""`make controls`: plant one fault after another and see that the tests notice each; a table, and 1 on a miss.

`python -m tests.controls seats ledger` plants only those whose name contains one of the words.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.controls.planting import Fault, Verdict, copy, faults, plant, run

#: Trees in which faults are planted side by side.
TREES = 2


def main(wanted: list[str]) -> int:
    """Say whether every fault was noticed."""
    planted = faults(wanted)
    if not planted:
        print("No planted fault has such a name.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(TREES) as pool:
        trees = Queue[Path]()
        for number in range(TREES):
            trees.put(copy(Path(folder) / f"tree{number}"))
        sick = [each for each in pool.map(lambda fault: healthy(fault, trees), _selections(planted)) if each]
        if sick:
            print("\n".join(["These tests fail without any fault, so that they can prove nothing:", *sick]))
            return 1
        verdicts = list(pool.map(lambda fault: told(in_a_tree(fault, trees)), planted))
    missed = [each.fault.name for each in verdicts if each.is_miss]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} planted faults were caught.")
    print(json.dumps({"controls": len(verdicts), "missed": missed}))
    return 1 if missed else 0


def healthy(fault: Fault, trees: Queue[Path]) -> str:
    """What fails in the tests of a fault while nothing is broken; empty where all is well."""
    tree = trees.get()
    try:
        code, words = run(fault.tests, fault.database, tree)
    finally:
        trees.put(tree)
    return f"{' '.join(fault.tests)} ({fault.database}): {words}" if code else ""


def in_a_tree(fault: Fault, trees: Queue[Path]) -> Verdict:
    """Plant a fault in a tree that nobody else uses meanwhile."""
    tree = trees.get()
    try:
        return plant(fault, tree)
    finally:
        trees.put(tree)


def told(verdict: Verdict) -> Verdict:
    """Print the line of the table."""
    fault = verdict.fault
    print(
        f"{verdict.outcome:<15} {verdict.seconds:>6.1f} s  {fault.database:<11} {fault.name:<34} {fault.says}",
        flush=True,
    )
    print(f"{'':<26}{verdict.words[:150]}", flush=True)
    return verdict


def _selections(planted: list[Fault]) -> list[Fault]:
    """One fault for each selection of tests."""
    return list({(each.tests, each.database): each for each in planted}.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
