"""`make faults`: every fault test on both databases, as a table with its figures; 1 where anything is missed.

Names of tests narrow it: `python -m tests.faults races seats`. VILLAGE_HUB_SOAK=1 takes the long forms.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as Xml
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.bars import BARS

ROOT = Path(__file__).resolve().parents[2]
WHERE = ("tests/faults", "tests/journeys/test_kills.py", "tests/live")


@dataclass(frozen=True)
class Line:
    """What one test module showed on one database."""

    check: str
    database: str
    outcomes: Counter[str]
    seconds: float
    figures: dict[str, float]
    words: Counter[tuple[str, str]]

    @property
    def missed(self) -> list[str]:
        """What failed, was left out, or lies above its bar."""
        others = [f"{self.check} ({self.database})" for outcome in self.outcomes if outcome != "passed"]
        above = [
            f"{name} ({self.database})" for name, figure in self.figures.items() if figure > BARS.get(name, figure)
        ]
        return others + above


def main(words: list[str]) -> int:
    """Run them and print what came of it."""
    databases = os.environ.get("VILLAGE_HUB_TEST_DATABASE", "sqlite postgresql").split()
    lines = [line for database in databases for line in run(database, words)]
    for line in lines:
        counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(line.outcomes.items()))
        print(f"{line.check:<58} {line.database:<11} {line.seconds:>7.1f} s  {counted}")
        for name, figure in line.figures.items():
            bar = f"≤ {BARS[name]:g}" if name in BARS else ""
            print(f"    {name:<66} {figure:>12g}  {bar}")
        for (name, said), times in sorted(line.words.items()):
            print(f"    {name}: {said}" + (f" ({times} times)" if times > 1 else ""))
    missed = [each for line in lines for each in line.missed]
    print(json.dumps({"faults": sum(sum(line.outcomes.values()) for line in lines), "missed": missed}))
    return 1 if missed or not lines else 0


def run(database: str, words: list[str]) -> list[Line]:
    """One run of pytest, read from its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        chosen = ["-k", " or ".join(words)] if words else []
        pytest = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist", "worksteal"]
        command = [*pytest, f"--junitxml={report}", *chosen, *WHERE]
        environment = os.environ | {"VILLAGE_HUB_TEST_DATABASE": database}
        subprocess.run(command, cwd=ROOT, env=environment, check=False)
        return list(_lines(Xml.parse(report), database)) if report.exists() else []


def _lines(report: Xml.ElementTree[Xml.Element], database: str) -> Iterator[Line]:
    modules: dict[str, list[Xml.Element]] = {}
    for case in report.iter("testcase"):
        modules.setdefault(case.get("classname", "").removeprefix("tests."), []).append(case)
    for module, cases in sorted(modules.items()):
        figures, words = dict[str, float](), Counter[tuple[str, str]]()
        for name, value in (
            (each.get("name", ""), each.get("value", "")) for case in cases for each in case.iter("property")
        ):
            try:
                figures[name] = _merged(name, figures.get(name, 0.0), float(value))
            except ValueError:
                words[name, value] += 1
        outcomes = Counter(_outcome(case) for case in cases)
        yield Line(module, database, outcomes, sum(float(case.get("time", 0)) for case in cases), figures, words)


def _merged(name: str, before: float, now: float) -> float:
    """Of a figure with a bar the worst counts, others are sums."""
    return max(before, now) if name in BARS or name.startswith("seconds") else before + now


def _outcome(case: Xml.Element) -> str:
    return next((each.tag for each in case if each.tag in ("failure", "error", "skipped")), "passed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
