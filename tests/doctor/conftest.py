"""A village that has lived for some weeks, once for all tests that only look at it or roll back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import NINE_O_CLOCK, ON
from tests.doctor.life import Life
from tests.services.postgres import copy_of
from village_hub.app import create_app
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Base, Database
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.settings import Settings


@pytest.fixture(scope="session")
def lived_in(
    empty_url: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """The village's database; the clock stands where the story ended."""
    folder, app = tmp_path_factory.mktemp("doctor"), create_app(settings, Database(empty_url))
    if ON == "sqlite":
        with sa.create_engine(empty_url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(empty_url.removeprefix("sqlite:///"), folder / "village.sqlite3")
        yield from _lived_in(f"sqlite:///{folder}/village.sqlite3", app, folder)
        return
    with copy_of(request.getfixturevalue("_postgres").url("pattern")) as url:
        yield from _lived_in(url, app, folder)


@pytest.fixture(scope="session")
def unguarded(lived_in: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The same rows in tables without any constraint, trigger or index."""
    tables = list(Base.metadata.tables)
    if ON == "sqlite":
        engine = sa.create_engine(f"sqlite:///{tmp_path_factory.mktemp('doctor')}/unguarded.sqlite3")
        source = lived_in.url.removeprefix("sqlite:///")
        copying, place = [f"ATTACH '{source}' AS guarded"], "guarded"
    else:
        engine = sa.create_engine(lived_in.url, connect_args={"options": "-c search_path=unguarded -c timezone=UTC"})
        copying, place = ["CREATE SCHEMA unguarded"], "public"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in [*copying, *(f"CREATE TABLE {name} AS SELECT * FROM {place}.{name}" for name in tables)]:
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


@pytest.fixture
def breakable(unguarded: sa.Engine) -> Iterator[Session]:
    """A session on the unguarded tables; whatever it does is undone."""
    with Session(unguarded, autoflush=False) as session:
        yield session
        session.rollback()


def _lived_in(url: str, app: Flask, folder: Path) -> Iterator[Database]:
    clock = SettableClock(NINE_O_CLOCK)
    database = Database(url, clock=clock, ids=SeededIds(7))
    Life(database, clock, app, folder).live()
    yield database
    database.dispose()
