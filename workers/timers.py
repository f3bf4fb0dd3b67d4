"""Jobs whose moment has come, or whose worker died, are rung: at once, and again until somebody takes them.

Timers that come round again are set here, so that a series goes on whatever becomes of one of its jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import POLL
from workers.subscriptions import RECURRING

#: Rung jobs that stand in the queue at most: rings that nobody takes would bury those of jobs that a worker died of.
FULL = 24
#: Seconds until a ring is taken for lost while others still stand in the queue.
LOST = 5


def sweep(database: Database, send: Callable[[UUID], None], queued: int = 0, *, is_first: bool = False) -> int:
    """Hand due jobs to the workers, as many as the queue has room for; returns how many were rung.

    A worker's first look believes no earlier ring: the worker in whose place it is may have died with it.
    """
    again = 0 if is_first else LOST if queued else jobs.RING_AGAIN
    with database.read_session() as session:
        waiting = jobs.due(session, now=database.now(session), limit=max(0, FULL - queued), again=again)
    if not waiting:
        return 0
    with database.write_session() as session:
        jobs.mark_rung(session, waiting, now=database.now(session))
    for job_id in waiting:
        send(job_id)
    return len(waiting)


def patience(database: Database) -> float:
    """Seconds until the next timer, and no longer than somebody who only polls would wait."""
    now = database.clock.now()
    with database.read_session() as session:
        upcoming = jobs.next_due(session, now=now)
    return POLL if upcoming is None else min(POLL, max(0.0, (upcoming - now).total_seconds()))


class Series:
    """Sets the next timer of every series; asking costs nothing until its moment, or until the clock goes back."""

    def __init__(self) -> None:
        self.since = self.until = datetime.min.replace(tzinfo=UTC)

    def go_on(self, database: Database) -> None:
        """Set the timers at the coming multiple of each pause; the same moment is set once, by whomever."""
        now = database.clock.now()
        if self.since <= now < self.until:
            return
        upcoming = {timer: _multiple_after(now, pause) for timer, pause in RECURRING.items()}
        with database.write_session() as session:
            for timer, moment in upcoming.items():
                jobs.set_timer(session, timer, at=moment)
        self.since, self.until = now, min(upcoming.values())


def _multiple_after(now: datetime, pause: timedelta) -> datetime:
    seconds = pause.total_seconds()
    return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
