"""The village that the scenes are played in: real commits, real jobs, a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Select

from tests.faults.state_equality.watched import WatchedDatabase
from tests.journeys.city import City, build
from village_hub.kernel import jobs
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.jobs import Job, JobState
from village_hub.kernel.mail import Letter
from workers.actor import Ports
from workers.relay import relay
from workers.running import run

Result = TypeVar("Result")


@dataclass
class Post:
    """A mailer that can be out of order: it raises what it was told to."""

    trouble: list[Exception] = field(default_factory=list)
    is_idempotent: ClassVar[bool] = True

    def send(self, letter: Letter) -> None:
        if self.trouble:
            raise self.trouble.pop()


class Town:
    """Who lives here, and what they can do: one use case, one commit, then everything that follows from it."""

    def __init__(self, app: Flask, database: WatchedDatabase, clock: SettableClock, folder: Path) -> None:
        self.app, self.database, self.clock, self.folder = app, database, clock, folder
        self.city: City = build(database)
        self.post = Post()

    @property
    def people(self) -> dict[str, UUID | None]:
        """Whose pages are open."""
        city = self.city
        return {
            "resident": city.resident,
            "neighbour": city.neighbours[0],
            "volunteer": city.volunteers[0],
            "manager": city.manager,
            "staff": city.staff,
            "operator": city.operator,
            "stranger": None,
        }

    def do(self, use_case: Callable[..., Result], *given: Any, **more: Any) -> Result:
        """Carry out a use case in a transaction of its own, as a route does, and then the jobs that follow from it."""
        result = self.just(use_case, *given, **more)
        self.drain()
        return result

    def just(self, use_case: Callable[..., Result], *given: Any, **more: Any) -> Result:
        """Carry out a use case; what follows from it waits."""
        if "now" in signature(use_case).parameters:
            more = {"now": self.clock.now()} | more
        with self.database.write_session() as session:
            return use_case(session, *given, **more)

    def press(self, who: UUID, path: str) -> None:
        """Somebody presses a button that leads to this address."""
        visitor: Any = self.app.test_client()
        assert visitor.sign_in(who).post(path).status_code == 303
        self.drain()

    def later(self, **time: float) -> None:
        """Let time pass, and whatever was due meanwhile happen."""
        self.clock.advance(timedelta(**time))
        self.drain()

    def drain(self) -> None:
        """Carry facts and due jobs until none is left."""
        ports = Ports(self.app, self.database, self.post)
        while True:
            while relay(self.database):
                continue
            with self.database.read_session() as session:
                waiting = jobs.due(session, now=self.clock.now())
            if not waiting:
                return
            for job_id in waiting:
                run(self.database, job_id, ports)

    def failures(self) -> list[str]:
        """Why jobs failed that nobody expected to."""
        failed = sa.select(Job.key, Job.last_error).where(Job.last_error.is_not(None), Job.state != JobState.REFUSED)
        with self.database.read_session() as session:
            return [f"{key}: {why}" for key, why in session.execute(failed) if "on purpose" not in str(why)]

    def one(self, query: Select[Result]) -> Result:
        """The first answer to a question."""
        return self.all(query)[0]

    def all(self, query: Select[Result]) -> list[Result]:
        """Every answer to a question."""
        with self.database.read_session() as session:
            return list(session.scalars(query))
