"""A load that counts itself: each errand must be run once, thanked for by one letter, and looked back upon once.

An errand is a fact like any other. Its effects are rows of a table without any unique key, written in the transaction
of the job that makes them, so that an effect that happens twice is there twice. Whoever takes a job on also writes a
line into a file, outside of any transaction: it says who began what when, also of a run that was killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.orm import Session

from tests.journeys.waiting import within
from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.events import Event, record
from village_hub.kernel.jobs import Lease, Timer, set_timer
from village_hub.kernel.mail import Letter
from village_hub.kernel.signals import emit
from workers import running, subscriptions
from workers.actor import LEASE, Actor, Effect, Ports

EFFECTS = Table("errand_effect", MetaData(), Column("number", Integer), Column("kind", String))
RUN, THANK, LOOK_BACK = "errands.run", "errands.thank", "errands.look_back"
#: Where each start of an actor is noted, and for how many seconds an errand is leased.
DIARY, LEASED = "VILLAGE_HUB_TEST_DIARY", "VILLAGE_HUB_TEST_LEASE"
#: Seconds that a letter may take, as the letters of the village do.
LONG_LEASE = 60
#: Seconds from an errand to the look back on it, and that writing a letter takes.
LATER, WRITING = 1.0, 0.05


@dataclass(frozen=True)
class ErrandGiven(Event, type="errand.given", stream="errand:{number}"):
    """Something to do; its letter takes so many seconds to write, and poison kills who does it.

    A letter that waits for company is finished as soon as somebody else has begun it too; so many seconds is the most.
    """

    number: int
    writing: float = WRITING
    is_poison: bool = False
    waits_for_company: bool = False


@dataclass(frozen=True)
class LookBack(Timer, type=LOOK_BACK):
    """It is time to look back on an errand."""

    number: int
    at: datetime


@dataclass(frozen=True)
class Start:
    """Somebody took a job on, at which second of the machine."""

    number: int
    kind: str
    process: int
    second: float


def lend() -> None:
    """Let this process's spine know the errands and their actors, and note whoever takes one on."""
    running.jobs.lease = _noted(jobs.lease)  # type: ignore[attr-defined]
    letter = Effect(THANK, _begin_letter, _send_letter, _settle_letter, int(os.environ.get(LEASED, LONG_LEASE)))
    subscriptions.EVENTS[ErrandGiven] = (Actor(RUN, _run, int(os.environ.get(LEASED, LEASE))), letter)
    subscriptions.TIMERS[LookBack] = Actor(LOOK_BACK, _look_back)
    subscriptions.by_name.cache_clear()
    subscriptions.listeners.cache_clear()


def take_back() -> None:
    """Let the spine forget the errands."""
    running.jobs.lease = jobs.lease.__wrapped__  # type: ignore[attr-defined]
    subscriptions.EVENTS.pop(ErrandGiven)
    subscriptions.TIMERS.pop(LookBack)
    subscriptions.by_name.cache_clear()
    subscriptions.listeners.cache_clear()


def prepare(database: Database) -> None:
    """Make the table of effects."""
    EFFECTS.metadata.create_all(database.engine)


def give(
    database: Database,
    number: int,
    *,
    writing: float = WRITING,
    is_poison: bool = False,
    waits_for_company: bool = False,
) -> None:
    """Record an errand; when this returns, it has been promised."""
    with database.write_session() as session:
        record(session, ErrandGiven(number, writing, is_poison, waits_for_company), now=database.clock.now())


def wrong(database: Database, numbers: Collection[int], letters: Path) -> dict[str, dict[int, int]]:
    """The errands whose effects are not there exactly once, by kind: how often they are there instead."""
    with database.read_session() as session:
        seen = Counter((row.kind, row.number) for row in session.execute(select(EFFECTS)))
    seen |= Counter(("letter", int(each.stem.rpartition("-")[2])) for each in letters.glob("errand-*.eml"))
    counted = {kind: {number: seen[kind, number] for number in numbers} for kind in (RUN, THANK, LOOK_BACK, "letter")}
    odd = {kind: {number: times for number, times in each.items() if times != 1} for kind, each in counted.items()}
    return {kind: each for kind, each in odd.items() if each}


def starts(diary: Path) -> list[Start]:
    """Everything that was begun, in order of time."""
    words = (line.split() for line in diary.read_text().splitlines()) if diary.exists() else ()
    read = (Start(int(number), kind, int(process), float(at)) for number, kind, process, at in words)
    return sorted(read, key=lambda each: each.second)


def writers(diary: Path, number: int) -> list[int]:
    """The processes that began to write the letter of an errand, in order of time."""
    return [each.process for each in starts(diary) if each.kind == THANK and each.number == number]


def until_run_again(begun: list[Start], killed: dict[int, float]) -> list[float]:
    """For each start whose process was killed and that was made again: seconds from the kill to the next start."""
    runs: dict[tuple[int, str], list[Start]] = {}
    for each in begun:
        runs.setdefault((each.number, each.kind), []).append(each)
    repeated = (pair for many in runs.values() for pair in pairwise(many))
    return sorted(again.second - killed[first.process] for first, again in repeated if first.process in killed)


def _antidote() -> Path:
    """Poison is harmless as soon as this file is there."""
    return Path(os.environ[DIARY]).with_name("antidote")


def _noted(lease: Callable[..., Lease | None]) -> Callable[..., Lease | None]:
    @wraps(lease)
    def lease_and_note(*given: Any, **named: Any) -> Lease | None:
        taken = lease(*given, **named)
        if taken is not None and taken.actor in (RUN, THANK, LOOK_BACK):
            _note(taken.args["number"], taken.actor)
        return taken

    return lease_and_note


def _note(number: int, kind: str) -> None:
    line = f"{number} {kind} {os.getpid()} {time.monotonic():.6f}\n"
    diary = os.open(os.environ[DIARY], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(diary, line.encode())
    os.close(diary)


def _run(session: Session, message: ErrandGiven, *, now: datetime) -> None:
    if message.is_poison and not _antidote().exists():
        _die(message.number)
    session.execute(insert(EFFECTS).values(number=message.number, kind=RUN))
    emit(session, "errands", "errand.run", {"id": str(message.number)})
    at = now + timedelta(seconds=LATER)
    set_timer(session, LookBack(message.number, at), at=at)


def _look_back(session: Session, timer: LookBack, *, now: datetime) -> None:
    session.execute(insert(EFFECTS).values(number=timer.number, kind=LOOK_BACK))


def _begin_letter(session: Session, message: ErrandGiven, *, now: datetime, attempt: int) -> ErrandGiven:
    return message


def _send_letter(message: ErrandGiven, ports: Ports) -> None:
    if message.waits_for_company:
        within(message.writing, lambda: len(writers(Path(os.environ[DIARY]), message.number)) > 1)
    else:
        time.sleep(message.writing)
    ports.mailer.send(Letter(f"errand-{message.number}", "neighbour@village.example", "고맙습니다", "덕분입니다."))


def _settle_letter(session: Session, message: ErrandGiven, outcome: None, *, now: datetime) -> None:
    session.execute(insert(EFFECTS).values(number=message.number, kind=THANK))


def _die(number: int) -> None:
    """Poison: ends this process by SIGKILL, then past every handler, then by a segmentation fault, and so on."""
    begun = sum(1 for each in starts(Path(os.environ[DIARY])) if (each.number, each.kind) == (number, RUN))
    deaths = (lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(1), lambda: ctypes.string_at(0))
    deaths[(begun - 1) % len(deaths)]()
