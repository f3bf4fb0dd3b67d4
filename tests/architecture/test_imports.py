from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("village_hub", "workers")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FOUNDATIONS = {"demo", "home", "kernel", "live", "simulation", "translations", "web"}
JOURNEY = "The order of imports is the resident's journey"
ROOMS = "Inside a capability"

# One line a contract refuses, and the file it is planted in.
PLANTS = {
    JOURNEY: ("village_hub/people/queries.py", "import village_hub.activities.queries"),
    ROOMS: ("village_hub/people/models.py", "import village_hub.people.service"),
    "A capability's tables are its own": ("village_hub/activities/service.py", "import village_hub.places.models"),
    "The matching engine is arithmetic": ("village_hub/matching/engine/__init__.py", "import random"),
    "Use cases know no web, socket or queue": ("village_hub/places/service.py", "import flask"),
    "The kernel knows no web and no queue library": ("village_hub/kernel/clock.py", "import dramatiq"),
    "The package never knows its workers": ("village_hub/home/queries.py", "import workers.main"),
    "Workers call use cases, never routes": ("workers/actors/people.py", "import village_hub.people.routes"),
    "Inside workers": ("workers/broker.py", "import workers.main"),
    "Only the entry points build the app": ("village_hub/web/policy.py", "import village_hub.app"),
}


def test_every_contract_holds(copy: Path) -> None:
    assert verdicts(copy) == {contract["name"]: "KEPT" for contract in CONTRACTS}


def test_every_contract_catches_what_it_forbids(copy: Path) -> None:
    for file, line in PLANTS.values():
        plant(copy, file, line)

    assert verdicts(copy) == {contract["name"]: "BROKEN" for contract in CONTRACTS}


@pytest.mark.parametrize(
    ("contract", "file"),
    [
        (JOURNEY, "village_hub/odds/__init__.py"),
        (ROOMS, "village_hub/people/helpers.py"),
        ("Inside workers", "workers/odds.py"),
    ],
)
def test_what_nobody_placed_breaks_the_order(copy: Path, contract: str, file: str) -> None:
    plant(copy, file, "")

    assert verdicts(copy)[contract] == "BROKEN"


def test_every_capability_is_held_to_the_order_of_its_rooms() -> None:
    held = {name for contract in CONTRACTS if contract["name"] == ROOMS for name in contract["containers"]}

    packages = {path.parent.name for path in (ROOT / "village_hub").glob("*/__init__.py")}

    assert {f"village_hub.{name}" for name in packages - FOUNDATIONS} <= held


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages' code, with the contracts of the capabilities that exist."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=lambda _, names: [n for n in names if is_no_code(n)])
    present = {path.parent.name for path in (tmp_path / "village_hub").glob("*/__init__.py")}
    text = (ROOT / "pyproject.toml").read_text()
    text = re.sub(r'^  "village_hub\.(\w+)",\n', lambda line: line[0] if line[1] in present else "", text, flags=re.M)
    (tmp_path / "pyproject.toml").write_text(text)
    return tmp_path


def is_no_code(name: str) -> bool:
    return name == "__pycache__" or ("." in name and not name.endswith(".py"))


def plant(root: Path, file: str, line: str) -> None:
    """Adds the line to the file, and makes the file and the modules the line names where they do not exist yet."""
    wanted = [
        file,
        *(name.replace(".", "/") + ".py" for name in re.findall(r"import ((?:village_hub|workers)\.\S+)", line)),
    ]
    for name in wanted:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.touch()
    with (root / file).open("a") as code:
        code.write(f"\n{line}\n")


def verdicts(root: Path) -> dict[str, str]:
    """What import-linter says of each contract: KEPT or BROKEN."""
    program = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run(
        [program, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    found = re.findall(r"^(.+?) (KEPT|BROKEN)\b", outcome.stdout, flags=re.M)
    assert found, outcome.stdout + outcome.stderr
    return dict(found)
