"""What the spine may forget, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from village_hub.kernel import idempotency, signals
from village_hub.kernel.jobs import Job, JobState, Timer

#: How long signals, idempotency keys and finished jobs are kept.
SIGNALS, KEYS, JOBS = timedelta(days=3), timedelta(days=2), timedelta(days=30)


@dataclass(frozen=True)
class TidyingDue(Timer, type="kernel.tidying_due"):
    """It is time to forget what nobody needs any more."""


def tidy(session: Session, *, now: datetime) -> None:
    """Drop old signals, keys and finished jobs; dead and quarantined jobs stay until somebody looks."""
    signals.forget(session, before=now - SIGNALS)
    idempotency.forget(session, before=now - KEYS)
    finished = Job.state.in_([JobState.DONE, JobState.REFUSED])
    session.execute(delete(Job).where(finished, Job.finished_at < now - JOBS))
