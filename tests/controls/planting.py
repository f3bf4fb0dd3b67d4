"""A planted fault: a patch that breaks one protection, and the tests that must fail because of it.

A file `planted/<name>.patch` is a diff as `git diff` writes it, below a few lines of its own:

    What is broken, in one sentence.
    Tests: tests/activities/test_seats_race.py tests/faults/races -k seats
    Databases: sqlite postgresql

`Databases` may be left out: then the fault is planted on SQLite.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLANTED = Path(__file__).with_name("planted")
#: Seconds after which tests that no longer end count as failed: a hang is noticed, too.
PATIENCE = 600
#: What pytest answers where tests ran and some failed.
CAUGHT = 1


@dataclass(frozen=True)
class Fault:
    """One planted fault on one database."""

    name: str
    says: str
    tests: tuple[str, ...]
    database: str
    patch: Path


@dataclass(frozen=True)
class Verdict:
    """Whether the tests noticed, and how long that took."""

    fault: Fault
    outcome: str
    seconds: float
    words: str = ""

    @property
    def is_miss(self) -> bool:
        return self.outcome != "caught"


def faults(wanted: list[str]) -> list[Fault]:
    """Every planted fault, or those whose name contains one of the words."""
    found = [each for patch in sorted(PLANTED.glob("*.patch")) for each in read(patch)]
    return [each for each in found if not wanted or any(word in each.name for word in wanted)]


def read(patch: Path) -> list[Fault]:
    """The faults of one file: one for each database."""
    head = patch.read_text().split("\ndiff --git ")[0].splitlines()
    told = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
    tests = tuple(shlex.split(told["Tests"]))
    databases = told.get("Databases", "sqlite").split()
    return [Fault(patch.stem, head[0], tests, database, patch) for database in databases]


def copy(to: Path) -> Path:
    """A copy of the working tree, with what was built for it."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    built = [str(each.relative_to(ROOT)) for each in (ROOT / "village_hub/translations").rglob("*.mo")]
    for name in filter(None, [*names, *built]):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    shutil.copytree(ROOT / "static/dist", to / "static/dist", dirs_exist_ok=True)
    return to


def plant(fault: Fault, tree: Path) -> Verdict:
    """Apply the patch, run its tests, and take the patch back."""
    started = time.monotonic()
    applied = subprocess.run(["git", "apply", str(fault.patch)], cwd=tree, capture_output=True, text=True)
    if applied.returncode:
        return Verdict(fault, "does not apply", 0.0, applied.stderr.strip())
    try:
        code, words = run(fault.tests, fault.database, tree)
    finally:
        subprocess.run(["git", "apply", "--reverse", str(fault.patch)], cwd=tree, check=True)
    outcome = "caught" if code == CAUGHT else "MISSED"
    return Verdict(fault, outcome, time.monotonic() - started, words)


def run(tests: tuple[str, ...], database: str, tree: Path) -> tuple[int, str]:
    """Run these tests of a tree, up to the first that fails; returns pytest's answer and its last words."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"VILLAGE_HUB_TEST_DATABASE": database, "PYTHONPATH": str(tree)}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return CAUGHT, f"still running after {PATIENCE} s"
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode, (lines or done.stdout.splitlines()[-1:] or [done.stderr[-300:]])[0]
