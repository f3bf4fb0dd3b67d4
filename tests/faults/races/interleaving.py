"""Two transactions stepped by hand: the first stops before its n-th statement, the second runs as far as it can."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.journeys.waiting import within
from village_hub.kernel.db import Database
from village_hub.kernel.errors import DomainError

WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
#: Seconds in which a second transaction is done or waits for the first, and after which a test has hung.
SOON, HUNG = 30, 60


class Undone(Exception):
    """The first transaction is rolled back after all."""


@dataclass
class Stop:
    """A place in the first transaction; `reached` says whether it has so many statements."""

    number: int
    reached: bool = False


@contextmanager
def _stopping(stop: Stop, meanwhile: Callable[[], None]) -> Any:
    """Run `meanwhile` before this thread's n-th statement; its commit counts as the last one."""
    mine, seen = threading.get_ident(), [0]

    def count(*_: object) -> None:
        if threading.get_ident() != mine:
            return
        seen[0] += 1
        if seen[0] == stop.number:
            stop.reached = True
            meanwhile()

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield count
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


def interleaved(
    database: Database, first: Callable[[Session], Any], second: Callable[[], Any], stop: Stop
) -> tuple[Any, Any]:
    """What came of both: a value, or the name of the refusal."""
    with ThreadPoolExecutor(1) as other:
        running: list[Future[Any]] = []

        def meanwhile() -> None:
            running.append(other.submit(_outcome, second))
            assert within(SOON, lambda: running[0].done() or _waits(database)), "the second neither ends nor waits"

        def use_case() -> Any:
            with _stopping(stop, meanwhile) as count, database.write_session() as session:
                try:
                    return first(session)
                finally:
                    session.info["before_commit"].append(count)

        mine = _outcome(use_case)
        if not running:
            running.append(other.submit(_outcome, second))
        return mine, running[0].result(HUNG)


def _outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (DomainError, Undone, sa.exc.IntegrityError) as refused:
        return type(refused).__name__


def _waits(database: Database) -> bool:
    """Whether somebody waits for a lock: in the line of this process, or at the server."""
    if database.is_sqlite:
        return bool(getattr(database._turn, "_waiting", ()))
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with database.reading_engine.connect() as connection:
        return bool(connection.execute(waiting).scalar())
