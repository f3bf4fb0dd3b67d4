"""One ground for all histories of a test process: a database of its own, on which everything is rolled back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import ON
from tests.faults.simulation.ground import Ground
from tests.services.postgres import copy_of
from village_hub.kernel.settings import Settings
from village_hub.web import hub


@pytest.fixture(scope="module")
def ground(
    empty_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
    _application: Flask,
    settings: Settings,
) -> Iterator[Ground]:
    """A migrated database and the whole application on it."""
    before = _application.extensions[hub.NAME]
    with _own(empty_url, tmp_path_factory, request) as url:
        ground = Ground(url, _application)
        _application.extensions[hub.NAME] = hub.Hub(settings, ground.database)
        yield ground
        ground.close()
    _application.extensions[hub.NAME] = before


@contextmanager
def _own(url: str, folders: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    if ON != "sqlite":
        with copy_of(request.getfixturevalue("_postgres").url("pattern")) as own:
            yield own
        return
    target = folders.mktemp("simulation") / "own.sqlite3"
    with sa.create_engine(url).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(url.removeprefix("sqlite:///"), target)
    yield f"sqlite:///{target}"
