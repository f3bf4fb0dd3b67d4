from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
CODE = [path for package in ("village_hub", "workers") for path in (ROOT / package).rglob("*.py")]
TEMPLATES = sorted((ROOT / "village_hub").glob("**/templates/**/*.html"))
LOCKS = [
    *ROOT.glob("requirements*.lock"),
    *(ROOT / "requirements").glob("*.lock"),
    ROOT / "static" / "package-lock.json",
]

NAMELESS = re.compile(r"^(utils?|helpers?|common|misc)$")
DOWNLOAD = re.compile(r'"resolved"|--(extra-)?index-url|--find-links|@ (https?|file):|^\s*(https?|file):', re.M)
INLINE = re.compile(
    r"""<style\b | \sstyle\s*= | \son[a-z]+\s*= | ["']\s*javascript:
    | <script\b(?![^>]*\ssrc\s*=)(?![^>]*\stype\s*=\s*["']application/(ld\+)?json["'])""",
    re.X | re.I,
)
TIME_AND_CHANCE = [
    "from datetime import datetime\nnow = datetime.now()",
    "import datetime as dt\nnow = dt.datetime.utcnow()",
    "from datetime import date\ntoday = date.today()",
    "from uuid import uuid4\nkey = uuid4()",
    "import random\ndie = random.randint(1, 6)",
    "import secrets\nkey = secrets.token_hex()",
    "from time import time\nnow = time()",
    "import time\ntime.sleep(1)",
    "import numpy as np\ndie = np.random.default_rng()",
]


def test_every_file_has_a_name() -> None:
    named = [
        path for folder in ("village_hub", "workers", "migrations", "tests") for path in (ROOT / folder).rglob("*")
    ]
    scripts = (ROOT / "static" / "scripts").rglob("*")

    nameless = [path for path in (*named, *scripts) if NAMELESS.match(path.stem) and path.suffix in ("", ".py", ".js")]

    assert nameless == []


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in CODE}

    written = [length for length in lengths.values() if length]  # an empty __init__.py is no file to read

    assert median(written) < 90
    assert {path: length for path, length in lengths.items() if length > 350} == {}


def test_time_and_chance_come_from_the_kernel_only() -> None:
    outcome = lint(["--ignore-noqa", "village_hub", "workers", "migrations"])

    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("code", TIME_AND_CHANCE)
def test_asking_for_time_or_chance_is_caught_outside_the_kernel(code: str) -> None:
    assert lint(["--stdin-filename", "village_hub/places/service.py", "-"], code).returncode == 1
    assert lint(["--stdin-filename", "workers/actors/places.py", "-"], code).returncode == 1
    assert lint(["--stdin-filename", "village_hub/kernel/clock.py", "-"], code).returncode == 0


def test_no_lock_names_where_to_download() -> None:
    assert {path.name: DOWNLOAD.findall(path.read_text()) for path in LOCKS if DOWNLOAD.search(path.read_text())} == {}


@pytest.mark.parametrize(
    "line",
    [
        '      "resolved": "https://registry.example/esbuild.tgz",',
        "--extra-index-url https://wheels.example/simple",
        "flask @ https://wheels.example/flask.whl",
        "https://wheels.example/flask.whl",
    ],
)
def test_a_download_address_in_a_lock_is_caught(line: str) -> None:
    assert DOWNLOAD.search(f"alembic==1.20.1 \\\n{line}\n")


def test_every_locked_package_has_a_hash() -> None:
    requirements = [path for path in LOCKS if path.suffix == ".lock"]

    bare = [line for path in requirements for line in re.findall(r"^\S+==.*\n(?!\s+--hash)", path.read_text(), re.M)]

    assert requirements
    assert bare == []


def test_templates_carry_no_script_or_style_of_their_own() -> None:
    found = {str(path.relative_to(ROOT)): inline(path.read_text()) for path in TEMPLATES}

    assert TEMPLATES
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    ("markup", "is_inline"),
    [
        ('<p style="color: red">', True),
        ("<button onclick='go()'>", True),
        ("<style>p { color: red }</style>", True),
        ("<script>go()</script>", True),
        ('<script type="module">go()</script>', True),
        ('<a href="javascript:go()">', True),
        ("<script src=\"{{ asset('main.js') }}\" defer></script>", False),
        ('<script type="application/ld+json">{}</script>', False),
        ('<p class="style" data-controller="only">', False),
    ],
)
def test_script_and_style_in_markup_are_told_from_the_rest(markup: str, is_inline: bool) -> None:
    assert bool(inline(markup)) is is_inline


def inline(markup: str) -> list[str]:
    """What a strict content security policy would refuse."""
    return [match[0] for match in INLINE.finditer(re.sub(r"\{#.*?#\}", "", markup, flags=re.S))]


def lint(arguments: list[str], code: str | None = None) -> subprocess.CompletedProcess[str]:
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "check", "--quiet", "--no-cache", "--select", "TID251", *arguments]
    return subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False)
