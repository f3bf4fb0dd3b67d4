"""Where missing servers come from: Debian packages for root, else wheels kept beside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache"


class Unavailable(RuntimeError):
    """Something the tests need is not here and cannot be had; the message says what a person can do."""


def apt_install(package: str) -> bool:
    """Installs a Debian package if we are root on a system that has them; true when that worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "--no-install-recommends", package])
    return all(_run(command, quiet) for command in commands)


def wheel_install(name: str) -> Path | None:
    """Installs the wheels of `requirements/<name>.lock` into a directory of their own; None when that failed."""
    target = CACHE / name
    lock = ROOT / "requirements" / f"{name}.lock"
    pip = [sys.executable, "-m", "pip", "install"]
    uv = [str(CACHE / "setup" / "bin" / "uv"), "pip", "install", "--python", sys.executable]
    command = uv if Path(uv[0]).exists() else pip
    return target if _run([*command, "--require-hashes", "--target", str(target), "-r", str(lock)]) else None


def _run(command: list[str], environment: dict[str, str] | None = None) -> bool:
    """Keeps standard output for our own lines; a failing command's words stay visible."""
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode == 0
