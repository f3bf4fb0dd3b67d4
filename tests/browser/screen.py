"""What one person sees in a browser, and what the browser complains about."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from tests.journeys.installation import Installation

PHONE = {"width": 390, "height": 844}
#: Seconds a step may take until another person sees it; measured times are far below.
PATIENCE = 5.0
#: What Chromium says about every answer that is a refusal, and while the network is cut.
EXPECTED = ("Failed to load resource", "WebSocket connection to", "net::ERR")

#: `seat(person_id, **context)` gives somebody a screen.
Seat = Callable[..., "Screen"]


class Screen:
    """One person's browser window, as wide as a phone."""

    def __init__(self, browser: Browser, installation: Installation, token: str | None, **context: Any) -> None:
        options: dict[str, Any] = {"base_url": installation.address, "viewport": PHONE, "locale": "ko-KR"}
        self.context = browser.new_context(**options | context)
        if token:
            self.context.add_cookies([{"name": "village", "value": token, "url": installation.address}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def open(self, path: str) -> Page:
        """Go to a page; it must be there."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.page

    def open_live(self, path: str) -> Page:
        """Go to a page and wait until it listens."""
        self.open(path)
        self.page.locator(".live[data-state=live]").wait_for(state="attached")
        return self.page

    def close(self) -> None:
        self.context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(each in message.text for each in EXPECTED):
            self.complaints.append(f"{self.page.url}: {message.text}")


class Stopwatch:
    """How long after a step others see it, on their open pages."""

    def __init__(self) -> None:
        self.measured: list[tuple[str, float]] = []

    @contextmanager
    def step(self, what: str, *seen: Locator) -> Iterator[None]:
        """Do a step in the block; everything named must then appear by itself."""
        yield
        started = time.monotonic()
        # Playwright's own waiting looks ever more rarely, up to twice a second: too coarse for a stopwatch.
        while missing := [each for each in seen if not each.count()]:
            assert time.monotonic() - started < PATIENCE, f"{what}: {missing} did not appear"
            time.sleep(0.01)
        self.measured.append((what, time.monotonic() - started))

    def report(self) -> str:
        """The measured times, one a line."""
        return "\n".join(f"{seconds * 1000:6.0f} ms  {what}" for what, seconds in self.measured)
