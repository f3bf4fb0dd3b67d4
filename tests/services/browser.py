"""A real Chromium for tests: found on the machine or installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.services.installing import Unavailable, apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell")
# Nothing of its own to fetch or update, and no share of the machine that tests do not need.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Runs a headless browser while the block runs; each person in a test takes a `new_context()` of it."""
    # Chromium's sandbox does not work for root.
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    program = provide()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def find() -> Path | None:
    """A Chromium on the PATH, else the one that Playwright's own installer has put down."""
    if named := next(filter(None, map(shutil.which, NAMES)), None):
        return Path(named)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def provide() -> Path:
    """Finds the browser or installs it; refuses when neither works."""
    if found := find():
        return found
    if apt_install("chromium") and (found := find()):
        return found
    installer = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(installer, stdout=sys.stderr, check=False).returncode == 0 and (found := find()):
        return found
    raise Unavailable(
        "Chromium is missing: install the package `chromium`, or run `.venv/bin/playwright install chromium`"
    )
