"""What every test may use. The database comes from the migrations; each test's changes are rolled back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.services.postgres import Postgres, copy_of, server
from village_hub.app import create_app
from village_hub.kernel import migrations
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.ids import SeededIds
from village_hub.kernel.jobs import Job, JobState, due
from village_hub.kernel.mail import ListMailer
from village_hub.kernel.settings import Settings
from village_hub.web import hub

#: Sunday, 22 November 2026, nine o'clock in Korea.
NINE_O_CLOCK = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
ON = os.environ.get("VILLAGE_HUB_TEST_DATABASE", "sqlite")


class OneConnectionDatabase(Database):
    """A database whose sessions all live on one connection, in savepoints of a transaction that is rolled back."""

    def share(self, connection: Connection, session: Session) -> None:
        self.connection, self.given = connection, session

    def settle(self) -> None:
        """Let what the test itself wrote become visible to the code under test."""
        commit(self.given)
        self.given.expire_all()

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        self.settle()
        with Session(self.connection, join_transaction_mode="create_savepoint", autoflush=False) as session:
            session.info.update(clock=self.clock, database=self)
            yield session

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        self.settle()
        with Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            self.equip(session)
            yield session
            commit(session)
        self.ring(session)


def commit(session: Session) -> None:
    """Commit as a write session does, last acts included."""
    for finish in session.info["before_commit"]:
        finish(session)
    session.info["before_commit"].clear()
    session.commit()


class Visitor(FlaskClient):
    """A browser of one person."""

    def sign_in(self, person_id: UUID) -> Visitor:
        """Be this person from now on."""
        from village_hub.people import service as people

        with hub.of(self.application).database.write_session() as session:
            token = people.open_sign_in(session, person_id, now=session.info["clock"].now(), device="test")
        self.set_cookie("village", token)
        return self


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Postgres]:
    """A server whose database `pattern` is migrated and never connected to again, so that it can be copied."""
    with server() as running:
        migrations.upgrade(running.create_database("pattern"))
        yield running


@pytest.fixture(scope="session")
def empty_url(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a freshly migrated database of this test process; a template that nobody writes into."""
    if ON == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database')}/empty.sqlite3"
        migrations.upgrade(url)
        yield url
        return
    server_of_ours: Postgres = request.getfixturevalue("_postgres")
    yield server_of_ours.create_database("empty", template="pattern")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NINE_O_CLOCK)


@pytest.fixture
def own_url(empty_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database of this test alone, with real commits; for races and processes."""
    if ON == "sqlite":
        target = tmp_path / "own.sqlite3"
        with sa.create_engine(empty_url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(empty_url.removeprefix("sqlite:///"), target)
        yield f"sqlite:///{target}"
        return
    with copy_of(request.getfixturevalue("_postgres").url("pattern")) as url:
        yield url


@pytest.fixture
def own_database(own_url: str, clock: SettableClock) -> Iterator[Database]:
    """A real database of this test alone."""
    database = Database(own_url, clock=clock, ids=SeededIds(7))
    yield database
    database.dispose()


@pytest.fixture
def database(empty_url: str, clock: SettableClock) -> Iterator[OneConnectionDatabase]:
    """The database as the code under test sees it; everything is undone afterwards."""
    database = OneConnectionDatabase(empty_url, clock=clock, ids=SeededIds(7))
    with database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            database.equip(session)
            database.share(connection, session)
            yield database
        outer.rollback()
    database.dispose()


@pytest.fixture
def session(database: OneConnectionDatabase) -> Session:
    """The test's own session, for what was given and for looking at what came of it."""
    return database.given


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(environment="test", secret_key="only-for-tests-" * 3, home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def _application(settings: Settings, empty_url: str) -> Flask:
    app = create_app(settings, Database(empty_url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Visitor
    return app


@pytest.fixture
def app(_application: Flask, settings: Settings, database: OneConnectionDatabase) -> Flask:
    """The whole application on this test's database."""
    _application.extensions[hub.NAME] = hub.Hub(settings, database)
    return _application


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A browser that nobody has signed in with; `client.sign_in(person_id)`."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def mailer() -> ListMailer:
    return ListMailer()


@pytest.fixture
def drain(app: Flask, database: OneConnectionDatabase, mailer: ListMailer) -> Callable[[], int]:
    """Carry facts and due jobs until none is left; fails where a job failed."""
    from workers.actor import Ports
    from workers.relay import relay
    from workers.running import run

    def carry() -> int:
        carried = 0
        while True:
            while relay(database):
                pass
            with database.read_session() as session:
                waiting = due_now(session, database)
            if not waiting:
                break
            for job_id in waiting:
                run(database, job_id, Ports(app, database, mailer))
                carried += 1
        with database.read_session() as session:
            failed = session.scalars(
                sa.select(Job.last_error).where(Job.last_error.is_not(None), Job.state != JobState.REFUSED)
            ).all()
        assert not failed, failed
        return carried

    return carry


def due_now(session: Session, database: Database) -> list[UUID]:
    """Every job whose moment has come."""
    return due(session, now=database.clock.now())


@pytest.fixture
def max_queries(database: OneConnectionDatabase) -> Callable[[int], Any]:
    """`with max_queries(12): client.get(…)` fails where a page asks the database more often."""

    @contextmanager
    def at_most(limit: int) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
                seen.append(statement)

        database.settle()
        sa.event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(database.engine, "before_cursor_execute", note)
        assert len(seen) <= limit, f"{len(seen)} queries:\n" + "\n".join(seen)

    return at_most
