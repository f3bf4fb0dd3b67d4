"""Simulated processes on the real database code: they pause between transactions and die at any moment.

A worker's work is a greenlet, so that several interleave within one thread and the same numbers give the same order.
Every moment at which a real process may be stopped or killed is numbered: before and after each transaction, before
each commit, and around each call of a port. Killing raises what nothing catches; the transaction is rolled back by the
database, and no other clean-up of the code under test takes effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import ClassVar
from uuid import UUID

from greenlet import greenlet  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

from village_hub.kernel.clock import SettableClock
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import SilentDoorbell
from village_hub.kernel.jobs import Lease
from village_hub.kernel.mail import Letter, MailOutcomeUnknown, MailRefused


class Killed(BaseException):
    """What SIGKILL looks like from inside."""


class MailAway(OSError):
    """The mail server does not answer; nothing has left."""


class Run:
    """One thing that a process does, with the moments at which it will be stopped or killed."""

    def __init__(self, process: str, work: Callable[[], object], *, kill_at: int = 0, pause_at: int = 0) -> None:
        self.process, self.kill_at, self.pause_at = process, kill_at, pause_at
        self.moments, self.at = 0, ""
        self.greenlet = greenlet(work)


class Processes:
    """Who is running, and who stands still between two transactions."""

    def __init__(self) -> None:
        self.running: Run | None = None
        self.paused: list[Run] = []
        self.counts: Counter[str] = Counter()
        self._scheduler = greenlet.getcurrent()

    @property
    def disturbed(self) -> int:
        """How often something died or stood still."""
        return self.counts.total()

    def moment(self, name: str, *, inside: bool = False) -> None:
        """A process has come to a moment at which it may die or, outside a transaction, be overtaken."""
        run = self.running
        if run is None:
            return
        run.moments += 1
        run.at = name
        if run.moments == run.kill_at:
            self.counts[f"killed {name}"] += 1
            raise Killed(name)
        if run.moments == run.pause_at and not inside:
            self._scheduler.switch()

    def go(self, run: Run) -> str:
        """Let a process do its work until it ends, stands still or dies; says which."""
        self.running = run
        try:
            run.greenlet.switch()
        except Killed:
            self._bury(run.process)
            return "killed"
        finally:
            self.running = None
            if run in self.paused:
                self.paused.remove(run)
        if run.greenlet.dead:
            return "done"
        self.paused.append(run)
        self.counts[f"paused {run.at}"] += 1
        return "paused"

    def here(self, run: Run, work: Callable[[], None]) -> bool:
        """Do a web process's work in the scheduler itself: it is one transaction; says whether it survived."""
        self.running = run
        try:
            work()
        except Killed:
            return False
        finally:
            self.running = None
        return True

    def _bury(self, process: str) -> None:
        """With a process die all of its threads, wherever they stand still."""
        for each in [one for one in self.paused if one.process == process]:
            self.paused.remove(each)
            try:
                each.greenlet.throw(Killed)
            except Killed:
                continue

    def end(self) -> None:
        """Nobody goes on."""
        for process in {each.process for each in self.paused}:
            self._bury(process)


class SimulatedTrial:
    """The process beside a worker: poison kills it and nobody else; whatever else kills takes the worker too."""

    def __init__(self, carry_out: Callable[[Lease], None], *, is_poison: bool) -> None:
        self.carry_out, self.is_poison = carry_out, is_poison

    def turn(self) -> AbstractContextManager[bool]:
        return nullcontext(True)

    def of(self, leased: Lease) -> int:
        try:
            self.carry_out(leased)
        except Killed:
            if self.is_poison:
                return -9
            raise
        return 0


class SimulatedDatabase(Database):
    """The real sessions on one connection that is rolled back afterwards; around each stand the numbered moments."""

    def __init__(self, url: str, clock: SettableClock) -> None:
        super().__init__(url, clock=clock)
        self.processes = Processes()

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        self.processes.moment("before reading")
        # It needs no savepoint of its own.
        with Session(self.reading_engine, autoflush=False, join_transaction_mode="rollback_only") as session:
            session.info.update(clock=self.clock, database=self)
            yield session

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        self.processes.moment("before a transaction")
        with super().write_session() as session:
            yield session
            self.processes.moment("before the commit", inside=True)
        self.processes.moment("after the commit")


class LossyDoorbell(SilentDoorbell):
    """Rings are noted; whether anybody hears one is up to chance."""

    def __init__(self, processes: Processes) -> None:
        self.processes, self.rung = processes, 0

    def ring(self, channel: str, text: str) -> None:
        self.processes.moment("before the ring", inside=True)
        self.rung += 1


class LossyBroker:
    """Messages on their way to the workers, in no order."""

    def __init__(self, processes: Processes) -> None:
        self.processes, self.messages = processes, list[UUID]()
        self.counts: Counter[str] = Counter()

    def send(self, job_id: UUID) -> None:
        self.processes.moment("before sending")
        self.messages.append(job_id)


class MoodyMailer:
    """A mail server that takes, refuses, is away, or breaks the line after it has or has not taken a letter."""

    is_idempotent: ClassVar[bool] = False
    DOUBTFUL: ClassVar = ("takes, and breaks the line", "breaks the line")
    MOODS: ClassVar = {"takes": 8, "refuses": 1, "takes, and breaks the line": 2, "breaks the line": 2, "is away": 2}

    def __init__(self, processes: Processes, arrived: Counter[str]) -> None:
        self.processes, self.mood, self.arrived = processes, "takes", arrived
        self.counts: Counter[str] = Counter()

    def send(self, letter: Letter) -> None:
        self.processes.moment("before the letter")
        self.counts[self.mood] += 1
        if self.mood == "refuses":
            raise MailRefused("550 nobody of this name")
        if self.mood == "is away":
            raise MailAway("the mail server is away")
        if self.mood != "breaks the line":
            self.arrived[letter.key] += 1
        if self.mood != "takes":
            raise MailOutcomeUnknown("the line broke")
        self.processes.moment("after the letter")
