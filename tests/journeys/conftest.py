"""A city of one's own, with real processes on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.city import City, build
from tests.journeys.installation import Installation, running
from village_hub.kernel.db import Database


@pytest.fixture
def city(own_url: str) -> Iterator[City]:
    database = Database(own_url)
    yield build(database)
    database.dispose()


@pytest.fixture
def installation(city: City, own_url: str, tmp_path: Path) -> Iterator[Installation]:
    with running(own_url, tmp_path / "home") as started:
        yield started
