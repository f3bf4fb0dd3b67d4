"""Real workers under load: a crew on a database with a Valkey of its own, and whoever gives them errands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
import sqlalchemy as sa

from tests.faults.workers import clockwork, errands
from tests.journeys.outcome import everything_is_done
from tests.journeys.waiting import within
from tests.services import valkey
from village_hub.doctor import INVARIANTS
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import EVENTS, RedisDoorbell
from village_hub.kernel.errors import Busy
from village_hub.kernel.invariant import broken
from village_hub.kernel.jobs import Job, JobState

ROOT = Path(__file__).resolve().parents[3]
OPEN = (JobState.WAITING, JobState.RUNNING)
SOAK = bool(os.environ.get("VILLAGE_HUB_SOAK"))


@dataclass
class Crew:
    """Workers that are started again at once, and a hand on what they work on."""

    database: Database
    home: Path
    redis_url: str
    foreman: subprocess.Popen[str]
    workers: dict[int, int] = field(default_factory=dict)
    killed: dict[int, float] = field(default_factory=dict)
    died: list[int] = field(default_factory=list)

    @property
    def diary(self) -> Path:
        return self.home / "diary"

    @property
    def letters(self) -> Path:
        return self.home / "mail"

    def words(self) -> str:
        """What the workers have said."""
        return (self.home / "words").read_text(errors="replace")

    def listeners(self) -> int:
        """How many workers listen to the doorbell."""
        channel = RedisDoorbell.PREFIX + EVENTS
        return int(dict(redis.Redis.from_url(self.redis_url).pubsub_numsub(channel))[channel.encode()])

    def writers(self) -> list[int]:
        """The processes that began to write a letter, in order of time."""
        return [each.process for each in errands.starts(self.diary) if each.kind == errands.THANK]

    def kill(self, worker: int) -> None:
        """`kill -9`, and remember when."""
        process = self.workers[worker]
        os.kill(process, signal.SIGKILL)
        self.killed[process] = time.monotonic()
        assert within(10, lambda: self.workers[worker] != process)

    def ask_to_end(self, worker: int) -> None:
        """SIGTERM, and wait until another one has its place."""
        process = self.workers[worker]
        os.kill(process, signal.SIGTERM)
        assert within(20, lambda: self.workers[worker] != process)

    def pause(self, process: int) -> None:
        """Stop a worker in a moment in which it does not keep everybody else from writing."""
        while True:
            os.kill(process, signal.SIGSTOP)
            try:
                with self.database.write_session():
                    return
            except Busy:
                self.wake(process)

    def wake(self, process: int) -> None:
        os.kill(process, signal.SIGCONT)

    def put_clock(self, worker: int, seconds: float) -> None:
        clockwork.put(self.home, worker, seconds)

    @contextmanager
    def load(self, *, writing: float = errands.WRITING, at_once: int = 100) -> Iterator[list[int]]:
        """Give errands, so that about as many jobs are always open; what was promised is in the list."""
        given: list[int] = []
        ended = threading.Event()

        def give() -> None:
            while not ended.is_set():
                if self._open() < at_once:
                    errands.give(self.database, len(given), writing=writing)
                    given.append(len(given))
                else:
                    ended.wait(0.02)

        giving = threading.Thread(target=give)
        giving.start()
        try:
            yield given
        finally:
            ended.set()
            giving.join()

    def put_aside(self) -> int:
        """How many jobs are taken for poison."""
        with self.database.read_session() as session:
            aside = sa.select(sa.func.count()).where(Job.state == JobState.QUARANTINED)
            return session.scalar(aside) or 0

    def wrong(self, numbers: Collection[int]) -> list[dict[str, Any]]:
        """What is lost, doubled or broken, once everything has come to rest."""
        rested = within(60, lambda: everything_is_done(self.database) and not self._open())
        odd = errands.wrong(self.database, numbers, self.letters)
        with self.database.read_session() as session:
            breaches = [each.as_json() for each in broken(session, INVARIANTS, now=self.database.clock.now())]
        return [*([] if rested else [{"rested": False}]), *([odd] if odd else []), *breaches]

    def _open(self) -> int:
        """How many jobs of errands are not done, timers that still have time included."""
        unfinished = sa.select(sa.func.count()).where(Job.state.in_(OPEN), Job.actor.startswith("errands."))
        with self.database.read_session() as session:
            return session.scalar(unfinished) or 0

    def _listen(self) -> None:
        assert self.foreman.stdout is not None
        for line in self.foreman.stdout:
            name, process = line.split()
            if int(name) in self.workers:
                self.died.append(self.workers[int(name)])
            self.workers[int(name)] = int(process)


@contextmanager
def crew(url: str, home: Path, size: int = 2, fault: str = "", lease: int | None = None) -> Iterator[Crew]:
    """A crew on this database while the block runs."""
    home.mkdir()
    with valkey.server() as redis_url:
        database = Database(url, doorbell=RedisDoorbell(redis_url))
        errands.prepare(database)
        settings = {"ENVIRONMENT": "test", "DATABASE_URL": url, "REDIS_URL": redis_url, "HOME": str(home)}
        named = {f"VILLAGE_HUB_{name}": value for name, value in settings.items()}
        named |= {} if lease is None else {errands.LEASED: str(lease)}
        named |= {errands.DIARY: str(home / "diary"), clockwork.CLOCKS: str(home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.faults.workers.foreman", str(size), fault]
        with (home / "words").open("wb") as words:
            foreman = subprocess.Popen(
                command, env=os.environ | named, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, text=True
            )
        started = Crew(database, home, redis_url, foreman)
        hearing = threading.Thread(target=started._listen, daemon=True)
        hearing.start()
        try:
            assert within(60, lambda: len(started.workers) == size)
            yield started
        finally:
            assert foreman.stdin is not None
            foreman.stdin.close()
            for process in started.workers.values():
                _wake(process)
            foreman.wait(10)
            hearing.join(10)
            database.dispose()


def _wake(process: int) -> None:
    """A stopped process does not notice that it is to end."""
    try:
        os.kill(process, signal.SIGCONT)
    except ProcessLookupError:
        return
