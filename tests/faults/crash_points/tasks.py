"""What one process of the installation does in its life: answer a request, work, serve sockets, or run a command."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import gevent
from flask import Flask
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict

from tests.faults.crash_points.outcome import in_words
from tests.faults.crash_points.points import HAND_OVER, Points, Say, watch_commits, watch_files
from tests.faults.crash_points.ports import Bell, NumberedIds, PostOffice
from tests.journeys.forms import PageForm, Pairs, forms_of
from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.jobs import Job
from village_hub.kernel.settings import Settings
from village_hub.live import fanout, server
from village_hub.live.serving import Server
from village_hub.live.transport import WebSocket
from village_hub.web import hub
from workers.actor import Ports
from workers.relay import relay
from workers.running import run
from workers.timers import Series, sweep


@dataclass(frozen=True)
class World:
    """What a process finds when it starts."""

    url: str
    home: Path
    now: datetime
    number: int
    secret: str
    mailer_is_idempotent: bool = True
    #: Whether the doorbell was rung since the last worker listened to it.
    is_rung: bool = True

    @property
    def book(self) -> Path:
        """Where the post office notes what has arrived."""
        return self.home / "letters"


@dataclass(frozen=True)
class Process:
    """A process that has just started, with its ports in place and its moments counted."""

    app: Flask
    database: Database
    world: World
    points: Points
    say: Say


class Task(Protocol):
    """The life of a process; what it returns comes back unless the process is killed."""

    def run(self, process: Process) -> object: ...


@dataclass(frozen=True)
class Answer:
    """What came back for a request."""

    path: str
    status: int
    location: str
    text: str
    cookies: dict[str, str]

    def location_in_words(self, known: frozenset[str]) -> str:
        """Where the answer leads, without new ids."""
        return in_words(self.location, known)

    @property
    def forms(self) -> list[PageForm]:
        """The forms of the page, as a browser would send them."""
        return forms_of(self.path, self.text)

    def form(self, action: str) -> PageForm:
        """The form that leads to an address with this ending."""
        found = [each for each in self.forms if each.action.endswith(action)]
        assert found, f"{self.path} ({self.status}) has no form to …{action}"
        return found[0]


@dataclass(frozen=True)
class Request:
    """A web process answers one request."""

    method: str
    path: str
    cookies: dict[str, str]
    pairs: Pairs = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def run(self, process: Process) -> Answer:
        content: MultiDict[str, Any] = MultiDict(self.pairs)
        for name, (file_name, data) in self.files.items():
            content.add(name, (BytesIO(data), file_name))
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        client = process.app.test_client(use_cookies=False)
        with process.points.at(f"{self.method} {self.path}"):
            got = client.open(
                self.path, method=self.method, data=content or None, headers={"Cookie": cookies} if cookies else None
            )
        return Answer(self.path, got.status_code, got.headers.get("Location", ""), got.text, self._kept(got))

    def _kept(self, got: Any) -> dict[str, str]:
        kept = dict(self.cookies)
        for header in got.headers.getlist("Set-Cookie"):
            kept |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return kept


@dataclass(frozen=True)
class Work:
    """A worker process: what its threads do, on one thread, until nothing is due; the broker's messages die with it."""

    def run(self, process: Process) -> None:
        database, points, world = process.database, process.points, process.world
        office = PostOffice(points, world.book, is_idempotent=world.mailer_is_idempotent)
        ports, series, queue = Ports(process.app, database, office), Series(), deque[UUID]()

        def send(job_id: UUID) -> None:
            points.before(HAND_OVER)
            queue.append(job_id)

        while True:
            with points.at("relay and sweeper"):
                while relay(database):
                    pass
                series.go_on(database)
                sweep(database, send)
            if not queue:
                return
            while queue:
                job_id = queue.popleft()
                with points.at(f"job {_actor(database, job_id)}"):
                    run(database, job_id, ports)


@dataclass(frozen=True)
class Live:
    """A live process serves sockets, one signal a frame, until its only client has left."""

    port: int

    def run(self, process: Process) -> None:
        fanout.SIGNALS_PER_FRAME = 1
        push, live = WebSocket.push, process.app.extensions[server.NAME]

        def numbered(socket: WebSocket, frame: bytes) -> bool:
            process.points.before("a push")
            return push(socket, frame)

        WebSocket.push = numbered  # type: ignore[method-assign, assignment]
        serving = Server(("127.0.0.1", self.port), process.app)
        live.fanout._greenlets = [gevent.spawn(live.fanout._run)]
        with process.points.at("live server"):
            serving.start()
            while not live.audience.subscribers:
                gevent.sleep(0.001)
            while live.audience.subscribers:
                gevent.sleep(0.001)
            serving.stop(0)


@dataclass(frozen=True)
class Call:
    """A command of the installation: a function that is given the database."""

    function: Callable[..., object]
    given: tuple[Any, ...] = ()

    def run(self, process: Process) -> object:
        with process.points.at(self.function.__name__):
            return self.function(process.database, *self.given)


def start(app: Flask, settings: Settings, world: World, say: Say, fatal: int | None) -> Process:
    """Begin to live: put the ports in place, and count every effect from here on."""
    points = Points(say, fatal)
    database = _opened(app, settings, world, Bell(points, say))
    for engine in (database.engine, database.reading_engine):
        engine.dispose(close=False)  # what is open belongs to the warm process
    process = Process(app, database, world, points, say)
    watch_commits(points, process.database)
    watch_files(points, world.home)
    return process


def live_warm(app: Flask, settings: Settings, world: World, task: Task, say: Say) -> object:
    """Live in the warm process itself: every statement is compiled from then on in those who are forked from it."""
    points = Points(say)
    database = _opened(app, settings, world, Bell(points, say))
    returned = task.run(Process(app, database, world, points, say))
    if database.is_sqlite:
        database.dispose()  # its file is about to be replaced
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
    return returned


def _opened(app: Flask, settings: Settings, world: World, doorbell: Bell) -> Database:
    """The application and its live side hold one database object from their building on: it is opened anew."""
    database = hub.of(app).database
    if database.url != world.url:
        Database.__init__(database, world.url)
        if database.is_sqlite:
            event.listen(database.engine, "connect", _trust_the_machine)
    database.clock, database.ids, database.doorbell = SettableClock(world.now), NumberedIds(world.number), doorbell
    app.extensions[hub.NAME] = hub.Hub(replace(settings, home=world.home), database)
    return database


def _actor(database: Database, job_id: UUID) -> str | None:
    with database.read_session() as session:
        return session.scalar(select(Job.actor).where(Job.id == job_id))


def _trust_the_machine(connection: Any, _record: object) -> None:
    """Processes are killed here, the machine is not: what is written stays without waiting for the disk."""
    connection.execute("PRAGMA synchronous=OFF")
