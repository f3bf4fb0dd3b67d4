"""A city of one's own for races, and one that the races of a module share, with web processes on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.races.arena import Arena, opened
from tests.faults.races.haste import without_constraints
from tests.faults.races.webs import HASTY, serving
from tests.journeys.city import City, build
from tests.services.postgres import copy_of
from village_hub.kernel.db import Database


@pytest.fixture
def city(own_url: str) -> Iterator[City]:
    with _a_city(own_url) as founded:
        yield founded


@pytest.fixture(scope="module")
def arena(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The protected one."""
    with _a_city(shared_url) as founded, serving(shared_url, tmp_path_factory.mktemp("home")) as webs:
        yield opened(founded, webs)


@pytest.fixture(scope="module")
def hasty_arena(other_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """One without locks, constraints and keys."""
    home = tmp_path_factory.mktemp("hasty")
    with _a_city(other_url) as founded, serving(other_url, home, serve=HASTY) as webs:
        without_constraints(founded.database)
        yield opened(founded, webs)


@pytest.fixture(scope="module")
def shared_url(
    empty_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    with _a_database(empty_url, tmp_path_factory.mktemp("shared"), request) as url:
        yield url


@pytest.fixture(scope="module")
def other_url(
    empty_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[str]:
    with _a_database(empty_url, tmp_path_factory.mktemp("other"), request) as url:
        yield url


@contextmanager
def _a_database(empty_url: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if empty_url.startswith("sqlite"):
        target = folder / "own.sqlite3"
        with (
            closing(sqlite3.connect(empty_url.removeprefix("sqlite:///"))) as empty,
            closing(sqlite3.connect(target)) as own,
        ):
            empty.backup(own)
        yield f"sqlite:///{target}"
        return
    with copy_of(request.getfixturevalue("_postgres").url("pattern")) as url:
        yield url


@contextmanager
def _a_city(url: str) -> Iterator[City]:
    database = Database(url)
    yield build(database)
    database.dispose()
