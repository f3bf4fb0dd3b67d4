"""A planted fault that no longer fits the code proves nothing: each must apply as it stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATCHES = sorted((ROOT / "tests/controls/planted").glob("*.patch"))


def test_at_least_thirty_faults_are_planted() -> None:
    assert len(PATCHES) >= 30


@pytest.mark.parametrize("patch", PATCHES, ids=lambda each: each.stem)
def test_a_planted_fault_applies(patch: Path) -> None:
    tried = subprocess.run(["git", "apply", "--check", str(patch)], cwd=ROOT, capture_output=True, text=True)

    assert tried.returncode == 0, tried.stderr
