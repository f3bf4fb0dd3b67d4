"""Workers without one of their protections: the controls, in which the same checks must fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from village_hub.kernel import jobs
from village_hub.kernel.db import Database
from village_hub.kernel.doorbell import Patience, RedisDoorbell, poll
from village_hub.kernel.jobs import Job, Lease
from workers import main, running, timers
from workers.actor import Actor, Effect, Ports
from workers.trial import Trial

#: Seconds between acknowledging a job and carrying it out, in which a worker may die.
GAP = 0.02


def plant(fault: str) -> None:
    """Take a protection away from this process; none where no fault is named."""
    if fault:
        PLANTED[fault]()


def _acknowledge_first() -> None:
    """Mark a job done, then carry it out: at most once."""
    carry_out, finish = running._carry_out, jobs.finish

    def hastily(database: Database, found: Actor | Effect, leased: Lease, ports: Ports) -> None:
        with database.write_session() as session:
            finish(session, leased, now=database.now(session))
        time.sleep(GAP)
        carry_out(database, found, leased, ports)

    running._carry_out = hastily
    jobs.finish = lambda *_, **__: None


def _no_fence() -> None:
    """Whoever has ever held a job may settle it."""

    def settle(session: Any, leased: Lease, **values: object) -> None:
        session.query(Job).filter_by(id=leased.id).update(values)

    jobs._settle = settle


def _ring_only() -> None:
    """Look only when somebody rings."""
    listen = RedisDoorbell.listen

    def hard_of_seeing(
        self: RedisDoorbell, *channels: str, patience: Patience = poll
    ) -> Iterator[tuple[str, str] | None]:
        return (ring for ring in listen(self, *channels, patience=patience) if ring is not None)

    RedisDoorbell.listen = hard_of_seeing  # type: ignore[method-assign]


def _no_quarantine() -> None:
    """Try again for ever whatever a job does to its worker."""
    jobs.MAX_CRASHES = 10**9


def _no_trial() -> None:
    """Run what a worker may have died of beside the others."""
    run = running.run

    def beside(database: Database, job_id: UUID, ports: Ports, _trial: Trial) -> None:
        run(database, job_id, ports)

    main.run = beside  # type: ignore[attr-defined, assignment]


def _no_sweep() -> None:
    """Ring a job once and trust that it arrives."""
    due = jobs.due

    def never_rung(session: Any, **given: Any) -> Any:
        waiting = due(session, **given)
        rung = session.query(Job.id).filter(Job.id.in_(waiting), Job.rung_at.is_not(None))
        return [each for each in waiting if each not in {row.id for row in rung}]

    timers.jobs.due = never_rung  # type: ignore[attr-defined]


def _no_extension() -> None:
    """Never say that one is still at work."""
    running._held = lambda *_: nullcontext()  # type: ignore[assignment]


def _own_clock() -> None:
    """Measure leases by one's own clock, and believe that nobody else has held the job meanwhile."""
    setattr(Database, "now", lambda database, _session: database.clock.now())  # noqa: B010
    _no_fence()


PLANTED = {
    "no extension": _no_extension,
    "own clock": _own_clock,
    "acknowledge first": _acknowledge_first,
    "no fence": _no_fence,
    "ring only": _ring_only,
    "no quarantine": _no_quarantine,
    "no trial": _no_trial,
    "no sweep": _no_sweep,
}
