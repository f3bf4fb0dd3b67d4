"""A warm process, and one installation whose state is brought back again and again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.faults.crash_points.nursery import Nursery
from tests.faults.crash_points.nursery import nursery as warm_nursery
from tests.faults.crash_points.state import Snapshot, State
from tests.journeys.city import City, build
from tests.services.postgres import copy_of


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with warm_nursery() as warm:
        yield warm


@pytest.fixture(scope="session")
def state(empty_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[State]:
    folder = tmp_path_factory.mktemp("crash-points")
    if empty_url.startswith("sqlite"):
        with sa.create_engine(empty_url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(empty_url.removeprefix("sqlite:///"), folder / "stage.sqlite3")
        yield State(f"sqlite:///{folder}/stage.sqlite3", folder)
        return
    with copy_of(request.getfixturevalue("_postgres").url("pattern")) as url:
        yield State(url, folder)


@pytest.fixture(scope="session")
def start(state: State) -> tuple[Snapshot, City]:
    """The city that every flow starts from."""
    city = build(state.database)
    return state.save(), city
