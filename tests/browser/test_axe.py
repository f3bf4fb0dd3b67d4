"""Every page for everybody who may see it: no violation, no sideways scrolling, nothing in the console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.lived_in import LivedIn, lived_in
from tests.browser.pages import AXE, addresses, flaws, seen_by
from tests.browser.screen import Screen
from tests.journeys.installation import Installation, scaled
from village_hub.app import create_app
from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings
from village_hub.web import hub

pytestmark = [pytest.mark.browser, pytest.mark.servers]
MODES = ({"contrast": "high"}, {"theme": "dark"}, {"text": "1.5"})
#: What to look at in every mode.
OFTEN = (
    "/", "/activities/<uuid:activity_id>", "/villages/<uuid:village_id>", "/villages/<uuid:village_id>/board",
    "/learning-requests/new", "/learning-requests/<uuid:request_id>", "/sessions/<uuid:session_id>/desk",
    "/calendar", "/invitations/<uuid:invitation_id>", "/figures", "/styleguide",
)  # fmt: skip


class Inspector:
    """Looks at pages with the eyes of one role after the other, in one window each."""

    def __init__(self, browser: Browser, installation: Installation, village: LivedIn, **display: str) -> None:
        self.browser, self.installation, self.village, self.display = browser, installation, village, display
        self.found: dict[str, list[str]] = {}
        self._screens: dict[tuple[str, str], Screen] = {}

    def seen_by(self, path: str) -> list[str]:
        """The role with the fewest rights that may see a page, and the one with the most."""
        return seen_by(self.installation.address, self.village.tokens, path)

    def look(self, role: str, language: str, path: str) -> None:
        """Open a page and note what is wrong with it."""
        screen = self.screen(role, language)
        screen.open(path)
        self.note(f"{role} {language} {path}", screen)

    def note(self, what: str, screen: Screen) -> None:
        """Note what is wrong with the page that a screen shows."""
        wrong = [*flaws(screen.page), *screen.complaints]
        screen.complaints.clear()
        if wrong:
            self.found[what] = wrong

    def screen(self, role: str, language: str = "ko") -> Screen:
        """The window of a role."""
        if (role, language) not in self._screens:
            screen = Screen(self.browser, self.installation, self.village.tokens[role], reduced_motion="reduce")
            chosen = {"name": "language", "value": language, "url": self.installation.address}
            screen.context.add_cookies([chosen])  # type: ignore[list-item]
            screen.context.add_init_script(f"localStorage.setItem('display', {json.dumps(json.dumps(self.display))})")
            screen.context.add_init_script(path=AXE)
            self._screens[role, language] = screen
        return self._screens[role, language]

    def close(self) -> None:
        for each in self._screens.values():
            each.close()

    def report(self) -> str:
        """Everything that was found, a page each."""
        return "\n".join(f"{page}\n    " + "\n    ".join(wrong) for page, wrong in self.found.items())


@pytest.fixture(scope="module")
def app(shared_url: str, settings: Settings) -> Iterator[Flask]:
    """The application as it is in development, where it has all its pages."""
    database = Database(shared_url)
    yield create_app(replace(settings, environment="development"), database)
    database.dispose()


@pytest.fixture(scope="module")
def village(app: Flask) -> LivedIn:
    return lived_in(hub.of(app).database, app)


@pytest.fixture(scope="module")
def pages(app: Flask, village: LivedIn) -> dict[str, list[str]]:
    """The addresses of every page by its route."""
    return addresses(app, village.things)


@pytest.fixture(scope="module")
def installation(village: LivedIn, shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with scaled(shared_url, tmp_path_factory.mktemp("home"), work=None) as started:
        yield started


@pytest.fixture
def inspector(
    browser: Browser, installation: Installation, village: LivedIn, request: pytest.FixtureRequest
) -> Iterator[Inspector]:
    inspector = Inspector(browser, installation, village, **getattr(request, "param", {}))
    yield inspector
    inspector.close()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_is_accessible(inspector: Inspector, pages: dict[str, list[str]], language: str) -> None:
    unseen = []

    for route, paths in pages.items():
        viewers = {path: found for path in paths if (found := inspector.seen_by(path))}
        for path, roles in viewers.items():
            for role in roles if language == "ko" else roles[-1:]:
                inspector.look(role, language, path)
        if not viewers:
            unseen.append(route)

    assert inspector.found == {}, inspector.report()
    assert unseen == []


@pytest.mark.parametrize("inspector", MODES, indirect=True, ids=str)
def test_what_people_see_most_is_accessible_in_every_mode(inspector: Inspector, pages: dict[str, list[str]]) -> None:
    for path in (pages[route][0] for route in OFTEN):
        inspector.look(inspector.seen_by(path)[-1], "ko", path)

    assert inspector.found == {}, inspector.report()


def test_a_refused_form_says_accessibly_what_is_wrong(inspector: Inspector) -> None:
    for role, path in (("stranger", "/sign-in"), ("stranger", "/registration"), ("resident", "/learning-requests/new")):
        screen = inspector.screen(role)
        form = screen.open(path).locator("main form.form").first
        form.locator("button:not([type=button])").last.click()
        screen.page.locator(".error").first.wait_for()
        inspector.note(f"{path} refused", screen)

    assert inspector.found == {}, inspector.report()


def test_control_a_broken_page_is_found(inspector: Inspector) -> None:
    screen = inspector.screen("stranger")
    screen.open("/about")
    screen.page.evaluate("""() => {
      document.querySelector("main").innerHTML += "<img src='/assets/none.png'><p style='width: 500px'>wide</p>";
    }""")

    inspector.note("broken", screen)

    found = " ".join(inspector.found["broken"])
    assert "image-alt" in found
    assert "Content Security Policy" in found
