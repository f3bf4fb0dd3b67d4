"""A real Chromium, a city, and screens for its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from tests.browser.screen import Screen, Seat
from tests.journeys.city import City, build
from tests.journeys.installation import Installation, running
from tests.services.browser import chromium
from tests.services.postgres import copy_of
from village_hub.kernel import migrations
from village_hub.kernel.db import Database


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def shared_url(
    empty_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a migrated database that the tests of one module look at together."""
    if empty_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path_factory.mktemp('shared')}/shared.sqlite3"
        migrations.upgrade(url)
        yield url
        return
    with copy_of(request.getfixturevalue("_postgres").url("pattern")) as url:
        yield url


@pytest.fixture
def city(own_url: str) -> Iterator[City]:
    database = Database(own_url)
    yield build(database)
    database.dispose()


@pytest.fixture
def installation(city: City, own_url: str, tmp_path: Path) -> Iterator[Installation]:
    with running(own_url, tmp_path / "home") as started:
        yield started


@pytest.fixture
def seat(browser: Browser, installation: Installation, city: City) -> Iterator[Seat]:
    """`seat(person_id)` gives the person a screen; nothing may have complained on any of them in the end."""
    screens: list[Screen] = []

    def take(person_id: UUID | None, **context: Any) -> Screen:
        screen = Screen(browser, installation, city.token(person_id) if person_id else None, **context)
        screens.append(screen)
        return screen

    yield take
    complaints = [each for screen in screens for each in screen.complaints]
    for screen in screens:
        screen.close()
    assert complaints == []
