"""A small demo city, built once for all tests that only look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.conftest import NINE_O_CLOCK, ON
from tests.services.postgres import copy_of
from village_hub import demo
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.seals import use_secret
from village_hub.kernel.settings import Settings

SMALL = 0.1


@pytest.fixture(scope="session", autouse=True)
def secret(settings: Settings) -> None:
    """Phone numbers are sealed with the key of the tests."""
    use_secret(settings.secret_key)


@pytest.fixture(scope="session")
def small_city(
    empty_url: str, secret: None, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A tenth of the demo city, on Sunday at nine."""
    if ON == "sqlite":
        target = tmp_path_factory.mktemp("demo") / "city.sqlite3"
        with sa.create_engine(empty_url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(empty_url.removeprefix("sqlite:///"), target)
        yield from _built(f"sqlite:///{target}")
        return
    with copy_of(request.getfixturevalue("_postgres").url("pattern")) as url:
        yield from _built(url)


def _built(url: str) -> Iterator[Database]:
    database = Database(url, clock=SettableClock(NINE_O_CLOCK), ids=SeededIds(1))
    assert demo.build(database, lambda _line: None, scale=SMALL)
    yield database
    database.dispose()
